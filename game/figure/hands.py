"""Hands: how fingers bend, and where the skin of a hand is lowest, for each baked human.

A hand's shape is twenty angles: for thumb to little finger the bend of the base, middle and last
joint and the spread, in degrees. Bends count from the straight finger in the palm's plane, so that
one shape looks alike on all people, however their hands lay when they were baked.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from panda3d.core import GeomNode, InternalName, LQuaternionf, NodePath, Vec3

from game.figure.skin import Floats, column

_STATIONS = (0.02, 0.30, 0.62, 0.95)
"""Where the palm's outline is taken, as shares of the way from wrist to knuckles."""
_AROUND = 12
"""Skin points taken round the palm at each station."""


class Hand:
    """One hand's fingers and skin.

    Args:
        side: "L" or "R".
        bind: joint to place in the baked pose, metres.
        palm: direction that the palm faces there.
        skin: (n, 3) points of the hand's skin there, metres.
        controls: joint to the node that turns it.

    Attributes:
        along: direction from wrist to knuckles in the baked pose.
        palm: direction that the palm faces in the baked pose.
        thickness_m: of the hand at the knuckles.
    """

    def __init__(
        self,
        side: str,
        bind: Mapping[str, Vec3],
        palm: Vec3,
        skin: Floats,
        controls: Mapping[str, NodePath],
    ) -> None:
        self.palm = palm
        self.along = bind[f"finger3-1.{side}"] - bind[f"wrist.{side}"]
        self._length = self.along.length()
        self.along.normalize()
        # toward the thumb, whichever hand it is
        self._across = self.along.cross(palm)
        if self._across.dot(bind[f"finger2-1.{side}"] - bind[f"finger5-1.{side}"]) < 0:
            self._across = -self._across
        wrist = bind[f"wrist.{side}"]
        self._controls = [
            [controls[f"finger{f}-{p}.{side}"] for p in (1, 2, 3)] for f in range(1, 6)
        ]
        joints = [[bind[f"finger{f}-{p}.{side}"] - wrist for p in (1, 2, 3)] for f in range(1, 6)]
        local = skin - np.array([*wrist])
        owner = _owners(local, joints)
        self._joints: list[list[Vec3]] = []
        self._axes: list[Vec3] = []
        self._rest: list[tuple[float, float, float, float]] = []
        self._radii: list[float] = []
        for finger, row in enumerate(joints):
            points = local[owner == finger]
            tip, radius = _tip(points, row)
            places = [*row, tip]
            self._joints.append(places)
            self._radii += [radius[0], radius[1], radius[2]]
            ways = [_unit(places[i + 1] - places[i]) for i in range(3)]
            self._axes.append(_unit(ways[0].cross(palm)))
            self._rest.append(self._bends(ways))
        self._palm_points = _outline(local[owner == 5], self.along, palm, self._length)
        place = local @ np.array([*self.along])
        knuckles = local[(np.abs(place - 0.85 * self._length) < 0.02) & (owner != 0)]
        depth = knuckles @ np.array([*palm])
        self.thickness_m = float(np.ptp(np.percentile(depth, (4, 96)))) if len(depth) else 0.03
        self._shape: tuple[float, ...] = ()
        self._points = self._palm_points
        self._sizes = np.zeros(len(self._points))
        self._sizes_all = np.concatenate([self._sizes, np.array(self._radii)])

    def _bends(self, ways: Sequence[Vec3]) -> tuple[float, float, float, float]:
        """Bend of the three joints and spread of one finger as it was baked, degrees."""
        base = math.degrees(math.asin(max(-1.0, min(1.0, ways[0].dot(self.palm)))))
        spread = math.degrees(math.atan2(ways[0].dot(self._across), ways[0].dot(self.along)))
        axis = ways[0].cross(self.palm)
        axis.normalize()
        bends = [base]
        for before, after in itertools.pairwise(ways):
            bends.append(math.degrees(math.atan2(before.cross(after).dot(axis), before.dot(after))))
        return bends[0], bends[1], bends[2], spread

    def form(self, shape: tuple[float, ...]) -> None:
        """Bends the fingers.

        Args:
            shape: (20,) degrees; thumb first, for each finger base, middle, last bend and spread.
        """
        if shape == self._shape:
            return
        self._shape = shape
        found = []
        turn, spin = LQuaternionf(), LQuaternionf()
        # the spread turns about the palm's normal, from the palm's side toward the thumb
        sense = 1.0 if self.palm.cross(self.along).dot(self._across) > 0 else -1.0
        for finger in range(5):
            rest, axis = self._rest[finger], self._axes[finger]
            base, middle, last, spread = shape[4 * finger : 4 * finger + 4]
            controls = self._controls[finger]
            at, second, third, tip = self._joints[finger]
            turn.set_from_axis_angle(base - rest[0], axis)
            spin.set_from_axis_angle(sense * (spread - rest[3]), self.palm)
            first = turn * spin
            controls[0].set_quat(first)
            p2 = at + first.xform(second - at)
            turn.set_from_axis_angle(middle - rest[1], axis)
            controls[1].set_quat(turn)
            first = turn * first
            p3 = p2 + first.xform(third - second)
            turn.set_from_axis_angle(last - rest[2], axis)
            controls[2].set_quat(turn)
            first = turn * first
            p4 = p3 + first.xform(tip - third)
            found += [(*p2,), (*p3,), (*p4,)]
        self._points = np.concatenate([self._palm_points, np.array(found)])
        self._sizes = self._sizes_all

    def lowest(self, turn: LQuaternionf) -> tuple[float, float]:
        """Height of the hand's lowest skin relative to the wrist joint, metres.

        Args:
            turn: the hand's rotation from the baked pose.

        Returns:
            Lowest of the palm and lowest of the fingers.
        """
        up = _back(turn).xform(Vec3(0, 0, 1))
        heights = self._points @ np.array((up.x, up.y, up.z)) - self._sizes
        split = len(self._palm_points)
        fingers = heights[split:]
        return float(heights[:split].min()), float(fingers.min()) if len(fingers) else 0.0

    @property
    def middle_tip(self) -> Vec3:
        """The middle fingertip from the wrist, in the baked hand's axes, bent as it is now."""
        return Vec3(*self._points[-7])

    def grip_points(self) -> tuple[Vec3, Vec3, Vec3]:
        """Tips of thumb and forefinger and the latter's knuckle, bent as they are now.

        From the wrist, in the baked hand's axes.
        """
        return Vec3(*self._points[-13]), Vec3(*self._points[-10]), self._joints[1][0]

    @property
    def reach_m(self) -> float:
        """From the wrist to the tip of the middle finger, stretched."""
        places = self._joints[2]
        length = places[0].length()
        return float(length + sum((b - a).length() for a, b in itertools.pairwise(places)))


