"""Hands from joints and hand landmarks: seen or not, how fast, at the face, gesturing, fidgeting.

Two sources, because each sees what the other misses. The joints come with every look and follow a
moving hand, but guess where an arm is half hidden or leaves the picture, and a guess trembles; the
hand's own landmarks come a few times a second and are sure of what they see. So movement is told
by the joints where they are sure, else by the landmarks; never across the two.

Lengths are in shoulder widths and relative to the shoulders where those are seen, so that hands
that ride along on a leaning body do not move.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from perception.body.base import LEFT_HAND, RIGHT_HAND, BodySettings, FacePlace, Limbs
from perception.body.posture import Posture

_SIDES = (LEFT_HAND, RIGHT_HAND)

_SURE = 0.8
"""Likelihood from which joints tell how a hand moves. Below, still hands that hold something were
seen to jump by half a width."""
_LOOKS_KEPT = 2.2
"""Times ``hands_every_s`` for which what a look for hands found still holds."""
_ARM = 0.9
"""Widths that a found hand may be away from where the candidate's joints end to be theirs."""
_BASE_S = 0.2
"""Least s over which a speed is taken: jitter of neighbouring looks would pass for movement."""
_GAP_S = 0.7
"""s after which a hand that comes back is a new one."""
_PATH_S = 1.0
_AT_FACE_POINTS = 3
"""Landmarks of a hand, of 21, that lie on the face when it touches it."""
_PALM_M = 0.15
"""Longer than any palm (wrist to middle knuckle, 0.09 to 0.11 m): one that looks this long at the
face's distance is much nearer to the camera than the face."""
_PALM_ON_WIDTH = _PALM_M / 0.36

BODY_SWING = (0.03, 0.20)
HAND_SWING = (0.06, 0.30)
"""Least and largest swing of a fidget, widths: above the joints' jitter (0.002 to 0.004 for still
shoulders), below a change of posture or a gesture."""
_LEAST_SWINGS = 3
"""Once there, back, and there again: fewer are no repeated movement."""
_LEAST_SPAN = 0.6
"""Share of the window that must have been seen."""


@dataclass(frozen=True, slots=True)
class HandSigns:
    """What hands do; see :class:`perception.types.BodyReading`."""

    visible: int
    speed: float | None
    to_face: bool | None
    gesturing: bool
    fidget: float | None


@dataclass
class _Path:
    """Where one hand was in the last second."""

    points: deque[tuple[float, float, float]]
    """Time, and x and y in widths."""
    relative: bool = False
    """To the shoulders, rather than to the picture."""

    def add(self, t_s: float, x: float, y: float, relative: bool) -> None:
        gone = self.points and t_s - self.points[-1][0] > _GAP_S
        if relative != self.relative or gone:
            self.points.clear()
        self.relative = relative
        self.points.append((t_s, x, y))
        while t_s - self.points[0][0] > _PATH_S + 1e-6:
            self.points.popleft()

    def speed(self) -> float | None:
        """Widths per second over the last fifth of a second or a little more."""
        t_s, x, y = self.points[-1]
        before = [p for p in self.points if t_s - p[0] >= _BASE_S - 1e-6]
        if not before:
            return None
        t0_s, x0, y0 = before[-1]
        return float(np.hypot(x - x0, y - y0)) / (t_s - t0_s)

    def travelled(self) -> float:
        """Diagonal of the box in which the hand was, widths."""
        places = np.array(self.points)[:, 1:]
        return float(np.hypot(*np.ptp(places, axis=0)))


