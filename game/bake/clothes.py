"""Jacket, lapels and shirt: one skin over the clothing shell.

It is the base mesh's own close-fitting shell pushed out by some millimetres,
painted with all three garments and cut open at the neck by alpha in a texture,
so that hems and lapels have the texture's fine edges on a coarse mesh. The
pattern is drawn from the front and from behind; sleeves are of plain cloth.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from game.bake.body import Figure
from game.bake.mesh import Part, noise, split, triangulated
from game.bake.simplify import simplified
from game.bake.source import Floats, Ints

_HALF = 768
"""Texels of one view's side."""
_SPAN_M = 0.56
"""What one view shows, metres."""
_TRIANGLES = 1600
"""To which the shell is simplified."""
_TOP_M = 0.10
"""How far the views reach above the neck's base, metres."""


@dataclass(slots=True)
class Pattern:
    """A view's texels in metres: x from the middle (image right +), z from the neck's base."""

    x: Floats
    z: Floats

    @classmethod
    def new(cls) -> Pattern:
        """The texels of an empty sheet, row 0 at the top."""
        row, column = np.mgrid[0:_HALF, 0:_HALF]
        x = ((column + 0.5) / _HALF - 0.5) * _SPAN_M
        z = _TOP_M - (row + 0.5) / _HALF * _SPAN_M
        return cls(x, z)

    def inside(self, *corners: tuple[float, float]) -> Floats:
        """A polygon's cover, 0–1, mirrored to both sides."""
        picture = np.zeros((_HALF, _HALF), np.uint8)
        for sign in (1, -1):
            texels = [
                (
                    (sign * x / _SPAN_M + 0.5) * _HALF * 16,
                    (_TOP_M - z) / _SPAN_M * _HALF * 16,
                )
                for x, z in corners
            ]
            cv2.fillPoly(picture, [np.array(texels, np.int32)], (255,), cv2.LINE_AA, 4)
        return picture / 255.0


def clothes_parts(figure: Figure) -> list[Part]:
    """Shirt, jacket and lapels as one skin, so that no pixel is painted twice."""
    shell = figure.mesh.quads[figure.mesh.quad_group == "helper-tights"]
    middle = figure.vertices[shell].mean(axis=1)
    arm = figure.weight_of("upperarm", "lowerarm", "wrist")[shell].mean(axis=1)
    # thighs are under the desk: the trunk ends where they begin
    trunk = (middle[:, 2] > figure.joint("spine05")[2]) & (middle[:, 1] > -0.16)
    shell = shell[trunk | (arm > 0.3)]
    sheet = Pattern.new()
    openings = _Openings.of(figure, sheet)
    triangles = triangulated(shell)
    cloth = _cloth(figure, triangles, _garments(figure, sheet, openings), openings)
    cloth = simplified(cloth, _TRIANGLES)
    return split(cloth, _solid(cloth), "wool", 1)


def _solid(cloth: Part) -> NDArray[np.bool_]:
    """(m,) triangles of which no texel lets anything through."""
    alpha = cloth.texture[..., 3]
    height, width = alpha.shape
    corners = cloth.uv[cloth.triangles]
    margin = 4  # smaller levels of the texture spread alpha
    column = np.clip(corners[..., 0] * width, 0, width - 1).astype(int)
    row = np.clip((1.0 - corners[..., 1]) * height, 0, height - 1).astype(int)
    result = np.ones(len(corners), bool)
    for i in range(len(corners)):
        x, y = column[i], row[i]
        window = alpha[
            max(y.min() - margin, 0) : y.max() + margin + 1,
            max(x.min() - margin, 0) : x.max() + margin + 1,
        ]
        result[i] = window.min() == 255
    return result


def _garments(figure: Figure, sheet: Pattern, openings: _Openings) -> NDArray[np.uint8]:
    """Shirt, jacket and lapels laid over each other, front view beside back view."""
    shirt = _shirt(figure, sheet, openings).astype(np.float64)
    jacket = _jacket(figure, sheet, openings).astype(np.float64)
    lapels = _lapels(figure, sheet, openings).astype(np.float64)
    picture = shirt.copy()
    for over in (jacket, lapels):
        cover = over[..., 3:] / 255.0
        picture[..., :3] = picture[..., :3] * (1 - cover) + over[..., :3] * cover
        picture[..., 3] = np.maximum(picture[..., 3], over[..., 3])
    return np.clip(picture + 0.5, 0, 255).astype(np.uint8)


