"""How open skin is to the light around it."""

from __future__ import annotations

import numpy as np

from game.bake.body import Figure
from game.bake.mesh import triangulated
from game.bake.source import Floats, Ints


def openness(figure: Figure, quads: Ints) -> Floats:
    """How open each vertex is to light, 0–1: ambient occlusion by ray casting.

    A fixed set of directions; a vertex is dark where rays hit the head within
    6 cm. Done on a grid of the head's depth seen from each direction.
    """
    used = np.unique(quads)
    points, normals = figure.vertices[used], figure.normals[used]
    triangles = triangulated(quads)
    corners = figure.vertices[triangles]
    dense = np.concatenate(
        [corners.mean(axis=1), corners[:, 0], (corners[:, 0] + corners[:, 1]) / 2]
    )
    golden = np.pi * (3 - np.sqrt(5))
    count, cell = 96, 0.004
    open_light, total = np.zeros(len(used)), np.zeros(len(used))
    for i in range(count):
        z = 1 - 2 * (i + 0.5) / count
        r = np.sqrt(1 - z * z)
        way = np.array([r * np.cos(golden * i), r * np.sin(golden * i), z])
        facing = normals @ way
        side = np.cross(way, (0.3, 0.5, 0.8))
        side /= np.linalg.norm(side)
        up = np.cross(way, side)
        frame = np.column_stack([side, up])
        low = (dense @ frame).min(axis=0)
        where = ((dense @ frame - low) / cell).astype(int)
        shape = where.max(axis=0) + 2
        depth = np.full(shape, -np.inf)
        np.maximum.at(depth, (where[:, 0], where[:, 1]), dense @ way)
        own = ((points @ frame - low) / cell).astype(int)
        own = np.clip(own, 0, shape - 1)
        ahead = depth[own[:, 0], own[:, 1]] - points @ way
        blocked = np.clip((ahead - 0.008) / 0.010, 0, 1)
        weight = np.clip(facing, 0, None)
        open_light += weight * (1 - blocked)
        total += weight
    result = np.ones(len(figure.vertices))
    result[used] = open_light / np.maximum(total, 1e-6)
    # smooth over neighbours twice: the grid is coarse
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    for _ in range(2):
        total = np.bincount(edges.reshape(-1), minlength=len(result)).astype(float)
        near = np.bincount(edges[:, 0], result[edges[:, 1]], len(result)) + np.bincount(
            edges[:, 1], result[edges[:, 0]], len(result)
        )
        has = total > 0
        result[has] = 0.5 * result[has] + 0.5 * near[has] / total[has]
    return 0.35 + 0.65 * np.clip(result * 1.15, 0, 1)
