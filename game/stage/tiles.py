"""Which tiles of a picture convex bodies fall on.

A software renderer pays for every pixel that it looks at, also where nothing is. What is laid over
the picture is therefore laid over those tiles only that hold something.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    BoundingVolume,
    Geom,
    GeomEnums,
    GeomNode,
    GeomTriangles,
    GeomVertexData,
    GeomVertexFormat,
    LMatrix4f,
    OmniBoundingVolume,
)

from game.stage.mesh import fill

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

TILE_PX = 16
"""Side of a tile: small against a head, large enough for few rectangles."""

_CELL_PX = 4
"""Side of the squares in which outlines are filled, several to a tile."""
_ROUND = 1.06
"""How much larger a sphere may look beside the middle of the picture, where it is drawn long."""
_AROUND = np.stack([np.cos(np.arange(8) * np.pi / 4), np.sin(np.arange(8) * np.pi / 4)], axis=1)
_OCTAGON = _AROUND / np.cos(np.pi / 8)
"""An octagon that holds the unit circle."""
_SHIFT = 4
"""Bits behind the point of the places at which outlines are filled."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A part of the picture, whole pixels, counted from its lower left."""

    left: int
    bottom: int
    right: int
    top: int

    @property
    def width(self) -> int:
        """Pixels."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels."""
        return self.top - self.bottom

    def within(self, other: Frame) -> bool:
        """Whether it has a size and lies inside another."""
        return self.width > 0 and self.height > 0 and other.holds(self)

    def holds(self, other: Frame) -> bool:
        """Whether another lies inside it."""
        return self.joined(other) == self

    def joined(self, other: Frame) -> Frame:
        """The smallest that holds both."""
        return Frame(
            min(self.left, other.left),
            min(self.bottom, other.bottom),
            max(self.right, other.right),
            max(self.top, other.top),
        )

    def shared(self, other: Frame) -> Frame:
        """What lies inside both."""
        return Frame(
            max(self.left, other.left),
            max(self.bottom, other.bottom),
            min(self.right, other.right),
            min(self.top, other.top),
        )

    def grown(self, pixels: int) -> Frame:
        """With as much more on all sides."""
        return Frame(
            self.left - pixels, self.bottom - pixels, self.right + pixels, self.top + pixels
        )


