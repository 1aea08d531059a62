"""Shells, locks and knots: meshes cut from a field of strands."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from game.bake.flow import Flow
from game.bake.mesh import triangulated
from game.bake.source import Floats, Ints
from game.bake.strands import LOCKS, SHELL_U, lock_u


@dataclass(slots=True)
class HairMesh:
    """Vertices and triangles of some hair, as in :class:`game.bake.mesh.Part`."""

    points: Floats
    normals: Floats
    tangents: Floats
    uv: Floats
    color: Floats
    triangles: Ints
    layer: Floats
    """(m,) when a triangle is drawn: the smaller first."""


def joined(meshes: list[HairMesh]) -> HairMesh:
    """Several meshes as one."""
    base = np.cumsum([0] + [len(m.points) for m in meshes[:-1]])
    stacked = {
        name: np.concatenate([getattr(m, name) for m in meshes])
        for name in ("points", "normals", "tangents", "uv", "color", "layer")
    }
    faces = [m.triangles + b for m, b in zip(meshes, base, strict=True)]
    return HairMesh(triangles=np.concatenate(faces), **stacked)


def shell(
    flow: Flow,
    columns: int,
    rows: int,
    share: float,
    shade: float,
    span: tuple[float, float] = (0.0, 1.0),
    u: tuple[float, float] = SHELL_U,
    tiles: int = 2,
    ragged: float = 0.0,
) -> HairMesh:
    """The field's surface at one height.

    Args:
        flow: the field.
        columns: cells round the head.
        rows: cells along strands.
        share: its height, as a share of the thickness.
        shade: how light it is, 0–1.
        span: where along the strands it begins and ends, 0–1.
        u: what of the picture's width it shows, there and back ``tiles`` times.
        tiles: see ``u``.
        ragged: how much less it covers than the field's own cover, 0–1.
    """
    turn = np.linspace(0, 1, columns + 1)
    # the head bends hair more than its own weight does: closer rows near the root
    bend = 1.35 if flow.fallen.max() > 0 else 1.0
    down = span[0] + (span[1] - span[0]) * np.linspace(0, 1, rows + 1) ** bend
    s, t = (a.reshape(-1) for a in np.meshgrid(turn, down, indexing="ij"))
    points, out, height, cover, fallen = flow.at(s, t)
    points = points + out * (height * share)[:, None]
    grid = np.arange(len(points)).reshape(columns + 1, rows + 1)
    fold = 1 - np.abs((turn * tiles) % 2 - 1) if tiles > 1 else turn
    across = u[0] + (u[1] - u[0]) * fold
    uv = np.stack([np.repeat(across, rows + 1), np.tile(1 - down * 0.98 - 0.01, columns + 1)], -1)
    along = np.gradient(points.reshape(columns + 1, rows + 1, 3), axis=1).reshape(-1, 3)
    tangents = _unit(along - out * (along * out).sum(axis=1, keepdims=True))
    quads = np.stack([grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]], axis=-1)
    triangles = _facing(triangulated(quads.reshape(-1, 4)), points, out)
    wide = np.linalg.norm(np.diff(points.reshape(columns + 1, rows + 1, 3), axis=0), axis=2)
    torn = np.maximum(wide[:, :-1], wide[:, 1:]).reshape(-1) > 0.040
    triangles = triangles[~np.concatenate([torn, torn])]
    tone = shade * (0.80 + 0.20 * np.clip(1 - fallen * t, 0, 1))
    alpha = np.clip(cover - ragged, 0, 1)
    if fallen.max() > 0:
        alpha = alpha * np.where(fallen > 0, np.clip((span[1] - t) / 0.06, 0, 1), 1.0)
    color = np.column_stack([tone, tone, tone, alpha])
    layer = np.full(len(triangles), share)
    return HairMesh(points, out, tangents, uv, color, triangles, layer)


def turned(mesh: HairMesh) -> HairMesh:
    """The hair seen from its other side, drawn first."""
    return replace(
        mesh,
        triangles=mesh.triangles[:, ::-1],
        normals=-mesh.normals,
        layer=np.full(len(mesh.triangles), -0.1),
    )


@dataclass(frozen=True, slots=True)
class Lock:
    """Where one lock lies in the field."""

    s: float
    drift: float
    """How far it strays round the head by its tip."""
    first: float
    last: float
    """Along the strands; above 1 it hangs further down than the field."""
    rise: tuple[float, float, float]
    """Height at its beginning, middle and end, as a share of the thickness."""
    width: float
    """Metres."""
    tone: float
    kind: int
    cells: int
    twist: float = 0.0
    wave: float = 0.0
    """Half width of its waves, metres."""
    phase: float = 0.0
    flip: bool = False
    gathered: bool = False
    """Whether its root is at ``last``."""
    lift: float = 0.0
    """Metres that its middle bows outward."""


def strip(flow: Flow, lock: Lock) -> HairMesh:
    """One lock as a strip of quads, tapering and gently twisted."""
    n = lock.cells
    k = np.linspace(0, 1, n + 1)
    # the head bends hair more than its own weight does: closer steps near the root
    t = lock.first + (lock.last - lock.first) * (
        k**1.4 if lock.last > 0.9 and not lock.gathered else k
    )
    s = flow.beside(lock.s + lock.drift * k * k)
    points, out, height, cover, _ = flow.at(s, t)
    begin, middle, end = lock.rise
    share = middle + (begin - middle) * (1 - k) ** 3 + (end - middle) * k**3
    points = points + out * (height * share + lock.lift * np.sin(k * np.pi))[:, None]
    over = np.clip(t - 1, 0, None)
    onward = _unit(points[-1:] - points[-2:-1])
    points = points + np.where(over[:, None] > 0, onward * (over * 0.25)[:, None], 0)
    along = _unit(np.gradient(points, axis=0))
    across = _unit(np.cross(out, along))
    if lock.wave:
        swing = lock.wave * np.clip(t * 2.2 - 0.55, 0, 1)
        run = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
        angle = run / 0.13 * 2 * np.pi + lock.phase
        points = points + across * (swing * np.sin(angle))[:, None]
        points = points + out * (0.6 * swing * (np.cos(angle) + 0.9))[:, None]
        along = _unit(np.gradient(points, axis=0))
        across = _unit(np.cross(out, along))
    normal = _unit(np.cross(along, across))
    normal *= np.sign((normal * out).sum(axis=1, keepdims=True) + 1e-9)
    turn = lock.twist * np.sin(k * np.pi * 0.9 + 0.2)
    across_turned = across * np.cos(turn)[:, None] + normal * np.sin(turn)[:, None]
    half = 0.5 * lock.width * taper(k)
    edge = across_turned * half[:, None]
    both = np.concatenate([points - edge, points + edge])
    soft = _unit(normal * 0.5 + out * 0.5)
    normals = _unit(np.concatenate([soft - 0.42 * across_turned, soft + 0.42 * across_turned]))
    tangents = np.concatenate([along, along])
    low, high = lock_u(lock.kind)
    if lock.flip:
        low, high = high, low
    v = 0.003 + 0.995 * (k if lock.gathered else 1 - k)
    uv = np.concatenate(
        [np.column_stack([np.full(n + 1, low), v]), np.column_stack([np.full(n + 1, high), v])]
    )
    shade = lock.tone * (0.72 + 0.28 * np.clip(k / 0.35, 0, 1))
    color = np.column_stack([shade, shade, shade, np.clip(cover * 1.4, 0, 1)])
    color = np.concatenate([color, color])
    i = np.arange(n)
    quads = np.stack([i, i + 1, i + n + 2, i + n + 1], axis=-1)
    triangles = triangulated(quads)
    triangles = _facing(triangles, both, np.concatenate([out, out]))
    layer = np.full(len(triangles), max(lock.rise))
    return HairMesh(both, normals, tangents, uv, color, triangles, layer)


def taper(k: Floats) -> Floats:
    """A lock's width from root to tip, as a share of its full width."""
    return (0.75 + 0.35 * np.sin(np.clip(k * 1.25, 0, 1) * np.pi)) * (1 - 0.25 * k)


