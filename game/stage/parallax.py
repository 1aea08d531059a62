"""A still picture with depth, seen from a moving eye.

The room is drawn once; from elsewhere its picture is shown on a sheet that is bent to the depth of
what it shows (layered depth images: Shade, Gortler, He and Szeliski 1998), so that near things
move before far ones at the cost of one texture. The picture has to be wider than the screen, by as
much as a moving eye looks round the window's edges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    Geom,
    GeomEnums,
    GeomNode,
    GeomTriangles,
    GeomVertexData,
    GeomVertexFormat,
    Lens,
    Vec3,
)

from game.stage.mesh import fill

Floats = NDArray[np.float32]

WINDOW_M = 1.0
"""Metres before the eye where the scene's window is: what is there stays still on the screen."""
_CELL_PX = 14
_SMOOTH_CELLS = 1.6
_NEAREST_M, _FARTHEST_M = 0.5, 5.0
"""Depths that are told apart: what is seen through a window moves as if it hung just behind it."""


@dataclass(frozen=True, slots=True)
class Frustum:
    """A straight view's edges: tangents of its half angles."""

    across: float
    up: float

    @classmethod
    def of(cls, lens: Lens) -> Frustum:
        """The edges of a lens that looks straight ahead."""
        across, up = lens.get_fov()
        return cls(float(np.tan(np.radians(across / 2))), float(np.tan(np.radians(up / 2))))

    def wider(self, reach_m: tuple[float, float, float], farthest_m: float) -> Frustum:
        """The view that holds all that any eye within reach sees through the window.

        Args:
            reach_m: farthest offsets of the eye to the side, ahead and up; metres.
            farthest_m: of what is drawn.
        """
        side, ahead, up = reach_m

        def edge(tangent: float, reach: float) -> float:
            # the outermost ray goes from the eye's end of reach past the window's opposite edge
            slope = (tangent * WINDOW_M + reach) / (WINDOW_M - ahead)
            return (slope * (farthest_m - ahead) - reach) / farthest_m

        return Frustum(edge(self.across, side), edge(self.up, up))


def aim(lens: Lens, straight: Frustum, offset: Vec3) -> None:
    """Makes a lens see through the fixed window from an eye that has moved.

    Args:
        lens: is changed; its eye must be moved by ``offset`` as well.
        straight: the window as seen from where the eye was.
        offset: how far the eye went to the right, ahead and up in its own axes; metres.
    """
    lens.set_film_size(2 * straight.across * WINDOW_M, 2 * straight.up * WINDOW_M)
    lens.set_focal_length(WINDOW_M - offset.y)
    lens.set_film_offset(-offset.x, -offset.z)


def straighten(lens: Any, straight: Frustum) -> None:
    """Takes back what ``aim`` did."""
    lens.set_film_offset(0.0, 0.0)
    lens.set_film_size(2 * straight.across, 2 * straight.up)
    lens.set_focal_length(1.0)


def sheet(name: str, metres: Floats, seen: Frustum) -> GeomNode:
    """The bent sheet on which a picture is shown.

    Where depth leaps, the sheet bends over about two of its cells; an eye that moves little does
    not see the difference, and no edge is torn.

    Args:
        name: the node's name.
        metres: (H, W) depth along the view's axis.
        seen: the picture's own edges.

    Returns:
        A node in the axes of the eye that drew the picture (x right, y ahead, z up), with texture
        coordinates.
    """
    height, width = metres.shape
    depth = np.clip(metres, _NEAREST_M, _FARTHEST_M).astype(np.float32)
    depth = 1.0 / cv2.GaussianBlur(1.0 / depth, (0, 0), _SMOOTH_CELLS * _CELL_PX)
    columns = np.linspace(0, width, max(2, width // _CELL_PX + 1))
    rows = np.linspace(0, height, max(2, height // _CELL_PX + 1))
    x, y = np.meshgrid(columns, rows)
    at = depth[np.clip(y.astype(int), 0, height - 1), np.clip(x.astype(int), 0, width - 1)].reshape(
        -1
    )
    u, v = x.reshape(-1) / width, 1.0 - y.reshape(-1) / height
    data = np.empty((len(at), 5), np.float32)
    data[:, 0] = (2 * u - 1) * seen.across * at
    data[:, 1] = at
    data[:, 2] = (2 * v - 1) * seen.up * at
    data[:, 3], data[:, 4] = u, v
    grid = np.arange(len(at)).reshape(len(rows), len(columns))
    quads = np.stack([grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:], grid[:-1, :-1]], axis=-1)
    quads = quads.reshape(-1, 4)
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    return _node(name, data, triangles)


def _node(name: str, data: NDArray[np.float32], triangles: NDArray[np.int64]) -> GeomNode:
    vertices = GeomVertexData(name, GeomVertexFormat.get_v3t2(), GeomEnums.UH_static)
    faces = GeomTriangles(GeomEnums.UH_static)
    faces.set_index_type(GeomEnums.NT_uint32)
    fill(vertices, faces, data, triangles.astype(np.uint32))
    geom = Geom(vertices)
    geom.add_primitive(faces)
    node = GeomNode(name)
    node.add_geom(geom)
    return node
