"""Parts that rooms share: walls with openings, windows, shelves with books, lampshades."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from game.rooms.daylight import Daylight
from game.rooms.modelling import Color, Model, Swatch, Vector, vector
from game.rooms.prints import SPINES
from game.stage.shading import Lights

Opening = tuple[float, float, float, float]
"""Left, right, foot and top of a hole in a wall, along the wall and up; metres."""

BRASS: Color = (0.72, 0.55, 0.28)


def tiled(
    model: Model,
    origin: Vector,
    u: Vector,
    v: Vector,
    extent: tuple[float, float, float, float],
    paint: Swatch,
    tile: tuple[float, float],
    *,
    color: Color = (1.0, 1.0, 1.0),
    gloss: float = 0.0,
    texel: float | None = None,
) -> None:
    """Adds a part of a plane whose material is repeated without a seam.

    Args:
        model: gets it.
        origin: where the first tile begins; metres.
        u: unit direction to the right as seen from the front.
        v: unit direction up; the front looks along u × v.
        extent: from and to along u, from and to along v; metres from the origin.
        paint: one tile of the material.
        tile: width and height of a tile; metres.
        color: display albedo.
        gloss: reflectance at right angles.
        texel: side of a texel of the light's map; metres.
    """
    start, right, up = (np.asarray(a, np.float64) for a in (origin, u, v))

    def cuts(low: float, high: float, step: float) -> list[float]:
        first, last = int(np.floor(low / step)) + 1, int(np.ceil(high / step))
        inner = [k * step for k in range(first, last) if low + 1e-6 < k * step < high - 1e-6]
        return [low, *inner, high]

    # A pixel's crack between tiles shows this, not nothing.
    behind = start - 0.012 * np.cross(right, up)
    model.sheet(
        vector(behind + right * (extent[0] - 0.01) + up * (extent[2] - 0.01)),
        vector(right * (extent[1] - extent[0] + 0.02)),
        vector(up * (extent[3] - extent[2] + 0.02)),
        paint.part(0.4, 0.4, 0.6, 0.6),
        color=color,
        texel=0.5,
    )
    across, rising = cuts(*extent[:2], tile[0]), cuts(*extent[2:], tile[1])
    for a, b in itertools.pairwise(across):
        for c, d in itertools.pairwise(rising):
            i, j = np.floor((a + b) / 2 / tile[0]), np.floor((c + d) / 2 / tile[1])
            part = paint.part(a / tile[0] - i, c / tile[1] - j, b / tile[0] - i, d / tile[1] - j)
            model.sheet(
                vector(start + right * a + up * c),
                vector(right * (b - a)),
                vector(up * (d - c)),
                part,
                color=color,
                gloss=gloss,
                texel=texel,
            )


def wall(
    model: Model,
    origin: Vector,
    u: Vector,
    length: float,
    height: float,
    paint: Swatch,
    tile: tuple[float, float],
    openings: Sequence[Opening] = (),
    *,
    color: Color = (1.0, 1.0, 1.0),
    texel: float = 0.05,
) -> None:
    """Adds an upright wall with holes that do not stand over one another.

    Args:
        model: gets it.
        origin: its lower left corner as seen from the room.
        u: unit direction to the right as seen from the room.
        length: metres.
        height: metres.
        paint: one tile of the material.
        tile: width and height of a tile; metres.
        openings: from left to right, in metres from the origin.
        color: display albedo.
        texel: side of a texel of the light's map; metres.
    """
    pieces: list[tuple[float, float, float, float]] = []
    at = 0.0
    for left, right, foot, top in openings:
        pieces += [(at, left, 0.0, height), (left, right, 0.0, foot), (left, right, top, height)]
        at = right
    pieces.append((at, length, 0.0, height))
    for piece in pieces:
        if piece[1] - piece[0] > 1e-3 and piece[3] - piece[2] > 1e-3:
            tiled(model, origin, u, (0, 0, 1), piece, paint, tile, color=color, texel=texel)


def window(
    model: Model,
    opening: Opening,
    y: float,
    paint: Swatch,
    *,
    columns: int,
    rows: int,
    color: Color,
    bar: float = 0.035,
    frame: float = 0.06,
    deep: float = 0.16,
    sill: bool = True,
) -> None:
    """Adds frame, bars, reveals and sill of a window in a back wall.

    Args:
        model: gets them.
        opening: in the room's x and z.
        y: of the wall's inner side.
        paint: material of the frame.
        columns: panes side by side.
        rows: panes one over the other.
        color: of the frame.
        bar: width of the bars; metres.
        frame: width of the outer frame; metres.
        deep: thickness of the wall; metres.
        sill: whether there is a window board.
    """
    left, right, low, high = opening
    set_back = y + deep * 0.55
    middle, center = (left + right) / 2, (low + high) / 2
    for number in range(columns + 1):
        wide = frame if number in (0, columns) else bar
        x = left + (right - left) * number / columns
        x += (0.5 if number == 0 else -0.5 if number == columns else 0.0) * wide
        model.box(
            (x, set_back, center), (wide, 0.05, high - low), paint, color=color, faces="xXy",
            gloss=0.03,
        )  # fmt: skip
    for number in range(rows + 1):
        wide = frame if number in (0, rows) else bar
        z = low + (high - low) * number / rows
        z += (0.5 if number == 0 else -0.5 if number == rows else 0.0) * wide
        model.box(
            (middle, set_back, z), (right - left, 0.045, wide), paint, color=color, faces="yzZ",
            gloss=0.03,
        )  # fmt: skip
    rise, back = (0, 0, high - low), (0, deep, 0)
    model.sheet((left, y, low), back, rise, paint, color=color)
    model.sheet((right, y + deep, low), (0, -deep, 0), rise, paint, color=color)
    model.sheet((left, y + deep, high), (right - left, 0, 0), (0, -deep, 0), paint, color=color)
    if sill:
        model.box(
            (middle, y + 0.02, low - 0.015), (right - left + 0.14, 0.26, 0.03), paint,
            color=color, faces="xXyzZ", gloss=0.03, texel=0.04,
        )  # fmt: skip


def view_plane(
    model: Model, paint: Swatch, opening: Opening, y: float, away: float, slide: float = 0.0
) -> None:
    """Adds what is seen through a back window, upright at some distance, horizon at the eye's.

    Args:
        model: gets it.
        paint: the view.
        opening: of the window, in x and z.
        y: of the wall.
        away: metres from the wall to the view.
        slide: moves the view to the right; metres.
    """
    left, right, low, high = opening
    eye_y, eye_z = -1.4, 1.27
    # Every place that the outermost eye (0.35 m aside, 0.3 m nearer) sees through the window.
    grow = (y + away - eye_y - 0.3) / (y - eye_y - 0.3)
    x0, x1 = left * grow - 0.4 * grow, right * grow + 0.4 * grow
    below, above = (eye_z - low + 0.25) * grow, (min(high, 1.85) - eye_z + 0.2) * grow
    tall = max((x1 - x0) * 720 / 1024, below / 0.46, above / 0.54)
    wide = tall * 1024 / 720
    corner = (min(x0, (x0 + x1 - wide) / 2 + slide), y + away, eye_z - tall * 0.46)
    model.sheet(corner, (wide, 0, 0), (0, 0, tall), paint, shine=1.0)
    # The sky goes on above for an eye near the desk, and the ground below.
    x, deep, z = corner
    for foot, part in (
        (z + tall, paint.part(0, 0.985, 1, 1)), (z - 4.0, paint.part(0, 0, 1, 0.015))
    ):  # fmt: skip
        model.sheet((x, deep, foot), (wide, 0, 0), (0, 0, 4.0), part, shine=1.0)


def curtain(
    model: Model,
    paint: Swatch,
    x0: float,
    x1: float,
    y: float,
    top: float,
    color: Color,
    folds: float,
    seed: int = 1,
) -> None:
    """Adds a hanging curtain in folds, before a back wall."""
    rng = np.random.default_rng(seed)
    x, z = np.linspace(0, 1, 61), np.linspace(0.03, top, 8)
    phase = x * 2 * np.pi * folds + 0.8 * np.sin(x * 9 + rng.uniform(0, 6))
    depth = np.linspace(0.045, 0.030, len(z))[:, None]
    fold = depth * (np.sin(phase) + 0.25 * np.sin(phase * 2.3 + 1))[None]
    places = np.zeros((len(z), len(x), 3), np.float32)
    places[..., 0] = x0 + (x1 - x0) * x
    places[..., 1] = y + fold
    places[..., 2] = z[:, None]
    slope = np.gradient(fold, x * (x1 - x0), axis=1)
    normals = np.stack([slope, -np.ones_like(slope), np.zeros_like(slope)], -1)
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    s, t = np.meshgrid(x, z / top)
    left, bottom, right, up, tone = paint
    uvs = np.stack([left + s * (right - left), bottom + t * (up - bottom)], -1)
    model.grid(places, normals, uvs, color, tone=tone, texel=0.02)


def books(
    model: Model,
    spines: Swatch,
    plain: Swatch,
    span: tuple[float, float],
    z: float,
    above: float,
    y: float,
    seed: int,
    lean: bool = True,
) -> None:
    """Fills a shelf with books that stand back against ``y``.

    Args:
        model: gets them.
        spines: the material of books' backs, ``SPINES`` side by side.
        plain: the material of their other sides.
        span: from and to along x; metres.
        z: height of the board they stand on.
        above: free height over it; metres.
        y: of the shelf's back.
        seed: of sizes and order.
        lean: whether gaps are left in which a book leans.
    """
    rng = np.random.default_rng(seed)
    x = span[0]
    while x < span[1] - 0.02:
        run = int(rng.integers(3, 9))
        tall = rng.uniform(0.62, 0.95) * above
        for _ in range(run):
            thick = float(rng.uniform(0.018, 0.046))
            if x + thick > span[1]:
                return
            height = float(np.clip(tall * rng.normal(1.0, 0.05), 0.45 * above, 0.97 * above))
            deep = float(rng.uniform(0.15, 0.20))
            number = int(rng.integers(SPINES))
            front = spines.part(number / SPINES + 0.002, 0.0, (number + 1) / SPINES - 0.002, 1.0)
            face = y - deep
            model.sheet(
                (x, face, z), (thick - 0.0015, 0, 0), (0, 0, height), front, texel=0.07, gloss=0.015
            )
            cover = front.part(0.02, 0.02, 0.10, 0.06)
            model.sheet((x, face + deep, z), (0, -deep, 0), (0, 0, height), cover, texel=0.1)
            model.sheet(
                (x + thick - 0.0015, face, z), (0, deep, 0), (0, 0, height), cover, texel=0.1
            )
            model.sheet(
                (x, face, z + height), (thick, 0, 0), (0, deep, 0), plain, texel=0.1,
                color=(0.80, 0.75, 0.66),
            )  # fmt: skip
            x += thick
        if lean and rng.random() < 0.3:
            x += float(rng.uniform(0.03, 0.10))


def lying_books(
    model: Model, spines: Swatch, plain: Swatch, place: Vector, count: int, seed: int
) -> float:
    """Piles books flat with their backs to the room; returns the pile's height in metres."""
    rng = np.random.default_rng(seed)
    x, y, z = place
    for _ in range(count):
        thick, long = float(rng.uniform(0.018, 0.042)), float(rng.uniform(0.20, 0.27))
        turn = float(rng.normal(0, 5))
        number = int(rng.integers(SPINES))
        back = spines.part(number / SPINES + 0.002, 0.0, (number + 1) / SPINES - 0.002, 1.0)
        pile = Model(texel_m=0.06)
        pile.box((0, 0, thick / 2), (long, 0.16, thick), back.part(0.02, 0.02, 0.1, 0.1),
                 faces="xXYZ")  # fmt: skip
        # The back's title runs along x here.
        uvs = np.array(
            [[(back.left, back.top), (back.left, back.bottom)],
             [(back.right, back.top), (back.right, back.bottom)]], np.float32
        )  # fmt: skip
        places = np.array(
            [[(-long / 2, -0.08, 0), (long / 2, -0.08, 0)],
             [(-long / 2, -0.08, thick), (long / 2, -0.08, thick)]], np.float32
        )  # fmt: skip
        normals = np.broadcast_to(np.array((0.0, -1.0, 0.0), np.float32), (2, 2, 3))
        pile.grid(places, normals, uvs, (1, 1, 1), tone=back.tone)
        model.add(pile, (x, y, z), turn)
        z += thick
    del plain
    return z - place[2]