class HandReader:
    """Tells what the hands do, picture by picture.

    Args:
        settings: what counts as what.
    """

    def __init__(self, settings: BodySettings) -> None:
        self._settings = settings
        self._shown = [False, False]
        self._by_joints = [_Path(deque()), _Path(deque())]
        self._by_looks = [_Path(deque()), _Path(deque())]
        self._found: tuple[NDArray[np.float32], ...] = ()
        self._found_s = float("-inf")
        self._hinted = False
        self._gesturing_s: float | None = None
        self._fidget = FidgetMeter(settings)

    def read(
        self,
        t_s: float,
        limbs: Limbs,
        posture: Posture,
        face: FacePlace | None,
        size: tuple[int, int],
    ) -> HandSigns:
        """What the hands do in the next picture.

        Args:
            t_s: grab time.
            limbs: the candidate's.
            posture: the candidate's, from the same limbs.
            face: the candidate's, now or shortly before; None where that is not known.
            size: (width, height) of the picture in pixels.
        """
        joints = self._see_joints(t_s, limbs, posture, size)
        looks = self._see_looks(t_s, limbs, posture)
        moving = [joint or look for joint, look in zip(joints, looks, strict=True)]
        # Joints that are not sure like to show both hands where one is.
        sure = sum(path is not None for path in joints)
        visible = max(len(self._found), sure) if self._found else sum(self._shown)
        paths = [path for path in moving if path is not None]
        speeds = [v for path in paths if (v := path.speed()) is not None]
        to_face = None if face is None else self._at_face(limbs, posture, face)
        gesturing = self._gestures(t_s, paths, bool(to_face))
        fidget = self._fidget.add(t_s, posture, joints, gesturing)
        return HandSigns(min(2, visible), max(speeds, default=None), to_face, gesturing, fidget)

    def _see_joints(
        self, t_s: float, limbs: Limbs, posture: Posture, size: tuple[int, int]
    ) -> list[_Path | None]:
        """The path of each hand that the joints are sure of; None for one that they are not."""
        paths: list[_Path | None] = []
        for side, joints in enumerate(_SIDES):
            middle = limbs.points[list(joints)].mean(axis=0)
            likely = float(limbs.likely[list(joints)].mean())
            s = self._settings
            enough = likely >= (s.hand_off if self._shown[side] else s.hand_on)
            self._shown[side] = enough and bool(((middle >= 0) & (middle < size)).all())
            path = self._by_joints[side]
            sure = self._shown[side] and likely >= _SURE
            if sure:
                path.add(t_s, *in_widths(middle, posture))
            paths.append(path if sure else None)
        return paths

    def _see_looks(self, t_s: float, limbs: Limbs, posture: Posture) -> list[_Path | None]:
        """The path of each hand that was found by itself, now or in the look before."""
        if limbs.hands is not None:
            hands = own_hands(limbs, posture.scale_px)
            # A chin or a collar is taken for a hand now and then, but not twice running.
            self._found, self._hinted = hands if self._hinted else (), bool(hands)
            self._found_s = t_s
            ends = [limbs.points[list(joints)].mean(axis=0) for joints in _SIDES]
            free = [0, 1]
            for hand in hands:
                middle = hand.mean(axis=0)
                side = min(free, key=lambda i: float(np.hypot(*(middle - ends[i]))))
                free.remove(side)
                self._by_looks[side].add(t_s, *in_widths(middle, posture))
        elif t_s - self._found_s > _LOOKS_KEPT * self._settings.hands_every_s:
            self._found = ()
        return [
            path if self._found and path.points and path.points[-1][0] == self._found_s else None
            for path in self._by_looks
        ]

    def _at_face(self, limbs: Limbs, posture: Posture, face: FacePlace) -> bool:
        if any(touches(hand, face, posture.scale_px) for hand in self._found):
            return True
        # A hand over a face may be found by neither its own landmarks nor the face's; joints
        # still tell where the arm ends.
        sure = self._settings.hand_off
        for joints in _SIDES:
            ends = list(joints)[1:]
            x, y = limbs.points[ends].mean(axis=0).tolist()
            if float(limbs.likely[ends].mean()) >= sure and _on(np.array([[x, y]]), face).any():
                return True
        return False

    def _gestures(self, t_s: float, paths: list[_Path], at_face: bool) -> bool:
        """Starts with a raised hand's quick and wide movement, ends with a pause."""
        s = self._settings
        for path in () if at_face else paths:
            speed = path.speed()
            raised = not path.relative or path.points[-1][2] <= s.raised
            if speed is None or not raised or path.travelled() < s.gesture_reach:
                continue
            if speed >= (s.gesture_on if self._gesturing_s is None else s.gesture_off):
                self._gesturing_s = t_s
        if self._gesturing_s is None:
            return False
        if at_face or not paths or t_s - self._gesturing_s > s.gesture_hold_s:
            self._gesturing_s = None
        return self._gesturing_s is not None


