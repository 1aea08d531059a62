"""What is made of a session with and without a change, for :mod:`game.bench.audit`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scoring.curves import curve, points_at
from scoring.fusion import GROUPS, measure_points, score, weight_left
from scoring.measures.measure import MeasureSet
from scoring.measures.measure import measure as measured
from scoring.record.session import Session
from scoring.understood import understood


@dataclass(frozen=True, slots=True)
class Judged:
    """What was made of one session."""

    scores: Mapping[str, float | None]
    points: Mapping[tuple[str, str], float | None]
    """Points of each measure by score and name, whether or not it was believed; None where it was
    not measured."""
    values: Mapping[str, float | None]
    """Of all measures, each in its own unit."""
    kept: Mapping[str, float]
    """Share of its weight (0...1) that each score by measures keeps beside others, as far as what
    it rests on is believed."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One candidate, as they are and with one thing changed."""

    change: str
    """What was changed: "pitch +4 semitones"."""
    candidate: str
    before: Judged
    after: Judged


def judged(session: Session, short: bool = False) -> Judged:
    """Scores, points and values of a session, without a word said of it.

    Args:
        session: what was recorded.
        short: it is too short for a number in a report: scores by measures are then those that the
            same measures would have in a longer one.
    """
    session = understood(session, [])
    measures = measured(session)
    scores = {name: s.value for name, s in score(session, measures).items()}
    if short:
        scores |= {group: _of_measures(group, measures) for group in GROUPS[1:]}
    return Judged(
        scores,
        dict(_points(measures)),
        {name: m.value for name, m in measures.values.items()},
        {group: _kept(group, measures) for group in GROUPS[1:]},
    )


def _kept(group: str, measures: MeasureSet) -> float:
    entries = {name: e for name in measures.values if (e := curve(group, name)) is not None}
    whole = sum(float(e["weight"]) for e in entries.values())
    left = sum(float(e["weight"]) * weight_left(measures[n]) for n, e in entries.items())
    return left / whole if whole else 0.0


def _of_measures(group: str, measures: MeasureSet) -> float | None:
    """The mean of the points of what may count, each with its weight; None below half of it."""
    entries = {name: e for name in measures.values if (e := curve(group, name)) is not None}
    whole = sum(float(e["weight"]) for e in entries.values())
    found = {name: measure_points(group, measures[name]) for name in entries}
    known = [(float(entries[n]["weight"]), p[0]) for n, p in found.items() if p is not None]
    weight = sum(w for w, _ in known)
    if weight < 0.5 * whole:
        return None
    return round(sum(w * p for w, p in known) / weight, 1)


def _points(measures: MeasureSet) -> Iterator[tuple[tuple[str, str], float | None]]:
    for group in GROUPS:
        for name, found in measures.values.items():
            entry = curve(group, name)
            if entry is not None:
                value = found.value
                points = None if value is None else points_at(entry["points"], value)
                yield (group, name), points
