"""MediaPipe's pose and hands, kept on the candidate and at a cost that a live room can bear.

The models are those that the package carries (pose "full", hands and palms "lite"; pose "lite"
would have to be downloaded). Joints are found in every picture given, on a small copy of it: the
model itself works on 256 pixels. Hands cost half as much again, so they are looked for a few times
a second while the joints of an arm are in or near the picture, and otherwise once a second.

The pose follows whichever person it likes best. Where that is not the one with the candidate's
face, it is made to look again with everybody else painted over.
"""

from __future__ import annotations

import contextlib

from perception import environment

# MediaPipe's library reads its variables once, as it loads; with this package it opens every sound
# device then, too
environment.prepare()
environment.leave_out("sounddevice")

import cv2
import numpy as np
from mediapipe.python.solutions import hands as hand_solution
from mediapipe.python.solutions import pose as pose_solution
from numpy.typing import NDArray

from perception.body.base import (
    LEFT_HAND,
    RIGHT_HAND,
    BodySettings,
    FacePlace,
    Limbs,
    Ownership,
    is_below,
)
from perception.errors import ModelError
from perception.quiet import native_stderr_muted

_BLANK = np.zeros((64, 64, 3), np.uint8)

_PALM, _PRESENT = 0.6, 0.7
"""Least confidence that a palm is one, and that landmarks are a hand's. On the project's real clips
faces that fill the picture were taken for hands with less, and no hand was lost by more."""
_NEAR_EDGE = 0.15
"""Picture sizes beyond the picture's edge at which the joints may misplace a hand that is in it."""
_HINT = 0.1
"""Likelihood of a hand from which it is worth a look."""
_RETRY_S = 1.0
"""s between attempts to find the candidate's body beside somebody else's."""
_AROUND = (2.3, 1.2)
"""Face widths shown to each side of, and above, the candidate's face in such an attempt."""


class MediaPipeBody:
    """The candidate's body by ``mediapipe.solutions``.

    Args:
        settings: how bodies are looked for.

    Raises:
        ModelError: the installed package lacks a model.
    """

    def __init__(self, settings: BodySettings | None = None) -> None:
        self._settings = settings or BodySettings()
        try:
            with native_stderr_muted():
                self._pose = pose_solution.Pose(model_complexity=1, smooth_landmarks=False)
                self._pose.process(_BLANK)
                self._hands = hand_solution.Hands(
                    model_complexity=0,
                    max_num_hands=2,
                    min_detection_confidence=_PALM,
                    min_tracking_confidence=_PRESENT,
                )
                self._hands.process(_BLANK)
        except (FileNotFoundError, RuntimeError) as error:
            reason = str(error).strip().splitlines() or [type(error).__name__]
            raise ModelError(
                f"body 'mediapipe' cannot load its models ({reason[0][:120]}); "
                "install the package again with: pip install --force-reinstall mediapipe"
            ) from None
        self._own = Ownership(self._settings)
        self._hands_s = float("-inf")
        self._retry_s = float("-inf")
        self._holding = False
        self._met = self._handled = False

    def find(self, image: NDArray[np.uint8], t_s: float, face: FacePlace | None) -> Limbs | None:
        """The candidate's joints, or None; see :class:`perception.body.base.BodyFinder`."""
        small = self._shrink(image)
        scale = image.shape[1] / small.shape[1]
        found = self._joints(small, scale)
        if found is not None and face is not None and not is_below(found[0], face):
            found = self._look_again(small, scale, t_s, face)
        if found is None or not self._own.judge(found[0], face, t_s):
            return None
        points, likely = found
        hands = None
        if self._hands_due(points, likely, (image.shape[1], image.shape[0]), t_s):
            hands = self._look_for_hands(small, scale)
            self._hands_s = t_s
        return Limbs(points, likely, hands)

    def close(self) -> None:
        self._pose.close()
        self._hands.close()

    def _shrink(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        height, width = image.shape[:2]
        if width <= self._settings.width:
            return image
        size = (self._settings.width, max(1, round(height * self._settings.width / width)))
        return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)

    def _joints(
        self, small: NDArray[np.uint8], scale: float
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
        """(33, 2) pixels of the whole picture and (33,) likelihoods."""
        # the first person draws a warning, unless the face mesh has drawn it before
        with contextlib.nullcontext() if self._met else native_stderr_muted():
            found = self._pose.process(small).pose_landmarks
        if found is None:
            return None
        self._met = True
        values = np.array([(p.x, p.y, p.visibility) for p in found.landmark], np.float32)
        size = np.array([small.shape[1], small.shape[0]], np.float32)
        return values[:, :2] * size * np.float32(scale), values[:, 2]

    def _look_again(
        self, small: NDArray[np.uint8], scale: float, t_s: float, face: FacePlace
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
        """Finds the person with this face; None where that fails or was tried just now."""
        if t_s - self._retry_s < _RETRY_S:
            return None
        self._retry_s = t_s
        self._pose.process(np.zeros_like(small))  # lets go of whom it follows
        return self._joints(_only(small, scale, face), scale)

    def _hands_due(
        self,
        points: NDArray[np.float32],
        likely: NDArray[np.float32],
        size: tuple[int, int],
        t_s: float,
    ) -> bool:
        s = self._settings
        expected = self._holding or any(
            _reaches(points[list(side)], likely[list(side)], size)
            for side in (LEFT_HAND, RIGHT_HAND)
        )
        wait_s = s.hands_every_s if expected else s.idle_hands_every_s
        return t_s - self._hands_s >= wait_s - 1e-6

    def _look_for_hands(
        self, small: NDArray[np.uint8], scale: float
    ) -> tuple[NDArray[np.float32], ...]:
        # the first hand draws a warning
        with contextlib.nullcontext() if self._handled else native_stderr_muted():
            found = self._hands.process(small).multi_hand_landmarks or ()
        self._holding = bool(found)
        self._handled = self._handled or self._holding
        size = np.array([small.shape[1], small.shape[0]], np.float32) * scale
        return tuple(
            np.array([(p.x, p.y) for p in hand.landmark], np.float32) * size for hand in found
        )


def _reaches(
    points: NDArray[np.float32], likely: NDArray[np.float32], size: tuple[int, int]
) -> bool:
    """Whether any point of a hand may be in the picture."""
    margin = _NEAR_EDGE * np.array(size, np.float32)
    near = ((points > -margin) & (points < np.array(size) + margin)).all(axis=1)
    return bool((near & (likely >= _HINT)).any())


def _only(image: NDArray[np.uint8], scale: float, face: FacePlace) -> NDArray[np.uint8]:
    """The picture with everything away from the candidate's column grey."""
    x, y = face.centre[0] / scale, face.box[1] / scale
    width = face.width / scale
    left, right = int(x - _AROUND[0] * width), int(x + _AROUND[0] * width)
    top = max(0, int(y - _AROUND[1] * width))
    shown = np.full_like(image, 128)
    shown[top:, max(0, left) : max(0, right)] = image[top:, max(0, left) : max(0, right)]
    return shown
