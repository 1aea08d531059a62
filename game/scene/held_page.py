"""The notebook's page that is turned: a sheet on the fold, bent by the hand that carries it."""

from __future__ import annotations

import math
from typing import cast

import numpy as np
from numpy.typing import NDArray
from panda3d.core import GeomNode, NodePath, Point3

from game.figure.human import Human
from game.places import NOTEBOOK
from game.rooms import lightmap

STRIPS = 8
"""Flat pieces of the curve; 32 triangles for both sides."""
LAG_RAD = 0.75
"""How far the sheet at the fold stays behind its edge, and the edge leads, when upright."""
GRIPPED, LOOSED = 0.12, 0.62
"""Shares of the turn at which the hand has the edge, and at which it begins to lay it down."""
_RIM_M = 0.003
"""From the edge of a page to where its paint and light are taken."""


class HeldPage:
    """A sheet that lies on her right page, goes over with the right hand, and is gone when it lies.

    Args:
        near: holds the open notebook, as ``game.rooms.lightmap`` has made it.
        like: a thing in the scene with the room's paint and light, beside which the sheet is drawn.
        human: who turns it.
    """

    def __init__(self, near: NodePath, like: NodePath, human: Human) -> None:
        self._human = human
        self._fold = human.root.attach_new_node("fold")
        self._fold.set_pos(*NOTEBOOK.center)
        self._fold.set_h(NOTEBOOK.yaw_deg)
        self._width = NOTEBOOK.size[0] / 2.0
        vertices, triangles = self._flat(_vertices(near))
        self._vertices = vertices
        sheet = lightmap.node("page", vertices, triangles)
        self._data = sheet.modify_geom(0).modify_vertex_data()
        self._sheet = like.get_parent().attach_new_node(sheet)
        self._sheet.set_state(like.get_state())
        self._sheet.set_mat(self._fold.get_mat(like.get_parent()))
        self._sheet.hide()
        self._page, self._angle = 0.0, 0.0

    def set_lift(self, page: float) -> None:
        """Moves it.

        Args:
            page: 0 lies on her right...1 lies on her left; between them it is in the hand.
        """
        if not 0.0 < page < 1.0:
            if self._page:
                self._page, self._angle = 0.0, 0.0
                self._sheet.hide()
            return
        falls = page > self._page
        self._page = page
        angle = self._hand_angle() * _eased(page / GRIPPED)
        angle += (math.pi - angle) * _eased((page - LOOSED) / (1.0 - LOOSED))
        # no page goes back while it is turned
        self._angle = max(angle, self._angle) if falls else angle
        self._bend(self._angle)
        self._sheet.show()

    def hulls(self) -> list[NDArray[np.float64]]:
        """While it is turned, what holds it: (8, 4) places in the human's axes and a radius, m."""
        if self._sheet.is_hidden():
            return []
        half = NOTEBOOK.size[1] / 2.0
        corners = [
            self._human.root.get_relative_point(self._fold, Point3(x, y, z))
            for x in (-self._width, self._width)
            for y in (-half, half)
            for z in (0.0, self._width)
        ]
        return [np.array([(*corner, 2.0 * _RIM_M) for corner in corners])]

    def remove(self) -> None:
        """Takes the sheet out of the scene."""
        self._sheet.remove_node()
        self._fold.remove_node()

    @property
    def edge_m(self) -> tuple[float, float]:
        """Middle of the free edge: from the fold toward her right, and up from it; metres."""
        last = self._vertices["place"][STRIPS]
        return -float(last[0]), float(last[2])

    def _hand_angle(self) -> float:
        """Where the fingertips are about the fold: 0 over her right page, pi over her left."""
        arm = self._human.arms["R"]
        thumb, tip, _ = (arm.wrist + arm.turned.xform(point) for point in arm.hand.grip_points())
        at = self._fold.get_relative_point(self._human.root, thumb * 0.45 + tip * 0.55)
        return math.atan2(max(at.z, 1e-4), -at.x)

    def _flat(self, book: NDArray[np.void]) -> tuple[NDArray[np.void], NDArray[np.uint32]]:
        """Both sides of the sheet: paint and light are those of the two pages that it covers."""
        x, y, top = NOTEBOOK.center
        turn = math.radians(NOTEBOOK.yaw_deg)
        away = book["place"] - (x, y, top)
        across = away[:, 0] * math.cos(turn) + away[:, 1] * math.sin(turn)
        along = -away[:, 0] * math.sin(turn) + away[:, 1] * math.cos(turn)
        half = NOTEBOOK.size[1] / 2.0
        pages = np.flatnonzero(
            (np.abs(across) < self._width + _RIM_M)
            & (np.abs(along) < half + _RIM_M)
            & (np.abs(away[:, 2] + 0.0015) < 0.0027)
            & (book["color"][:, :3].min(axis=1) > 200)
        )
        columns = STRIPS + 1
        vertices = np.zeros(4 * columns, book.dtype)
        for side in (0, 1):
            for row in (0, 1):
                for i in range(columns):
                    out = (self._width - _RIM_M) * i / STRIPS + _RIM_M
                    aim = (-out if side == 0 else out, (row - 0.5) * 2.0 * (half - 0.001))
                    gap = np.hypot(across[pages] - aim[0], along[pages] - aim[1])
                    at = (2 * side + row) * columns + i
                    vertices[at] = book[pages[np.argmin(gap)]]
                    vertices["place"][at] = (-out, aim[1], 0.0)
        triangles = []
        for side in (0, 1):
            for i in range(STRIPS):
                a = 2 * side * columns + i
                b, c, d = a + 1, a + columns, a + columns + 1
                faces = [(a, c, b), (b, c, d)]
                triangles += faces if side == 0 else [face[::-1] for face in faces]
        return vertices, np.array(triangles, np.uint32)

    def _bend(self, angle: float) -> None:
        """Puts the sheet's curve so that its chord stands at ``angle``, radians from her right."""
        bend = LAG_RAD * math.sin(angle)
        shares = (np.arange(STRIPS) + 0.5) / STRIPS * 2.0 - 1.0
        ways = np.clip(angle + bend * shares, 0.0, math.pi)
        step = self._width / STRIPS
        out = np.concatenate([[0.0], np.cumsum(np.cos(ways) * step)])
        up = np.concatenate([[0.0], np.cumsum(np.sin(ways) * step)]) + 0.001
        slopes = np.concatenate([ways[:1], (ways[1:] + ways[:-1]) / 2.0, ways[-1:]])
        tone = np.clip(255.0 * (0.80 + 0.20 * np.abs(np.cos(slopes))), 0, 255).astype(np.uint8)
        places, colors = self._vertices["place"], self._vertices["color"]
        for row in range(4):
            part = slice(row * (STRIPS + 1), (row + 1) * (STRIPS + 1))
            places[part, 0], places[part, 2] = -out, up
            colors[part, :3] = tone[:, None]
        memoryview(self._data.modify_array(0)).cast("B")[:] = self._vertices.tobytes()


def _vertices(near: NodePath) -> NDArray[np.void]:
    """The vertices of a part of the room, as ``lightmap.VERTEX``."""
    found = []
    paths = [near] if isinstance(near.node(), GeomNode) else near.find_all_matches("**/+GeomNode")
    for path in paths:
        array = cast(GeomNode, path.node()).get_geom(0).get_vertex_data().get_array(0)
        found.append(np.frombuffer(bytes(array.get_handle().get_data()), lightmap.VERTEX))
    return np.concatenate(found)


def _eased(share: float) -> float:
    share = min(1.0, max(0.0, share))
    return share * share * (3.0 - 2.0 * share)
