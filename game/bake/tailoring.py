"""Meshes of cloth: shells cut open, strips and rings laid on them, with thickness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from game.bake.drape import Shell
from game.bake.mesh import compacted, normals_of
from game.bake.source import Floats, Ints


@dataclass(slots=True)
class ClothMesh:
    """Cloth in the desk pose, with a place in the picture for each vertex."""

    points: Floats
    """(n, 3) metres."""
    normals: Floats
    """(n, 3) unit."""
    triangles: Ints
    """(m, 3)"""
    weights: NDArray[np.float32]
    """(n, joints)"""
    uv: Floats
    """(n, 2) atlas coordinates, v upward."""
    shade: Floats
    """(n,) how much light reaches it, 0–1."""


def cut(shell: Shell, keep: Floats) -> tuple[Shell, Ints]:
    """A shell cut along the line where a function is zero.

    Args:
        shell: what to cut.
        keep: (n,) positive where cloth stays; linear between vertices.

    Returns:
        The shell that is left and its (k, 2) edges along the cut, cloth on their left.
    """
    keep = np.where(np.abs(keep) < 1e-5, 1e-5, keep)
    sign = keep > 0
    triangles = shell.triangles
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    edges = np.unique(np.sort(edges[sign[edges[:, 0]] != sign[edges[:, 1]]], axis=1), axis=0)
    count = len(shell.points)
    t = (keep[edges[:, 0]] / (keep[edges[:, 0]] - keep[edges[:, 1]]))[:, None]
    middle = {(int(a), int(b)): count + i for i, (a, b) in enumerate(edges)}

    def between(values: Floats) -> Floats:
        first, last = values[edges[:, 0]], values[edges[:, 1]]
        s = t if values.ndim == 2 else t[:, 0]
        return np.concatenate([values, first + s * (last - first)])

    kept: list[tuple[int, int, int]] = []
    rim: list[tuple[int, int]] = []
    inside = sign[triangles].sum(axis=1)
    for row in np.flatnonzero((inside == 1) | (inside == 2)):
        corners = [int(c) for c in triangles[row]]
        alone = next(c for c in corners if sign[c] == (inside[row] == 1))
        at = corners.index(alone)
        a, b, c = alone, corners[(at + 1) % 3], corners[(at + 2) % 3]
        ab, ac = middle[min(a, b), max(a, b)], middle[min(a, c), max(a, c)]
        if inside[row] == 1:
            kept.append((a, ab, ac))
            rim.append((ab, ac))
        else:
            kept += [(ab, b, c), (ab, c, ac)]
            rim.append((ac, ab))
    whole = triangles[inside == 3]
    triangles = np.concatenate([whole, np.array(kept, np.int64).reshape(-1, 3)])
    used, triangles = compacted(triangles)
    number = np.full(count + len(edges), -1)
    number[used] = np.arange(len(used))
    normals = between(shell.normals)[used]
    cut_shell = Shell(
        between(shell.points)[used],
        normals / np.linalg.norm(normals, axis=1, keepdims=True),
        triangles,
        between(shell.weights.astype(np.float64))[used].astype(np.float32),
        between(shell.arm)[used],
        between(shell.along)[used],
        between(shell.around)[used],
    )
    return cut_shell, number[np.array(rim, np.int64).reshape(-1, 2)]


def hem(shell: Shell, rim: Ints, uv: Floats, shade: Floats, depth: Floats) -> ClothMesh:
    """The thickness of a cut edge: a strip from the rim toward the body.

    Args:
        shell: the cut shell.
        rim: its (k, 2) edges, cloth on their left.
        uv: (n, 2) the shell's places in the picture.
        shade: (n,) the shell's light.
        depth: (n,) thickness, metres.
    """
    used, edges = compacted(rim)
    n = len(used)
    outer = shell.points[used]
    inner = outer - depth[used, None] * shell.normals[used]
    a, b = edges[:, 0], edges[:, 1]
    triangles = np.concatenate([np.column_stack([b, a, a + n]), np.column_stack([b, a + n, b + n])])
    points = np.concatenate([outer, inner])
    return ClothMesh(
        points,
        normals_of(points, triangles),
        triangles,
        np.concatenate([shell.weights[used]] * 2),
        np.concatenate([uv[used]] * 2),
        np.concatenate([shade[used] * 1.0, shade[used] * 0.45]),
    )


def strip(
    rows: Floats,
    shell: Shell,
    uv: Floats,
    shade: Floats,
    caps: tuple[tuple[int, ...], ...] = (),
    closed: bool = False,
) -> ClothMesh:
    """A bent strip: profiles of equal length, one after the other.

    Args:
        rows: (k, p, 3) points of k profiles; seen from outside, profiles go from left to
            right and their points from top to bottom.
        shell: gives weights.
        uv: (k, p, 2) places in the picture.
        shade: (k, p) light.
        caps: points of a profile that make up a face at the first and last profile, in order;
            each is filled as a fan round its first.
        closed: whether the last profile joins the first.
    """
    k, p = rows.shape[:2]
    grid = np.arange(k * p).reshape(k, p)
    following = np.roll(grid, -1, axis=0) if closed else grid[1:]
    here = grid if closed else grid[:-1]
    a, b = here[:, :-1].reshape(-1), here[:, 1:].reshape(-1)
    c, d = following[:, 1:].reshape(-1), following[:, :-1].reshape(-1)
    triangles = np.concatenate([np.column_stack([a, b, c]), np.column_stack([a, c, d])])
    for corners in caps:
        for row, flip in ((grid[0, list(corners)], True), (grid[-1, list(corners)], False)):
            fan = np.column_stack([np.full(len(row) - 2, row[0]), row[1:-1], row[2:]])
            triangles = np.concatenate([triangles, fan if flip else fan[:, ::-1]])
    points = rows.reshape(-1, 3)
    _, _, weights = shell.around_of(points)
    return ClothMesh(
        points,
        normals_of(points, triangles),
        triangles,
        weights,
        uv.reshape(-1, 2),
        shade.reshape(-1),
    )


def whole(meshes: list[ClothMesh]) -> ClothMesh:
    """Several meshes as one."""
    start = np.cumsum([0, *(len(m.points) for m in meshes)])
    return ClothMesh(
        np.concatenate([m.points for m in meshes]),
        np.concatenate([m.normals for m in meshes]),
        np.concatenate([m.triangles + s for m, s in zip(meshes, start, strict=False)]),
        np.concatenate([m.weights for m in meshes]),
        np.concatenate([m.uv for m in meshes]),
        np.concatenate([m.shade for m in meshes]),
    )


class Neck:
    """The neck as a cylinder of changing radius, to lay collars round.

    Attributes:
        z: height of the neck's base (the joint ``neck01``), metres.
        y: the cylinder's axis.
    """

    def __init__(self, skin: Floats, base: Floats) -> None:
        self.z = float(base[2])
        near = skin[
            (np.abs(skin[:, 0]) < 0.10)
            & (skin[:, 2] > self.z - 0.05)
            & (skin[:, 2] < self.z + 0.09)
        ]
        ring = near[(np.abs(near[:, 2] - self.z - 0.005) < 0.016) & (np.abs(near[:, 0]) < 0.03)]
        self.y = float((ring[:, 1].min() + ring[:, 1].max()) / 2)
        self._angle = np.arctan2(near[:, 0], self.y - near[:, 1])
        self._height = near[:, 2]
        self._radius = np.hypot(near[:, 0], near[:, 1] - self.y)

    def radius(self, angle: Floats, z: Floats | float) -> Floats:
        """Of the skin at angles (0 in front, + to her left) and heights, metres."""
        angle, z = np.broadcast_arrays(angle, z)
        turn = (angle.reshape(-1, 1) - self._angle + np.pi) % (2 * np.pi) - np.pi
        off = (turn * 0.06) ** 2 + (z.reshape(-1, 1) - self._height) ** 2
        share = np.exp(-off / (2 * 0.008**2)) + 1e-9 * np.exp(-off / (2 * 0.03**2))
        result = (share * self._radius).sum(axis=1) / share.sum(axis=1)
        return np.asarray(result.reshape(angle.shape))

    def at(self, angle: Floats, radius: Floats, z: Floats) -> Floats:
        """(…, 3) points of cylinder coordinates."""
        angle, radius, z = np.broadcast_arrays(angle, radius, z)
        return np.stack([radius * np.sin(angle), self.y - radius * np.cos(angle), z], axis=-1)

    def rim(self, angle: Floats, front: float = -0.006, back: float = 0.030) -> Floats:
        """Height of a neckline that is low in front and high behind, metres over the floor."""
        share = (1 - np.cos(angle)) / 2
        return self.z + front + (back - front) * share**0.8
