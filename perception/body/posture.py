"""Posture from joints: tilt of the shoulders, lean, slouch, each against the resting place.

Where somebody rests differs between people, chairs and cameras, so lean and slouch are told against
the candidate's own place: the median of the first seconds, replaced slowly by what comes later.

Metres come from the camera's focal length and the head's distance, both from the face, and the rule
that at rest the shoulders are as far away as the eyes and a little more.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import numpy as np

from perception.body.base import (
    LEFT_SHOULDER,
    RIGHT_SHOULDER,
    SHOULDERS_M,
    BodySettings,
    FacePlace,
    Limbs,
    breadth,
)

BEHIND_EYES_M = 0.11
"""How far the shoulder joints are behind the eyes of somebody who sits upright; from the project's
own figures of human bodies."""

TRUNK_M = 0.50
"""Hips to shoulders of a seated adult: the radius on which a leaning body turns."""

_INSIDE, _OUTSIDE = 0.03, 0.15
"""Picture sizes that a shoulder may be beyond the edge: up to the first it is as good as seen (the
shoulder's slope is in the picture), from the second on it is a guess."""

_SIDEWAYS = 0.9
"""Face widths between the shoulders under which the body is turned too far to tell anything."""

_SAMPLES = 40
"""Of the resting place in each of its two halves, the first and the later one."""

_SCALE_READINGS = 15
"""Readings over whose median the shoulder width is taken, about two seconds."""


@dataclass(frozen=True, slots=True)
class Posture:
    """How the candidate sits; see :class:`perception.types.BodyReading` for units and signs."""

    confidence: float
    scale_px: float
    """A shoulder width at the candidate's distance, pixels; expected where shoulders are unseen."""
    middle: tuple[float, float] | None = None
    """Between the shoulders, pixels; None where they are not seen."""
    shoulders_roll_deg: float | None = None
    lean_m: float | None = None
    slouch: float | None = None


@dataclass(frozen=True, slots=True)
class Rest:
    """The resting place."""

    head_m: float
    """The eyes' distance from the camera along its axis."""
    width: float
    """The shoulders' breadth over the focal length."""
    height_m: float
    """Of the shoulders' middle over the camera's axis."""

    @property
    def shoulders_m(self) -> float:
        """The shoulders' distance from the camera along its axis."""
        return self.head_m + BEHIND_EYES_M


class RestingPlace:
    """Learns where the candidate rests: quickly at first, slowly afterwards.

    Half of the samples come from the first ``learn_s``; the later ones come more rarely, and a new
    posture becomes the median when they outnumber the others, after ``relearn_s``.

    Args:
        settings: over how long.
    """

    def __init__(self, settings: BodySettings) -> None:
        self._settings = settings
        self._samples: deque[Rest] = deque(maxlen=2 * _SAMPLES)
        self._first_s = self._next_s = float("-inf")

    def add(self, t_s: float, sample: Rest) -> None:
        """Takes the place at ``t_s`` into account."""
        if not self._samples:
            self._first_s = t_s
        elif t_s < self._next_s:
            return
        s = self._settings
        early = t_s - self._first_s < s.learn_s
        self._next_s = t_s + (s.learn_s if early else s.relearn_s) / _SAMPLES
        self._samples.append(sample)

    def place(self, t_s: float) -> Rest | None:
        """The resting place as known at ``t_s``; None while too little was seen."""
        enough = self._settings.learn_after_s / self._settings.learn_s * _SAMPLES
        if len(self._samples) < enough or t_s - self._first_s < self._settings.learn_after_s:
            return None
        head, width, height = np.median(
            [(s.head_m, s.width, s.height_m) for s in self._samples], axis=0
        ).tolist()
        return Rest(head, width, height)


class PostureReader:
    """Tells the posture picture by picture.

    Args:
        settings: from when on shoulders are trusted and how the resting place is learned.
    """

    def __init__(self, settings: BodySettings) -> None:
        self._settings = settings
        self._focal_px: float | None = None
        self._rest = RestingPlace(settings)
        self._widths: deque[float] = deque(maxlen=_SCALE_READINGS)

    def read(
        self, t_s: float, limbs: Limbs, face: FacePlace | None, size: tuple[int, int]
    ) -> Posture:
        """The posture in the next picture.

        Args:
            t_s: grab time.
            limbs: the candidate's.
            face: the candidate's; None where it was not measured.
            size: (width, height) of the picture in pixels.
        """
        if face is not None:
            self._focal_px = face.focal_px
        confidence = shoulder_confidence(limbs, face, size)
        if confidence < self._settings.trusted:
            return Posture(confidence, self._expected_width(limbs, face))
        right, left = limbs.points[RIGHT_SHOULDER], limbs.points[LEFT_SHOULDER]
        wide = breadth(limbs.points)
        self._widths.append(wide)
        x, y = ((left + right) / 2).tolist()
        lean = slouch = None
        if self._focal_px is not None:
            width, up = wide / self._focal_px, (size[1] / 2 - y) / self._focal_px
            if face is not None:
                head_m = -face.position_m[2]
                self._rest.add(t_s, Rest(head_m, width, up * (head_m + BEHIND_EYES_M)))
            rest = self._rest.place(t_s)
            if rest is not None:
                lean = _lean(rest, width, face)
                slouch = _slouch(rest, up, lean)
        return Posture(
            confidence=confidence,
            scale_px=float(np.median(self._widths)),
            middle=(x, y),
            # image rows run downward: the left shoulder, at image right, lower is clockwise
            shoulders_roll_deg=math.degrees(math.atan2(left[1] - right[1], left[0] - right[0])),
            lean_m=lean,
            slouch=slouch,
        )

    def _expected_width(self, limbs: Limbs, face: FacePlace | None) -> float:
        if face is not None:
            return face.focal_px * SHOULDERS_M / (-face.position_m[2] + BEHIND_EYES_M)
        return float(np.median(self._widths)) if self._widths else breadth(limbs.points)


def shoulder_confidence(limbs: Limbs, face: FacePlace | None, size: tuple[int, int]) -> float:
    """0...1 that both shoulders are in sight and far enough apart to be measured."""
    both = [LEFT_SHOULDER, RIGHT_SHOULDER]
    points = limbs.points[both]
    if face is not None and points[0, 0] - points[1, 0] < _SIDEWAYS * face.width:
        return 0.0
    beyond = float((np.maximum(-points, points - size) / size).max())
    inside = (_OUTSIDE - beyond) / (_OUTSIDE - _INSIDE)
    return float(limbs.likely[both].min()) * min(1.0, max(0.0, inside))


def _lean(rest: Rest, width: float, face: FacePlace | None) -> float:
    """How much nearer the upper body is than at rest, m: the mean of head and shoulders.

    The shoulders' distance is told by their breadth, which a body turned aside narrows; the head's
    by the face. Where the face was not measured it is the shoulders' alone.
    """
    shoulders = rest.shoulders_m * (1.0 - rest.width / width)
    if face is None:
        return shoulders
    return (shoulders + rest.head_m + face.position_m[2]) / 2


def _slouch(rest: Rest, up: float, lean_m: float) -> float:
    """How far the shoulders are below their resting place, shoulder widths.

    Leaning turns the trunk about the hips, which takes the shoulders down as well; that much is no
    slouch.
    """
    sunk = rest.height_m - up * (rest.shoulders_m - lean_m)
    reach = min(abs(lean_m), 0.9 * TRUNK_M)
    sunk -= TRUNK_M - math.sqrt(TRUNK_M**2 - reach**2)
    return sunk / (rest.width * rest.shoulders_m)
