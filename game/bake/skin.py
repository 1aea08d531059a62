"""Skin: the head and neck in a cylindrical projection, hands in the mesh's own.

The mesh's own texture coordinates give the lips sixty texels of 2048; seen
from an arm's length away that is mush. So the head is wrapped into a cylinder
round its axis, the seam behind, and everything is painted in terms of where on
the head a texel lies, in metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from game.bake.body import Figure
from game.bake.mesh import Part, noise, rasterise, triangulated
from game.bake.scalp import hair_cover, root_color
from game.bake.simplify import simplified
from game.bake.source import Floats, Ints, sample_mask

_SIZE = 2048
_KEPT = 1024
_MAP = 1024
"""Positions are drawn at this size and then enlarged: they vary smoothly."""
_HAND_SIZE = 512
_HAND_TRIANGLES = 1500
_BACK_SHARE = 0.4
"""Share of the triangles outside the face that are kept."""
_HEAD_TRIANGLES = 4000
_KEY_EXPRESSIONS = (
    *("eyeBlinkLeft", "eyeBlinkRight", "jawOpen", "mouthSmileLeft", "mouthSmileRight"),
    *("mouthPucker", "mouthUpperUpLeft", "mouthUpperUpRight", "browInnerUp", "eyeWideLeft"),
    *("eyeWideRight", "mouthFunnel"),
)
"""At whose full weight a simplified face must keep its form."""


@dataclass(slots=True)
class HeadChart:
    """The cylindrical projection of one head.

    Attributes:
        figure: whose head.
        quads: (m, 4) the quads of head, neck and upper chest.
    """

    figure: Figure
    quads: Ints
    low: float
    high: float
    axis_y: float

    @classmethod
    def of(cls, figure: Figure) -> HeadChart:
        """The chart that covers head and neck of a figure, its axis through the skull's middle."""
        body = figure.mesh.quads[figure.body_quads]
        vertices = figure.vertices
        middle = vertices[body].mean(axis=1)
        arm = figure.weight_of("upperarm", "lowerarm", "wrist", "finger")
        neck = figure.joint("neck01")[2]
        chosen = (middle[:, 2] > neck - 0.17) & (arm[body].mean(axis=1) < 0.45)
        chosen &= np.abs(middle[:, 0]) < 0.135
        # what is always under cloth: the shoulders, and the chest beside the blouse's opening
        across = figure.normals[body].mean(axis=1)
        opening = (np.abs(middle[:, 0]) < 0.085) & (across[:, 1] < 0.2)
        chosen &= (middle[:, 2] > neck - 0.012) | opening
        quads = body[chosen]
        used = vertices[np.unique(quads)]
        scalp = used[used[:, 2] > figure.joint("eye.L")[2]]
        axis = float((scalp[:, 1].min() + scalp[:, 1].max()) / 2)
        return cls(figure, quads, float(used[:, 2].min()), float(used[:, 2].max()), axis)

    def uv(self, points: Floats) -> Floats:
        """(n, 2) texture coordinates of points on the head."""
        u = 0.5 + np.arctan2(points[:, 0], -(points[:, 1] - self.axis_y)) / (2 * np.pi)
        v = (points[:, 2] - self.low) / (self.high - self.low)
        return np.column_stack([u, v])

    def corner_uv(self, triangles: Ints) -> Floats:
        """(m, 3, 2) texture coordinates, made whole across the seam."""
        points = self.figure.vertices[triangles.reshape(-1)]
        uv = self.uv(points).reshape(-1, 3, 2)
        # the crown's middle has no angle of its own: take the others'
        flat = np.hypot(points[:, 0], points[:, 1] - self.axis_y).reshape(-1, 3) < 0.004
        for row in np.flatnonzero(flat.any(axis=1)):
            uv[row, flat[row], 0] = uv[row, ~flat[row], 0].mean()
        across = np.ptp(uv[..., 0], axis=1) > 0.5
        wrapped = uv[across]
        wrapped[..., 0] += wrapped[..., 0] < 0.5
        uv[across] = wrapped
        return uv


