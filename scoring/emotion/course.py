"""One impression over time, of face, voice and words: how pleasant and how lively somebody may have
come across to others.

An impression on people who watch, never what somebody felt: people do not look and sound as they
feel, and observers disagree (Barrett et al. 2019). It is part of no score, and left out with
``--no-emotion``.

For each answer, and for each few seconds of the session, what is known beforehand (as usual, with
the spread of ratings of real interviews) and what each source observed are put together, each with
the weight of its precision; a source that is not there takes no part and leaves the interval
wider. Where sources contradict each other beyond their errors, a variance between them is added to
each, after DerSimonian & Laird (1986), as is usual where studies are pooled.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from scoring.curves import Z
from scoring.emotion.observed import (
    DIMENSIONS,
    Dimension,
    Observation,
    Source,
    SourceName,
    sources,
)
from scoring.measures.classified import Judgement
from scoring.measures.finding import share
from scoring.pooling import between_variance
from scoring.record.session import Session
from scoring.rubric import load
from scoring.types import Span


@dataclass(frozen=True, slots=True)
class Estimate:
    """How one stretch may have come across in one dimension, -1...1; 0 is as usual."""

    mean: float
    sd: float
    """Of the impression, given all that is known; never above that of knowing nothing."""
    coverage: float
    """0...1: share of the stretch known by the source that knows most of it."""
    sources: tuple[SourceName, ...]
    why: str = ""
    """Why nothing may be said of it, a clause; empty where something may."""

    @property
    def low(self) -> float:
        """Lower end of the 90 % interval."""
        return max(-1.0, self.mean - Z * self.sd)

    @property
    def high(self) -> float:
        """Upper end of the 90 % interval."""
        return min(1.0, self.mean + Z * self.sd)

    @property
    def told(self) -> bool:
        """Whether it may be told as a number."""
        return not self.why

    @property
    def leaning(self) -> int:
        """1 or -1 where it is likely enough to lie on that side of the usual, else 0."""
        if not self.told:
            return 0
        above = 1.0 - NormalDist(self.mean, self.sd).cdf(0.0)
        enough = float(load("emotion")["leaning"])
        return (above >= enough) - (1.0 - above >= enough)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the session, and how it may have come across."""

    span: Span
    valence: Estimate
    arousal: Estimate

    def of(self, dimension: Dimension) -> Estimate:
        """The estimate in one dimension."""
        return self.valence if dimension == "valence" else self.arousal


@dataclass(frozen=True, slots=True)
class AnswerStretch:
    """An answer, and how it may have come across."""

    question_id: str | None
    stretch: Stretch


@dataclass(frozen=True, slots=True)
class Course:
    """How a session may have come across over time."""

    step_s: float
    steps: tuple[Stretch, ...]
    """One after another from the start to the end."""
    answers: tuple[AnswerStretch, ...]
    """In order."""
    sources: tuple[SourceName, ...]
    """Those that told anything."""

    def tells(self, dimension: Dimension) -> bool:
        """Whether anything may be told of it in one dimension."""
        stretches = (*self.steps, *(answer.stretch for answer in self.answers))
        return any(each.of(dimension).told for each in stretches)


def course(
    session: Session, without: Collection[str] = (), judgement: Judgement | None = None
) -> Course | None:
    """How a session may have come across over time.

    Args:
        session: what was recorded, as understood.
        without: names of sources that are left out.
        judgement: of a classifier of emotions, where there is one.

    Returns:
        None where no impression of face or voice was formed: words alone tell too little.
    """
    found = sources(session, without, judgement)
    if not any(source.name in ("face", "voice") for source in found):
        return None
    table = load("emotion")
    step_s = max(float(table["step_s"]), session.duration_s / int(table["most_steps"]))
    count = max(1, math.ceil(session.duration_s / step_s - 1e-9))
    ends = [min((i + 1) * step_s, session.duration_s) for i in range(count)]
    steps = [stretch((i * step_s, end), found) for i, end in enumerate(ends)]
    answers = [
        AnswerStretch(answer.question_id, stretch((answer.start_s, answer.end_s), found))
        for answer in session.answers
    ]
    return Course(step_s, tuple(steps), tuple(answers), tuple(s.name for s in found))


def stretch(span: Span, found: Sequence[Source]) -> Stretch:
    """How a stretch may have come across.

    Args:
        span: of it.
        found: all that tells of it.
    """
    told: dict[Dimension, Estimate] = {}
    for dimension in DIMENSIONS:
        observed = [o for source in found if (o := source.observe(dimension, span)) is not None]
        told[dimension] = fuse(observed)
    return Stretch(span, told["valence"], told["arousal"])


def fuse(observed: Sequence[Observation]) -> Estimate:
    """What is usual and what was observed in one, each by its precision."""
    table = load("emotion")
    prior = float(table["prior_sd"])
    between = between_variance([o.value for o in observed], [o.variance for o in observed])
    weights = [1.0 / (each.variance + between) for each in observed]
    precision = prior**-2 + sum(weights)
    mean = sum(w * each.value for w, each in zip(weights, observed, strict=True)) / precision
    sd = precision**-0.5
    coverage = max((each.coverage for each in observed), default=0.0)
    why = ""
    if coverage < float(table["min_coverage"]):
        why = table["say"]["short"]
    elif 2 * Z * sd > float(table["widest"]):
        why = table["say"]["wide"]
    return Estimate(mean, sd, share(coverage, 1.0), tuple(each.source for each in observed), why)
