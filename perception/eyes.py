"""Pictures of the two eyes, cut out upright and at one size, for the network that reads them.

The landmarks hardly follow an iris up and down, and lids hide it; the picture of the eye itself
tells more. Both eyes are brought to the same form: the outer corner at the left, the inner at the
right, so that one network reads either.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

PATCH_WIDTH, PATCH_HEIGHT = 32, 20
"""Pixels of one eye's picture."""
_CORNERS = ((33, 133), (263, 362))
"""Outer and inner corner: the candidate's right eye (image left), then the left."""
_OUTER_X, _INNER_X, _MIDDLE_Y = 6.0, 26.0, 10.0
"""Where the corners lie in the picture: an eye is about 0.6 of it wide."""
LID_POINTS = (
    (33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7),
    (263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249),
)
"""Contour of each eye from the outer corner over the upper lid to the inner and back below."""
IRIS_POINTS = ((468, 469, 470, 471, 472), (473, 476, 475, 474, 477))
"""Centre of each iris, then its rim: right, top, left, bottom as the upright picture shows it."""


def eye_transform(landmarks: NDArray[np.float32], side: int) -> NDArray[np.float64]:
    """The map from picture to eye picture.

    Args:
        landmarks: (478, 3) pixels.
        side: 0 the candidate's right eye, 1 the left.

    Returns:
        (2, 3) affine; a similarity, mirrored for the left eye.
    """
    outer, inner = (landmarks[i, :2].astype(np.float64) for i in _CORNERS[side])
    along = inner - outer
    length2 = max(float(along @ along), 1e-6)
    scale = (_INNER_X - _OUTER_X) / length2
    # Rows: along the eye, and across it downward. The left eye, mirrored, keeps "down" as it is.
    x_row = scale * along
    sign = 1.0 if side == 0 else -1.0
    y_row = scale * sign * np.array([-along[1], along[0]])
    middle = (outer + inner) / 2
    return np.array(
        [
            [*x_row, (_OUTER_X + _INNER_X) / 2 - x_row @ middle],
            [*y_row, _MIDDLE_Y - y_row @ middle],
        ]
    )


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
    for side in (0, 1):
        move = eye_transform(landmarks, side)
        own = landmarks[[*LID_POINTS[side], *IRIS_POINTS[side]], :2].astype(np.float64)
        points[side] = own @ move[:, :2].T + move[:, 2] - (16.0, _MIDDLE_Y)
        # Only the eye's surroundings become grey: the whole picture would cost ten times as much.
        reach = 1.2 * float(np.abs(own[0] - own[8]).max()) + 2.0
        middle = (own[0] + own[8]) / 2
        left, top = max(0, int(middle[0] - reach)), max(0, int(middle[1] - reach))
        right, bottom = (
            min(width, int(middle[0] + reach) + 1),
            min(height, int(middle[1] + reach) + 1),
        )
        if right - left < 2 or bottom - top < 2:
            pictures[side] = 128  # an eye beyond the picture's edge
            continue
        grey = cv2.cvtColor(image[top:bottom, left:right], cv2.COLOR_RGB2GRAY)
        move[:, 2] += move[:, :2] @ (left, top)
        cv2.warpAffine(
            grey,
            move,
            (PATCH_WIDTH, PATCH_HEIGHT),
            dst=pictures[side],
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
    return pictures, points
