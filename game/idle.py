"""What a body does when it does nothing: breathing, blinking, swaying."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field

from game.pose import Angles

# Closing and opening times of a blink (Lee, Badler & Badler 2002).
BLINK_CLOSE_S = 0.09
BLINK_OPEN_S = 0.24
# Blinks per minute at rest and in conversation (Bentivoglio et al. 1997).
BLINKS_LISTENING = 17.0
BLINKS_SPEAKING = 26.0
REFRACTORY_S = 0.6


@dataclass(slots=True)
class Blinking:
    """Eyelids over time: irregular, faster while speaking, often with a shift of gaze.

    Args:
        rng: source of the intervals.
    """

    rng: random.Random
    _start_s: float = field(default=-9.0, init=False)
    _next_s: float | None = field(default=None, init=False)
    count: int = field(default=0, init=False)

    def update(self, t_s: float, speaking: bool, shift_deg: float = 0.0) -> float:
        """Closure of the lids at ``t_s``, 0 (open) to 1.

        Args:
            t_s: session time.
            speaking: whether she speaks.
            shift_deg: size of a gaze shift that begins now; large ones take a blink along
                (Evinger et al. 1994).
        """
        if self._next_s is None:
            self._next_s = t_s + self._interval(speaking)
        with_shift = shift_deg > 12.0 and self.rng.random() < min(0.9, shift_deg / 35.0)
        rested = t_s - self._start_s > REFRACTORY_S
        if rested and (with_shift or t_s >= self._next_s):
            self._start_s = t_s
            self.count += 1
            self._next_s = t_s + self._interval(speaking)
        return _lid(t_s - self._start_s)

    def _interval(self, speaking: bool) -> float:
        rate = BLINKS_SPEAKING if speaking else BLINKS_LISTENING
        # a gamma of shape 3 is irregular without the long droughts of a bare exponential
        return REFRACTORY_S + self.rng.gammavariate(3.0, (60.0 / rate - REFRACTORY_S) / 3.0)


def _lid(since_s: float) -> float:
    if not 0.0 <= since_s < BLINK_CLOSE_S + BLINK_OPEN_S:
        return 0.0
    if since_s < BLINK_CLOSE_S:
        return math.sin(0.5 * math.pi * since_s / BLINK_CLOSE_S)
    rest = (since_s - BLINK_CLOSE_S) / BLINK_OPEN_S
    return 0.5 + 0.5 * math.cos(math.pi * rest)


@dataclass(slots=True)
class Breathing:
    """Chest over time, 12-18 breaths a minute with the longer half going out.

    Args:
        rng: source of the differences between breaths.
    """

    rng: random.Random
    _start_s: float | None = field(default=None, init=False)
    _length_s: float = field(default=4.0, init=False)
    _depth: float = field(default=1.0, init=False)

    def update(self, t_s: float) -> float:
        """Fullness of the chest at ``t_s``, 0...1."""
        if self._start_s is None:
            self._start_s = t_s
        while t_s - self._start_s >= self._length_s:
            self._start_s += self._length_s
            self._length_s = 60.0 / self.rng.uniform(12.0, 18.0)
            self._depth = self.rng.uniform(0.75, 1.0)
        share = (t_s - self._start_s) / self._length_s
        inhale = 0.4
        if share < inhale:
            return self._depth * (0.5 - 0.5 * math.cos(math.pi * share / inhale))
        return self._depth * (0.5 + 0.5 * math.cos(math.pi * (share - inhale) / (1 - inhale)))


@dataclass(slots=True)
class Sway:
    """Slow, never repeating movement of torso and head.

    Sums of sines with periods that have no common multiple, phases drawn from the seed.
    """

    rng: random.Random
    _waves: list[tuple[float, float, float]] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        for period_s, size in ((7.3, 0.35), (11.9, 0.45), (23.7, 0.6), (3.1, 0.14)):
            for _ in range(3):
                stretched = period_s * self.rng.uniform(0.9, 1.1)
                self._waves.append((stretched, size, self.rng.uniform(0, 2 * math.pi)))

    def update(self, t_s: float) -> Angles:
        """Deviation from the resting pose, degrees; within about ±1.5 on each axis."""
        sums = [0.0, 0.0, 0.0]
        for index, (period_s, size, phase) in enumerate(self._waves):
            sums[index % 3] += size * math.sin(2 * math.pi * t_s / period_s + phase)
        return Angles(*sums)
