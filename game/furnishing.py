"""What stands in the office: walls with a window, shelf, plant, lamp, chair and desk.

Two models come of it: the far one (room and furniture behind the recruiter), which is drawn once as
a softly focused picture, and the near one (chair and desk), which shares the picture's depth with
the recruiter.
"""

from __future__ import annotations

import numpy as np

from game.lighting import Block, Glow, Pane, Room
from game.modelling import Color, Model, vector
from game.painting import region

DESK_HEIGHT_M = 0.73
"""Height of the desk's top; metres."""

DESK_EDGE_M = -0.25
"""y of the desk's edge on the recruiter's side; metres."""

SEAT_HEIGHT_M = 0.46
"""Height of the recruiter's seat; metres."""

_LEFT, _RIGHT, _BACK, _FRONT, _HEIGHT = -2.3, 2.7, 2.3, -2.4, 2.7
_WALL: Color = (0.90, 0.865, 0.81)
_WHITE: Color = (0.95, 0.94, 0.915)
_OAK: Color = (1.0, 0.97, 0.93)
_ACCENT: Color = (0.20, 0.46, 0.45)
_GRAPHITE: Color = (0.23, 0.23, 0.24)
_LEAF: Color = (0.30, 0.47, 0.29)
_DESK = (1.8, 0.78)
_WINDOW = (-1.95, -0.72, 0.92, 2.35)


def room(blocks: list[Block]) -> Room:
    """The light of the room: a window in view, a larger one beside the candidate, a lamp.

    Args:
        blocks: what furniture and people block.
    """
    left, right, low, high = _WINDOW
    sky = (3.0, 3.15, 3.35)
    return Room(
        low=(_LEFT, _FRONT, 0.0),
        high=(_RIGHT, _BACK, _HEIGHT),
        walls=np.array(
            [
                (0.78, 0.73, 0.64),
                (0.78, 0.73, 0.64),
                (0.74, 0.69, 0.61),
                (0.78, 0.73, 0.64),
                (0.40, 0.27, 0.16),
                (0.88, 0.87, 0.84),
            ],
            np.float32,
        ),
        panes=[
            Pane((left, _BACK - 0.02, low), (right - left, 0, 0), (0, 0, high - low), sky),
            Pane((_LEFT, -1.9, 0.75), (0, 2.1, 0), (0, 0, 1.75), (4.4, 4.3, 4.1)),
            # A broad dim light over the desk keeps the side away from the windows readable.
            Pane((0.2, -1.4, 2.68), (0, 1.6, 0), (1.6, 0, 0), (1.3, 1.25, 1.15)),
        ],
        glows=[Glow((-0.50, 1.86, 1.50), (0.16, 0.105, 0.05))],
        blocks=blocks,
        ambient=(0.26, 0.25, 0.235),
    )


def sitter() -> list[Block]:
    """Boxes that stand for the recruiter, so that chair and desk lie in soft shadow near them."""
    return [
        Block((0.0, 0.02, 0.80), (0.36, 0.20, 0.56)),
        Block((0.0, -0.04, 1.22), (0.15, 0.17, 0.22)),
        Block((0.21, -0.22, 0.80), (0.09, 0.38, 0.08)),
        Block((-0.21, -0.22, 0.80), (0.09, 0.38, 0.08)),
    ]


def far_model() -> Model:
    """Room, window, shelf with books, plant, lamp and picture."""
    model = Model()
    _shell(model)
    _window(model)
    _bookcase(model)
    _frame(model)
    _lamp(model)
    _plant(model, (-1.22, 1.72, 0.0))
    return model


def near_model() -> Model:
    """The recruiter's chair, and the desk with what lies on it."""
    model = Model()
    _chair(model)
    _desk(model)
    return model


def hiding_model() -> Model:
    """What of the near model can stand before the recruiter, in few triangles: desk and things."""
    model = Model()
    width, deep = _DESK
    model.sheet(
        (-width / 2, DESK_EDGE_M - deep, DESK_HEIGHT_M),
        (width, 0, 0),
        (0, deep, 0),
        region("plain"),
        step=2.0,
    )
    _things(model)
    return model


