"""Light of a still room, computed once: sun, sky through windows, lamps, shadows and bounces.

Every light is cut into small samples. From each sample the graphics driver draws the depth of the
room as the sample sees it, and all points that it sees are lit by it; windows so give soft shadows
of the true shapes (Segal et al., "Fast shadows and lighting effects using texture mapping", 1992).
What the lit surfaces throw on is sent out by a few hundred of their points in the same way (Keller,
"Instant radiosity", 1997); the share of these points that a place sees stands for the light of all
later bounces, which is what darkens corners.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from game.rooms.shadows import Shadows

Floats = NDArray[np.float32]
Vector = tuple[float, float, float]
Color = tuple[float, float, float]

_BOUNCES = 150
_NEAREST_M2 = 0.16
_START_M = 0.006
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)


@dataclass(frozen=True, slots=True)
class Patch:
    """A net's places in the light's map, and what it does with light.

    Attributes:
        places: float32 (height, width, 3), metres.
        normals: float32 (height, width, 3), unit.
        albedo: linear RGB.
        area_m2: of the whole net, square metres.
        gloss: reflectance at right angles.
        shine: own light 0–1.
        blocks: whether it casts a shadow.
    """

    places: Floats
    normals: Floats
    albedo: Color
    area_m2: float
    gloss: float = 0.0
    shine: float = 0.0
    blocks: bool = True


@dataclass(frozen=True, slots=True)
class Pane:
    """A rectangle that shines toward edge_u × edge_v: a window, or a lamp's opening."""

    corner: Vector
    """One corner; metres."""
    edge_u: Vector
    """To the next corner; metres."""
    edge_v: Vector
    """To the other next corner; metres."""
    radiance: Color
    """Linear RGB."""
    samples: tuple[int, int] = (5, 5)
    """Into how many samples it is cut, along u and v."""


@dataclass(frozen=True, slots=True)
class Glow:
    """A lamp that shines to all sides and needs no shadow, as a shade does."""

    place: Vector
    """Metres."""
    intensity: Color
    """Linear RGB at 1 m."""


@dataclass(frozen=True, slots=True)
class Sun:
    """Light from afar."""

    direction: Vector
    """Toward the sun; need not be unit."""
    radiance: Color
    """Of a white surface that faces it; linear RGB."""
    spread_deg: float = 0.7
    """Radius of the disc from which it shines, haze included; degrees."""


@dataclass(frozen=True, slots=True)
class RoomLight:
    """All that shines in a room."""

    panes: tuple[Pane, ...] = ()
    """Windows and flat lamps."""
    glows: tuple[Glow, ...] = ()
    """Lamps to all sides."""
    sun: Sun | None = None
    """The sun, where it reaches in."""
    ambient: Color = (0.10, 0.10, 0.10)
    """Light of all later bounces in a place that sees the whole room; linear RGB."""
    eye: Vector = (0.0, -1.40, 1.27)
    """From where polished surfaces are seen; metres."""
    mirror_blocks: tuple[tuple[Vector, Vector], ...] = field(default=())
    """Middle and size of boxes that stand before windows in mirror images; metres."""


def bake(patches: Sequence[Patch], room: RoomLight, shadows: Shadows) -> list[Floats]:
    """Light that arrives at every place of every patch, as a factor on its albedo.

    Args:
        patches: the surfaces.
        room: what shines.
        shadows: draws what the lights see.

    Returns:
        float32 (height, width, 3) per patch, linear: irradiance divided by π, and what a polished
        surface mirrors divided by its albedo.
    """
    sizes = [patch.places.shape[0] * patch.places.shape[1] for patch in patches]
    normals = np.concatenate([patch.normals.reshape(-1, 3) for patch in patches])
    places = np.concatenate([_drawn_in(patch.places).reshape(-1, 3) for patch in patches])
    places = places + normals * np.float32(_START_M)
    light = np.zeros_like(places)
    for pane in room.panes:
        _from_pane(light, pane, places, normals, shadows)
    for glow in room.glows:
        light += _from_glow(glow, places, normals)
    if room.sun is not None:
        _from_sun(light, room.sun, places, normals, shadows)
    albedo = np.repeat(np.array([p.albedo for p in patches], np.float32), sizes, axis=0)
    area = np.repeat([p.area_m2 / n for p, n in zip(patches, sizes, strict=True)], sizes)
    area[np.repeat([p.shine >= 0.5 for p in patches], sizes)] = 0.0
    _from_surfaces(light, albedo, area, places, normals, room, shadows)
    gloss = np.repeat(np.array([p.gloss for p in patches], np.float32), sizes)
    shiny = np.flatnonzero(gloss > 0)
    if len(shiny):
        seen = _mirrored(room, places[shiny], normals[shiny], gloss[shiny])
        light[shiny] += seen / np.maximum(albedo[shiny], 0.02)
    own = np.repeat([p.shine for p in patches], sizes).astype(np.float32)[:, None]
    light = light * (1 - own) + own
    parts = np.split(light, np.cumsum(sizes)[:-1])
    return [part.reshape(p.places.shape) for part, p in zip(parts, patches, strict=True)]


