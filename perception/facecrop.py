"""A small upright picture of the face, brows to chin, for the network that reads expressions.

The mesh draws every face partly as the average one at rest, which hides small movements of brows,
nose and lips; the picture still shows them. It is cut so that points which expression does not move
always lie in the same places.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from perception.headpose import RIGID_POINTS_CM

CROP_WIDTH, CROP_HEIGHT = 48, 56
"""Pixels of the picture."""
_PX_PER_CM = 27.0 / 8.892
"""The outer eye corners of the average head lie 27 pixels apart."""
_EYES_CM, _EYES_PX = 2.664, 17.0
"""Height of the eyes on that head, and in the picture from its top."""
_POINTS = (33, 133, 362, 263, 6, 129, 358, 198, 420, 121, 350)

_PLACES = np.array(
    [
        (
            CROP_WIDTH / 2 + _PX_PER_CM * RIGID_POINTS_CM[i][0],
            _EYES_PX - _PX_PER_CM * (RIGID_POINTS_CM[i][1] - _EYES_CM),
        )
        for i in _POINTS
    ]
)
_INDEX = np.array(_POINTS)


def face_picture(image: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The face, upright and frontal as far as stretching a picture can make it.

    Args:
        image: (H, W, 3) RGB.
        landmarks: (478, 3) pixels.

    Returns:
        uint8 (56, 48) luma.
    """
    points = landmarks[_INDEX, :2].astype(np.float64)
    middle = points.mean(axis=0)
    around = points - middle
    spread = around.T @ around
    spread[0, 0] += 1e-6
    spread[1, 1] += 1e-6
    # least squares: the affine map that brings the points nearest to their places
    turn = np.linalg.solve(spread, around.T @ (_PLACES - _PLACES.mean(axis=0))).T
    move = np.empty((2, 3))
    move[:, :2] = turn
    # Only the face becomes grey; what lies beyond would cost more than all the rest.
    height, width = image.shape[:2]
    whole = landmarks[:468, :2]
    low, high = whole.min(axis=0), whole.max(axis=0)
    reach = 0.15 * (high - low)
    left, top = (max(0, int(v)) for v in low - reach)
    right, bottom = (
        min(width, int(high[0] + reach[0]) + 1),
        min(height, int(high[1] + reach[1]) + 1),
    )
    if right - left < 4 or bottom - top < 4:
        return np.full((CROP_HEIGHT, CROP_WIDTH), 128, np.uint8)
    move[:, 2] = _PLACES.mean(axis=0) - turn @ (middle - (left, top))
    part = image[top:bottom, left:right]
    # Far larger than the picture that is cut, it would be sampled with gaps.
    shrink = int(0.5 / max(1e-3, float(np.sqrt(abs(np.linalg.det(turn))))))
    if shrink >= 2:
        size = (max(1, part.shape[1] // shrink), max(1, part.shape[0] // shrink))
        part = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
        move[:, :2] *= shrink
    grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY)
    return np.asarray(
        cv2.warpAffine(
            grey,
            move,
            (CROP_WIDTH, CROP_HEIGHT),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        np.uint8,
    )
