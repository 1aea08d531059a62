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
_TEXTURE = 256


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
    eyes = Part("eyes", "eye", points, normals, uv, triangles, weights, picture, order=3)
    return [eyes, _lashes(figure)]


def _eyeball(figure: Figure, side: str) -> tuple[Floats, Floats, Floats, NDArray[np.int64]]:
    first, last = (14598, 14670) if side == "L" else (14670, 14742)
    centre = figure.joint(f"eye.{side}")
    # the helper eyeball bulges at the cornea: the median is the sclera's radius
    radius = float(np.median(np.linalg.norm(figure.vertices[first:last] - centre, axis=1)))
    rings, spokes = 10, 16
    polar = np.concatenate([np.linspace(0, 0.7, 7)[:-1], np.linspace(0.7, 1.9, rings - 6)])
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
    white = np.ones((size, size, 3)) * (0.80, 0.785, 0.765)
    # the sclera turns pink and darker toward the corners, where lids and lashes shade it
    corner = np.clip((polar - 0.55) / 0.75, 0, 1)[..., None]
    aside = np.clip((np.abs(x) - 0.14) / 0.16, 0, 1)[..., None]
    white = white * (1 - corner * np.array([0.05, 0.13, 0.13]))
    white = white * (1 - aside * np.array([0.10, 0.21, 0.22]))
    vein = np.exp(-((noise(size, 18, rng, wrap=False) / 0.05) ** 2)) * corner[..., 0] * 0.10
    white = white * (1 - vein[..., None] * np.array([0.25, 1, 1]))
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
    # the collarette: a brighter, ragged ring where the fibres of the pupil's muscle end
    ring = np.exp(-(((r - 0.50 - 0.035 * fibre) / 0.05) ** 2))[..., None]
    iris *= 1 + 0.22 * ring
    iris *= (1.1 - 0.85 * np.clip((r - 0.74) / 0.26, 0, 1) ** 1.5)[..., None]
    pupil = np.clip((0.345 - r) / 0.05, 0, 1)[..., None]
    iris = iris * (1 - pupil) + 0.015 * pupil
    edge = np.clip((1.04 - r) / 0.14, 0, 1)[..., None]
    edge = edge * edge * (3 - 2 * edge)
    picture = iris * edge + white * (1 - edge)
    out = np.full((size, size, 4), 255, np.uint8)
    out[..., :3] = np.clip(picture * 255, 0, 255)
    return out


def _lashes(figure: Figure) -> Part:
    """Four strips of lashes with strands in alpha, rooted on the lids' rims.

    The base mesh's own lash strips say where the rim is and how expressions
    move it, but are too short to be seen; these reach as far as lashes do.
    """
    strips = [_lash_strip(figure, side, upper) for side in ("l", "r") for upper in (True, False)]
    start = np.cumsum([0] + [len(s.points) for s in strips])
    names = sorted({name for s in strips for name in s.morphs})
    morphs = {}
    for name in names:
        nothing = [np.zeros_like(s.points) for s in strips]
        moved = [s.morphs.get(name, (n, n))[0] for s, n in zip(strips, nothing, strict=True)]
        morphs[name] = (np.concatenate(moved), np.concatenate(nothing))
    first = strips[0]
    return Part(
        "lashes",
        "lash",
        np.concatenate([s.points for s in strips]),
        np.concatenate([s.normals for s in strips]),
        np.concatenate([s.uv for s in strips]),
        np.concatenate([s.triangles + n for s, n in zip(strips, start, strict=False)]),
        np.concatenate([s.weights for s in strips]),
        first.texture,
        None,
        morphs,
        blend=True,
        two_sided=True,
        order=6,
    )


_STATIONS = 15
"""Points along a lid's rim that carry lashes."""


