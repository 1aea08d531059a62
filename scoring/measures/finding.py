"""What a measurement gives before its unit and norm are put beside it."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.record.spans import overlap, total
from scoring.types import Span

MAX_EVIDENCE = 3
"""Moments named per measure; more would not be looked at."""
LEAST_DIFFERENCE = 1e-6
"""Less is none: sums come out a little different in another order."""
WINDOW_S = 10.0
"""s over which a measure is told from itself at another time."""


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


def lasting(spans: tuple[Span, ...], least_s: float) -> tuple[Span, ...]:
    """The longest spans that last at least so long; of shorter ones where none does."""
    return longest(tuple(s for s in spans if s[1] - s[0] >= least_s) or spans)


def extremes(
    t_s: NDArray[np.float64],
    hold_s: NDArray[np.float64],
    values: NDArray[np.float64],
    window_s: float = WINDOW_S,
) -> tuple[Span, ...]:
    """The ten seconds in which a measure was lowest, and those in which it was highest.

    Args:
        t_s: (n,) times in order, those that were measured only.
        hold_s: (n,) seconds for which each speaks.
        values: (n,).
        window_s: length of the windows; one that is not half filled tells nothing. Where the time
            does not hold two, they are of half that length, and so on down to a quarter.

    Returns:
        Two spans in order of time; all the time where it does not hold two such windows; none where
        it was the same all the time.
    """
    if not t_s.size or float(np.ptp(values)) < LEAST_DIFFERENCE:
        return ()
    for length_s in (window_s, window_s / 2, window_s / 4):
        found = _levels(t_s, hold_s, values, length_s)
        if len(found) > 1:
            return furthest(found)
    return ((float(t_s[0]), float(t_s[-1] + hold_s[-1])),)


def _levels(
    t_s: NDArray[np.float64],
    hold_s: NDArray[np.float64],
    values: NDArray[np.float64],
    window_s: float,
) -> list[tuple[float, Span]]:
    """The mean of each window that is at least half filled."""
    found: list[tuple[float, Span]] = []
    at, last = (float(t_s[0]), float(t_s[-1])) if t_s.size else (0.0, -1.0)
    while at + window_s <= last + window_s / 2:
        here = slice(*np.searchsorted(t_s, (at, at + window_s)))
        seconds = float(hold_s[here].sum())
        if seconds >= window_s / 2:
            mean = float((values[here] * hold_s[here]).sum()) / seconds
            found.append((mean, (at, min(at + window_s, last + float(hold_s[-1])))))
        at += window_s
    return found


def furthest(levels: Sequence[tuple[float, Span]]) -> tuple[Span, ...]:
    """Where a measure was lowest and where it was highest, in order of time.

    Args:
        levels: what it came to in each of several stretches.

    Returns:
        The stretch itself where there is one; nothing where it came to the same in all of several.
    """
    if not levels or (len(levels) > 1 and max(levels)[0] - min(levels)[0] < LEAST_DIFFERENCE):
        return ()
    return tuple(sorted({min(levels)[1], max(levels)[1]}))


def paces(
    counted: Sequence[tuple[float, float]],
    stretches: Sequence[Sequence[Span]],
    window_s: float = WINDOW_S,
) -> tuple[Span, ...]:
    """The ten seconds in which least was counted for their length, and those with most.

    Args:
        counted: (time in s, how much counts there) in order of time: words, or syllables.
        stretches: the time in which it is counted, of each answer; spans in order.
        window_s: length of the windows, half of which has to be such time. Where no two lie in
            answers, they are of half that length.

    Returns:
        Two spans in order of time; the longest answer where no two such windows lie in answers;
        none where it was as much all the time.
    """
    times = [t for t, _ in counted]
    sums = [0.0, *itertools.accumulate(weight for _, weight in counted)]
    for length_s in (window_s, window_s / 2):
        rates: list[tuple[float, Span]] = []
        for spans in stretches:
            at, end = (spans[0][0], spans[-1][1]) if spans else (0.0, 0.0)
            while at + length_s <= end + 1e-9:
                window = (at, min(at + length_s, end))
                seconds = total(overlap((window,), spans))
                if seconds >= length_s / 2:
                    first, behind = (bisect_left(times, each) for each in window)
                    rates.append(((sums[behind] - sums[first]) / seconds, window))
                at += length_s / 2
        if len(rates) > 1:
            return furthest(rates)
    whole = tuple((spans[0][0], spans[-1][1]) for spans in stretches if spans)
    return longest(whole, 1) if counted else ()


def densest(
    spans: Sequence[Span], count: int = MAX_EVIDENCE, window_s: float = WINDOW_S
) -> tuple[Span, ...]:
    """The ten seconds in which most happened, then the next that share nothing with them.

    Args:
        spans: (start, end) of each thing that happened.
        count: of stretches at most.
        window_s: within which things begin that belong together.

    Returns:
        From the first to the last of each such stretch, in order of time.
    """
    left, found = sorted(spans), []
    while left and len(found) < count:
        starts = [start for start, _ in left]
        counts = [bisect_left(starts, at + window_s) - i for i, at in enumerate(starts)]
        first = counts.index(max(counts))
        group = left[first : first + counts[first]]
        found.append((group[0][0], max(end for _, end in group)))
        del left[first : first + counts[first]]
    return tuple(sorted(found))


def share(part: float, whole: float) -> float:
    """A share, kept in 0...1 against rounding; 0 of nothing."""
    return min(1.0, max(0.0, part / whole)) if whole > 0 else 0.0