def _cloth(
    figure: Figure, triangles: Ints, picture: NDArray[np.uint8], openings: _Openings
) -> Part:
    corners = figure.vertices[triangles]
    neck = figure.joint("neck01")
    u = np.clip(corners[..., 0] / _SPAN_M + 0.5, 0.004, 0.996) * 0.5
    v = np.clip((corners[..., 2] - neck[2] - _TOP_M) / _SPAN_M + 1.0, 0.004, 1.0)
    # the arms hang below the shoulders in the bind pose: keep the pattern off them
    sleeve = figure.weight_of("upperarm", "lowerarm", "wrist")[triangles].mean(axis=1) > 0.5
    u[sleeve] = 0.004
    v[sleeve] = 0.5
    across = figure.normals[triangles].mean(axis=1)
    u += 0.5 * (across[:, 1] > 0.1)[:, None]
    color = np.ones((len(figure.vertices), 4))
    color[:, :3] *= _folds(figure)[:, None]
    return figure.part(
        "clothes",
        "cloth",
        triangles,
        picture,
        corner_uv=np.stack([u, v], axis=-1),
        offset_m=_offsets(figure, openings),
        color=color,
        blend=True,
        order=4,
    )


def _offsets(figure: Figure, openings: _Openings) -> Floats:
    """How far each vertex is pushed out: over the shirt lies the jacket, over it the lapels."""
    points = figure.vertices
    neck = figure.joint("neck01")
    column = np.clip((points[:, 0] / _SPAN_M + 0.5) * _HALF, 0, _HALF - 1).astype(int)
    row = np.clip((_TOP_M + neck[2] - points[:, 2]) / _SPAN_M * _HALF, 0, _HALF - 1).astype(int)
    texels = 0.006 / _SPAN_M * _HALF
    arm = np.clip(figure.weight_of("upperarm", "lowerarm"), 0, 1)
    front = (figure.normals[:, 1] < 0.1) & (arm < 0.5)
    opened = np.where(front, cv2.GaussianBlur(openings.jacket, (0, 0), texels)[row, column], 0.0)
    lapel = np.where(front, cv2.GaussianBlur(openings.lapel, (0, 0), texels)[row, column], 0.0)
    jacket = 1.0 - opened
    result = 0.0060 + 0.0045 * jacket + 0.0035 * lapel + 0.001 * arm
    hand = np.clip(figure.weight_of("wrist", "lowerarm02"), 0, 1)
    result -= 0.007 * hand
    shoulder = np.exp(
        -(((np.abs(points[:, 0]) - figure.joint("upperarm01.L")[0]) / 0.05) ** 2)
        - ((points[:, 2] - figure.joint("upperarm01.L")[2] - 0.03) / 0.04) ** 2
    )
    return result + 0.002 * shoulder


def _folds(figure: Figure) -> Floats:
    """Vertex shade of armpits, elbows and the waist, 0–1."""
    points = figure.vertices
    shade = np.ones(len(points))
    for side in ("L", "R"):
        shoulder, elbow = figure.joint(f"upperarm01.{side}"), figure.joint(f"lowerarm01.{side}")
        pit = shoulder + np.array([-0.02 if side == "L" else 0.02, 0.0, -0.08])
        shade *= 1 - 0.45 * np.exp(-((np.linalg.norm(points - pit, axis=1) / 0.055) ** 2))
        inner = elbow + np.array([0.0, -0.035, 0.0])
        shade *= 1 - 0.30 * np.exp(-((np.linalg.norm(points - inner, axis=1) / 0.035) ** 2))
    return shade


