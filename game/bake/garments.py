"""Collars, lapels, ties, bands and buttons, each laid on the shell that it is worn on.

Heights named here are metres over the neck's base (:attr:`Neck.z`); places are
in the desk pose, x to her left.
"""

from __future__ import annotations

import numpy as np

from game.bake.drape import Shell
from game.bake.fabric import swatch
from game.bake.mesh import normals_of
from game.bake.source import Floats
from game.bake.tailoring import ClothMesh, Neck, strip

_EDGE = ((7, 1, 2, 3, 4, 5, 6),)
"""What closes the ends of cloth that is turned over."""


def resampled(line: Floats, count: int, smooth: int = 3) -> Floats:
    """A polyline with its corners eased, as so many points at equal distances.

    Args:
        line: (n, 3) points.
        count: how many to return.
        smooth: rounds of averaging; the ends stay.
    """
    fine = _spread(line, 4 * count)
    for _ in range(smooth * 4):
        fine[1:-1] += 0.5 * ((fine[:-2] + fine[2:]) / 2 - fine[1:-1])
    return _spread(fine, count)


def _spread(line: Floats, count: int) -> Floats:
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    at = np.linspace(0, length[-1], count)
    return np.column_stack([np.interp(at, length, line[:, i]) for i in range(3)])


def _metres(rows: Floats) -> tuple[Floats, Floats]:
    """Lengths along columns and along profiles of (k, p, 3) points."""
    across = np.zeros(rows.shape[:2])
    across[:, 1:] = np.cumsum(np.linalg.norm(np.diff(rows, axis=1), axis=2), axis=1)
    middle = rows.mean(axis=1)
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(middle, axis=0), axis=1))])
    return np.repeat(along[:, None], rows.shape[1], axis=1), across


def _mirrored(rows: Floats) -> Floats:
    """The same strip on the other side, its profiles in the order that faces outward."""
    return (rows * (-1.0, 1.0, 1.0))[::-1]


def _swatched(
    rows: Floats,
    shell: Shell,
    box: str,
    shade: Floats,
    caps: tuple[tuple[int, ...], ...] = (),
) -> ClothMesh:
    along, across = _metres(rows)
    light = np.broadcast_to(shade, along.shape)
    return strip(rows, shell, swatch(box, across, along), light, caps)


def shirt_collar(neck: Neck, under: Shell, opened: float, box: str = "shirt") -> list[ClothMesh]:
    """A stand and two leaves that fold over it.

    Args:
        neck: what it lies round.
        under: the shirt.
        opened: how far the fronts are apart, 0 buttoned … 1 wide open.
        box: swatch.
    """
    first = 0.10 + 0.42 * opened
    angle = np.concatenate([[first], np.linspace(first + 0.12, np.pi, 13)])
    side = np.clip((angle - first) / 1.25, 0, 1)
    ease = side * side * (3 - 2 * side)
    base = neck.rim(angle, front=-0.012 - 0.016 * opened)
    height = 0.021 + 0.011 * (1 - np.cos(angle)) / 2
    top = base + height
    spread = 0.004 * opened * (1 - ease)
    skin = np.maximum(neck.radius(angle, base), neck.radius(angle, top)) + spread

    def ring(out: float | Floats, z: Floats) -> Floats:
        return neck.at(angle, skin + out, z)

    tip_x, tip_z = (0.042, -0.050) if opened < 0.5 else (0.066, -0.056)
    tip = under.front(np.array([tip_x]), np.array([neck.z + tip_z]))[0]
    hang = ring(0.013, top - 0.036)
    edge = ease[:, None] * hang + (1 - ease[:, None]) * tip
    front = under.laid(edge, 0.0080)
    edge = np.where(ease[:, None] < 0.98, front + (edge - front) * ease[:, None], edge)
    fold = ring(0.0095, top + 0.0005)
    rows = [
        ring(0.0025, base - 0.014),
        ring(0.0030, top - 0.004),
        ring(0.0050, top + 0.0018),
        ring(0.0075, top + 0.0022),
        fold,
    ]
    for share in (0.25, 0.5, 0.75, 1.0):
        point = fold + share * (edge - fold)
        lift = under.laid(point, 0.0070)
        # a leaf bulges a little over what it lies on, and never sinks into it
        centre, normal, _ = under.around_of(point)
        low = ((point - centre) * normal).sum(axis=1) < 0.0070
        point = np.where((low & (ease < 0.9))[:, None], lift, point)
        rows.append(point + 0.0022 * np.sin(share * np.pi) * normal)
    inward = fold - rows[-1]
    inward /= np.linalg.norm(inward, axis=1, keepdims=True)
    centre, normal, _ = under.around_of(rows[-1])
    rows.append(rows[-1] - 0.0016 * normal + 0.0010 * inward)
    rows.append(ring(0.0055, base + 0.002))
    grid = np.stack(rows, axis=1)
    shade = np.broadcast_to(
        np.array([0.5, 0.8, 0.97, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.9, 0.7]), grid.shape[:2]
    )
    left, right = grid, _mirrored(grid)
    return [
        _swatched(left, under, box, shade, ((9, 4, 5, 6, 7, 8), (0, 1, 2, 3, 4, 10))),
        _swatched(right, under, box, shade, ((9, 4, 5, 6, 7, 8), (0, 1, 2, 3, 4, 10))),
    ]


