"""What clothes are painted with: one picture that holds every cloth of one human.

The picture is 2048 × 1024 texels: the front of the outer garment (1024 × 1024),
a sleeve (512 × 1024, half way round, mirrored), the front of what is worn below
(512 × 512), and four swatches (256 × 256) for collars, ties, bands and backs.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from game.bake.identity import Colour
from game.bake.mesh import noise
from game.bake.source import Floats

WIDTH, HEIGHT = 2048, 1024
FRONT_M = 0.56
"""Side of the front's view, metres."""
INNER_M = 0.28
"""Side of the view of what is worn below, metres."""
TOP_M = 0.10
"""How far both views reach above the neck's base, metres."""
SWATCH_M = 0.14
"""Side of a swatch, metres."""
_BOXES: dict[str, tuple[int, int, int, int]] = {
    "front": (0, 0, 1024, 1024),
    "sleeve": (1024, 0, 512, 1024),
    "inner": (1536, 0, 512, 512),
    "outer": (1536, 512, 256, 256),
    "shirt": (1792, 512, 256, 256),
    "accent": (1536, 768, 256, 256),
    "band": (1792, 768, 256, 256),
}
_MARGIN = 6
"""Texels kept free at a box's rim, because smaller levels mix neighbours."""


def place(box: str, across: Floats, down: Floats) -> Floats:
    """Atlas coordinates of places in a box.

    Args:
        box: its name.
        across: 0 left … 1 right; held inside.
        down: 0 top … 1 bottom; held inside.

    Returns:
        (…, 2) with v upward.
    """
    x, y, w, h = _BOXES[box]
    u = x + np.clip(across * w, _MARGIN, w - _MARGIN)
    v = y + np.clip(down * h, _MARGIN, h - _MARGIN)
    return np.stack([u / WIDTH, 1.0 - v / HEIGHT], axis=-1)


def swatch(box: str, across_m: Floats, down_m: Floats) -> Floats:
    """Atlas coordinates in a swatch, run through back and forth; metres."""

    def folded(value: Floats) -> Floats:
        turn = value / (SWATCH_M * 0.94) % 2.0
        return 0.03 + 0.94 * np.where(turn > 1, 2 - turn, turn)

    return place(box, folded(across_m), folded(down_m))


@dataclass(slots=True)
class View:
    """Texels of a view in metres: x from the middle (image right +), z from the neck's base."""

    x: Floats
    z: Floats
    span: float

    @classmethod
    def of(cls, size: int, span: float) -> View:
        """A square view of so many texels and metres."""
        row, column = np.mgrid[0:size, 0:size]
        x = ((column + 0.5) / size - 0.5) * span
        return cls(x, TOP_M - (row + 0.5) / size * span, span)

    def shadow(self, outline: list[tuple[float, float]], reach: float, down: float) -> Floats:
        """The soft shadow of something that lies on both sides of the middle, 0–1.

        Args:
            outline: its corners on her left, metres.
            reach: softness, metres.
            down: how far it falls, metres.
        """
        size = len(self.x)
        cover = np.zeros((size, size), np.uint8)
        for sign in (1.0, -1.0):
            texels = [
                (
                    (sign * x / self.span + 0.5) * size * 16,
                    (TOP_M - z + down) / self.span * size * 16,
                )
                for x, z in outline
            ]
            cv2.fillPoly(cover, [np.array(texels, np.int32)], (255,), cv2.LINE_AA, 4)
        return self.blurred(cover / 255.0, reach)

    def blurred(self, cover: Floats, reach: float) -> Floats:
        """A cover softened by metres."""
        texels = reach / self.span * len(self.x)
        return np.asarray(cv2.GaussianBlur(cover, (0, 0), texels), np.float64)


def relief(height: Floats, texel_m: float, strength: float = 1.0) -> Floats:
    """Shade of folds of a height in metres, lit from the upper left; mean about 1."""
    down, across = np.gradient(height, texel_m)
    return np.clip(1.0 + strength * (0.75 * down + 0.55 * across), 0.45, 1.5)


def enlarged(shade: Floats) -> Floats:
    """A shade painted at half the texels, which folds do not need, at all of them."""
    height, width = shade.shape
    return np.asarray(cv2.resize(shade, (2 * width, 2 * height)), np.float64)


def cloth(
    kind: str, color: Colour, shape: tuple[int, int], rng: np.random.Generator, texel_m: float
) -> Floats:
    """A plain piece of cloth.

    Args:
        kind: ``wool``, ``cotton``, ``satin``, ``knit``, ``rib``, ``dots`` or ``stripe``.
        color: display colour.
        shape: rows and columns.
        rng: the identity's random numbers.
        texel_m: side of a texel, metres.

    Returns:
        (rows, columns, 3) display colours.
    """
    size = max(shape)
    row, column = np.mgrid[0 : shape[0], 0 : shape[1]]
    y, x = row * texel_m, column * texel_m
    large = noise(size, 64, rng)[: shape[0], : shape[1]]
    fine = noise(size, 2, rng)[: shape[0], : shape[1]]
    depth = {"wool": 0.07, "cotton": 0.022, "satin": 0.012, "stripe": 0.02, "dots": 0.015}
    tone = 1 + depth.get(kind, 0.04) * fine + 0.022 * large
    if kind == "wool":  # a twill's diagonal
        tone *= 1 + 0.035 * np.sin((x + y) * 2 * np.pi / 0.0026)
    if kind == "knit":  # columns of stitches, each a slanting pair
        column_at = (x / 0.0036) % 1.0
        slant = y / 0.0030 + np.abs(column_at - 0.5) * 1.2
        tone *= (
            1
            + 0.085 * np.cos(2 * np.pi * slant)
            - 0.13 * np.exp(-(((column_at - 0.02) / 0.16) ** 2))
        )
    if kind == "rib":
        tone *= 1 + 0.16 * np.cos(2 * np.pi * x / 0.0060)
    if kind == "satin":
        tone *= 1 + 0.05 * noise(size, 180, rng)[: shape[0], : shape[1]]
    result = np.array(color) * tone[..., None]
    if kind == "dots":
        a, b = (x / 0.016) % 1.0, (y / 0.016 + 0.5 * np.floor(x / 0.016)) % 1.0
        dot = np.clip((0.16 - np.hypot(a - 0.5, b - 0.5)) / 0.05, 0, 1)[..., None]
        light = 1.0 if np.mean(color) < 0.5 else 0.30
        result = result * (1 - dot) + (0.25 * result + 0.7 * light * np.array(color) + 0.05) * dot
    if kind == "stripe":
        line = np.clip(np.cos((x + y) * 2 * np.pi / 0.019) * 6 - 4.6, 0, 1)[..., None]
        result = result * (1 - line) + (result * 0.5 + 0.42) * line
    return result


class Atlas:
    """The picture, painted box by box."""

    def __init__(self) -> None:
        self._picture = np.zeros((HEIGHT, WIDTH, 3))

    def paint(self, box: str, colors: Floats) -> None:
        """Fills a box.

        Args:
            box: its name.
            colors: (h, w, 3) display colours of the box's size.
        """
        x, y, w, h = _BOXES[box]
        self._picture[y : y + h, x : x + w] = colors

    @staticmethod
    def shape(box: str) -> tuple[int, int]:
        """Rows and columns of a box."""
        _, _, w, h = _BOXES[box]
        return h, w

    def rgba(self) -> NDArray[np.uint8]:
        """(1024, 2048, 4) opaque."""
        out = np.full((HEIGHT, WIDTH, 4), 255, np.uint8)
        out[..., :3] = np.clip(self._picture, 0, 1) * 255 + 0.5
        return out
