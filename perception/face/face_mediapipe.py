"""MediaPipe's face mesh with iris, kept honest by its face detectors.

The mesh follows one face at little cost, but gives no confidence, follows whatever it once took for
a face, and chooses among people as it likes. So at the start, now and then, and whenever the mesh
loses its face, a detector looks at the whole picture: it counts the faces, says how sure it is, and
points the mesh at the candidate's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from perception import environment

# MediaPipe's library reads its variables once, as it loads; with this package it opens every sound
# device then, too
environment.prepare()
environment.leave_out("sounddevice")

import cv2
import numpy as np
from mediapipe.python.solutions import face_detection
from numpy.typing import NDArray

from perception.face.base import (
    FaceBox,
    FaceObservation,
    FaceSettings,
    Refusal,
    choose,
    detector_confidence,
    merge,
)
from perception.face.identity_tracker import COMPANY_S, LOOK_S, IdentityTracker, Meeting
from perception.face.mesh_mediapipe import BLANK, FilmMesh, QuickMesh, StillMesh, bare_mesh
from perception.quiet import native_stderr_muted

FAR_EVERY = 4
"""One look in so many is the full-range detector's, which costs three times the other."""

STRANGER_LOOKS = 4
"""Looks in a row that must prefer another face before the mesh is taken off a good one."""

_WARY = 0.6
"""Share of the time between looks in company, or while the face is not the candidate's."""

_LOYAL_AFTER_S = 10.0
_STRANGER_KEPT_S = 1.5
_PICTURE_KEPT_S = 30.0
_ONE_PLACE_PX = 40.0

