"""A trend over several sessions, by weighted least squares.

Each session counts by its precision, over its place in the order of sessions: practice comes by
sessions, and a clock may be wrong. Where the sessions scatter more than their errors allow, the
trend's error grows with that scatter (Birge 1932); a scatter that happens to be small makes nothing
surer. As a few sessions tell little of their scatter, the stated errors count as so many degrees of
freedom beside it (moderated as in Smyth 2004), and the whole is held against Student's t.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import t as student

from scoring.progress.reading import Reading

FEWEST = 3
"""Sessions for a trend; two are a comparison."""
STATED_DF = 10.0
"""Degrees of freedom that stated errors are worth: a handful of answers in each of two sessions."""


@dataclass(frozen=True, slots=True)
class Trend:
    """A line through readings, on their scale."""

    slope: float
    """A session."""
    low: float
    """Lower end of the interval of 95 % of the slope."""
    high: float
    p: float
    start: float
    """The line at the first of them."""
    end: float
    """The line at the last."""


def trend(readings: Sequence[tuple[float, Reading]]) -> Trend | None:
    """The line through readings; None for fewer than :data:`FEWEST`.

    Args:
        readings: (place in the order of sessions, reading), in that order.
    """
    if len(readings) < FEWEST:
        return None
    places = [place for place, _ in readings]
    values = [reading.value for _, reading in readings]
    weights = [1.0 / max(reading.error, 1e-9) ** 2 for _, reading in readings]
    whole = sum(weights)
    middle = sum(w * x for w, x in zip(weights, places, strict=True)) / whole
    mean = sum(w * y for w, y in zip(weights, values, strict=True)) / whole
    spread = sum(w * (x - middle) ** 2 for w, x in zip(weights, places, strict=True))
    if spread <= 0:
        return None
    rows = list(zip(weights, places, values, strict=True))
    slope = sum(w * (x - middle) * (y - mean) for w, x, y in rows) / spread
    left = sum(w * (y - mean - slope * (x - middle)) ** 2 for w, x, y in rows)
    df = len(rows) - 2 + STATED_DF
    scatter = (left + STATED_DF) / df
    error = math.sqrt(max(1.0, scatter) / spread)
    p, critical = 2.0 * float(student.sf(abs(slope) / error, df)), float(student.ppf(0.975, df))
    return Trend(
        slope,
        slope - critical * error,
        slope + critical * error,
        p,
        mean + slope * (places[0] - middle),
        mean + slope * (places[-1] - middle),
    )