class FacePaint:
    """The albedo of one head, painted by position.

    Attributes:
        x, y, z: (2048, 2048) metres relative to the point between the eyes;
            y is positive behind it.
    """

    def __init__(self, chart: HeadChart) -> None:
        self.chart = chart
        figure = chart.figure
        self.figure = figure
        self.who = figure.who
        self.rng = figure.rng
        self.eye = figure.joint("eye.L") * (0, 1, 1)
        triangles = triangulated(chart.quads)
        corner = chart.corner_uv(triangles)
        inner = self._inside_mouth(triangles)
        outer = ~inner & self._faces_out(triangles)
        positions, depth = (
            figure.vertices,
            np.hypot(figure.vertices[:, 0], figure.vertices[:, 1] - chart.axis_y),
        )
        flat = np.arange(outer.sum() * 3).reshape(-1, 3)
        own = triangles[outer].reshape(-1)
        lips = self._quad_mask("lips", triangles)
        lids = self._quad_mask("eyelids", triangles)
        extra = np.column_stack([lips[outer].reshape(-1), lids[outer].reshape(-1)])
        values = np.column_stack([positions[own] - self.eye, extra])
        drawn, known = rasterise(corner[outer].reshape(-1, 2), flat, values, depth[own], _MAP)
        drawn = _filled(drawn, known)
        big = cv2.resize(
            drawn.astype(np.float32), (_SIZE, _SIZE), interpolation=cv2.INTER_LINEAR
        ).astype(np.float64)
        self.x, self.y, self.z = big[..., 0], big[..., 1], big[..., 2]
        self.lips = cv2.GaussianBlur(big[..., 3], (0, 0), 3.0)
        self.lids = cv2.GaussianBlur(big[..., 4], (0, 0), 4.0)
        mouth = self.lips > 0.5
        self.mouth_z = float(self.z[mouth].mean())
        self.mouth_half = float(np.abs(self.x[mouth]).max())
        self.ipd = float(figure.joint("eye.L")[0])

    def _inside_mouth(self, triangles: Ints) -> NDArray[np.bool_]:
        return self._quad_mask("inside-mouth", triangles).mean(axis=1) > 0.5

    def _faces_out(self, triangles: Ints) -> NDArray[np.bool_]:
        v = self.figure.vertices[triangles]
        normal = np.cross(v[:, 1] - v[:, 0], v[:, 2] - v[:, 0])
        middle = v.mean(axis=1) - (0, self.chart.axis_y, 0)
        return (normal[:, :2] * middle[:, :2]).sum(axis=1) > -0.3 * np.linalg.norm(
            normal, axis=1
        ) * np.linalg.norm(middle[:, :2], axis=1)

    def _quad_mask(self, name: str, triangles: Ints) -> Floats:
        """(m, 3) a mask of the mesh's own texture space at triangles' corners."""
        return self._vertex_mask(name)[triangles]

    def _vertex_mask(self, name: str) -> Floats:
        mesh = self.figure.mesh
        body = self.figure.body_quads
        values = np.zeros(len(self.figure.vertices))
        uv = mesh.uvs[mesh.quad_uvs[body].reshape(-1)]
        np.maximum.at(values, mesh.quads[body].reshape(-1), sample_mask(name, uv))
        return values

    @cached_property
    def tint(self) -> Floats:
        """(19158, 4) vertex colour: dark inside mouth and nostrils, under the chin."""
        v = self.figure.vertices
        color = np.ones((len(v), 4))
        mouth = np.clip(self._vertex_mask("inside-mouth") * 1.2, 0, 1)[:, None]
        behind = np.clip((v[:, 1] - self._front_of_mouth) / 0.02, 0, 1)[:, None]
        dark = np.array([0.22, 0.05, 0.05]) * (1 - 0.8 * behind)
        color[:, :3] = 1 - mouth + mouth * dark
        occlusion = _hollows(self.figure, self.chart.quads)
        color[:, :3] *= occlusion[:, None] ** np.array([0.75, 1.1, 1.2])
        return np.clip(color, 0.0, 1.0)

    @property
    def _front_of_mouth(self) -> float:
        v = self.figure.vertices
        lips = self._vertex_mask("lips") > 0.5
        return float(v[lips, 1].min()) + 0.008

    def blob(self, x: float, z: float, rx: float, rz: float, soft: float = 1.0) -> Floats:
        """A soft spot on the face's front at ±x, 0–1."""
        d = ((np.abs(self.x) - x) / rx) ** 2 + ((self.z - z) / rz) ** 2
        return np.exp(-d * soft) * (self.y < 0.10)

    def paint(self) -> NDArray[np.uint8]:
        """(2048, 2048, 4) colour, and gloss in alpha."""
        who = self.who
        base = np.array(who.skin)
        ones = np.ones((_SIZE, _SIZE, 1))
        skin = base * ones
        dark = 1.0 - base.mean()
        red = np.array([0.06, -0.05, -0.045]) * (0.6 + 0.6 * (1 - dark))
        skin += red * (who.blush * self._flush())[..., None]
        rng = self.rng
        mottle = noise(_SIZE, 128, rng) * 0.5 + noise(_SIZE, 40, rng) * 0.35
        skin += mottle[..., None] * np.array([0.012, 0.016, 0.016])
        fine = noise(_SIZE, 6, rng) * 0.5 + noise(_SIZE, 3, rng) * 0.5
        skin *= 1 + fine[..., None] * np.array([0.018, 0.022, 0.022])
        self._shadows(skin, base)
        self._freckles(skin)
        if who.stubble > 0:
            self._stubble(skin)
        self._paint_lips(skin)
        self._lash_line(skin)
        cover = hair_cover(self.figure, self.x, self.y, self.z)
        strands = noise(_SIZE, 4, rng) * 0.12
        hair = root_color(self.figure)
        alpha = np.clip(cover + strands * (cover > 0.02) * (cover < 0.98), 0, 1)[..., None]
        skin = skin * (1 - alpha) + hair * alpha
        self._brows(skin)
        gloss = (
            0.45 + 0.35 * self.blob(0, -0.035, 0.012, 0.035) + 0.3 * self.blob(0, 0.05, 0.035, 0.02)
        )
        gloss += 0.25 * self.blob(0.033, -0.03, 0.015, 0.012) + 0.6 * self.lips
        gloss += noise(_SIZE, 4, rng) * 0.10
        gloss *= 1 - alpha[..., 0]
        out = np.empty((_SIZE, _SIZE, 4), np.uint8)
        out[..., :3] = np.clip(skin * 255 + rng.uniform(0, 1, skin.shape), 0, 255)
        out[..., 3] = np.clip(gloss * 255, 0, 255)
        return out

    def _flush(self) -> Floats:
        """Where blood shows: cheeks, nose tip, ears, chin."""
        cheek = self.blob(self.ipd * 1.32, -0.036, 0.024, 0.019)
        nose = self.blob(0, -0.045, 0.016, 0.013) * 0.8
        ears = np.clip((np.abs(self.x) - 0.066) / 0.008, 0, 1) * (self.y > 0.04) * 0.8
        ears *= (self.z < 0.02) & (self.z > -0.07)
        chin = self.blob(0, self.mouth_z - 0.034, 0.016, 0.012) * 0.4
        return cheek * 1.15 + nose + ears + chin

    def _shadows(self, skin: Floats, base: Floats) -> None:
        """Lids, under-eyes, the fold beside the nose, the lips' corners."""
        wear = self.who.wear
        lid = np.clip(self.lids, 0, 1) * 0.55 + 0.45 * self.blob(self.ipd, 0.008, 0.020, 0.011)
        skin *= 1 - lid[..., None] * np.array([0.07, 0.13, 0.12]) * (0.8 + 0.6 * wear)
        under = self.blob(self.ipd * 0.92, -0.017, 0.016, 0.006)
        skin *= 1 - under[..., None] * np.array([0.07, 0.11, 0.07]) * (0.4 + 1.6 * wear)
        for side in (0.9, 1.0):
            t = np.clip((-0.036 - self.z) / 0.04, 0, 1)
            fold = np.exp(-(((np.abs(self.x) - (0.017 + 0.016 * t) * side) / 0.0032) ** 2))
            fold *= np.clip((self.z - self.mouth_z + 0.004) / 0.015, 0, 1) * np.clip(
                (-0.040 - self.z) / 0.012, 0, 1
            )
            skin *= (
                1
                - fold[..., None]
                * np.array([0.05, 0.08, 0.08])
                * (0.25 + wear)
                * (self.y < 0.06)[..., None]
            )
        corner = self.blob(self.mouth_half * 0.98, self.mouth_z, 0.005, 0.004)
        skin *= 1 - corner[..., None] * np.array([0.16, 0.22, 0.22])
        beneath = self.blob(0, self.mouth_z - 0.0155, 0.014, 0.004)
        skin *= 1 - beneath[..., None] * np.array([0.06, 0.09, 0.09])
        if wear > 0.2:
            for k, z in enumerate((0.052, 0.061, 0.069)):
                wave = z + 0.0018 * np.cos(self.x * 60 + k)
                line = np.exp(-(((self.z - wave) / 0.0009) ** 2)) * (np.abs(self.x) < 0.036)
                line *= np.clip((0.036 - np.abs(self.x)) / 0.012, 0, 1) * (self.y < 0.05)
                skin *= 1 - line[..., None] * 0.09 * wear
            for k in range(3):
                away = np.abs(self.x) - self.ipd - 0.019
                line = np.exp(
                    -(((self.z + 0.002 + (k - 1) * (0.0022 + 0.35 * away)) / 0.0007) ** 2)
                )
                line *= (away > 0) * np.clip(1 - away / 0.013, 0, 1) * (self.y < 0.06)
                skin *= 1 - line[..., None] * 0.13 * wear

    def _freckles(self, skin: Floats) -> None:
        rng = self.rng
        spots = np.zeros((_SIZE, _SIZE), np.float32)
        for _ in range(240):
            x, y = rng.integers(_SIZE // 4, _SIZE * 3 // 4), rng.integers(_SIZE // 8, _SIZE)
            cv2.circle(
                spots,
                (int(x), int(y)),
                int(rng.integers(1, 4)),
                (float(rng.uniform(0.1, 0.5)),),
                -1,
            )
        soft = cv2.GaussianBlur(spots, (0, 0), 1.4)
        skin *= 1 - soft[..., None] * np.array([0.10, 0.16, 0.18])

    def _stubble(self, skin: Floats) -> None:
        rng = self.rng
        jaw = np.clip((self.mouth_z + 0.026 - self.z) / 0.012, 0, 1)
        jaw *= np.clip((self.z - self.mouth_z + 0.085) / 0.03, 0, 1)
        side = np.clip((0.075 - self.y) / 0.03, 0, 1)
        cheek_line = self.mouth_z + 0.012 + 0.9 * np.clip(self.y - 0.01, 0, 1)
        jaw *= np.clip((cheek_line - self.z) / 0.012, 0, 1)
        area = jaw * side * (1 - np.clip(self.lips * 1.6, 0, 1))
        grain = np.clip(0.55 + noise(_SIZE, 2, rng) * 0.9, 0, 1.4)
        amount = (area * self.who.stubble * grain)[..., None]
        skin *= 1 - amount * np.array([0.34, 0.30, 0.26])

    def _paint_lips(self, skin: Floats) -> None:
        rng = self.rng
        lips = np.clip((self.lips - 0.25) / 0.55, 0, 1)
        lips = lips * lips * (3 - 2 * lips)
        column = cv2.resize(
            rng.standard_normal((24, _SIZE // 4)).astype(np.float32),
            (_SIZE, _SIZE),
            interpolation=cv2.INTER_CUBIC,
        )
        color = np.array(self.who.lips) * (1 + 0.05 * column[..., None])
        color *= 1 - 0.10 * np.clip((self.z - self.mouth_z) / 0.005, 0, 1)[..., None]
        seam = np.exp(-(((self.z - self.mouth_z) / 0.0016) ** 2)) * 0.0
        color = color * (1 - seam[..., None])
        skin[:] = skin * (1 - 0.88 * lips[..., None]) + color * 0.88 * lips[..., None]

    def _lash_line(self, skin: Floats) -> None:
        """Darkens skin close to the eyeball: the rim that lashes grow from."""
        for side in ("L", "R"):
            centre = self.figure.joint(f"eye.{side}") - self.eye
            d = np.sqrt(
                (self.x - centre[0]) ** 2 + (self.y - centre[1]) ** 2 + (self.z - centre[2]) ** 2
            )
            first = 14598 if side == "L" else 14670
            away = self.figure.vertices[first : first + 72] - self.eye - centre
            radius = float(np.median(np.linalg.norm(away, axis=1)))
            rim = np.exp(-(np.clip((d - radius - 0.0009) / 0.0011, 0, None) ** 2))
            amount = (rim * np.where(self.z > centre[2], 0.55, 0.30))[..., None]
            skin *= 1 - amount * np.array([0.75, 0.85, 0.85])

    def front_pixel(self, x: Floats, z: Floats) -> Floats:
        """(n, 2) texels of points of the front given by x and z relative to the eyes."""
        half = slice(_SIZE // 4, _SIZE * 3 // 4)
        rows = np.interp(
            z,
            np.array([self.chart.low, self.chart.high]) - self.eye[2],
            [_SIZE - 0.5, -0.5],
        )
        columns = np.empty_like(rows)
        for i, (row, here) in enumerate(zip(rows, x, strict=True)):
            line = np.maximum.accumulate(self.x[int(np.clip(row, 0, _SIZE - 1)), half])
            columns[i] = _SIZE // 4 + np.interp(here, line, np.arange(len(line)))
        return np.column_stack([columns, rows])

    def _brows(self, skin: Floats) -> None:
        """A few hundred tapering strokes a side, along an arch over the eye."""
        who, rng = self.who, self.rng
        color = np.array(who.brow)
        thick = 0.0042 + 0.0040 * who.brow_weight * (1.1 - 0.3 * who.sex)
        layer = np.zeros((_SIZE, _SIZE), np.float32)
        arch = 0.0035 + 0.0025 * who.sex
        # soft ground under the strokes
        for side in (-1.0, 1.0):
            count = int(420 + 260 * who.brow_weight)
            t = np.sort(rng.beta(1.25, 1.15, count))
            across = rng.uniform(-0.5, 0.5, count)
            body = thick * np.clip(1.15 - 0.85 * t**1.8, 0.15, 1) * np.clip(0.55 + t * 4, 0, 1)
            x0 = self.ipd * 0.36 + t * (self.ipd * 1.36)
            ridge = self._brow_height(t, arch)
            z0 = ridge + across * body
            way = np.clip(0.15 + 1.1 * (1 - t) ** 2 * 1.3 - across * 0.9 * (1 - 0.4 * t), -0.5, 1.4)
            way -= 0.75 * np.clip((t - 0.6) / 0.4, 0, 1)
            length = (0.0072 + 0.002 * rng.uniform(-1, 1, count)) * (1 - 0.25 * t)
            x1, z1 = x0 + np.cos(way) * length, z0 + np.sin(way) * length * 0.8
            first = self.front_pixel(side * x0, z0)
            last = self.front_pixel(side * x1, z1)
            strength = rng.uniform(0.35, 0.8, count) * np.clip(0.2 + t * 4.0, 0, 1)
            strength *= np.clip(1.5 - 0.6 * t, 0, 1)
            for a, b, s in zip(first, last, strength, strict=True):
                _stroke(layer, a, b, float(s))
        strokes = cv2.GaussianBlur(layer, (0, 0), 0.7)
        ground = cv2.GaussianBlur(strokes, (0, 0), 9.0) * (0.45 + 0.25 * who.brow_weight)
        alpha = np.clip(1 - (1 - np.clip(strokes, 0, 1)) * (1 - np.clip(ground, 0, 1)), 0, 0.93)
        skin[:] = skin * (1 - alpha[..., None]) + color * alpha[..., None]

    def _brow_height(self, t: Floats, arch: float) -> Floats:
        """Height of the brow over the eyes' middle along its length t, metres."""
        start = 0.0150
        return (
            start
            + arch * np.sin(np.clip(t / 0.66, 0, 1) * np.pi / 2)
            - np.clip((t - 0.66) / 0.34, 0, 1) ** 1.4 * (arch - 0.0005)
        )


def _stroke(layer: NDArray[np.float32], a: Floats, b: Floats, strength: float) -> None:
    """One hair: wide at the root, thin at the tip (sub-pixel by shift)."""
    middle = a + (b - a) * 0.55
    shift = 3
    scale = 2**shift

    def point(p: Floats) -> tuple[int, int]:
        return round(float(p[0]) * scale), round(float(p[1]) * scale)

    cv2.line(layer, point(a), point(middle), (strength,), 1, cv2.LINE_AA, shift)
    cv2.line(layer, point(middle), point(b), (strength * 0.7,), 1, cv2.LINE_AA, shift)


def _filled(drawn: Floats, known: NDArray[np.bool_]) -> Floats:
    """Gives texels that nothing covers the value of the nearest that is."""
    unknown = (~known).astype(np.uint8)
    _, labels = cv2.distanceTransformWithLabels(
        unknown, cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    lookup = np.zeros(labels.max() + 1, np.int64)
    lookup[labels[known]] = np.flatnonzero(known.reshape(-1))
    return drawn.reshape(-1, drawn.shape[-1])[lookup[labels]]


def _hollows(figure: Figure, quads: Ints) -> Floats:
    """How open each vertex is to light, 0–1: ambient occlusion by ray casting.

    A fixed set of directions; a vertex is dark where rays hit the head within
    6 cm. Done on a grid of the head's depth seen from each direction.
    """
    used = np.unique(quads)
    points, normals = figure.vertices[used], figure.normals[used]
    triangles = triangulated(quads)
    corners = figure.vertices[triangles]
    dense = np.concatenate(
        [corners.mean(axis=1), corners[:, 0], (corners[:, 0] + corners[:, 1]) / 2]
    )
    golden = np.pi * (3 - np.sqrt(5))
    count, cell = 96, 0.004
    open_light, total = np.zeros(len(used)), np.zeros(len(used))
    for i in range(count):
        z = 1 - 2 * (i + 0.5) / count
        r = np.sqrt(1 - z * z)
        way = np.array([r * np.cos(golden * i), r * np.sin(golden * i), z])
        facing = normals @ way
        side = np.cross(way, (0.3, 0.5, 0.8))
        side /= np.linalg.norm(side)
        up = np.cross(way, side)
        frame = np.column_stack([side, up])
        low = (dense @ frame).min(axis=0)
        where = ((dense @ frame - low) / cell).astype(int)
        shape = where.max(axis=0) + 2
        depth = np.full(shape, -np.inf)
        np.maximum.at(depth, (where[:, 0], where[:, 1]), dense @ way)
        own = ((points @ frame - low) / cell).astype(int)
        own = np.clip(own, 0, shape - 1)
        ahead = depth[own[:, 0], own[:, 1]] - points @ way
        blocked = np.clip((ahead - 0.008) / 0.010, 0, 1)
        weight = np.clip(facing, 0, None)
        open_light += weight * (1 - blocked)
        total += weight
    result = np.ones(len(figure.vertices))
    result[used] = open_light / np.maximum(total, 1e-6)
    # smooth over neighbours twice: the grid is coarse
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    for _ in range(2):
        total = np.bincount(edges.reshape(-1), minlength=len(result)).astype(float)
        near = np.bincount(edges[:, 0], result[edges[:, 1]], len(result)) + np.bincount(
            edges[:, 1], result[edges[:, 0]], len(result)
        )
        has = total > 0
        result[has] = 0.5 * result[has] + 0.5 * near[has] / total[has]
    return 0.35 + 0.65 * np.clip(result * 1.15, 0, 1)


def _under_cloth(figure: Figure) -> Floats:
    """Draws skin in below the neck, so that it stays under the shirt, metres."""
    neck = figure.joint("neck01")[2]
    return -0.006 * np.clip((neck - 0.005 - figure.vertices[:, 2]) / 0.04, 0, 1)


def _hand_part(figure: Figure) -> Part:
    """Both hands, with redder knuckles and paler nails."""
    quads = figure.mesh.quads[figure.body_quads]
    uvs = figure.mesh.uvs[figure.mesh.quad_uvs[figure.body_quads]]
    reach = figure.weight_of("wrist", "finger") + 0.6 * figure.weight_of("lowerarm02")
    chosen = reach[quads].mean(axis=1) > 0.25
    corner = uvs[chosen][:, [0, 1, 2, 0, 2, 3]].reshape(-1, 2, 3, 2)
    corner = np.concatenate([corner[:, 0], corner[:, 1]])
    low, high = corner.reshape(-1, 2).min(axis=0), corner.reshape(-1, 2).max(axis=0)
    corner = (corner - low) / (high - low)
    rng = figure.rng
    size = _HAND_SIZE
    base = np.array(figure.who.skin) * 0.97
    skin = base * np.ones((size, size, 1))
    skin += (noise(size, 64, rng) * 0.5 + noise(size, 20, rng) * 0.4)[..., None] * np.array(
        [0.02, 0.024, 0.024]
    )
    skin *= 1 + (noise(size, 4, rng) * 0.03)[..., None]
    out = np.empty((size, size, 4), np.uint8)
    out[..., :3] = np.clip(skin * 255, 0, 255)
    out[..., 3] = 110
    color = np.ones((len(figure.vertices), 4))
    nails = np.zeros(len(figure.vertices))
    flat = figure.mesh.quad_uvs[figure.body_quads]
    np.maximum.at(
        nails, quads.reshape(-1), sample_mask("fingernails", figure.mesh.uvs[flat.reshape(-1)])
    )
    color[:, :3] *= 1 - nails[:, None] * np.array([0.02, 0.10, 0.09])
    for side in ("L", "R"):
        for finger in range(1, 6):
            for part in range(1, 4):
                knuckle = figure.joint(f"finger{finger}-{part}.{side}")
                near = np.exp(-((np.linalg.norm(figure.vertices - knuckle, axis=1) / 0.010) ** 2))
                color[:, :3] *= 1 - near[:, None] * np.array([0.03, 0.12, 0.12])
    hands = figure.part(
        "hands", "skin", triangulated(quads[chosen]), out, corner_uv=corner, color=color
    )
    return simplified(hands, _HAND_TRIANGLES)


def skin_parts(figure: Figure) -> list[Part]:
    """Head with neck and upper chest, and hands."""
    chart = HeadChart.of(figure)
    paint = FacePaint(chart)
    triangles = triangulated(chart.quads)
    head = figure.part(
        "head",
        "skin",
        triangles,
        _halved(paint.paint()),
        corner_uv=chart.corner_uv(triangles),
        offset_m=_under_cloth(figure),
        color=paint.tint,
        order=2,
    )
    return [_coarser(figure, head), _hand_part(figure)]


def _halved(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Painted finer than it is kept: a face at 1080 lines shows a third of these texels."""
    kept: NDArray[np.uint8] = np.empty((_KEPT, _KEPT, 4), np.uint8)
    return np.asarray(cv2.resize(picture, (_KEPT, _KEPT), kept, 0, 0, cv2.INTER_AREA), np.uint8)


def _coarser(figure: Figure, head: Part) -> Part:
    """The head with fewer triangles: scalp and neck first, then what expressions hardly bend."""
    rel = head.points - figure.joint("eye.L") * (0, 1, 1)
    face = (rel[:, 1] < 0.062) & (rel[:, 2] > -0.125) & (rel[:, 2] < 0.075)
    # and whatever an expression moves more than a millimetre
    for moved, _ in head.morphs.values():
        face |= np.abs(moved).max(axis=1) > 0.001
    behind = int((~face[head.triangles]).any(axis=1).sum())
    head = simplified(head, len(head.triangles) - int(behind * (1 - _BACK_SHARE)), ~face)
    return simplified(head, _HEAD_TRIANGLES, None, _KEY_EXPRESSIONS)
