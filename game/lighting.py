"""Light of a still room, computed once: daylight from windows, shadows and one bounce.

Every point gets the light that reaches it from the windows' panes (area sampling, blocked by
furniture) and from the room's own surfaces (cosine-weighted rays; Cohen & Wallace, "Radiosity and
Realistic Image Synthesis", 1993, chapter 2, for the form factors used). Furniture blocks light as
boxes that stand on the floor's axes or are turned about the vertical, which is enough for shadows
as soft as these.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_CHUNK = 512
_PANE_GRID = 7
_RAYS = 96
_START_M = 0.004


@dataclass(frozen=True, slots=True)
class Block:
    """A box that blocks light: centre, size in metres, and its turn about z in degrees."""

    center: tuple[float, float, float]
    size: tuple[float, float, float]
    yaw_deg: float = 0.0


@dataclass(frozen=True, slots=True)
class Pane:
    """A rectangle that shines toward edge_u × edge_v; metres and linear RGB."""

    corner: tuple[float, float, float]
    edge_u: tuple[float, float, float]
    edge_v: tuple[float, float, float]
    radiance: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Glow:
    """A small lamp: place in metres, intensity in linear RGB at 1 m."""

    place: tuple[float, float, float]
    intensity: tuple[float, float, float]


@dataclass(slots=True)
class Room:
    """What light meets.

    Attributes:
        low: corner of the room with the smallest coordinates, metres.
        high: the opposite corner.
        walls: linear albedo of the six sides, in the order −x, +x, −y, +y, −z, +z; float (6, 3).
        panes: windows.
        glows: lamps.
        blocks: furniture.
        ambient: irradiance that stands for all further bounces, linear RGB.
    """

    low: tuple[float, float, float]
    high: tuple[float, float, float]
    walls: Floats
    panes: list[Pane] = field(default_factory=list)
    glows: list[Glow] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    ambient: tuple[float, float, float] = (0.25, 0.24, 0.22)


def bake(room: Room, points: Floats, normals: Floats) -> Floats:
    """Light that arrives at surface points, as a factor on their albedo.

    Args:
        room: what shines and what blocks.
        points: float (n, 3), metres.
        normals: float (n, 3), unit.

    Returns:
        float32 (n, 3), linear; irradiance divided by π.
    """
    light = np.empty((len(points), 3), np.float32)
    for start in range(0, len(points), _CHUNK):
        part = slice(start, start + _CHUNK)
        origin = points[part] + normals[part] * _START_M
        light[part] = _from_panes(room, origin, normals[part], shadows=True)
        light[part] += _from_glows(room, origin, normals[part])
        light[part] += _from_surfaces(room, origin, normals[part])
    return light


def _from_panes(room: Room, origin: Floats, normal: Floats, shadows: bool) -> Floats:
    grid = _PANE_GRID if shadows else 2
    total = np.zeros((len(origin), 3), np.float32)
    for pane in room.panes:
        u, v = np.asarray(pane.edge_u, np.float32), np.asarray(pane.edge_v, np.float32)
        steps = (np.arange(grid, dtype=np.float32) + 0.5) / grid
        su, sv = np.meshgrid(steps, steps)
        spots = np.asarray(pane.corner, np.float32) + su.reshape(-1, 1) * u + sv.reshape(-1, 1) * v
        area_normal = np.cross(u, v)
        area = float(np.linalg.norm(area_normal))
        ray = spots[None] - origin[:, None]
        distance2 = np.maximum((ray * ray).sum(-1), 1e-2)
        # Form factor between a point and a small area: cos·cos·area / (π·distance²).
        leaving = np.maximum((ray * (-area_normal / area)).sum(-1), 0.0)
        arriving = np.maximum((ray * normal[:, None]).sum(-1), 0.0)
        form = leaving * arriving / (np.pi * distance2 * distance2) * (area / len(spots))
        if shadows:
            form = form * ~_blocked(room.blocks, origin, ray)
        total += form.sum(1)[:, None] * np.asarray(pane.radiance, np.float32)
    return total


def _from_glows(room: Room, origin: Floats, normal: Floats) -> Floats:
    total = np.zeros((len(origin), 3), np.float32)
    for glow in room.glows:
        ray = np.asarray(glow.place, np.float32) - origin
        distance2 = np.maximum((ray * ray).sum(-1), 0.04)
        cosine = np.maximum((ray * normal).sum(-1), 0.0) / np.sqrt(distance2)
        total += (cosine / distance2)[:, None] * np.asarray(glow.intensity, np.float32)
    return total


def _from_surfaces(room: Room, origin: Floats, normal: Floats) -> Floats:
    """One bounce from walls, floor and ceiling; rays that meet furniture bring dim light."""
    rays = _hemisphere(normal)
    low, high = np.asarray(room.low, np.float32), np.asarray(room.high, np.float32)
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = np.where(rays > 0, (high - origin[:, None]) / rays, (low - origin[:, None]) / rays)
    reach = np.where(np.abs(rays) < 1e-6, np.inf, np.maximum(reach, 0.0))
    axis = reach.argmin(-1)
    length = np.take_along_axis(reach, axis[..., None], -1)
    upper = np.take_along_axis(rays, axis[..., None], -1)[..., 0] > 0
    hits = (origin[:, None] + rays * length).reshape(-1, 3)
    inward = np.zeros((len(hits), 3), np.float32)
    inward[np.arange(len(hits)), axis.ravel()] = np.where(upper.ravel(), -1.0, 1.0)
    arriving = _from_panes(room, hits + inward * _START_M, inward, shadows=False)
    arriving += _from_glows(room, hits + inward * _START_M, inward)
    arriving += np.asarray(room.ambient, np.float32)
    glow = (arriving * room.walls[axis.ravel() * 2 + upper.ravel()]).reshape(*rays.shape)
    near = _blocked(room.blocks, origin, rays * length)
    dim = np.asarray(room.ambient, np.float32) * 0.45
    return np.where(near[..., None], dim, glow).mean(1)


def _hemisphere(normal: Floats) -> Floats:
    """Cosine-weighted directions about each normal; (n, 3) to (n, rays, 3).

    All points share one Fibonacci spiral, so neighbours differ smoothly instead of by noise.
    """
    index = np.arange(_RAYS, dtype=np.float32) + 0.5
    radius = np.sqrt(index / _RAYS)
    angle = index * np.float32(np.pi * (3.0 - np.sqrt(5.0)))
    x, y, z = radius * np.cos(angle), radius * np.sin(angle), np.sqrt(1.0 - index / _RAYS)
    side = np.where(np.abs(normal[:, 2:]) < 0.9, (0.0, 0.0, 1.0), (1.0, 0.0, 0.0))
    tangent = np.cross(side, normal)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    bitangent = np.cross(normal, tangent)
    rays = (
        x[None, :, None] * tangent[:, None]
        + y[None, :, None] * bitangent[:, None]
        + z[None, :, None] * normal[:, None]
    )
    return rays.astype(np.float32)


def _blocked(blocks: list[Block], origin: Floats, ray: Floats) -> NDArray[np.bool_]:
    """Whether furniture stands between origin (n, 3) and origin + ray (n, k, 3); (n, k).

    The slab test of Kay and Kajiya (1986), in each box's own axes.
    """
    hit = np.zeros(ray.shape[:2], bool)
    for block in blocks:
        turn = np.radians(block.yaw_deg)
        c, s = np.float32(np.cos(turn)), np.float32(np.sin(turn))
        start = origin - np.asarray(block.center, np.float32)
        nearest = np.zeros(ray.shape[:2], np.float32)
        farthest = np.ones(ray.shape[:2], np.float32)
        own_start = (
            c * start[:, 0] + s * start[:, 1],
            c * start[:, 1] - s * start[:, 0],
            start[:, 2],
        )
        if block.yaw_deg:
            own_ray = (
                c * ray[..., 0] + s * ray[..., 1],
                c * ray[..., 1] - s * ray[..., 0],
                ray[..., 2],
            )
        else:
            own_ray = (ray[..., 0], ray[..., 1], ray[..., 2])
        for axis in range(3):
            half = np.float32(block.size[axis] / 2)
            inverse = 1.0 / np.where(np.abs(own_ray[axis]) < 1e-9, np.float32(1e-9), own_ray[axis])
            first = (-half - own_start[axis])[:, None] * inverse
            second = (half - own_start[axis])[:, None] * inverse
            np.maximum(nearest, np.minimum(first, second), out=nearest)
            np.minimum(farthest, np.maximum(first, second), out=farthest)
        hit |= farthest > nearest + 1e-4
    return hit
