"""Whether scores and advice say what was planted, and whether worse ever scores better.

    python3 run.py bench scores

Candidates with written answers of authors that taught nothing are given faults of manner and of
content; their sessions are written as records (:mod:`game.synthetic.planted`) and reported. Then
answers are made worse, on this project's own and on those of real interviews, and a single cue is
swept.
"""

from __future__ import annotations

import itertools
import os
import random
import tempfile
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from game.bench.row import Row
from game.bench.scores_judges import against_judges
from game.bench.scores_material import (
    WORSE,
    Planted,
    made_worse,
    planted_session,
    real_interviews,
)
from game.synthetic.planted import Exchange, Manner, write_planted
from perception.process.pool import process_pool
from scoring.feedback import advise
from scoring.fusion import score
from scoring.measures.content import off_topic
from scoring.measures.measure import measure as measured
from scoring.record.session import Session, read_session
from scoring.understood import understood

BENCH = "scores"
SESSIONS = 200
OWN_INTERVIEWS = 40
"""Of this project's answers that are made worse."""
QUICK = 10
"""One in so many, with ``--quick``."""
_SWEPT: dict[str, tuple[str, Sequence[float]]] = {
    "gaze_speaking": ("nonverbal", (0.6, 0.4, 0.3, 0.2, 0.1, 0.0)),
    "gaze_listening": ("nonverbal", (0.8, 0.6, 0.4, 0.2, 0.0)),
    "pause_s": ("delivery", (0.5, 1.0, 1.6, 2.4, 3.4)),
    "filler_every": ("delivery", (0, 40, 20, 12, 6)),
    "response_s": ("responsiveness", (0.8, 1.6, 2.4, 4.0, 6.0)),
}
"""Fields of a manner, the score that they bear on, and values from good to bad."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of a session."""

    content: float | None
    scores: dict[str, float | None]
    improvements: tuple[str, ...]
    """By the measures that they are about."""
    off_topic: tuple[bool, ...]
    """Of the answers of which it can be said."""


