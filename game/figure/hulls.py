"""Convex hulls that hold a seated human as it sits now, for those who draw only where it is.

What moves with one joint is held by those of its points that lie outermost in some thirty
directions; an arm by spheres at shoulder, elbow, wrist and knuckles. They follow from the controls
alone, before the engine has moved a vertex, and cost a fraction of a millisecond.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from panda3d.core import LQuaternionf, Vec3

from game.figure.arms import Arm
from game.figure.skin import Floats, Skin

SPINE = (
    *("root", "spine05", "spine04", "spine03", "spine02", "spine01"),
    *("neck01", "neck02", "neck03", "head"),
)
"""The joints from the hips to the head, each above the one before."""

_HEAD = ("neck02", "neck03", "head", "eye.L", "eye.R")
"""Joints whose points make the head's hull; all others of the spine make the trunk's."""
_CARRIED = {
    "head": ("head", "eye.L", "eye.R"),
    "spine01": ("spine01", "clavicle.L", "clavicle.R", "shoulder01.L", "shoulder01.R"),
}
"""Joints that are held as if they were one with a joint of the spine."""
_UPPER = ("upperarm01", "upperarm02")
_LOWER = ("lowerarm01", "lowerarm02")
_FINGERS = tuple(f"finger{finger}-{part}" for finger in range(1, 6) for part in (1, 2, 3))

_SHARE = 0.15
"""A point of the spine belongs to every joint that has at least this share of it."""
_MOST = 0.4
"""The same of an arm, whose ends belong to the trunk as well."""
_LATE = 0.6
"""Share of a bone's length behind which its further end's sphere has to hold the points."""
_MARGIN_M = 0.012
"""What may stand out beyond a hull: between its directions, and where joints bend."""
_DIRECTIONS = 32
"""Directions in which a joint's outermost points are kept."""


class BodyHulls:
    """Where one baked human is, as a few convex hulls.

    Args:
        skin: its vertices in the baked pose.
        bind: joint to place in the baked pose, metres.
        arms: side ("L", "R") to its arm.
    """

    def __init__(self, skin: Skin, bind: Mapping[str, Vec3], arms: Mapping[str, Arm]) -> None:
        self._points: list[Floats] = []
        self._joints: list[NDArray[np.int64]] = []
        for of_head in (False, True):
            points, joints = [], []
            for index, joint in enumerate(SPINE):
                if (joint in _HEAD) == of_head:
                    own = skin.held(*_CARRIED.get(joint, (joint,)), least=_SHARE)
                    own = _outermost(own - np.array([*bind[joint]]))
                    points.append(own)
                    joints.append(np.full(len(own), index))
            self._points.append(np.concatenate(points))
            self._joints.append(np.concatenate(joints))
        self._arms = [_ArmSpheres(arm, side, skin, bind) for side, arm in arms.items()]

    def now(self, frames: Sequence[tuple[Vec3, LQuaternionf]]) -> list[Floats]:
        """The hulls, in the axes of the human's root.

        Args:
            frames: place, metres, and rotation of each joint of ``SPINE``.

        Returns:
            For each hull (n, 4): places and radii of spheres whose convex hull it is, metres.
        """
        places = np.array([[*place] for place, _ in frames])
        turns = np.array([_axes(turn) for _, turn in frames])
        arms = [spheres.now() for spheres in self._arms]
        hulls = []
        for points, joints in zip(self._points, self._joints, strict=True):
            hull = np.full((len(points), 4), _MARGIN_M)
            hull[:, :3] = np.einsum("ni,nij->nj", points, turns[joints]) + places[joints]
            hulls.append(hull)
        # shoulders go up and forward with the arms, and the trunk's cloth with them
        hulls[0] = np.concatenate([hulls[0], *(arm[:1] for arm in arms)])
        for arm in arms:
            hulls += [arm[0:2], arm[2:4], arm[4:6]]
        return hulls


class _ArmSpheres:
    """Spheres that span an arm: two each for upper arm, forearm and hand."""

    def __init__(self, arm: Arm, side: str, skin: Skin, bind: Mapping[str, Vec3]) -> None:
        self._arm = arm
        shoulder, elbow, wrist = (
            np.array([*bind[f"{joint}.{side}"]]) for joint in ("upperarm01", "lowerarm01", "wrist")
        )

        def held(*joints: str) -> Floats:
            return skin.held(*(f"{joint}.{side}" for joint in joints), least=_MOST)

        hand = held("wrist", *_FINGERS)
        along = np.array([*arm.hand.along])
        # a hand may be stretched or a fist: both lie in the sphere about the middle of the former
        reach = (hand - wrist) @ along
        self._middle_m = float(reach.min() + reach.max()) / 2.0
        middle = wrist + self._middle_m * along
        fist = _thickness(hand, middle, middle)
        self._radii_m = _MARGIN_M + np.array(
            [
                *_taper(held(*_UPPER), shoulder, elbow),
                *_taper(held(*_LOWER), elbow, wrist),
                *(_thickness(held("wrist"), wrist, middle), fist),
            ]
        )

    def now(self) -> Floats:
        """(6, 4) places and radii at the ends of upper arm, forearm and hand; metres."""
        arm = self._arm
        middle = arm.wrist + arm.turned.xform(arm.hand.along) * self._middle_m
        ends = (arm.shoulder, arm.elbow, arm.elbow, arm.wrist, arm.wrist, middle)
        return np.column_stack([[[*end] for end in ends], self._radii_m])


def _outermost(points: Floats) -> Floats:
    """Those of some points that lie outermost, each in one of many directions."""
    if len(points) == 0:
        return points
    # a spiral of directions that are evenly apart
    turn = np.arange(_DIRECTIONS) * np.pi * (3.0 - np.sqrt(5.0))
    height = 1.0 - 2.0 * (np.arange(_DIRECTIONS) + 0.5) / _DIRECTIONS
    flat = np.sqrt(1.0 - height**2)
    ways = np.stack([flat * np.cos(turn), flat * np.sin(turn), height])
    kept: Floats = points[np.unique(np.argmax(points @ ways, axis=0))]
    return kept


def _taper(points: Floats, start: Floats, end: Floats) -> tuple[float, float]:
    """Radii of spheres at both ends of a bone that together hold the points along it; metres."""
    way = end - start
    share = np.clip((points - start) @ way / (way @ way), 0.0, 1.0)
    gap = np.linalg.norm(points - start - share[:, None] * way, axis=1)
    late = share > _LATE
    last = float(gap[late].max(initial=0.0))
    first = (gap[~late] - last * share[~late]) / (1.0 - share[~late])
    return float(first.max(initial=0.0)), last


def _thickness(points: Floats, start: Floats, end: Floats) -> float:
    """How far some points lie from a place, or from a stretch between two, at most; metres."""
    way = end - start
    share = np.clip((points - start) @ way / max(float(way @ way), 1e-12), 0.0, 1.0)
    return float(np.linalg.norm(points - start - share[:, None] * way, axis=1).max(initial=0.0))


def _axes(turn: LQuaternionf) -> Floats:
    """(3, 3) where a rotation puts the axes, a row each."""
    ways = (turn.xform(Vec3(*axis)) for axis in ((1, 0, 0), (0, 1, 0), (0, 0, 1)))
    return np.array([[*way] for way in ways])
