"""A loft that a young company rents: brick, a steel window to the street, a board full of notes."""

from __future__ import annotations

import numpy as np

from game.rooms import desk, parts, plants
from game.rooms.daylight import Daylight
from game.rooms.lighting import Glow, Pane, RoomLight, Sun
from game.rooms.modelling import Color, Model, Swatch, Vector, vector
from game.rooms.painting import Atlas, Material, boards, brick, cloth, plain, plaster, wood
from game.rooms.plan import RoomPlan
from game.rooms.prints import SPINES, cv, notebook, notes, poster, spines
from game.rooms.views import SIZE, street
from game.stage.shading import Lights

_LEFT, _RIGHT, _BACK, _FRONT, _TOP = -3.0, 3.0, 3.3, -2.6, 3.0
_WINDOW: parts.Opening = (-2.62, -0.72, 0.72, 2.62)
_LEFT_AZIMUTH = 190.0
_BLACK: Color = (0.13, 0.135, 0.14)
_PENDANTS: tuple[Vector, ...] = ((-0.42, 1.9, 1.50), (0.86, 1.9, 1.50))
_LOOK = desk.Look(
    laptop=(0.70, 0.71, 0.73), notebook=(0.86, 0.42, 0.22), cup=(0.24, 0.42, 0.44), saucer=False,
    pen=(0.12, 0.28, 0.42), edge=(0.93, 0.90, 0.85), gloss=0.03,
)  # fmt: skip


def plan(day: Daylight) -> RoomPlan:
    """The room at an hour."""
    body, mortar = (0.66, 0.46, 0.37), (0.72, 0.67, 0.61)
    atlas = Atlas(
        {
            "view": Material(*SIZE, (0.6, 0.66, 0.6), lambda rng, w, h: street(day)),
            "desk": Material(
                1400, 620, (0.73, 0.61, 0.46), wood((0.80, 0.685, 0.53), (0.60, 0.46, 0.32), 7, 0.7)
            ),
            "floor": Material(
                700, 700, (0.53, 0.44, 0.35), boards((0.60, 0.51, 0.41), (0.43, 0.34, 0.26), 7)
            ),
            "brick": Material(760, 720, (0.62, 0.46, 0.39), brick(body, mortar, 14, 5, 0.13)),
            "plaster": Material(256, 256, (0.84, 0.83, 0.80), plaster((0.84, 0.83, 0.80), 1.4)),
            "ply": Material(
                520, 260, (0.78, 0.66, 0.50), wood((0.84, 0.72, 0.56), (0.68, 0.54, 0.38), 5, 0.8)
            ),
            "mesh": Material(
                256, 256, (0.30, 0.32, 0.34), cloth((0.30, 0.32, 0.34), 5.0, 2.2)
            ),
            "board": Material(1000, 600, (0.90, 0.89, 0.86), notes),
            "poster": Material(240, 330, (0.75, 0.68, 0.58), poster),
            "cv": Material(320, 452, (0.88, 0.88, 0.87), cv),
            "notebook": Material(400, 300, (0.9, 0.88, 0.84), notebook),
            "spines": Material(SPINES * 22, 150, (0.35, 0.3, 0.26), spines),
            "plain": Material(64, 64, (0.98, 0.98, 0.98), plain),
        }
    )  # fmt: skip
    far, near, clear, hiding, unseen = Model(), Model(), Model(), Model(), Model()
    _shell(far, unseen, atlas)
    _furniture(far, atlas, day.lamps)
    paint = atlas.swatch("plain")
    desk.chair(near, atlas.swatch("mesh"), paint, color=(1, 1, 1), frame=(0.24, 0.25, 0.26),
               top=1.03, width=0.49, seams=0, headroom=0.10)  # fmt: skip
    desk.desk(near, hiding, clear, atlas.swatch("desk"), paint, atlas.swatch("cv"),
              atlas.swatch("notebook"), _LOOK)  # fmt: skip
    tidy = Model()
    plants.pot(tidy, (-0.72, -0.37, 0.73), 0.055, paint, (0.80, 0.78, 0.74))
    plants.leaves(tidy, (-0.72, -0.37, 0.815), 22, 0.13, 0.018, paint, seed=3, droop=0.9)
    near.add(tidy)
    hiding.add(tidy)
    # Headphones left lying, and a block of sticky notes.
    near.box((0.40, -0.415, 0.737), (0.076, 0.076, 0.014), paint, color=(0.95, 0.84, 0.36),
             yaw_deg=14, texel=0.01)  # fmt: skip
    unseen.add(parts.sitter())
    return RoomPlan(
        atlas, far, near, clear, hiding, desk.pen(paint, _LOOK), unseen, _light(day)
    )  # fmt: skip


