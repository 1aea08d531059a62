"""Hair: nested sheets over the scalp with strands in alpha.

A sheet is a radial function round a middle inside the skull: from a parting
point (the pole) strands run outward along meridians, so that the picture's one
axis goes along strands and the other across them. Where a cut falls below the
skull, the sheet leaves it and drops. The face, and for short cuts the ears,
stay free by an alpha that follows the hairline softly.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from game.bake.body import Figure
from game.bake.identity import Identity
from game.bake.mesh import Part, normals_of, split, triangulated
from game.bake.scalp import ear_vertices, ear_window, hairline_height
from game.bake.source import Floats, Ints

_ACROSS, _ALONG = 44, 19
_SIZE = 1024


@dataclass(frozen=True, slots=True)
class Cut:
    """The form of a haircut; lengths in metres."""

    pole: tuple[float, float, float]
    """Where strands part, as a direction from the head's middle."""
    layers: tuple[float, ...]
    """Height of each sheet over the scalp at the crown."""
    lift: float
    """Further height in front, over the forehead."""
    end: float
    """How far below the eyes the hair ends behind and at the sides."""
    ears_free: bool
    """Whether the hair passes behind the ears."""
    taper: float
    """How much thinner it is at the sides than on top, 0–1."""
    curl: bool = False
    """Whether strands are tight curls instead of straight."""


_CUTS = {
    "bob": Cut((0.28, -0.62, 0.80), (0.007, 0.014, 0.020), 0.006, -0.135, False, 0.15),
    "tied": Cut((0.15, -0.75, 0.72), (0.003, 0.006, 0.009), 0.003, -0.05, True, 0.2),
    "crop": Cut((0.0, 0.25, 1.0), (0.0015, 0.003, 0.0045), 0.001, -0.08, True, 0.7, curl=True),
    "swept": Cut((0.40, -0.72, 0.70), (0.006, 0.012, 0.018), 0.010, -0.075, True, 0.65),
}


def hair_parts(figure: Figure) -> list[Part]:
    """The whole hair as one part, inner sheets first."""
    cut = _CUTS[figure.who.cut]
    frame = _pole_frame(np.array(cut.pole))
    skull = _Skull(figure)
    sheets = [_sheet(figure, cut, skull, frame, i) for i in range(len(cut.layers))]
    count = len(sheets[0].points)
    points = np.concatenate([s.points for s in sheets])
    uv = np.concatenate([s.uv for s in sheets])
    color = np.concatenate([s.color for s in sheets])
    triangles = np.concatenate([s.triangles + i * count for i, s in enumerate(sheets)])
    normals = np.concatenate([s.normals for s in sheets])
    triangles = triangles[color[:, 3][triangles].max(axis=1) > 0.03]
    # seen from the front what is behind must be drawn first, then outer over inner
    layer = triangles[:, 0] // count
    behind = points[triangles].mean(axis=1)[:, 1] - 0.02 * layer
    triangles = triangles[np.argsort(-behind, kind="stable")]
    weights = np.zeros((len(points), len(figure.rig.names)), np.float32)
    weights[:, figure.rig.names.index("head")] = 1.0
    hair = Part(
        *("hair", "hair", points, normals, uv, triangles, weights, _strands(figure)),
        color=color,
        blend=True,
        two_sided=True,
        tangents=np.concatenate([s.tangents for s in sheets]),
        order=5,
    )
    # the inner sheets' texture is dense: away from rims nothing shows through
    dense = layer[np.argsort(-behind, kind="stable")] < len(sheets) / 2
    whole = color[:, 3][triangles].min(axis=1) > 0.99
    parts = split(hair, dense & whole & (not cut.curl), "tress", 0)
    parts[0].triangles = parts[0].triangles[::-1]  # nearest first: depth rejects what is behind
    return parts


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One sheet's vertices and triangles, as in :class:`Part`."""

    points: Floats
    uv: Floats
    color: Floats
    triangles: Ints
    normals: Floats
    tangents: Floats


class _Skull:
    """Distance from the head's middle to the skin, by direction."""

    def __init__(self, figure: Figure) -> None:
        eye = figure.joint("eye.L") * (0, 1, 1)
        body = np.unique(figure.mesh.quads[figure.body_quads])
        points = figure.vertices[body]
        weights = figure.weight_of("head")[body]
        ear = (np.abs(points[:, 0]) > 0.069) & (points[:, 2] < eye[2] + 0.02)
        scalp = points[(weights > 0.5) & ~ear & (points[:, 2] > eye[2] - 0.13)]
        self.eye = eye
        self.middle = np.array([0.0, eye[1] + 0.078, eye[2] + 0.022])
        away = scalp - self.middle
        self.distance = np.linalg.norm(away, axis=1)
        self.ways = away / self.distance[:, None]

    def radius(self, ways: Floats) -> Floats:
        """(n,) metres to the skin along unit directions, smoothed over about 10°."""
        result = np.empty(len(ways))
        for i in range(0, len(ways), 256):
            near = ways[i : i + 256] @ self.ways.T
            weight = np.exp((near - near.max(axis=1, keepdims=True)) * 260.0)
            result[i : i + 256] = (weight * self.distance).sum(axis=1) / weight.sum(axis=1)
        return result