def knot(pole: Floats, out: Floats, radius: float, rng: np.random.Generator) -> list[HairMesh]:
    """A chignon: a low dome of hair wound round itself, and locks wound over it.

    Args:
        pole: (3,) its middle on the hair's surface, metres.
        out: (3,) unit, away from the head.
        radius: metres.
        rng: for irregularity.
    """
    right = _unit(np.cross(out, np.array([0.0, 0.0, 1.0]))[None])[0]
    up = np.cross(right, out)
    wobble = rng.uniform(0, 6)

    def surface(turn: Floats, q: Floats, over: float) -> tuple[Floats, Floats, Floats]:
        """Points, normals and angles: from the middle (q = 0) over the ridge to the head (1)."""
        lobes = 1 + 0.06 * np.sin(turn * 2 + 4 * q + wobble) + 0.03 * np.sin(5 * turn)
        angle = np.radians(140 - 190 * q)
        tube = 0.46 * radius + over
        far = (0.54 * radius + tube * np.cos(angle)) * lobes
        high = 0.16 * radius + tube * 0.9 * np.sin(angle)
        flat = np.cos(turn)[:, None] * right + np.sin(turn)[:, None] * up
        points = pole + flat * far[:, None] + out * high[:, None]
        normals = _unit(flat * np.cos(angle)[:, None] + out * np.sin(angle)[:, None])
        return points, normals, angle

    columns, rows = 20, 6
    grid = np.arange((columns + 1) * (rows + 1)).reshape(columns + 1, rows + 1)
    turn, q = (
        x.reshape(-1)
        for x in np.meshgrid(
            np.linspace(0, 2 * np.pi, columns + 1), np.linspace(0, 1, rows + 1), indexing="ij"
        )
    )
    points, normals, angle = surface(turn, q, 0.0)
    around = -np.sin(turn)[:, None] * right + np.cos(turn)[:, None] * up
    quads = np.stack([grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]], axis=-1)
    triangles = _facing(triangulated(quads.reshape(-1, 4)), points, normals)
    v = 0.9 - 0.8 * np.abs((turn / np.pi + q) % 2 - 1)
    u = SHELL_U[0] + (SHELL_U[1] - SHELL_U[0]) * (0.1 + 0.6 * q)
    shade = 0.35 + 0.45 * np.clip(np.sin(np.clip(angle, 0, np.pi)), 0, 1)
    color = np.column_stack([shade, shade, shade, np.ones(len(points))])
    meshes = [
        HairMesh(
            *(points, normals, around, np.column_stack([u, v]), color, triangles),
            np.full(len(triangles), 0.5),
        )
    ]
    for i in range(22):
        cells = 6
        k = np.linspace(0, 1, cells + 1)
        across = float(rng.uniform(0.05, 0.95))
        turns = float(rng.uniform(0, 2 * np.pi)) + k * float(rng.uniform(1.2, 2.2))
        middle = across + float(rng.normal(0.0, 0.18)) * (k - 0.5)
        half = 0.13 * taper(k)
        ends = [surface(turns, np.clip(middle + h, 0, 1), 0.002) for h in (-half, half)]
        both = np.concatenate([ends[0][0], ends[1][0]])
        facing = np.concatenate([ends[0][1], ends[1][1]])
        along = np.gradient((ends[0][0] + ends[1][0]) / 2, axis=0)
        low, high = lock_u(i % (LOCKS - 1))
        place = np.column_stack([np.repeat([low, high], cells + 1), np.tile(1 - 0.99 * k, 2)])
        rounded = _unit(facing + 0.3 * np.sign(np.repeat([-1, 1], cells + 1))[:, None] * out)
        tone = float(rng.uniform(0.65, 1.0))
        n = np.arange(cells)
        strips = triangulated(np.stack([n, n + 1, n + cells + 2, n + cells + 1], axis=-1))
        meshes.append(
            HairMesh(
                *(both, rounded, _unit(np.concatenate([along, along])), place),
                np.column_stack([np.full((2 * cells + 2, 3), tone), np.ones(2 * cells + 2)]),
                *(_facing(strips, both, facing), np.full(2 * cells, 0.8 + 0.01 * i)),
            )
        )
    return meshes


def _unit(vectors: Floats) -> Floats:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)


def _facing(triangles: Ints, points: Floats, out: Floats) -> Ints:
    """Triangles wound so that they face outward."""
    a, b, c = (points[triangles[:, i]] for i in range(3))
    face = np.cross(b - a, c - a)
    wrong = (face * out[triangles].mean(axis=1)).sum(axis=1) < 0
    result = triangles.copy()
    result[wrong] = result[wrong][:, ::-1]
    return result
