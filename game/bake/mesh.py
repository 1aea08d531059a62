"""Parts: pieces of mesh with weights, morphs and a painted texture each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from game.bake.source import Floats, Ints


@dataclass(slots=True)
class Part:
    """One piece that is drawn in one go."""

    name: str
    surface: str
    """Key of ``game.stage.shading.SURFACES``."""
    points: Floats
    """(n, 3) metres, bind pose."""
    normals: Floats
    """(n, 3) unit."""
    uv: Floats
    """(n, 2) texture coordinates, v upward."""
    triangles: Ints
    """(m, 3) counter-clockwise seen from outside."""
    weights: NDArray[np.float32]
    """(n, joints) rows sum to 1."""
    texture: NDArray[np.uint8]
    """(h, w, 4) RGBA display colours, row 0 at v = 1."""
    color: Floats | None = None
    """(n, 4) multiplies the texture; linear."""
    morphs: dict[str, tuple[Floats, Floats]] = field(default_factory=dict)
    """Expression → displacement and change of normal, (n, 3) each."""
    blend: bool = False
    """True where the texture's alpha covers partly, drawn after the rest."""
    two_sided: bool = False
    tangents: Floats | None = None
    """(n, 3) unit, along strands of hair."""
    visibility: Floats | None = None
    """(n, 4) light blocked from left, right, above; openness: ``game.bake.occlusion``."""
    order: int = 0
    """The smaller is drawn first: what hides most, so that depth rejects the rest unshaded."""


def triangulated(quads: Ints) -> Ints:
    """(m, 4) quads as (2m, 3) triangles."""
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])


def normals_of(points: Floats, triangles: Ints) -> Floats:
    """Area-weighted vertex normals, (n, 3) unit."""
    a, b, c = (points[triangles[:, i]] for i in range(3))
    face = np.cross(b - a, c - a)
    normals = np.zeros_like(points)
    for i in range(3):
        for axis in range(3):
            normals[:, axis] += np.bincount(
                triangles[:, i], weights=face[:, axis], minlength=len(points)
            )
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    return normals / np.maximum(length, 1e-12)


def split(part: Part, solid: NDArray[np.bool_], surface: str, order: int) -> list[Part]:
    """Parts a part's opaque triangles from those that need their alpha.

    Args:
        part: a blended part.
        solid: (m,) which triangles are opaque all over.
        surface: material of the opaque ones.
        order: when the opaque ones are drawn.

    Returns:
        The opaque part, then the blended one.
    """
    first = only(part, part.triangles[solid])
    first.name, first.surface, first.order = f"{part.name}-solid", surface, order
    first.blend = False
    return [first, only(part, part.triangles[~solid])]


def only(part: Part, triangles: Ints) -> Part:
    """A part with some of its triangles and the vertices these use."""
    used, triangles = compacted(triangles)
    return replace(
        part,
        points=part.points[used],
        normals=part.normals[used],
        uv=part.uv[used],
        triangles=triangles,
        weights=part.weights[used],
        color=None if part.color is None else part.color[used],
        morphs={name: (at[used], turn[used]) for name, (at, turn) in part.morphs.items()},
        tangents=None if part.tangents is None else part.tangents[used],
        visibility=None if part.visibility is None else part.visibility[used],
    )


def compacted(triangles: Ints) -> tuple[Ints, Ints]:
    """Renumbers triangles to the vertices they use.

    Returns:
        The used vertices' old numbers, and the triangles in new numbers.
    """
    used, flat = np.unique(triangles, return_inverse=True)
    return used, flat.reshape(triangles.shape)


def split_corners(triangles: Ints, corner_uv: Floats) -> tuple[Ints, Ints, Floats]:
    """Gives each (vertex, texture coordinate) pair its own vertex.

    Args:
        triangles: (m, 3) vertex numbers.
        corner_uv: (m, 3, 2) texture coordinates of the corners.

    Returns:
        Old vertex number of each new vertex, triangles in new numbers, and the
        new vertices' texture coordinates.
    """
    keys = np.column_stack(
        [triangles.reshape(-1), np.round(corner_uv.reshape(-1, 2) * 1e5).astype(np.int64)]
    )
    unique, first, flat = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    return unique[:, 0], flat.reshape(triangles.shape), corner_uv.reshape(-1, 2)[first]