def bookcase(
    model: Model,
    wood: Swatch,
    x0: float,
    x1: float,
    back: float,
    deep: float,
    boards: Sequence[float],
    top: float,
    color: Color = (1.0, 1.0, 1.0),
    columns: int = 1,
) -> None:
    """Adds the boards of a bookcase against a back wall.

    Args:
        model: gets them.
        wood: their material, grain along its width.
        x0: left side.
        x1: right side.
        back: y of the wall.
        deep: depth; metres.
        boards: heights of the boards' middles.
        top: height of the case.
        color: display albedo.
        columns: fields side by side.
    """
    middle, center = (x0 + x1) / 2, back - deep / 2
    upright = Swatch(wood.left, wood.bottom, wood.left + 0.1, wood.top, wood.tone)
    for number in range(columns + 1):
        x = x0 + (x1 - x0) * number / columns
        model.box((x, center, top / 2), (0.028, deep, top), upright, color=color, faces="xXyZ")
    model.sheet(
        (x0, back - 0.012, 0), (x1 - x0, 0, 0), (0, 0, top), wood, texel=0.04,
        color=vector(np.asarray(color) * 0.9),
    )  # fmt: skip
    for z in (*boards, top):
        model.box(
            (middle, center, z), (x1 - x0, deep, 0.024), wood, color=color, faces="yzZ",
            gloss=0.02, texel=0.05,
        )  # fmt: skip