def band_collar(
    neck: Neck, under: Shell, front: float, back: float, height: float, box: str = "band"
) -> ClothMesh:
    """A ribbed band round a neckline, or a turtleneck's tube.

    Args:
        neck: what it lies round.
        under: the garment.
        front: the neckline's height in front.
        back: its height behind.
        height: the band's.
        box: swatch.
    """
    angle = np.linspace(-np.pi, np.pi, 41)[:-1]
    rim = neck.rim(angle, front, back)
    tall = height > 0.03
    skin = np.maximum(neck.radius(angle, rim), neck.radius(angle, rim + height * 0.6))
    # into the garment, which stands 4.5 mm off the skin
    sunk = rim - 0.012
    base = neck.at(angle, neck.radius(angle, sunk) + 0.0025, sunk)

    def ring(out: float, up: float) -> Floats:
        return neck.at(angle, skin + out, rim + up * height)

    if tall:
        inside = rim + 0.3 * height  # down to the skin, so that nobody looks through
        bulge = 0.0012 * np.sin(3 * angle + 0.6)[:, None] * np.array([1, 1, 0])
        rows = [
            neck.at(angle, neck.radius(angle, inside) - 0.001, inside),
            ring(0.0028, 0.97),
            ring(0.0045, 1.03),
            ring(0.0080, 1.0),
            ring(0.0105, 0.82) + bulge,
            ring(0.0110, 0.5) + bulge,
            ring(0.0105, 0.22),
            ring(0.0085, 0.12),
            ring(0.0080, 0.0),
            base,
            base - np.array([0, 0, 0.006]),
        ]
        light = [0.4, 0.8, 0.98, 1, 1, 0.98, 0.92, 0.8, 0.7, 0.6, 0.5]
    else:
        rows = [
            ring(0.0015, 0.2),
            ring(0.0025, 0.85),
            ring(0.0040, 1.0),
            ring(0.0060, 0.8),
            ring(0.0080, 0.15),
            base,
            base - np.array([0, 0, 0.004]),
        ]
        light = [0.5, 0.85, 1.0, 1.0, 0.98, 0.85, 0.7]
    grid = np.stack(rows, axis=1)
    along, across = _metres(grid)
    shade = np.broadcast_to(np.array(light), along.shape)
    # joined at the back, where the swatch's repetition hides the last step
    return strip(grid, under, swatch(box, along, across), shade, closed=True)


def necktie(neck: Neck, under: Shell, end: float) -> list[ClothMesh]:
    """A knot that bulges, and a blade down to where the jacket is buttoned.

    Args:
        neck: where the knot sits.
        under: the shirt.
        end: the blade's end.
    """
    t = np.linspace(0, 1, 7)
    s = np.linspace(-1, 1, 9)
    bend = np.sqrt(np.clip(1 - np.abs(s) ** 2.6, 0, 1))
    z = neck.z + 0.004 - 0.036 * t
    half = np.interp(t, [0, 0.18, 1], [0.0165, 0.0185, 0.0105])
    x = half[:, None] * s[None]
    flat = under.front(x.reshape(-1), np.repeat(z, len(s))).reshape(len(t), len(s), 3)
    ring = neck.at(np.zeros(1), neck.radius(np.zeros(1), neck.z + 0.004), np.array([neck.z]))[0, 1]
    bulge = np.interp(t, [0, 0.1, 0.45, 0.9, 1], [0.004, 0.010, 0.0135, 0.0095, 0.004])
    knot = flat.copy()
    level = np.minimum(flat[:, 4, 1], np.interp(t, [0, 1], [ring - 0.006, 9.0]))
    knot[..., 1] = level[:, None] - bulge[:, None] * bend[None] + 0.003
    knot = knot[::-1]  # bottom to top, left to right
    shade = np.interp(bend, [0, 1], [0.5, 1.0]) * np.ones((len(t), 1))
    z = np.linspace(neck.z - 0.026, neck.z + end, 12)
    u = np.linspace(0, 1, 12)
    half = np.interp(u, [0, 0.15, 1], [0.0105, 0.0145, 0.036])
    s = np.linspace(-1, 1, 7)
    x = half[:, None] * s[None]
    blade = under.front(x.reshape(-1), np.repeat(z, len(s))).reshape(len(z), len(s), 3)
    blade[..., 1] = blade[:, 3:4, 1] * 0.6 + blade[..., 1] * 0.4
    round_off = 0.0065 * (1 - 0.75 * np.abs(s) ** 3)
    dimple = 0.003 * np.exp(-((s / 0.35) ** 2))[None] * np.exp(-u / 0.12)[:, None]
    blade[..., 1] -= round_off[None] - dimple
    blade = blade[::-1]
    beneath = np.interp(u[::-1], [0, 0.05, 0.2], [0.5, 0.75, 1])
    light = (1 - 0.35 * np.abs(s) ** 3)[None] * beneath[:, None]
    along, across = _metres(blade)
    return [
        _swatched(knot, under, "accent", shade),
        # half as dense along it, so that its stripes run through without a turn
        strip(blade, under, swatch("accent", across, 0.45 * along), light),
    ]