class FidgetMeter:
    """Small movements there and back, of shoulders and of hands that do not gesture.

    A swing is what lies between two turning points of a coordinate. Swings of a fidget's size are
    counted over the last seconds; one posture shift makes one swing, and says nothing.

    Args:
        settings: window and full rate.
    """

    def __init__(self, settings: BodySettings) -> None:
        self._settings = settings
        self._series: list[deque[tuple[float, float, float]]] = [deque(), deque(), deque()]

    def add(
        self, t_s: float, posture: Posture, hands: list[_Path | None], gesturing: bool
    ) -> float | None:
        """Takes the next reading; 0...1, or None while too little was seen."""
        body, *others = self._series
        if not gesturing:
            if posture.middle is not None:
                x, y = posture.middle
                body.append((t_s, x / posture.scale_px, y / posture.scale_px))
            for series, path in zip(others, hands, strict=True):
                if path is not None and path.relative:
                    series.append(path.points[-1])
        known = []
        for series, sizes in zip(self._series, (BODY_SWING, HAND_SWING, HAND_SWING), strict=True):
            while series and t_s - series[0][0] > self._settings.fidget_s:
                series.popleft()
            known.append(self._rate(np.array(series), sizes))
        rates = [rate for rate in known if rate is not None]
        return min(1.0, max(rates) / self._settings.fidget_rate) if rates else None

    def _rate(self, series: NDArray[np.float64], sizes: tuple[float, float]) -> float | None:
        """Swings per second in an (n, 3) series; None where too little of the window was seen."""
        if len(series) < 3:
            return None
        gaps = np.diff(series[:, 0])
        seen_s = float(gaps[gaps <= _GAP_S].sum())
        if seen_s < _LEAST_SPAN * self._settings.fidget_s:
            return None
        counts = [len(swings(series[:, axis], *sizes)) for axis in (1, 2)]
        most = max(counts)
        return most / seen_s if most >= _LEAST_SWINGS else 0.0


def swings(values: NDArray[np.float64], least: float, largest: float) -> list[float]:
    """Sizes of the movements between turning points, those from ``least`` to ``largest``.

    Args:
        values: (n,) a coordinate over time.
        least: what turns by less is taken for jitter.
        largest: what goes farther is another kind of movement.
    """
    if values.size == 0:
        return []
    turns = [float(values[0])]
    heading = 0.0
    for value in values[1:].tolist():
        step = value - turns[-1]
        if heading * step > 0:
            turns[-1] = value  # farther the same way
        elif abs(step) >= least:
            turns.append(value)
            heading = step
    sizes = [abs(b - a) for a, b in pairwise(turns)]
    return [size for size in sizes if least <= size <= largest]


def own_hands(limbs: Limbs, scale_px: float) -> tuple[NDArray[np.float32], ...]:
    """Of the hands found, those at the ends of the candidate's arms; two at most."""
    ends = limbs.points[[*LEFT_HAND, *RIGHT_HAND]]
    own: list[NDArray[np.float32]] = []
    for hand in limbs.hands or ():
        middle = hand.mean(axis=0)
        away = float(np.hypot(*(ends - middle).T).min()) / scale_px
        twin = any(np.hypot(*(middle - o.mean(axis=0))) < 0.5 * palm_px(o) for o in own)
        if away <= _ARM and not twin:
            own.append(hand)
    return tuple(own[:2])


def palm_px(hand: NDArray[np.float32]) -> float:
    """Pixels from the wrist to the middle finger's knuckle of (21, 2) landmarks; at least 1."""
    return max(1.0, float(np.hypot(*(hand[9] - hand[0]))))


def touches(hand: NDArray[np.float32], face: FacePlace, scale_px: float) -> bool:
    """Whether (21, 2) landmarks lie on the face and not far before it.

    A picture has no depth; but a hand much nearer to the camera than the face looks too large.
    """
    near = palm_px(hand) / scale_px > _PALM_ON_WIDTH
    return not near and int(_on(hand, face).sum()) >= _AT_FACE_POINTS


def _on(points: NDArray[np.float32], face: FacePlace) -> NDArray[np.bool_]:
    left, top, right, bottom = face.box
    x, y = points[:, 0], points[:, 1]
    margin = 0.05 * face.width
    across = (x >= left - margin) & (x <= right + margin)
    return np.asarray(across & (y >= top - margin) & (y <= bottom + margin), np.bool_)


def in_widths(point: NDArray[np.float32], posture: Posture) -> tuple[float, float, bool]:
    """A (2,) pixel in shoulder widths, and whether from the shoulders' middle or the corner."""
    x, y = point.tolist()
    if posture.middle is None:
        return x / posture.scale_px, y / posture.scale_px, False
    ox, oy = posture.middle
    return (x - ox) / posture.scale_px, (y - oy) / posture.scale_px, True
