"""Eyes that turn, and lashes.

The base mesh's eyeballs have 72 vertices; these are finer, with a cornea that
bulges, an iris painted from many fibres, and a texture that looks straight out
along the gaze.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from game.bake.body import Figure
from game.bake.mesh import Part, noise, normals_of, triangulated
from game.bake.source import Floats

_IRIS_RAD = 0.50
"""Half-angle of the iris seen from the eyeball's middle (11.7 mm across 24 mm)."""
_TEXTURE = 512


def eye_parts(figure: Figure) -> list[Part]:
    """Both eyeballs in one part, both eyes' lashes in another."""
    picture = _eye_picture(figure)
    pieces = [_eyeball(figure, side) for side in ("L", "R")]
    points = np.concatenate([p[0] for p in pieces])
    normals = np.concatenate([p[1] for p in pieces])
    uv = np.concatenate([p[2] for p in pieces])
    count = len(pieces[0][0])
    triangles = np.concatenate([pieces[0][3], pieces[1][3] + count])
    weights = np.zeros((2 * count, len(figure.rig.names)), np.float32)
    weights[:count, figure.rig.names.index("eye.L")] = 1
    weights[count:, figure.rig.names.index("eye.R")] = 1
    eyes = Part("eyes", "eye", points, normals, uv, triangles, weights, picture)
    return [eyes, _lashes(figure)]


def _eyeball(figure: Figure, side: str) -> tuple[Floats, Floats, Floats, NDArray[np.int64]]:
    first, last = (14598, 14670) if side == "L" else (14670, 14742)
    centre = figure.joint(f"eye.{side}")
    # the helper eyeball bulges at the cornea: the median is the sclera's radius
    radius = float(np.median(np.linalg.norm(figure.vertices[first:last] - centre, axis=1)))
    rings, spokes = 22, 28
    polar = np.concatenate([np.linspace(0, 0.7, 12)[:-1], np.linspace(0.7, 1.9, rings - 11)])
    around = np.linspace(0, 2 * np.pi, spokes, endpoint=False)
    p, a = np.meshgrid(polar, around, indexing="ij")
    bulge = 1.0 + 0.035 * np.clip(1 - (p / (_IRIS_RAD * 1.15)) ** 2, 0, 1)
    way = np.stack([np.sin(p) * np.cos(a), -np.cos(p), np.sin(p) * np.sin(a)], axis=-1)
    points = (centre + way * (radius * bulge)[..., None]).reshape(-1, 3)
    spread = p / 1.9 * 0.49
    uv = np.stack([0.5 + spread * np.cos(a), 0.5 + spread * np.sin(a)], axis=-1).reshape(-1, 2)
    index = np.arange(points.shape[0]).reshape(len(polar), spokes)
    nxt = np.roll(index, -1, axis=1)
    quads = np.stack([index[:-1], nxt[:-1], nxt[1:], index[1:]], axis=-1).reshape(-1, 4)
    triangles = triangulated(quads)
    normals = normals_of(points, triangles)
    if (np.sum(normals * (points - centre), axis=1)).mean() < 0:
        triangles, normals = triangles[:, ::-1], -normals
    normals[:spokes] = (0.0, -1.0, 0.0)
    return points, normals, uv, triangles


