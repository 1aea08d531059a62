"""The recruiter's desk with what lies on it, and her chair."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from game.places import (
    CUP,
    CV,
    DESK_EDGE_M,
    DESK_HEIGHT_M,
    DESK_SIZE_M,
    GLASS,
    GUEST_GLASS,
    LAPTOP,
    NOTEBOOK,
    PEN,
    Thing,
)
from game.rooms.modelling import Color, Model, Swatch, Vector, vector

_FINE_M = 0.009


@dataclass(frozen=True, slots=True)
class Look:
    """What differs between the rooms' desks and chairs."""

    laptop: Color = (0.70, 0.70, 0.71)
    """Of its shell."""
    notebook: Color = (0.10, 0.13, 0.20)
    """Of its cover."""
    cup: Color = (0.90, 0.89, 0.86)
    """Of its glaze."""
    saucer: bool = True
    """Whether the cup has one."""
    pen: Color = (0.08, 0.08, 0.09)
    """Of its barrel."""
    gloss: float = 0.035
    """Of the desk's varnish: reflectance at right angles."""
    edge: Color = (0.8, 0.8, 0.8)
    """Of the desk's edge against its top."""


def desk(
    near: Model, hiding: Model, clear: Model, top: Swatch, plain: Swatch, cv: Swatch,
    notebook: Swatch, look: Look,
) -> None:  # fmt: skip
    """Adds the desk and the things that every room's desk has.

    Args:
        near: gets all but glass and pen.
        hiding: gets what can stand before the recruiter.
        clear: gets what is of glass.
        top: material of the desk's top.
        plain: material of coloured things.
        cv: the printed sheet.
        notebook: its two open pages.
        look: colours.
    """
    width, deep = DESK_SIZE_M
    far, front = DESK_EDGE_M, DESK_EDGE_M - deep
    split = far - 0.42
    share = (split - front) / deep
    for low, high, texel, part in (
        (front, split, 0.05, top.part(0, 0, 1, share)),
        (split, far, _FINE_M, top.part(0, share, 1, 1)),
    ):
        near.sheet((-width / 2, low, DESK_HEIGHT_M), (width, 0, 0), (0, high - low, 0), part,
                   gloss=look.gloss, texel=texel)  # fmt: skip
    near.box((0, (far + front) / 2, DESK_HEIGHT_M - 0.0175), (width, deep, 0.035), top,
             color=look.edge, faces="xXyYz")  # fmt: skip
    hiding.sheet((-width / 2, front, DESK_HEIGHT_M), (width, 0, 0), (0, deep, 0), top)
    _sheet_of(near, CV, cv, 0.0)
    _notebook(near, notebook, plain, look.notebook)
    standing = Model(texel_m=0.012)
    _laptop(standing, plain, look.laptop)
    _cup(standing, plain, look)
    near.add(standing)
    hiding.add(standing)
    for place in (GLASS, GUEST_GLASS):
        _glass(clear, plain, place)


def _sheet_of(model: Model, thing: Thing, paint: Swatch, lift: float) -> None:
    """A sheet of paper that reads from the recruiter's side."""
    width, deep, _ = thing.size
    sheet = Model(texel_m=_FINE_M)
    # A little bow, as paper has that was folded once in an envelope.
    t = np.linspace(0, 1, 7)
    s, v = np.meshgrid(np.linspace(0, 1, 2), t)
    bow = 0.0025 * np.abs(np.sin(v * np.pi * 1.5)) + 0.0008
    places = np.stack([(0.5 - s) * width, (0.5 - v) * deep, bow], -1)
    normals = np.broadcast_to(np.array((0, 0, 1.0), np.float32), places.shape)
    left, bottom, right, top, tone = paint
    uvs = np.stack([left + s * (right - left), bottom + v * (top - bottom)], -1)
    sheet.grid(places, normals, uvs, (1, 1, 1), tone=tone)
    x, y, z = thing.foot
    model.add(sheet, (x, y, z + lift), thing.yaw_deg)


