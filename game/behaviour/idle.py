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
REFRACTORY_S = 0.5
INCOMPLETE = 0.12
"""Share of blinks whose lids do not meet (about a tenth to a fifth of spontaneous ones)."""
DOUBLE = 0.07
"""Share of blinks that a second one follows at once."""


@dataclass(frozen=True, slots=True)
class Blink:
    """One closing and opening of the lids."""

    start_s: float
    """Session time."""
    depth: float = 1.0
    """How far the lids close, 0...1."""
    pace: float = 1.0
    """Factor on the lengths of closing and opening."""

    def lid(self, t_s: float) -> float:
        """Closure at ``t_s``, 0...1."""
        since_s = (t_s - self.start_s) / self.pace
        if not 0.0 <= since_s < BLINK_CLOSE_S + BLINK_OPEN_S:
            return 0.0
        if since_s < BLINK_CLOSE_S:
            return self.depth * (0.5 - 0.5 * math.cos(math.pi * since_s / BLINK_CLOSE_S))
        # lids open fast at first and creep the last of the way
        rest = ((since_s - BLINK_CLOSE_S) / BLINK_OPEN_S) ** 0.8
        return self.depth * (0.5 + 0.5 * math.cos(math.pi * rest))


@dataclass(slots=True)
class Blinking:
    """Eyelids over time: irregular, faster while speaking, often with a shift of gaze.

    Blinks that come with shifts of gaze or in twos count: the others then wait longer, so that
    the published rates come out over a few minutes.

    Args:
        rng: source of the intervals.
    """

    rng: random.Random
    _blinks: list[Blink] = field(default_factory=list, init=False)
    _next_s: float | None = field(default=None, init=False)
    _speaking: bool = field(default=False, init=False)
    _owed: float = field(default=0.0, init=False)
    _now_s: float | None = field(default=None, init=False)
    count: int = field(default=0, init=False)

    def advance(self, t_s: float, speaking: bool, shift_deg: float = 0.0) -> float:
        """Closure of the lids at ``t_s``, 0 (open) to 1.

        Args:
            t_s: session time.
            speaking: whether she speaks.
            shift_deg: size of a gaze shift that begins now; large ones take a blink along
                (Evinger et al. 1994).
        """
        step = 0.0 if self._now_s is None else max(0.0, t_s - self._now_s)
        self._now_s = t_s
        self._owed = min(3.0, self._owed + step * _rate(speaking) / 60.0)
        if self._next_s is None or speaking != self._speaking:
            self._reschedule(t_s, speaking)
        # who has blinked much already lets a shift pass without
        odds = min(0.8, shift_deg / 60.0) * math.exp(0.4 * min(0.0, self._owed))
        with_shift = shift_deg > 8.0 and self.rng.random() < odds
        rested = not self._blinks or t_s - self._blinks[-1].start_s > REFRACTORY_S
        if rested and (with_shift or (self._next_s is not None and t_s >= self._next_s)):
            self._begin(t_s, with_shift)
            self._next_s = t_s + self._interval(speaking)
        while self._blinks and t_s - self._blinks[0].start_s > 1.0 and len(self._blinks) > 1:
            del self._blinks[0]
        return max((blink.lid(t_s) for blink in self._blinks), default=0.0)

    def _begin(self, t_s: float, with_shift: bool) -> None:
        depth = self.rng.uniform(0.5, 0.85) if self.rng.random() < INCOMPLETE else 1.0
        pace = self.rng.uniform(0.9, 1.12)
        self._blinks.append(Blink(t_s, depth, pace))
        self._count()
        if not with_shift and self.rng.random() < DOUBLE:
            again_s = t_s + pace * (BLINK_CLOSE_S + BLINK_OPEN_S) + self.rng.uniform(0.0, 0.08)
            self._blinks.append(Blink(again_s, self.rng.uniform(0.7, 1.0), pace))
            self._count()

    def _count(self) -> None:
        self.count += 1
        self._owed = max(-3.0, self._owed - 1.0)

    def _reschedule(self, t_s: float, speaking: bool) -> None:
        if self._next_s is None:
            self._next_s = t_s + self._interval(speaking)
        else:
            left_s = max(0.0, self._next_s - t_s)
            self._next_s = t_s + left_s * _rate(self._speaking) / _rate(speaking)
        self._speaking = speaking

    def _interval(self, speaking: bool) -> float:
        mean_s = 60.0 / _rate(speaking) * math.exp(-0.35 * self._owed) - REFRACTORY_S
        # a gamma of shape 3 is irregular without the long droughts of a bare exponential
        return REFRACTORY_S + self.rng.gammavariate(3.0, max(0.3, mean_s) / 3.0)