def opening_half(z: Floats, button: float, side: float) -> Floats:
    """Half the width of a jacket's opening at heights, metres.

    Args:
        z: heights over the neck's base.
        button: where it closes.
        side: half-width at the neck's side.
    """
    share = (z - button) / (0.0 - button)
    return np.interp(share, [0, 0.35, 0.75, 1.0, 1.3], [-0.003, 0.026, 0.054, side, side])


def roll_line(
    neck: Neck, outer: Shell, button: float, side: float, out: float, back: float
) -> Floats:
    """The line round which lapel and collar turn, from the button to the back's middle.

    Args:
        neck: what the collar lies round.
        outer: the jacket, before it is cut open.
        button: where it closes.
        side: half-width of its opening at the neck's side.
        out: distance of the collar from the neck, metres.
        back: its height behind, metres over the neck's base.

    Returns:
        (n, 3) points on her left.
    """
    z = np.linspace(button, -0.022, 12)
    front = outer.front(opening_half(z, button, side), neck.z + z)
    angle = np.linspace(1.80, np.pi, 7)
    rim = neck.rim(angle, -0.030, back)
    behind = neck.at(angle, neck.radius(angle, rim) + out, rim)
    return resampled(np.concatenate([front, behind]), 44, 6)


def lapels(neck: Neck, outer: Shell, roll: Floats, button: float) -> list[ClothMesh]:
    """Two lapels and the collar behind them, each with a rolled edge."""
    heights = roll[:, 2] - neck.z
    gorge = int(np.argmax(heights > -0.040))
    outline = np.array(
        [(0.010, button - 0.012), (0.030, button + 0.006), (0.066, button + 0.070),
         (0.098, button + 0.130), (0.112, -0.112), (0.118, -0.086)]
    )  # fmt: skip
    edge = resampled(outer.front(outline[:, 0], neck.z + outline[:, 1]), 15, 1)
    turn = resampled(roll[: gorge + 1], 15, 0)
    meshes = []
    grid = _turned_over(turn, edge, outer, 0.0055)
    light = np.array([0.75, 0.9, 1.0, 1.0, 0.99, 1.0, 1.0, 0.7])
    for rows in (grid, _mirrored(grid)):
        meshes.append(_swatched(rows, outer, "outer", light, _EDGE))
    outline = np.array([(0.101, -0.070), (0.108, -0.046), (0.111, -0.015)])
    front = outer.front(outline[:, 0], neck.z + outline[:, 1])
    behind = roll[gorge + 8 :: 3]
    out = behind - np.array([0.0, neck.y, 0.0])
    out[:, 2] = 0
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    fall = outer.laid(behind + out * 0.026 - np.array([0, 0, 0.034]), 0.006)
    edge = resampled(np.concatenate([front, fall]), 17, 2)
    turn = resampled(roll[gorge - 1 :], 17, 0)
    edge[-1, 0] = turn[-1, 0] = 0.0
    grid = _turned_over(turn, edge, outer, 0.0070)
    grid[:, 0] = _toward_neck(neck, turn, grid[:, 0])
    for rows in (grid, _mirrored(grid)):
        meshes.append(_swatched(rows, outer, "outer", light, _EDGE))
    return meshes


def _toward_neck(neck: Neck, turn: Floats, inside: Floats) -> Floats:
    """The inner edge of a collar: at the skin behind and beside the neck, as it was in front."""
    angle = np.arctan2(turn[:, 0], neck.y - turn[:, 1])
    z = turn[:, 2] - 0.014
    skin = neck.at(angle, neck.radius(angle, z) + 0.0005, z)
    share = np.clip((angle - 1.60) / 0.4, 0, 1)[:, None]
    return inside + share * (skin - inside)


