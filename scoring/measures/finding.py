"""What a measurement gives before its unit and norm are put beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
