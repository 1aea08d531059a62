"""A professor's study: shelves full of books, an old window to the campus, a wooden desk."""

from __future__ import annotations

import itertools

import numpy as np

from game.rooms import desk, parts, plants
from game.rooms.daylight import Daylight
from game.rooms.lighting import Glow, Pane, RoomLight, Sun
from game.rooms.modelling import Color, Model, Swatch, Vector
from game.rooms.painting import Atlas, Material, boards, cloth, leather, plain, plaster, wood
from game.rooms.plan import RoomPlan
from game.rooms.prints import SPINES, cv, engraving, globe, notebook, spines
from game.rooms.views import SIZE, campus
from game.stage.shading import Lights

_LEFT, _RIGHT, _BACK, _FRONT, _TOP = -2.5, 2.6, 2.3, -2.5, 2.9
_WINDOW: parts.Opening = (-2.02, -0.80, 0.86, 2.55)
_LEFT_AZIMUTH = 282.0
_CREAM: Color = (0.88, 0.85, 0.77)
_LAMP: Vector = (-0.74, -0.36, 0.73)
_LOOK = desk.Look(
    laptop=(0.60, 0.60, 0.61), notebook=(0.36, 0.12, 0.10), cup=(0.86, 0.82, 0.72),
    pen=(0.10, 0.07, 0.06), edge=(0.7, 0.66, 0.62), gloss=0.045,
)  # fmt: skip


def plan(day: Daylight) -> RoomPlan:
    """The room at an hour."""
    wall = (0.60, 0.625, 0.54)
    atlas = Atlas(
        {
            "view": Material(*SIZE, (0.55, 0.6, 0.5), lambda rng, w, h: campus(day)),
            "desk": Material(
                1400, 620, (0.50, 0.32, 0.20), wood((0.60, 0.39, 0.25), (0.32, 0.18, 0.10), 10)
            ),
            "floor": Material(
                640, 640, (0.45, 0.33, 0.23), boards((0.52, 0.39, 0.27), (0.34, 0.23, 0.15), 8)
            ),
            "wall": Material(320, 320, wall, plaster(wall, 1.3)),
            "oak": Material(
                700, 340, (0.46, 0.32, 0.20), wood((0.55, 0.39, 0.25), (0.31, 0.20, 0.12), 5)
            ),
            "leather": Material(300, 300, (0.36, 0.20, 0.13), leather((0.36, 0.20, 0.13))),
            "linen": Material(256, 256, (0.62, 0.52, 0.36), cloth((0.62, 0.52, 0.36), 3.0)),
            "map": Material(440, 340, (0.66, 0.60, 0.48), engraving),
            "globe": Material(420, 210, (0.5, 0.54, 0.5), globe),
            "cv": Material(320, 452, (0.88, 0.88, 0.87), cv),
            "notebook": Material(400, 300, (0.9, 0.88, 0.84), notebook),
            "spines": Material(SPINES * 24, 190, (0.35, 0.3, 0.26), spines),
            "plain": Material(64, 64, (0.98, 0.98, 0.98), plain),
        }
    )  # fmt: skip
    far, near, clear, hiding, unseen = Model(), Model(), Model(), Model(), Model()
    _shell(far, unseen, atlas)
    _furniture(far, atlas)
    paint = atlas.swatch("plain")
    desk.chair(near, atlas.swatch("leather"), paint, color=(1, 1, 1), frame=(0.24, 0.15, 0.10),
               top=1.06, width=0.53, seams=2)  # fmt: skip
    desk.desk(near, hiding, clear, atlas.swatch("desk"), paint, atlas.swatch("cv"),
              atlas.swatch("notebook"), _LOOK)  # fmt: skip
    standing = Model(texel_m=0.015)
    _desk_lamp(standing, paint, day.lamps)
    # A pile of papers to read, and books that hold it down.
    rng = np.random.default_rng(9)
    for number in range(7):
        standing.box(
            (0.82, -0.42, 0.735 + 0.008 * number),
            (0.21, 0.297, 0.0075),
            paint,
            color=(0.93 - 0.03 * rng.random(), 0.91, 0.86),
            yaw_deg=float(rng.normal(4, 3)),
        )
    near.add(standing)
    hiding.add(standing)
    unseen.add(parts.sitter())
    return RoomPlan(
        atlas, far, near, clear, hiding, desk.pen(paint, _LOOK), unseen, _light(day)
    )  # fmt: skip