def _notebook(model: Model, pages: Swatch, plain: Swatch, cover: Color) -> None:
    width, deep, height = NOTEBOOK.size
    book = Model(texel_m=_FINE_M)
    book.box((0, 0, 0.0015), (width + 0.008, deep + 0.008, 0.003), plain, color=cover)
    s, t = np.meshgrid(np.linspace(-1, 1, 17), np.linspace(0, 1, 3))
    # Pages rise from the fold and lie down toward the rim.
    rise = 0.003 + (height - 0.003) * np.abs(s) ** 0.35 * np.sqrt(np.clip(1.06 - np.abs(s), 0, 1))
    places = np.stack([-s * width / 2, (0.5 - t) * deep, rise], -1)
    slope = np.gradient(rise, -s[0] * width / 2, axis=1)
    normals = np.stack([-slope, np.zeros_like(slope), np.ones_like(slope)], -1)
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    left, bottom, right, top, tone = pages
    uvs = np.stack([left + (s + 1) / 2 * (right - left), bottom + t * (top - bottom)], -1)
    book.grid(places, normals, uvs, (1, 1, 1), tone=tone)
    model.add(book, NOTEBOOK.foot, NOTEBOOK.yaw_deg)


def pen(plain: Swatch, look: Look) -> Model:
    """The pen about its own middle, along y, tip toward −y."""
    model = Model(texel_m=0.02)
    half = PEN.size[1] / 2
    path = [(0, y, 0) for y in (-half, -half + 0.012, -half + 0.014, 0.0, half - 0.004, half)]
    thick = [0.0006, 0.0034, 0.0044, 0.0046, 0.0042, 0.0015]
    model.tube(path, thick, plain, color=look.pen, sides=10, gloss=0.05)
    ring = [(0, 0.004, 0), (0, 0.008, 0)]
    model.tube(ring, 0.0049, plain, color=(0.75, 0.72, 0.64), sides=10, gloss=0.4)
    clip = (0, half - 0.026, 0.0052)
    model.box(clip, (0.002, 0.036, 0.0012), plain, color=(0.75, 0.72, 0.64), gloss=0.4)
    return model


def _laptop(model: Model, plain: Swatch, color: Color) -> None:
    """Closed: two slabs with rounded corners and a shadowed gap."""
    width, deep, height = LAPTOP.size
    case = Model(texel_m=0.012)
    angle = np.linspace(0, 2 * np.pi, 49)
    power = 0.22
    ring = np.stack(
        [
            np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** power * width / 2,
            np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** power * deep / 2,
        ],
        -1,
    )
    out = np.stack([np.cos(angle), np.sin(angle), np.zeros_like(angle)], -1)
    for low, high in ((0.003, height * 0.62), (height * 0.66, height)):
        places = np.stack(
            [np.column_stack([ring, np.full(49, low)]), np.column_stack([ring, np.full(49, high)])]
        )
        uv = np.full((2, 49, 2), (plain.left + plain.right) / 2)
        uv[..., 1] = (plain.bottom + plain.top) / 2
        case.grid(places, np.broadcast_to(out, places.shape), uv, color, gloss=0.12)
    share = np.linspace(1, 0.02, 4)[:, None, None]
    lid = np.concatenate(
        [ring[None] * share, np.full((4, 49, 1), height)], -1
    )  # the lid's upper side, rings toward its middle
    up = np.broadcast_to(np.array((0, 0, 1.0)), lid.shape)
    uv = np.full((4, 49, 2), (plain.left + plain.right) / 2)
    uv[..., 1] = (plain.bottom + plain.top) / 2
    case.grid(lid, up, uv, color, gloss=0.10, texel=0.01)
    model.add(case, LAPTOP.foot, LAPTOP.yaw_deg)


def _cup(model: Model, plain: Swatch, look: Look) -> None:
    x, y, z = CUP.foot
    lift = 0.008 if look.saucer else 0.0
    if look.saucer:
        dish = [(0.001, 0.004), (0.032, 0.002), (0.062, 0.010), (0.074, 0.016), (0.072, 0.018),
                (0.036, 0.010), (0.001, 0.009)]  # fmt: skip
        model.lathe((x, y, z), dish, plain, color=look.cup, segments=36, gloss=0.05)
    r, h = CUP.size[0] / 2, CUP.size[2] - lift
    wall = [(0.001, 0.0), (r * 0.62, 0.0), (r * 0.74, 0.006), (r * 0.92, h * 0.35), (r, h * 0.97),
            (r * 0.985, h), (r * 0.94, h * 0.985)]  # fmt: skip
    foot = (x, y, z + lift)
    model.lathe(foot, wall, plain, color=look.cup, segments=36, gloss=0.05)
    inside = [(r * 0.94, h * 0.985), (r * 0.90, h * 0.82)]
    model.lathe(foot, inside, plain, color=look.cup, segments=36, gloss=0.05)
    coffee = [(r * 0.90, h * 0.82), (0.001, h * 0.82)]
    model.lathe(foot, coffee, plain, color=(0.17, 0.09, 0.05), segments=36, gloss=0.04)
    a = np.linspace(-0.5 * np.pi, 0.5 * np.pi, 12)
    path = np.stack([x - r * 0.90 - 0.024 * np.cos(a), np.full(12, y),
                     z + lift + h * 0.52 + 0.026 * np.sin(a)], -1)  # fmt: skip
    model.tube(path, 0.0048, plain, color=look.cup, sides=8, gloss=0.05)