def rasterise(
    uv: Floats, triangles: Ints, values: Floats, depth: Floats, size: int
) -> tuple[Floats, NDArray[np.bool_]]:
    """Draws per-vertex values into texture space; the greatest depth wins.

    Args:
        uv: (n, 2) with v upward.
        triangles: (m, 3).
        values: (n, k) what to interpolate.
        depth: (n,) decides where triangles overlap.
        size: side of the square picture in texels.

    Returns:
        (size, size, k) values and where anything was drawn.
    """
    place = np.column_stack([uv[:, 0] * size - 0.5, (1.0 - uv[:, 1]) * size - 0.5])
    p = place[triangles]
    (ax, ay), (bx, by), (cx, cy) = (p[:, i].T for i in range(3))
    area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    low = np.maximum(np.floor(p.min(axis=1) - 0.5), 0).astype(np.int64)
    high = np.minimum(np.ceil(p.max(axis=1) + 0.5).astype(np.int64) + 1, size)
    extent = np.max(high - low, axis=1)
    usable = (high > low).all(axis=1) & (np.abs(area) >= 1e-9)
    texels, owners, shares = [], [], []
    # triangles of about one size at a time, each in a square of candidate texels
    limit = 1
    while (usable & (extent > limit // 2)).any():
        own = np.flatnonzero(usable & (extent <= limit) & (extent > limit // 2))
        for some in np.array_split(own, max(1, len(own) * limit * limit // 2_000_000)):
            step_y, step_x = (s.reshape(-1) for s in np.mgrid[0:limit, 0:limit])
            x, y = low[some, 0, None] + step_x, low[some, 1, None] + step_y
            ox, oy, whole = x - ax[some, None], y - ay[some, None], area[some, None]
            wb = (ox * (cy - ay)[some, None] - oy * (cx - ax)[some, None]) / whole
            wc = ((bx - ax)[some, None] * oy - (by - ay)[some, None] * ox) / whole
            wa = 1.0 - wb - wc
            slack = -0.6 / np.maximum(1.0, np.abs(whole) ** 0.5)
            inside = (np.minimum(np.minimum(wa, wb), wc) >= slack) & (x < size) & (y < size)
            row, _ = np.nonzero(inside)
            texels.append((y * size + x)[inside])
            owners.append(some[row])
            shares.append(np.column_stack([wa[inside], wb[inside], wc[inside]]))
        limit *= 2
    out = np.zeros((size * size, values.shape[1]))
    known = np.zeros(size * size, bool)
    if not texels:
        return out.reshape(size, size, -1), known.reshape(size, size)
    texel, share = np.concatenate(texels), np.concatenate(shares)
    corner = triangles[np.concatenate(owners)]
    # of those that cover one texel, the last written stays: the one of greatest depth
    order = np.argsort((share * depth[corner]).sum(axis=1), kind="stable")
    winner = np.full(size * size, -1)
    winner[texel[order]] = order
    known = winner >= 0
    best = winner[known]
    out[known] = (share[best, :, None] * values[corner[best]]).sum(axis=1)
    return out.reshape(size, size, -1), known.reshape(size, size)


def noise(size: int, cell: int, rng: np.random.Generator, wrap: bool = True) -> Floats:
    """Smooth noise of one scale.

    Args:
        size: side in texels.
        cell: texels per lattice cell.
        rng: the identity's generator.
        wrap: True if left and right edges join.

    Returns:
        (size, size), mean 0, about −1…1.
    """
    import cv2

    n = max(2, size // cell)
    lattice = rng.standard_normal((n, n)).astype(np.float32)
    if wrap:
        lattice = np.concatenate([lattice, lattice[:, :2]], axis=1)
    grown = cv2.resize(
        lattice, (int(size * lattice.shape[1] / n), size), interpolation=cv2.INTER_CUBIC
    )
    return grown[:, :size].astype(np.float64) * 0.5