@dataclass(slots=True)
class _Openings:
    """Where each garment is open, 0–1 covers of the front view."""

    blouse: Floats
    jacket: Floats
    lapel: Floats
    collar: Floats
    back_shirt: Floats
    back_jacket: Floats
    button_z: float

    @classmethod
    def of(cls, figure: Figure, sheet: Pattern) -> _Openings:
        woman = figure.who.sex > 0.5
        b = -0.27 if woman else -0.29
        w = 0.072 if woman else 0.078
        if figure.who.collar == "blouse":
            blouse = sheet.inside(
                (-0.001, -0.125),
                (0.030, -0.075),
                (0.052, -0.03),
                (0.062, 0.01),
                (0.062, 0.2),
                (-0.001, 0.2),
            )
        else:
            blouse = sheet.inside(
                (-0.001, -0.012),
                (0.012, 0.0),
                (0.045, 0.028),
                (0.055, 0.034),
                (0.060, 0.2),
                (-0.001, 0.2),
            )
        jacket = sheet.inside(
            (-0.002, b),
            (0.030, b + 0.11),
            (0.058, -0.07),
            (w, -0.01),
            (w - 0.002, 0.010),
            (0.060, 0.2),
            (-0.002, 0.2),
        )
        lapel = sheet.inside(
            (-0.002, b - 0.004),
            (0.030, b + 0.106),
            (0.056, -0.07),
            (w - 0.003, -0.01),
            (w + 0.001, 0.025),
            (w + 0.03, 0.018),
            (0.106, -0.045),
            (0.098, -0.078),
            (0.129, -0.086),
            (0.105, -0.155),
            (0.052, b + 0.05),
            (0.012, b - 0.004),
        )
        collar = sheet.inside(
            (w - 0.003, -0.012),
            (w + 0.001, 0.03),
            (w + 0.03, 0.022),
            (0.106, -0.045),
            (0.098, -0.079),
            (0.050, -0.052),
        )
        # front and back meet at the neck's sides along the mesh's coarse edges, so both use
        # these rims there
        rim = np.maximum(0.036 - 2.0 * sheet.x**2, 0.020)
        above_jacket = np.clip((sheet.z - rim) / 0.002 + 0.5, 0, 1)
        jacket = np.maximum(jacket, above_jacket)
        if figure.who.collar == "shirt":
            rim = 0.036 + 0.008 * np.clip(1 - (sheet.x / 0.06) ** 2, 0, 1)
            back_shirt = np.clip((sheet.z - rim) / 0.002 + 0.5, 0, 1)
            blouse = np.maximum(blouse, np.clip((sheet.z - 0.036) / 0.002 + 0.5, 0, 1))
        else:
            back_shirt = above_jacket
            blouse = np.maximum(blouse, above_jacket)
        back_jacket = above_jacket
        return cls(blouse, jacket, lapel, collar, back_shirt, back_jacket, b)


def _weave(figure: Figure, color: tuple[float, float, float], depth: float) -> Floats:
    """(1024, 1024, 3) cloth of one colour with a fine weave."""
    rng = figure.rng
    tone = 1 + depth * (noise(_HALF, 2, rng) * 0.8 + noise(_HALF, 48, rng) * 0.6)
    return np.array(color) * tone[..., None]


def _shadow(mask: Floats, reach: float, down: float = 0.0) -> Floats:
    """A soft shadow that a cover throws round itself, 0–1."""
    texels = reach / _SPAN_M * _HALF
    moved = np.roll(mask, int(down / _SPAN_M * _HALF), axis=0)
    return np.asarray(cv2.GaussianBlur(moved, (0, 0), texels), np.float64)


def _edge(mask: Floats, width: float) -> Floats:
    """A line just inside a cover's rim, 0–1."""
    inner = cv2.GaussianBlur(mask, (0, 0), width / _SPAN_M * _HALF)
    return np.clip(mask * (1 - inner) * 2.2, 0, 1)


def _both(
    front: Floats, front_cover: Floats, back: Floats, back_cover: Floats
) -> NDArray[np.uint8]:
    picture = np.zeros((_HALF, 2 * _HALF, 4))
    front = front.copy()
    front[:, :8] = front[:, 8:64].mean(axis=(0, 1))  # sleeves take this one tone
    picture[:, :_HALF, :3], picture[:, :_HALF, 3] = front, front_cover
    picture[:, _HALF:, :3], picture[:, _HALF:, 3] = back, back_cover
    return (np.clip(picture, 0, 1) * 255).astype(np.uint8)


def _shirt(figure: Figure, sheet: Pattern, openings: _Openings) -> NDArray[np.uint8]:
    who = figure.who
    cloth = _weave(figure, who.shirt, 0.02)
    back = cloth.copy()
    fold = np.sin(sheet.x * 90 + 6 * np.sin(sheet.z * 22)) * 0.5 + 0.5
    cloth *= 1 - 0.06 * (fold * np.clip(-sheet.z / 0.1, 0, 1))[..., None]
    shade = _shadow(openings.lapel, 0.010) * 0.55
    cloth *= 1 - shade[..., None]
    if who.collar == "blouse":
        cloth *= 1 - 0.22 * _edge(1 - openings.blouse, 0.0018)[..., None]
    else:
        placket = np.exp(-(((np.abs(sheet.x) - 0.014) / 0.0008) ** 2)) * (sheet.z < -0.03)
        cloth *= 1 - 0.12 * placket[..., None]
        if who.tie is not None:
            _tie(figure, sheet, cloth, who.tie)
        wing = sheet.inside(
            (0.002, -0.010), (0.045, 0.029), (0.075, 0.037), (0.088, 0.010), (0.052, -0.062)
        )
        cloth *= 1 - 0.40 * (_shadow(wing, 0.005, 0.003) * (1 - wing))[..., None]
        white = _weave(figure, who.shirt, 0.015) * (0.97 + 0.03 * sheet.z[..., None] / 0.05)
        white *= 1 - 0.16 * _edge(wing, 0.0012)[..., None]
        cloth = cloth * (1 - wing[..., None]) + white * wing[..., None]
    return _both(cloth, 1 - openings.blouse, back, 1 - openings.back_shirt)


