"""Draws over filmed faces what hides a part of them, and what does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from perception.face.hidden_parts import OUTLINE, Part

Image = NDArray[np.uint8]
Floats = NDArray[np.float32]
Drawing = NDArray[np.float64]

LIPS = (*OUTLINE["mouth"], 146, 375)
"""Landmarks around the mouth."""
LOWER_FACE = (234, 454, 50, 280, 1, 152, 148, 377, 172, 397, 58, 288, 132, 361)
"""Landmarks around what a mask hides."""
_EYE_RIGHT = (33, 133, 159, 145, 70, 107, 117, 101)
_EYE_LEFT = (362, 263, 386, 374, 336, 300, 346, 330)
_FOREHEAD = (70, 107, 336, 300, 10, 109, 338, 105, 334, 52, 282)
_CHEEKS = (50, 280, 117, 346, 205, 425)
_SURFACES = (
    *("plain", "grey", "skin", "mask", "cloth", "fingers"),
    *("grain", "mosaic", "frosted", "stripes", "checks", "strands", "marked"),
)


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
    Cover((LIPS,), (1.3, 2.0), ("mouth",)),
    Cover((LOWER_FACE,), (1.0, 1.0), ("mouth",)),
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

HARMLESS = ("clear glasses", "beard", "blur", "dim", "make-up", "coloured light")


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
        surface: what: a plain colour, grey, skin, a folded mask, cloth (of another picture),
            fingers, grain, a mosaic or frosting of what lies there, stripes, checks, strands of
            hair, a thing with marks on it, or glass, which is dark.
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
) -> Drawing:
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
    if name in _PATTERNS:
        return _PATTERNS[name](image, size, points, rng)
    if name == "skin":
        colour = _skin(image, landmarks) + rng.integers(-15, 15)
    else:
        colour = rng.integers(0, 256, 1 if name == "grey" else 3).astype(np.float64)
    return plain * colour


def _grain(image: Image, size: float, points: Floats, rng: np.random.Generator) -> Drawing:
    height, width = image.shape[:2]
    step = max(1, int(size / rng.uniform(8, 60)))
    grains = rng.integers(0, 256, (height // step + 1, width // step + 1, 3)).astype(np.uint8)
    between = cv2.INTER_NEAREST if rng.random() < 0.5 else cv2.INTER_LINEAR
    return cv2.resize(grains, (width, height), interpolation=between).astype(np.float64)


def _mosaic(image: Image, size: float, points: Floats, rng: np.random.Generator) -> Drawing:
    height, width = image.shape[:2]
    step = max(2, int(size / rng.uniform(2, 6)))
    coarse = (max(1, width // step), max(1, height // step))
    tiles = cv2.resize(image, coarse, interpolation=cv2.INTER_AREA)
    return cv2.resize(tiles, (width, height), interpolation=cv2.INTER_NEAREST).astype(np.float64)


def _frosted(image: Image, size: float, points: Floats, rng: np.random.Generator) -> Drawing:
    return cv2.GaussianBlur(image, (0, 0), size * rng.uniform(0.15, 0.4)).astype(np.float64)


def _stripes(image: Image, size: float, points: Floats, rng: np.random.Generator) -> Drawing:
    y, x = np.mgrid[: image.shape[0], : image.shape[1]].astype(np.float64)
    turn, period = rng.uniform(0, np.pi), size / rng.uniform(2, 10)
    wave = np.sin((x * np.cos(turn) + y * np.sin(turn)) * 2 * np.pi / period)
    return _two_colours(np.sign(wave) if rng.random() < 0.5 else wave, rng)


def _checks(image: Image, size: float, points: Floats, rng: np.random.Generator) -> Drawing:
    y, x = np.mgrid[: image.shape[0], : image.shape[1]].astype(np.float64)
    turn, step = rng.uniform(0, np.pi / 2), size / rng.uniform(3, 12)
    along = (x * np.cos(turn) + y * np.sin(turn)) // step
    down = (y * np.cos(turn) - x * np.sin(turn)) // step
    return _two_colours((along + down) % 2 * 2 - 1, rng)


def _two_colours(amount: Drawing, rng: np.random.Generator) -> Drawing:
    """One colour where the amount is -1, another where it is 1."""
    one, other = rng.integers(0, 256, (2, 3))
    share = (amount[..., None] + 1.0) / 2.0
    return np.asarray(share * one + (1.0 - share) * other, np.float64)


def _strands(image: Image, size: float, points: Floats, rng: np.random.Generator) -> Drawing:
    height, width = image.shape[:2]
    colour = rng.integers(10, 150, 3)
    drawn = np.ones((height, width, 3)) * colour * 0.6
    lean = rng.uniform(-0.4, 0.4)
    for _ in range(150):
        start = rng.uniform(-0.5, 1.5) * width
        end = start + np.tan(lean + rng.normal(0.0, 0.05)) * height
        shade = tuple(float(value) for value in colour * rng.uniform(0.5, 1.6))
        cv2.line(drawn, (int(start), 0), (int(end), height), shade, max(1, int(size / 60)))
    return drawn


def _marked(image: Image, size: float, points: Floats, rng: np.random.Generator) -> Drawing:
    drawn = np.ones((*image.shape[:2], 3)) * rng.integers(0, 256, 3)
    for _ in range(rng.integers(1, 5)):
        one, other = (points.mean(axis=0) + rng.normal(0.0, size / 3, (2, 2))).astype(int).tolist()
        colour = tuple(float(value) for value in rng.integers(0, 256, 3))
        draw = cv2.rectangle if rng.random() < 0.6 else cv2.line
        draw(drawn, one, other, colour, int(rng.integers(1, 4)))
    return drawn


_PATTERNS: Mapping[str, Callable[[Image, float, Floats, np.random.Generator], Drawing]] = {
    "grain": _grain,
    "mosaic": _mosaic,
    "frosted": _frosted,
    "stripes": _stripes,
    "checks": _checks,
    "strands": _strands,
    "marked": _marked,
}


def _skin(image: Image, landmarks: Floats) -> Drawing:
    edge = np.array((image.shape[1], image.shape[0])) - 1
    at = np.clip(landmarks[list(_CHEEKS), :2].astype(np.int64), 0, edge)
    return np.asarray(np.median(image[at[:, 1], at[:, 0]], axis=0), np.float64)


def _made_up(image: Image, landmarks: Floats, rng: np.random.Generator) -> Image:
    """Lips and lids in some other colour, through which their shape is seen."""
    drawn = image.astype(np.float32)
    light = image.mean(axis=2, keepdims=True)
    for outline, colour in (
        (LIPS, (rng.integers(120, 220), rng.integers(10, 80), rng.integers(20, 110))),
        (_EYE_RIGHT, rng.integers(30, 160, 3)),
        (_EYE_LEFT, rng.integers(30, 160, 3)),
    ):
        mask = np.zeros(image.shape[:2], np.uint8)
        points = landmarks[list(outline), :2].astype(np.int32)
        cv2.fillConvexPoly(mask, cv2.convexHull(points), (255,))
        soft = cv2.GaussianBlur(mask, (0, 0), 1.0)[..., None] / 255.0 * rng.uniform(0.2, 0.6)
        tinted = np.asarray(colour) * light / max(1.0, float(light.mean()))
        drawn = drawn * (1.0 - soft) + tinted * soft
    return np.clip(drawn, 0, 255).astype(np.uint8)


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
    if name == "coloured light":
        return np.clip(image * rng.uniform(0.7, 1.2, 3), 0, 255).astype(np.uint8)
    drawn = image.copy()
    if name == "make-up":
        return _made_up(image, landmarks, rng)
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
    lips = landmarks[list(LIPS), :2].astype(np.int32)
    cv2.fillConvexPoly(mask, cv2.convexHull(lips), (0,))
    soft = cv2.GaussianBlur(mask, (0, 0), 0.03 * across)[..., None] / 255.0 * rng.uniform(0.4, 0.8)
    hair = rng.integers(20, 90) + rng.normal(0, 12, (*image.shape[:2], 1))
    return np.clip(image * (1 - soft) + hair * soft, 0, 255).astype(np.uint8)
