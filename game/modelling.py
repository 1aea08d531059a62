"""Shapes of furniture as triangles with colour, texture place and what they block of the light."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    Geom,
    GeomEnums,
    GeomNode,
    GeomTriangles,
    GeomVertexArrayFormat,
    GeomVertexData,
    GeomVertexFormat,
    InternalName,
)

from game.lighting import Block

Floats = NDArray[np.float32]
Vector = tuple[float, float, float]
Color = tuple[float, float, float]
Region = tuple[float, float, float, float]

_VERTEX = np.dtype([("place", "<f4", 3), ("color", "u1", 4), ("uv", "<f4", 2)])


def vector(values: Iterable[float]) -> Vector:
    """Three numbers of any kind as a plain tuple."""
    x, y, z = (float(value) for value in values)
    return x, y, z


@dataclass(slots=True)
class Model:
    """Triangles in the making; metres, z up.

    Attributes:
        blocks: boxes that stand for the shapes when light is computed.
    """

    blocks: list[Block] = field(default_factory=list)
    _places: list[Floats] = field(default_factory=list)
    _normals: list[Floats] = field(default_factory=list)
    _colors: list[Floats] = field(default_factory=list)
    _uvs: list[Floats] = field(default_factory=list)
    _triangles: list[NDArray[np.uint32]] = field(default_factory=list)
    _count: int = 0

    def grid(
        self, places: Floats, normals: Floats, uvs: Floats, color: Color, shine: float = 0.0
    ) -> None:
        """Adds a net of rows × columns points.

        Args:
            places: float (rows, columns, 3).
            normals: float (rows, columns, 3), unit; front faces look along them.
            uvs: float (rows, columns, 2), places in the atlas, 0–1.
            color: display albedo 0–1, multiplied with the texture.
            shine: how much of its own light it gives, 0–1; a view or a screen has 1.
        """
        rows, columns = places.shape[:2]
        index = np.arange(rows * columns, dtype=np.uint32).reshape(rows, columns) + self._count
        a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]
        faces = np.stack([a, b, c, a, c, d], -1).reshape(-1, 3)
        first = places[1, 1] - places[0, 0]
        turned = float(np.dot(np.cross(places[0, 1] - places[0, 0], first), normals[0, 0])) < 0
        self._triangles.append(faces[:, ::-1] if turned else faces)
        self._places.append(places.reshape(-1, 3).astype(np.float32))
        self._normals.append(normals.reshape(-1, 3).astype(np.float32))
        self._uvs.append(uvs.reshape(-1, 2).astype(np.float32))
        rgb = np.broadcast_to(np.asarray((*color, shine), np.float32), (rows * columns, 4))
        self._colors.append(rgb.copy())
        self._count += rows * columns

    def sheet(
        self,
        corner: Vector,
        edge_u: Vector,
        edge_v: Vector,
        region: Region,
        *,
        step: float = 0.1,
        color: Color = (1.0, 1.0, 1.0),
        shine: float = 0.0,
    ) -> None:
        """Adds a parallelogram whose front looks along edge_u × edge_v.

        Args:
            corner: lower left corner as seen from its front.
            edge_u: to the lower right corner.
            edge_v: to the upper left corner.
            region: left, bottom, right, top in the atlas.
            step: metres between points, so fine shadows need a small one.
            color: display albedo.
            shine: own light 0–1.
        """
        u, v = np.asarray(edge_u, np.float32), np.asarray(edge_v, np.float32)
        columns = max(2, int(np.ceil(np.linalg.norm(u) / step)) + 1)
        rows = max(2, int(np.ceil(np.linalg.norm(v) / step)) + 1)
        s, t = np.meshgrid(np.linspace(0, 1, columns), np.linspace(0, 1, rows))
        places = np.asarray(corner, np.float32) + s[..., None] * u + t[..., None] * v
        normal = np.cross(u, v)
        normals = np.broadcast_to(normal / np.linalg.norm(normal), places.shape)
        left, bottom, right, top = region
        uvs = np.stack([left + s * (right - left), bottom + t * (top - bottom)], -1)
        self.grid(places, normals, uvs, color, shine)

    def box(
        self,
        center: Vector,
        size: Vector,
        region: Region,
        *,
        yaw_deg: float = 0.0,
        color: Color = (1.0, 1.0, 1.0),
        step: float = 0.15,
        faces: str = "xXyYzZ",
        blocks: bool = True,
    ) -> None:
        """Adds a box.

        Args:
            center: its middle.
            size: along its own axes.
            region: place in the atlas of every face.
            yaw_deg: turn about z.
            color: display albedo.
            step: metres between points.
            faces: which sides to draw: x is the one toward −x, X the one toward +x, and so on.
            blocks: whether it casts a shadow.
        """
        turn = np.radians(yaw_deg)
        own = np.array(
            [[np.cos(turn), np.sin(turn), 0], [-np.sin(turn), np.cos(turn), 0], [0, 0, 1]],
            np.float32,
        )
        half = np.asarray(size, np.float32)[:, None] / 2 * own
        middle = np.asarray(center, np.float32)
        x, y, z = half
        sides = {
            "x": (-x + y - z, -y, z),
            "X": (x - y - z, y, z),
            "y": (-y - x - z, x, z),
            "Y": (y + x - z, -x, z),
            "z": (-z - x + y, x, -y),
            "Z": (z - x - y, x, y),
        }
        for name in faces:
            corner, u, v = sides[name]
            self.sheet(
                vector(middle + corner),
                vector(2 * u),
                vector(2 * v),
                region,
                step=step,
                color=color,
            )
        if blocks:
            self.blocks.append(Block(center, size, yaw_deg))

    def lathe(
        self,
        foot: Vector,
        profile: Sequence[tuple[float, float]],
        region: Region,
        *,
        color: Color = (1.0, 1.0, 1.0),
        segments: int = 20,
        shine: float = 0.0,
    ) -> None:
        """Adds a body of revolution about the vertical through ``foot``.

        Args:
            foot: where radius and height are counted from.
            profile: (radius, height) from below to above on the outside; it may return inside.
            region: place in the atlas.
            color: display albedo.
            segments: how many sides the circle has.
            shine: own light 0–1.
        """
        line = np.asarray(profile, np.float32)
        angle = np.linspace(0, 2 * np.pi, segments + 1, dtype=np.float32)
        along = np.gradient(line, axis=0)
        out = np.stack([along[:, 1], -along[:, 0]], -1)
        out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)
        ring = np.stack([np.cos(angle), np.sin(angle)], -1)
        places = np.concatenate(
            [
                line[:, None, :1] * ring[None],
                np.repeat(line[:, None, 1:], segments + 1, axis=1),
            ],
            -1,
        ) + np.asarray(foot, np.float32)
        normals = np.concatenate(
            [out[:, None, :1] * ring[None], np.repeat(out[:, None, 1:], segments + 1, axis=1)], -1
        )
        s, t = np.meshgrid(angle / (2 * np.pi), np.linspace(0, 1, len(line)))
        left, bottom, right, top = region
        uvs = np.stack([left + s * (right - left), bottom + t * (top - bottom)], -1)
        self.grid(places, normals, uvs, color, shine)

    def cushion(
        self,
        center: Vector,
        size: Vector,
        region: Region,
        *,
        color: Color,
        roundness: float = 0.35,
        detail: tuple[int, int] = (14, 28),
        tilt_deg: float = 0.0,
    ) -> None:
        """Adds a superellipsoid (Barr, 1981): a soft box.

        Args:
            center: its middle.
            size: width, depth, height.
            region: place in the atlas.
            color: display albedo.
            roundness: 1 is an ellipsoid, toward 0 a box.
            detail: rows and columns of points.
            tilt_deg: lean of its top toward +y.
        """

        def power(value: Floats, exponent: float) -> Floats:
            return np.sign(value) * np.abs(value) ** exponent

        v, u = np.meshgrid(
            np.linspace(-np.pi / 2, np.pi / 2, detail[0]),
            np.linspace(-np.pi, np.pi, detail[1]),
            indexing="ij",
        )
        half = np.asarray(size, np.float32) / 2
        e = roundness
        unit = np.stack(
            [
                power(np.cos(v), e) * power(np.cos(u), e),
                power(np.cos(v), e) * power(np.sin(u), e),
                power(np.sin(v), e),
            ],
            -1,
        )
        normals = np.stack(
            [
                power(np.cos(v), 2 - e) * power(np.cos(u), 2 - e) / half[0],
                power(np.cos(v), 2 - e) * power(np.sin(u), 2 - e) / half[1],
                power(np.sin(v), 2 - e) / half[2],
            ],
            -1,
        )
        normals /= np.maximum(np.linalg.norm(normals, axis=-1, keepdims=True), 1e-9)
        lean = np.radians(tilt_deg)
        matrix = np.array(
            [[1, 0, 0], [0, np.cos(lean), np.sin(lean)], [0, -np.sin(lean), np.cos(lean)]]
        )
        places = unit * half @ matrix.T + np.asarray(center, np.float32)
        left, bottom, right, top = region
        uvs = np.stack(
            [
                left + (u / (2 * np.pi) + 0.5) * (right - left),
                bottom + (v / np.pi + 0.5) * (top - bottom),
            ],
            -1,
        )
        # The poles' normals vanish in the formula; they look straight up and down.
        normals[0], normals[-1] = matrix @ (0, 0, -1), matrix @ (0, 0, 1)
        self.grid(places, normals @ matrix.T if tilt_deg else normals, uvs, color)
        self.blocks.append(Block(center, vector(w * 0.7 for w in size)))

    @property
    def places(self) -> Floats:
        """All points, float32 (n, 3)."""
        return np.concatenate(self._places)

    @property
    def normals(self) -> Floats:
        """Their normals, float32 (n, 3)."""
        return np.concatenate(self._normals)

    def node(self, name: str, light: Floats) -> GeomNode:
        """The finished triangles.

        Args:
            name: of the node.
            light: linear light at each point, float (n, 3); see ``game.lighting.bake``.
        """
        colors = np.concatenate(self._colors)
        seen = soften(light)
        seen = seen * (1 - colors[:, 3:]) + colors[:, 3:]
        vertices = np.zeros(self._count, _VERTEX)
        vertices["place"] = self.places
        vertices["color"][:, :3] = np.clip(colors[:, :3] * seen * 255 + 0.5, 0, 255)
        vertices["color"][:, 3] = 255
        vertices["uv"] = np.concatenate(self._uvs)
        triangles = np.concatenate(self._triangles).astype(np.uint32)
        return _geom(name, vertices, triangles)


def soften(light: Floats) -> Floats:
    """Linear light as a factor on display colours, with highlights rolled off below 1.

    Display colour is taken as the square root of linear colour (gamma 2), as the shaders do, so a
    product of linear values becomes a product of display values.
    """
    return np.sqrt(1.0 - np.exp(-np.maximum(light, 0.0) * 2.0))


def _geom(name: str, vertices: NDArray, triangles: NDArray[np.uint32]) -> GeomNode:
    columns = GeomVertexArrayFormat()
    columns.addColumn(InternalName.getVertex(), 3, GeomEnums.NTFloat32, GeomEnums.CPoint)
    columns.addColumn(InternalName.getColor(), 4, GeomEnums.NTUint8, GeomEnums.CColor)
    columns.addColumn(InternalName.getTexcoord(), 2, GeomEnums.NTFloat32, GeomEnums.CTexcoord)
    form = GeomVertexFormat()
    form.addArray(columns)
    data = GeomVertexData(name, GeomVertexFormat.registerFormat(form), GeomEnums.UHStatic)
    data.uncleanSetNumRows(len(vertices))
    memoryview(data.modifyArray(0)).cast("B")[:] = vertices.tobytes()
    primitive = GeomTriangles(GeomEnums.UHStatic)
    primitive.setIndexType(GeomEnums.NTUint32)
    indices = primitive.modifyVertices()
    indices.uncleanSetNumRows(triangles.size)
    memoryview(indices).cast("B")[:] = triangles.tobytes()
    geom = Geom(data)
    geom.addPrimitive(primitive)
    node = GeomNode(name)
    node.addGeom(geom)
    return node