def _eye_picture(figure: Figure) -> NDArray[np.uint8]:
    rng = figure.rng
    size = _TEXTURE
    y, x = (np.mgrid[0:size, 0:size] + 0.5) / size - 0.5
    polar = np.hypot(x, y) / 0.49 * 1.9
    around = np.arctan2(-y, x)
    white = np.ones((size, size, 3)) * (0.84, 0.825, 0.80)
    redness = np.clip((polar - 0.7) / 0.8, 0, 1)[..., None]
    white = white * (1 - redness * np.array([0.04, 0.16, 0.17]))
    white -= (np.clip(noise(size, 24, rng, wrap=False), 0, 1) * redness[..., 0] * 0.05)[
        ..., None
    ] * np.array([0.2, 1, 1])
    # fibres: noise that is long along the radius and fine around it
    fibres = rng.standard_normal((1, 180))
    place = (around / (2 * np.pi) + 0.5) * 180
    low = np.floor(place).astype(int) % 180
    mix = place - np.floor(place)
    fibre = fibres[0, low] * (1 - mix) + fibres[0, (low + 1) % 180] * mix
    fibre += 0.6 * noise(size, 10, rng, wrap=False)
    r = polar / _IRIS_RAD
    base = np.array(figure.who.iris)
    inner = np.clip(1.25 - r, 0, 1)[..., None] * np.array([0.20, 0.13, 0.03])
    iris = base * (1.0 + 0.22 * fibre[..., None] * np.clip(r, 0.2, 1)[..., None]) + inner * 0.6
    iris *= (1.1 - 0.85 * np.clip((r - 0.74) / 0.26, 0, 1) ** 1.5)[..., None]
    pupil = np.clip((0.40 - r) / 0.05, 0, 1)[..., None]
    iris = iris * (1 - pupil) + 0.015 * pupil
    edge = np.clip((1.04 - r) / 0.14, 0, 1)[..., None]
    edge = edge * edge * (3 - 2 * edge)
    picture = iris * edge + white * (1 - edge)
    out = np.full((size, size, 4), 255, np.uint8)
    out[..., :3] = np.clip(picture * 255, 0, 255)
    return out


def _lashes(figure: Figure) -> Part:
    """The lash strips with strands in alpha, thickest at the outer corner."""
    groups = figure.mesh.quad_group
    chosen = np.flatnonzero(np.char.find(groups, "eyelashes") >= 0)
    triangles = triangulated(figure.mesh.quads[chosen])
    used = np.unique(triangles)
    uv = np.zeros((len(figure.vertices), 2))
    middle = {s: figure.joint(f"eye.{s}") for s in ("L", "R")}
    for side in ("l", "r"):
        for strip in ("1", "2"):
            own = np.unique(figure.mesh.quads[groups == f"helper-{side}-eyelashes-{strip}"])
            centre = middle[side.upper()]
            away = figure.vertices[own] - centre
            across = away[:, 0]
            uv[own, 0] = (across - across.min()) / np.ptp(across)
            if side == "r":
                uv[own, 0] = 1 - uv[own, 0]
            distance = np.linalg.norm(away, axis=1)
            uv[own, 1] = 0.5 * _rim_to_tip(uv[own, 0], distance) + (0.5 if strip == "1" else 0.0)
    del used
    return figure.part(
        "lashes",
        "lash",
        triangles,
        _lash_picture(figure),
        vertex_uv=uv,
        blend=True,
        two_sided=True,
        order=5,
    )


def _rim_to_tip(along: Floats, distance: Floats) -> Floats:
    """0 at the lid's rim to 1 at the tips, from the distance to the eyeball."""
    result = np.zeros_like(distance)
    for i, here in enumerate(along):
        near = np.abs(along - here) < 0.12
        low, high = distance[near].min(), distance[near].max()
        result[i] = (distance[i] - low) / max(high - low, 1e-6)
    return result


def _lash_picture(figure: Figure) -> NDArray[np.uint8]:
    import cv2

    size = 512
    alpha = np.zeros((size, size), np.uint8)
    rng = figure.rng
    woman = figure.who.sex
    # upper half of the picture (v > 0.5): one strip; lower half: the other
    for top, count, reach in ((0, 80, 0.9), (size // 2, 46, 0.55)):
        for _ in range(count):
            x = rng.uniform(8, size - 8)
            length = (0.45 + 0.5 * x / size) * reach * rng.uniform(0.6, 1.0) * (0.7 + 0.3 * woman)
            base = top + size // 2 - 1
            lean = (x / size - 0.35) * 40 + rng.uniform(-8, 8)
            tip = (int(x + lean), int(base - length * size / 2))
            half = (int(x + lean * 0.35), int(base - length * size / 4))
            cv2.line(alpha, (int(x), base), half, 210, 3, cv2.LINE_AA)
            cv2.line(alpha, half, tip, 170, 1, cv2.LINE_AA)
    out = np.zeros((size, size, 4), np.uint8)
    out[..., :3] = (28, 20, 16)
    out[..., 3] = alpha
    return out