def _tie(figure: Figure, sheet: Pattern, cloth: Floats, color: tuple[float, float, float]) -> None:
    knot = sheet.inside((-0.001, 0.004), (0.019, 0.002), (0.013, -0.038), (-0.001, -0.042))
    blade = sheet.inside((-0.001, -0.034), (0.013, -0.036), (0.040, -0.44), (-0.001, -0.46))
    silk = _weave(figure, color, 0.03)
    stripe = np.sin((sheet.x + sheet.z) * 420) > 0.75
    silk *= 1 + 0.22 * stripe[..., None]
    round_off = 1 - 0.45 * (np.abs(sheet.x) / 0.045) ** 1.5
    silk *= np.clip(round_off, 0.3, 1)[..., None]
    beneath = _shadow(knot, 0.004, 0.004) * (1 - knot) * 0.6
    silk *= 1 - beneath[..., None]
    whole = np.maximum(knot, blade)
    cloth *= 1 - 0.45 * (_shadow(whole, 0.005) * (1 - whole))[..., None]
    knot_silk = silk * (1.12 - 0.25 * _edge(knot, 0.003))[..., None]
    cloth[:] = cloth * (1 - blade[..., None]) + silk * blade[..., None]
    cloth[:] = cloth * (1 - knot[..., None]) + knot_silk * knot[..., None]


def _jacket(figure: Figure, sheet: Pattern, openings: _Openings) -> NDArray[np.uint8]:
    who = figure.who
    cloth = _weave(figure, who.jacket, 0.07)
    back = cloth.copy()
    shadow = _shadow(openings.lapel, 0.006, 0.004) * (1 - openings.lapel)
    plain = np.clip((0.20 - np.abs(sheet.x)) / 0.03, 0, 1)
    cloth *= 1 - 0.55 * (shadow * plain)[..., None]
    b = openings.button_z
    front_edge = np.exp(-(((sheet.x - 0.010) / 0.0010) ** 2)) * (sheet.z < b)
    beside = (
        np.exp(-np.clip((sheet.x - 0.010) / 0.006, 0, None)) * (sheet.x > 0.010) * (sheet.z < b)
    )
    cloth *= 1 - 0.55 * np.maximum(front_edge, 0.6 * beside)[..., None]
    for z in (b - 0.012, b - 0.115):
        d = np.hypot(sheet.x + 0.004, sheet.z - z)
        disc = np.clip((0.0085 - d) / 0.0008, 0, 1)[..., None]
        rim = np.exp(-(((d - 0.0072) / 0.0010) ** 2))[..., None]
        dark = np.array(who.jacket) * 0.45 + 0.03
        cloth = cloth * (1 - disc) + (dark + 0.10 * rim) * disc
    pocket = np.exp(-(((sheet.z + 0.145 - 0.10 * (sheet.x - 0.10)) / 0.0011) ** 2))
    pocket *= (sheet.x > 0.072) * (sheet.x < 0.145) * (sheet.x > 0.06)
    cloth *= 1 - 0.5 * (pocket * (1 - openings.lapel))[..., None]
    dart = np.exp(-(((np.abs(sheet.x) - 0.085 + 0.04 * (sheet.z + 0.2)) / 0.0010) ** 2))
    cloth *= 1 - 0.22 * (dart * (sheet.z < -0.20))[..., None]
    collar = np.clip((sheet.z + 0.004 + 3.0 * sheet.x**2) / 0.002, 0, 1)
    collar = np.where(np.abs(sheet.x) < 0.12, collar, 0.0)
    back *= 1 - 0.35 * _edge(collar, 0.0015)[..., None]
    return _both(cloth, 1 - openings.jacket, back, 1 - openings.back_jacket)


def _lapels(figure: Figure, sheet: Pattern, openings: _Openings) -> NDArray[np.uint8]:
    cloth = _weave(figure, figure.who.jacket, 0.07) * 1.08
    edge = _edge(openings.lapel, 0.0014)
    cloth *= 1 - 0.40 * edge[..., None]
    seam = _edge(openings.collar, 0.0012) * openings.lapel
    cloth *= 1 - 0.45 * seam[..., None]
    roll = _shadow(openings.jacket, 0.010)
    cloth *= 1 + 0.16 * (roll * openings.lapel)[..., None]
    nothing = np.zeros((_HALF, _HALF))
    return _both(cloth, openings.lapel, cloth, nothing)
