"""What a measurement gives before its unit and norm are put beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.types import Span

MAX_EVIDENCE = 3
"""Moments named per measure; more would not be looked at."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A value, how much of its time was measured, and the moments that show it best."""

    value: float | None
    coverage: float
    evidence: tuple[Span, ...] = ()


Findings = dict[str, Finding]

NOTHING = Finding(None, 0.0)


def longest(spans: tuple[Span, ...], count: int = MAX_EVIDENCE) -> tuple[Span, ...]:
    """The longest spans, in order of time."""
    kept = sorted(spans, key=lambda s: (s[0] - s[1], s[0]))[:count]
    return tuple(sorted(kept))


def extremes(
    t_s: NDArray[np.float64],
    hold_s: NDArray[np.float64],
    values: NDArray[np.float64],
    window_s: float = 10.0,
) -> tuple[Span, ...]:
    """The ten seconds in which a measure was lowest, and those in which it was highest.

    Args:
        t_s: (n,) times in order, those that were measured only.
        hold_s: (n,) seconds for which each speaks.
        values: (n,).
        window_s: length of the windows; one that is not half filled tells nothing.

    Returns:
        Two spans in order of time; none where it was the same all the time.
    """
    found: list[tuple[float, Span]] = []
    at, last = (float(t_s[0]), float(t_s[-1])) if t_s.size else (0.0, -1.0)
    while at + window_s <= last + window_s / 2:
        here = slice(*np.searchsorted(t_s, (at, at + window_s)))
        seconds = float(hold_s[here].sum())
        if seconds >= window_s / 2:
            mean = float((values[here] * hold_s[here]).sum()) / seconds
            found.append((mean, (at, min(at + window_s, last + float(hold_s[-1])))))
        at += window_s
    if len(found) < 2 or max(found)[0] - min(found)[0] < 1e-6:
        return ()
    return tuple(sorted({min(found)[1], max(found)[1]}))


def densest(times: Sequence[float], window_s: float = 10.0) -> tuple[Span, ...]:
    """The ten seconds in which most happened, from first to last; empty for fewer than two."""
    best: list[float] = []
    for first in times:
        group = [t for t in times if first <= t < first + window_s]
        best = max(best, group, key=len)
    return ((best[0], best[-1]),) if len(best) > 1 else ()


def share(part: float, whole: float) -> float:
    """A share, kept in 0...1 against rounding; 0 of nothing."""
    return min(1.0, max(0.0, part / whole)) if whole > 0 else 0.0
