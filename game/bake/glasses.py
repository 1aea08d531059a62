"""Glasses: rims, bridge and temples as bent tubes, and lenses that reflect faintly.

They are fitted as an optician would: lenses before the pupils, the rims a few
millimetres off brows and cheeks, the bridge on the nose, temples along the
head's sides to behind the ears. All of it moves with the head alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from game.bake.body import Figure
from game.bake.mesh import Part, noise, normals_of, triangulated
from game.bake.scalp import ear_vertices
from game.bake.source import Floats

_POINTS = 28
"""Corners of a lens's outline."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The form of a frame; lengths in metres."""

    half: tuple[float, float]
    """Half width and half height of a lens."""
    power: float
    """Roundness of the lens: 2 is an ellipse, more is squarer."""
    rim: tuple[float, float]
    """Half thickness of the rim in the lens's plane, and along the gaze."""
    temple: tuple[float, float]
    """Half height and half thickness of the temples."""
    down: float
    """How far below the pupils the lenses' middles are."""
    bridge: float
    """Where the bridge joins, as a share of the half height over the middle."""
    colour: tuple[float, float, float]
    """Display colour."""
    mottled: float
    """How marked the pattern of horn is, 0–1."""


FRAMES: dict[str, Frame] = {
    "metal": Frame(
        *((0.0255, 0.0185), 2.7, (0.0009, 0.0010), (0.0016, 0.0007), 0.002, 0.55),
        *((0.46, 0.43, 0.39), 0.0),
    ),
    "horn": Frame(
        *((0.0250, 0.0195), 2.6, (0.0021, 0.0018), (0.0030, 0.0014), 0.002, 0.45),
        *((0.17, 0.10, 0.06), 0.6),
    ),
    "reading": Frame(
        *((0.0225, 0.0125), 2.5, (0.0010, 0.0010), (0.0015, 0.0007), 0.017, 0.45),
        *((0.36, 0.13, 0.14), 0.2),
    ),
}
"""A frame's name in an identity's ``glasses`` to its form."""


def glasses_parts(figure: Figure) -> list[Part]:
    """The frame and its lenses; nothing for who wears none."""
    if figure.who.glasses == "none":
        return []
    frame = FRAMES[figure.who.glasses]
    fit = _Fit(figure, frame)
    rims = [fit.outline(side) for side in (1, -1)]
    tubes = [_tube(rim, frame.rim, np.array([0.0, 1.0, 0.0]), closed=True) for rim in rims]
    tubes.append(_tube(fit.bridge(), (frame.rim[0] * 1.15, frame.rim[1]), np.array([0, 1.0, 0])))
    for side in (1, -1):
        tubes.append(_tube(fit.temple(side), frame.temple, np.array([1.0, 0.0, 0.0])))
    return [
        _part(figure, "frame", tubes, _material(figure, frame)),
        _lenses(figure, rims),
    ]