def _pole_frame(pole: Floats) -> Floats:
    """(3, 3) rows: right, forward and pole of the strands' own sphere."""
    pole = pole / np.linalg.norm(pole)
    right = np.cross(np.array([0.0, -1.0, 0.3]), pole)
    right /= np.linalg.norm(right)
    return np.stack([right, np.cross(pole, right), pole])


def _sheet(figure: Figure, cut: Cut, skull: _Skull, frame: Floats, layer: int) -> _Sheet:
    """Points, texture coordinates, colours, triangles and normals of one sheet."""
    around = np.linspace(-np.pi, np.pi, _ACROSS + 1)
    polar = np.linspace(0.02, 1.0, _ALONG) ** 0.9 * 2.75
    a, p = np.meshgrid(around, polar, indexing="xy")
    local = np.stack([np.sin(p) * np.sin(a), -np.sin(p) * np.cos(a), np.cos(p)], axis=-1)
    ways = (local.reshape(-1, 3)) @ frame
    radius = skull.radius(ways)
    height = cut.layers[layer]
    points = skull.middle + ways * radius[:, None]
    rel = points - skull.eye
    side = np.clip(np.abs(ways[:, 0]) * 1.2 - 0.2, 0, 1) * np.clip(0.5 - ways[:, 2], 0, 1) * 1.6
    nape = np.clip(-rel[:, 2] / 0.06, 0, 1) * (ways[:, 1] > 0.3)
    thick = height * (1 - cut.taper * np.clip(np.maximum(side, nape), 0, 1))
    front = np.clip(-ways[:, 1] - 0.25, 0, 1) * np.clip(ways[:, 2], 0, 1)
    thick = thick + cut.lift * front * (layer + 1) / len(cut.layers)
    lumps = 0.10 * np.sin(a.reshape(-1) * 7 + layer) + 0.06 * np.sin(a.reshape(-1) * 17 + 2 * layer)
    thick = thick * (1 + lumps * np.clip(p.reshape(-1) / 0.6 - 0.2, 0, 1))
    thick *= 0.35 + 0.65 * np.clip(_inside(figure, rel) / 0.022, 0, 1)
    points = points + ways * thick[:, None]
    if not cut.ears_free:
        points = _dropped(points, ways, skull, cut, layer)
    rel = points - skull.eye
    alpha = _cover(figure, cut, rel, layer)
    grid = np.arange(points.shape[0]).reshape(_ALONG, _ACROSS + 1)
    quads = np.stack([grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]], axis=-1)
    triangles = triangulated(quads.reshape(-1, 4))
    normals = normals_of(points, triangles)
    if (normals * ways).sum(axis=1).mean() < 0:
        triangles, normals = triangles[:, ::-1], -normals
    # the two copies of the seam must share their normal
    joined = normals[grid[:, 0]] + normals[grid[:, -1]]
    joined /= np.maximum(np.linalg.norm(joined, axis=1, keepdims=True), 1e-9)
    normals[grid[:, 0]] = normals[grid[:, -1]] = joined
    normals = normals * 0.55 + ways * 0.45
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    rows = points.reshape(_ALONG, _ACROSS + 1, 3)
    tangents = np.gradient(rows, axis=0).reshape(-1, 3)
    tangents -= normals * (tangents * normals).sum(axis=1, keepdims=True)
    tangents /= np.maximum(np.linalg.norm(tangents, axis=1, keepdims=True), 1e-9)
    if cut.curl:
        tangents = ways  # curls run every way: only a faint gleam at the rim is left
    uv = np.stack(
        [
            (a.reshape(-1) / (2 * np.pi) + 0.5) * 0.999 + 0.0005,
            1.0 - p.reshape(-1) / 2.75 * 0.5 - (0.5 if layer >= len(cut.layers) / 2 else 0.0),
        ],
        axis=-1,
    )
    deep = (layer + 1) / len(cut.layers)
    shade = (0.45 + 0.55 * deep) * (0.70 + 0.30 * np.clip((rel[:, 2] + 0.14) / 0.20, 0, 1))
    color = np.column_stack([shade, shade, shade, alpha])
    return _Sheet(points, uv, color, triangles, normals, tangents)


def _inside(figure: Figure, rel: Floats) -> Floats:
    """Metres above the hairline (negative on the face)."""
    angle = np.arctan2(rel[:, 0], -(rel[:, 1] - 0.075))
    return rel[:, 2] - hairline_height(figure, angle)