def _shell(model: Model) -> None:
    wall, floor, plain = region("wall"), region("floor"), region("plain")
    left, right, low, high = _WINDOW
    depth, width = _BACK - _FRONT, _RIGHT - _LEFT
    step = 0.12
    # The back wall leaves the window open: four pieces round it.
    for x0, x1, z0, z1 in (
        (_LEFT, left, 0.0, _HEIGHT),
        (right, _RIGHT, 0.0, _HEIGHT),
        (left, right, 0.0, low),
        (left, right, high, _HEIGHT),
    ):
        model.sheet((x0, _BACK, z0), (x1 - x0, 0, 0), (0, 0, z1 - z0), wall, step=step, color=_WALL)
    model.sheet((_LEFT, 0.4, 0), (0, 1.9, 0), (0, 0, _HEIGHT), wall, step=0.25, color=_WALL)
    model.sheet((_RIGHT, _BACK, 0), (0, -1.9, 0), (0, 0, _HEIGHT), wall, step=0.25, color=_WALL)
    model.sheet((_LEFT, _FRONT, 0), (width, 0, 0), (0, depth, 0), floor, step=0.12)
    middle = (_LEFT + _RIGHT) / 2
    model.box(
        (middle, _BACK - 0.008, 0.05),
        (width, 0.016, 0.10),
        plain,
        color=_WHITE,
        faces="yZ",
        blocks=False,
        step=0.3,
    )
    # A rug ties chair and desk together.
    model.sheet(
        (-1.2, -1.2, 0.006),
        (2.4, 0, 0),
        (0, 2.2, 0),
        region("cloth"),
        step=0.15,
        color=(0.80, 0.76, 0.69),
    )


def _window(model: Model) -> None:
    left, right, low, high = _WINDOW
    plain = region("plain")
    width, height = right - left, high - low
    middle, center = (left + right) / 2, (low + high) / 2
    model.sheet(
        (left - 0.5, _BACK + 0.5, low - 0.3),
        (width + 1.0, 0, 0),
        (0, 0, height + 0.4),
        region("view"),
        step=0.5,
        shine=1.0,
    )
    deep = 0.14
    for center_x, size_x in ((left + 0.02, 0.05), (middle, 0.045), (right - 0.02, 0.05)):
        model.box(
            (center_x, _BACK + 0.05, center),
            (size_x, 0.06, height),
            plain,
            color=_WHITE,
            faces="xXy",
            blocks=False,
        )
    for center_z in (low + 0.025, high - 0.025):
        model.box(
            (middle, _BACK + 0.05, center_z),
            (width, 0.06, 0.05),
            plain,
            color=_WHITE,
            faces="yzZ",
            blocks=False,
        )
    # Reveals of the wall's thickness, and the sill.
    model.sheet((left, _BACK, low), (0, deep, 0), (0, 0, height), plain, color=_WHITE, step=0.2)
    model.sheet(
        (right, _BACK + deep, low), (0, -deep, 0), (0, 0, height), plain, color=_WHITE, step=0.2
    )
    model.box(
        (middle, _BACK - 0.02, low - 0.015),
        (width + 0.16, 0.22, 0.03),
        plain,
        color=_WHITE,
        faces="xXyzZ",
        blocks=False,
    )
    # A linen curtain at the side, in folds.
    x = np.linspace(0, 1, 41)
    for start, end in ((left - 0.30, left + 0.16), (right - 0.10, right + 0.22)):
        z = np.linspace(0.04, _HEIGHT, 14)
        fold = 0.028 * np.sin(x * 2 * np.pi * 5.5) + 0.008 * np.sin(x * 37)
        places = np.zeros((len(z), len(x), 3), np.float32)
        places[..., 0] = start + (end - start) * x
        places[..., 1] = _BACK - 0.09 + fold
        places[..., 2] = z[:, None]
        slope = np.gradient(fold, x * (end - start))
        normal = np.stack([slope, -np.ones_like(x), np.zeros_like(x)], -1)
        normal /= np.linalg.norm(normal, axis=1, keepdims=True)
        normals = np.broadcast_to(normal, places.shape)
        u0, v0, u1, v1 = region("wall")
        s, t = np.meshgrid(x, z / _HEIGHT)
        uvs = np.stack([u0 + s * (u1 - u0), v0 + t * (v1 - v0)], -1)
        model.grid(places, normals, uvs, (0.96, 0.935, 0.885), shine=0.10)


