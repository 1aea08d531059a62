"""The camera's field of view, estimated from a face that comes nearer and goes back.

Near a camera the nose grows faster than the ears. How much faster at which size depends on the
camera's angle, so of all angles one lets an average head fit the landmarks best at every distance.
The evidence is faint: the average head is not the candidate's, and the face mesh leans toward a
usual view. So it only moves the estimate away from what webcams usually have as far as it is worth.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from perception.face.headpose import EYES_CM, RIGID_POINTS_CM

USUAL_FOV_DEG = 63.0
FOV_SPREAD_DEG = 9.0
"""Webcams' horizontal fields of view: most lie between 55 and 78 degrees."""

FEWEST_FRAMES = 20
MOST_FRAMES = 60
LEAST_RANGE = 1.25
"""Largest face over smallest that tells anything."""


@dataclass(frozen=True, slots=True)
class FieldOfView:
    """What was found."""

    horizontal_deg: float
    low_deg: float
    high_deg: float
    """About 68 in 100 cameras that look like this lie between."""
    frames: int


def estimate_fov(
    faces: Sequence[NDArray[np.float32]], size: tuple[int, int], error: float = 0.012
) -> FieldOfView | None:
    """The camera's horizontal field of view.

    Args:
        faces: (478, 3) landmarks in pixels, of one person at different distances, facing the
            camera.
        size: (width, height) of the picture.
        error: how far an average head's points lie off a real one's, distances between the outer
            eye corners; the same points lie off in every frame, so frames do not add up.

    Returns:
        None where the face kept its distance, or too few frames were seen.
    """
    spans = [float(np.hypot(*(face[33, :2] - face[263, :2]))) for face in faces]
    if len(faces) < FEWEST_FRAMES or max(spans) < LEAST_RANGE * min(spans):
        return None
    # as many near as far ones: those in between tell least
    order = np.argsort(spans)
    chosen = order[np.unique(np.linspace(0, len(order) - 1, MOST_FRAMES).astype(int))]
    head = (np.array(list(RIGID_POINTS_CM.values())) - np.array(EYES_CM)) / 100 * (1, -1, -1)
    index = list(RIGID_POINTS_CM)
    angles = np.arange(46.0, 96.0, 2.0)
    misses = np.array(
        [
            np.mean([_miss(faces[i][index, :2], head, size, angle, spans[i]) for i in chosen])
            for angle in angles
        ]
    )
    # likelihood of each angle, times what is known of webcams
    belief = -0.5 * (misses - misses.min()) / error**2 * len(index)
    belief -= 0.5 * ((angles - USUAL_FOV_DEG) / FOV_SPREAD_DEG) ** 2
    weight = np.exp(belief - belief.max())
    weight /= weight.sum()
    mean = float((weight * angles).sum())
    spread = math.sqrt(float((weight * (angles - mean) ** 2).sum()))
    return FieldOfView(mean, mean - spread, mean + spread, len(faces))


def _miss(
    points: NDArray[np.float32],
    head: NDArray[np.float64],
    size: tuple[int, int],
    fov_deg: float,
    span_px: float,
) -> float:
    """Mean squared miss of the best fit, in squared distances between the outer eye corners."""
    width, height = size
    focal = max(width, height) / 2 / math.tan(math.radians(fov_deg) / 2)
    camera = np.array([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1.0]])
    seen = points.astype(np.float64)
    straight = np.zeros(4)
    good, turn, place = cv2.solvePnP(head, seen, camera, straight, flags=cv2.SOLVEPNP_SQPNP)
    if not good:
        return 1.0
    turn, place = cv2.solvePnPRefineLM(head, seen, camera, straight, turn, place)
    fitted, _ = cv2.projectPoints(head, turn, place, camera, straight)
    return float(np.mean(np.sum((fitted[:, 0] - seen) ** 2, axis=1))) / span_px**2