def _drawn_in(places: Floats) -> Floats:
    """Places a quarter texel nearer to the middle, so that a patch's rim is not inside a wall."""
    middle = places.reshape(-1, 3).mean(0)
    steps = np.array(places.shape[:2])
    return places + (middle - places) * np.float32(0.5 / steps.min() ** 1.1)


def _from_pane(
    light: Floats, pane: Pane, places: Floats, normals: Floats, shadows: Shadows
) -> None:
    u, v = np.asarray(pane.edge_u, np.float32), np.asarray(pane.edge_v, np.float32)
    facing = np.cross(u, v)
    area = float(np.linalg.norm(facing))
    facing /= area
    columns, rows = pane.samples
    rng = np.random.default_rng(columns * 100 + rows)
    share = np.asarray(pane.radiance, np.float32) * np.float32(area / (columns * rows))
    for i in range(columns):
        for j in range(rows):
            # Each sample strays within its own field: regular ones would draw stripes.
            s = (i + rng.uniform(0.15, 0.85)) / columns
            t = (j + rng.uniform(0.15, 0.85)) / rows
            spot = np.asarray(pane.corner, np.float32) + np.float32(s) * u + np.float32(t) * v
            form, lit = _form(spot, facing, places, normals)
            seen = shadows.seen(spot, facing, places[lit])
            light[lit] += (form * seen)[:, None] * share


def _form(
    spot: Floats, facing: Floats, places: Floats, normals: Floats
) -> tuple[Floats, NDArray[np.intp]]:
    """Form factor of a small area per its square metres, and the points where it is not 0."""
    ray = spot - places
    arriving = np.einsum("ij,ij->i", ray, normals)
    leaving = -(ray @ facing)
    lit = np.flatnonzero((arriving > 0) & (leaving > 0))
    distance2 = np.maximum(np.einsum("ij,ij->i", ray[lit], ray[lit]), np.float32(_NEAREST_M2))
    return arriving[lit] * leaving[lit] / (np.float32(np.pi) * distance2 * distance2), lit


def _from_glow(glow: Glow, places: Floats, normals: Floats) -> Floats:
    ray = np.asarray(glow.place, np.float32) - places
    distance2 = np.maximum((ray * ray).sum(-1), np.float32(0.03))
    # Half of it wraps round, for a shade is no point.
    cosine = np.clip((ray * normals).sum(-1) / np.sqrt(distance2) * 0.75 + 0.25, 0.0, 1.0)
    return (cosine / distance2)[:, None] * np.asarray(glow.intensity, np.float32)


def _from_sun(light: Floats, sun: Sun, places: Floats, normals: Floats, shadows: Shadows) -> None:
    toward = np.asarray(sun.direction, np.float32)
    toward = toward / np.linalg.norm(toward)
    cosine = normals @ toward
    lit = np.flatnonzero(cosine > 0)
    side = np.cross(toward, (0.0, 0.0, 1.0) if abs(toward[2]) < 0.9 else (1.0, 0.0, 0.0))
    side /= np.linalg.norm(side)
    up = np.cross(side, toward)
    spread = np.tan(np.radians(sun.spread_deg))
    count = 7
    seen = np.zeros(len(lit), np.float32)
    for number in range(count):
        # A sunflower's spiral fills the disc evenly (Vogel, 1979).
        radius, angle = spread * np.sqrt((number + 0.5) / count), number * 2.39996
        ray = toward + radius * (np.cos(angle) * side + np.sin(angle) * up)
        seen += shadows.seen_from_afar(ray.astype(np.float32), places[lit])
    share = (cosine[lit] * seen / count)[:, None]
    light[lit] += share * np.asarray(sun.radiance, np.float32)


