"""On which side of its band a measure lies, and how deep inside."""

from __future__ import annotations

from typing import Literal

from scoring.measures.content import probably_beside
from scoring.measures.measure import MeasureSet
from scoring.types import Measure

Side = Literal["good", "low", "high", ""]
"""Empty where it cannot be said."""

_OFF_TOPIC = 1 / 3
"""Share of the answers that have to be beside the point before it is said of all, and nothing else
is, where their mean is low."""
_MOSTLY_OFF_TOPIC = 1 / 2
"""The same whatever their mean."""


def side_of(measure: Measure, measures: MeasureSet) -> Side:
    """The side on which a measure is told."""
    return _side_of_relevance(measures) if measure.name == "relevance" else _side(measure)


def beside(measures: MeasureSet) -> float:
    """Share of the answers that are probably beside what was asked."""
    judged = [probably_beside(a) for a in measures.answers if a.relevance is not None]
    return sum(each is True for each in judged) / len(judged) if judged else 0.0


def depth(measure: Measure) -> float:
    """How deep inside its band a value lies, 0...1."""
    value, norm = measure.value or 0.0, measure.norm
    if norm is None:
        return 0.0
    low = norm.low if norm.low is not None else 0.0
    high = norm.high if norm.high is not None else max(1.0, 2 * low)
    inner = [value - low] if norm.low is not None else []
    inner += [high - value] if norm.high is not None else []
    return min(1.0, max(0.0, min(inner) / max(high - low, 1e-9)))


def _side(measure: Measure) -> Side:
    value, norm = measure.value or 0.0, measure.norm
    if norm is not None and norm.low is not None and value < norm.low:
        return "low"
    if norm is not None and norm.high is not None and value > norm.high:
        return "high"
    return "good"


def _side_of_relevance(measures: MeasureSet) -> Side:
    """By the answers as well as by their mean, in which a long one counts for more; empty where the
    two do not say the same."""
    share = beside(measures)
    side = _side(measures["relevance"])
    if share >= _MOSTLY_OFF_TOPIC or (side == "low" and share >= _OFF_TOPIC):
        return "low"
    return side if side != "low" and share < _OFF_TOPIC else ""