def _rate(speaking: bool) -> float:
    return BLINKS_SPEAKING if speaking else BLINKS_LISTENING


@dataclass(slots=True)
class Breathing:
    """Chest over time, 12-18 breaths a minute with the longer half going out.

    Args:
        rng: source of the differences between breaths.
    """

    rng: random.Random
    _start_s: float | None = field(default=None, init=False)
    _inhale_s: float = field(default=1.6, init=False)
    _exhale_s: float = field(default=2.4, init=False)
    _from: float = field(default=0.0, init=False)
    _depth: float = field(default=1.0, init=False)

    def advance(self, t_s: float) -> float:
        """Fullness of the chest at ``t_s``, 0...1."""
        if self._start_s is None:
            self._start_s = t_s
        while t_s - self._start_s >= self._inhale_s + self._exhale_s:
            self._start_s += self._inhale_s + self._exhale_s
            length_s = 60.0 / self.rng.uniform(12.5, 17.5)
            inhale = self.rng.uniform(0.36, 0.42)
            self._inhale_s, self._exhale_s = inhale * length_s, (1.0 - inhale) * length_s
            self._from, self._depth = 0.0, self.rng.uniform(0.7, 0.95)
        return self._chest(t_s - self._start_s)

    def speak(self, t_s: float, line_s: float) -> None:
        """Draws a quick breath that is full by ``t_s``'s line, and spends it over the line.

        Args:
            t_s: now.
            line_s: seconds that the line will take; a long one needs a breath in between.
        """
        since_s = 0.0 if self._start_s is None else t_s - self._start_s
        if self._start_s is not None and since_s < self._inhale_s + 0.4:
            return  # she has breath enough
        self._from = 0.0 if self._start_s is None else self._chest(since_s)
        self._start_s = t_s
        self._inhale_s = self.rng.uniform(0.4, 0.55)
        self._exhale_s = min(self.rng.uniform(4.0, 5.0), max(2.8, line_s))
        self._depth = self.rng.uniform(0.9, 1.0)

    def _chest(self, since_s: float) -> float:
        if since_s < self._inhale_s:
            rise = 0.5 - 0.5 * math.cos(math.pi * since_s / self._inhale_s)
            return self._from + (self._depth - self._from) * rise
        spent = min(1.0, (since_s - self._inhale_s) / self._exhale_s)
        return self._depth * (0.5 + 0.5 * math.cos(math.pi * spent))


@dataclass(slots=True)
class Drift:
    """A value that wanders smoothly about 0 and never comes by the same way twice.

    Random knots at even times, joined by a cubic (Catmull & Rom 1974).

    Args:
        rng: source of the knots.
        size: standard deviation of the knots, which stay within two and a half of it.
        every_s: seconds between knots.
    """

    rng: random.Random
    size: float
    every_s: float
    _knots: list[float] = field(default_factory=list, init=False)
    _from_s: float = field(default=0.0, init=False)

    def at(self, t_s: float) -> float:
        """The value at ``t_s``; call it with rising times."""
        if not self._knots:
            self._knots = [self._knot() for _ in range(4)]
            # the first knot lies in the past, so that several drifts do not turn in step
            self._from_s = t_s - self.rng.random() * self.every_s
        while t_s - self._from_s >= self.every_s:
            self._from_s += self.every_s
            self._knots = [*self._knots[1:], self._knot()]
        a, b, c, d = self._knots
        u = (t_s - self._from_s) / self.every_s
        return b + 0.5 * u * (
            c - a + u * (2.0 * a - 5.0 * b + 4.0 * c - d + u * (3.0 * (b - c) + d - a))
        )

    def _knot(self) -> float:
        return max(-2.5, min(2.5, self.rng.gauss(0.0, 1.0))) * self.size


@dataclass(slots=True)
class Sway:
    """Slow, never repeating movement of torso and head."""

    rng: random.Random
    _drifts: list[tuple[Drift, Drift]] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        for _ in range(3):
            slow = Drift(self.rng, 0.55, self.rng.uniform(4.5, 6.5))
            quick = Drift(self.rng, 0.12, self.rng.uniform(1.1, 1.6))
            self._drifts.append((slow, quick))

    def advance(self, t_s: float) -> Angles:
        """Deviation from the resting pose, degrees; within about ±1.5 on each axis."""
        return Angles(*(slow.at(t_s) + quick.at(t_s) for slow, quick in self._drifts))