def _lash_strip(figure: Figure, side: str, upper: bool) -> Part:
    group = f"helper-{side}-eyelashes-{2 if upper else 1}"
    own = np.unique(figure.mesh.quads[figure.mesh.quad_group == group])
    centre = figure.joint(f"eye.{side.upper()}")
    away = figure.vertices[own] - centre
    across = away[:, 0] if side == "l" else -away[:, 0]
    along = (across - across.min()) / np.ptp(across)
    distance = np.linalg.norm(away, axis=1)
    stations = np.linspace(0.08, 0.90, _STATIONS)
    roots, tips = np.empty(_STATIONS, np.int64), np.empty(_STATIONS, np.int64)
    for i, here in enumerate(stations):
        near = np.abs(along - here) < 0.09
        candidates = own[near] if near.any() else own[[np.argmin(np.abs(along - here))]]
        away_here = distance[near] if near.any() else np.zeros(1)
        roots[i], tips[i] = candidates[away_here.argmin()], candidates[away_here.argmax()]
    vertices = figure.vertices
    root = vertices[roots]
    out = root - centre
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    fan = np.zeros((_STATIONS, 3))
    fan[:, 0] = (stations - 0.45) * (0.9 if side == "l" else -0.9)
    way = out + fan + (0.0, -0.9, 0.05 if upper else -0.55)
    way /= np.linalg.norm(way, axis=1, keepdims=True)
    length = (0.0066 if upper else 0.0040) * (0.25 + 0.75 * np.sin(np.pi * stations**0.8))
    length = length * (0.75 + 0.25 * figure.who.sex)
    curve = np.array([0.0, 0.0, 0.0012 if upper else -0.0006])
    rows = [
        root + out * 0.0004,
        root + way * (0.55 * length)[:, None],
        root + way * length[:, None] + curve,
    ]
    points = np.concatenate(rows)
    grid = np.arange(3 * _STATIONS).reshape(3, _STATIONS)
    quads = np.stack([grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1]], axis=-1)
    base = 0.5 if upper else 0.0
    uv = np.concatenate(
        [np.column_stack([stations, np.full(_STATIONS, base + v)]) for v in (0.01, 0.25, 0.45)]
    )
    morphs = {}
    skin = _rim_skin(figure, root, upper)
    for name, moved in figure.targets.items():
        if np.abs(moved[skin]).max() > 1e-5:
            shift = moved[skin].mean(axis=1)
            # a closing lid turns its lashes down with it
            sink = np.clip(-shift[:, 2:], 0, None) * (1.0 if upper else 0.0)
            turn = sink * np.array([0.0, -0.10, -0.50])
            # in front of the lower rim, that no pale line shows between lid and lashes
            fore = sink * np.array([0.0, -0.11, -0.02])
            morphs[name] = (
                np.concatenate([shift + fore, shift + 0.35 * turn + fore, shift + turn]),
                np.zeros_like(points),
            )
    weights = np.zeros((len(points), len(figure.rig.names)), np.float32)
    weights[:, figure.rig.names.index("head")] = 1.0
    return Part(
        group,
        "lash",
        points,
        np.tile((0.0, -1.0, 0.0), (len(points), 1)),
        uv,
        triangulated(quads.reshape(-1, 4)),
        weights,
        _lash_picture(figure),
        morphs=morphs,
    )


def _rim_skin(figure: Figure, root: Floats, upper: bool) -> NDArray[np.int64]:
    """(n, 2) vertices of the lid's own rim nearest to each root.

    Lashes move as these do: the mesh's lash strips move further, and leave the closed lid.
    """
    body = np.unique(figure.mesh.quads[figure.body_quads])
    away = np.linalg.norm(figure.vertices[body] - root.mean(axis=0), axis=1)
    near = body[away < 0.03]
    way = figure.vertices[near][None] - root[:, None]
    distance = np.linalg.norm(way, axis=2)
    # near the corners the other lid may be as close
    other = way[..., 2] < -0.0006 if upper else way[..., 2] > 0.0006
    distance = distance + 0.006 * other
    return near[np.argsort(distance, axis=1)[:, :2]]


def _lash_picture(figure: Figure) -> NDArray[np.uint8]:
    import cv2

    size = 512
    alpha = np.zeros((size, size), np.uint8)
    rng = figure.rng
    woman = figure.who.sex
    # upper half of the picture (v > 0.5): the upper lid; lower half: the lower
    for top, count in ((0, 120), (size // 2, 44)):
        base = top + size // 2 - 1
        for _ in range(count):
            x = rng.uniform(6, size - 6)
            length = rng.uniform(0.55, 1.0) * (0.8 + 0.2 * woman) * size / 2
            lean = rng.uniform(-16, 16)
            half = (int(x + lean * 0.4), int(base - length * 0.5))
            tip = (int(x + lean), int(max(base - length, top + 2)))
            cv2.line(
                alpha,
                (int(x), base),
                half,
                (225 if top == 0 else 110,),
                3,
                cv2.LINE_AA,
            )
            cv2.line(
                alpha, half, tip, (150 if top == 0 else 80,), 2 if top == 0 else 1, cv2.LINE_AA
            )
        if top == 0:
            alpha[base - 22 : base + 1] = np.maximum(alpha[base - 22 : base + 1], 190)
    # seen from in front a lash is short: fewer rows keep the columns sharp at that distance
    alpha = np.asarray(cv2.resize(alpha, (size, size // 4), interpolation=cv2.INTER_AREA), np.uint8)
    out = np.zeros((*alpha.shape, 4), np.uint8)
    out[..., :3] = (28, 20, 16)
    out[..., 3] = alpha
    return out
