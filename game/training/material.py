"""What the networks of seeing are fed in training, and what they should say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from game.bake.arkit import ARKIT_NAMES
from game.training.pictures import HEIGHT, WIDTH, Pictures
from game.training.sittings import EYE_LOOKS
from perception.face.expression import to_head_axes
from perception.face.eye_crops import LID_POINTS
from perception.face.fieldofview import USUAL_FOV_DEG
from perception.face.headpose import HeadPoseEstimator, HeadPoseSettings
from perception.settings import Count, Seed, checked

TOLD = tuple(n for n in ARKIT_NAMES if n not in EYE_LOOKS)
"""What the face network tells; where the eyes look is the eye network's."""

Floats = NDArray[np.float32]
Progress = Callable[[float, str], None]


@checked
@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """How the networks are trained."""

    people: tuple[int, ...] = tuple(range(1, 97))
    """Seeds."""
    held_out: Count = 6
    """How many of them, the last, are kept for judging."""
    sittings: Count = 12
    """Of each person."""
    face_epochs: Count = 30
    """Passes over all pictures."""
    eye_epochs: Count = 22
    """Passes over all pictures."""
    seed: Seed = 7
    """Of weights and batches."""

    def __post_init__(self) -> None:
        if self.held_out >= len(self.people):
            raise ValueError(f"held_out is {self.held_out}; use 1 to fewer than all people")


@dataclass(frozen=True, slots=True)
class Material:
    """What the networks are fed, and what they should say; n pictures."""

    shapes: Floats
    """(n, m, 3) landmarks in head axes."""
    rests: Floats
    """(n, m, 3) the same person's resting face."""
    poses: Floats
    """(n, 3) yaw, pitch, roll of the mesh, degrees."""
    mesh_rotation: NDArray[np.float64]
    """(n, 3, 3)."""
    turns: Floats
    """(n, 3) rotation vectors from the mesh's pose to the head's, degrees."""
    coefficients: Floats
    """(n, k)."""
    judging: NDArray[np.bool_]
    """(n,) whether the person is kept for judging."""


_CONTOURS = (
    # lips
    *(0, 13, 14, 17, 37, 39, 40, 61, 78, 80, 81, 82, 84, 87, 88, 91, 95, 146, 178, 181, 185, 191),
    *(267, 269, 270, 291, 308, 310, 311, 312, 314, 317, 318, 321, 324, 375, 402, 405, 409, 415),
    # brows
    *(46, 52, 53, 55, 63, 65, 66, 70, 105, 107),
    *(276, 282, 283, 285, 293, 295, 296, 300, 334, 336),
    # nose
    *(1, 2, 4, 5, 6, 19, 45, 48, 64, 94, 97, 98, 115, 168, 195, 197, 220),
    *(275, 278, 294, 326, 327, 344, 440),
)
_OVAL = (10, 338, 284, 251, 454, 361, 397, 365, 378, 152, 149, 136, 172, 132, 234, 21, 54, 109)
_CHEEKS = (50, 280, 101, 330, 116, 345, 123, 352, 147, 376, 187, 411, 205, 425, 36, 266)
_CHIN = (18, 200, 199, 175, 32, 262, 83, 313, 164, 2, 43, 273, 57, 287, 92, 322)
_IRISES = (468, 473)


def landmarks_used() -> NDArray[np.int64]:
    """Landmarks that the face network looks at: contours, nose and the middle of the cheeks."""
    lids = (point for eye in LID_POINTS for point in eye)
    return np.array(sorted({*_CONTOURS, *lids, *_OVAL, *_CHEEKS, *_CHIN, *_IRISES}), np.int64)