__all__ = ["FilmMesh", "MediaPipeFace", "StillMesh", "bare_mesh"]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where somebody else or a picture is."""

    centre: tuple[float, float]
    until_s: float
    picture: bool


class Mesh(Protocol):
    """Follows the landmarks of one face from picture to picture."""

    def landmarks(self, image: NDArray[np.uint8]) -> NDArray[np.float32] | None:
        """(478, 3) in the next picture, (H, W, 3) RGB: x and y in pixels, z in the scale of x;
        None without a face."""
        ...

    def forget(self) -> None:
        """Lets the face go; the next picture is searched anew."""
        ...

    def close(self) -> None:
        """Frees the model."""
        ...


class MediaPipeFace:
    """The candidate's face by ``mediapipe.solutions``.

    Two detectors take turns: the short-range one, which the mesh itself builds on, and the
    full-range one, which also sees people farther behind.

    Args:
        settings: how faces are found and judged.
        mesh: what follows the face; MediaPipe's own by default.
    """

    def __init__(self, settings: FaceSettings | None = None, mesh: Mesh | None = None) -> None:
        self._settings = settings or FaceSettings()
        self._mesh: Mesh = mesh or QuickMesh()
        self._near, self._far = _detector(0), _detector(1)
        self._candidate = IdentityTracker()
        self._faces = 0
        self._refused: Refusal | None = None
        self._score = 0.0
        self._checked_s: float | None = None
        self._turn = 0
        self._last: tuple[float, float] | None = None
        self._others: list[_Place] = []
        self._tracking = False
        self._strangers = 0
        self._company = False
        self._company_s = -np.inf
        self._beside: list[FaceBox] = []

    @property
    def faces(self) -> int:
        """Faces seen in the last picture."""
        return self._faces

    @property
    def refused(self) -> Refusal | None:
        """Why the face in the last picture is not the candidate's."""
        return self._refused

    def find(self, image: NDArray[np.uint8], t_s: float) -> FaceObservation | None:
        """The candidate's face, or None; see :class:`perception.face.base.FaceFinder`."""
        small = self._shrink(image)
        size = (small.shape[1], small.shape[0])
        boxes: list[FaceBox] | None = None
        if self._due(t_s):
            boxes = self._look(small, t_s)
        points = self._track(small, boxes, size)
        if points is None:
            self._refused = None
            if self._tracking:
                self._let_go()
            return None
        if not self._tracking and boxes is None:
            boxes = self._look(small, t_s)  # a face has just come: whose is it?
        self._tracking = True
        middle = points[:468, :2].mean(axis=0)
        centre = (float(middle[0]), float(middle[1]))
        if boxes is not None:
            own = self._judge(boxes, centre)
            self._beside = [
                box
                for number, box in enumerate(boxes)
                if number != own and box.score >= self._settings.count_score
            ]
            if self._wrong(boxes, own, size):
                self._let_go()
                return None
        trusted = self._score >= self._settings.half_score
        self._faces = max(self._faces, int(trusted))
        scale = image.shape[1] / small.shape[1]
        confidence = detector_confidence(self._score, self._settings)
        if not trusted:
            self._refused = "doubtful"
            return FaceObservation(points * scale, confidence, self._faces)
        company = t_s - self._company_s < COMPANY_S
        meeting = self._candidate.meet(t_s, small, points, company)
        if not self._accepted(meeting, centre, t_s):
            return None
        return FaceObservation(
            points * scale,
            confidence,
            self._faces,
            meeting.newcomer,
            meeting.still_s,
            meeting.picture,
            tuple(box.scaled(scale) for box in self._beside),
        )

    def _accepted(self, meeting: Meeting, centre: tuple[float, float], t_s: float) -> bool:
        """Whether the face is the candidate's; remembers where others and pictures are."""
        if meeting.picture:
            self._note(_Place(centre, t_s + _PICTURE_KEPT_S, True))
        if meeting.verdict == "known":
            self._refused = None
            self._last = centre
            return True
        if self._refused is None:
            self._checked_s = None  # has the mesh leapt off the candidate, who is still there?
        self._refused = meeting.verdict
        if meeting.followed_s >= LOOK_S:
            self._note(_Place(centre, t_s + _STRANGER_KEPT_S, False))
        return False

    def _note(self, place: _Place) -> None:
        """Remembers a place; one that has moved a little stays one."""
        if self._others and self._others[-1].picture == place.picture:
            x, y = self._others[-1].centre
            if np.hypot(x - place.centre[0], y - place.centre[1]) < _ONE_PLACE_PX:
                self._others.pop()
        self._others.append(place)

    def close(self) -> None:
        self._mesh.close()
        self._near.close()
        self._far.close()

    def _shrink(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        height, width = image.shape[:2]
        if width <= self._settings.mesh_width:
            return image
        size = (self._settings.mesh_width, round(height * self._settings.mesh_width / width))
        # Linear is enough up to a half; beyond that it would skip pixels and alias.
        method = cv2.INTER_LINEAR if width <= 2 * self._settings.mesh_width else cv2.INTER_AREA
        return np.asarray(cv2.resize(image, size, interpolation=method), np.uint8)

    def _due(self, t_s: float) -> bool:
        if self._checked_s is None:
            return True
        quiet = self._refused is None and not self._company
        every_s = self._settings.check_every_s * (1.0 if quiet else _WARY)
        return t_s - self._checked_s >= every_s

    def _look(self, image: NDArray[np.uint8], t_s: float) -> list[FaceBox]:
        """Faces in the picture.

        The detectors take turns while a face is tracked. Both look when there is none, when one of
        them is in doubt, and in company: a face that fills the picture is seen by the one, a far
        one by the other.
        """
        self._checked_s = t_s
        self._turn += 1
        near_first = self._turn % FAR_EVERY != 0
        first, second = (self._near, self._far) if near_first else (self._far, self._near)
        boxes = _detect(first, image)
        sure = any(b.score >= self._settings.count_score for b in boxes)
        if not self._tracking or not sure or self._company:
            boxes = merge(boxes, _detect(second, image))
        self._company = len(boxes) > 1
        self._faces = sum(b.score >= self._settings.count_score for b in boxes)
        if self._faces > 1:
            self._company_s = t_s
        self._others = [place for place in self._others if place.until_s > t_s]
        return boxes

    def _track(
        self, image: NDArray[np.uint8], boxes: list[FaceBox] | None, size: tuple[int, int]
    ) -> NDArray[np.float32] | None:
        if self._tracking:
            return self._mesh.landmarks(image)
        if boxes and len(boxes) > 1:
            # The mesh starts on the face its own detector likes best; show it the candidate's only.
            chosen = self._choose(boxes, size)
            assert chosen is not None
            image = _only(image, boxes[chosen])
        with native_stderr_muted():  # the first face draws one more
            return self._mesh.landmarks(image)

    def _choose(self, boxes: list[FaceBox], size: tuple[int, int]) -> int | None:
        # Who sat here alone for long stays the candidate even beside somebody nearer.
        loyalty = 0.5 + 0.5 * min(1.0, self._candidate.alone_s / _LOYAL_AFTER_S)
        others = [place.centre for place in self._others if not place.picture]
        pictures = [place.centre for place in self._others if place.picture]
        return choose(boxes, size, self._last, loyalty, others, pictures)

    def _judge(self, boxes: list[FaceBox], centre: tuple[float, float]) -> int | None:
        """Takes the detector's score for the tracked face; which box that is, or None.

        A turned or covered head lowers the score for a while, so trust fades over several looks;
        a wrong face never has a high score to begin with.
        """
        own = [
            i
            for i, b in enumerate(boxes)
            if abs(centre[0] - b.centre[0]) < b.width * 0.6
            and abs(centre[1] - b.centre[1]) < b.height * 0.6
        ]
        best = max(own, key=lambda i: boxes[i].score, default=None)
        seen = 0.0 if best is None else boxes[best].score
        self._score = seen if seen >= self._score else 0.7 * self._score + 0.3 * seen
        return best

    def _wrong(self, boxes: list[FaceBox], own: int | None, size: tuple[int, int]) -> bool:
        """Whether the mesh has followed something else than the candidate for several looks."""
        chosen = self._choose(boxes, size)
        better = (
            chosen is not None
            and chosen != own
            and boxes[chosen].score >= self._settings.count_score
        )
        self._strangers = self._strangers + 1 if better else 0
        doubtful = self._score < self._settings.half_score or self._refused is not None
        return self._strangers >= (1 if doubtful else STRANGER_LOOKS)

    def _let_go(self) -> None:
        self._mesh.forget()
        self._tracking = False
        self._checked_s = None
        self._strangers = 0
        self._score = 0.0


def _detect(detector: Any, image: NDArray[np.uint8]) -> list[FaceBox]:
    height, width = image.shape[:2]
    boxes = []
    for detection in detector.process(image).detections or ():
        box = detection.location_data.relative_bounding_box
        boxes.append(
            FaceBox(
                box.xmin * width,
                box.ymin * height,
                box.width * width,
                box.height * height,
                detection.score[0],
            )
        )
    return boxes


def _only(image: NDArray[np.uint8], box: FaceBox) -> NDArray[np.uint8]:
    """The picture with everything away from one face grey."""
    shown = np.full_like(image, 128)
    margin = 0.5 * max(box.width, box.height)
    left, top = max(0, int(box.x - margin)), max(0, int(box.y - margin))
    right, bottom = int(box.x + box.width + margin), int(box.y + box.height + margin)
    shown[top:bottom, left:right] = image[top:bottom, left:right]
    return shown


def _detector(model: int) -> Any:
    with native_stderr_muted():
        detector = face_detection.FaceDetection(model_selection=model, min_detection_confidence=0.4)
        detector.process(BLANK)
    return detector