def _bookcase(model: Model) -> None:
    wood, plain = region("shelf"), region("plain")
    x0, x1, deep, top = 0.98, 2.45, 0.30, 2.12
    middle, back = (x0 + x1) / 2, _BACK - deep / 2
    for x in (x0, x1):
        model.box((x, back, top / 2), (0.03, deep, top), wood, color=_OAK, faces="xXyZ", step=0.12)
    model.sheet(
        (x0, _BACK - 0.015, 0),
        (x1 - x0, 0, 0),
        (0, 0, top),
        wood,
        step=0.09,
        color=(0.93, 0.89, 0.84),
    )
    shelves = [0.06, 0.46, 0.83, 1.19, 1.55, 1.90]
    for z in (*shelves, top):
        model.box(
            (middle, back, z), (x1 - x0, deep, 0.026), wood, color=_OAK, faces="yzZ", step=0.12
        )
    rng = np.random.default_rng(11)
    colors = [
        (0.89, 0.86, 0.79),
        (0.20, 0.43, 0.42),
        (0.74, 0.45, 0.30),
        (0.32, 0.35, 0.39),
        (0.80, 0.71, 0.56),
        (0.52, 0.60, 0.55),
        (0.93, 0.91, 0.87),
        (0.42, 0.27, 0.22),
        (0.62, 0.68, 0.70),
    ]
    for number, z in enumerate(shelves[:-1]):
        room_above = shelves[number + 1] - z - 0.06
        x = x0 + 0.03 + (0.34 if number == 3 else 0.0)
        end = x1 - 0.05 - (0.50 if number in (1, 4) else 0.28 if number == 2 else 0.0)
        while x < end:
            thick = float(rng.uniform(0.018, 0.048))
            tall = float(rng.uniform(0.66, 0.97)) * room_above
            color = colors[int(rng.integers(len(colors)))]
            if rng.random() < 0.12:
                x += float(rng.uniform(0.02, 0.09))
            deep_in = float(rng.uniform(0.16, 0.2))
            model.box(
                (x + thick / 2, back - 0.02 + (0.2 - deep_in) / 2, z + 0.013 + tall / 2),
                (thick - 0.002, deep_in, tall),
                plain,
                color=color,
                faces="xXyZ",
                step=0.2,
                blocks=False,
            )
            x += thick
        model.blocks.append(
            Block(((x0 + end) / 2, back, z + room_above * 0.42), (end - x0, 0.16, room_above * 0.8))
        )
    # A vase, a box and a small trailing plant break the rows.
    vase = [(0.001, 0), (0.05, 0), (0.075, 0.06), (0.07, 0.12), (0.032, 0.18), (0.038, 0.21)]
    model.lathe((x0 + 0.18, back - 0.03, 1.203), vase, plain, color=(0.90, 0.87, 0.82), segments=16)
    model.box(
        (x1 - 0.28, back - 0.02, 0.46 + 0.013 + 0.11),
        (0.36, 0.22, 0.22),
        region("cloth"),
        color=(0.70, 0.60, 0.47),
        faces="xyZ",
    )
    model.box(
        (x1 - 0.17, back - 0.02, 0.83 + 0.013 + 0.09),
        (0.2, 0.2, 0.18),
        region("cloth"),
        color=_ACCENT,
        faces="xyZ",
    )
    _pot(model, (x1 - 0.30, back - 0.03, 1.563), 0.07, (0.86, 0.80, 0.72))
    _leaves(model, (x1 - 0.30, back - 0.03, 1.67), 26, 0.17, 0.035, seed=5, droop=1.3)


