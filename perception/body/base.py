"""The upper body: what a body back-end gives, and whether the body it found is the candidate's.

A back-end finds one person's joints in a picture, in the numbering of BlazePose (33 points), and,
less often, hands (21 points each, the wrist first). Back-ends are named in :data:`BACKENDS` and
imported only when chosen. What joints mean is told in :mod:`perception.body.posture` and
:mod:`perception.body.hands`; :mod:`perception.pipeline.body` puts the parts together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Protocol

import numpy as np
from numpy.typing import NDArray

from perception.backend import load_backend
from perception.settings import (
    NotNegative,
    Positive,
    PositiveShare,
    between,
    checked,
    in_order,
    one_of,
)

BACKENDS = {"mediapipe": "perception.body.body_mediapipe:MediaPipeBody"}
"""Name to ``module:Class``."""

NOSE, LEFT_EYE, RIGHT_EYE = 0, 2, 5
LEFT_SHOULDER, RIGHT_SHOULDER = 11, 12
LEFT_HAND, RIGHT_HAND = (15, 17, 19, 21), (16, 18, 20, 22)
"""Wrist, little finger's, index finger's knuckle and thumb."""

SHOULDERS_M = 0.36
"""Between an adult's shoulder joints; stands in where shoulders are not seen."""

_HEAD_ON_FACE = 0.7
"""Face widths that the joints' head may be off the candidate's face and still be the same."""
_STEP = 1.0
"""Shoulder widths that a body may move between two looks and still be the same without a face."""


@checked
@dataclass(frozen=True, slots=True)
class BodySettings:
    """How the body is seen and what its movements are taken for.

    Lengths in "widths" are the candidate's shoulder widths as seen, about 0.36 m.
    """

    enabled: bool = True
    """Whether the body is looked at; without it nothing is said of posture and hands."""
    backend: Annotated[str, one_of(BACKENDS)] = "mediapipe"
    """Name in the table of back-ends."""
    rate_hz: Annotated[float, between(1, 60)] = 8.5
    """Looks per second of picture time; a camera that is slower than this sets the pace."""
    spared_rate_hz: Annotated[float, between(1, 60)] = 4.0
    """The same on a machine that is short of time; see ``game/stage/frame_governor.py``."""
    width: Annotated[int, between(128, 7680)] = 320
    """Pixels; wider pictures are scaled down to this before bodies are searched."""
    hands_every_s: Positive = 0.23
    """s between looks for hands while an arm reaches into the picture."""
    idle_hands_every_s: Positive = 1.0
    """s between looks for hands while none is expected."""
    trusted: PositiveShare = 0.5
    """Least confidence (0...1) of shoulders that are measured."""
    hand_on: PositiveShare = 0.6
    """Likelihood (0...1) of a hand by the joints alone from which it counts as visible."""
    hand_off: PositiveShare = 0.45
    """Likelihood under which it no longer does."""
    without_face_s: NotNegative = 4.0
    """s for which a body that was the candidate's is followed while the face is not measured."""
    forget_after_s: NotNegative = 10.0
    """s without the candidate after which the resting place is learned anew."""
    learn_after_s: Positive = 3.0
    """s of sitting before there is a resting place."""
    learn_s: Positive = 20.0
    """s over which the resting place is first learned."""
    relearn_s: Positive = 160.0
    """s for which a new posture must be held until it is the resting place."""
    gesture_on: Positive = 0.6
    """Widths per second from which a raised hand gestures."""
    gesture_off: Positive = 0.25
    """Widths per second under which it pauses."""
    gesture_reach: Positive = 0.3
    """Widths that a hand must have moved about in within a second; what is smaller is no gesture.
    About 0.1 m at the body, less for a hand held toward the camera."""
    gesture_hold_s: Positive = 0.5
    """s for which a pause between two strokes still belongs to the gesture."""
    raised: Positive = 1.6
    """Widths below the shoulders down to which a hand is raised rather than in the lap."""
    fidget_s: Annotated[float, between(2, 600)] = 5.0
    """s over which small movements are counted."""
    fidget_rate: Positive = 1.6
    """Swings (there, or back) per second that make the strongest fidgeting, 1."""

    def __post_init__(self) -> None:
        in_order(
            self,
            "hands_every_s <= idle_hands_every_s",
            "hand_off <= hand_on",
            "without_face_s <= forget_after_s",
            "learn_after_s <= learn_s <= relearn_s",
            "gesture_off <= gesture_on",
        )