def _glass(model: Model, plain: Swatch, place: Thing) -> None:
    """A tumbler two thirds full of water, seen from the candidate's side."""
    r, h = place.size[0] / 2, place.size[2]
    x, y, z = place.foot
    profile = ((0.80, 0.0), (0.82, 0.08), (0.88, 0.4), (0.93, 0.62), (1.0, 1.0))
    middle = ((plain.left + plain.right) / 2, (plain.bottom + plain.top) / 2)

    def side(start: float, end: float, low: int, high: int, look: Color, shine: float,
             cover: float) -> None:  # fmt: skip
        """A strip of the wall; angles from the side toward the candidate, in degrees."""
        a = np.radians(np.linspace(start, end, 9) - 90.0)
        rows = np.array(profile[low:high])
        places = np.stack(
            [x + r * rows[:, :1] * np.cos(a), y + r * rows[:, :1] * np.sin(a),
             np.broadcast_to(z + h * rows[:, 1:], (len(rows), 9))], -1
        )  # fmt: skip
        normals = np.broadcast_to(np.stack([np.cos(a), np.sin(a), 0 * a], -1), places.shape)
        uvs = np.broadcast_to(np.array(middle), (len(rows), 9, 2))
        model.grid(places, normals, uvs, look, shine=shine, cover=cover, blocks=False)

    def disc(share: float, rise: float, look: Color, shine: float, cover: float) -> None:
        a = np.linspace(0, 2 * np.pi, 33)
        places = np.stack([x + r * np.outer((0.02, share), np.cos(a)),
                           y + r * np.outer((0.02, share), np.sin(a)),
                           np.full((2, 33), z + h * rise)], -1)  # fmt: skip
        normals = np.broadcast_to(np.array((0.0, 0.0, 1.0)), places.shape)
        uvs = np.broadcast_to(np.array(middle), (2, 33, 2))
        model.grid(places, normals, uvs, look, shine=shine, cover=cover, blocks=False)

    white, water = (1.0, 1.0, 1.0), (0.78, 0.86, 0.90)
    disc(0.80, 0.03, (0.80, 0.85, 0.88), 0.5, 0.35)
    disc(0.92, 0.62, (0.90, 0.95, 0.98), 0.6, 0.45)
    # Glass darkens where the eye looks along it, and mirrors the window on its left.
    for start, end, look, shine, cover in (
        (-90, -72, (0.42, 0.46, 0.50), 0.3, 0.55), (72, 90, (0.42, 0.46, 0.50), 0.3, 0.5),
        (-72, 72, water, 0.2, 0.10), (-62, -44, white, 0.95, 0.62), (-40, -36, white, 0.9, 0.4),
        (48, 56, white, 0.8, 0.30),
    ):  # fmt: skip
        side(start, end, 0, 5, look, shine, cover)
    side(-90, 90, 0, 2, (0.70, 0.76, 0.80), 0.5, 0.45)
    a = np.linspace(0, 2 * np.pi, 33)
    rim = np.stack([x + r * np.cos(a), y + r * np.sin(a), np.full(33, z + h)], -1)
    ring = Model()
    ring.tube(rim, 0.0011, plain, color=(0.92, 0.95, 0.97), sides=6, shine=0.7)
    model.add(ring)