def _frame(model: Model) -> None:
    x, z, width, height = 0.57, 1.47, 0.44, 0.56
    model.box(
        (x, _BACK - 0.015, z),
        (width, 0.03, height),
        region("shelf"),
        color=(0.80, 0.72, 0.62),
        faces="xXyzZ",
        step=0.1,
    )
    model.sheet(
        (x - width / 2 + 0.018, _BACK - 0.031, z - height / 2 + 0.018),
        (width - 0.036, 0, 0),
        (0, 0, height - 0.036),
        region("picture"),
        step=0.15,
    )


def _lamp(model: Model) -> None:
    x, y = -0.50, 1.86
    plain = region("plain")
    foot = [(0.001, 0), (0.14, 0), (0.14, 0.012), (0.012, 0.022), (0.010, 1.36)]
    model.lathe((x, y, 0.0), foot, plain, color=_GRAPHITE, segments=16)
    # Inside and outside of the shade, lit from within.
    shade = [(0.19, 0.0), (0.187, 0.07), (0.172, 0.20), (0.155, 0.31)]
    model.lathe((x, y, 1.34), shade, plain, color=(1.0, 0.93, 0.80), segments=28, shine=0.88)
    model.lathe(
        (x, y, 1.34),
        [(r - 0.003, h) for r, h in reversed(shade)],
        plain,
        color=(1.0, 0.90, 0.74),
        segments=28,
        shine=0.95,
    )


def _pot(model: Model, foot: tuple[float, float, float], radius: float, color: Color) -> None:
    height = radius * 1.7
    profile = [
        (0.001, 0),
        (radius * 0.72, 0),
        (radius, height),
        (radius * 0.9, height),
        (radius * 0.88, height * 0.9),
        (0.001, height * 0.88),
    ]
    model.lathe(foot, profile, region("plain"), color=color, segments=20)
    # Inscribed, so that the block does not shade the pot's own side.
    size = (radius * 1.15, radius * 1.15, height)
    model.blocks.append(Block((foot[0], foot[1], foot[2] + height / 2), size))


def _leaves(
    model: Model,
    foot: tuple[float, float, float],
    count: int,
    reach: float,
    width: float,
    seed: int,
    droop: float = 0.7,
) -> None:
    """Leaves that arch outward from a foot; each a bent strip folded along its middle."""
    rng = np.random.default_rng(seed)
    u0, v0, u1, v1 = region("plain")
    t = np.linspace(0, 1, 6)
    across = np.array([-1.0, 0.0, 1.0])
    for number in range(count):
        angle = number * 2.39996 + rng.normal(0, 0.25)
        size = reach * rng.uniform(0.65, 1.1)
        rise = rng.uniform(0.5, 1.3)
        out = np.array([np.cos(angle), np.sin(angle), 0.0])
        side = np.array([-np.sin(angle), np.cos(angle), 0.0])
        line = t[:, None] * out * size * 0.8
        line[:, 2] = size * (rise * t - droop * t**2)
        broad = (
            width * rng.uniform(0.8, 1.2) * np.sin(np.pi * np.clip(t * 0.93 + 0.07, 0, 1)) ** 0.8
        )
        places = line[:, None] + across[None, :, None] * broad[:, None, None] * side
        places[:, 1, 2] -= broad * 0.25
        along = np.gradient(line, axis=0)
        up = np.cross(along, side)
        up /= np.linalg.norm(up, axis=1, keepdims=True)
        up *= np.where(up[:, 2:] < 0, -1, 1)
        normals = up[:, None] + across[None, :, None] * 0.35 * side
        normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
        color = vector(np.asarray(_LEAF) * rng.normal(1.0, 0.10, 3))
        s, v = np.meshgrid(np.linspace(u0, u1, 3), np.linspace(v0, v1, len(t)))
        model.grid(
            (places + np.asarray(foot)).astype(np.float32),
            normals.astype(np.float32),
            np.stack([s, v], -1),
            color,
            shine=0.06,
        )