def framed(
    model: Model,
    picture: Swatch,
    frame: Swatch,
    x: float,
    y: float,
    z: float,
    size: tuple[float, float],
    color: Color,
    bar: float = 0.025,
) -> None:
    """Hangs a framed picture on a back wall; x, z are its middle and y the wall's."""
    w, h = size
    for dx, dz, a, b in (
        (-(w + bar) / 2, 0, bar, h + 2 * bar),
        ((w + bar) / 2, 0, bar, h + 2 * bar),
        (0, -(h + bar) / 2, w, bar),
        (0, (h + bar) / 2, w, bar),
    ):
        model.box((x + dx, y - 0.018, z + dz), (a, 0.036, b), frame, color=color, faces="xXyzZ",
                  gloss=0.03)  # fmt: skip
    model.sheet((x - w / 2, y - 0.016, z - h / 2), (w, 0, 0), (0, 0, h), picture, texel=0.03)


def shade(
    model: Model, foot: Vector, paint: Swatch, lower: float, upper: float, height: float, lit: float
) -> None:
    """A lampshade of fabric, which glows when lit and casts no shadow."""
    day, night = np.array((0.90, 0.87, 0.80)), np.array((1.0, 0.88, 0.66))
    warm = vector(day + (night - day) * lit)
    out = [
        (lower, 0.0),
        (lower * 0.98, height * 0.2),
        (upper * 1.02, height * 0.8),
        (upper, height),
    ]
    model.lathe(foot, out, paint, color=warm, segments=36, shine=0.93 * lit, blocks=False,
                texel=0.03)  # fmt: skip
    inside = [(r - 0.004, h) for r, h in reversed(out)]
    model.lathe(foot, inside, paint, color=warm, segments=36, shine=0.98 * lit, blocks=False)


