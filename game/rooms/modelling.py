"""Shapes of furniture as nets of triangles with colour, texture and a patch of the light's map.

Every net carries a second pair of texture coordinates into the light's map, where it owns a patch
of a few texels a side: light is stored finer than the triangles, so a flat wall needs only two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from game.rooms.lighting import Patch

Floats = NDArray[np.float32]
Vector = tuple[float, float, float]
Color = tuple[float, float, float]

_MOST_TEXELS = 220


class Swatch(NamedTuple):
    """Where a painted material lies in the atlas, 0–1, and its mean display colour."""

    left: float
    bottom: float
    right: float
    top: float
    tone: Color = (1.0, 1.0, 1.0)

    def part(self, x0: float, y0: float, x1: float, y1: float) -> Swatch:
        """A part of it, in shares of its width and height."""
        w, h = self.right - self.left, self.top - self.bottom
        return Swatch(
            self.left + w * x0,
            self.bottom + h * y0,
            self.left + w * x1,
            self.bottom + h * y1,
            self.tone,
        )


@dataclass(frozen=True, slots=True)
class Net:
    """Rows and columns of points joined by triangles."""

    places: Floats
    normals: Floats
    uvs: Floats
    colors: Floats
    triangles: NDArray[np.uint32]
    columns: int
    patch: Patch


def vector(values: Iterable[float]) -> Vector:
    """Three numbers of any kind as a plain tuple."""
    x, y, z = (float(value) for value in values)
    return x, y, z


@dataclass(slots=True)
class Model:
    """Triangles in the making; metres, z up.

    Attributes:
        texel_m: side of a texel of the light's map where a shape does not say; metres.
        nets: what was added.
    """

    texel_m: float = 0.07
    nets: list[Net] = field(default_factory=list)

    def grid(
        self,
        places: Floats,
        normals: Floats,
        uvs: Floats,
        color: Color,
        *,
        tone: Color = (1.0, 1.0, 1.0),
        shine: float = 0.0,
        gloss: float = 0.0,
        texel: float | None = None,
        blocks: bool = True,
        cover: float = 1.0,
    ) -> None:
        """Adds a net of rows × columns points.

        Args:
            places: float (rows, columns, 3).
            normals: float (rows, columns, 3), unit; front faces look along them.
            uvs: float (rows, columns, 2), places in the atlas, 0–1.
            color: display albedo 0–1, multiplied with the texture.
            tone: the texture's mean display colour, for the light that it throws on.
            shine: how much of its own light it gives, 0–1; a view or a screen has 1.
            gloss: reflectance at right angles; varnish and glass have 0.04, metal 0.5.
            texel: side of a texel of the light's map; metres.
            blocks: whether it casts a shadow.
            cover: how much it hides of what is behind it, 0–1; glass little.
        """
        places, normals = places.astype(np.float32), normals.astype(np.float32)
        rows, columns = places.shape[:2]
        index = np.arange(rows * columns, dtype=np.uint32).reshape(rows, columns)
        a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]
        faces = np.stack([a, b, c, a, c, d], -1).reshape(-1, 3)
        # The middle of the net decides which way round, for at a pole a triangle has no area.
        i, j = (rows - 1) // 2, (columns - 1) // 2
        across, along = places[i, j + 1] - places[i, j], places[i + 1, j + 1] - places[i, j]
        if float(np.dot(np.cross(across, along), normals[i, j])) < 0:
            faces = faces[:, ::-1]
        side = texel or self.texel_m
        lengths = (
            float(np.linalg.norm(np.diff(places, axis=1), axis=-1).sum(1).max()),
            float(np.linalg.norm(np.diff(places, axis=0), axis=-1).sum(0).max()),
        )
        width, height = (min(_MOST_TEXELS, max(2, round(x / side) + 1)) for x in lengths)
        finer = _resampled(normals, width, height)
        patch = Patch(
            places=_resampled(places, width, height),
            normals=finer / np.maximum(np.linalg.norm(finer, axis=-1, keepdims=True), 1e-6),
            albedo=vector(np.square(np.asarray(color) * np.asarray(tone))),
            area_m2=lengths[0] * lengths[1],
            gloss=gloss,
            shine=shine,
            blocks=blocks and shine < 0.5,
        )
        tint = np.broadcast_to(np.asarray((*color, shine, cover), np.float32), (rows * columns, 5))
        self.nets.append(
            Net(
                places.reshape(-1, 3),
                normals.reshape(-1, 3),
                uvs.reshape(-1, 2).astype(np.float32),
                tint.copy(),
                faces,
                columns,
                patch,
            )
        )

    def add(
        self, other: Model, at: Vector = (0.0, 0.0, 0.0), yaw_deg: float = 0.0, scale: float = 1.0
    ) -> None:
        """Adds another model's nets, scaled, turned about z and moved."""
        c, s = np.cos(np.radians(yaw_deg)), np.sin(np.radians(yaw_deg))
        turn = np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]], np.float32)
        move, size = np.asarray(at, np.float32), np.float32(scale)
        for net in other.nets:
            patch = replace(
                net.patch,
                places=net.patch.places * size @ turn + move,
                normals=net.patch.normals @ turn,
                area_m2=net.patch.area_m2 * scale * scale,
            )
            places, normals = net.places * size @ turn + move, net.normals @ turn
            self.nets.append(replace(net, places=places, normals=normals, patch=patch))

    def sheet(
        self,
        corner: Vector,
        edge_u: Vector,
        edge_v: Vector,
        paint: Swatch,
        *,
        color: Color = (1.0, 1.0, 1.0),
        repeat: tuple[int, int] = (1, 1),
        shine: float = 0.0,
        gloss: float = 0.0,
        texel: float | None = None,
        blocks: bool = True,
    ) -> None:
        """Adds a parallelogram whose front looks along edge_u × edge_v.

        Args:
            corner: lower left corner as seen from its front.
            edge_u: to the lower right corner.
            edge_v: to the upper left corner.
            paint: its material.
            color: display albedo.
            repeat: how often the material is repeated along u and v.
            shine: own light 0–1.
            gloss: reflectance at right angles.
            texel: side of a texel of the light's map; metres.
            blocks: whether it casts a shadow.
        """
        u = np.asarray(edge_u, np.float32) / repeat[0]
        v = np.asarray(edge_v, np.float32) / repeat[1]
        normal = np.cross(u, v)
        normals = np.broadcast_to(normal / np.linalg.norm(normal), (2, 2, 3))
        s, t = np.meshgrid((0.0, 1.0), (0.0, 1.0))
        left, bottom, right, top, tone = paint
        uvs = np.stack([left + s * (right - left), bottom + t * (top - bottom)], -1)
        for i in range(repeat[0]):
            for j in range(repeat[1]):
                start = np.asarray(corner, np.float32) + i * u + j * v
                places = start + s[..., None] * u + t[..., None] * v
                self.grid(
                    places,
                    normals,
                    uvs,
                    color,
                    tone=tone,
                    shine=shine,
                    gloss=gloss,
                    texel=texel,
                    blocks=blocks,
                )

    def box(
        self,
        center: Vector,
        size: Vector,
        paint: Swatch,
        *,
        yaw_deg: float = 0.0,
        color: Color = (1.0, 1.0, 1.0),
        faces: str = "xXyYzZ",
        gloss: float = 0.0,
        texel: float | None = None,
        blocks: bool = True,
    ) -> None:
        """Adds a box.

        Args:
            center: its middle.
            size: along its own axes.
            paint: the material of every face.
            yaw_deg: turn about z.
            color: display albedo.
            faces: which sides to draw: x is the one toward −x, X the one toward +x, and so on.
            gloss: reflectance at right angles.
            texel: side of a texel of the light's map; metres.
            blocks: whether it casts a shadow.
        """
        turn = np.radians(yaw_deg)
        own = np.array(
            [[np.cos(turn), np.sin(turn), 0], [-np.sin(turn), np.cos(turn), 0], [0, 0, 1]],
            np.float32,
        )
        x, y, z = np.asarray(size, np.float32)[:, None] / 2 * own
        middle = np.asarray(center, np.float32)
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
                paint,
                color=color,
                gloss=gloss,
                texel=texel,
                blocks=blocks,
            )

    def lathe(
        self,
        foot: Vector,
        profile: Sequence[tuple[float, float]],
        paint: Swatch,
        *,
        color: Color = (1.0, 1.0, 1.0),
        segments: int = 20,
        shine: float = 0.0,
        gloss: float = 0.0,
        texel: float | None = None,
        blocks: bool = True,
    ) -> None:
        """Adds a body of revolution about the vertical through ``foot``.

        Args:
            foot: where radius and height are counted from.
            profile: (radius, height) from below to above on the outside; it may return inside.
            paint: its material.
            color: display albedo.
            segments: how many sides the circle has.
            shine: own light 0–1.
            gloss: reflectance at right angles.
            texel: side of a texel of the light's map; metres.
            blocks: whether it casts a shadow.
        """
        line = np.asarray(profile, np.float32)
        angle = np.linspace(0, 2 * np.pi, segments + 1, dtype=np.float32)
        along = np.gradient(line, axis=0)
        out = np.stack([along[:, 1], -along[:, 0]], -1)
        out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)
        ring = np.stack([np.cos(angle), np.sin(angle)], -1)

        def turned(values: Floats) -> Floats:
            rise = np.repeat(values[:, None, 1:], segments + 1, axis=1)
            return np.concatenate([values[:, None, :1] * ring[None], rise], -1)

        s, t = np.meshgrid(angle / (2 * np.pi), np.linspace(0, 1, len(line)))
        left, bottom, right, top, tone = paint
        uvs = np.stack([left + s * (right - left), bottom + t * (top - bottom)], -1)
        self.grid(
            turned(line) + np.asarray(foot, np.float32),
            turned(out.astype(np.float32)),
            uvs,
            color,
            tone=tone,
            shine=shine,
            gloss=gloss,
            texel=texel,
            blocks=blocks,
        )

    def cushion(
        self,
        center: Vector,
        size: Vector,
        paint: Swatch,
        *,
        color: Color = (1.0, 1.0, 1.0),
        roundness: float = 0.35,
        detail: tuple[int, int] = (14, 28),
        tilt_deg: float = 0.0,
        gloss: float = 0.0,
    ) -> None:
        """Adds a superellipsoid (Barr, 1981): a soft box.

        Args:
            center: its middle.
            size: width, depth, height.
            paint: its material.
            color: display albedo.
            roundness: 1 is an ellipsoid, toward 0 a box.
            detail: rows and columns of points.
            tilt_deg: lean of its top toward +y.
            gloss: reflectance at right angles.
        """

        def power(value: Floats, exponent: float) -> Floats:
            return np.sign(value) * np.abs(value) ** exponent

        v, u = np.meshgrid(
            np.linspace(-np.pi / 2, np.pi / 2, detail[0]),
            np.linspace(-np.pi, np.pi, detail[1]),
            indexing="ij",
        )
        half = np.asarray(size, np.float32) / 2

        def surface(e: float, over: Floats) -> Floats:
            x = power(np.cos(v), e) * power(np.cos(u), e)
            y = power(np.cos(v), e) * power(np.sin(u), e)
            return np.stack([x, y, power(np.sin(v), e)], -1) * over

        normals = surface(2 - roundness, 1 / half)
        normals /= np.maximum(np.linalg.norm(normals, axis=-1, keepdims=True), 1e-9)
        # The poles' normals vanish in the formula; they look straight up and down.
        normals[0], normals[-1] = (0, 0, -1), (0, 0, 1)
        lean = np.radians(tilt_deg)
        c, s = np.cos(lean), np.sin(lean)
        matrix = np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
        left, bottom, right, top, tone = paint
        uvs = np.stack(
            [
                left + (u / (2 * np.pi) + 0.5) * (right - left),
                bottom + (v / np.pi + 0.5) * (top - bottom),
            ],
            -1,
        )
        self.grid(
            surface(roundness, half) @ matrix + np.asarray(center, np.float32),
            normals @ matrix,
            uvs,
            color,
            tone=tone,
            gloss=gloss,
        )

    def tube(
        self,
        path: Sequence[Vector] | Floats,
        radius: float | Sequence[float],
        paint: Swatch,
        *,
        color: Color = (1.0, 1.0, 1.0),
        sides: int = 8,
        gloss: float = 0.0,
        shine: float = 0.0,
    ) -> None:
        """Adds a round bar along a path.

        Args:
            path: points of its middle line, (n, 3).
            radius: of the bar, one or one per point; metres.
            paint: its material.
            color: display albedo.
            sides: how many sides the bar has.
            gloss: reflectance at right angles.
            shine: own light 0–1.
        """
        line = np.asarray(path, np.float32)
        along = np.gradient(line, axis=0)
        along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
        # One fixed helper direction keeps the bar from twisting.
        helper = np.eye(3, dtype=np.float32)[int(np.abs(along).mean(0).argmin())]
        side = np.cross(along, helper)
        side /= np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-9)
        other = np.cross(side, along)
        angle = np.linspace(0, 2 * np.pi, sides + 1, dtype=np.float32)[None, :, None]
        normals = np.cos(angle) * side[:, None] + np.sin(angle) * other[:, None]
        thick = np.broadcast_to(np.asarray(radius, np.float32), (len(line),))[:, None, None]
        s, t = np.meshgrid(np.linspace(0, 1, sides + 1), np.linspace(0, 1, len(line)))
        left, bottom, right, top, tone = paint
        uvs = np.stack([left + s * (right - left), bottom + t * (top - bottom)], -1)
        self.grid(
            line[:, None] + normals * thick,
            normals,
            uvs,
            color,
            tone=tone,
            gloss=gloss,
            shine=shine,
        )

    @property
    def triangles(self) -> int:
        """How many triangles it has."""
        return sum(len(net.triangles) for net in self.nets)


def _resampled(grid: Floats, width: int, height: int) -> Floats:
    """A net's values at height × width even steps of its rows and columns; float32."""
    rows, columns = grid.shape[:2]
    y, x = np.linspace(0, rows - 1, height), np.linspace(0, columns - 1, width)
    i, j = np.minimum(y.astype(int), rows - 2), np.minimum(x.astype(int), columns - 2)
    fy, fx = (y - i)[:, None, None], (x - j)[None, :, None]
    upper = grid[i][:, j] * (1 - fx) + grid[i][:, j + 1] * fx
    lower = grid[i + 1][:, j] * (1 - fx) + grid[i + 1][:, j + 1] * fx
    return (upper * (1 - fy) + lower * fy).astype(np.float32)
