"""Cloth laid over a seated body: a taut, smooth shell in the pose in which it is seen.

The base mesh's own close-fitting shell is brought into the pose of hands on a
desk, smoothed there under the condition that it stays outside the body, given
folds, and taken back to the bind pose, so that shoulders and elbows have no
kink in the pose that is on screen most of the time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from game.bake.body import Figure
from game.bake.mesh import compacted, normals_of, triangulated
from game.bake.source import Floats, Ints

_STEPS = 24
"""Weights are whole multiples of this fraction, as :mod:`game.bake.character` keeps them."""
_WRIST = np.array([0.15, -0.38, 0.785])
_ELBOW = np.array([0.45, 0.5, -1.0])
_NECK_SHARE = 0.35
"""How much of the neck's movement a neckline takes part in."""


def stepped(weights: NDArray[Any]) -> NDArray[np.float32]:
    """Weights as the model will hold them: the four largest, in whole steps.

    Args:
        weights: (n, joints) rows sum to about 1.

    Returns:
        (n, joints) rows sum to exactly one.
    """
    fourth = np.sort(weights, axis=1)[:, -4][:, None]
    kept = np.where(weights >= fourth, weights, 0.0).astype(np.float64)
    steps = np.round(kept / kept.sum(axis=1, keepdims=True) * _STEPS)
    rows = np.arange(len(steps))
    steps[rows, steps.argmax(axis=1)] += _STEPS - steps.sum(axis=1)
    return (steps / _STEPS).astype(np.float32)


def _frame(along: Floats, up: Floats) -> Floats:
    along = along / np.linalg.norm(along)
    up = up - along * (up @ along)
    up = up / np.linalg.norm(up)
    return np.column_stack([np.cross(along, up), along, up])


class DeskPose:
    """Joint transforms of the arms with the hands on the desk; all other joints rest.

    Attributes:
        matrices: (joints, 3, 4) from bind pose to desk pose.
    """

    def __init__(self, figure: Figure) -> None:
        rig = figure.rig
        self.matrices = np.tile(np.hstack([np.eye(3), np.zeros((3, 1))]), (len(rig.names), 1, 1))
        for side, sign in (("L", 1.0), ("R", -1.0)):
            mirror = np.array([sign, 1.0, 1.0])
            shoulder, elbow, wrist = (
                rig.heads[f"{n}.{side}"] for n in ("upperarm01", "lowerarm01", "wrist")
            )
            upper = float(np.linalg.norm(elbow - shoulder))
            lower = float(np.linalg.norm(wrist - elbow))
            reach = _WRIST * mirror - shoulder
            distance = min(float(np.linalg.norm(reach)), (upper + lower) * 0.998)
            reach /= np.linalg.norm(reach)
            cosine = np.clip((upper**2 + distance**2 - lower**2) / (2 * upper * distance), -1, 1)
            way = _ELBOW * mirror
            way = way - reach * (reach @ way)
            way /= np.linalg.norm(way)
            upper_way = reach * cosine + way * np.sqrt(1 - cosine**2)
            elbow_at = shoulder + upper_way * upper
            lower_way = shoulder + reach * distance - elbow_at
            hinge0 = np.cross(elbow - shoulder, wrist - elbow)
            hinge = np.cross(upper_way, lower_way)
            first = _frame(upper_way, hinge) @ _frame(elbow - shoulder, hinge0).T
            second = _frame(lower_way, hinge) @ _frame(wrist - elbow, hinge0).T
            for i, name in enumerate(rig.names):
                if not name.endswith(f".{side}"):
                    continue
                if name.startswith("upperarm"):
                    turn, at0, at = first, shoulder, shoulder
                elif name.startswith(("lowerarm", "wrist", "finger")):
                    turn, at0, at = second, elbow, elbow_at
                else:
                    continue
                self.matrices[i, :, :3] = turn
                self.matrices[i, :, 3] = at - turn @ at0

    def _blended(self, weights: NDArray[Any]) -> Floats:
        return np.einsum("nj,jab->nab", weights, self.matrices)

    def posed(self, points: Floats, weights: NDArray[Any]) -> Floats:
        """(n, 3) points of the bind pose, in the desk pose."""
        m = self._blended(weights)
        return np.einsum("nab,nb->na", m[..., :3], points) + m[..., 3]

    def unposed(
        self, points: Floats, normals: Floats, weights: NDArray[Any]
    ) -> tuple[Floats, Floats]:
        """Points and normals of the desk pose, in the bind pose."""
        m = self._blended(weights)
        inverse = np.linalg.inv(m[..., :3])
        points = np.einsum("nab,nb->na", inverse, points - m[..., 3])
        normals = np.einsum("nab,nb->na", inverse, normals)
        return points, normals / np.linalg.norm(normals, axis=1, keepdims=True)


