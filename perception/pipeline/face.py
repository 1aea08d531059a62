"""The chain from a picture to readings: face, head pose, gaze, expression, gestures.

Pure in the sense that matters: what it says of a stream of frames depends on those frames alone,
whether they come live through a worker process or from a file as fast as possible.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from perception.body.base import BodySettings, FacePlace, face_place
from perception.calibration import Calibration, GazeCalibration
from perception.camera.base import Camera, Reporting
from perception.camera.tile import TileName
from perception.clock import SessionClock
from perception.face.base import FaceBox, FaceObservation, FaceSettings, open_face
from perception.face.company import Company, CompanyWatch
from perception.face.emotion import EmotionSettings
from perception.face.expression import ExpressionSettings
from perception.face.fieldofview import estimate_fov
from perception.face.gaze import GazeSettings
from perception.face.gesture_settings import GestureSettings
from perception.face.headpose import HeadPose, HeadPoseEstimator, HeadPoseSettings
from perception.face.picture_quality import PictureQualityRater, PictureSettings
from perception.face.reading import CandidateReader, FaceReadings
from perception.picture_places import worded
from perception.pipeline.body import open_body_pipeline
from perception.settings import CountOrZero, Positive, PositiveShare, checked
from perception.types import (
    FACE_TRUSTED,
    BodyReading,
    Event,
    FaceReading,
    Frame,
    HeadGesture,
    PictureReading,
)

Lesson = Literal["rest", "fov"]
"""What can be learned in the green room by looking."""
FEWEST_RESTING = 15
"""Frames that show a resting face well enough."""
FRONTAL_DEG = 20.0
"""Degrees of yaw or pitch up to which a face teaches."""

_AHEAD = 16
"""Frames of a recording by which faces may be read ahead of the body: each holds a picture."""

Seen = FaceReading | BodyReading | PictureReading | HeadGesture | Event


@checked
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
    emotion: EmotionSettings = field(default_factory=EmotionSettings)
    """Impressions of emotion."""
    picture: PictureSettings = field(default_factory=PictureSettings)
    """From where on the picture has a problem."""
    body: BodySettings = field(default_factory=BodySettings)
    """Posture and hands."""
    tile: TileName = ""
    """The part of the picture in which the candidate is, where there are several people in it:
    left, right, top, bottom, middle, top-left ..., or LEFT,TOP,WIDTH,HEIGHT in shares of the
    picture or in pixels of it; empty for all of it."""
    trusted: PositiveShare = FACE_TRUSTED
    """Confidence (0...1) below which a face is not measured."""
    no_face_after_s: Positive = 1.0
    """s without a trusted face after which that is said."""
    camera_silent_s: Positive = 3.0
    """s without a picture after which the camera counts as lost."""
    restart_after_s: Positive = 1.0
    """s after which a process that died is started again; twice that the second time ..."""
    restarts: CountOrZero = 3
    """How often, one time after the other, it is started again before it is given up."""


class FacePipeline:
    """Sees one candidate in a stream of frames.

    Args:
        settings: how.
        calibration: what the green room learned.

    Attributes:
        face_place: where the face is in the last frame, for the body; None where it was not found.

    Raises:
        ModelError: the face back-end's package is missing.
    """

    def __init__(
        self, settings: SeeingSettings | None = None, calibration: Calibration | None = None
    ) -> None:
        self.face_place: FacePlace | None = None
        self._settings = settings or SeeingSettings()
        s = self._settings
        self._finder = open_face(s.face)
        pose = s.pose
        if calibration is not None and calibration.horizontal_fov_deg is not None:
            pose = replace(pose, horizontal_fov_deg=calibration.horizontal_fov_deg)
        self._pose = HeadPoseEstimator(pose)
        self._reader = CandidateReader(s.expression, s.gaze, s.gestures, s.emotion, calibration)
        self._picture = PictureQualityRater(s.picture)
        self._face_seen_s: float | None = None
        self._first_s: float | None = None
        self._said_no_face = self._said_picture = False
        self._company = CompanyWatch()
        self._learning: dict[Lesson, list[Any]] = {}
        self._size = (0, 0)

    def learn(self, what: Lesson, on: bool) -> Event | None:
        """Begins or ends a lesson of the green room.

        Args:
            what: "rest", the resting face, or "fov", the camera's field of view.
            on: whether it begins.

        Returns:
            At its end the event ``learned`` of source "face": what was learned (None in it where
            that was not enough) and from how many frames.
        """
        if on:
            self._learning[what] = []
            return None
        seen = self._learning.pop(what, [])
        t_s = self._face_seen_s or 0.0
        data: dict[str, Any] = {"what": what, "frames": len(seen)}
        if what == "rest":
            data["rest"] = None
            if len(seen) >= FEWEST_RESTING:
                shapes, lids = (np.stack(each) for each in zip(*seen, strict=True))
                data["rest"] = self._reader.take_rest(shapes, lids)
        else:
            found = estimate_fov(seen, self._size)
            if found is not None:  # gaze that is learned next must count on the same distances
                pose = replace(self._settings.pose, horizontal_fov_deg=found.horizontal_deg)
                self._pose = HeadPoseEstimator(pose)
            data["horizontal_fov_deg"] = None if found is None else found.horizontal_deg
            data["low"] = None if found is None else found.low_deg
            data["high"] = None if found is None else found.high_deg
        return Event(t_s, "face", "learned", data)

    def calibrate(self, gaze: GazeCalibration) -> None:
        """Takes what was found of the candidate's eyes from the next frame on."""
        self._reader.calibrate(gaze)

    def process_frame(self, frame: Frame, clock: SessionClock) -> list[Seen]:
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
            self.face_place = None
            seen = self._nobody(frame, confidence, clock)
            picture = self._picture.judge(frame, None, None)
        else:
            self.face_place = face_place(
                frame.t_s, observation.landmarks, pose.position_m, self._pose.focal_px
            )
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
        seen: list[Seen] = []
        if observation.newcomer:
            self._reader.change_person()
            seen.append(_event(frame, "other_person"))
        if observation.picture != self._said_picture:
            self._said_picture = observation.picture
            seen.append(_event(frame, "still" if observation.picture else "moving"))
        company = self._company.add(
            frame.t_s, _box(observation.landmarks, observation.confidence), observation.others
        )
        if company is not None:
            seen.append(_of_company(frame, company))
        read = self._reader.read(frame.t_s, frame.image, observation.landmarks, pose)
        pose, expression = read.pose, read.expression
        seen += read.gestures
        self._size = (frame.image.shape[1], frame.image.shape[0])
        self._listen_to_lessons(observation.landmarks, pose, read)
        self._face_seen_s = frame.t_s
        if self._said_no_face:
            self._said_no_face = False
            seen.append(_event(frame, "face_back"))
        reading = FaceReading(
            t_s=frame.t_s,
            latency_s=clock.now() - frame.t_s,
            confidence=confidence,
            yaw_deg=pose.yaw_deg,
            pitch_deg=pose.pitch_deg,
            roll_deg=pose.roll_deg,
            position_m=pose.position_m,
            gaze=read.gaze,
            expressions=expression.coefficients,
            action_units=expression.action_units,
            faces=observation.faces,
            eyes_deg=read.eyes_deg,
            impression=read.impression,
            hidden=read.hidden,
        )
        return [reading, *seen]

    def _listen_to_lessons(
        self, landmarks: NDArray[np.float32], pose: HeadPose, read: FaceReadings
    ) -> None:
        if read.hidden or max(abs(pose.yaw_deg), abs(pose.pitch_deg)) > FRONTAL_DEG:
            return
        if "rest" in self._learning:
            self._learning["rest"].append((read.points.astype(np.float32), read.lids))
        if "fov" in self._learning:
            self._learning["fov"].append(landmarks.copy())

    def _nobody(self, frame: Frame, confidence: float, clock: SessionClock) -> list[Seen]:
        if self._first_s is None:
            self._first_s = frame.t_s
        since_s = self._first_s if self._face_seen_s is None else self._face_seen_s
        gone_s = frame.t_s - since_s
        self._pose.reset()
        self._reader.lose()
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
            seen.append(_event(frame, "no_face", self._finder.refused))
        return seen