def frame_of(mask: Mask, size: tuple[int, int]) -> Frame:
    """The smallest part of a picture of some pixels that holds all tiles of a mask.

    Without any it is the middle pixel, since nothing cannot be drawn on.
    """
    width, height = size
    across, down = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    if len(across) == 0:
        return Frame(width // 2, height // 2, width // 2 + 1, height // 2 + 1)
    return Frame(
        int(across[0]) * TILE_PX,
        max(0, height - (int(down[-1]) + 1) * TILE_PX),
        min(width, (int(across[-1]) + 1) * TILE_PX),
        height - int(down[0]) * TILE_PX,
    )


def tiles_of(
    hulls: Sequence[Floats],
    seen: LMatrix4f,
    size: tuple[int, int],
    nearest_m: float,
    slack_m: float = 0.0,
) -> Mask:
    """The tiles that some bodies may fall on.

    Args:
        hulls: for each body (n, 4): places and radii of the spheres whose convex hull holds it,
            in the scene's axes; metres.
        seen: from the scene's axes to the picture's −w…w.
        size: of the picture; pixels.
        nearest_m: what is nearer to the eye than this, or behind it, fills the picture.
        slack_m: how far the spheres may move without leaving the tiles.

    Returns:
        (rows, columns), the first row at the top.
    """
    width, height = size
    rows, columns = _grid(size)
    cells = TILE_PX // _CELL_PX
    filled = np.zeros((rows * cells, columns * cells), np.uint8)
    matrix = np.array([[*row] for row in seen])
    spheres = np.concatenate(hulls)
    reach = spheres[:, 3:] + slack_m
    places = spheres[:, :3] @ matrix[:3] + matrix[3]
    away = places[:, 3]
    if (away - reach[:, 0] <= nearest_m).any():
        return whole(size)
    half = np.array([0.5 * width, -0.5 * height]) / _CELL_PX
    # pixels a metre, one metre before the eye, both ways
    scale = np.abs(half) * np.linalg.norm(matrix[:3, :2], axis=0)
    middles = (places[:, :2] / away[:, None] + (1.0, -1.0)) * half - 0.5
    # a square is touched where its middle is within half a square, and its row is found by rounding
    radii = reach * _ROUND * scale / away[:, None] + 1.0
    corners = middles[:, None] + _OCTAGON * radii[:, None]
    corners = np.round(corners * (1 << _SHIFT)).astype(np.int32)
    start = 0
    for hull in hulls:
        end = start + len(hull)
        outline = cv2.convexHull(corners[start:end].reshape(-1, 2))
        cv2.fillConvexPoly(filled, outline, (255,), shift=_SHIFT)
        start = end
    # means of whole tiles, which one cell in 16 keeps from rounding to nothing
    found: Mask = cv2.resize(filled, (columns, rows), interpolation=cv2.INTER_AREA) > 0
    return found


def whole(size: tuple[int, int]) -> Mask:
    """All tiles of a picture of some pixels."""
    return np.ones(_grid(size), np.bool_)


def rectangles(mask: Mask) -> NDArray[np.int64]:
    """Rectangles that cover the tiles of a mask, each once.

    Returns:
        (n, 4) left, right, top and bottom edges, in tiles from the picture's top left.
    """
    steps = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    row, left = np.nonzero(steps == 1)
    right = np.nonzero(steps == -1)[1]
    found: list[list[int]] = []
    growing: dict[tuple[int, int, int], int] = {}
    for y, a, b in zip(row.tolist(), left.tolist(), right.tolist(), strict=True):
        above = growing.pop((y, a, b), None)
        if above is None:
            above = len(found)
            found.append([a, b, y, y])
        found[above][3] = y + 1
        growing[y + 1, a, b] = above
    return np.array(found, np.int64).reshape(-1, 4)


class TileCards:
    """A flat mesh of rectangles over some tiles of the picture, −1…1 both ways.

    Attributes:
        node: to be put in a flat scene; x to the right, z up.
    """

    def __init__(self) -> None:
        geom = Geom(GeomVertexData("tiles", GeomVertexFormat.get_v3(), GeomEnums.UH_dynamic))
        faces = GeomTriangles(GeomEnums.UH_dynamic)
        faces.set_index_type(GeomEnums.NT_uint16)
        geom.add_primitive(faces)
        self.node = GeomNode("tiles")
        self.node.add_geom(geom)
        # it is always in the picture; worked out anew at every change otherwise
        self.node.set_bounds(OmniBoundingVolume())
        self.node.set_bounds_type(BoundingVolume.BT_box)
        self.node.set_final(True)

    def show(self, found: NDArray[np.int64], size: tuple[int, int]) -> None:
        """Takes other rectangles.

        Args:
            found: (n, 4) as ``rectangles`` gives them.
            size: of the picture; pixels.
        """
        across = np.minimum(found[:, :2] * (2.0 * TILE_PX / size[0]) - 1.0, 1.0)
        down = np.maximum(1.0 - found[:, 2:] * (2.0 * TILE_PX / size[1]), -1.0)
        corners = np.zeros((len(found), 4, 3), np.float32)
        corners[:, (0, 3), 0], corners[:, (1, 2), 0] = across[:, :1], across[:, 1:]
        corners[:, :2, 2], corners[:, 2:, 2] = down[:, 1:], down[:, :1]
        faces = np.arange(len(found))[:, None] * 4 + (0, 1, 2, 0, 2, 3)
        geom = self.node.modify_geom(0)
        data, primitive = geom.modify_vertex_data(), geom.modify_primitive(0)
        fill(data, primitive, corners.reshape(-1, 3), faces.astype(np.uint16))


def _grid(size: tuple[int, int]) -> tuple[int, int]:
    """Rows and columns of tiles."""
    return -(-size[1] // TILE_PX), -(-size[0] // TILE_PX)
