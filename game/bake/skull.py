"""The head and shoulders as hair feels them: a surface to lie on, and one to slide over."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from game.bake.body import Figure
from game.bake.scalp import ear_window, hairline_height
from game.bake.source import Floats, Ints

_CLOTH_M = 0.017
"""How far over the bare body hair comes to lie: the clothes, and some millimetres."""


class Skull:
    """Distance from the head's middle to the skin, by direction, ears left out.

    Attributes:
        eye: (3,) the point between the eyes, metres.
        middle: (3,) the point inside the skull from which directions are taken.
    """

    def __init__(self, figure: Figure) -> None:
        self.figure = figure
        self.eye: Floats = figure.joint("eye.L") * (0, 1, 1)
        self.middle: Floats = self.eye + np.array([0.0, 0.078, 0.022])
        body = np.unique(figure.mesh.quads[figure.body_quads])
        points = figure.vertices[body]
        rel = points - self.eye
        ear = (np.abs(rel[:, 0]) > 0.069) & (rel[:, 2] < 0.02) & (rel[:, 2] > -0.09)
        ear |= ear_window(figure, rel[:, 1], rel[:, 2]) * (np.abs(rel[:, 0]) > 0.064) > 0.5
        near = (np.abs(rel[:, 0]) < 0.1) & ~ear & (rel[:, 2] > -0.125)
        near &= (rel[:, 1] > 0.06) | (figure.weight_of("head")[body] > 0.5)
        away = points[near] - self.middle
        self._distance = np.linalg.norm(away, axis=1)
        self._ways = away / self._distance[:, None]
        close = (np.linalg.norm(points - self.middle, axis=1) < 0.19) & ~ear
        self._skin, self._skin_normals = points[close], figure.normals[body][close]
        trunk = np.unique(
            figure.mesh.quads[np.isin(figure.mesh.quad_group, ("body", "helper-tights"))]
        )
        rel = figure.vertices[trunk] - self.eye
        low = (rel[:, 2] < -0.06) & (rel[:, 2] > -0.48) & (np.abs(rel[:, 0]) < 0.16)
        arm = figure.weight_of("upperarm", "lowerarm", "wrist", "finger")[trunk]
        trunk = trunk[low & (arm < 0.5)][::2]
        self._trunk = figure.vertices[trunk]
        self._trunk_normals = figure.normals[trunk]
        self._trunk_weights = figure.rig.weights[trunk]

    def radius(self, ways: Floats) -> Floats:
        """(n,) metres to the skin along unit directions, smoothed over about 8°."""
        result = np.empty(len(ways))
        for i in range(0, len(ways), 256):
            near = ways[i : i + 256] @ self._ways.T
            weight = np.exp((near - near.max(axis=1, keepdims=True)) * 380.0)
            result[i : i + 256] = (weight * self._distance).sum(axis=1) / weight.sum(axis=1)
        return result

    def on_skin(self, ways: Floats) -> Floats:
        """Points (…, 3) on the skin along directions (…, 3)."""
        flat = ways.reshape(-1, 3)
        return (self.middle + flat * self.radius(flat)[:, None]).reshape(ways.shape)

    def settled(self, points: Floats, least: float, most: float) -> Floats:
        """Points (…, 3) brought to between ``least`` and ``most`` metres over the nearest skin.

        Only at the nape, where directions from the middle run along the skin, is anything drawn in.
        """
        flat = points.reshape(-1, 3)
        nearest, far = _nearest(flat, self._skin)
        over = ((flat - self._skin[nearest]) * self._skin_normals[nearest]).sum(axis=1)
        nape = (flat[:, 2] < self.eye[2] - 0.02) & (flat[:, 1] > self.eye[1] + 0.09)
        move = np.clip(least - over, 0, 0.01) - np.where(nape, np.clip(over - most, 0, 0.02), 0)
        move = np.where(far < 0.025, move, 0.0)
        return (flat + self._skin_normals[nearest] * move[:, None]).reshape(points.shape)

    def inside(self, points: Floats) -> Floats:
        """(…,) metres above the hairline (negative on face and neck)."""
        rel = points - self.eye
        angle = np.arctan2(rel[..., 0], -(rel[..., 1] - 0.075))
        return rel[..., 2] - hairline_height(self.figure, angle)

    def pushed_out(self, points: Floats, off_head: float, cloth: float = _CLOTH_M) -> Floats:
        """Moves points that are under skin or clothes outward.

        Args:
            points: (n, 3) metres.
            off_head: how far over head and jaw they must be, metres.
            cloth: how far over the body below, metres.
        """
        away = points - self.middle
        far = np.linalg.norm(away, axis=1)
        ways = away / far[:, None]
        depth = self.eye[2] - points[:, 2]
        # below jaw and nape the neck takes over from the skull
        end = 0.13 - 0.07 * np.clip((points[:, 1] - self.eye[1] - 0.06) / 0.03, 0, 1)
        need = (self.radius(ways) + off_head) * np.clip((end - depth) / 0.03, 0, 1)
        points = self.middle + ways * np.maximum(far, need)[:, None]
        low = depth > 0.06
        for _ in range(2):
            nearest, far = _nearest(points[low], self._trunk)
            over = ((points[low] - self._trunk[nearest]) * self._trunk_normals[nearest]).sum(axis=1)
            # the nape is bare
            clear = 0.001 + cloth * np.clip((depth[low] - 0.095) / 0.05, 0, 1)
            lack = np.where(far < 0.07, np.clip(clear - over, 0, 0.05), 0.0)
            points[low] += self._trunk_normals[nearest] * lack[:, None]
        return points

    def weights(self, points: Floats) -> NDArray[np.float32]:
        """(n, joints) what carries hair: the head, and lower down softly what it lies on."""
        names = self.figure.rig.names
        result = np.zeros((len(points), len(names)), np.float32)
        result[:, names.index("head")] = 1.0
        rel = points - self.eye
        # at the back it leaves the head's lead sooner than beside the face: a head that leans
        # back would push it into the shoulders
        begin = 0.10 - 0.05 * np.clip((rel[:, 1] - 0.04) / 0.08, 0, 1)
        low = -rel[:, 2] > begin
        if low.any():
            away = np.sqrt(np.maximum(_squares(points[low], self._trunk), 0))
            close = np.exp(-((away - away.min(axis=1, keepdims=True)) / 0.02))
            close /= close.sum(axis=1, keepdims=True)
            body = close @ self._trunk_weights
            share = np.clip((-rel[low, 2] - begin[low]) / 0.11, 0, 1)
            share = (share * share * (3 - 2 * share))[:, None]
            result[low] = result[low] * (1 - share) + body * share
        return result / result.sum(axis=1, keepdims=True)


def _squares(points: Floats, others: Floats) -> Floats:
    """(n, k) squared distances."""
    near = (points**2).sum(axis=1)[:, None] - 2 * points @ others.T
    return np.asarray(near + (others**2).sum(axis=1))


def _nearest(points: Floats, others: Floats) -> tuple[Ints, Floats]:
    """(n,) number of the nearest other point, and its distance."""
    nearest = np.empty(len(points), np.int64)
    far = np.empty(len(points))
    for i in range(0, len(points), 512):
        squares = _squares(points[i : i + 512], others)
        nearest[i : i + 512] = squares.argmin(axis=1)
        far[i : i + 512] = np.sqrt(np.maximum(squares.min(axis=1), 0))
    return nearest, far