def lights(day: Daylight) -> Lights:
    """The room's light on people: an old window on the left, warm wood around."""
    return parts.people_lights(day, warmth=0.8)


def _light(day: Daylight) -> RoomLight:
    left, right, low, high = _WINDOW
    red, green, blue = (3.3 * v for v in day.sky)
    evening = 0.5 + day.lamps
    warm = 8.0 + 16.0 * day.lamps
    x, y, z = _LAMP
    panes = (
        Pane((left, _BACK - 0.02, low), (right - left, 0, 0), (0, 0, high - low),
             (red * 0.85, green * 0.85, blue * 0.85), (5, 5)),
        Pane((_LEFT + 0.02, -1.9, 0.7), (0, 2.2, 0), (0, 0, 1.9), (red, green, blue), (6, 5)),
        Pane((_LEFT + 0.02, 0.7, 0.8), (0, 1.1, 0), (0, 0, 1.75), (red, green, blue), (4, 5)),
        Pane((0.1, -1.4, _TOP - 0.02), (0, 1.6, 0), (1.6, 0, 0),
             (1.0 * evening, 0.88 * evening, 0.70 * evening), (4, 4)),
        # A picture light over the shelves, as studies have.
        Pane((0.6, _BACK - 0.62, 2.62), (0, 0.10, 0), (1.7, 0, 0),
             (warm * 0.5, warm * 0.40, warm * 0.26), (8, 1)),
        Pane((x - 0.10, y + 0.05, z + 0.32), (0, -0.10, 0), (0.20, 0, 0),
             (warm * 0.6, warm * 0.45, warm * 0.27), (4, 2)),
    )  # fmt: skip
    glow = 0.012 + 0.03 * day.lamps
    glows = (Glow((x, y, z + 0.34), (glow, glow * 0.8, glow * 0.45)),)
    sun = None
    if day.elevation_deg > 0:
        sun = Sun(day.sun_toward(_LEFT_AZIMUTH), day.sun)
    a, b, c = (0.16 * v + 0.06 for v in day.sky)
    return RoomLight(panes, glows, sun, (a * 1.08, b, c * 0.86), mirror_blocks=parts.MIRRORED)