class _Fit:
    """Where a frame goes on one face."""

    def __init__(self, figure: Figure, frame: Frame) -> None:
        self.frame = frame
        body = np.unique(figure.mesh.quads[figure.body_quads])
        points = figure.vertices[body]
        left = figure.joint("eye.L")
        self.eye: Floats = left * (0, 1, 1)
        near = np.linalg.norm(points - self.eye, axis=1) < 0.16
        ears = np.isin(body, ear_vertices(figure))
        self._skin = points[near & ~ears]
        self._ears = figure.vertices[ear_vertices(figure)]
        self._front = points[near & (figure.normals[body][:, 1] < 0.15) & ~ears]
        half = frame.half[0]
        self.middle_x = max(float(left[0]) + 0.0025, half + 0.0085)
        self.z = float(self.eye[2]) - frame.down
        # nearer than an eyelash's length no lens may come to the eyeball, whose radius is 12 mm
        self.y = min(float(left[1]) - 0.012 - 0.011, self._clear())

    def face_y(self, x: Floats, z: Floats) -> Floats:
        """(n,) the foremost skin at places seen from the front, metres."""
        flat = np.column_stack([x, z])
        away = ((flat[:, None] - self._front[None][..., [0, 2]]) ** 2).sum(axis=2)
        near = np.argsort(away, axis=1)[:, :4]
        share = 1.0 / (np.take_along_axis(away, near, 1) + 1e-6)
        return np.asarray((self._front[near, 1] * share).sum(axis=1) / share.sum(axis=1))

    def outline(self, side: int) -> Floats:
        """(n, 3) the middle of one lens's rim; side + is her left."""
        a = np.arange(_POINTS) / _POINTS * 2 * np.pi
        return self._shaped(a, side)

    def _shaped(self, a: Floats, side: int) -> Floats:
        width, height = self.frame.half
        c, s = np.cos(a), np.sin(a)
        x = np.sign(c) * np.abs(c) ** (2 / self.frame.power) * width
        z = np.sign(s) * np.abs(s) ** (2 / self.frame.power) * height
        # lower and nearer the nose the lens narrows
        x = x * (1 + 0.06 * z / height)
        y = np.full(len(a), getattr(self, "y", 0.0)) + self._curve(x + self.middle_x, z)
        return np.column_stack([side * (x + self.middle_x), y, self.z + z])

    @staticmethod
    def _curve(x: Floats, z: Floats) -> Floats:
        """How far back the frame bends: round the face, and in at the bottom."""
        return 1.6 * x**2 - 0.10 * z

    def _clear(self) -> float:
        """The hindmost place of the frame's middle at which its rims clear the skin."""
        rim = self._shaped(np.linspace(0, 2 * np.pi, 40), 1)
        room = self.face_y(rim[:, 0], rim[:, 2]) - (rim[:, 1] + self.frame.rim[1])
        return float(room.min()) - 0.0012

    def bridge(self) -> Floats:
        """(n, 3) from one rim over the nose to the other."""
        a = np.pi - np.arcsin(self.frame.bridge)
        ends = [self._shaped(np.array([a]), side)[0] for side in (1, -1)]
        k = np.linspace(0, 1, 9)
        line = ends[0] + (ends[1] - ends[0]) * k[:, None]
        arch = np.sin(k * np.pi)
        line[:, 2] += 0.0022 * arch
        skin = self.face_y(line[:, 0], line[:, 2])
        rest = skin - self.frame.rim[1] - 0.0006
        line[:, 1] = np.minimum(line[:, 1] - 0.001 * arch, rest)
        # the lowest point of the arch touches the nose
        line[:, 1] += (rest[4] - line[4, 1]) * arch**2 * (rest[4] - line[4, 1] < 0.006)
        return line

    def temple(self, side: int) -> Floats:
        """(n, 3) from the rim's outer end along the head over the ear and down behind it."""
        start = self._shaped(np.array([np.arcsin(0.35)]), side)[0]
        ear = self._ears[self._ears[:, 0] * side > 0]
        top = float(ear[:, 2].max())
        root = float(np.quantile(ear[:, 1], 0.45))
        over = top - 0.002
        hinge = start + np.array([side * 0.0055, 0.0025, 0.0])
        y = np.linspace(hinge[1] + 0.006, root, 6)
        k = (y - hinge[1]) / (root - hinge[1])
        z = hinge[2] + (over - hinge[2]) * k
        x = np.array([self._side(a, b, side) for a, b in zip(y, z, strict=True)]) + 0.0016
        wide = abs(hinge[0]) + (max(float(x[-1]), abs(hinge[0])) - abs(hinge[0])) * k
        run = np.column_stack([side * np.maximum(x, wide), y, z])
        last = run[-1]
        hook = last + np.array([[-side * 0.001, 0.012, -0.006], [-side * 0.003, 0.020, -0.022]])
        return np.vstack([start, hinge, run, hook])

    def _side(self, y: float, z: float, side: int) -> float:
        """How wide the head is at one place seen from the side."""
        d = np.hypot(self._skin[:, 1] - y, self._skin[:, 2] - z)
        d = np.where(self._skin[:, 0] * side > 0, d, 1.0)
        return float(np.abs(self._skin[np.argsort(d)[:3], 0]).max())


