"""Nods, shakes, tilts and blinks, found while they happen.

Head angles are read as swings between turning points. A nod is a swing of pitch and its return,
quick both ways; a shake is three or more swings of yaw. A single swing that stays where it ends is
a look (down, aside), however fast, and a slow one is a change of posture. A tilt is a roll that is
held. A blink is a short closing of both eyes on a head that does not turn.

A gesture is told once its movement has been still for ``settle_s`` (up to 0.4 s after slow swings),
or at ``longest_s``: that is how far ``t_found_s`` lags behind ``t_end_s``, give or take a frame. A
blink is told on the frame in which the eyes are open again.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Annotated, Literal

from perception.settings import InnerShare, NotNegative, Positive, above, between, checked
from perception.types import HeadGesture


@checked
@dataclass(frozen=True, slots=True)
class GestureSettings:
    """What counts as a gesture."""

    nod_deg: Annotated[float, above(0, 180)] = 5.0
    """Degrees, peak to peak, of the least nod."""
    shake_deg: Annotated[float, above(0, 180)] = 5.0
    """Degrees, peak to peak, of the least shake."""
    nod_swings: Annotated[int, between(2, 20)] = 2
    """Swings of pitch that make a nod: down and up again."""
    shake_swings: Annotated[int, between(2, 20)] = 3
    """Swings of yaw that make a shake; two are a look aside and back."""
    swing_s: Positive = 0.7
    """s that one swing may take at most; slower movement is posture."""
    settle_s: Positive = 0.2
    """s of rest after which a gesture is over; three fifths of its last swing if that is more."""
    longest_s: Positive = 1.6
    """s after which a gesture that goes on is told; the rest counts anew."""
    tilt_deg: Annotated[float, above(0, 180)] = 9.0
    """Degrees of roll away from its resting value that make a tilt."""
    tilt_s: NotNegative = 0.5
    """s that it must be held."""
    blink_closed: InnerShare = 0.5
    """Closure (0...1) that a blink reaches at least, in both eyes together."""
    blink_longest_s: NotNegative = 0.5
    """s; longer closing is closed eyes, or a look down."""
    still_dps: NotNegative = 300.0
    """Degrees per second of yaw (or twice that of pitch) above which lids cannot be told from the
    turning."""
    frontal_deg: Annotated[float, between(0, 180)] = 50.0
    """Degrees of yaw beyond which a blink cannot be told."""


@dataclass(slots=True)
class _Swing:
    t_start_s: float
    t_end_s: float
    size_deg: float

    @property
    def length_s(self) -> float:
        return self.t_end_s - self.t_start_s


class _Oscillation:
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
        self._rest_from_s = 0.0

    def add(self, t_s: float, angle: float, other_range: float) -> HeadGesture | None:
        """Takes one angle; a gesture when one is over.

        Args:
            t_s: grab time.
            angle: degrees.
            other_range: degrees that the head moved about its other axis in the same while.
        """
        self._recent.append((t_s, angle))
        while self._recent[0][0] < t_s - self._s.longest_s - 1.0:
            self._recent.popleft()
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
        return HeadGesture(self._kind, swings[0].t_start_s, swings[-1].t_end_s, size, t_s)


class _Tilt:
    def __init__(self, settings: GestureSettings) -> None:
        self._s = settings
        self.reset()

    def reset(self) -> None:
        self._rest: float | None = None
        self._last_s = 0.0
        self._since_s: float | None = None
        self._largest = 0.0
        self._told = False

    def add(self, t_s: float, roll: float) -> HeadGesture | None:
        if self._rest is None:
            self._rest, self._last_s = roll, t_s
            return None
        off = abs(roll - self._rest)
        # The resting roll follows over some ten seconds, so a tilt that stays becomes the rest.
        self._rest += (roll - self._rest) * min(1.0, (t_s - self._last_s) / 10.0)
        self._last_s = t_s
        if off < 0.6 * self._s.tilt_deg:
            self._since_s, self._largest, self._told = None, 0.0, False
            return None
        if self._since_s is None:
            self._since_s = t_s
        self._largest = max(self._largest, off)
        held = t_s - self._since_s >= self._s.tilt_s
        if self._told or not held or self._largest < self._s.tilt_deg:
            return None
        self._told = True
        return HeadGesture("tilt", self._since_s, t_s, self._largest, t_s)


class _Blink:
    def __init__(self, settings: GestureSettings) -> None:
        self._s = settings
        self.reset()

    def reset(self) -> None:
        self._trail: deque[tuple[float, float]] = deque()
        self._start_s: float | None = None
        self._closed = 0.0
        self._base = 0.0
        self._spoiled = False

    def add(self, t_s: float, closure: float, readable: bool) -> HeadGesture | None:
        while self._trail and self._trail[0][0] < t_s - 1.0:
            self._trail.popleft()
        # Lids hang lower on a look down: a blink is measured from where the lids were just now.
        calm = min((value for _, value in self._trail), default=closure)
        self._trail.append((t_s, closure))
        if self._start_s is None:
            if closure - calm >= 0.5 * self._s.blink_closed and readable:
                self._start_s, self._base = t_s, calm
                self._closed, self._spoiled = closure, False
            return None
        self._closed = max(self._closed, closure)
        self._spoiled = self._spoiled or not readable
        depth = self._closed - self._base
        if closure - self._base > 0.45 * depth:
            if t_s - self._start_s > 2.0 * self._s.blink_longest_s:
                self.reset()  # eyes that stay shut, or a look down
            return None
        start_s, closed, spoiled = self._start_s, self._closed, self._spoiled
        self.reset()
        self._trail.append((t_s, closure))
        short = t_s - start_s <= self._s.blink_longest_s
        if not short or spoiled or closed < self._s.blink_closed:
            return None
        if depth < 0.6 * self._s.blink_closed:
            return None
        return HeadGesture("blink", start_s, t_s, closed, t_s)


class HeadGestureDetector:
    """Finds one candidate's head gestures and blinks.

    Args:
        settings: what counts as one.
    """

    def __init__(self, settings: GestureSettings | None = None) -> None:
        self._s = settings or GestureSettings()
        self._pitch = _Oscillation("nod", self._s.nod_deg, self._s.nod_swings, self._s)
        self._yaw = _Oscillation("shake", self._s.shake_deg, self._s.shake_swings, self._s)
        self._tilt = _Tilt(self._s)
        self._blink = _Blink(self._s)
        self._last: tuple[float, float, float] | None = None

    def reset(self) -> None:
        """Forgets what was under way; for when the face was lost."""
        self._pitch.reset()
        self._yaw.reset()
        self._tilt.reset()
        self._blink.reset()
        self._last = None

    def add(
        self,
        t_s: float,
        yaw_deg: float,
        pitch_deg: float,
        roll_deg: float,
        closure: tuple[float, float] | None,
    ) -> list[HeadGesture]:
        """Takes one frame.

        Args:
            t_s: grab time; later than the one before.
            yaw_deg: head yaw.
            pitch_deg: head pitch.
            roll_deg: head roll.
            closure: of the right and the left eye, 0 open to 1 shut; None if not measured.

        Returns:
            Gestures that are over with this frame.
        """
        speed = 0.0
        if self._last is not None:
            span_s = t_s - self._last[0]
            if span_s <= 0:
                return []
            if span_s > 0.5:
                self.reset()  # nothing is known of what lay between
            else:
                turn, lift = abs(yaw_deg - self._last[1]), abs(pitch_deg - self._last[2])
                speed = max(turn, 0.5 * lift) / span_s
        self._last = (t_s, yaw_deg, pitch_deg)
        since_s = self._pitch.busy_since() or t_s - 1.0
        nod = self._pitch.add(t_s, pitch_deg, self._yaw.range_since(since_s))
        since_s = self._yaw.busy_since() or t_s - 1.0
        shake = self._yaw.add(t_s, yaw_deg, self._pitch.range_since(since_s))
        found = [nod, shake, self._tilt.add(t_s, roll_deg)]
        if closure is not None:
            found.append(self._add_lids(t_s, yaw_deg, speed, closure))
        return [gesture for gesture in found if gesture is not None]

    def _add_lids(
        self, t_s: float, yaw_deg: float, speed_dps: float, closure: tuple[float, float]
    ) -> HeadGesture | None:
        right, left = closure
        # Both eyes close in a blink. On a turned head the far eye is hidden: the near one tells.
        if abs(yaw_deg) < 15:
            value = 0.5 * (right + left) if min(closure) > 0.5 * max(closure) else min(closure)
        else:
            value = right if yaw_deg > 0 else left
        readable = abs(yaw_deg) <= self._s.frontal_deg and speed_dps <= self._s.still_dps
        return self._blink.add(t_s, value, readable)
