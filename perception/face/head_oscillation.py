"""Swings of the head about one axis, and whether they make a nod or a shake.

Head angles are read as swings between turning points. A nod is a swing of pitch and its return,
quick both ways; a shake is three or more swings of yaw. A single swing that stays where it ends is
a look (down, aside), however fast, and a slow one is a change of posture.

A head turns about its joint with the neck, a hand's breadth behind the eyes, so a nod carries the
eyes up and down, and a shake from side to side. A grimace pulls at the points from which the angles
are told, and carries the eyes nowhere: where the place of the head is known, that tells the two
apart.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Literal

import numpy as np

from perception.face.gesture_settings import GestureSettings
from perception.types import HeadGesture

_FEWEST_PLACES = 4
"""Places of the head from which it can be told whether a gesture carried it."""


@dataclass(slots=True)
class _Swing:
    t_start_s: float
    t_end_s: float
    size_deg: float

    @property
    def length_s(self) -> float:
        return self.t_end_s - self.t_start_s


class Oscillation:
    """Turning points of one angle, and whether the last of them make a gesture."""

    def __init__(
        self,
        kind: Literal["nod", "shake"],
        least_deg: float,
        swings: int,
        settings: GestureSettings,
    ) -> None:
        self._kind = kind
        self._least = least_deg
        self._needed = swings
        self._s = settings
        self.reset()

    def reset(self) -> None:
        self._swings: list[_Swing] = []
        self._origin: tuple[float, float] | None = None
        self._extreme = (0.0, 0.0)
        self._rising: bool | None = None
        self._recent: deque[tuple[float, float]] = deque()
        self._places: deque[tuple[float, float, float]] = deque()
        self._rest_from_s = 0.0

    def add(
        self, t_s: float, angle: float, other_range: float, place_cm: float | None
    ) -> HeadGesture | None:
        """Takes one angle; a gesture when one is over.

        Args:
            t_s: grab time.
            angle: degrees.
            other_range: degrees that the head moved about its other axis in the same while.
            place_cm: of the eyes along the way that this angle carries them; None where unknown.
        """
        self._recent.append((t_s, angle))
        if place_cm is not None:
            self._places.append((t_s, angle, place_cm))
        for kept in (self._recent, self._places):
            while kept and kept[0][0] < t_s - self._s.longest_s - 1.0:
                kept.popleft()
        if self._origin is None:
            self._origin = self._extreme = (t_s, angle)
            return None
        self._turn(t_s, angle)
        return self._tell(t_s, other_range)

    def range_since(self, t_s: float) -> float:
        """Degrees between the least and the greatest angle since ``t_s``."""
        angles = [angle for when, angle in self._recent if when >= t_s]
        return max(angles) - min(angles) if angles else 0.0

    def busy_since(self) -> float | None:
        """Start of the movement under way, None at rest."""
        return self._swings[0].t_start_s if self._swings else None

    def _turn(self, t_s: float, angle: float) -> None:
        assert self._origin is not None
        if self._rising is None:
            # At rest: the origin trails slow drift, so that only a quick departure is a swing.
            from_s = max(self._rest_from_s, t_s - self._s.swing_s)
            trail = [(when, value) for when, value in self._recent if when >= from_s]
            low = min(value for _, value in trail)
            high = max(value for _, value in trail)
            if angle - low >= self._least or high - angle >= self._least:
                self._rising = angle - low >= self._least
                edge = low if self._rising else high
                near = 0.2 * self._least
                begun = max(when for when, value in trail if abs(value - edge) <= near)
                self._origin = (begun, edge)
                self._extreme = (t_s, angle)
            return
        beyond = angle - self._extreme[1] if self._rising else self._extreme[1] - angle
        # Creeping on at a turning point, and noise there, is rest: it moves the point's value by
        # nothing, and so not its time either.
        if beyond > max(0.1 * self._least, 0.03 * abs(self._extreme[1] - self._origin[1])):
            self._extreme = (t_s, angle)
            return
        back = abs(angle - self._extreme[1])
        size = abs(self._extreme[1] - self._origin[1])
        # A return counts at a third of the way, so the last, smaller swing of a nod is found.
        if back >= max(0.4 * self._least, 0.3 * size):
            self._close_swing(size)
            self._rising = not self._rising
            self._extreme = (t_s, angle)

    def _close_swing(self, size: float) -> None:
        assert self._origin is not None
        start_s, end_s = self._origin[0], self._extreme[0]
        if end_s - start_s > self._s.swing_s or size < 0.6 * self._least:
            self._swings.clear()
        else:
            self._swings.append(_Swing(start_s, end_s, size))
        self._origin = self._extreme

    def _tell(self, t_s: float, other_range: float) -> HeadGesture | None:
        if self._rising is None or self._origin is None:
            return None
        open_size = abs(self._extreme[1] - self._origin[1])
        held_s = t_s - self._extreme[0]
        open_s = self._extreme[0] - self._origin[0]
        swings = list(self._swings)
        if open_size >= 0.6 * self._least and open_s <= self._s.swing_s:
            swings.append(_Swing(self._origin[0], self._extreme[0], open_size))
        # A slow swing lingers at its turning points, and is not over there.
        rest_s = max(self._s.settle_s, 0.6 * swings[-1].length_s if swings else 0.0)
        over = held_s >= rest_s or open_s > self._s.swing_s
        if swings and t_s - swings[0].t_start_s >= self._s.longest_s:
            over = True
        if not over:
            return None
        gesture = self._judge(t_s, swings, other_range)
        self.reset_swings(t_s)
        return gesture

    def reset_swings(self, t_s: float) -> None:
        """Back to rest; what was seen before now starts no new swing."""
        self._swings = []
        self._rising = None
        self._origin = self._extreme = self._recent[-1]
        self._rest_from_s = t_s

    def _judge(self, t_s: float, swings: list[_Swing], other_range: float) -> HeadGesture | None:
        if len(swings) < self._needed:
            return None
        size = max(swing.size_deg for swing in swings)
        first, second = swings[0].size_deg, swings[1].size_deg
        # The way back must be of the size of the way out: otherwise it is a look with a bounce.
        if size < self._least or second < 0.6 * first or other_range > size:
            return None
        start_s, end_s = swings[0].t_start_s, swings[-1].t_end_s
        if not self._carried(start_s, end_s):
            return None
        return HeadGesture(self._kind, start_s, end_s, size, t_s)

    def _carried(self, start_s: float, end_s: float) -> bool:
        """Whether the eyes went along; also where it is not known where they were."""
        seen = np.array([(a, p) for t, a, p in self._places if start_s <= t <= end_s], float)
        if len(seen) < _FEWEST_PLACES:
            return True
        angle, place = (seen - seen.mean(axis=0)).T
        along, turned, moved = float(angle @ place), float(angle @ angle), float(place @ place)
        if along < self._s.carried_cm * turned:
            return False
        return along >= self._s.carried_r * math.sqrt(turned * moved)