def skin_of(model: NodePath) -> Floats:
    """(n, 3) points of both hands' skin in the baked pose, metres."""
    found = [np.zeros((0, 3))]
    for path in model.find_all_matches("**/hands*"):
        node = path.node()
        if isinstance(node, GeomNode):
            data = node.get_geom(0).get_vertex_data()
            found.append(column(data, InternalName.get_vertex()))
    return np.concatenate(found)


def _owners(points: Floats, joints: Sequence[Sequence[Vec3]]) -> NDArray[np.int64]:
    """(n,) finger 0...4 that each skin point belongs to, 5 for the palm."""
    best = np.full(len(points), np.inf)
    owner = np.full(len(points), 5)
    for finger, row in enumerate(joints):
        start = np.array([*row[1 if finger == 0 else 0]])
        end = np.array([*(row[2] + (row[2] - row[1]) * 1.8)])
        middle = np.array([*row[1]])
        for a, b in ((start, middle), (middle, end)):
            way = b - a
            length = way @ way
            if length < 1e-12:
                continue
            share = (points - a) @ way / length
            near = a + np.clip(share, 0.0, 1.0)[:, None] * way
            gap = np.linalg.norm(points - near, axis=1)
            closer = (gap < best) & (gap < 0.016) & ((share > 0.0) | (a is not start))
            best[closer] = gap[closer]
            owner[closer] = finger
    return owner


def _tip(points: Floats, row: Sequence[Vec3]) -> tuple[Vec3, tuple[float, float, float]]:
    """Middle of a fingertip's pad, and the finger's radius at its last joints and the tip."""
    way = _unit(row[2] - row[1])
    if len(points) == 0:
        return row[2] + way * 0.012, (0.008, 0.008, 0.007)
    along = (points - np.array([*row[2]])) @ np.array([*way])
    radii = []
    for joint in (row[1], row[2]):
        offset = points - np.array([*joint])
        beside = np.abs(offset @ np.array([*way])) < 0.006
        across = offset[beside] - np.outer(offset[beside] @ np.array([*way]), [*way])
        radii.append(float(np.median(np.linalg.norm(across, axis=1))) if beside.any() else 0.008)
    reach = float(along.max())
    size = min(0.85 * radii[1], 0.5 * reach)
    return row[2] + way * (reach - size), (radii[0], radii[1], size)


def _outline(points: Floats, along: Vec3, palm: Vec3, length: float) -> Floats:
    """(m, 3) skin points that stand out of the palm on all sides."""
    axis, normal = np.array([*along]), np.array([*palm])
    across = np.cross(axis, normal)
    place = points @ axis / length
    chosen: set[int] = set()
    for station in _STATIONS:
        near = np.flatnonzero(np.abs(place - station) < 0.14)
        if len(near) == 0:
            continue
        for step in range(_AROUND):
            angle = 2.0 * math.pi * step / _AROUND
            way = math.cos(angle) * normal + math.sin(angle) * across
            chosen.add(int(near[np.argmax(points[near] @ way)]))
    return points[sorted(chosen)] if chosen else np.zeros((1, 3))


def _unit(way: Vec3) -> Vec3:
    result = Vec3(way)
    result.normalize()
    return result


def _back(turn: LQuaternionf) -> LQuaternionf:
    result = LQuaternionf(turn)
    result.invert_in_place()
    return result
