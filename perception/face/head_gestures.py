"""Nods, shakes, tilts and blinks, found while they happen.

Nods and shakes are swings of the head (:mod:`perception.face.head_oscillation`). A tilt is a roll
that is held. A blink is a short closing of both eyes on a head that does not turn.

A gesture is told once its movement has been still for ``settle_s`` (up to 0.4 s after slow swings),
or at ``longest_s``: that is how far ``t_found_s`` lags behind ``t_end_s``, give or take a frame. A
blink is told on the frame in which the eyes are open again.
"""

from __future__ import annotations

from collections import deque

from perception.face.gesture_settings import GestureSettings
from perception.face.head_oscillation import Oscillation
from perception.types import HeadGesture


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
        self._pitch = Oscillation("nod", self._s.nod_deg, self._s.nod_swings, self._s)
        self._yaw = Oscillation("shake", self._s.shake_deg, self._s.shake_swings, self._s)
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
        position_m: tuple[float, float, float] | None = None,
    ) -> list[HeadGesture]:
        """Takes one frame.

        Args:
            t_s: grab time; later than the one before.
            yaw_deg: head yaw.
            pitch_deg: head pitch.
            roll_deg: head roll.
            closure: of the right and the left eye, 0 open to 1 shut; None if not measured.
            position_m: of the point between the eyes from the camera; None if not measured.

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
        across, up = (None, None) if position_m is None else (100.0 * p for p in position_m[:2])
        since_s = self._pitch.busy_since() or t_s - 1.0
        nod = self._pitch.add(t_s, pitch_deg, self._yaw.range_since(since_s), up)
        since_s = self._yaw.busy_since() or t_s - 1.0
        shake = self._yaw.add(t_s, yaw_deg, self._pitch.range_since(since_s), across)
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
