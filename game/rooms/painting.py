"""Materials, painted with numpy into one atlas per room, so that a room is one draw call."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from game.rooms.modelling import Color, Swatch

Floats = NDArray[np.float32]
Painter = Callable[[np.random.Generator, int, int], NDArray]

WIDTH = 2048
"""Width of an atlas in texels; its height is what its materials need."""

_INSET = 3


@dataclass(frozen=True, slots=True)
class Material:
    """One painted rectangle of the atlas."""

    width: int
    """Texels."""
    height: int
    """Texels."""
    tone: Color
    """Mean display colour, for the light that it throws on."""
    painter: Painter
    """Gives (height, width, 3), float 0–1 or uint8, first row on top."""


class Atlas:
    """Where every material of a room lies, and their picture.

    Args:
        materials: by name.
    """

    def __init__(self, materials: Mapping[str, Material]) -> None:
        self._materials = dict(materials)
        self._corners: dict[str, tuple[int, int]] = {}
        x = y = tall = 0
        for name in sorted(materials, key=lambda n: (-materials[n].height, n)):
            width, height = materials[name].width, materials[name].height
            if x + width > WIDTH:
                x, y, tall = 0, y + tall, 0
            self._corners[name] = (x, y)
            x, tall = x + width, max(tall, height)
        self.height = y + tall

    def swatch(self, name: str) -> Swatch:
        """Where a material lies."""
        (x, y), kind = self._corners[name], self._materials[name]
        return Swatch(
            (x + _INSET) / WIDTH,
            1.0 - (y + kind.height - _INSET) / self.height,
            (x + kind.width - _INSET) / WIDTH,
            1.0 - (y + _INSET) / self.height,
            kind.tone,
        )

    def picture(self, seed: int = 7) -> NDArray[np.uint8]:
        """Paints all materials.

        Args:
            seed: of grain and mottling.

        Returns:
            uint8 (height, WIDTH, 3) RGB, first row on top.
        """
        sheet = np.full((self.height, WIDTH, 3), 255, np.uint8)
        for number, name in enumerate(sorted(self._materials)):
            kind, (x, y) = self._materials[name], self._corners[name]
            rng = np.random.default_rng((seed, number))
            painted = kind.painter(rng, kind.width, kind.height)
            if painted.dtype != np.uint8:
                painted = (np.clip(painted, 0, 1) * 255 + 0.5).astype(np.uint8)
            sheet[y : y + kind.height, x : x + kind.width] = painted
        return sheet


def noise(rng: np.random.Generator, width: int, height: int, sx: float, sy: float) -> Floats:
    """Smooth noise about 0 with deviation 1, (height, width); it continues over its borders.

    Broad noise is made small and enlarged, which looks the same and is many times faster.
    """
    fx, fy = max(1, int(sx // 2)), max(1, int(sy // 2))
    columns, rows = max(3, round(width / fx)), max(3, round(height / fy))
    small = rng.standard_normal((rows, columns)).astype(np.float32)
    pad = 12
    small = np.pad(small, pad, mode="wrap")
    spread = (max(0.3, sx / fx), max(0.3, sy / fy))
    small = np.asarray(cv2.GaussianBlur(small, (0, 0), spread[0], sigmaY=spread[1]), np.float32)
    size = (round(width * (columns + 2 * pad) / columns), round(height * (rows + 2 * pad) / rows))
    large = cv2.resize(small, size, interpolation=cv2.INTER_CUBIC)
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    field = large[top : top + height, left : left + width]
    return np.asarray(field / max(float(field.std()), 1e-6), np.float32)


def mixed(one: Color, two: Color, share: Floats) -> Floats:
    """From colour one (share 0) to colour two (share 1); (h, w) to (h, w, 3)."""
    mix = np.clip(share, 0, 1)[..., None]
    return np.asarray(np.asarray(one) * (1 - mix) + np.asarray(two) * mix, np.float32)


def wood(light: Color, dark: Color, rings: float = 6.0, contrast: float = 1.0) -> Painter:
    """Grain along x: stretched growth rings, fine pores, a slow change of tone.

    Args:
        light: of early wood, display colour.
        dark: of late wood and pores.
        rings: how many over the height.
        contrast: of the rings.
    """

    def paint(rng: np.random.Generator, width: int, height: int) -> Floats:
        y = np.linspace(0, 1, height, dtype=np.float32)[:, None]
        warp = 0.10 * noise(rng, width, height, 320, 60) + 0.016 * noise(rng, width, height, 90, 9)
        phase = (y + warp) * rings
        ring = (phase - np.floor(phase)) ** 2.2
        pores = np.clip(noise(rng, width, height, 16, 0.8) - 0.9, 0, 3)
        fibre = noise(rng, width, height, 40, 0.9)
        slow = noise(rng, width, height, 260, 90)
        mix = contrast * 0.34 * ring + 0.10 * pores + 0.05 * fibre + 0.09 * slow + 0.24
        return mixed(light, dark, mix)

    return paint


def boards(light: Color, dark: Color, count: int, across: bool = False) -> Painter:
    """Floor boards along y (or along x), each of its own tone.

    Args:
        light: brightest tone, display colour.
        dark: darkest.
        count: boards side by side.
        across: whether they run along x.
    """

    def paint(rng: np.random.Generator, width: int, height: int) -> Floats:
        w, h = (height, width) if across else (width, height)
        picture = np.empty((h, w, 3), np.float32)
        edges = np.linspace(0, w, count + 1).astype(int)
        for left, right in itertools.pairwise(edges):
            cut = int(rng.integers(h // 6, h - h // 6))
            for top, bottom in ((0, cut), (cut, h)):
                shape = (right - left, bottom - top)
                grain = 0.10 * noise(rng, *shape, 1.0, 26) + 0.13 * noise(rng, *shape, 9, 120)
                picture[top:bottom, left:right] = mixed(light, dark, grain + rng.uniform(0.2, 0.8))
                picture[top : top + 2, left:right] *= 0.6
            picture[:, left : left + 2] *= 0.62
        return picture.transpose(1, 0, 2) if across else picture

    return paint


def plaster(color: Color, rough: float = 1.0) -> Painter:
    """Painted plaster: roller marks and slow unevenness.

    Args:
        color: display colour.
        rough: of the marks; 1 is a smooth office wall.
    """

    def paint(rng: np.random.Generator, width: int, height: int) -> Floats:
        tone = (
            1.0
            + 0.008 * rough * noise(rng, width, height, 1.3, 1.3)
            + 0.007 * rough * noise(rng, width, height, 7, 7)
            + 0.012 * rough * noise(rng, width, height, 70, 70)
        )
        return np.asarray(np.asarray(color, np.float32) * tone[..., None], np.float32)

    return paint


def brick(body: Color, mortar: Color, rows: int, columns: int, spread: float = 0.10) -> Painter:
    """Bricks in stretcher bond, each of its own tone, edges lit from the upper left.

    Args:
        body: mean display colour of the bricks.
        mortar: of the joints.
        rows: courses over the height, even.
        columns: bricks over the width.
        spread: how much the bricks differ.
    """

    def paint(rng: np.random.Generator, width: int, height: int) -> Floats:
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        x += 1.3 * noise(rng, width, height, 6, 6)
        y += 1.3 * noise(rng, width, height, 6, 6)
        course = y / height * rows
        row = np.floor(course).astype(int) % rows
        along = x / width * columns + 0.5 * (row % 2)
        column = np.floor(along).astype(int) % columns
        u, v = along - np.floor(along), course - np.floor(course)
        wide, tall = width / columns, height / rows
        # Texels to the nearest joint, whose half width is 2.2 % of a brick's length.
        gap = np.minimum(np.minimum(u, 1 - u) * wide, np.minimum(v, 1 - v) * tall) - 0.026 * wide
        face = np.clip(gap / 2.0 + 0.5, 0, 1)
        tones = rng.normal(1.0, spread, (rows, columns, 1)) + rng.normal(
            0, spread * 0.25, (rows, columns, 3)
        )
        color = np.asarray(body) * tones[row, column]
        grit = 0.05 * noise(rng, width, height, 1.2, 1.2) + 0.06 * noise(rng, width, height, 8, 5)
        color = color * (1 + grit[..., None])
        joint = np.asarray(mortar) * (1 + 0.05 * noise(rng, width, height, 1.5, 1.5)[..., None])
        solid = face[..., None]
        relief = cv2.GaussianBlur(face, (0, 0), 1.6)
        slope = np.roll(relief, (1, 1), (0, 1)) - np.roll(relief, (-1, -1), (0, 1))
        picture = joint * 0.80 * (1 - solid) + color * solid
        return np.asarray(picture * (1 - 0.55 * slope[..., None]), np.float32)

    return paint


def slats(light: Color, dark: Color, count: int) -> Painter:
    """Upright wooden battens with shadowed gaps.

    Args:
        light: of the wood.
        dark: of its grain.
        count: battens over the width.
    """

    def paint(rng: np.random.Generator, width: int, height: int) -> Floats:
        grain = 0.16 * noise(rng, width, height, 1.2, 60) + 0.10 * noise(rng, width, height, 5, 200)
        x = np.arange(width) / width * count
        number, place = np.floor(x).astype(int) % count, x - np.floor(x)
        tones = rng.uniform(0.15, 0.55, count)[number]
        picture = mixed(light, dark, grain + tones)
        shade = np.interp(
            place,
            (0, 0.03, 0.10, 0.62, 0.70, 0.72, 0.98, 1),
            (0.2, 0.75, 1.06, 0.97, 0.70, 0.16, 0.08, 0.2),
        )
        return np.asarray(picture * shade[None, :, None], np.float32)

    return paint


def cloth(color: Color, pitch: float = 4.0, contrast: float = 1.0) -> Painter:
    """A woven fabric.

    Args:
        color: display colour.
        pitch: texels from thread to thread.
        contrast: of the weave.
    """

    def paint(rng: np.random.Generator, width: int, height: int) -> Floats:
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        weave = np.sin(x * 2 * np.pi / pitch) * np.sin(y * 2 * np.pi / pitch)
        tone = 1 + contrast * (
            0.06 * weave
            + 0.05 * noise(rng, width, height, 1.0, 1.0)
            + 0.03 * noise(rng, width, height, 30, 30)
        )
        return np.asarray(np.asarray(color, np.float32) * tone[..., None], np.float32)

    return paint


def carpet(color: Color) -> Painter:
    """Two by two squares of looped carpet, laid crosswise.

    Args:
        color: display colour.
    """

    def paint(rng: np.random.Generator, width: int, height: int) -> Floats:
        along = noise(rng, width, height, 1.0, 9.0)
        across = noise(rng, width, height, 9.0, 1.0)
        y, x = np.mgrid[0:height, 0:width]
        turned = (x * 2 // width + y * 2 // height) % 2
        tone = 1 + 0.085 * np.where(turned, along, across) - 0.035 * turned
        tone += 0.03 * noise(rng, width, height, 60, 60)
        edge = np.minimum(x % (width // 2), y % (height // 2)) < 1
        tone[edge] *= 0.86
        return np.asarray(np.asarray(color, np.float32) * tone[..., None], np.float32)

    return paint


def leather(color: Color) -> Painter:
    """Grained leather, worn lighter in places."""

    def paint(rng: np.random.Generator, width: int, height: int) -> Floats:
        cells = np.abs(noise(rng, width, height, 2.2, 2.2))
        tone = 0.95 + 0.07 * np.clip(cells, 0, 2) + 0.05 * noise(rng, width, height, 60, 60)
        return np.asarray(np.asarray(color, np.float32) * tone[..., None], np.float32)

    return paint


def marble(color: Color, vein: Color) -> Painter:
    """Stone with a few drawn veins."""

    def paint(rng: np.random.Generator, width: int, height: int) -> Floats:
        field = noise(rng, width, height, 120, 70) + 0.35 * noise(rng, width, height, 24, 18)
        lines = np.exp(-np.abs(field - 0.2) * 22) + 0.5 * np.exp(-np.abs(field + 0.8) * 30)
        return mixed(color, vein, 0.6 * lines + 0.05 * noise(rng, width, height, 90, 90) + 0.06)

    return paint


def plain(rng: np.random.Generator, width: int, height: int) -> Floats:
    """White with a breath of unevenness, for things that carry their colour in their vertices."""
    tone = 0.985 + 0.008 * noise(rng, width, height, 3, 3)
    return np.repeat(tone[..., None], 3, 2)