_MESSAGES = {
    "face_back": "your face is back",
    "other_person": "another person sits before the camera: what was learned of the first one "
    "is forgotten",
    "still": "your face has not moved for a while; is a photograph before the camera?",
    "moving": "your face moves again",
    "no_face": "your face is not in the picture; sit in front of the camera, in light",
}
_REFUSED = {
    "stranger": "somebody else's face is in the picture; sit in front of the camera yourself",
    "picture": "the face in the picture is a photograph; sit in front of the camera yourself",
    "doubtful": "what is in the picture may not be a face; sit in front of the camera, in light",
}
"""What is said of a face that was found and not believed."""


def _event(frame: Frame, kind: str, refused: str | None = None) -> Event:
    message = _REFUSED.get(refused or "", _MESSAGES[kind])
    return Event(frame.t_s, "face", kind, {"message": message})


def _of_company(frame: Frame, company: Company) -> Event:
    """That several faces stay, and which is followed; or that there is one again."""
    if company.faces < 2:
        message = "there is one face in the picture again"
        return Event(frame.t_s, "face", "alone", {"message": message})
    message = (
        f"{company.faces} faces are in the picture; the one {worded(company.place)} is taken for "
        "the candidate's"
    )
    data = {"message": message, "faces": company.faces, "place": company.place}
    return Event(frame.t_s, "face", "several_faces", data)


