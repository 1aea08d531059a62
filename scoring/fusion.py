"""Measures become scores: points by curves, weighted, with their uncertainty.

Weights and curves are content (``assets/rubrics/scores.toml``). A measure without a norm never
scores. Where too little was measured there is no score, and what is missing widens the interval.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scoring.measures.finding import MAX_EVIDENCE
from scoring.measures.measure import MeasureSet
from scoring.record.session import Session
from scoring.record.spans import total
from scoring.rubric import load
from scoring.types import Measure, Score

GROUPS = ("content", "delivery", "nonverbal", "responsiveness")
MISSING_POINTS = 20.0
"""Half-width that a score wholly built on absent measures would have, in points."""
Z = 1.64
"""Half-width of a 90 % interval in standard errors."""


@dataclass(frozen=True, slots=True)
class Amount:
    """How much there was to go by."""

    speech_s: float
    words: int
    face_s: float


def points_at(corners: Sequence[Sequence[float]], value: float) -> float:
    """Points of a value on a curve: straight between corners, flat outside."""
    xs = [float(c[0]) for c in corners]
    ys = [float(c[1]) for c in corners]
    return float(np.interp(value, xs, ys))


def curve(group: str, name: str) -> Mapping[str, Any] | None:
    """A measure's entry in ``scores.toml``; None where it does not count."""
    entry = load("scores").get(group, {}).get(name)
    return entry if isinstance(entry, dict) else None


def measure_points(group: str, measure: Measure) -> tuple[float, float] | None:
    """Points and their standard error; None for what was not measured or has no norm."""
    entry = curve(group, measure.name)
    if entry is None or measure.value is None or measure.norm is None or measure.coverage <= 0:
        return None
    corners, error = entry["points"], float(entry["error"])
    at = points_at(corners, measure.value)
    around = (points_at(corners, measure.value - error), points_at(corners, measure.value + error))
    spread = max(abs(at - p) for p in around)
    base = float(load("scores")["base_error_points"])
    return at, math.hypot(base, spread) / math.sqrt(measure.coverage)


def amount_of(session: Session, measures: MeasureSet) -> Amount:
    """How much speech, words and face a session holds."""
    speech_s = sum(total(a.speech) for a in session.answers)
    words = sum(a.words for a in measures.answers)
    face = session.face
    return Amount(speech_s, words, float(face.hold_s[face.found].sum()) if len(face) else 0.0)


def score(session: Session, measures: MeasureSet) -> dict[str, Score]:
    """The four scores and the overall one, in the contract's order."""
    amount = amount_of(session, measures)
    found = {group: _group(group, measures, amount) for group in GROUPS}
    found["overall"] = _overall(found)
    return found


def _enough(group: str, amount: Amount) -> bool:
    table = load("scores")
    if group == "content":
        return amount.words >= int(table["min_words"])
    if group == "delivery":
        return amount.speech_s >= float(table["min_speech_s"])
    if group == "nonverbal":
        return amount.face_s >= float(table["min_face_s"])
    return True


def _group(group: str, measures: MeasureSet, amount: Amount) -> Score:
    table = load("scores")
    entries = {name: entry for name, entry in table[group].items() if isinstance(entry, dict)}
    whole = sum(float(e["weight"]) for e in entries.values())
    rows = []
    for name, entry in entries.items():
        result = measure_points(group, measures[name])
        if result is not None:
            rows.append((float(entry["weight"]), *result, measures[name]))
    weight = sum(r[0] for r in rows)
    coverage = sum(r[0] * r[3].coverage for r in rows) / whole
    names = tuple(r[3].name for r in rows)
    if weight <= 0 or coverage < float(table["min_coverage"]) or not _enough(group, amount):
        return Score(group, None, None, None, coverage, names)
    value = sum(r[0] * r[1] for r in rows) / weight
    # Errors of measures taken from the same recording go together in part; adding variances as if
    # they were independent would promise too much, so half way between that and plain addition.
    independent = math.sqrt(sum((r[0] * r[2]) ** 2 for r in rows)) / weight
    together = sum(r[0] * r[2] for r in rows) / weight
    speech = min(1.0, max(amount.speech_s, amount.words / 2.5) / float(table["full_speech_s"]))
    missing = MISSING_POINTS * (1.0 - weight / whole)
    half = Z * (independent + together) / 2 / math.sqrt(max(speech, 0.05)) + missing
    evidence = tuple(sorted({s for r in rows for s in r[3].evidence}))[:MAX_EVIDENCE]
    return _bounded(group, value, half, coverage, names, evidence)


def _bounded(
    name: str,
    value: float,
    half: float,
    coverage: float,
    measures: tuple[str, ...],
    evidence: tuple[tuple[float, float], ...] = (),
) -> Score:
    low, high = max(0.0, value - half), min(100.0, value + half)
    return Score(name, round(value, 1), round(low, 1), round(high, 1), coverage, measures, evidence)


def _overall(groups: Mapping[str, Score]) -> Score:
    weights = {g: float(w) for g, w in load("scores")["overall"].items()}
    whole = sum(weights.values())
    rows = [(weights[g], s) for g, s in groups.items() if s.value is not None]
    weight = sum(w for w, _ in rows)
    coverage = sum(w * s.coverage for w, s in rows) / whole
    names = tuple(dict.fromkeys(m for _, s in rows for m in s.measures))
    # Looks alone, or promptness alone, are no interview.
    substance = groups["content"].value is not None or groups["delivery"].value is not None
    if weight < 0.5 * whole or not substance:
        return Score("overall", None, None, None, coverage, names)
    value = sum(w * (s.value or 0.0) for w, s in rows) / weight
    halves = [(w, ((s.high or 0.0) - (s.low or 0.0)) / 2) for w, s in rows]
    independent = math.sqrt(sum((w * h) ** 2 for w, h in halves)) / weight
    together = sum(w * h for w, h in halves) / weight
    half = (independent + together) / 2 + MISSING_POINTS * (1.0 - weight / whole)
    return _bounded("overall", value, half, coverage, names)