@dataclass(frozen=True, slots=True)
class FacePlace:
    """Where the candidate's face is in one picture; the body is looked for below it."""

    t_s: float
    """Grab time of the picture."""
    box: tuple[float, float, float, float]
    """Left, top, right and bottom of the face's landmarks, pixels."""
    position_m: tuple[float, float, float]
    """Midpoint between the eyes from the camera."""
    focal_px: float
    """Focal length of the camera for which that position holds, pixels."""

    @property
    def centre(self) -> tuple[float, float]:
        """(x, y) in pixels."""
        left, top, right, bottom = self.box
        return (left + right) / 2, (top + bottom) / 2

    @property
    def width(self) -> float:
        """Pixels; of a turned face, what its height lets expect."""
        left, top, right, bottom = self.box
        return max(right - left, 0.7 * (bottom - top), 1.0)


@dataclass(frozen=True, slots=True)
class Limbs:
    """One person's joints in one picture."""

    points: NDArray[np.float32]
    """(33, 2) pixels of the picture given, x right, y down; they may lie beyond its edges."""
    likely: NDArray[np.float32]
    """(33,) 0...1 that each is in sight, as the back-end puts it."""
    hands: tuple[NDArray[np.float32], ...] | None
    """(21, 2) pixels for each hand found, anyone's; None where hands were not looked for."""


class BodyFinder(Protocol):
    """Finds and follows the candidate's body."""

    def find(self, image: NDArray[np.uint8], t_s: float, face: FacePlace | None) -> Limbs | None:
        """The candidate's joints in the next picture of a stream.

        Args:
            image: (H, W, 3) RGB.
            t_s: grab time; must not run backwards.
            face: the candidate's face in this picture; None where it was not measured.
        """
        ...

    def close(self) -> None:
        """Frees the models."""
        ...


def open_body(settings: BodySettings | None = None) -> BodyFinder:
    """Loads the chosen back-end.

    Raises:
        InputError: no back-end has that name.
        ModelError: its package or its model is missing.
    """
    settings = settings or BodySettings()
    finder: BodyFinder = load_backend("body", settings.backend, BACKENDS)(settings)
    return finder


def face_place(
    t_s: float,
    landmarks: NDArray[np.float32],
    position_m: tuple[float, float, float],
    focal_px: float,
) -> FacePlace:
    """The place of a face with these (n, 3) or (n, 2) landmarks in pixels."""
    (left, top), (right, bottom) = landmarks[:, :2].min(axis=0), landmarks[:, :2].max(axis=0)
    box = (float(left), float(top), float(right), float(bottom))
    return FacePlace(t_s, box, position_m, focal_px)


def breadth(points: NDArray[np.float32]) -> float:
    """Pixels between the shoulder joints of (33, 2) points; at least 1."""
    return max(1.0, float(np.hypot(*(points[LEFT_SHOULDER] - points[RIGHT_SHOULDER]))))


class Ownership:
    """Tells whether joints are the candidate's, picture by picture.

    With a face it is decided by the face: the head of the joints must be where it is. Without one
    (turned away, behind a hand) a body stays the candidate's for a while if it has not jumped.

    Args:
        settings: for how long.
    """

    def __init__(self, settings: BodySettings) -> None:
        self._settings = settings
        self._sure_s: float | None = None
        self._place: NDArray[np.float32] | None = None

    def judge(self, points: NDArray[np.float32], face: FacePlace | None, t_s: float) -> bool:
        """Whether (33, 2) points of a picture grabbed at ``t_s`` are the candidate's."""
        place = points[[LEFT_SHOULDER, RIGHT_SHOULDER]].mean(axis=0)
        if face is not None:
            own = is_below(points, face)
            self._sure_s = t_s if own else self._sure_s
        else:
            own = (
                self._sure_s is not None
                and self._place is not None
                and t_s - self._sure_s <= self._settings.without_face_s
                and float(np.hypot(*(place - self._place))) < _STEP * breadth(points)
            )
        self._place = place if own else None
        return own


def is_below(points: NDArray[np.float32], face: FacePlace) -> bool:
    """Whether the head of (33, 2) joints is at this face."""
    x, y = points[[NOSE, LEFT_EYE, RIGHT_EYE]].mean(axis=0).tolist()
    off = float(np.hypot(x - face.centre[0], y - face.centre[1]))
    return off <= _HEAD_ON_FACE * face.width
