"""What face, voice and words each seem like, over time: the sources of one impression.

A source gives, for any stretch of a session, its own figure and how much of the stretch it covers.
By its agreement with people who rated such behaviour (``assets/rubrics/emotion.toml``) that becomes
an observation with an error; a source that tells nothing of a stretch gives none.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from scoring.emotion.own_rest import impressions
from scoring.measures.classified import Judgement
from scoring.measures.doubt import Concern, Doubt, doubts_of
from scoring.measures.fillers import fluent, is_hesitation
from scoring.measures.finding import share
from scoring.measures.language import toned, trust_in_word
from scoring.record.session import Session
from scoring.record.tracks import Floats, holds
from scoring.rubric import load, tokens
from scoring.types import Span

Dimension = Literal["valence", "arousal"]
SourceName = Literal["face", "voice", "words", "classifier"]

DIMENSIONS: tuple[Dimension, ...] = ("valence", "arousal")
SOURCES: tuple[SourceName, ...] = ("face", "voice", "words", "classifier")

_CONCERNS: Mapping[SourceName, tuple[Concern, ...]] = {
    "face": ("face",),
    "voice": ("voice", "sound"),
    "words": ("words",),
    "classifier": ("words",),
}
"""What is doubted where a source is."""
_FARTHEST = 2.5
"""Spreads from its mean beyond which a figure counts as that far: few hold for ever more."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What one source says of a stretch, on the scale of people's ratings."""

    source: SourceName
    value: float
    """The rating that it speaks for, before it is weighed against what is usual (0)."""
    variance: float
    coverage: float
    """0...1, share of the stretch that it rests on."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How a source's figures go along with people's ratings."""

    agreement: float
    """Correlation, 0...1."""
    usual: float
    """Mean of the figure."""
    spread: float
    """Its standard deviation."""

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Agreement:
        """As a rubric has it."""
        return cls(float(table["agreement"]), float(table["usual"]), float(table["spread"]))


_Columns = tuple[Floats, Floats, dict[Dimension, Floats]]
_NONE: _Columns = (np.zeros(0), np.zeros(0), {})


@dataclass(frozen=True)
class Source:
    """The figures of one source along a session."""

    name: SourceName
    t_s: Floats
    """(n,), in order."""
    weights: Floats
    """(n,): seconds that each figure speaks for, times how sure it is; words: how sure."""
    values: Mapping[Dimension, Floats]
    """(n,) each."""
    doubt: Doubt
    ratings: Mapping[Dimension, Agreement]
    """How its figures go along with people's ratings."""
    full: float | None = None
    """Sum of weights from which it covers a stretch; None for the seconds of the stretch."""

    def observe(self, dimension: Dimension, span: Span) -> Observation | None:
        """What it says of a stretch; None where nothing was seen or heard, or it is not believed.

        Its error is that of its agreement with raters, over the share of the stretch that is
        covered, over the square of the trust in it.
        """
        values = self.values.get(dimension)
        if values is None or self.doubt.serious:
            return None
        first, last = np.searchsorted(self.t_s, [span[0] - 1e-6, span[1] - 1e-6])
        weights = self.weights[first:last]
        known = float(weights.sum())
        if known <= 0.0:
            return None
        coverage = share(known, span[1] - span[0] if self.full is None else self.full)
        rated, prior = self.ratings[dimension], float(load("emotion")["prior_sd"])
        r = rated.agreement
        mean = float((weights * values[first:last]).sum()) / known
        apart = (mean - rated.usual) / rated.spread
        apart = max(-_FARTHEST, min(_FARTHEST, apart))
        # r * apart * prior is the best guess of a rating by this alone, prior * sqrt(1 - r^2) its
        # error; as an observation beside a prior of that width:
        variance = prior**2 * (1.0 / r**2 - 1.0)
        return Observation(
            self.name,
            apart * prior / r,
            variance / (coverage * self.doubt.trust**2),
            coverage,
        )