@dataclass(slots=True)
class Shell:
    """A layer of cloth in the desk pose."""

    points: Floats
    """(n, 3) metres."""
    normals: Floats
    """(n, 3) unit."""
    triangles: Ints
    """(m, 3)"""
    weights: NDArray[np.float32]
    """(n, joints), whole steps."""
    arm: Floats
    """(n,) 0 on the trunk … 1 on the sleeve."""
    along: Floats
    """(n,) on the arm: 0 shoulder, 1 elbow, 2 wrist; below 0 on the trunk."""
    around: Floats
    """(n,) on the arm: 0 on its upper outer side … 1 on its inner side."""

    def front(self, x: Floats, z: Floats, reach: float = 0.014) -> Floats:
        """Points of the front at places of the front view.

        Args:
            x: (n,) metres from the middle.
            z: (n,) metres over the floor.
            reach: how far around vertices count, metres.

        Returns:
            (n, 3) metres.
        """
        facing = (self.normals[:, 1] < 0.05) & (self.arm < 0.35)
        near, across = self.points[facing], self.normals[facing]
        dx, dz = x[:, None] - near[None, :, 0], z[:, None] - near[None, :, 2]
        share = np.exp(-(dx**2 + dz**2) / (2 * reach**2)) + 1e-12
        share /= share.sum(axis=1, keepdims=True)
        steep = np.minimum(across[:, 1], -0.35)
        y = near[None, :, 1] - (dx * across[None, :, 0] + dz * across[None, :, 2]) / steep[None]
        return np.column_stack([x, (share * y).sum(axis=1), z])

    def laid(self, points: Floats, height: Floats | float, reach: float = 0.016) -> Floats:
        """Points moved along the surface's normals to a height over it.

        Args:
            points: (n, 3) near the surface.
            height: metres, (n,) or one for all.
            reach: how far around vertices count, metres.
        """
        centre, normal, _ = self.around_of(points, reach)
        off = ((points - centre) * normal).sum(axis=1)
        return points + (np.broadcast_to(height, off.shape) - off)[:, None] * normal

    def around_of(
        self, points: Floats, reach: float = 0.016
    ) -> tuple[Floats, Floats, NDArray[np.float32]]:
        """Mean place, normal and weights of the shell round each of (n, 3) points."""
        square = ((points[:, None] - self.points[None]) ** 2).sum(axis=2)
        share = np.exp(-(square - square.min(axis=1, keepdims=True)) / (2 * reach**2))
        share[:, self.arm > 0.8] *= 0.02
        share /= share.sum(axis=1, keepdims=True)
        normal = share @ self.normals
        normal /= np.linalg.norm(normal, axis=1, keepdims=True)
        return share @ self.points, normal, stepped(share @ self.weights)


def body_shell(figure: Figure, pose: DeskPose) -> Shell:
    """The close-fitting shell of trunk and arms in the desk pose."""
    shell = figure.mesh.quads[figure.mesh.quad_group == "helper-tights"]
    middle = figure.vertices[shell].mean(axis=1)
    arm = figure.weight_of("upperarm", "lowerarm", "wrist")
    # thighs are under the desk: the trunk ends where they begin
    trunk = (middle[:, 2] > figure.joint("spine05")[2]) & (middle[:, 1] > -0.16)
    shell = shell[trunk | (arm[shell].mean(axis=1) > 0.3)]
    used, triangles = compacted(triangulated(shell))
    weights = _calm_weights(figure, used, triangles)
    points = pose.posed(figure.vertices[used], weights)
    along, around = sleeve_places(figure, figure.vertices[used])
    covered = arm[used].astype(np.float64)
    along = np.where(covered > 0.02, along, -1.0)
    return Shell(points, normals_of(points, triangles), triangles, weights, covered, along, around)


