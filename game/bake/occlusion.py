"""What keeps light from a body's own surfaces, worked out once per vertex.

All parts are covered with points, and these are drawn as depth maps from directions spread over
the sphere; a vertex that lies behind what a map shows does not see that direction (Sattler et al.,
"Hardware-accelerated ambient occlusion computation", 2004, without the hardware). So the chin
shadows the neck, hair the forehead, lapels the shirt and the collar the neck.

Every vertex keeps four numbers: how much of three broad lights from the front (from the picture's
left, from its right, from above) is blocked, and how open it lies to light from everywhere.
``game.stage.shading`` mixes the three by where the room's light comes from.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from game.bake.mesh import Part
from game.bake.source import Floats, Ints
from game.stage.shading import BAKED_LIGHTS

_CELL_M = 0.005
_SPACING_M = 0.0045
_BIAS_M = 0.009
_DIRECTIONS = 32
_SPREAD = 0.80
"""Cosine within which a direction counts to a light: a window is some 35° wide to each side."""
_DARKEST = 0.30
"""Openness below which nothing falls: light that has bounced on skin reaches every fold."""
_NOT_LIT = ("eye", "mouth", "lash")
"""Surfaces that keep their own shading: lids and lips move away from what hides them at rest."""


def shade(parts: list[Part]) -> None:
    """Works out ``visibility`` of all parts but eyes, mouth and lashes.

    Args:
        parts: the whole person in the bind pose; those that are lit get ``visibility``, (n, 4) in
            0–1: blocked from left, right and above, and openness.
    """
    lit = [part for part in parts if part.surface not in _NOT_LIT]
    spots = np.concatenate([_spread(part) for part in lit]).astype(np.float32)
    points = np.concatenate([part.points for part in lit]).astype(np.float32)
    normals = np.concatenate([part.normals for part in lit]).astype(np.float32)
    ways = _sphere(_DIRECTIONS)
    lights = np.array(BAKED_LIGHTS, np.float32)
    lights /= np.linalg.norm(lights, axis=1, keepdims=True)
    open_sum = np.zeros(len(points), np.float32)
    open_all = np.zeros(len(points), np.float32)
    seen = np.zeros((len(points), 3), np.float32)
    weight = np.zeros(3, np.float32)
    for way in ways:
        clear = _clear(spots, points + normals * np.float32(0.003), way)
        facing = np.maximum(normals @ way, 0.0)
        open_sum += facing * clear
        open_all += facing
        share = np.maximum(lights @ way - _SPREAD, 0.0)
        seen += clear[:, None] * share
        weight += share
    openness = open_sum / np.maximum(open_all, 1e-3)
    openness = _DARKEST + (1 - _DARKEST) * np.clip(openness, 0, 1)
    result = np.column_stack([1.0 - seen / np.maximum(weight, 1e-6), openness])
    start = 0
    for part in lit:
        stop = start + len(part.points)
        part.visibility = _smooth(part, np.clip(result[start:stop], 0, 1))
        start = stop


def _spread(part: Part) -> Floats:
    """Points all over a part where it covers, no farther apart than a cell of the depth maps."""
    corners = part.points[part.triangles]
    sides = corners - np.roll(corners, 1, axis=1)
    steps = np.clip(np.ceil(np.linalg.norm(sides, axis=2).max(axis=1) / _SPACING_M), 1, 24)
    found = [np.zeros((0, 3))]
    for count in np.unique(steps).astype(int):
        these = part.triangles[steps == count]
        i, j = np.meshgrid(np.arange(count), np.arange(count))
        inside = (i + j < count).ravel()
        u, v = (i.ravel()[inside] + 1 / 3) / count, (j.ravel()[inside] + 1 / 3) / count
        mix = np.column_stack([1 - u - v, u, v])
        spots = (mix @ part.points[these]).reshape(-1, 3)
        if part.blend:
            spots = spots[_covers(part, these, mix)]
        found.append(spots)
    return np.concatenate(found)


def _covers(part: Part, triangles: Ints, mix: Floats) -> NDArray[np.bool_]:
    """Where a blended part is more than half opaque: cut away cloth throws no shadow."""
    height, width = part.texture.shape[:2]
    u, v = (mix @ part.uv[triangles]).reshape(-1, 2).T
    column = np.clip((u % 1.0) * width, 0, width - 1).astype(int)
    row = np.clip((1.0 - v) * height, 0, height - 1).astype(int)
    opaque = part.texture[row, column, 3] > 127
    if part.color is not None:
        opaque &= (mix @ part.color[triangles][..., 3:]).reshape(-1) > 0.5
    return opaque


def _sphere(count: int) -> NDArray[np.float32]:
    """Unit vectors spread evenly over the sphere, (count, 3): a Fibonacci spiral."""
    index = np.arange(count) + 0.5
    z = 1 - 2 * index / count
    angle = index * np.pi * (3 - np.sqrt(5))
    flat = np.sqrt(1 - z * z)
    return np.column_stack([flat * np.cos(angle), flat * np.sin(angle), z]).astype(np.float32)


def _clear(
    spots: NDArray[np.float32], points: NDArray[np.float32], way: NDArray[np.float32]
) -> NDArray[np.float32]:
    """How much of a direction each point sees, 0–1, from one depth map of all spots."""
    across = np.cross(way, (0.0, 0.0, 1.0) if abs(way[2]) < 0.9 else (1.0, 0.0, 0.0))
    across /= np.linalg.norm(across)
    up = np.cross(across, way)
    plane = np.column_stack([across, up]).astype(np.float32)
    flat, depth = spots @ plane, spots @ way
    low = flat.min(axis=0) - 2 * _CELL_M
    wide, high = ((flat.max(axis=0) - low) / _CELL_M).astype(int) + 4
    cell = ((flat - low) / _CELL_M).astype(np.int32)
    number = cell[:, 1] * wide + cell[:, 0]
    nearest = np.full(wide * high, -np.inf, np.float32)
    order = np.argsort(depth)  # the last that is written stays
    nearest[number[order]] = depth[order]
    at = (points @ plane - low) / _CELL_M - 0.5
    own = points @ way + np.float32(_BIAS_M)
    first = np.clip(np.floor(at).astype(np.int32), 0, (wide - 2, high - 2))
    part = np.clip(at - first, 0.0, 1.0)
    clear = np.zeros(len(points), np.float32)
    for right in (0, 1):
        for above in (0, 1):
            share = (part[:, 0] if right else 1 - part[:, 0]) * (
                part[:, 1] if above else 1 - part[:, 1]
            )
            index = (first[:, 1] + above) * wide + first[:, 0] + right
            clear += share * (nearest[index] <= own)
    return clear


def _smooth(part: Part, values: Floats, rounds: int = 2) -> Floats:
    """Averages with what hangs on the same edges; vertices at one place share their light."""
    _, place = np.unique(np.round(part.points * 1e5).astype(np.int64), axis=0, return_inverse=True)
    place = place.ravel()
    count = int(place.max()) + 1
    corners = place[part.triangles]
    ends = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
    start = np.concatenate([ends[:, 0], ends[:, 1]])
    stop = np.concatenate([ends[:, 1], ends[:, 0]])
    degree = np.maximum(np.bincount(start, minlength=count), 1)
    shared = np.bincount(place, minlength=count)
    mean = np.column_stack(
        [np.bincount(place, weights=column, minlength=count) / shared for column in values.T]
    )
    for _ in range(rounds):
        around = np.column_stack(
            [np.bincount(start, weights=column[stop], minlength=count) for column in mean.T]
        )
        mean = 0.5 * mean + 0.5 * around / degree[:, None]
    return mean[place]
