"""How eyes move: saccades, the small corrections after them, and the drift of a held fixation.

A saccade's length in time grows with its size along the main sequence: about 23 ms and 2.7 ms per
degree (Lee, Badler & Badler 2002; Collewijn et al. 1988). It speeds up faster than it slows down,
the more so the larger it is (van Opstal & van Gisbergen 1987). Larger ones fall some 8 % short and
are completed by a second, small one after 0.12-0.18 s (Becker & Fuchs 1969). Between saccades the
eyes drift by tenths of a degree, and microsaccades, one or two a second, bring them back
(Martinez-Conde et al. 2004).
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field

BASE_S = 0.023
PER_DEG_S = 0.0027
UNDERSHOOT_FROM_DEG = 4.0
"""Saccades smaller than this land on their goal."""
LEAST_DEG = 0.3
"""Smaller differences between goal and gaze are left to drift and microsaccades."""
DRIFT_DEG_PER_S = 0.15

Point = tuple[float, float]
"""Yaw and pitch, degrees."""


@dataclass(slots=True)
class Saccades:
    """Where the eyes point, relative to something that may itself move.

    Args:
        rng: source of the scatter.
    """

    rng: random.Random
    _from: Point = field(default=(0.0, 0.0), init=False)
    _to: Point = field(default=(0.0, 0.0), init=False)
    _start_s: float = field(default=-1.0, init=False)
    _end_s: float = field(default=-1.0, init=False)
    _wish: Point = field(default=(0.0, 0.0), init=False)
    _correct_s: float | None = field(default=None, init=False)
    _micro_s: float = field(default=0.5, init=False)
    _drift: Point = field(default=(0.0, 0.0), init=False)

    def shift(self, yaw_deg: float, pitch_deg: float) -> None:
        """What the eyes point at is now counted from elsewhere: moves every angle by this much."""
        self._from = (self._from[0] + yaw_deg, self._from[1] + pitch_deg)
        self._to = (self._to[0] + yaw_deg, self._to[1] + pitch_deg)
        self._wish = (self._wish[0] + yaw_deg, self._wish[1] + pitch_deg)

    def advance(self, t_s: float, wish: Point) -> tuple[Point, float]:
        """Moves to session time ``t_s``.

        Args:
            t_s: session time.
            wish: where to look; a change of it starts a saccade as soon as none is under way.

        Returns:
            Where the eyes point, and the size of a saccade that begins now, else 0 (corrections
            and microsaccades count as 0).
        """
        if t_s < self._end_s:
            return self._at(t_s), 0.0
        if math.dist(wish, self._wish) >= LEAST_DEG:
            return self._set_out(t_s, wish)
        if self._correct_s is not None and t_s >= self._correct_s:
            self._correct_s = None
            self._begin(t_s, self._wish)
        elif t_s >= self._micro_s:
            scatter = (self.rng.gauss(0.0, 0.07), self.rng.gauss(0.0, 0.07))
            if self._correct_s is None:
                self._begin(t_s, (self._wish[0] + scatter[0], self._wish[1] + scatter[1]))
        return self._at(t_s), 0.0

    def _set_out(self, t_s: float, wish: Point) -> tuple[Point, float]:
        here = self._at(t_s)
        size = math.dist(wish, here)
        gain = 1.0
        self._wish, self._correct_s = wish, None
        if size > UNDERSHOOT_FROM_DEG:
            gain = min(1.0, max(0.84, self.rng.gauss(0.92, 0.03)))
            self._correct_s = t_s + BASE_S + PER_DEG_S * size + self.rng.uniform(0.12, 0.18)
        aim = (here[0] + gain * (wish[0] - here[0]), here[1] + gain * (wish[1] - here[1]))
        self._begin(t_s, aim)
        return here, size

    def _begin(self, t_s: float, aim: Point) -> None:
        self._from = self._at(t_s)
        self._to = aim
        self._start_s = t_s
        self._end_s = t_s + BASE_S + PER_DEG_S * math.dist(self._from, aim)
        self._micro_s = self._end_s + self.rng.uniform(0.4, 1.1)
        way = self.rng.uniform(0.0, 2.0 * math.pi)
        self._drift = (DRIFT_DEG_PER_S * math.cos(way), DRIFT_DEG_PER_S * math.sin(way))

    def _at(self, t_s: float) -> Point:
        if t_s >= self._end_s:
            held_s = min(1.0, t_s - self._end_s)
            return (self._to[0] + held_s * self._drift[0], self._to[1] + held_s * self._drift[1])
        size = math.dist(self._from, self._to)
        # an exponent under 1 brings the peak of speed forward, from the middle to two fifths
        skew = 1.0 - min(0.2, 0.008 * size)
        done = _minimum_jerk(((t_s - self._start_s) / (self._end_s - self._start_s)) ** skew)
        return (
            self._from[0] + done * (self._to[0] - self._from[0]),
            self._from[1] + done * (self._to[1] - self._from[1]),
        )


def _minimum_jerk(share: float) -> float:
    s = min(1.0, max(0.0, share))
    return s * s * s * (10.0 - 15.0 * s + 6.0 * s * s)