def _box(landmarks: NDArray[np.float32], score: float) -> FaceBox:
    (left, top), (right, bottom) = landmarks[:468, :2].min(axis=0), landmarks[:468, :2].max(axis=0)
    width, height = float(right - left), float(bottom - top)
    return FaceBox(float(left), float(top), width, height, score)


def observe(
    camera: Camera,
    settings: SeeingSettings | None = None,
    calibration: Calibration | None = None,
) -> Iterator[Seen]:
    """Sees a whole recording in this process, as fast as it can be read.

    Faces are read in this thread, and the body, which takes as long, in one beside it; what is told
    of a frame is the same, and in the same order, as if one came after the other. Latencies are the
    time that each frame took to read the candidate in it.

    Args:
        camera: started; closed by whoever opened it.
        settings: how to see.
        calibration: what the green room learned.

    Yields:
        Readings, gestures and events in order of time.
    """
    settings = settings or SeeingSettings()
    pipeline = FacePipeline(settings, calibration)
    body = open_body_pipeline(settings.body, 0.0)
    if isinstance(body, Event):
        yield body
        body = None
    last_s = 0.0
    beside = ThreadPoolExecutor(1, "body-reader")
    ahead: deque[_Looked] = deque()
    try:
        while (frame := camera.read()) is not None:
            watch = SessionClock()
            watch.origin_s -= frame.t_s  # so that the watch shows the frame's time at its grab
            faces = pipeline.process_frame(frame, watch)
            limbs = None
            if body is not None:
                limbs = beside.submit(body.process_frame, frame, pipeline.face_place)
            last_s = frame.t_s
            events = camera.events() if isinstance(camera, Reporting) else []
            ahead.append(_Looked(faces, limbs, events))
            while len(ahead) > _AHEAD or (ahead and ahead[0].done):
                yield from ahead.popleft().told()
        while ahead:
            yield from ahead.popleft().told()
    finally:
        beside.shutdown(cancel_futures=True)
        pipeline.close()
        if body is not None:
            body.close()
    if isinstance(camera, Reporting):
        yield from camera.events()
    yield Event(last_s, "camera", "part_over", {"message": "the recording is over"})


@dataclass(frozen=True, slots=True)
class _Looked:
    """What is seen in one frame of a recording, the body perhaps not yet."""

    faces: list[Seen]
    limbs: Future[BodyReading | None] | None
    events: list[Event]

    @property
    def done(self) -> bool:
        return self.limbs is None or self.limbs.done()

    def told(self) -> list[Seen]:
        """All of it, in order; waits for the body."""
        limbs = None if self.limbs is None else self.limbs.result()
        return [*self.faces, *([] if limbs is None else [limbs]), *self.events]
