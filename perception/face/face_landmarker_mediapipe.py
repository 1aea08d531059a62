"""MediaPipe Tasks' FaceLandmarker: another mesh for the same face, and a second opinion on it.

The mesh is a newer network than that of :mod:`perception.face.mesh_mediapipe`, numbered alike, and
its landmarks are smoothed over time. Whose face it is and whether it is one is judged by
:class:`perception.face.face_mediapipe.MediaPipeFace`, whichever mesh it is given. The weights are
fetched once: ``python3 run.py models get face-landmarker``.

The same network also gives blendshapes and a pose of its own, which the program's own readings are
compared with (:func:`landmarker_reference`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from perception import environment

# MediaPipe's library reads its variables once, as it loads; with this package it opens every sound
# device then, too
environment.prepare()
environment.leave_out("sounddevice")

import numpy as np
from mediapipe import Image, ImageFormat
from mediapipe.tasks.python.core.base_options import BaseOptions
from mediapipe.tasks.python.vision import FaceLandmarker, FaceLandmarkerOptions, RunningMode
from numpy.typing import NDArray

from perception.errors import ModelError
from perception.face.base import FaceSettings
from perception.face.face_mediapipe import MediaPipeFace
from perception.face.headpose import angles_from_rotation
from perception.face.mesh_mediapipe import BLANK
from perception.models.weights import path_of
from perception.paths import models_dir
from perception.quiet import native_stderr_muted

WEIGHTS_NAME = "face-landmarker"

_STEP_MS = 33
"""ms from picture to picture, as the mesh counts them: its smoothing expects a camera's pace."""

_NO_EXPRESSION = "_neutral"
"""What the network calls a blendshape and is none."""


class LandmarkerFace(MediaPipeFace):
    """The candidate's face by FaceLandmarker's mesh and MediaPipe's face detectors.

    Args:
        settings: how faces are found and judged; ``model`` says where the weights are.

    Raises:
        ModelError: the weights are missing or damaged.
    """

    def __init__(self, settings: FaceSettings | None = None) -> None:
        settings = settings or FaceSettings()
        super().__init__(settings, LandmarkerMesh(weights_path(settings.model)))


class LandmarkerMesh:
    """The mesh of one face, followed from picture to picture.

    Args:
        path: of ``face_landmarker.task``.

    Raises:
        ModelError: the file is missing or damaged.
    """

    def __init__(self, path: Path) -> None:
        self._landmarker = _open(path)
        self._t_ms = 0
        self.forget()

    def landmarks(self, image: NDArray[np.uint8]) -> NDArray[np.float32] | None:
        """The face in the next picture, in the form of ``QuickMesh.landmarks``.

        Args:
            image: (H, W, 3) RGB.
        """
        self._t_ms += _STEP_MS
        faces = self._landmarker.detect_for_video(_picture(image), self._t_ms).face_landmarks
        if not faces:
            return None
        points = np.array([(p.x, p.y, p.z) for p in faces[0]], np.float32)
        height, width = image.shape[:2]
        return np.asarray(points * np.array([width, height, width], np.float32), np.float32)

    def forget(self) -> None:
        """Lets the face go: a picture without one ends the following."""
        with native_stderr_muted():
            self.landmarks(BLANK)

    def close(self) -> None:
        """Frees the network."""
        self._landmarker.close()


class LandmarkerReference:
    """What FaceLandmarker itself says of expression and pose, to compare with.

    Args:
        path: of ``face_landmarker.task``.

    Raises:
        ModelError: the file is missing or damaged.
    """

    def __init__(self, path: Path) -> None:
        self._landmarker = _open(path, told=True)

    def read(
        self, image: NDArray[np.uint8], t_ms: int
    ) -> tuple[dict[str, float], tuple[float, float, float]] | None:
        """One picture of a film.

        Args:
            image: (H, W, 3) RGB.
            t_ms: ms, later than that of the picture before.

        Returns:
            ARKit name to 0...1, and yaw, pitch and roll in degrees as in :mod:`perception.types`;
            None without a face.
        """
        found = self._landmarker.detect_for_video(_picture(image), t_ms)
        if not found.face_landmarks:
            return None
        shapes = {c.category_name: float(c.score) for c in found.face_blendshapes[0]}
        shapes.pop(_NO_EXPRESSION, None)
        # Head to camera in this project's axes, times the size of the head.
        turn = np.asarray(found.facial_transformation_matrixes[0], np.float64)[:3, :3]
        left, _, right = np.linalg.svd(turn)
        return shapes, angles_from_rotation(left @ right)

    def close(self) -> None:
        """Frees the network."""
        self._landmarker.close()


def landmarker_reference(path: Path) -> LandmarkerReference:
    """Opens FaceLandmarker for comparison; see :class:`LandmarkerReference`.

    Raises:
        ModelError: the file is missing or damaged.
    """
    return LandmarkerReference(path)


def weights_path(given: str = "") -> Path:
    """Where the weights are: as given, or where ``models get`` puts them.

    Raises:
        ModelError: they are not there.
    """
    path = Path(given).expanduser() if given else path_of(WEIGHTS_NAME)
    if path is None or not path.is_file():
        where = models_dir() if path is None else path
        raise ModelError(
            f"face 'landmarker' needs its weights, which are not at {where}; fetch them with: "
            f"python3 run.py models get {WEIGHTS_NAME}"
        )
    return path


def _open(path: Path, told: bool = False) -> Any:
    if not path.is_file():
        weights_path(str(path))
    options = FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(path)),
        running_mode=RunningMode.VIDEO,
        output_face_blendshapes=told,
        output_facial_transformation_matrixes=told,
    )
    try:
        with native_stderr_muted():
            return FaceLandmarker.create_from_options(options)
    except (RuntimeError, ValueError):
        raise ModelError(
            f"{path}: not the weights of face 'landmarker', or damaged; fetch them again with: "
            f"python3 run.py models get {WEIGHTS_NAME}"
        ) from None


def _picture(image: NDArray[np.uint8]) -> Image:
    return Image(image_format=ImageFormat.SRGB, data=np.ascontiguousarray(image))
