"""The screen as a window: the view follows the candidate's tracked head.

Where the candidate sat at the beginning is the middle. As they lean or shift, the eye in the scene
moves as far as theirs did, scaled by how much larger the room's window is than a screen, and
the picture is that of a fixed window seen from there (Ware, Arthur and Booth 1993, "Fish tank
virtual reality"). Measured positions tremble, so they pass a One Euro filter (Casiez, Roussel and
Vogel 2012): smooth while the head is still, quick while it moves.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from typing import Annotated

import numpy as np

from perception.settings import Share, between, checked
from perception.types import FACE_TRUSTED, FaceReading

Offset = tuple[float, float, float]
"""Metres in the scene: to the candidate's right, toward the recruiter, up."""

STILL: Offset = (0.0, 0.0, 0.0)


@checked
@dataclass(frozen=True, slots=True)
class ImmersionSettings:
    """How the view follows the head."""

    follow: bool = False
    """Whether it does; ``--immersive`` turns it on."""
    scale: Annotated[float, between(0.2, 3.0)] = 1.4
    """Metres in the scene for one before the screen, 0.2 to 3; the window of the scene is about
    1.4 times as high as a common screen."""
    reach_m: tuple[float, float, float] = (0.35, 0.30, 0.20)
    """Farthest the eye moves in the scene: sideways, forward and back, up and down; metres."""
    least_confidence: Share = FACE_TRUSTED
    """Face confidence below which the view does not follow, 0 to 1."""
    hold_s: Annotated[float, between(0, 10)] = 0.5
    """Seconds that the view stays where it is after the face was lost, 0 to 10."""
    home_s: Annotated[float, between(0.1, 10)] = 1.2
    """Time constant in seconds of its way back to the middle then, 0.1 to 10."""
    still_hz: Annotated[float, between(0.05, 10)] = 0.6
    """Cut-off frequency while the head is still, Hz, 0.05 to 10."""
    quickness: Annotated[float, between(0, 100)] = 7.0
    """Hz of cut-off gained for each metre a second of movement, 0 to 100."""

    def __post_init__(self) -> None:
        if not all(0.0 <= each <= 0.5 for each in self.reach_m):
            raise ValueError(f"reach_m is {self.reach_m}; use three lengths of 0 to 0.5 metres")


_LEARNED_FROM = 12
"""Readings whose median is the middle: half a second."""
_SPEED_CUTOFF_HZ = 1.0
_FASTEST_MPS = 1.2
"""No head moves faster while its owner talks; what does is a reading gone wrong."""
_SETTLE_S = 0.06
"""Time constant of the last step: readings come at half the rate of pictures."""
_RETURN_S = 0.6
"""Time constant with which the view takes up a head that has come back elsewhere."""


@dataclass(slots=True)
class OneEuro:
    """A low-pass filter of one coordinate whose cut-off rises with speed.

    Args:
        still_hz: cut-off at rest.
        quickness: Hz of cut-off gained for each unit of speed.
    """

    still_hz: float
    quickness: float
    _value: float | None = field(default=None, init=False)
    _speed: float = field(default=0.0, init=False)

    def smooth(self, value: float, step_s: float) -> float:
        """The filtered coordinate after another ``step_s`` seconds."""
        if self._value is None or step_s <= 0.0:
            self._value = value if self._value is None else self._value
            return self._value
        speed = (value - self._value) / step_s
        self._speed += _share(_SPEED_CUTOFF_HZ, step_s) * (speed - self._speed)
        cutoff_hz = self.still_hz + self.quickness * abs(self._speed)
        self._value += _share(cutoff_hz, step_s) * (value - self._value)
        return self._value


class HeadWindow:
    """Where the eye in the scene is, from the face readings.

    Args:
        settings: how the view follows.
    """

    def __init__(self, settings: ImmersionSettings | None = None) -> None:
        self._settings = settings or ImmersionSettings()
        s = self._settings
        self._filters = [OneEuro(s.still_hz, s.quickness) for _ in range(3)]
        self._first: deque[tuple[float, float, float]] = deque(maxlen=_LEARNED_FROM)
        self._middle: tuple[float, float, float] | None = None
        self._goal: Offset = STILL
        self._shown: Offset = STILL
        self._seen_s: float | None = None
        self._read_s: float | None = None
        self._now_s: float | None = None
        self._lost = True
        self._catch_up = 1.0

    @property
    def following(self) -> bool:
        """Whether a face leads the view now."""
        return not self._lost

    def advance(self, t_s: float, face: FaceReading | None) -> Offset:
        """Moves on to session time ``t_s``.

        Args:
            t_s: session time.
            face: the newest reading, which may be the same as before; None without a camera.

        Returns:
            The eye's offset from the middle, within the settings' reach.
        """
        step_s = 0.0 if self._now_s is None else max(0.0, t_s - self._now_s)
        self._now_s = t_s
        if face is not None and face.t_s != self._read_s:
            self._read(face)
            self._read_s = face.t_s
        lost = self._seen_s is None or t_s - self._seen_s > self._settings.hold_s
        if self._lost and not lost:
            self._catch_up = 0.0
        self._lost = lost
        if lost:
            share = 1.0 - math.exp(-step_s / self._settings.home_s)
            self._shown = _toward(self._shown, STILL, share)
            return self._shown
        # a head that was lost and came back elsewhere is taken up softly, then followed closely
        self._catch_up = min(1.0, self._catch_up + step_s / (3.0 * _RETURN_S))
        slow = 1.0 - math.exp(-step_s / _RETURN_S)
        quick = 1.0 - math.exp(-step_s / _SETTLE_S)
        share = slow + (quick - slow) * self._catch_up**2
        far = math.dist(self._shown, self._goal)
        if far * share > _FASTEST_MPS * step_s:
            share = _FASTEST_MPS * step_s / far
        self._shown = _toward(self._shown, self._goal, share)
        return self._shown

    def _read(self, face: FaceReading) -> None:
        place = face.position_m
        if place is None or face.confidence < self._settings.least_confidence:
            return
        step_s = 0.0 if self._seen_s is None else max(0.0, face.t_s - self._seen_s)
        self._seen_s = face.t_s
        if self._middle is None:
            self._first.append(place)
            if len(self._first) < _LEARNED_FROM:
                return
            x, y, z = (float(each) for each in np.median(np.array(self._first), axis=0))
            self._middle = (x, y, z)
        x, y, z = (here - there for here, there in zip(place, self._middle, strict=True))
        # who moves toward image right moves to their own left; toward the camera is forward
        raw = (-x, z, y)
        scaled = (self._settings.scale * each for each in raw)
        smooth = [f.smooth(each, step_s) for f, each in zip(self._filters, scaled, strict=True)]
        side, ahead, up = (
            reach * math.tanh(each / reach) if reach > 0.0 else 0.0
            for each, reach in zip(smooth, self._settings.reach_m, strict=True)
        )
        self._goal = (side, ahead, up)


def _share(cutoff_hz: float, step_s: float) -> float:
    """Share of a step that a first-order low-pass takes."""
    return 1.0 - math.exp(-2.0 * math.pi * cutoff_hz * step_s)


def _toward(here: Offset, there: Offset, share: float) -> Offset:
    x, y, z = (a + share * (b - a) for a, b in zip(here, there, strict=True))
    return x, y, z
