"""Paths of hands: quintic segments, which move as people do, without a jump in speed.

A movement from rest to rest along a quintic is the one of least jerk, with the bell-shaped speed
that reaching hands have (Flash & Hogan 1985). A segment may begin with any speed, so a new movement
starts from whatever the hand is doing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

_BASE = np.array(
    # rows: place, speed and acceleration at the start, place and speed at the end (at rest there)
    [
        [1.0, 0.0, 0.0, -10.0, 15.0, -6.0],
        [0.0, 1.0, 0.0, -6.0, 8.0, -3.0],
        [0.0, 0.0, 0.5, -1.5, 1.5, -0.5],
        [0.0, 0.0, 0.0, 10.0, -15.0, 6.0],
        [0.0, 0.0, 0.0, -4.0, 7.0, -3.0],
    ]
)


@dataclass(slots=True)
class _QuinticSegment:
    start_s: float
    end_s: float
    coefficients: Vector
    """(6, n) in the share of the way."""
    arc: Vector
    """(n,) how far the middle of the way is bent aside."""


@dataclass(slots=True)
class Trajectory:
    """Numbers over time.

    Args:
        place: (n,) where it begins and stays until it is led on.
    """

    place: Vector
    _segments: list[_QuinticSegment] = field(default_factory=list, init=False)

    def at(self, t_s: float) -> Vector:
        """(n,) at a time; before the first segment where that begins, after the last its end."""
        segment = self._segment(t_s)
        if segment is None:
            return self.place
        u = min(1.0, max(0.0, (t_s - segment.start_s) / (segment.end_s - segment.start_s)))
        u2 = u * u
        value: Vector = np.array((1.0, u, u2, u2 * u, u2 * u2, u2 * u2 * u)) @ segment.coefficients
        if segment.arc.any():
            value = value + 64.0 * (u * (1.0 - u)) ** 3 * segment.arc
        return value

    def state(self, t_s: float) -> tuple[Vector, Vector, Vector]:
        """Place, speed and acceleration at a time."""
        segment = self._segment(t_s)
        if segment is None:
            still = np.zeros_like(self.place)
            return self.place, still, still
        length_s = segment.end_s - segment.start_s
        u = min(1.0, max(0.0, (t_s - segment.start_s) / length_s))
        first = np.array((0.0, 1.0, 2 * u, 3 * u**2, 4 * u**3, 5 * u**4)) @ segment.coefficients
        second = np.array((0.0, 0.0, 2.0, 6 * u, 12 * u**2, 20 * u**3)) @ segment.coefficients
        w, slope = u - u * u, 1.0 - 2.0 * u
        first = first + 192.0 * w**2 * slope * segment.arc
        second = second + 384.0 * w * (slope**2 - w) * segment.arc
        return self.at(t_s), first / length_s, second / length_s**2

    def lead(
        self,
        t_s: float,
        keys: Sequence[tuple[float, Vector, bool]],
        bend: float = 0.0,
    ) -> None:
        """Leads it on from where and how fast it is.

        Args:
            t_s: now; what was to come is forgotten.
            keys: times after ``t_s``, rising, with places and whether to pass without a stop.
            bend: share of its length by which a way bends upward and outward; wrists only.
        """
        here, speed, push = self.state(t_s)
        start_s, segments = t_s, []
        for i, (end_s, goal, through) in enumerate(keys):
            length_s = end_s - start_s
            after = np.zeros_like(here)
            if through and i + 1 < len(keys):
                after = (keys[i + 1][1] - here) / max(0.05, keys[i + 1][0] - start_s)
            ends = np.stack([here, speed * length_s, push * length_s**2, goal, after * length_s])
            segments.append(_QuinticSegment(start_s, end_s, _BASE.T @ ends, _arc(here, goal, bend)))
            here, speed, push, start_s = goal, after, np.zeros_like(here), end_s
        self._segments, self.place = segments, here

    @property
    def ends_s(self) -> float:
        """When it comes to rest; minus infinity where it was never led."""
        return self._segments[-1].end_s if self._segments else -np.inf

    def _segment(self, t_s: float) -> _QuinticSegment | None:
        for segment in self._segments:
            if t_s < segment.end_s:
                return segment
        return None


def _arc(here: Vector, goal: Vector, bend: float) -> Vector:
    arc = np.zeros_like(here)
    if bend:
        way = float(np.linalg.norm(goal[:3] - here[:3]))
        if way > 0.015:
            arc[2] = bend * way
            arc[0] = 0.5 * bend * way
    return arc
