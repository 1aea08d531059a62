"""A meeting room on a high floor: glass to the city, walnut battens, a credenza and a painting."""

from __future__ import annotations

from game.rooms import desk, parts, plants
from game.rooms.daylight import Daylight
from game.rooms.lighting import Glow, Pane, RoomLight, Sun
from game.rooms.modelling import Color, Model
from game.rooms.painting import (
    Atlas,
    Material,
    carpet,
    leather,
    marble,
    plain,
    plaster,
    slats,
    wood,
)
from game.rooms.plan import RoomPlan
from game.rooms.prints import SPINES, abstract, cv, notebook, spines
from game.rooms.views import SIZE, city
from game.stage.shading import Lights

_LEFT, _RIGHT, _BACK, _FRONT, _TOP = -2.75, 2.75, 2.9, -2.6, 2.75
_GLASS: parts.Opening = (-2.70, -0.62, 0.06, 2.62)
_LEFT_AZIMUTH = 150.0
_METAL: Color = (0.20, 0.205, 0.215)
_LOOK = desk.Look(
    laptop=(0.66, 0.67, 0.69), notebook=(0.07, 0.08, 0.10), edge=(0.62, 0.6, 0.58), gloss=0.045
)


def plan(day: Daylight) -> RoomPlan:
    """The room at an hour."""
    atlas = Atlas(
        {
            "view": Material(*SIZE, (0.7, 0.75, 0.8), lambda rng, w, h: city(day)),
            "desk": Material(
                1400, 620, (0.42, 0.31, 0.23), wood((0.50, 0.37, 0.27), (0.27, 0.18, 0.12), 9, 0.9)
            ),
            "floor": Material(
                512, 512, (0.38, 0.39, 0.40), carpet((0.385, 0.39, 0.405))
            ),
            "slats": Material(
                512, 512, (0.42, 0.31, 0.22), slats((0.72, 0.545, 0.40), (0.47, 0.33, 0.225), 14)
            ),
            "plaster": Material(256, 256, (0.70, 0.70, 0.69), plaster((0.70, 0.70, 0.69))),
            "walnut": Material(
                640, 300, (0.37, 0.26, 0.18), wood((0.60, 0.44, 0.31), (0.36, 0.24, 0.16), 4)
            ),
            "leather": Material(300, 300, (0.115, 0.115, 0.125), leather((0.115, 0.115, 0.125))),
            "stone": Material(256, 200, (0.84, 0.83, 0.81), marble((0.87, 0.86, 0.84), (0.5,) * 3)),
            "art": Material(
                520, 400, (0.6, 0.55, 0.5),
                abstract((0.86, 0.83, 0.77), ((0.18, 0.29, 0.38), (0.80, 0.45, 0.26),
                         (0.90, 0.80, 0.58), (0.12, 0.15, 0.20))),
            ),
            "cv": Material(320, 452, (0.88, 0.88, 0.87), cv),
            "notebook": Material(400, 300, (0.9, 0.88, 0.84), notebook),
            "spines": Material(SPINES * 22, 150, (0.35, 0.3, 0.26), spines),
            "plain": Material(64, 64, (0.98, 0.98, 0.98), plain),
            "leaf": Material(64, 64, (0.98, 0.98, 0.98), plain),
        }
    )  # fmt: skip
    far, near, clear, hiding, unseen = Model(), Model(), Model(), Model(), Model()
    _shell(far, unseen, atlas)
    _furniture(far, atlas, day.lamps)
    paint = atlas.swatch("plain")
    desk.chair(
        near, atlas.swatch("leather"), paint, color=(1, 1, 1), frame=(0.30, 0.30, 0.31), top=1.10,
        width=0.54, seams=4,
    )  # fmt: skip
    desk.desk(near, hiding, clear, atlas.swatch("desk"), paint, atlas.swatch("cv"),
              atlas.swatch("notebook"), _LOOK)  # fmt: skip
    desk.folder(near, paint, (-0.74, -0.44, 0.73), (0.16, 0.24, 0.36), 16.0)
    unseen.add(parts.sitter())
    return RoomPlan(
        atlas, far, near, clear, hiding, desk.pen(paint, _LOOK), unseen, _light(day)
    )  # fmt: skip