def _from_surfaces(
    light: Floats,
    albedo: Floats,
    area: NDArray[np.float64],
    places: Floats,
    normals: Floats,
    room: RoomLight,
    shadows: Shadows,
) -> None:
    """Adds the first bounce, and the ambient light of later ones by how open each place is."""
    leaving = light * albedo
    power = area * (leaving @ _LUMINANCE + 0.02)
    rng = np.random.default_rng(5)
    edges = np.cumsum(power) / power.sum()
    # Evenly spread over the power, so that no bright patch is missed or drawn twice.
    chosen = np.searchsorted(edges, (np.arange(_BOUNCES) + rng.random(_BOUNCES)) / _BOUNCES)
    bounced = np.zeros_like(light)
    free = np.full(len(places), 1e-6, np.float32)
    open_to = np.zeros(len(places), np.float32)
    for index in chosen:
        spot, facing = places[index] + normals[index] * 0.03, normals[index]
        share = leaving[index] * np.float32(power.sum() / (power[index] * _BOUNCES) * area[index])
        form, lit = _form(spot, facing, places, normals)
        seen = shadows.seen(spot, facing, places[lit])
        bounced[lit] += (form * seen)[:, None] * share
        weight = np.sqrt(form)
        free[lit] += weight
        open_to[lit] += weight * seen
    light += bounced
    light += (open_to / free)[:, None] * np.asarray(room.ambient, np.float32)


def _mirrored(room: RoomLight, places: Floats, normals: Floats, gloss: Floats) -> Floats:
    """Windows as a polished surface mirrors them to the eye, softly (Schlick, 1994)."""
    look = places - np.asarray(room.eye, np.float32)
    look /= np.linalg.norm(look, axis=1, keepdims=True)
    along = np.einsum("ij,ij->i", look, normals)
    ray = look - 2 * along[:, None] * normals
    fresnel = gloss + (1 - gloss) * (1 - np.clip(-along, 0, 1)) ** 5
    seen = np.tile(np.asarray(room.ambient, np.float32) * 0.7, (len(places), 1))
    free = np.ones(len(places), np.float32)
    for center, size in room.mirror_blocks:
        free *= 1 - _crosses(places, ray, center, size)
    for pane in room.panes:
        u, v = np.asarray(pane.edge_u, np.float32), np.asarray(pane.edge_v, np.float32)
        facing = np.cross(u, v)
        facing /= np.linalg.norm(facing)
        against = -(ray @ facing)
        start = (places - np.asarray(pane.corner, np.float32)) @ facing
        reach = np.where(against > 1e-3, start / np.maximum(against, 1e-3), -1.0)
        meet = places + ray * reach[:, None] - np.asarray(pane.corner, np.float32)
        within = np.ones(len(places), np.float32)
        for edge in (u, v):
            length = float(np.linalg.norm(edge))
            at = meet @ (edge / length)
            # A polish that is not perfect widens with distance.
            soft = 0.10 * np.maximum(reach, 0.05) + 0.01
            within *= np.clip((at + soft) / (2 * soft), 0, 1)
            within *= np.clip((length - at + soft) / (2 * soft), 0, 1)
        within *= (reach > 0) * free
        seen += within[:, None] * np.asarray(pane.radiance, np.float32)
    return seen * fresnel[:, None]


def _crosses(places: Floats, ray: Floats, center: Vector, size: Vector) -> Floats:
    """1 where a ray meets a box (the slab test of Kay and Kajiya, 1986), else 0."""
    half = np.asarray(size, np.float32) / 2
    start = places - np.asarray(center, np.float32)
    inverse = 1.0 / np.where(np.abs(ray) < 1e-6, np.float32(1e-6), ray)
    one, two = (-half - start) * inverse, (half - start) * inverse
    nearest, farthest = np.minimum(one, two).max(1), np.maximum(one, two).min(1)
    return ((farthest > nearest) & (farthest > 0)).astype(np.float32)
