"""Faces: what a face back-end gives, and which of several faces is the candidate's.

A back-end finds one face's landmarks in a picture, in the numbering of MediaPipe's face mesh
(478 points: 468 of the surface, then five for each iris), and says how sure it is that this is a
face at all. Back-ends are named in :data:`BACKENDS` and imported only when chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from perception.backend import load_backend
from perception.settings import InnerShare, NotNegative, PositiveShare, between, checked, one_of

BACKENDS = {
    "mediapipe": "perception.face.face_mediapipe:MediaPipeFace",
    "landmarker": "perception.face.face_landmarker_mediapipe:LandmarkerFace",
}
"""Name to ``module:Class``."""

LANDMARKS = 478

_TRUSTED_SCORE = 0.8
"""Detector scores above this do not tell better faces from worse ones."""


@dataclass(frozen=True, slots=True)
class FaceBox:
    """Where a face detector saw a face."""

    x: float
    """Pixels from the left edge to the box's left side."""
    y: float
    """Pixels from the top edge to the box's upper side."""
    width: float
    height: float
    score: float
    """The detector's own, 0...1."""

    @property
    def centre(self) -> tuple[float, float]:
        """(x, y) in pixels."""
        return self.x + self.width / 2, self.y + self.height / 2

    def scaled(self, by: float) -> FaceBox:
        """The same in a picture that is so many times larger."""
        return FaceBox(self.x * by, self.y * by, self.width * by, self.height * by, self.score)


@dataclass(frozen=True, slots=True)
class FaceObservation:
    """The candidate's face in one picture."""

    landmarks: NDArray[np.float32]
    """(478, 3) pixels of the picture given: x right, y down, z away from the camera in the scale
    of x with its zero near the middle of the head."""
    confidence: float
    """0...1 that this is a human face: from the detector, not yet from the fit of a head."""
    faces: int
    """Faces in the picture, this one included."""
    newcomer: bool = False
    """True once, when another person than before has become the candidate: what was learnt of the
    one before holds no more. Who was away and comes back is no newcomer."""
    still_s: float = 0.0
    """s in which nothing has moved within the face; see :mod:`perception.face.liveness`."""
    picture: bool = False
    """Whether it has never moved since it came, for so long that it is a picture of a face."""
    others: tuple[FaceBox, ...] = ()
    """Faces of others at the last look, pixels of the picture given."""


Refusal = Literal["stranger", "picture", "doubtful"]
"""Why a face that is there is not the candidate's: it is another person's who has not stayed (or
was not recognised yet), a picture of another, or hardly a face."""


@checked
@dataclass(frozen=True, slots=True)
class FaceSettings:
    """How faces are found and told from what only looks like one."""

    backend: Annotated[str, one_of(BACKENDS)] = "mediapipe"
    """Name in the table of back-ends: mediapipe, or landmarker, which needs weights
    (``models get face-landmarker``)."""
    model: str = ""
    """File with the back-end's weights; empty: where ``models get`` puts them."""
    mesh_width: Annotated[int, between(128, 7680)] = 640
    """Pixels; wider pictures are scaled down to this before faces are searched."""
    check_every_s: NotNegative = 1.0
    """s between looks of the face detector at the whole picture while a face is tracked; less where
    others are there or the face is in doubt."""
    half_score: InnerShare = 0.68
    """Detector score at which face and not-face are equally likely. On the project's real pictures
    people score 0.83 to 0.97, dogs and empty rooms at most 0.69."""
    score_width: PositiveShare = 0.04
    """Detector score that takes the odds from 1:1 to e:1."""
    count_score: InnerShare = 0.72
    """Least detector score of a face that is counted."""


class FaceFinder(Protocol):
    """Finds and follows the candidate's face."""

    def find(self, image: NDArray[np.uint8], t_s: float) -> FaceObservation | None:
        """The candidate's face in the next picture of a stream.

        Args:
            image: (H, W, 3) RGB.
            t_s: grab time; must not run backwards.
        """
        ...

    @property
    def faces(self) -> int:
        """Faces seen in the last picture, whether or not one was the candidate's."""
        ...

    @property
    def refused(self) -> Refusal | None:
        """Why the face in the last picture is not the candidate's; None where it is, or without."""
        ...

    def close(self) -> None:
        """Frees the models."""
        ...


def open_face(settings: FaceSettings | None = None) -> FaceFinder:
    """Loads the chosen back-end.

    Raises:
        InputError: no back-end has that name.
        ModelError: its package or its weights are missing.
    """
    settings = settings or FaceSettings()
    finder: FaceFinder = load_backend("face", settings.backend, BACKENDS)(settings)
    return finder


def choose(
    boxes: Sequence[FaceBox],
    size: tuple[int, int],
    last: tuple[float, float] | None,
    loyalty: float = 0.5,
    others: Sequence[tuple[float, float]] = (),
    pictures: Sequence[tuple[float, float]] = (),
) -> int | None:
    """Which face is the candidate's: large, near the middle, and where it was before.

    Args:
        boxes: faces found.
        size: (width, height) of the picture in pixels.
        last: centre of the candidate's face when it was last seen, in pixels; None if never.
        loyalty: what it is worth to be where the candidate was; 1 outweighs any size.
        others: centres of faces that are known to be somebody else's.
        pictures: centres of faces that are known to be pictures.

    Returns:
        Index into ``boxes``; None when there is none.
    """
    if not boxes:
        return None
    width, height = size
    largest = max(box.width * box.height for box in boxes)
    worth = []
    for box in boxes:
        x, y = box.centre
        # Area counts most: who sits in front is nearer than who passes behind, and a face at the
        # edge of the picture is rarely the one being interviewed.
        value = box.width * box.height / largest
        value -= 0.5 * float(np.hypot((x - width / 2) / width, (y - height / 2) / height))
        if last is not None:
            value += loyalty if _near(box, last) else 0.0
        if any(_near(box, place) for place in others):
            value -= 1.0
        if any(_near(box, place) for place in pictures):
            value -= 3.0
        # What the detector doubts may be large and central: a window front, a coat on a hook.
        worth.append(value + 3.0 * (min(box.score, _TRUSTED_SCORE) - _TRUSTED_SCORE))
    return int(np.argmax(worth))


def merge(boxes: Sequence[FaceBox], more: Sequence[FaceBox]) -> list[FaceBox]:
    """What two detectors see together; of a face that both see, the surer box stands."""
    merged = list(boxes)
    for box in more:
        x, y = box.centre
        same = next(
            (
                i
                for i, other in enumerate(merged)
                if abs(x - other.centre[0]) < 0.5 * max(box.width, other.width)
                and abs(y - other.centre[1]) < 0.5 * max(box.height, other.height)
            ),
            None,
        )
        if same is None:
            merged.append(box)
        elif box.score > merged[same].score:
            merged[same] = box
    return merged


def _near(box: FaceBox, place: tuple[float, float]) -> bool:
    x, y = box.centre
    return float(np.hypot(x - place[0], y - place[1])) < max(box.width, 1.0)


def detector_confidence(score: float, settings: FaceSettings) -> float:
    """Probability of a human face, 0...1, from a detector's score (a logistic curve)."""
    return float(1.0 / (1.0 + np.exp(-(score - settings.half_score) / settings.score_width)))