def _plant(model: Model, foot: tuple[float, float, float]) -> None:
    x, y, _ = foot
    _pot(model, foot, 0.17, (0.88, 0.85, 0.80))
    plain = region("plain")
    stems = ((0.0, 0.0, 0.86), (0.06, -0.05, 0.68), (-0.07, 0.03, 0.60))
    for number, (dx, dy, height) in enumerate(stems):
        model.lathe(
            (x + dx, y + dy, 0.26),
            [(0.012, 0), (0.009, height)],
            plain,
            color=(0.40, 0.33, 0.24),
            segments=6,
        )
        for level in range(3):
            z = 0.26 + height * (0.55 + 0.22 * level)
            _leaves(model, (x + dx, y + dy, z), 11, 0.34, 0.062, seed=20 + number * 5 + level)


def _chair(model: Model) -> None:
    cloth = plain = region("plain")
    model.cushion(
        (0.0, 0.245, 0.83),
        (0.50, 0.085, 0.56),
        cloth,
        color=_ACCENT,
        roundness=0.42,
        detail=(18, 36),
        tilt_deg=6.0,
    )
    model.cushion(
        (0.0, 0.0, 0.42), (0.52, 0.48, 0.09), cloth, color=_ACCENT, roundness=0.4, detail=(8, 24)
    )
    model.lathe((0.0, 0.03, 0.05), [(0.03, 0), (0.025, 0.34)], plain, color=_GRAPHITE, segments=10)
    for x in (-0.31, 0.31):
        model.cushion(
            (x, 0.0, 0.645),
            (0.07, 0.28, 0.035),
            plain,
            color=_GRAPHITE,
            roundness=0.5,
            detail=(8, 16),
        )
        model.box((x, 0.04, 0.54), (0.03, 0.05, 0.19), plain, color=_GRAPHITE, faces="xXyY")


def _desk(model: Model) -> None:
    wood, plain = region("desk"), region("plain")
    (width, deep), thick = _DESK, 0.034
    far, near = DESK_EDGE_M, DESK_EDGE_M - deep
    u0, v0, u1, v1 = wood
    # Only the farther part is seen closely, so it alone is finely divided.
    split = far - 0.40
    share = v0 + (v1 - v0) * (split - near) / deep
    model.sheet(
        (-width / 2, split, DESK_HEIGHT_M),
        (width, 0, 0),
        (0, far - split, 0),
        (u0, share, u1, v1),
        step=0.022,
    )
    model.sheet(
        (-width / 2, near, DESK_HEIGHT_M),
        (width, 0, 0),
        (0, split - near, 0),
        (u0, v0, u1, share),
        step=0.12,
    )
    model.blocks.append(
        Block((0, (far + near) / 2, DESK_HEIGHT_M - thick / 2), (width, deep, thick))
    )
    _things(model)
    _papers(model)
    _leaves(model, (-0.56, -0.34, DESK_HEIGHT_M + 0.08), 22, 0.11, 0.017, seed=3, droop=0.9)
    model.box(
        (0.62, -0.32, DESK_HEIGHT_M + 0.012),
        (0.17, 0.23, 0.022),
        plain,
        yaw_deg=-12,
        color=_ACCENT,
        faces="xXyYZ",
        step=0.05,
    )
    model.box(
        (0.622, -0.318, DESK_HEIGHT_M + 0.035),
        (0.15, 0.21, 0.022),
        plain,
        yaw_deg=-6,
        color=(0.87, 0.82, 0.73),
        faces="xXyYZ",
        step=0.05,
    )


def _things(model: Model) -> None:
    """What stands up from the desk."""
    _laptop(model, 0.45, -0.46)
    _cup(model, (-0.36, -0.40, DESK_HEIGHT_M))
    _pot(model, (-0.56, -0.34, DESK_HEIGHT_M), 0.05, (0.80, 0.50, 0.34))