def _calm_weights(figure: Figure, used: Ints, triangles: Ints) -> NDArray[np.float32]:
    """The shell's weights, less bound to the neck and smoother at the shoulders than skin is."""
    names = list(figure.rig.names)
    weights = figure.rig.weights[used].astype(np.float64)
    chest = names.index("spine01")
    for i, name in enumerate(names):
        if name.startswith(("neck", "head")):
            weights[:, chest] += weights[:, i] * (1 - _NECK_SHARE)
            weights[:, i] *= _NECK_SHARE
    mean = Neighbours(triangles, len(used))
    for _ in range(4):
        weights += 0.5 * (mean(weights) - weights)
    return stepped(weights)


class Neighbours:
    """Means over each vertex's neighbours."""

    def __init__(self, triangles: Ints, count: int) -> None:
        pairs = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
        pairs = np.unique(np.concatenate([pairs, pairs[:, ::-1]]), axis=0)
        self._from, self._to = pairs[:, 0], pairs[:, 1]
        self._number = np.maximum(np.bincount(self._from, minlength=count), 1)
        edges, times = np.unique(
            np.sort(
                np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]),
                axis=1,
            ),
            axis=0,
            return_counts=True,
        )
        self.rim = np.zeros(count, bool)
        self.rim[edges[times == 1].reshape(-1)] = True

    def __call__(self, values: Floats) -> Floats:
        """(n, k) means of (n, k) values."""
        total = np.zeros_like(values)
        for column in range(values.shape[1]):
            total[:, column] = np.bincount(
                self._from, values[self._to, column], minlength=len(values)
            )
        return total / self._number[:, None]


def sleeve_places(figure: Figure, points: Floats) -> tuple[Floats, Floats]:
    """Where points of the bind pose are along and around the nearer arm.

    Args:
        figure: whose arms.
        points: (n, 3) metres.

    Returns:
        (n,) 0 shoulder, 1 elbow, 2 wrist, and (n,) 0 upper outer side … 1 inner side.
    """
    side = np.where(points[:, 0] > 0, 1.0, -1.0)
    mirrored = points * np.column_stack([side, np.ones_like(side), np.ones_like(side)])
    shoulder, elbow, wrist = (figure.joint(f"{n}.L") for n in ("upperarm01", "lowerarm01", "wrist"))
    along, around = np.zeros(len(points)), np.zeros(len(points))
    for i, (first, last) in enumerate(((shoulder, elbow), (elbow, wrist))):
        axis = last - first
        t = (mirrored - first) @ axis / (axis @ axis)
        axis = axis / np.linalg.norm(axis)
        off = mirrored - first - ((mirrored - first) @ axis)[:, None] * axis
        out = np.array([1.0, 0.0, 1.0]) - axis * (axis @ np.array([1.0, 0.0, 1.0]))
        out /= np.linalg.norm(out)
        angle = np.arccos(np.clip(off @ out / np.maximum(np.linalg.norm(off, axis=1), 1e-6), -1, 1))
        here = (t > 0) if i else np.ones(len(points), bool)
        along = np.where(here, t + i, along)
        around = np.where(here, angle / np.pi, around)
    return along, around


def draped(shell: Shell, clearance: Floats, rounds: int, folds: Floats | None = None) -> Shell:
    """A layer that is drawn taut over the shell.

    Args:
        shell: what lies beneath.
        clearance: (n,) least distance over it, metres.
        rounds: how often the cloth evens itself out: the more, the less it clings.
        folds: (n,) displacement along normals at the end, metres.

    Returns:
        A shell of the same vertices.
    """
    mean = Neighbours(shell.triangles, len(shell.points))
    points = shell.points + clearance[:, None] * shell.normals
    normals = shell.normals
    for _ in range(rounds):
        points = np.where(mean.rim[:, None], points, points + 0.6 * (mean(points) - points))
        off = ((points - shell.points) * normals).sum(axis=1)
        points += np.maximum(clearance - off, 0.0)[:, None] * normals
    turned = normals_of(points, shell.triangles)
    if folds is not None:
        points = points + folds[:, None] * turned
        turned = normals_of(points, shell.triangles)
    return Shell(
        points, turned, shell.triangles, shell.weights, shell.arm, shell.along, shell.around
    )