def _dropped(points: Floats, ways: Floats, skull: _Skull, cut: Cut, layer: int) -> Floats:
    """Lets hair below the skull's widest ring fall, turning in a little at the end."""
    rel = points - skull.middle
    below = np.clip(-ways[:, 2] + 0.05, 0, None)
    flat = ways[:, :2] / np.maximum(np.linalg.norm(ways[:, :2], axis=1, keepdims=True), 1e-6)
    out = 0.081 + 0.004 * layer + 0.014 * np.abs(flat[:, 1]) + 0.006 * (flat[:, 1] > 0)
    drop_to = cut.end - 0.022 + 0.03
    bottom = drop_to - 0.01 * layer
    # polar angle below the ring maps to height along the fall
    share = np.clip(below / 0.85, 0, 1)
    z = -share * (0.022 - bottom + 0.0) * 1.06
    turn_in = np.clip(share - 0.55, 0, 1) ** 2 * 0.10
    wave = 1.0 + 0.05 * np.sin(share * 5.0 + 0.6)
    fall = np.column_stack([flat * (out * wave - turn_in)[:, None], z])
    mix = np.clip(below / 0.22, 0, 1)[:, None]
    mix = mix * mix * (3 - 2 * mix)
    return skull.middle + rel * (1 - mix) + fall * mix


def _cover(figure: Figure, cut: Cut, rel: Floats, layer: int) -> Floats:
    """Alpha of a sheet's points: soft at the hairline, ragged toward the tips."""
    x, y, z = np.abs(rel[:, 0]), rel[:, 1], rel[:, 2]
    edge = _inside(figure, rel)
    alpha: Floats = np.clip(edge / 0.012 - 0.25 * layer, 0, 1)
    if cut.ears_free:
        alpha = alpha * (1 - ear_window(figure, rel[:, 1], z) * (x > 0.05))
        alpha = alpha * np.where(y < 0.10, np.clip((z + 0.010) / 0.006, 0, 1), 1.0)
        return alpha * np.clip((z - cut.end) / 0.02, 0, 1)
    # falls: the face stays free in front of a line that runs down from the temple
    down = np.clip((0.035 - z) / 0.075, 0, 1)
    face = 0.044 - 0.030 * down * down * (3 - 2 * down)
    fallen = np.clip((y - face) / 0.010 - 0.15 * layer, 0, 1)
    alpha = np.where(z < 0.035, fallen, alpha)
    return alpha * np.clip((z - cut.end) / 0.03, 0, 1)


def _strands(figure: Figure) -> NDArray[np.uint8]:
    """Strands down the picture; upper half dense, lower half (outer sheets) sparse."""
    rng = figure.rng
    size, half = _SIZE, _SIZE // 2
    who = figure.who
    base = np.array(who.hair)
    picture = np.zeros((size, size, 4), np.float32)
    for top, cover in ((0, 1.0), (half, 0.62)):
        tone = np.ones((half, size), np.float32)
        if _CUTS[who.cut].curl:
            cells = rng.standard_normal((half // 3, size // 3)).astype(np.float32)
            curls = cv2.resize(cells, (size, half), interpolation=cv2.INTER_CUBIC)
            grey = np.clip(cv2.GaussianBlur(curls, (0, 0), 2.0) * 3 - 2 + 3.4 * who.grey, 0, 1)
            color = base * np.clip(0.9 + 0.45 * curls, 0.3, 1.8)[..., None]
            picture[top : top + half, :, :3] = color * (1 - 0.5 * grey[..., None]) + (
                0.50 * 0.5 * grey[..., None]
            )
            picture[top : top + half, :, 3] = (
                np.clip(0.7 + 0.25 * curls, 0.4, 1) if cover == 1.0 else curls + 0.1
            )
            continue
        alpha = np.full((half, size), 0.0, np.float32)
        along = rng.standard_normal((6, size)).astype(np.float32)
        fine = cv2.resize(along, (size, half), interpolation=cv2.INTER_CUBIC)
        locks = rng.standard_normal((4, size // 12)).astype(np.float32)
        broad = cv2.resize(locks, (size, half), interpolation=cv2.INTER_CUBIC)
        tone += 0.20 * fine + 0.16 * broad
        grey = np.clip(rng.random((1, size)) < who.grey, 0, 1) * np.ones((half, 1))
        alpha += np.clip(cover + 0.55 * (fine * 0.8 + broad * 0.7) * (1.15 - cover), 0, 1)
        if cover == 1.0:
            alpha[:] = np.clip(0.70 + 0.26 * fine + 0.06 * broad, 0.34, 1.0)
        color = base * np.clip(tone, 0.35, 1.9)[..., None]
        color = color * (1 - 0.75 * grey[..., None]) + 0.62 * 0.75 * grey[..., None]
        picture[top : top + half, :, :3] = color
        picture[top : top + half, :, 3] = alpha
    picture[..., :3] = np.clip(picture[..., :3], 0.02, 1)
    return (np.clip(picture, 0, 1) * 255).astype(np.uint8)


def covers_ears(who: Identity) -> bool:
    """Whether the cut falls over the ears."""
    return not _CUTS[who.cut].ears_free


def flatten_ears(figure: Figure) -> None:
    """Presses ears against the head, as hair that falls over them does."""
    ears = ear_vertices(figure)
    x = figure.vertices[ears, 0]
    figure.vertices[ears, 0] = np.sign(x) * np.minimum(
        np.abs(x), 0.064 + 0.25 * np.clip(np.abs(x) - 0.064, 0, None)
    )
