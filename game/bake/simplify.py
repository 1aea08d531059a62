"""Fewer triangles where nobody looks closely.

Edges are collapsed onto one of their two ends, cheapest first by quadric error
(Garland and Heckbert, 1997). No vertex is made or moved, so weights, morphs,
colours and texture coordinates stay true without being interpolated.
"""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

from game.bake.mesh import Part, only
from game.bake.source import Floats, Ints

_LENGTH_SHARE = 1e-3
"""Weight of an edge's length beside its error, so that flat places stay evenly meshed."""
_STEEPEST_TURN = 0.35
"""Least cosine between a triangle's normals before and after a collapse."""


def simplified(
    part: Part,
    wanted: int,
    free: NDArray[np.bool_] | None = None,
    expressions: tuple[str, ...] = (),
) -> Part:
    """The part with fewer triangles.

    Args:
        part: what to simplify; its rims and texture seams stay as they are.
        wanted: how many triangles to leave, if so few can be reached.
        free: (n,) vertices that may go; all by default.
        expressions: morphs at whose full weight the shape must also hold.

    Returns:
        A new part with those vertices that are left.
    """
    shapes = [part.points, *(part.points + part.morphs[n][0] for n in expressions)]
    triangles = _collapsed(np.stack(shapes), part.triangles, wanted, free)
    return only(part, triangles)


def _collapsed(
    shapes: Floats, triangles: Ints, wanted: int, free: NDArray[np.bool_] | None
) -> Ints:
    points = shapes[0]
    quadrics = np.stack([_quadrics(shape, triangles) for shape in shapes], axis=1)
    movable = ~_on_rim(triangles, len(points))
    if free is not None:
        movable &= free
    faces: dict[int, tuple[int, int, int]] = {
        i: (int(a), int(b), int(c)) for i, (a, b, c) in enumerate(triangles)
    }
    around: list[set[int]] = [set() for _ in range(len(points))]
    for i, face in faces.items():
        for corner in face:
            around[corner].add(i)
    place = [tuple(float(x) for x in p) for p in points]
    version = [0] * len(points)
    queue = _Queue(shapes, quadrics, movable, version)
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    pairs = np.unique(np.concatenate([edges, edges[:, ::-1]]), axis=0)
    queue.offer(pairs[:, 0], pairs[:, 1])
    while queue.heap and len(faces) > wanted:
        cost, gone, kept, when = heapq.heappop(queue.heap)
        if when != version[gone] or not around[gone] or not around[kept]:
            continue
        if not _may_collapse(gone, kept, faces, around, place):
            queue.refused.setdefault(gone, []).append((cost, gone, kept, when))
            continue
        near = {c for f in around[gone] for c in faces[f]} - {gone, kept}
        for f in list(around[gone]):
            face = faces[f]
            if kept in face:
                del faces[f]
                for corner in face:
                    around[corner].discard(f)
            else:
                a, b, c = (kept if corner == gone else corner for corner in face)
                faces[f] = (a, b, c)
                around[kept].add(f)
        around[gone].clear()
        quadrics[kept] += quadrics[gone]
        version[kept] += 1
        # what changed: the kept vertex's own error, and that the others may now go there
        beside = sorted({c for f in around[kept] for c in faces[f]} - {kept})
        joined = sorted(near)
        queue.offer(
            np.array([kept] * len(beside) + joined), np.array(beside + [kept] * len(joined))
        )
        for vertex in beside:
            for entry in queue.refused.pop(vertex, ()):
                heapq.heappush(queue.heap, entry)
    return np.array([faces[i] for i in sorted(faces)], np.int64)


class _Queue:
    """Pairs of a vertex that may go and a neighbour that stays, cheapest first.

    Attributes:
        heap: (cost, gone, kept, version of gone when it was offered).
        refused: vertex to its entries that would have torn or turned the surface.
    """

    def __init__(
        self, shapes: Floats, quadrics: Floats, movable: NDArray[np.bool_], version: list[int]
    ) -> None:
        self.heap: list[tuple[float, int, int, int]] = []
        self.refused: dict[int, list[tuple[float, int, int, int]]] = {}
        self._quadrics, self._movable, self._version = quadrics, movable, version
        ends = np.ones((*shapes.shape[:2], 4))
        ends[..., :3] = shapes
        self._ends = np.ascontiguousarray(ends.transpose(1, 0, 2))

    def offer(self, gone: Ints, kept: Ints) -> None:
        """Queues pairs, those whose first vertex must stay left out."""
        movable = self._movable[gone]
        gone, kept = gone[movable], kept[movable]
        if not len(gone):
            return
        ends = self._ends[kept]
        error = ((ends[:, :, None, :] @ self._quadrics[gone])[:, :, 0] * ends).sum(axis=(1, 2))
        length = ((self._ends[kept, 0] - self._ends[gone, 0]) ** 2).sum(axis=1)
        error += _LENGTH_SHARE * length**2
        for cost, a, b in zip(error.tolist(), gone.tolist(), kept.tolist(), strict=True):
            heapq.heappush(self.heap, (cost, a, b, self._version[a]))


def _may_collapse(
    gone: int,
    kept: int,
    faces: dict[int, tuple[int, int, int]],
    around: list[set[int]],
    place: list[tuple[float, ...]],
) -> bool:
    """Whether the surface stays whole and no triangle turns over."""
    shared = around[gone] & around[kept]
    if len(shared) != 2:
        return False
    near_gone = {c for f in around[gone] for c in faces[f]}
    near_kept = {c for f in around[kept] for c in faces[f]}
    if len((near_gone & near_kept) - {gone, kept}) != 2:
        return False
    for f in around[gone] - shared:
        before = [place[c] for c in faces[f]]
        after = [place[kept] if c == gone else place[c] for c in faces[f]]
        n0, n1 = _normal(before), _normal(after)
        size = (n0[0] ** 2 + n0[1] ** 2 + n0[2] ** 2) * (n1[0] ** 2 + n1[1] ** 2 + n1[2] ** 2)
        along = n0[0] * n1[0] + n0[1] * n1[1] + n0[2] * n1[2]
        if along <= _STEEPEST_TURN * size**0.5:
            return False
    return True


def _normal(corners: list[tuple[float, ...]]) -> tuple[float, float, float]:
    (ax, ay, az), (bx, by, bz), (cx, cy, cz) = corners
    ux, uy, uz, vx, vy, vz = bx - ax, by - ay, bz - az, cx - ax, cy - ay, cz - az
    return uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx


def _quadrics(points: Floats, triangles: Ints) -> Floats:
    """(n, 4, 4) summed squared distances from the planes of each vertex's triangles."""
    a, b, c = (points[triangles[:, i]] for i in range(3))
    normal = np.cross(b - a, c - a)
    area = np.linalg.norm(normal, axis=1)
    normal /= np.maximum(area, 1e-15)[:, None]
    plane = np.column_stack([normal, -(normal * a).sum(axis=1)])
    each = plane[:, :, None] * plane[:, None, :] * area[:, None, None]
    result = np.zeros((len(points), 4, 4))
    for i in range(3):
        np.add.at(result, triangles[:, i], each)
    return result


def _on_rim(triangles: Ints, count: int) -> NDArray[np.bool_]:
    """(n,) vertices of edges that do not have a triangle on both sides."""
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    edges, times = np.unique(np.sort(edges, axis=1), axis=0, return_counts=True)
    result = np.zeros(count, bool)
    result[edges[times != 2].reshape(-1)] = True
    return result