def lights(day: Daylight) -> Lights:
    """The room's light on people: the glass wall on the left, the ceiling's panels."""
    return parts.people_lights(day, warmth=0.25)


def _light(day: Daylight) -> RoomLight:
    left, right, low, high = _GLASS
    sky = tuple(2.6 * v for v in day.sky)
    red, green, blue = sky
    evening = 0.55 + 0.75 * day.lamps
    panel = (0.95 * evening * 2.2, 0.90 * evening * 2.2, 0.80 * evening * 2.2)
    wash = (13.0, 11.4, 9.2)
    panes = [
        Pane((left, _BACK - 0.02, low), (right - left, 0, 0), (0, 0, high - low),
             (red * 0.8, green * 0.8, blue * 0.8), (6, 5)),
        Pane((_LEFT + 0.02, -1.9, 0.4), (0, 4.2, 0), (0, 0, 2.2), (red, green, blue), (8, 5)),
        Pane((-0.5, -1.3, _TOP - 0.02), (0, 1.5, 0), (1.5, 0, 0), panel, (4, 4)),
        # A line of light along the ceiling grazes the battens.
        Pane((-0.55, _BACK - 0.20, _TOP - 0.03), (0, 0.06, 0), (3.2, 0, 0), wash, (14, 1)),
    ]  # fmt: skip
    sun = None
    if day.elevation_deg > 0:
        sun = Sun(day.sun_toward(_LEFT_AZIMUTH), day.sun)
    warm = 0.04 + 0.16 * day.lamps
    glows = (Glow((2.05, _BACK - 0.33, 1.14), (warm, warm * 0.72, warm * 0.42)),)
    ambient = tuple(0.16 * a + 0.06 for a in day.sky)
    return RoomLight(
        tuple(panes), glows, sun, (ambient[0], ambient[1], ambient[2]),
        mirror_blocks=parts.MIRRORED,
    )  # fmt: skip


def _shell(far: Model, unseen: Model, atlas: Atlas) -> None:
    plaster, slat, paint = atlas.swatch("plaster"), atlas.swatch("slats"), atlas.swatch("plain")
    left, right, low, high = _GLASS
    parts.wall(
        far, (_LEFT, _BACK, 0), (1, 0, 0), right - _LEFT + 0.10, _TOP, plaster, (1.2, 1.2),
        ((left - _LEFT, right - _LEFT, low, high),), color=(0.7, 0.7, 0.7),
    )  # fmt: skip
    # Battens stand a hand before the wall.
    start = right + 0.10
    parts.tiled(far, (start, _BACK - 0.05, 0), (1, 0, 0), (0, 0, 1), (0, _RIGHT - start, 0, _TOP),
                slat, (0.80, 0.80), texel=0.04)  # fmt: skip
    far.sheet((start, _BACK, 0), (0, -0.05, 0), (0, 0, _TOP), paint, color=(0.2, 0.15, 0.11))
    parts.window(far, _GLASS, _BACK, paint, columns=3, rows=1, color=_METAL, bar=0.045,
                 frame=0.05, deep=0.20, sill=False)  # fmt: skip
    far.box(((left + right) / 2, _BACK + 0.1, 0.95), (right - left, 0.03, 0.03), paint,
            color=_METAL, faces="yZ")  # fmt: skip
    parts.view_plane(far, atlas.swatch("view"), _GLASS, _BACK, 7.0)
    parts.tiled(far, (_LEFT, _FRONT, 0), (1, 0, 0), (0, 1, 0),
                (0, _RIGHT - _LEFT, 0, _BACK - _FRONT), atlas.swatch("floor"), (1.0, 1.0),
                texel=0.07)  # fmt: skip
    # The glass wall on the left begins behind the desk; only its posts are seen.
    for number in range(7):
        y = -2.0 + number * 0.8
        far.box((_LEFT + 0.03, y, _TOP / 2), (0.06, 0.06, _TOP), paint, color=_METAL, faces="xXyY")
    far.sheet((_LEFT - 0.6, _FRONT, -2.0), (0, _BACK - _FRONT + 0.6, 0), (0, 0, _TOP + 2.2),
              atlas.swatch("view").part(0.0, 0.75, 1.0, 0.99), shine=1.0)  # fmt: skip
    far.sheet((_RIGHT, _BACK, 0), (0, -(_BACK - _FRONT), 0), (0, 0, _TOP), plaster, texel=0.10)
    far.sheet((_LEFT, _FRONT, _TOP), (0, _BACK - _FRONT, 0), (_RIGHT - _LEFT, 0, 0), plaster,
                 texel=0.25)  # fmt: skip
    # Blinds keep the sun from the desk.
    unseen.sheet((_LEFT - 0.02, _FRONT, 0), (0, 3.5, 0), (0, 0, _TOP), plaster, texel=0.25)
    unseen.sheet((_RIGHT, _FRONT, 0), (_LEFT - _RIGHT, 0, 0), (0, 0, _TOP), plaster, texel=0.25)


