"""The chain from a picture to readings: face, head pose, gaze, expression, gestures.

Pure in the sense that matters: what it says of a stream of frames depends on those frames alone,
whether they come live through a worker process or from a file as fast as possible.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from perception.camera import Camera, Reporting
from perception.clock import SessionClock
from perception.expression import ExpressionReader, ExpressionSettings, to_head_axes
from perception.face import FaceObservation, FaceSettings, open_face
from perception.gaze import GazeCalibration, GazeEstimator, GazeSettings
from perception.gestures import GestureFinder, GestureSettings
from perception.headpose import (
    MESH_PITCH_GAIN,
    HeadPose,
    HeadPoseEstimator,
    HeadPoseSettings,
    Unflattening,
)
from perception.picture import PictureJudge, PictureSettings
from perception.types import (
    BodyReading,
    Event,
    FaceReading,
    Frame,
    HeadGesture,
    PictureReading,
)

Seen = FaceReading | BodyReading | PictureReading | HeadGesture | Event


@dataclass(frozen=True, slots=True)
class SeeingSettings:
    """How the candidate is seen."""

    face: FaceSettings = field(default_factory=FaceSettings)
    """Finding the face."""
    pose: HeadPoseSettings = field(default_factory=HeadPoseSettings)
    """Head pose and position."""
    gaze: GazeSettings = field(default_factory=GazeSettings)
    """Gaze and its targets."""
    expression: ExpressionSettings = field(default_factory=ExpressionSettings)
    """Expression."""
    gestures: GestureSettings = field(default_factory=GestureSettings)
    """Nods, shakes, tilts, blinks."""
    picture: PictureSettings = field(default_factory=PictureSettings)
    """From where on the picture has a problem."""
    trusted: float = 0.5
    """Confidence (0...1) below which a face is not measured."""
    no_face_after_s: float = 1.0
    """s without a trusted face after which that is said."""
    camera_silent_s: float = 3.0
    """s without a picture after which the camera counts as lost."""

    def __post_init__(self) -> None:
        if not 0 < self.trusted <= 1:
            raise ValueError(f"trusted is {self.trusted}; use more than 0, at most 1")
        if self.no_face_after_s <= 0 or self.camera_silent_s <= 0:
            raise ValueError("no_face_after_s and camera_silent_s must be greater than 0")


class Observer:
    """Sees one candidate in a stream of frames.

    Args:
        settings: how.
        calibration: of the candidate's gaze, where it was measured.

    Raises:
        ModelError: the face back-end's package is missing.
    """

    def __init__(
        self, settings: SeeingSettings | None = None, calibration: GazeCalibration | None = None
    ) -> None:
        self._settings = settings or SeeingSettings()
        s = self._settings
        self._finder = open_face(s.face)
        self._pose = HeadPoseEstimator(s.pose)
        self._unflattening = Unflattening()
        self._gaze = GazeEstimator(s.gaze, calibration)
        self._expression = ExpressionReader(s.expression)
        self._gestures = GestureFinder(s.gestures)
        self._picture = PictureJudge(s.picture)
        self._face_seen_s: float | None = None
        self._first_s: float | None = None
        self._said_no_face = False

    def see(self, frame: Frame, clock: SessionClock) -> list[Seen]:
        """Everything the next frame tells: one face reading, then gestures and events.

        Args:
            frame: frames must come in the order of their times.
            clock: tells how long the reading took; only ``latency_s`` depends on it.
        """
        observation = self._finder.find(frame.image, frame.t_s)
        size = (frame.image.shape[1], frame.image.shape[0])
        pose = None if observation is None else self._pose.estimate(observation.landmarks, size)
        confidence = 0.0
        if observation is not None and pose is not None:
            confidence = observation.confidence * pose.plausibility
        if observation is None or pose is None or confidence < self._settings.trusted:
            seen = self._nobody(frame, confidence, clock)
            picture = self._picture.judge(frame, None, None)
        else:
            seen = self._somebody(frame, observation, pose, confidence, clock)
            picture = self._picture.judge(frame, observation.landmarks, pose.position_m)
        return seen if picture is None else [*seen, picture]

    def close(self) -> None:
        """Frees the models."""
        self._finder.close()

    def _somebody(
        self,
        frame: Frame,
        observation: FaceObservation,
        pose: HeadPose,
        confidence: float,
        clock: SessionClock,
    ) -> list[Seen]:
        points = to_head_axes(observation.landmarks, pose)
        expression = self._expression.read(frame.t_s, points, pose)
        # the mesh's own pose undoes its own drawing; from here on the head's counts
        mesh_pitch, pose = pose.pitch_deg, self._unflattening.correct(frame.t_s, pose)
        gaze = self._gaze.estimate(frame.t_s, points, pose, expression.openness)
        right, left = expression.openness
        # gestures are told from the mesh's quieter pitch, and given the head's size afterwards
        angles = (pose.yaw_deg, mesh_pitch, pose.roll_deg)
        found = self._gestures.add(frame.t_s, *angles, (1.0 - right, 1.0 - left))
        seen: list[Seen] = [_in_head_degrees(gesture) for gesture in found]
        self._face_seen_s = frame.t_s
        if self._said_no_face:
            self._said_no_face = False
            seen.append(Event(frame.t_s, "face", "face_back", {"message": "your face is back"}))
        reading = FaceReading(
            t_s=frame.t_s,
            latency_s=clock.now() - frame.t_s,
            confidence=confidence,
            yaw_deg=pose.yaw_deg,
            pitch_deg=pose.pitch_deg,
            roll_deg=pose.roll_deg,
            position_m=pose.position_m,
            gaze=gaze,
            expressions=expression.coefficients,
            action_units=expression.action_units,
            faces=observation.faces,
        )
        return [reading, *seen]

    def _nobody(self, frame: Frame, confidence: float, clock: SessionClock) -> list[Seen]:
        if self._first_s is None:
            self._first_s = frame.t_s
        since_s = self._first_s if self._face_seen_s is None else self._face_seen_s
        gone_s = frame.t_s - since_s
        self._pose.reset()
        self._unflattening.reset()
        self._gaze.reset()
        self._gestures.reset()
        seen: list[Seen] = [
            FaceReading(
                t_s=frame.t_s,
                latency_s=clock.now() - frame.t_s,
                confidence=confidence,
                faces=self._finder.faces,
            )
        ]
        if gone_s > self._settings.no_face_after_s and not self._said_no_face:
            self._said_no_face = True
            message = "your face is not in the picture; sit in front of the camera, in light"
            seen.append(Event(frame.t_s, "face", "no_face", {"message": message}))
        return seen


def _in_head_degrees(gesture: HeadGesture) -> HeadGesture:
    if gesture.kind != "nod":
        return gesture
    return replace(gesture, amplitude=MESH_PITCH_GAIN * gesture.amplitude)


def observe(
    camera: Camera,
    settings: SeeingSettings | None = None,
    calibration: GazeCalibration | None = None,
) -> Iterator[Seen]:
    """Sees a whole recording in this process, as fast as it can be read.

    Latencies are the time that each frame took to read the candidate in it.

    Args:
        camera: started; closed by whoever opened it.
        settings: how to see.
        calibration: of the candidate's gaze.

    Yields:
        Readings, gestures and events in order of time.
    """
    observer = Observer(settings, calibration)
    last_s = 0.0
    try:
        while (frame := camera.read()) is not None:
            watch = SessionClock()
            watch.origin_s -= frame.t_s  # so that the watch shows the frame's time at its grab
            yield from observer.see(frame, watch)
            last_s = frame.t_s
            if isinstance(camera, Reporting):
                yield from camera.events()
    finally:
        observer.close()
    if isinstance(camera, Reporting):
        yield from camera.events()
    yield Event(last_s, "camera", "part_over", {"message": "the recording is over"})
