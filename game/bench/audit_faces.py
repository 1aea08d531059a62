"""Faces in another light, with another skin, with glasses: pictures changed by their landmarks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from perception.face.picture_quality import LIDS, OVAL

Image = NDArray[np.uint8]
"""(H, W, 3) RGB."""
Points = NDArray[np.float32]
"""(478, 3) landmarks, pixels."""

_GAMMA = 2.2
"""Of pictures against light, near enough to sRGB's."""
_DARKER, _LIGHTER = (0.36, 0.29, 0.24), (1.45, 1.55, 1.65)
"""Factors on the light that skin gives back; dark skin is the redder one."""
_TEMPLES = (234, 454)
"""Landmarks where the ears begin."""


def brighter(image: Image, _: Points, gamma: float) -> Image:
    """Brightness to the power of ``gamma``: below 1 brighter, above it darker."""
    return _by_table(image, lambda v: v**gamma)


def dimmed(image: Image, _: Points, factor: float) -> Image:
    """Less light on everything, as far as the camera does not make up for it."""
    return _by_table(image, lambda v: v * factor)


def lit_from_side(image: Image, points: Points) -> Image:
    """A third of the light on the side of the face at the picture's left, all at the right."""
    across = points[list(_TEMPLES), 0]
    left, right = float(across.min()), float(across.max())
    ramp = np.interp(np.arange(image.shape[1]), [left, right], [0.33, 1.0])
    return _as_bytes(image * (ramp ** (1 / _GAMMA))[None, :, None])


def recoloured(image: Image, points: Points, factors: tuple[float, float, float]) -> Image:
    """Skin of another colour: eyes, hair and background stay what they are.

    Args:
        image: the picture.
        points: of the face.
        factors: on red, green and blue light that the skin gives back.
    """
    weight = _skin(image, points)[..., None]
    light = (image / 255.0) ** _GAMMA
    light *= 1.0 + weight * (np.array(factors) - 1.0)
    return _as_bytes(255.0 * np.clip(light, 0.0, 1.0) ** (1 / _GAMMA))


def _skin(image: Image, points: Points) -> NDArray[np.float64]:
    """(H, W) how much of each pixel is skin of face, ears and neck, 0...1, by place and colour."""
    height, width = image.shape[:2]
    face = np.zeros((height, width), np.uint8)
    cv2.fillConvexPoly(face, cv2.convexHull(_pixels(points, OVAL)), (255,))
    size = float(np.ptp(points[list(OVAL), 0]))
    eyes = np.zeros_like(face)
    for lids in LIDS:
        cv2.fillPoly(eyes, [_pixels(points, lids)], (255,))
    lab = cv2.cvtColor(image, cv2.COLOR_RGB2LAB).astype(np.float64)
    inside = lab[(face > 0) & (eyes == 0)]
    if not len(inside):
        return np.zeros((height, width))
    middle = np.median(inside, axis=0)
    spread = 1.5 * np.median(np.abs(inside - middle), axis=0) + (12.0, 3.0, 3.0)
    alike = np.exp(-0.5 * (((lab - middle) / spread / 1.6) ** 2).sum(axis=2))
    reach = max(3, round(0.3 * size)) | 1
    near = cv2.dilate(face, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    soft = max(3, round(0.06 * size)) | 1
    near_soft = cv2.GaussianBlur(near, (soft, soft), 0) / 255.0
    eyes_soft = cv2.GaussianBlur(eyes, (soft // 4 | 1, soft // 4 | 1), 0) / 255.0
    alike = cv2.GaussianBlur(alike, (soft // 4 | 1, soft // 4 | 1), 0)
    face_soft = cv2.GaussianBlur(face, (soft, soft), 0) / 255.0
    # within the face lips and gleams are skin as well, though of another colour
    weight = np.maximum(np.minimum(1.0, 1.4 * alike) * near_soft, 0.8 * face_soft)
    return np.asarray(weight * (1.0 - eyes_soft))


def with_glasses(image: Image, points: Points) -> Image:
    """Dark frames and lenses that mirror a little, drawn round the eyes."""
    changed = image.copy()
    mirrored = image.copy()
    centres = [points[list(lids), :2].mean(axis=0) for lids in LIDS]
    apart = centres[1] - centres[0]
    distance = float(np.hypot(*apart))
    roll_deg = float(np.degrees(np.arctan2(apart[1], apart[0])))
    half = (max(2, round(0.40 * distance)), max(2, round(0.30 * distance)))
    thick = max(1, round(0.05 * distance))
    for centre in centres:
        at = (round(float(centre[0])), round(float(centre[1] + 0.04 * distance)))
        cv2.ellipse(mirrored, at, half, roll_deg, 0, 360, (225, 235, 245), -1, cv2.LINE_AA)
    changed = np.asarray(cv2.addWeighted(mirrored, 0.1, changed, 0.9, 0.0), np.uint8)
    along = apart / max(distance, 1e-6)
    for centre, temple, side in zip(centres, _TEMPLES, (-1.0, 1.0), strict=True):
        at = (round(float(centre[0])), round(float(centre[1] + 0.04 * distance)))
        cv2.ellipse(changed, at, half, roll_deg, 0, 360, (28, 24, 22), thick, cv2.LINE_AA)
        rim = centre + side * along * half[0]
        _line(changed, rim, points[temple, :2], thick)
    _line(changed, centres[0] + along * half[0], centres[1] - along * half[0], thick)
    return changed


def _line(image: Image, a: NDArray[np.float32], b: NDArray[np.float32], thick: int) -> None:
    ends = [(round(float(p[0])), round(float(p[1]))) for p in (a, b)]
    cv2.line(image, ends[0], ends[1], (28, 24, 22), thick, cv2.LINE_AA)


def _pixels(points: Points, which: tuple[int, ...]) -> NDArray[np.int32]:
    return np.round(points[list(which), :2]).astype(np.int32)


def _by_table(image: Image, curve: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Image:
    table = _as_bytes(255.0 * curve(np.arange(256) / 255.0))
    return np.asarray(table[image], np.uint8)


def _as_bytes(values: NDArray[np.float64]) -> Image:
    return np.clip(np.round(values), 0, 255).astype(np.uint8)


CHANGES: Mapping[str, Callable[[Image, Points], Image]] = {
    "light, 40 % darker": partial(dimmed, factor=0.6),
    "glasses": with_glasses,
    "skin, much darker": partial(recoloured, factors=_DARKER),
    "skin, lighter": partial(recoloured, factors=_LIGHTER),
    "light, gamma 0.5": partial(brighter, gamma=0.5),
    "light, gamma 2": partial(brighter, gamma=2.0),
    "light, from one side": lit_from_side,
}
