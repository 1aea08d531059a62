"""Pictures of the two eyes, cut out upright and at one size, for the network that reads them.

The landmarks hardly follow an iris up and down, and lids hide it; the picture of the eye itself
tells more. Both eyes are brought to the same form: the outer corner at the left, the inner at the
right, so that one network reads either.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Point = Sequence[float]
"""x and y in pixels."""

PATCH_WIDTH, PATCH_HEIGHT = 32, 20
"""Pixels of one eye's picture."""
_OUTER_X, _INNER_X = 6.0, 26.0
_MIDDLE_X, _MIDDLE_Y = 16.0, 10.0
"""Where the corners lie in the picture: an eye is about 0.6 of it wide."""
LID_POINTS = (
    (33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7),
    (263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249),
)
"""Contour of each eye from the outer corner over the upper lid to the inner and back below."""
IRIS_POINTS = ((468, 469, 470, 471, 472), (473, 476, 475, 474, 477))
"""Centre of each iris, then its rim: right, top, left, bottom as the upright picture shows it."""


_INDEX = np.array([[*LID_POINTS[side], *IRIS_POINTS[side]] for side in (0, 1)])
_OUTER, _INNER = 0, 8
"""Places of the corners in each row of it."""


def eye_transform(outer: Point, inner: Point, side: int) -> NDArray[np.float64]:
    """The map from picture to eye picture.

    Args:
        outer: corner, pixels.
        inner: corner, pixels.
        side: 0 the candidate's right eye, 1 the left.

    Returns:
        (2, 3) affine; a similarity, mirrored for the left eye.
    """
    along_x, along_y = inner[0] - outer[0], inner[1] - outer[1]
    scale = (_INNER_X - _OUTER_X) / max(along_x * along_x + along_y * along_y, 1e-6)
    a, b = scale * along_x, scale * along_y
    # Rows: along the eye, and across it downward. The left eye, mirrored, keeps "down" as it is.
    sign = 1.0 if side == 0 else -1.0
    c, d = -sign * b, sign * a
    x, y = (outer[0] + inner[0]) / 2, (outer[1] + inner[1]) / 2
    return np.array([[a, b, _MIDDLE_X - a * x - b * y], [c, d, _MIDDLE_Y - c * x - d * y]])


def eye_pictures(
    image: NDArray[np.uint8], landmarks: NDArray[np.float32]
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Both eyes' pictures, and their lids' and iris' landmarks in them.

    Args:
        image: (H, W, 3) RGB.
        landmarks: (478, 3) pixels.

    Returns:
        uint8 (2, 20, 32) luma; float32 (2, 21, 2) of ``LID_POINTS`` and ``IRIS_POINTS`` in eye
        pictures' pixels from the eye's middle.
    """
    pictures = np.empty((2, PATCH_HEIGHT, PATCH_WIDTH), np.uint8)
    points = np.empty((2, 21, 2), np.float32)
    height, width = image.shape[:2]
    own = landmarks[_INDEX, :2]
    corners = own[:, (_OUTER, _INNER)].tolist()
    for side in (0, 1):
        outer, inner = corners[side]
        move = eye_transform(outer, inner, side)
        points[side] = own[side] @ move[:, :2].T + (move[:, 2] - (_MIDDLE_X, _MIDDLE_Y))
        # Only the eye's surroundings become grey: the whole picture would cost ten times as much.
        reach = 1.2 * max(abs(outer[0] - inner[0]), abs(outer[1] - inner[1])) + 2.0
        x, y = (outer[0] + inner[0]) / 2, (outer[1] + inner[1]) / 2
        left, top = max(0, int(x - reach)), max(0, int(y - reach))
        right, bottom = min(width, int(x + reach) + 1), min(height, int(y + reach) + 1)
        if right - left < 2 or bottom - top < 2:
            pictures[side] = 128  # an eye beyond the picture's edge
            continue
        grey = cv2.cvtColor(image[top:bottom, left:right], cv2.COLOR_RGB2GRAY)
        move[:, 2] += move[:, 0] * left + move[:, 1] * top
        cv2.warpAffine(
            grey,
            move,
            (PATCH_WIDTH, PATCH_HEIGHT),
            dst=pictures[side],
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
    return pictures, points
