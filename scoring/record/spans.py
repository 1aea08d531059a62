"""Arithmetic of spans of time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from scoring.types import Span


def merge(spans: Iterable[Span], bridge_s: float = 0.0) -> tuple[Span, ...]:
    """Overlapping and touching spans become one."""
    merged: list[list[float]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1] + bridge_s:
            merged[-1][1] = max(merged[-1][1], end)
        elif end > start:
            merged.append([start, end])
    return tuple((start, end) for start, end in merged)


def subtract(span: Span, holes: Sequence[Span]) -> tuple[Span, ...]:
    """What is left of a span without the holes (merged and in order)."""
    left: list[Span] = []
    start, end = span
    for hole_start, hole_end in holes:
        if hole_end <= start or hole_start >= end:
            continue
        if hole_start > start:
            left.append((start, hole_start))
        start = max(start, hole_end)
    if start < end:
        left.append((start, end))
    return tuple(left)


def total(spans: Iterable[Span]) -> float:
    """Seconds in all."""
    return sum(end - start for start, end in spans)


def overlap(spans: Sequence[Span], others: Sequence[Span]) -> tuple[Span, ...]:
    """What lies in both."""
    few, many = sorted((spans, others), key=len)
    if not few:
        return ()
    # of hours of speech one answer has little
    first, last = min(start for start, _ in few), max(end for _, end in few)
    many = merge([s for s in many if s[1] > first and s[0] < last])
    ends = [end for _, end in many]
    found = []
    for start, end in merge(few):
        for other_start, other_end in many[bisect_right(ends, start) :]:
            if other_start >= end:
                break
            found.append((max(start, other_start), min(end, other_end)))
    return merge(found)