def _tube(
    path: Floats, half: tuple[float, float], deep: Floats, closed: bool = False
) -> tuple[Floats, NDArray[np.int64]]:
    """A bar of rectangular section with chamfers along a path.

    Args:
        path: (n, 3) its middle.
        half: half its thickness across, and along ``deep``.
        deep: (3,) direction of its depth.
        closed: whether its ends meet.

    Returns:
        (8n, 3) points and (m, 3) triangles.
    """
    ahead = np.roll(path, -1, 0) - np.roll(path, 1, 0) if closed else np.gradient(path, axis=0)
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    inward = deep - ahead * (ahead @ deep)[:, None]
    inward /= np.linalg.norm(inward, axis=1, keepdims=True)
    across = np.cross(inward, ahead)
    a = (np.arange(6) + 0.5) / 6 * 2 * np.pi
    ring = np.column_stack([np.cos(a) * half[0], np.sin(a) * half[1]]) * 1.12
    sides = len(ring)
    points = (
        path[:, None] + across[:, None] * ring[None, :, :1] + inward[:, None] * ring[None, :, 1:]
    ).reshape(-1, 3)
    n = len(path)
    i = np.arange(n if closed else n - 1)[:, None] * sides
    j = np.arange(sides)[None]
    k = (j + 1) % sides
    nxt = (i + sides) % (n * sides)
    quads = np.stack(np.broadcast_arrays(i + j, nxt + j, nxt + k, i + k), axis=-1)
    triangles = triangulated(quads.reshape(-1, 4))
    if not closed:
        caps = np.array([[0, a, a + 1] for a in range(1, sides - 1)])
        triangles = np.concatenate([triangles, caps, (caps + (n - 1) * sides)[:, ::-1]])
    a, b, c = (points[triangles[:, q]] for q in range(3))
    if (np.cross(b - a, c - a) * (a - np.repeat(path, sides, 0)[triangles[:, 0]])).sum() < 0:
        triangles = triangles[:, ::-1]
    return points, triangles


def _material(figure: Figure, frame: Frame) -> NDArray[np.uint8]:
    """(64, 64, 4) the frame's colour, mottled where it is horn."""
    spots = noise(64, 16, figure.rng) + 0.5 * noise(64, 6, figure.rng)
    amber = np.clip(spots * 1.2 + 0.1, 0, 1)[..., None] * frame.mottled
    colour = np.array(frame.colour) * (1 - amber) + np.array([0.42, 0.24, 0.10]) * amber
    picture = np.full((64, 64, 4), 255, np.uint8)
    picture[..., :3] = np.clip(colour * 255, 0, 255)
    return picture


def _part(
    figure: Figure,
    surface: str,
    pieces: list[tuple[Floats, NDArray[np.int64]]],
    picture: NDArray[np.uint8],
) -> Part:
    base = np.cumsum([0] + [len(points) for points, _ in pieces[:-1]])
    points = np.concatenate([p for p, _ in pieces])
    triangles = np.concatenate([t + b for (_, t), b in zip(pieces, base, strict=True)])
    uv = (points[:, [0, 2]] * 12.0 + points[:, [1, 1]] * 7.0) % 1.0
    return Part(
        *("glasses", surface, points, normals_of(points, triangles), uv, triangles),
        _on_head(figure, len(points)),
        picture,
        order=2,
    )


def _on_head(figure: Figure, count: int) -> NDArray[np.float32]:
    weights = np.zeros((count, len(figure.rig.names)), np.float32)
    weights[:, figure.rig.names.index("head")] = 1.0
    return weights


def _lenses(figure: Figure, rims: list[Floats]) -> Part:
    """Both lenses: almost clear, with a slanting gleam."""
    points: list[Floats] = []
    uv, faces = [], []
    for rim in rims:
        middle = rim.mean(axis=0) - np.array([0.0, 0.0008, 0.0])
        first = sum(len(p) for p in points)
        points.append(np.vstack([middle, rim]))
        rel = points[-1] - middle
        uv.append(0.5 + 0.5 * rel[:, [0, 2]] / np.abs(rel[:, [0, 2]]).max(axis=0) * 0.98)
        i = np.arange(_POINTS)
        fan = np.column_stack([np.zeros(_POINTS, int), i + 1, (i + 1) % _POINTS + 1]) + first
        a, b, c = points[-1][fan[0] - first]
        faces.append(fan if np.cross(b - a, c - a)[1] < 0 else fan[:, ::-1])
    whole, triangles = np.vstack(points), np.concatenate(faces)
    size = 128
    y, x = np.mgrid[0:size, 0:size] / size
    slant = x + 0.55 * y
    gleam = np.exp(-(((slant - 0.45) / 0.10) ** 2)) + 0.6 * np.exp(-(((slant - 0.72) / 0.04) ** 2))
    gleam *= np.clip(1.15 - y, 0, 1)
    picture = np.zeros((size, size, 4))
    picture[..., :3] = (0.93, 0.96, 1.0)
    picture[..., 3] = 0.028 + 0.075 * gleam
    return Part(
        *("lenses", "lens", whole, normals_of(whole, triangles), np.vstack(uv), triangles),
        _on_head(figure, len(whole)),
        (np.clip(picture, 0, 1) * 255).astype(np.uint8),
        blend=True,
        order=7,
    )
