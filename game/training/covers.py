"""Draws over filmed faces what hides a part of them, and what does not."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from perception.face.hidden_parts import Part

Image = NDArray[np.uint8]
Floats = NDArray[np.float32]

_LIPS = (61, 291, 0, 17, 37, 267, 84, 314, 40, 270, 91, 321, 146, 375)
_LOWER_FACE = (234, 454, 50, 280, 1, 152, 148, 377, 172, 397, 58, 288, 132, 361)
_EYE_RIGHT = (33, 133, 159, 145, 70, 107, 117, 101)
_EYE_LEFT = (362, 263, 386, 374, 336, 300, 346, 330)
_FOREHEAD = (70, 107, 336, 300, 10, 109, 338, 105, 334, 52, 282)
_CHEEKS = (50, 280, 117, 346, 205, 425)
_SURFACES = ("plain", "grey", "skin", "mask", "cloth", "fingers")


@dataclass(frozen=True, slots=True)
class Cover:
    """Where something is drawn, and what it hides."""

    outline: tuple[tuple[int, ...], ...]
    """Landmarks of each piece."""
    grown: tuple[float, float]
    """Least and most by which a piece is larger than them."""
    hides: tuple[Part, ...]
    surfaces: tuple[str, ...] = _SURFACES


COVERS = (
    Cover((_LIPS,), (1.3, 2.0), ("mouth",)),
    Cover((_LOWER_FACE,), (1.0, 1.0), ("mouth",)),
    Cover(
        (_EYE_RIGHT, _EYE_LEFT),
        (1.0, 1.3),
        ("eye_right", "eye_left"),
        ("glass", "glass", "plain", "grey"),
    ),
    Cover(((*_EYE_RIGHT, *_EYE_LEFT),), (1.05, 1.2), ("eye_right", "eye_left")),
    Cover((_EYE_RIGHT,), (1.1, 1.2), ("eye_right",)),
    Cover((_EYE_LEFT,), (1.1, 1.2), ("eye_left",)),
    Cover((_FOREHEAD,), (1.1, 1.2), ("brow_right", "brow_left")),
)

HARMLESS = ("clear glasses", "beard", "blur", "dim")


def cover_part(
    cover: Cover,
    surface: str,
    image: Image,
    landmarks: Floats,
    donor: Image,
    rng: np.random.Generator,
) -> Image:
    """A picture with something drawn over a part of the face.

    Args:
        cover: where.
        surface: what: plain, grey, skin, mask, cloth, fingers, or glass, which is dark.
        image: (H, W, 3) RGB.
        landmarks: (478, 3) pixels of it.
        donor: another picture, of which cloth is made.
        rng: draws what is left open.
    """
    drawn = image.astype(np.float32)
    for outline in cover.outline:
        points = landmarks[list(outline), :2]
        middle = points.mean(axis=0)
        points = middle + (points - middle) * rng.uniform(*cover.grown)
        mask = np.zeros(image.shape[:2], np.uint8)
        cv2.fillConvexPoly(mask, cv2.convexHull(points.astype(np.int32)), (255,))
        soft = cv2.GaussianBlur(mask, (0, 0), 0.7)[..., None] / 255.0
        over = _surface(surface, image, landmarks, points, donor, rng)
        if surface == "glass":  # a little is seen through it
            over = over + rng.uniform(0.0, 0.15) * image
        drawn = np.asarray(drawn * (1.0 - soft) + over * soft, np.float32)
    return np.clip(drawn, 0, 255).astype(np.uint8)


def _surface(
    name: str,
    image: Image,
    landmarks: Floats,
    points: Floats,
    donor: Image,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    height, width = image.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float64)
    size = max(4.0, float(np.ptp(points[:, 0])))
    plain = np.ones((height, width, 3))
    if name == "glass":
        shade = np.linspace(0.0, rng.uniform(0, 25), height)[:, None, None]
        return plain * rng.integers(5, 40) + shade
    if name == "cloth":
        other = cv2.resize(donor, (width, height)).astype(np.float64)
        return np.roll(other, (int(rng.integers(height)), int(rng.integers(width))), (0, 1))
    if name == "mask":
        masks = np.array(((170, 200, 225), (240, 240, 240), (30, 30, 35), (150, 190, 180)))
        folds = 8.0 * np.sin(y / max(4.0, np.ptp(points[:, 1])) * 2 * np.pi * rng.uniform(2, 4))
        round_ = -25.0 * np.abs(x - points[:, 0].mean()) / size
        grain = rng.normal(0, 3, (height, width))
        return plain * masks[rng.integers(len(masks))] + (folds + round_ + grain)[..., None]
    if name == "fingers":
        turn = rng.uniform(0, np.pi)
        along = (x * np.cos(turn) + y * np.sin(turn)) / size * 2 * np.pi * rng.uniform(1.2, 2.5)
        shape = 0.45 + 0.6 * np.sqrt(np.abs(np.cos(along / 2 + rng.uniform(0, 3))))
        return shape[..., None] * _skin(image, landmarks) + rng.normal(0, 2, (height, width, 1))
    if name == "skin":
        colour = _skin(image, landmarks) + rng.integers(-15, 15)
    else:
        colour = rng.integers(0, 256, 1 if name == "grey" else 3).astype(np.float64)
    return plain * colour


def _skin(image: Image, landmarks: Floats) -> NDArray[np.float64]:
    edge = np.array((image.shape[1], image.shape[0])) - 1
    at = np.clip(landmarks[list(_CHEEKS), :2].astype(np.int64), 0, edge)
    return np.asarray(np.median(image[at[:, 1], at[:, 0]], axis=0), np.float64)


def harmless(name: str, image: Image, landmarks: Floats, rng: np.random.Generator) -> Image:
    """A picture with something that hides nothing: one of :data:`HARMLESS`."""
    across = float(np.linalg.norm(landmarks[33, :2] - landmarks[263, :2]))
    if name == "blur":
        return np.asarray(
            cv2.GaussianBlur(image, (0, 0), rng.uniform(0.01, 0.03) * across), np.uint8
        )
    if name == "dim":
        dim = (image / 255.0) ** rng.uniform(1.3, 2.2) * 255.0 * rng.uniform(0.5, 1.0)
        return np.clip(dim + rng.normal(0, 3, image.shape), 0, 255).astype(np.uint8)
    drawn = image.copy()
    if name == "clear glasses":
        colour = tuple(int(c) for c in rng.integers(0, 90, 3))
        for ends in ((33, 133), (362, 263)):
            x, y = landmarks[list(ends), :2].mean(axis=0)
            half = (int(rng.uniform(0.3, 0.36) * across), int(rng.uniform(0.2, 0.27) * across))
            cv2.ellipse(
                drawn, (int(x), int(y)), half, 0, 0, 360, colour, max(1, int(0.03 * across))
            )
        return drawn
    mask = np.zeros(image.shape[:2], np.uint8)
    chin = landmarks[[58, 288, 205, 425, 152, 148, 377, 172, 397], :2].astype(np.int32)
    cv2.fillConvexPoly(mask, cv2.convexHull(chin), (255,))
    lips = landmarks[list(_LIPS), :2].astype(np.int32)
    cv2.fillConvexPoly(mask, cv2.convexHull(lips), (0,))
    soft = cv2.GaussianBlur(mask, (0, 0), 0.03 * across)[..., None] / 255.0 * rng.uniform(0.4, 0.8)
    hair = rng.integers(20, 90) + rng.normal(0, 12, (*image.shape[:2], 1))
    return np.clip(image * (1 - soft) + hair * soft, 0, 255).astype(np.uint8)
