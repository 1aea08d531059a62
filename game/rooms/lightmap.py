"""The light's map of a model, and the geometry that shows it.

Shown colours are the material's paint times its colour times the map. Display colour is taken as
the square root of linear colour (gamma 2), as the people's shaders do, so a product of linear
values is a product of display values, and two texture stages do without a shader.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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
    NodePath,
    SamplerState,
    Texture,
    TextureStage,
)

from game.rooms.modelling import Model
from game.stage.canvas import upload
from game.stage.mesh import fill

Floats = NDArray[np.float32]

WIDTH = 1024
"""Width of the light's map in texels; its height is what the model needs."""

BRIGHTEST = 2.0
"""Factor on display colours that a full texel stands for."""

VERTEX = np.dtype([("place", "<f4", 3), ("color", "u1", 4), ("uv", "<f4", 2), ("light", "<f4", 2)])


def pack(models: Sequence[Model]) -> tuple[list[tuple[int, int]], int]:
    """Where the patch of each net of the models lies in the map: its left and top, and the height.

    Rows of patches of falling height: simple, and tight enough where most are small.
    """
    sizes = [net.patch.places.shape[:2] for model in models for net in model.nets]
    order = sorted(range(len(sizes)), key=lambda i: (-sizes[i][0], -sizes[i][1]))
    corners = [(0, 0)] * len(sizes)
    x = y = tall = 0
    for index in order:
        height, width = sizes[index]
        if x + width > WIDTH:
            x, y, tall = 0, y + tall, 0
        corners[index] = (x, y)
        x, tall = x + width, max(tall, height)
    return corners, y + tall


def tone(light: Floats) -> Floats:
    """Linear light as a factor on display colours, with highlights rolled off like film's.

    Args:
        light: linear, 0 and more.

    Returns:
        0 to 1.26; a white surface in light 0.8 gets 1.
    """
    return np.sqrt(1.6 * (1.0 - np.exp(-np.maximum(light, 0.0) * 1.25)))


def paint_map(
    corners: Sequence[tuple[int, int]], height: int, lights: Sequence[Floats]
) -> NDArray[np.uint8]:
    """The map's picture.

    Args:
        corners: from ``pack``.
        height: from ``pack``.
        lights: linear light of every patch, (h, w, 3).

    Returns:
        uint8 (height, WIDTH, 3), first row at the bottom of texture space.
    """
    whole = np.zeros((height, WIDTH, 3), np.float32)
    for (x, y), light in zip(corners, lights, strict=True):
        h, w = light.shape[:2]
        whole[y : y + h, x : x + w] = tone(light) / BRIGHTEST
    # Rounding at random hides the steps of 8 bits in slow gradients.
    stray = np.random.default_rng(1).random(whole.shape, dtype=np.float32)
    return np.clip(np.floor(whole * 255 + stray), 0, 255).astype(np.uint8)


def mesh(
    model: Model, corners: Sequence[tuple[int, int]], height: int
) -> tuple[NDArray, NDArray[np.uint32]]:
    """The model's vertices and triangles; ``corners`` are those of its own nets."""
    count = sum(len(net.places) for net in model.nets)
    vertices = np.zeros(count, VERTEX)
    triangles = []
    start = 0
    for net, (x, y) in zip(model.nets, corners, strict=True):
        part = vertices[start : start + len(net.places)]
        part["place"], part["uv"] = net.places, net.uvs
        part["color"][:, :3] = np.clip(net.colors[:, :3] * 255 + 0.5, 0, 255)
        part["color"][:, 3] = np.clip(net.colors[:, 4] * 255 + 0.5, 0, 255)
        h, w = net.patch.places.shape[:2]
        rows = len(net.places) // net.columns
        s, t = np.meshgrid(np.linspace(0, w - 1, net.columns), np.linspace(0, h - 1, rows))
        part["light"][:, 0] = (x + 0.5 + s.ravel()) / WIDTH
        part["light"][:, 1] = (y + 0.5 + t.ravel()) / height
        triangles.append(net.triangles + start)
        start += len(net.places)
    return vertices, np.concatenate(triangles).astype(np.uint32)


def blockers(models: Sequence[Model]) -> NodePath:
    """What of the models casts shadows, for ``game.rooms.shadows``."""
    nets = [net for model in models for net in model.nets if net.patch.blocks]
    vertices = np.zeros(sum(len(net.places) for net in nets), VERTEX)
    triangles, start = [], 0
    for net in nets:
        vertices["place"][start : start + len(net.places)] = net.places
        triangles.append(net.triangles + start)
        start += len(net.places)
    scene = NodePath("blockers")
    scene.attachNewNode(node("blockers", vertices, np.concatenate(triangles).astype(np.uint32)))
    return scene


def show(parts: Iterable[NodePath], paint: NDArray[np.uint8], light: NDArray[np.uint8]) -> None:
    """Gives what is drawn its paint and its light.

    Args:
        parts: made by ``node``.
        paint: the atlas, first row on top.
        light: from ``paint_map``.
    """
    atlas = Texture("paint")
    upload(atlas, paint)
    atlas.setMinfilter(SamplerState.FT_linear_mipmap_linear)
    atlas.setAnisotropicDegree(4)
    map_ = Texture("light")
    # The map counts rows from below, pictures from above.
    upload(map_, np.ascontiguousarray(light[::-1]))
    map_.setMinfilter(SamplerState.FT_linear)
    map_.setMagfilter(SamplerState.FT_linear)
    map_.setWrapU(SamplerState.WM_clamp)
    map_.setWrapV(SamplerState.WM_clamp)
    first, second = TextureStage("paint"), TextureStage("light")
    second.setSort(1)
    second.setTexcoordName("light")
    second.setCombineRgb(
        TextureStage.CMModulate,
        TextureStage.CSPrevious,
        TextureStage.COSrcColor,
        TextureStage.CSTexture,
        TextureStage.COSrcColor,
    )
    second.setCombineAlpha(TextureStage.CMReplace, TextureStage.CSPrevious, TextureStage.COSrcAlpha)
    second.setRgbScale(int(BRIGHTEST))
    for part in parts:
        part.setTexture(first, atlas)
        part.setTexture(second, map_)


def node(name: str, vertices: NDArray, triangles: NDArray[np.uint32]) -> GeomNode:
    """Vertices of ``VERTEX`` and triangles (n, 3) as something that can be drawn."""
    columns = GeomVertexArrayFormat()
    columns.addColumn(InternalName.getVertex(), 3, GeomEnums.NTFloat32, GeomEnums.CPoint)
    columns.addColumn(InternalName.getColor(), 4, GeomEnums.NTUint8, GeomEnums.CColor)
    columns.addColumn(InternalName.getTexcoord(), 2, GeomEnums.NTFloat32, GeomEnums.CTexcoord)
    light = InternalName.getTexcoordName("light")
    columns.addColumn(light, 2, GeomEnums.NTFloat32, GeomEnums.CTexcoord)
    form = GeomVertexFormat()
    form.addArray(columns)
    data = GeomVertexData(name, GeomVertexFormat.registerFormat(form), GeomEnums.UHStatic)
    primitive = GeomTriangles(GeomEnums.UHStatic)
    primitive.setIndexType(GeomEnums.NTUint32)
    fill(data, primitive, vertices, triangles)
    geom = Geom(data)
    geom.addPrimitive(primitive)
    drawn = GeomNode(name)
    drawn.addGeom(geom)
    return drawn