def _shell(far: Model, unseen: Model, atlas: Atlas) -> None:
    wall, oak, paint = (atlas.swatch(n) for n in ("wall", "oak", "plain"))
    left, right, low, high = _WINDOW
    parts.wall(
        far, (_LEFT, _BACK, 0), (1, 0, 0), _RIGHT - _LEFT, _TOP, wall, (1.3, 1.3),
        ((left - _LEFT, right - _LEFT, low, high),), texel=0.035,
    )  # fmt: skip
    parts.window(far, _WINDOW, _BACK, paint, columns=3, rows=4, color=_CREAM, bar=0.024,
                 frame=0.06, deep=0.24)  # fmt: skip
    # Its lower sash, a little before the upper one, and the casing round it.
    far.box(((left + right) / 2, _BACK + 0.09, (low + high) / 2), (right - left, 0.06, 0.055),
            paint, color=_CREAM, faces="yzZ")  # fmt: skip
    for x in (left - 0.05, right + 0.05):
        far.box((x, _BACK - 0.012, (low + high) / 2), (0.10, 0.024, high - low + 0.1), paint,
                color=_CREAM, faces="xXy")  # fmt: skip
    parts.view_plane(far, atlas.swatch("view"), _WINDOW, _BACK, 6.0)
    for x0, x1, seed in ((left - 0.42, left + 0.02, 1), (right - 0.03, right + 0.21, 2)):
        parts.curtain(far, atlas.swatch("linen"), x0, x1, _BACK - 0.10, _TOP, (1, 1, 1), 4.5, seed)
    parts.tiled(far, (_LEFT, _FRONT, 0), (1, 0, 0), (0, 1, 0),
                (0, _RIGHT - _LEFT, 0, _BACK - _FRONT), atlas.swatch("floor"), (1.1, 1.1),
                gloss=0.025, texel=0.06)  # fmt: skip
    far.box(((_LEFT + _RIGHT) / 2, _BACK - 0.01, 0.09), (_RIGHT - _LEFT, 0.02, 0.18), oak,
            faces="yZ")  # fmt: skip
    # The left wall's window throws the low sun across the room.
    parts.wall(far, (_LEFT, -1.0, 0), (0, 1, 0), _BACK + 1.0, _TOP, wall, (1.3, 1.3),
               ((1.7, 2.8, 0.8, 2.55),))  # fmt: skip
    for number in range(4):
        far.box((_LEFT - 0.05, 0.7 + 1.1 * number / 3, 1.68), (0.05, 0.03, 1.75), paint,
                color=_CREAM, faces="xXyY")  # fmt: skip
    for z in (0.8, 1.24, 1.68, 2.12, 2.55):
        far.box((_LEFT - 0.05, 1.25, z), (0.05, 1.1, 0.03), paint, color=_CREAM, faces="XzZ")
    far.sheet((_LEFT - 0.8, _FRONT, -2.0), (0, _BACK - _FRONT + 0.9, 0), (0, 0, _TOP + 2.2),
              atlas.swatch("view").part(0.0, 0.8, 1.0, 0.99), shine=1.0)  # fmt: skip
    far.sheet((_RIGHT, _BACK, 0), (0, _FRONT - _BACK, 0), (0, 0, _TOP), wall, texel=0.08)
    unseen.sheet((_LEFT, _FRONT, 0), (0, 1.5, 0), (0, 0, _TOP), wall, texel=0.25)
    far.sheet((_LEFT, _FRONT, _TOP), (0, _BACK - _FRONT, 0), (_RIGHT - _LEFT, 0, 0), wall,
                 color=(1.5, 1.5, 1.6), texel=0.25)  # fmt: skip
    unseen.sheet((_RIGHT, _FRONT, 0), (_LEFT - _RIGHT, 0, 0), (0, 0, _TOP), wall, texel=0.25)


def _furniture(far: Model, atlas: Atlas) -> None:
    oak, paint, backs = (atlas.swatch(n) for n in ("oak", "plain", "spines"))
    x0, x1, deep = 0.46, 2.58, 0.30
    levels = (0.10, 0.44, 0.77, 1.09, 1.40, 1.71, 2.05, 2.4)
    parts.bookcase(far, oak, x0, x1, _BACK, deep, levels[:-1], levels[-1], columns=2)
    half = (x0 + x1) / 2
    for number, (low, high) in enumerate(itertools.pairwise(levels)):
        for side, (a, b) in enumerate(((x0, half), (half, x1))):
            seed = 30 + number * 2 + side
            gap = 0.24 if (number + side * 2) % 4 == 1 else 0.0
            span = (a + 0.025, b - 0.02 - gap)
            parts.books(far, backs, paint, span, low + 0.012, high - low - 0.04, _BACK - 0.03, seed)
            if gap and number != 3:
                parts.lying_books(far, backs, paint, (b - 0.15, _BACK - 0.14, low + 0.012), 4, seed)
    vase = [(0.001, 0), (0.04, 0), (0.06, 0.05), (0.055, 0.11), (0.025, 0.16), (0.03, 0.18)]
    far.lathe((half - 0.12, _BACK - 0.14, levels[3] + 0.012), vase, paint, color=(0.30, 0.42, 0.46),
              segments=22, gloss=0.05)  # fmt: skip
    # A low case between window and shelves, the globe on it, an old map above.
    a, b, top = -0.62, 0.40, 0.90
    parts.bookcase(far, oak, a, b, _BACK, 0.32, (0.10, 0.50), top)
    for number, low in enumerate((0.112, 0.512)):
        parts.books(far, backs, paint, (a + 0.03, b - 0.03), low, 0.34, _BACK - 0.03, 60 + number)
    parts.framed(far, atlas.swatch("map"), oak, -0.34, _BACK, 1.57, (0.50, 0.38),
                 (0.8, 0.7, 0.6), 0.028)  # fmt: skip
    _globe(far, atlas.swatch("globe"), paint, (-0.42, _BACK - 0.17, top + 0.012))
    rise = parts.lying_books(far, backs, paint, (0.20, _BACK - 0.15, top + 0.012), 4, 77)
    far.box((0.20, _BACK - 0.14, top + rise + 0.03), (0.10, 0.08, 0.04), paint,
            color=(0.30, 0.27, 0.24), yaw_deg=20)  # fmt: skip
    plants.pot(far, (-1.12, _BACK - 0.05, 0.86), 0.075, paint, (0.60, 0.36, 0.26))
    plants.leaves(far, (-1.12, _BACK - 0.05, 0.98), 30, 0.24, 0.028, paint, seed=8, droop=1.0)