def lights(day: Daylight) -> Lights:
    """The room's light on people: tall windows on the left, wood and brick around."""
    return parts.people_lights(day, warmth=0.5)


def _light(day: Daylight) -> RoomLight:
    left, right, low, high = _WINDOW
    red, green, blue = (3.1 * v for v in day.sky)
    panes = [
        Pane((left, _BACK - 0.02, low), (right - left, 0, 0), (0, 0, high - low),
             (red * 0.8, green * 0.8, blue * 0.8), (6, 5)),
        Pane((_LEFT + 0.02, -1.9, 0.6), (0, 2.4, 0), (0, 0, 2.1), (red, green, blue), (7, 5)),
        Pane((_LEFT + 0.02, 1.1, 0.6), (0, 1.7, 0), (0, 0, 2.1), (red, green, blue), (5, 5)),
        Pane((0.0, -1.5, _TOP - 0.02), (0, 1.6, 0), (1.6, 0, 0),
             (0.8 + day.lamps, 0.76 + 0.85 * day.lamps, 0.70 + 0.6 * day.lamps), (4, 4)),
    ]  # fmt: skip
    warm = 3.0 + 10.0 * day.lamps
    panes += [
        Pane((x - 0.06, y + 0.06, z + 0.05), (0, -0.12, 0), (0.12, 0, 0),
             (warm, warm * 0.74, warm * 0.44), (2, 2))
        for x, y, z in _PENDANTS
    ]  # fmt: skip
    glow = 0.01 + 0.06 * day.lamps
    glows = tuple(
        Glow((x, y + 0.05, z + 0.02), (glow, glow * 0.74, glow * 0.44)) for x, y, z in _PENDANTS
    )
    sun = None
    if day.elevation_deg > 0:
        sun = Sun(day.sun_toward(_LEFT_AZIMUTH), day.sun)
    a, b, c = (0.16 * v + 0.06 for v in day.sky)
    return RoomLight(tuple(panes), glows, sun, (a * 1.04, b, c * 0.95),
                     mirror_blocks=parts.MIRRORED)  # fmt: skip