def _laptop(model: Model, x: float, y: float) -> None:
    """Open toward the recruiter and turned aside, so the candidate sees the lid's back."""
    plain = region("plain")
    silver = (0.76, 0.76, 0.75)
    turn = 24.0
    c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    along, depth = np.array([c, s, 0.0]), np.array([-s, c, 0.0])
    base = np.array([x, y, DESK_HEIGHT_M + 0.009])
    model.box(
        vector(base),
        (0.30, 0.21, 0.014),
        plain,
        yaw_deg=turn,
        color=silver,
        faces="xXyYZ",
        step=0.05,
    )
    lid = depth * -0.36 * 0.2 + np.array([0, 0, 0.195])
    foot = base - along * 0.15 - depth * 0.105 + np.array([0, 0, 0.004])
    model.sheet(vector(foot), vector(along * 0.30), vector(lid), plain, step=0.04, color=silver)
    inner = foot + along * 0.30 + depth * 0.004
    model.sheet(vector(inner), vector(-along * 0.30), vector(lid), plain, step=0.1, color=_GRAPHITE)
    middle = foot + along * 0.15 + lid / 2
    model.blocks.append(Block(vector(middle), (0.30, 0.05, 0.19), turn))


def _papers(model: Model) -> None:
    """The CV in front of the recruiter, and a notebook with its pen."""

    def lay(
        x: float, y: float, width: float, deep: float, turn_deg: float, z: float, name: str
    ) -> None:
        c, s = np.cos(np.radians(turn_deg)), np.sin(np.radians(turn_deg))
        # Turned round: the recruiter reads it, not the candidate.
        u, v = np.array([-c, -s, 0.0]) * width, np.array([s, -c, 0.0]) * deep
        corner = np.array([x, y, DESK_HEIGHT_M + z]) - u / 2 - v / 2
        model.sheet(vector(corner), vector(u), vector(v), region(name), step=0.04)

    lay(-0.13, -0.47, 0.21, 0.297, -7.0, 0.002, "paper")
    model.box(
        (0.13, -0.46, DESK_HEIGHT_M + 0.005),
        (0.155, 0.215, 0.010),
        region("plain"),
        yaw_deg=9.0,
        color=_ACCENT,
        faces="xXyYZ",
        step=0.05,
    )
    lay(0.13, -0.46, 0.145, 0.205, 9.0, 0.0115, "notebook")
    model.box(
        (0.165, -0.45, DESK_HEIGHT_M + 0.016),
        (0.008, 0.14, 0.008),
        region("plain"),
        yaw_deg=28.0,
        color=_GRAPHITE,
        step=0.1,
    )


def _cup(model: Model, foot: tuple[float, float, float]) -> None:
    plain = region("plain")
    wall = [
        (0.001, 0.004),
        (0.030, 0.0),
        (0.038, 0.02),
        (0.041, 0.088),
        (0.038, 0.090),
        (0.035, 0.072),
        (0.001, 0.071),
    ]
    white = (0.95, 0.94, 0.91)
    model.lathe(foot, wall[:5], plain, color=white, segments=24)
    model.lathe(foot, wall[4:], plain, color=(0.33, 0.22, 0.15), segments=24)
    angle = np.linspace(-0.5 * np.pi, 0.5 * np.pi, 12)
    ring = np.linspace(0, 2 * np.pi, 9)
    a, r = np.meshgrid(angle, ring, indexing="ij")
    out = np.stack([-np.cos(a), np.zeros_like(a), np.sin(a)], -1)
    normals = np.cos(r)[..., None] * out + np.sin(r)[..., None] * np.array([0.0, 1.0, 0.0])
    places = np.array([foot[0] - 0.038, foot[1], foot[2] + 0.046]) + out * 0.026 + normals * 0.0045
    uv = np.broadcast_to(
        np.array([(plain[0] + plain[2]) / 2, (plain[1] + plain[3]) / 2]), (12, 9, 2)
    )
    model.grid(places.astype(np.float32), normals.astype(np.float32), uv, white)
    model.blocks.append(Block((foot[0], foot[1], foot[2] + 0.045), (0.05, 0.05, 0.085)))