def _globe(far: Model, map_: Swatch, paint: Swatch, foot: Vector) -> None:
    x, y, z = foot
    stand = [(0.001, 0), (0.10, 0), (0.10, 0.012), (0.03, 0.03), (0.014, 0.06), (0.014, 0.09)]
    far.lathe(foot, stand, paint, color=(0.30, 0.19, 0.12), segments=24, gloss=0.04)
    a = np.linspace(-np.pi / 2, np.pi / 2, 17)
    ball = [(max(0.0008, 0.14 * np.cos(t)), 0.14 * np.sin(t)) for t in a]
    far.lathe((x, y, z + 0.24), ball, map_, segments=36, gloss=0.04, texel=0.02)
    ring = [(x + 0.155 * np.cos(t), y - 0.02, z + 0.24 + 0.155 * np.sin(t))
            for t in np.linspace(-2.1, 1.3, 26)]  # fmt: skip
    far.tube(np.array(ring, np.float32), 0.005, paint, color=parts.BRASS, gloss=0.4)


def _desk_lamp(model: Model, paint: Swatch, lamps: float) -> None:
    """A banker's lamp: brass foot, green glass shade along the desk."""
    x, y, z = _LAMP
    foot = [(0.001, 0), (0.085, 0), (0.085, 0.012), (0.06, 0.022), (0.014, 0.03), (0.010, 0.10),
            (0.014, 0.12), (0.009, 0.16), (0.009, 0.33)]  # fmt: skip
    model.lathe(_LAMP, foot, paint, color=parts.BRASS, segments=28, gloss=0.35)
    t = np.linspace(0, np.pi, 15)
    profile = np.stack([np.cos(t) * 0.075, np.sin(t) * 0.070], -1)
    for grow, color, shine in ((1.0, (0.10, 0.30, 0.20), 0.30), (0.95, (0.80, 0.88, 0.76), 0.9)):
        places = np.zeros((2, len(t), 3), np.float32)
        places[..., 1] = y + profile[:, 0] * grow
        places[..., 2] = z + 0.325 + profile[:, 1] * grow
        places[:, :, 0] = np.array([[x - 0.125], [x + 0.125]])
        normals = np.stack([0 * t, np.cos(t), np.sin(t)], -1)
        normals = np.broadcast_to(normals if grow == 1.0 else -normals, places.shape)
        uv = np.full((2, len(t), 2), (paint.left + paint.right) / 2)
        uv[..., 1] = (paint.bottom + paint.top) / 2
        model.grid(places, normals, uv, color, shine=shine * (0.15 + 0.85 * lamps), gloss=0.06,
                   blocks=False)  # fmt: skip
    # Round ends close the shade.
    for side in (-1, 1):
        fan = np.stack([np.zeros((2, len(t))), *np.zeros((2, 2, len(t)))], -1)
        fan[..., 0] = x + side * 0.125
        fan[0, :, 1], fan[0, :, 2] = y, z + 0.325
        fan[1, :, 1], fan[1, :, 2] = y + profile[:, 0], z + 0.325 + profile[:, 1]
        normals = np.broadcast_to(np.array([side, 0.0, 0.0]), fan.shape)
        uv = np.full((2, len(t), 2), (paint.left + paint.right) / 2)
        uv[..., 1] = (paint.bottom + paint.top) / 2
        model.grid(fan, normals, uv, (0.10, 0.30, 0.20), gloss=0.06, blocks=False)