def sources(
    session: Session, without: Collection[str] = (), judgement: Judgement | None = None
) -> tuple[Source, ...]:
    """Those of a session that tell anything at all.

    Args:
        session: what was recorded, as understood.
        without: names of sources that are left out.
        judgement: of a classifier of emotions, where there is one.
    """
    doubts = doubts_of(session)
    made: dict[SourceName, _Columns] = {
        "face": _face(session) if "face" not in without else _NONE,
        "voice": _voice(session) if "voice" not in without else _NONE,
        "words": _words(session) if "words" not in without else _NONE,
        "classifier": _NONE if judgement is None else _classified(judgement),
    }
    table = load("emotion")
    full = {
        "words": float(table["full_tone_words"]),
        "classifier": float(load("classifiers")["emotion"]["full_words"]),
    }
    found = []
    for name in SOURCES:
        t_s, weights, values = made[name]
        if name in without or not len(t_s):
            continue
        doubt = Doubt()
        for concern in _CONCERNS[name]:
            doubt &= doubts[concern]
        if name == "classifier":
            assert judgement is not None
            ratings = _ratings_of(judgement, weights, values)
        else:
            ratings = {d: Agreement.of(table[name][d]) for d in values}
        found.append(Source(name, t_s, weights, values, doubt, ratings, full.get(name)))
    return tuple(found)


def _ratings_of(
    judgement: Judgement, weights: Floats, values: Mapping[Dimension, Floats]
) -> dict[Dimension, Agreement]:
    """Of a classifier: what it gives for interviews on average nobody knows, so the person's own
    mean is what is usual."""
    spread = float(load("classifiers")["emotion"]["spread"])
    agreement = judgement.agreement or 0.0
    return {
        dimension: Agreement(agreement, float(np.average(told, weights=weights + 1e-9)), spread)
        for dimension, told in values.items()
    }


def _classified(judgement: Judgement) -> _Columns:
    """Each word of the answers, as a classifier reads the stretch around it."""
    return (
        _array([word.t_s for word in judgement.words]),
        _array([word.trust for word in judgement.words]),
        {
            "valence": _array([word.valence for word in judgement.words]),
            "arousal": _array([word.arousal for word in judgement.words]),
        },
    )


def _face(session: Session) -> _Columns:
    told = impressions(session)
    t_s = _array([t for t, _, _ in told])
    return (
        t_s,
        holds(t_s) * np.clip(_array([sure for _, sure, _ in told]), 0.0, 1.0),
        {
            "valence": _array([each.valence for _, _, each in told]),
            "arousal": _array([each.arousal for _, _, each in told]),
        },
    )


def _voice(session: Session) -> _Columns:
    told = sorted(
        (each.t_s, each.impression.arousal)
        for each in session.prosodies
        if each.impression is not None
    )
    t_s = _array([t for t, _ in told])
    return t_s, holds(t_s), {"arousal": _array([arousal for _, arousal in told])}


def _words(session: Session) -> _Columns:
    """Each word of a clear tone in the answers, at the time when it was said or handed in."""
    found: list[tuple[float, float, float]] = []
    for answer in session.answers:
        if not answer.in_english:
            continue
        said = [
            (token, word.start_s, trust_in_word(word))
            for word in answer.words
            if not is_hesitation(word.text)
            for token in tokens(word.text)
        ]
        found += _signs(said)
        for typed in answer.written:
            # what was typed counts as said just before it was handed in, when its answer ends
            found += _signs([(t, typed.t_s - 0.01, 1.0) for t in tokens(fluent(typed.text))])
    found.sort()
    return (
        _array([t for t, _, _ in found]),
        _array([sure for _, sure, _ in found]),
        {"valence": _array([sign for _, _, sign in found])},
    )


def _signs(said: Sequence[tuple[str, float, float]]) -> list[tuple[float, float, float]]:
    marked = toned([token for token, _, _ in said])
    return [(said[i][1], said[i][2], float(sign)) for i, sign in marked]


def _array(values: Sequence[float]) -> Floats:
    return np.array(values, dtype=np.float64)