def sitter() -> Model:
    """A rough body that stands for the recruiter where shadows are computed."""
    body = Model()
    blank = Swatch(0, 0, 1, 1)
    for center, size, soft in (
        ((0.0, 0.04, 0.80), (0.40, 0.22, 0.58), 0.6),
        ((0.0, -0.03, 1.22), (0.17, 0.20, 0.25), 1.0),
        ((0.0, 0.02, 1.08), (0.12, 0.12, 0.16), 1.0),
        ((0.24, 0.0, 0.90), (0.11, 0.14, 0.36), 0.8),
        ((-0.24, 0.0, 0.90), (0.11, 0.14, 0.36), 0.8),
        ((0.20, -0.24, 0.78), (0.09, 0.34, 0.08), 0.8),
        ((-0.20, -0.24, 0.78), (0.09, 0.34, 0.08), 0.8),
        ((0.10, -0.44, 0.755), (0.09, 0.16, 0.035), 0.8),
        ((-0.10, -0.44, 0.755), (0.09, 0.16, 0.035), 0.8),
    ):
        body.cushion(center, size, blank, roundness=soft)
    return body


MIRRORED: tuple[tuple[Vector, Vector], ...] = (
    ((0.0, 0.05, 0.95), (0.42, 0.22, 0.75)),
    ((0.0, -0.02, 1.23), (0.17, 0.20, 0.26)),
    ((0.0, 0.30, 0.85), (0.5, 0.06, 0.5)),
)
"""Boxes in whose place a polished desk mirrors no window: recruiter and chair."""


def people_lights(day: Daylight, warmth: float) -> Lights:
    """The room's light on people: daylight from the picture's left, lamps from the right.

    Args:
        day: the hour.
        warmth: how warm the room's own surfaces and lamps are, 0–1.
    """
    base = Lights()
    sky = np.asarray(day.sky)
    # The window's share falls toward evening and the lamps' rises, as a camera balances them.
    key = np.asarray(base.key_color) * (0.40 + 0.60 * sky)
    lamp = np.array((1.0, 0.80, 0.56)) * day.lamps
    key = key * (1 - 0.15 * day.lamps) + 0.24 * lamp
    key += 0.035 * np.asarray(day.sun) * np.array((1.0, 0.98, 0.95)) * (day.lamps > 0)
    tint = np.array((1.0 + 0.10 * warmth, 1.0, 1.0 - 0.20 * warmth))
    fill = np.asarray(base.fill_color) * (0.6 + 0.4 * sky) * tint + 0.10 * lamp
    dim = (0.55 + 0.45 * sky) * tint
    return replace(
        base,
        key_color=vector(key),
        fill_color=vector(fill),
        sky_color=vector(np.asarray(base.sky_color) * dim + 0.05 * lamp),
        ground_color=vector(np.asarray(base.ground_color) * dim + 0.03 * lamp),
        rim_color=vector(np.asarray(base.rim_color) * (0.5 + 0.5 * sky) + 0.06 * lamp),
    )