def chair(
    model: Model, cover: Swatch, plain: Swatch, *, color: Color, frame: Color, top: float = 1.06,
    width: float = 0.52, seams: int = 3, headroom: float = 0.0,
) -> None:  # fmt: skip
    """Adds an office chair whose back bends round the sitter.

    Args:
        model: gets it.
        cover: material of back and seat.
        plain: material of the frame.
        color: of the cover.
        frame: colour of arms and stem.
        top: height of the back's upper rim; metres.
        width: of the back; metres.
        seams: stitched bolsters one over the other; 0 for a taut net.
        headroom: how much narrower the upper rim is, 0–1.
    """
    low = 0.50
    t = np.linspace(0, 1, 36)
    angle = np.linspace(0, 2 * np.pi, 41)
    # Upper corners are rounded by drawing the rows in near the rim.
    rim = np.sqrt(np.clip(1 - np.clip((t - 0.86) / 0.14, 0, 1) ** 2.4, 0.0, 1)) * 0.36 + 0.64
    foot = np.sqrt(np.clip(1 - np.clip((0.10 - t) / 0.10, 0, 1) ** 2.4, 0.0, 1)) * 0.4 + 0.6
    half = width / 2 * np.minimum(rim, foot) * (1 - headroom * t**2)
    thick = np.full_like(t, 0.030 if seams else 0.014)
    if seams:
        thick *= 0.74 + 0.30 * np.abs(np.sin(np.pi * seams * t)) ** 0.5
    ends = np.minimum(1, np.minimum(t, 1 - t) / 0.035) ** 0.5
    half, thick = half * (0.9 + 0.1 * ends), thick * np.maximum(ends, 0.02)
    c, s = np.cos(angle), np.sin(angle)
    x = half[:, None] * (np.sign(c) * np.abs(c) ** 0.75)
    y = thick[:, None] * (np.sign(s) * np.abs(s) ** 0.75)
    # The spine's line: lumbar bulge below, leaning back above; the sides come forward.
    z = low + (top - low) * t
    spine = 0.245 + 0.11 * t**1.6 - 0.035 * np.exp(-(((t - 0.22) / 0.2) ** 2))
    places = np.stack(
        [x, y + spine[:, None] - 0.42 * x**2, np.broadcast_to(z[:, None], x.shape)], -1
    )
    along_t, along_a = np.gradient(places, axis=0), np.gradient(places, axis=1)
    normals = np.cross(along_a, along_t)
    normals /= np.maximum(np.linalg.norm(normals, axis=-1, keepdims=True), 1e-9)
    facing = np.sign((normals * np.stack([c, s, 0 * c], -1)).sum(-1, keepdims=True))
    normals *= np.where(facing == 0, 1, facing)
    u = (angle / (2 * np.pi) * 2) % 1.0
    u = np.abs(u * 2 - 1)
    left, bottom, right, upper, tone = cover
    uvs = np.stack(np.broadcast_arrays(left + u[None] * (right - left),
                                       bottom + t[:, None] * (upper - bottom)), -1)  # fmt: skip
    model.grid(places, normals, uvs, color, tone=tone, gloss=0.03, texel=0.02)
    model.cushion((0, 0.02, 0.425), (0.52, 0.50, 0.085), cover, color=color, roundness=0.4)
    model.lathe((0, 0.05, 0.06), [(0.03, 0), (0.025, 0.33)], plain, color=frame, segments=12)
    for side in (-1, 1):
        model.cushion((side * 0.335, 0.02, 0.635), (0.075, 0.26, 0.03), plain, color=frame,
                      roundness=0.5, detail=(8, 18))  # fmt: skip
        arm = [(side * 0.335, 0.06, 0.625), (side * 0.335, 0.10, 0.56), (side * 0.31, 0.10, 0.46),
               (side * 0.22, 0.08, 0.42)]  # fmt: skip
        model.tube(arm, 0.016, plain, color=frame, sides=8, gloss=0.05)


def folder(model: Model, plain: Swatch, place: Vector, color: Color, yaw_deg: float) -> None:
    """A card folder with sheets that look out of it."""
    x, y, z = place
    model.box((x, y, z + 0.002), (0.24, 0.32, 0.004), plain, color=color, yaw_deg=yaw_deg,
              texel=0.02)  # fmt: skip
    turned = np.radians(yaw_deg + 1.5)
    shift = np.array([np.sin(turned), -np.cos(turned), 0]) * 0.006
    model.box(vector(np.array([x, y, z + 0.008]) + shift), (0.21, 0.297, 0.008), plain,
              color=(0.93, 0.92, 0.89), yaw_deg=yaw_deg + 1.5, texel=0.02)  # fmt: skip
    model.box((x, y, z + 0.0135), (0.238, 0.318, 0.003), plain, color=color,
              yaw_deg=yaw_deg - 0.8, texel=0.02)  # fmt: skip