def _shell(far: Model, unseen: Model, atlas: Atlas) -> None:
    bricks, plaster, paint = (atlas.swatch(n) for n in ("brick", "plaster", "plain"))
    left, right, low, high = _WINDOW
    parts.wall(
        far, (_LEFT, _BACK, 0), (1, 0, 0), _RIGHT - _LEFT, _TOP, bricks, (1.10, 1.04),
        ((left - _LEFT, right - _LEFT, low, high),), texel=0.04,
    )  # fmt: skip
    parts.window(far, _WINDOW, _BACK, paint, columns=4, rows=3, color=_BLACK, bar=0.026,
                 frame=0.045, deep=0.22)  # fmt: skip
    parts.view_plane(far, atlas.swatch("view"), _WINDOW, _BACK, 6.0)
    parts.tiled(far, (_LEFT, _FRONT, 0), (1, 0, 0), (0, 1, 0),
                (0, _RIGHT - _LEFT, 0, _BACK - _FRONT), atlas.swatch("floor"), (1.3, 1.3),
                gloss=0.02, texel=0.06)  # fmt: skip
    # Left wall with two tall windows: the sun falls through the one behind the desk.
    parts.wall(
        far, (_LEFT, -0.9, 0), (0, 1, 0), _BACK + 0.9, _TOP, plaster, (1.2, 1.2),
        ((2.0, 3.7, 0.6, 2.7),),
    )  # fmt: skip
    for number in range(4):
        y = 1.1 + 1.7 * number / 3
        far.box((_LEFT - 0.05, y, 1.65), (0.05, 0.03, 2.1), paint, color=_BLACK, faces="xXyY")
    for z in (0.6, 1.3, 2.0, 2.7):
        far.box((_LEFT - 0.05, 1.95, z), (0.05, 1.7, 0.03), paint, color=_BLACK, faces="XzZ")
    far.sheet((_LEFT - 0.8, _FRONT, -2.0), (0, _BACK - _FRONT + 0.9, 0), (0, 0, _TOP + 2.2),
              atlas.swatch("view").part(0.0, 0.8, 1.0, 0.99), shine=1.0)  # fmt: skip
    far.sheet((_RIGHT, _BACK, 0), (0, _FRONT - _BACK, 0), (0, 0, _TOP), plaster, texel=0.08)
    unseen.sheet((_LEFT, _FRONT, 0), (0, 1.7, 0), (0, 0, _TOP), plaster, texel=0.25)
    far.sheet((_LEFT, _FRONT, _TOP), (0, _BACK - _FRONT, 0), (_RIGHT - _LEFT, 0, 0), plaster,
                 texel=0.25)  # fmt: skip
    unseen.sheet((_RIGHT, _FRONT, 0), (_LEFT - _RIGHT, 0, 0), (0, 0, _TOP), plaster, texel=0.25)
    # Pipes run up the wall.
    for x in (0.42, 0.49):
        far.tube([(x, _BACK - 0.05, z) for z in (0, 1, 2, _TOP)], 0.02, paint,
                 color=(0.45, 0.30, 0.22), gloss=0.05)  # fmt: skip


def _furniture(far: Model, atlas: Atlas, lamps: float) -> None:
    ply, paint, books = atlas.swatch("ply"), atlas.swatch("plain"), atlas.swatch("spines")
    # The board on the wall, in a thin frame with a tray.
    x, z, w, h = 1.62, 1.44, 1.46, 0.88
    parts.framed(far, atlas.swatch("board"), paint, x, _BACK, z, (w, h), (0.72, 0.73, 0.74), 0.018)
    far.box((x, _BACK - 0.05, z - h / 2 - 0.02), (w * 0.7, 0.07, 0.012), paint,
            color=(0.70, 0.71, 0.72))  # fmt: skip
    # A low shelf of plywood below the window, with plants and books.
    x0, x1, top, deep = -2.55, -0.62, 0.62, 0.36
    middle, back = (x0 + x1) / 2, _BACK - deep / 2
    for height in (0.05, 0.335, top):
        far.box((middle, back, height), (x1 - x0, deep, 0.024), ply, faces="xXyZz", texel=0.04)
    for number in range(5):
        far.box((x0 + (x1 - x0) * number / 4, back, top / 2), (0.022, deep, top), ply,
                faces="xXy")  # fmt: skip
    far.sheet((x0, _BACK - 0.01, 0), (x1 - x0, 0, 0), (0, 0, top), ply, color=(0.85, 0.85, 0.85))
    for number, (start, seed) in enumerate(((0, 3), (1, 4), (2, 6), (3, 9))):
        a = x0 + (x1 - x0) * start / 4 + 0.03
        for level in ((0.062,), (0.347,), (0.062, 0.347), (0.347,))[number]:
            end = a + 0.40 * (0.62 + 0.3 * (seed % 2))
            parts.books(far, books, paint, (a, end), level, 0.25, _BACK - 0.05, seed)
    for x, radius, seed in ((-1.0, 0.10, 2), (-2.1, 0.12, 5)):
        plants.pot(far, (x, back, top + 0.012), radius, paint, (0.62, 0.34, 0.24))
        plants.leaves(far, (x, back, top + 1.75 * radius), 34, 0.36, 0.042, paint, seed=seed,
                     droop=0.8, rise=(0.6, 1.6))  # fmt: skip
    parts.framed(far, atlas.swatch("poster"), paint, 0.675, _BACK, 1.44, (0.27, 0.38),
                 (0.12, 0.12, 0.12), 0.02)  # fmt: skip
    plants.tree_plant(far, (2.62, 2.85, 0.0), paint, paint, 1.75, 4, (0.75, 0.72, 0.66))
    for place in _PENDANTS:
        _pendant(far, paint, place, lamps)
    far.add(_bicycle(paint), (1.55, _BACK - 0.30, 0.0), 4.0)