def prepare(
    pictures: Pictures,
    index: NDArray[np.int64],
    settings: TrainingSettings,
    progress: Callable[[float], None],
) -> tuple[Material, NDArray[np.int64]]:
    """Poses and head axes of every picture, as the program works them out.

    Returns:
        The material, and which pictures it is of: a sitting whose resting face was not seen, or a
        pose that makes no sense, is left out.
    """
    rng = np.random.default_rng(settings.seed)
    count = len(pictures.sitting)
    shapes = np.zeros((count, len(index), 3), np.float32)
    poses = np.zeros((count, 3), np.float32)
    rotations = np.zeros((count, 3, 3))
    good = np.zeros(count, bool)
    # half of the cameras are believed to be the usual one, as they are before anybody tells
    believed = {
        s: float(pictures.fov_deg[pictures.sitting == s][0])
        if rng.random() < 0.5
        else USUAL_FOV_DEG
        for s in np.unique(pictures.sitting)
    }
    estimator = HeadPoseEstimator()
    last = -1
    for i in range(count):
        if pictures.sitting[i] != last:
            last = int(pictures.sitting[i])
            fov = believed[last]
            estimator = HeadPoseEstimator(HeadPoseSettings(horizontal_fov_deg=fov))
            progress(i / count)
        pose = estimator.estimate(pictures.landmarks[i], (WIDTH, HEIGHT))
        if pose is None or pose.plausibility <= 0:
            continue
        truth = pictures.rotation[i].astype(np.float64)
        if angle_deg(pose.rotation.T @ truth) > 35.0:
            continue  # the mesh lost the face and lies somewhere else
        shapes[i] = to_head_axes(pictures.landmarks[i], pose)[index]
        poses[i] = pose.yaw_deg, pose.pitch_deg, pose.roll_deg
        rotations[i] = pose.rotation
        good[i] = True
    rests = np.zeros_like(shapes)
    for sitting in np.unique(pictures.sitting):
        own = pictures.sitting == sitting
        resting = own & pictures.resting & good
        if not resting.any():
            good[own] = False
            continue
        rests[own] = np.median(shapes[resting], axis=0)
    kept = np.flatnonzero(good)
    turns = np.stack(
        [turn_deg(rotations[i].T @ pictures.rotation[i].astype(np.float64)) for i in kept]
    )
    columns = [ARKIT_NAMES.index(name) for name in TOLD]
    judges = settings.people[-settings.held_out :]
    return (
        Material(
            shapes=shapes[kept],
            rests=rests[kept],
            poses=poses[kept],
            mesh_rotation=rotations[kept],
            turns=turns.astype(np.float32),
            coefficients=pictures.coefficients[kept][:, columns],
            judging=np.isin(pictures.person[kept], judges),
        ),
        kept,
    )


def mean_abs(values: NDArray[Any]) -> list[float]:
    """Mean of the absolute values of each column."""
    return [round(float(v), 3) for v in np.abs(values).mean(axis=0)]


def rays(gaze_deg: NDArray[Any]) -> NDArray[np.float64]:
    """(n, 3) unit vectors of (n, 2) looks: yaw and pitch in degrees."""
    yaw, pitch = np.radians(gaze_deg.astype(np.float64)).T
    return np.stack([np.sin(yaw) * np.cos(pitch), np.sin(pitch), np.cos(yaw) * np.cos(pitch)], 1)


def turn_deg(rotation: NDArray[np.float64]) -> NDArray[np.float64]:
    """(3,) rotation vector, degrees, of a (3, 3) matrix."""
    return np.degrees(cv2.Rodrigues(rotation)[0].ravel())


def rotation(turn_deg: NDArray[Any]) -> NDArray[np.float64]:
    """(3, 3) matrix of a rotation vector in degrees; undoes :func:`turn_deg`."""
    return np.asarray(cv2.Rodrigues(np.radians(turn_deg.astype(np.float64)))[0])


def angle_deg(rotation: NDArray[np.float64]) -> float:
    """Degrees by which a (3, 3) matrix turns, about whatever axis."""
    return float(np.degrees(np.arccos(np.clip((np.trace(rotation) - 1) / 2, -1, 1))))


def linear_weights(net: Any) -> dict[str, NDArray[Any]]:
    """Weights ``w0, b0, w1 ...`` of a network's fully connected layers, (out, in) each."""
    from torch import nn

    layers = [layer for layer in net if isinstance(layer, nn.Linear)]
    kept: dict[str, NDArray[Any]] = {}
    for i, layer in enumerate(layers):
        kept[f"w{i}"] = layer.weight.detach().numpy()
        kept[f"b{i}"] = layer.bias.detach().numpy()
    return kept