def _turned_over(turn: Floats, edge: Floats, under: Shell, height: float) -> Floats:
    """(k, 8, 3) cloth that comes up at a line, turns over and lies down to an edge."""
    across = edge - turn
    across /= np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-6)
    _, normal, _ = under.around_of(turn)
    rows = [turn - 0.007 * normal + 0.002 * across, turn - 0.0015 * across + 0.001 * normal]
    for share in (0.06, 0.25, 0.5, 0.75, 1.0):
        point = turn + share * (edge - turn)
        over = height * (1.25 - 0.25 * share if share < 0.5 else 1.0)
        rows.append(under.laid(point, over))
    _, normal, _ = under.around_of(edge)
    rows.append(rows[-1] - (height + 0.001) * normal - 0.0010 * across)
    return np.stack(rows, axis=1)


def knit_band(neck: Neck, outer: Shell, roll: Floats, width: float, box: str) -> list[ClothMesh]:
    """A cardigan's ribbed band along its opening and round the neck."""
    turn = resampled(roll, 30, 0)
    step = np.gradient(turn, axis=0)
    _, normal, _ = outer.around_of(turn)
    out = np.cross(step, normal)
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    toward = np.sign((out * (turn - np.array([0.0, neck.y, 0.0])))[:, :2].sum(axis=1))
    out *= np.where(toward == 0, 1, toward)[:, None]
    edge = outer.laid(turn + width * out, 0.003)
    edge[-1, 0] = turn[-1, 0] = 0.0
    grid = _turned_over(turn, edge, outer, 0.0042)
    grid[:, 0] = _toward_neck(neck, turn, grid[:, 0])
    light = np.array([0.55, 0.9, 1.03, 1.0, 1.0, 1.0, 0.95, 0.55])
    meshes = []
    for rows in (grid, _mirrored(grid)):
        along, across = _metres(rows)
        uv = swatch(box, across, along)
        meshes.append(strip(rows, outer, uv, np.broadcast_to(light, along.shape)))
    return meshes


def scarf(neck: Neck, under: Shell) -> list[ClothMesh]:
    """A small scarf wound once, with folds, and a knot in front."""
    angle = np.linspace(-np.pi, np.pi, 49)[:-1]
    rim = neck.rim(angle, 0.004, 0.030)
    turn = np.linspace(0.15 * np.pi, 2.02 * np.pi, 11)
    thick, tall = 0.0115, 0.021
    skin = np.maximum(neck.radius(angle, rim), neck.radius(angle, rim + 0.01))
    rows = []
    for a in turn:
        fold = 1 + 0.13 * np.sin(3 * a + 2.0 * angle) + 0.08 * np.sin(5 * a - 3.0 * angle)
        out = thick * (0.9 + np.sin(a - np.pi / 2) * -fold * 0.0 + fold * np.cos(a - np.pi / 2))
        rows.append(neck.at(angle, skin + out, rim + tall * fold * np.cos(a) * 0.9))
    grid = np.stack(rows, axis=1)
    along, across = _metres(grid)
    dip = 0.5 + 0.5 * np.sin(3 * turn[None] + 2.0 * angle[:, None])
    light = 0.72 + 0.28 * dip
    ring = strip(grid, under, swatch("accent", along, across), light, closed=True)
    return [ring]


def button(place: Floats, normal: Floats, shell: Shell, radius: float, shade: float) -> ClothMesh:
    """A small dome.

    Args:
        place: (3,) its middle.
        normal: (3,) where it faces.
        shell: gives weights.
        radius: metres.
        shade: its tone against the accent's swatch.
    """
    up = np.array([0.0, 0.0, 1.0]) - normal * normal[2]
    up /= np.linalg.norm(up)
    side = np.cross(up, normal)
    angle = np.arange(10) * 2 * np.pi / 10
    circle = np.cos(angle)[:, None] * side + np.sin(angle)[:, None] * up
    points = np.concatenate(
        [
            place + radius * circle,
            place + 0.86 * radius * circle + 0.0022 * normal,
            (place + 0.0014 * normal)[None],
        ]
    )
    i = np.arange(10)
    j = (i + 1) % 10
    triangles = np.concatenate(
        [
            np.column_stack([i, j, j + 10]),
            np.column_stack([i, j + 10, i + 10]),
            np.column_stack([i + 10, j + 10, np.full(10, 20)]),
        ]
    )
    normals = normals_of(points, triangles)
    if (normals[20] @ normal) < 0:
        triangles = triangles[:, ::-1]
        normals = -normals
    _, _, weights = shell.around_of(place[None])
    return ClothMesh(
        points,
        normals,
        triangles,
        np.repeat(weights, len(points), axis=0),
        swatch("outer", np.full(21, 0.05), np.full(21, 0.05)),
        np.concatenate([np.full(10, 0.35 * shade), np.full(10, shade), [0.7 * shade]]),
    )
