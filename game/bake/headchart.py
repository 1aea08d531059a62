"""Where on the head a texel lies: the projection that faces are painted in.

The mesh's own texture coordinates give the lips sixty texels of 2048; seen
from an arm's length away that is mush. So the head is wrapped into a cylinder
round its axis, the seam behind, with more texels in front than behind.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from game.bake.body import Figure
from game.bake.mesh import rasterise, triangulated
from game.bake.source import Floats, Ints, mask, sample_mask

SIZE = 1024
"""Side of a head's texture in texels: 0.35 mm each on the face's front."""
Field = NDArray[np.float32]
_FRONT_SHARE = 0.6
"""How much denser than even texels lie in front, and sparser behind, 0–1."""
_DRAWN = 512
"""Positions are drawn at this size and then enlarged: they vary smoothly."""
_MASK = 2048


@dataclass(slots=True)
class HeadChart:
    """The cylindrical projection of one head.

    Attributes:
        figure: whose head.
        quads: (m, 4) the quads of head, neck and upper chest.
        corners: (m, 4) their corners in the mesh's own texture coordinates.
    """

    figure: Figure
    quads: Ints
    corners: Ints
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
        # a collar that stands off lets one look down between itself and the neck
        beside = (middle[:, 2] > neck - 0.034) & (np.abs(middle[:, 0]) < 0.11)
        chosen &= (middle[:, 2] > neck - 0.012) | opening | beside
        quads = body[chosen]
        corners = figure.mesh.quad_uvs[figure.body_quads][chosen]
        used = vertices[np.unique(quads)]
        scalp = used[used[:, 2] > figure.joint("eye.L")[2]]
        axis = float((scalp[:, 1].min() + scalp[:, 1].max()) / 2)
        return cls(figure, quads, corners, float(used[:, 2].min()), float(used[:, 2].max()), axis)

    def uv(self, points: Floats) -> Floats:
        """(n, 2) texture coordinates of points on the head."""
        angle = np.arctan2(points[:, 0], -(points[:, 1] - self.axis_y))
        u = 0.5 + (angle + _FRONT_SHARE * np.sin(angle)) / (2 * np.pi)
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


class FaceMap:
    """A head's surface as pictures, and its landmarks.

    Attributes:
        x, y, z: (SIZE, SIZE) metres relative to the point between the eyes;
            y is positive behind it.
        lips, lids, ears: (SIZE, SIZE) how much a texel belongs to them, 0–1.
        mouth_z: height of the line between the lips, metres.
        mouth_half: half the mouth's width, metres.
        nose: (3,) the nose's tip, metres.
        wing: half the nose's width at its wings, metres.
        ipd: half the distance between the pupils, metres.
    """

    def __init__(self, chart: HeadChart) -> None:
        self.chart = chart
        figure = self.figure = chart.figure
        self.eye = figure.joint("eye.L") * (0, 1, 1)
        self.ipd = float(figure.joint("eye.L")[0])
        triangles = triangulated(chart.quads)
        corner = chart.corner_uv(triangles)
        own_uv = figure.mesh.uvs[triangulated(chart.corners)]
        inner = sample_mask("inside-mouth", own_uv.reshape(-1, 2)).reshape(-1, 3).mean(axis=1) > 0.5
        outer = ~inner & self._faces_out(triangles)
        own = triangles[outer].reshape(-1)
        depth = np.hypot(figure.vertices[own, 0], figure.vertices[own, 1] - chart.axis_y)
        values = np.column_stack([figure.vertices[own] - self.eye, own_uv[outer].reshape(-1, 2)])
        flat = np.arange(len(own)).reshape(-1, 3)
        drawn, known = rasterise(corner[outer].reshape(-1, 2), flat, values, depth, _DRAWN)
        small = _filled(drawn, known).astype(np.float32)
        big = cv2.resize(small, (SIZE, SIZE), interpolation=cv2.INTER_LINEAR)
        self.x, self.y, self.z = (np.ascontiguousarray(big[..., i], np.float32) for i in range(3))
        at = (big[..., 3] * _MASK - 0.5, (1 - big[..., 4]) * _MASK - 0.5)
        front = (self.y < 0.075) & (np.abs(self.x) < 0.07)
        self.lips = _blurred(cv2.remap(_mask("lips"), *at, cv2.INTER_LINEAR) * front, 1.3)
        self.ears = _blurred(cv2.remap(_mask("ears"), *at, cv2.INTER_LINEAR), 2.0)
        self.lids = _blurred(cv2.remap(_mask("eyelids"), *at, cv2.INTER_LINEAR) * front, 2.0)
        mouth = self.lips > 0.5
        self.mouth_z = float(self.z[mouth].mean())
        self.mouth_half = float(np.abs(self.x[mouth]).max())
        self.nose, self.wing = self._nose()

    def _faces_out(self, triangles: Ints) -> NDArray[np.bool_]:
        v = self.figure.vertices[triangles]
        normal = np.cross(v[:, 1] - v[:, 0], v[:, 2] - v[:, 0])
        middle = v.mean(axis=1) - (0, self.chart.axis_y, 0)
        return (normal[:, :2] * middle[:, :2]).sum(axis=1) > -0.3 * np.linalg.norm(
            normal, axis=1
        ) * np.linalg.norm(middle[:, :2], axis=1)

    def _nose(self) -> tuple[Floats, float]:
        used = np.unique(self.chart.quads)
        points = self.figure.vertices[used] - self.eye
        middle = (np.abs(points[:, 0]) < 0.012) & (points[:, 2] < -0.02)
        middle &= points[:, 2] > self.mouth_z + 0.012
        tip = points[middle][points[middle, 1].argmin()] * (0, 1, 1)
        # the wings end where the surface, going outward, last falls back steeply
        near = (np.abs(self.z - tip[2] + 0.003) < 0.003) & (np.abs(self.x) < 0.027)
        near &= self.y < 0.0
        edges = np.linspace(0.010, 0.025, 16)
        place = np.digitize(np.abs(self.x[near]), edges)
        depth = np.array([self.y[near][place == i].mean() for i in range(1, len(edges))])
        slope = np.diff(depth)
        last = int(np.flatnonzero(slope > 0.55 * slope.max())[-1])
        return tip, float(edges[last + 1])

    def spot(self, x: float, z: float, rx: float, rz: float) -> Field:
        """A soft spot on the face's front at ±x, 0–1; metres."""
        d = ((np.abs(self.x) - x) / rx) ** 2 + ((self.z - z) / rz) ** 2
        return np.exp(-d) * (self.y < 0.10)

    def pixels(self, x: Floats, z: Floats) -> Floats:
        """(n, 2) texels of points of the front given by x and z relative to the eyes."""
        y = np.full(len(x), -0.005)
        for _ in range(4):  # the surface under a guess gives a better guess
            uv = self.chart.uv(np.column_stack([x, y, z]) + self.eye)
            at = np.column_stack([uv[:, 0] * SIZE - 0.5, (1 - uv[:, 1]) * SIZE - 0.5])
            whole = np.clip(np.round(at), 0, SIZE - 1).astype(int)
            y = self.y[whole[:, 1], whole[:, 0]].astype(float)
        return at

    def eye_distance(self, side: str) -> tuple[Field, float]:
        """Distance of every texel from an eyeball's surface, and the height of its middle, m."""
        centre = self.figure.joint(f"eye.{side}") - self.eye
        d = np.sqrt(
            (self.x - centre[0]) ** 2 + (self.y - centre[1]) ** 2 + (self.z - centre[2]) ** 2
        )
        first = 14598 if side == "L" else 14670
        away = self.figure.vertices[first : first + 72] - self.eye - centre
        return d - float(np.median(np.linalg.norm(away, axis=1))), float(centre[2])


def _mask(name: str) -> Field:
    return mask(name, _MASK).astype(np.float32)


def _blurred(picture: NDArray, sigma: float) -> Field:
    return np.asarray(cv2.GaussianBlur(picture.astype(np.float32), (0, 0), sigma), np.float32)


def _filled(drawn: NDArray, known: NDArray[np.bool_]) -> NDArray:
    """Gives texels that nothing covers the value of the nearest that is."""
    unknown = (~known).astype(np.uint8)
    _, labels = cv2.distanceTransformWithLabels(
        unknown, cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    lookup = np.zeros(labels.max() + 1, np.int64)
    lookup[labels[known]] = np.flatnonzero(known.reshape(-1))
    return drawn.reshape(-1, drawn.shape[-1])[lookup[labels]]
