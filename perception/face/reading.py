"""One face's reading: pose, expression, gaze, gestures and impression of the candidate's landmarks.

What must be remembered of one person (resting face, gaze calibration, what is under way) lives here
and is kept through short losses of the face; another person starts anew.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perception.calibration import Calibration, GazeCalibration
from perception.face.emotion import EmotionSettings, impression
from perception.face.expression import (
    Expression,
    ExpressionReader,
    ExpressionSettings,
    to_head_axes,
)
from perception.face.eye_crops import eye_pictures
from perception.face.gaze import GazeEstimator, GazeSettings
from perception.face.gesture_settings import GestureSettings
from perception.face.head_gestures import HeadGestureDetector
from perception.face.headpose import HeadPose, turned
from perception.face.hidden_parts import HiddenPartsWatch, Part
from perception.face.networks import eye_network
from perception.face.seen_expression import eyes_hidden, seen_of, tells_impression
from perception.types import EmotionImpression, Gaze, HeadGesture

IMPRESSION_EVERY_S = 0.2
"""Faces hold an expression for half a second and more; one of every frame would say no more."""


@dataclass(frozen=True, slots=True)
class FaceReadings:
    """What one frame tells of the candidate's face."""

    pose: HeadPose
    """Of the head, not of the mesh."""
    expression: Expression
    gaze: Gaze | None
    eyes_deg: tuple[float, float] | None
    gestures: tuple[HeadGesture, ...]
    impression: EmotionImpression | None
    points: NDArray[np.float64]
    """(478, 3) landmarks in head axes."""
    lids: NDArray[np.float32]
    """(2, 3) of the eye network."""
    hidden: tuple[Part, ...] = ()
    """Parts of the face that something hides; nothing is told of what they show."""


class CandidateReader:
    """Reads one candidate's face, frame by frame.

    Args:
        expression: how the resting face is learned.
        gaze: where the screen is.
        gestures: what counts as one.
        emotion: whether impressions are formed.
        calibration: what the green room learned.

    Raises:
        ModelError: the networks' weights are missing.
    """

    def __init__(
        self,
        expression: ExpressionSettings | None = None,
        gaze: GazeSettings | None = None,
        gestures: GestureSettings | None = None,
        emotion: EmotionSettings | None = None,
        calibration: Calibration | None = None,
    ) -> None:
        known = calibration or Calibration()
        self._gaze_settings = gaze
        self._screen = known.screen
        self._emotion = emotion or EmotionSettings()
        self._expression = ExpressionReader(expression, known.rest)
        self._gaze = GazeEstimator(gaze, known.gaze, known.screen)
        self._gestures = HeadGestureDetector(gestures)
        self._eyes = eye_network()
        self._hidden = HiddenPartsWatch()
        self._impression_at_s = float("-inf")

    @property
    def rest(self) -> tuple[float, ...] | None:
        """The resting face as it is known now."""
        return self._expression.rest

    def read(
        self,
        t_s: float,
        image: NDArray[np.uint8],
        landmarks: NDArray[np.float32],
        pose: HeadPose,
    ) -> FaceReadings:
        """Everything that one frame tells.

        Args:
            t_s: grab time.
            image: (H, W, 3) RGB.
            landmarks: (478, 3) pixels of it.
            pose: of the mesh, as perspective gives it.
        """
        points = to_head_axes(landmarks, pose)
        face = self._expression.predict(points, pose)
        head = turned(pose, face.turn_deg)
        pictures, eye_points = eye_pictures(image, landmarks)
        angles = (head.yaw_deg, head.pitch_deg, head.roll_deg)
        eyes = self._eyes.predict(pictures, eye_points, angles)
        hidden = self._hidden.add(
            t_s, image, landmarks, max(abs(head.yaw_deg), abs(head.pitch_deg))
        )
        shown = seen_of(
            self._expression.express(t_s, points, head, face, eyes, teaches=not hidden), hidden
        )
        right, left = shown.openness
        seen_eyes = (
            0.0 if "eye_right" in hidden else right,
            0.0 if "eye_left" in hidden else left,
        )
        look = self._gaze.look(eyes, head, seen_eyes)
        found = self._gestures.add(t_s, *angles, (1.0 - right, 1.0 - left), head.position_m)
        if eyes_hidden(hidden):
            found = [gesture for gesture in found if gesture.kind != "blink"]
        return FaceReadings(
            pose=head,
            expression=shown,
            gaze=self._gaze.estimate(t_s, look, head),
            eyes_deg=None if look is None else (look.yaw_deg, look.pitch_deg),
            gestures=tuple(found),
            impression=self._impression(t_s, shown) if tells_impression(hidden) else None,
            points=points,
            lids=eyes.lids,
            hidden=hidden,
        )

    def _impression(self, t_s: float, shown: Expression) -> EmotionImpression | None:
        if not self._emotion.enabled or t_s < self._impression_at_s:
            return None
        self._impression_at_s = t_s + IMPRESSION_EVERY_S
        return impression(shown.action_units, self._emotion, self._expression.rested)

    def take_rest(
        self, shapes: NDArray[np.float32], lids: NDArray[np.float32]
    ) -> tuple[float, ...]:
        """Takes the middle of (n, 478, 3) shapes and (n, 2, 3) lids as the resting face."""
        return self._expression.take_rest(shapes, lids)

    def calibrate(self, gaze: GazeCalibration) -> None:
        """Takes what was found of the candidate's eyes."""
        self._gaze = GazeEstimator(self._gaze_settings, gaze, self._screen)

    def lose(self) -> None:
        """The face is gone for now: what was under way is dropped, the person is remembered."""
        self._gaze.reset()
        self._gestures.reset()

    def change_person(self) -> None:
        """Another person sits there: nothing that was learned holds any more."""
        self.lose()
        self._expression.forget_shown()
        self._hidden.reset()
        self._gaze = GazeEstimator(self._gaze_settings, None, self._screen)