def _pendant(far: Model, paint: Swatch, place: Vector, lamps: float) -> None:
    """A metal shade on a cord, its bulb showing below."""
    x, y, z = place
    bell = [(0.16, 0.0), (0.155, 0.03), (0.12, 0.10), (0.05, 0.16), (0.022, 0.19), (0.02, 0.24),
            (0.001, 0.245)]  # fmt: skip
    far.lathe(place, bell, paint, color=(0.20, 0.30, 0.31), segments=32, gloss=0.05, texel=0.02,
              blocks=False)  # fmt: skip
    inside = [(r * 0.97, h * 0.97 + 0.002) for r, h in reversed(bell[:4])]
    far.lathe(place, inside, paint, color=(0.98, 0.90, 0.74), segments=32,
              shine=0.35 + 0.6 * lamps, blocks=False)  # fmt: skip
    bulb = [(0.001, 0.0), (0.026, 0.012), (0.034, 0.035), (0.022, 0.065), (0.012, 0.09)]
    far.lathe((x, y, z - 0.012), bulb, paint, color=(1.0, 0.95, 0.82), segments=16, shine=1.0)
    far.tube([(x, y, z + 0.24), (x, y, _TOP)], 0.004, paint, color=(0.1, 0.1, 0.1), sides=5)


def _bicycle(paint: Swatch) -> Model:
    """A town bicycle along x, its wheels on the floor, front to the left."""
    bike = Model(texel_m=0.08)
    steel, rubber = (0.16, 0.36, 0.40), (0.09, 0.09, 0.09)
    hubs = ((-0.52, 0.0, 0.34), (0.50, 0.0, 0.34))
    angle = np.linspace(0, 2 * np.pi, 37)
    for hub in hubs:
        for radius, thick, color in ((0.325, 0.018, rubber), (0.300, 0.008, (0.68, 0.68, 0.68))):
            ring = np.stack([radius * np.cos(angle), 0 * angle, radius * np.sin(angle)], -1)
            bike.tube(ring + hub, thick, paint, color=color, sides=7)
        for a in np.linspace(0, 2 * np.pi, 13)[:-1]:
            rim = vector(np.array(hub) + 0.30 * np.array([np.cos(a), 0, np.sin(a)]))
            bike.tube([hub, rim], 0.0022, paint, color=(0.6, 0.6, 0.6), sides=4)
    head, seat, crank = (-0.36, 0.0, 0.82), (0.16, 0.0, 0.86), (0.06, 0.0, 0.31)
    low_head = (-0.39, 0.0, 0.72)
    for path, thick in (
        ((head, (0.12, 0, 0.78)), 0.015), ((low_head, crank), 0.017), ((seat, crank), 0.015),
        ((crank, hubs[1]), 0.010), (((0.13, 0, 0.76), hubs[1]), 0.009),
        (((-0.34, 0, 0.90), low_head, hubs[0]), 0.013),
    ):  # fmt: skip
        bike.tube(path, thick, paint, color=steel, gloss=0.06)
    bar = [(-0.24, 0.26, 1.0), (-0.36, 0.18, 1.0), (-0.36, 0.0, 0.96), (-0.36, -0.18, 1.0),
           (-0.24, -0.26, 1.0)]  # fmt: skip
    bike.tube(bar, 0.012, paint, color=(0.6, 0.6, 0.6), gloss=0.4)
    bike.tube([(-0.35, 0, 0.88), (-0.36, 0, 0.97)], 0.013, paint, color=(0.6, 0.6, 0.6))
    bike.cushion((0.18, 0, 0.90), (0.25, 0.13, 0.06), paint, color=(0.36, 0.22, 0.13),
                 roundness=0.8, detail=(8, 16))  # fmt: skip
    turn = np.stack([0.09 * np.cos(angle), 0 * angle - 0.02, 0.09 * np.sin(angle)], -1)
    bike.tube(turn + crank, 0.006, paint, color=(0.55, 0.55, 0.55), sides=5)
    return bike