def _furniture(far: Model, atlas: Atlas, lamps: float) -> None:
    walnut, paint, stone = atlas.swatch("walnut"), atlas.swatch("plain"), atlas.swatch("stone")
    x0, x1, top, deep = 0.92, 2.70, 0.74, 0.44
    middle, back = (x0 + x1) / 2, _BACK - 0.05 - deep / 2
    far.box((middle, back, top / 2 + 0.05), (x1 - x0, deep, top - 0.10), walnut, faces="xXyz")
    far.box((middle, back, 0.05), (x1 - x0 - 0.1, deep - 0.1, 0.10), paint, color=(0.1, 0.1, 0.1),
            faces="xXy")  # fmt: skip
    far.box((middle, back - 0.01, top + 0.012), (x1 - x0 + 0.03, deep + 0.04, 0.028), stone,
            gloss=0.05, texel=0.03)  # fmt: skip
    for number in range(1, 4):
        x = x0 + (x1 - x0) * number / 4
        far.box((x, back - deep / 2 - 0.001, top / 2 + 0.05), (0.006, 0.004, top - 0.12), paint,
                color=(0.06, 0.05, 0.05), faces="y")  # fmt: skip
    surface = top + 0.026
    parts.framed(far, atlas.swatch("art"), paint, 1.52, _BACK - 0.05, 1.44, (0.98, 0.74),
                 (0.10, 0.10, 0.11), 0.018)  # fmt: skip
    rise = parts.lying_books(far, atlas.swatch("spines"), paint, (1.10, back - 0.02, surface), 3, 8)
    vase = [(0.001, 0), (0.045, 0), (0.085, 0.07), (0.08, 0.15), (0.03, 0.24), (0.036, 0.27)]
    far.lathe((1.10, back, surface + rise), vase, paint, color=(0.16, 0.24, 0.28), segments=28,
              gloss=0.06)  # fmt: skip
    parts.books(far, atlas.swatch("spines"), paint, (1.42, 1.68), surface, 0.27, back + 0.12, 4,
                lean=False)  # fmt: skip
    far.box((1.70, back + 0.03, surface + 0.07), (0.03, 0.12, 0.14), paint, gloss=0.4,
            color=(0.72, 0.56, 0.30))  # fmt: skip
    # A table lamp on the credenza.
    lamp = (2.05, back, surface)
    body = [(0.001, 0), (0.07, 0), (0.075, 0.012), (0.02, 0.03), (0.045, 0.09), (0.05, 0.15),
            (0.018, 0.23), (0.012, 0.28)]  # fmt: skip
    far.lathe(lamp, body, paint, color=(0.70, 0.55, 0.31), segments=26, gloss=0.3)
    parts.shade(
        far, (lamp[0], lamp[1], surface + 0.26), paint, 0.15, 0.11, 0.20, 0.30 + 0.65 * lamps
    )
    plants.tree_plant(far, (-0.36, 2.45, 0.0), paint, atlas.swatch("leaf"), 1.55, 3,
                     (0.20, 0.20, 0.21))  # fmt: skip