def measure(quick: bool, data_dir: Path | None) -> list[Row]:
    """Plants, reports and compares.

    Args:
        quick: a tenth of it.
        data_dir: folder of the real interviews; without them they are left out.

    Raises:
        ModelError: a model of understanding is missing or damaged.
    """
    step = QUICK if quick else 1
    rng = random.Random(20261202)
    # a pool of its own kind: forking a process that has started threads may never end
    with process_pool(os.cpu_count() or 1) as pool:
        rows = _planted([planted_session(rng, n) for n in range(SESSIONS // step)], pool.map)
        rows += _swept(pool.map)
        own = [planted_session(rng, -1).exchanges for _ in range(OWN_INTERVIEWS // step)]
        rows += _worse("own answers", own, _all_told(own, pool.map), rng, pool.map, 0.98)
        if data_dir is not None:
            real = dict(list(real_interviews(data_dir).items())[::step])
            told = _all_told(real.values(), pool.map)
            rows += _worse("real interviews", list(real.values()), told, rng, pool.map, 0.95)
            rows += against_judges(data_dir, real, [t.content for t in told])
    return rows


def _planted(sessions: Sequence[Planted], run: Callable[..., Iterable[Told]]) -> list[Row]:
    told = list(run(_told, [s.exchanges for s in sessions], [s.manner for s in sessions]))
    missed, wrong = [], []
    for planted, found in zip(sessions, told, strict=True):
        names = set(found.improvements)
        lacking = [fault for fault, measures in planted.faults.items() if not names & measures]
        known = {m for measures in planted.faults.values() for m in measures} | planted.allowed
        missed += [f"{planted.name}: {', '.join(lacking)} not told"] if lacking else []
        extra = sorted(names - known)
        wrong += [f"{planted.name}: {', '.join(extra)} told"] if extra else []
    count = len(sessions)
    return [
        Row(BENCH, "sessions with planted faults", float(count), ""),
        replace(
            Row.at_least(
                BENCH, "sessions with every planted fault told", 1 - len(missed) / count, "", 0.95
            ),
            faults=tuple(missed),
        ),
        replace(
            Row.at_least(
                BENCH, "sessions with nothing else told", 1 - len(wrong) / count, "", 0.95
            ),
            faults=tuple(wrong),
        ),
    ]


def _swept(run: Callable[..., Iterable[Told]]) -> list[Row]:
    """Steps of one cue towards worse at which its score rises: none should."""
    exchanges = planted_session(random.Random(3), -1).exchanges
    rows = []
    for cue, (group, values) in _SWEPT.items():
        manners = [replace(Manner(), **{cue: value}) for value in values]
        told = list(run(_told, [exchanges] * len(values), manners))
        points = [t.scores[group] for t in told]
        known = [p for p in points if p is not None]
        rises = sum(b > a + 1e-6 for a, b in itertools.pairwise(known))
        shown = " ".join("–" if p is None else f"{p:.0f}" for p in points)
        falls = bool(known) and known[-1] < known[0]
        rows.append(
            replace(
                Row.at_most(BENCH, f"{cue} from good to bad ({shown}): rises", rises, "", 0),
                met=rises == 0 and falls,
            )
        )
    return rows


def _all_told(
    interviews: Collection[Sequence[Exchange]], run: Callable[..., Iterable[Told]]
) -> list[Told]:
    return list(run(_told, interviews, [None] * len(interviews)))


def _worse(
    what: str,
    interviews: Sequence[Sequence[Exchange]],
    whole: Sequence[Told],
    rng: random.Random,
    run: Callable[..., Iterable[Told]],
    aim: float,
) -> list[Row]:
    """How often an interview made worse comes out below itself (``whole``); one without a number
    does."""
    known = [(i, t) for i, t in zip(interviews, whole, strict=True) if t.content is not None]
    judged = [each for t in whole for each in t.off_topic]
    rows = [
        Row(BENCH, f"{what}: interviews with a number for content", float(len(known)), ""),
        Row(BENCH, f"{what}: content, median", float(np.median([t.content for _, t in known])), ""),
        Row.at_most(
            BENCH, f"{what}: answers told to be beside the question", _share(judged), "", 0.02
        ),
    ]
    for way in WORSE:
        others = [made_worse(way, i, interviews, rng) for i, _ in known]
        told = list(run(_told, others, [None] * len(others)))
        below = []
        faults = []
        for (exchanges, before), after in zip(known, told, strict=True):
            kept = after.content is not None and after.content >= (before.content or 0.0)
            below.append(not kept)
            if kept:
                first = exchanges[0].answer[:40]
                faults.append(f"{what}, {way}: {before.content} to {after.content}: {first!r}")
        unknown = sum(t.content is None for t in told)
        figure = f"{what}: {way}, below themselves ({unknown} without a number)"
        rows.append(
            replace(Row.at_least(BENCH, figure, _share(below), "", aim), faults=tuple(faults))
        )
    return rows


def _share(found: Sequence[bool]) -> float:
    return sum(found) / len(found) if found else 0.0


def _told(exchanges: Sequence[Exchange], manner: Manner | None) -> Told:
    """Writes a session, reads and judges it."""
    with tempfile.TemporaryDirectory(prefix="bench-scores-") as scratch:
        session: Session = read_session(write_planted(Path(scratch) / "s", exchanges, manner))
        notes: list[str] = []
        session = understood(session, notes)
        measures = measured(session)
        scores = score(session, measures)
        _, improvements = advise(session, measures)
    judged = [off_topic(answer) for answer in measures.answers]
    return Told(
        scores["content"].value,
        {name: s.value for name, s in scores.items()},
        tuple(a.measure for a in improvements),
        tuple(each for each in judged if each is not None),
    )
