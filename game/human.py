"""A seated human that can be driven: face, gaze, head, spine, arms.

Place: metres, z up, standing on the floor at z = 0. The human sits at the
origin of ``root`` and **faces −y**, so its left is +x. A camera that looks at
the face looks along +y, and sees +x at the right of the picture: angles given
here have the signs that such a camera measures (yaw + toward image right,
pitch + upward, roll + clockwise in the image), the same as a ``FaceReading``.

The seat is at 0.46 m, the hips' middle above the origin, the eyes at about
1.2 m height and 0.1 m before the origin, and a desk top at 0.73 m whose near
edge (the human's side) lies between y = −0.20 and y = −0.30 carries the
forearms in every pose of ``ARM_POSES``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from panda3d.core import (
    Character,
    GraphicsStateGuardianBase,
    LQuaternionf,
    LVecBase3f,
    NodePath,
    PandaNode,
    Point3,
    Vec3,
)

from game import shading
from game.bake import ARKIT_NAMES, ensure_baked, read_bam
from perception.errors import InputError

_HEAD_SHARE = {"neck01": 0.15, "neck02": 0.15, "neck03": 0.20, "head": 0.50}
_SPINE_SHARE = {"spine05": 0.30, "spine04": 0.25, "spine03": 0.20, "spine02": 0.15, "spine01": 0.10}
_SMALLEST_CHANGE = 1e-4
"""Below this a slider or angle counts as unchanged: under a tenth of a pixel."""


@dataclass(frozen=True, slots=True)
class ArmPose:
    """Where one arm goes; the other is its mirror image unless told otherwise.

    Points are for the human's left arm in metres from ``root`` at a desk top of
    0.73 m, x outward from the middle.
    """

    wrist: tuple[float, float, float]
    """Wrist joint."""
    elbow: tuple[float, float, float]
    """Direction in which the elbow points away from the shoulder–wrist line."""
    fingers: tuple[float, float, float]
    """Direction from wrist to knuckles."""
    palm: tuple[float, float, float]
    """Direction that the palm faces."""
    curl_deg: float
    """Bend of each finger joint, degrees."""
    other_wrist: tuple[float, float, float] | None = None
    """The right wrist where it is not the mirror image (x is still outward)."""


ARM_POSES: dict[str, ArmPose] = {
    "desk": ArmPose(
        (0.15, -0.38, 0.785), (0.45, 0.5, -1.0), (-0.50, -0.85, 0.06), (0.0, 0.0, -1.0), 12.0
    ),
    "folded": ArmPose(
        (0.085, -0.395, 0.800),
        (0.5, 0.5, -1.0),
        (-0.85, -0.5, 0.04),
        (-0.25, 0.1, -1.0),
        17.0,
        other_wrist=(0.09, -0.37, 0.825),
    ),
    "open": ArmPose(
        (0.22, -0.38, 0.83), (0.45, 0.5, -1.0), (0.25, -0.95, 0.15), (-0.75, -0.1, 0.55), 20.0
    ),
    "lap": ArmPose(
        (0.14, -0.26, 0.60), (0.9, 0.4, 0.0), (-0.6, -0.75, -0.2), (0.0, -0.2, -1.0), 18.0
    ),
}


class Human:
    """One baked human in the scene.

    Args:
        source: an identity's name (baked if it is not yet) or the path of a
            baked ``.bam``.
        parent: the node to sit below; lights come from an ancestor
            (:func:`game.shading.set_lights`).
        gsg: the window's state guardian, asked whether shaders run.

    Attributes:
        root: the node that places the human; faces −y.
        shaded: False where fixed-function light has to do.
        eye_height_m: height of the eyes over the floor when upright.

    Raises:
        InputError: there is no such identity.
        StorageError: it is not baked and the cache cannot be written.
    """

    def __init__(
        self,
        source: str | Path,
        parent: NodePath,
        gsg: GraphicsStateGuardianBase | None = None,
    ) -> None:
        path = source if isinstance(source, Path) else ensure_baked(source)
        self.root: NodePath = parent.attach_new_node(f"human-{path.stem}")
        self._model = read_bam(path)
        self._model.reparent_to(self.root)
        found = self._model.find("**/+Character")
        character = found.node()
        assert isinstance(character, Character)
        self._character = character
        self._bundle = character.get_bundle(0)
        self._meta = json.loads(self._model.get_tag("human"))
        self._bind = {name: Vec3(*at) for name, at in self._meta["joints"].items()}
        self._parents: dict[str, str] = self._meta["parents"]
        self.eye_height_m: float = self._meta["eye_height_m"]
        self._controls: dict[str, NodePath] = {}
        self._sliders: dict[str, NodePath] = {}
        self._slider_values: dict[str, float] = {}
        for name in self._bind:
            self._controls[name] = self._control(name)
        for name in ARKIT_NAMES:
            self._sliders[name] = self._control(name)
            self._slider_values[name] = 0.0
        for name, parent_name in self._parents.items():
            above = self._bind[parent_name] if parent_name else Vec3(0)
            self._controls[name].set_pos(self._bind[name] - above)
        self._given: dict[str, float] = {}
        self._gaze = (0.0, 0.0)
        self._head = (0.0, 0.0, 0.0)
        self._torso = (0.0, 0.0, 0.0)
        self._breath = 0.0
        self._shoulders = 0.0
        self._arm_weights: dict[str, float] = {"desk": 1.0}
        self.shaded = self._shade(gsg)
        self._solve_arms()

    # -- face ---------------------------------------------------------------

    def set_expressions(self, values: Mapping[str, float]) -> None:
        """Sets expression targets; those not named keep their value.

        Args:
            values: ARKit name → 0–1, clipped.

        Raises:
            InputError: a name is not one of the 52.
        """
        for name, value in values.items():
            if name not in self._sliders:
                raise InputError(
                    f"{name!r} is no ARKit expression; one of: {', '.join(ARKIT_NAMES)}"
                )
            self._given[name] = min(1.0, max(0.0, float(value)))
            self._apply_slider(name)

    def set_gaze(self, yaw: float, pitch: float) -> None:
        """Turns both eyes relative to the head; the lids follow the pitch.

        Args:
            yaw: degrees, + toward image right, held within ±38.
            pitch: degrees, + upward, held within −32…+26.
        """
        yaw = min(38.0, max(-38.0, yaw))
        pitch = min(26.0, max(-32.0, pitch))
        if not _differs((yaw, pitch), self._gaze):
            return
        self._gaze = (yaw, pitch)
        for side in ("L", "R"):
            self._controls[f"eye.{side}"].set_hpr(yaw, -pitch, 0)
        for side in ("Left", "Right"):
            self._apply_slider(f"eyeLookDown{side}")
            self._apply_slider(f"eyeLookUp{side}")

    def _lid_follow(self, name: str) -> float:
        """What the gaze adds to a lid slider, 0–1 (full lid travel at 30°)."""
        pitch = self._gaze[1]
        if name.startswith("eyeLookDown"):
            return min(1.0, max(0.0, -pitch / 30.0))
        if name.startswith("eyeLookUp"):
            return min(1.0, max(0.0, pitch / 30.0))
        return 0.0

    def _apply_slider(self, name: str) -> None:
        value = min(1.0, self._given.get(name, 0.0) + self._lid_follow(name))
        if abs(value - self._slider_values[name]) < _SMALLEST_CHANGE:
            return
        self._slider_values[name] = value
        self._sliders[name].set_x(value)

    # -- body ---------------------------------------------------------------

    def set_head(self, yaw: float, pitch: float, roll: float) -> None:
        """Turns the head relative to the chest, shared over neck and head.

        Args:
            yaw: degrees, + toward image right of a camera facing the human.
            pitch: degrees, + upward.
            roll: degrees, + clockwise in that camera's image.
        """
        if not _differs((yaw, pitch, roll), self._head):
            return
        self._head = (yaw, pitch, roll)
        for name, share in _HEAD_SHARE.items():
            self._controls[name].set_hpr(yaw * share, -pitch * share, roll * share)
        self._update_head_up()

    def set_torso(self, yaw: float, pitch: float, roll: float) -> None:
        """Leans and turns the spine; the hands stay where they rest.

        Args:
            yaw: degrees, + toward image right.
            pitch: degrees, + leaning back, − leaning forward.
            roll: degrees, + clockwise in the image.
        """
        if not _differs((yaw, pitch, roll), self._torso):
            return
        self._torso = (yaw, pitch, roll)
        self._apply_spine()

    def set_breath(self, amplitude: float) -> None:
        """Fills the chest.

        Args:
            amplitude: 0 breathed out … 1 breathed in.
        """
        amplitude = min(1.0, max(0.0, amplitude))
        if abs(amplitude - self._breath) < 1e-3:
            return
        self._breath = amplitude
        self._apply_spine()

    def set_shoulders(self, raised: float) -> None:
        """Raises both shoulders.

        Args:
            raised: 0 relaxed … 1 shrugged (about 3 cm).
        """
        raised = min(1.0, max(0.0, raised))
        if abs(raised - self._shoulders) < 1e-3:
            return
        self._shoulders = raised
        self._apply_spine()

    def set_arm_pose(self, name: str, weight: float = 1.0) -> None:
        """Brings both arms toward a pose.

        Args:
            name: a key of ``ARM_POSES``.
            weight: 0–1; what is missing to 1 is the pose that was there before,
                scaled down, so calling with a rising weight moves from one pose
                to the next.

        Raises:
            InputError: there is no such pose.
        """
        if name not in ARM_POSES:
            raise InputError(f"no arm pose {name!r}; one of: {', '.join(ARM_POSES)}")
        weight = min(1.0, max(0.0, weight))
        if abs(self._arm_weights.get(name, 0.0) - weight) < 1e-3:
            return
        others = {k: v for k, v in self._arm_weights.items() if k != name}
        total = sum(others.values()) or 1.0
        self._arm_weights = {k: v / total * (1.0 - weight) for k, v in others.items() if v > 1e-6}
        self._arm_weights[name] = weight
        if not others and weight < 1.0:
            self._arm_weights["desk"] = self._arm_weights.get("desk", 0.0) + 1.0 - weight
        self._solve_arms()

    # -- where things are -----------------------------------------------------

    def eye_point(self) -> Point3:
        """The point between the eyes, in the world (metres)."""
        middle = (self._bind["eye.L"] + self._bind["eye.R"]) * 0.5 - self._bind["head"]
        place, turn = self._net("head")
        return self.root.get_top().get_relative_point(self.root, Point3(place + turn.xform(middle)))

    @property
    def head_quat(self) -> LQuaternionf:
        """The head's rotation in the world; identity looks along −y."""
        turn = self._net("head")[1]
        return turn * self.root.get_quat(self.root.get_top())

    @property
    def character(self) -> Character:
        """The animated node, for those who must update it out of turn."""
        return self._character

    def remove(self) -> None:
        """Takes the human out of the scene."""
        self.root.remove_node()

    # -- inside -----------------------------------------------------------------

    def _control(self, name: str) -> NodePath:
        node = NodePath(PandaNode(name))
        if not self._bundle.control_joint(name, node.node()):
            raise InputError(f"baked human has no part {name!r}: delete its cache and start again")
        return node

    def _shade(self, gsg: GraphicsStateGuardianBase | None) -> bool:
        shaded = True
        for part in self._model.find_all_matches("**/+GeomNode"):
            shaded = shading.apply(part, part.get_tag("surface"), gsg) and shaded
        return shaded

    def _net(self, name: str) -> tuple[Vec3, LQuaternionf]:
        """A joint's place and rotation relative to ``root``, from the controls."""
        place, turn = Vec3(0), LQuaternionf.ident_quat()
        for joint in self._chain(name):
            control = self._controls[joint]
            place = place + turn.xform(control.get_pos())
            turn = control.get_quat() * turn
        return Vec3(place), LQuaternionf(turn)

    def _chain(self, name: str) -> list[str]:
        chain = [name]
        while self._parents[chain[0]]:
            chain.insert(0, self._parents[chain[0]])
        return chain

    def _update_head_up(self) -> None:
        if self.shaded:
            self.root.set_shader_input("head_up", self.head_quat.xform(Vec3(0, 0, 1)))

    def _apply_spine(self) -> None:
        yaw, pitch, roll = self._torso
        for name, share in _SPINE_SHARE.items():
            self._controls[name].set_hpr(yaw * share, -pitch * share, roll * share)
        chest = self._controls["spine02"]
        chest.set_p(chest.get_p() - 1.1 * self._breath)
        neck = self._controls["neck01"]
        neck.set_p(-self._head[1] * _HEAD_SHARE["neck01"] + 1.1 * self._breath)
        lift = 0.004 * self._breath + 0.03 * self._shoulders
        for side in ("L", "R"):
            name = f"shoulder01.{side}"
            rest = self._bind[name] - self._bind[self._parents[name]]
            self._controls[name].set_pos(rest + Vec3(0, 0, lift))
        self._update_head_up()
        self._solve_arms()

    def _solve_arms(self) -> None:
        for side, sign in (("L", 1.0), ("R", -1.0)):
            wrist, elbow, fingers, palm = Vec3(0), Vec3(0), Vec3(0), Vec3(0)
            curl = 0.0
            for name, weight in self._arm_weights.items():
                pose = ARM_POSES[name]
                at = pose.other_wrist if side == "R" and pose.other_wrist else pose.wrist
                wrist += Vec3(*at) * weight
                elbow += Vec3(*pose.elbow) * weight
                fingers += Vec3(*pose.fingers) * weight
                palm += Vec3(*pose.palm) * weight
                curl += pose.curl_deg * weight
            for vector in (wrist, elbow, fingers, palm):
                vector.x *= sign
            self._solve_arm(side, wrist, elbow, fingers, palm)
            self._curl_fingers(side, curl)

    def _solve_arm(self, side: str, wrist: Vec3, elbow: Vec3, fingers: Vec3, palm: Vec3) -> None:
        """Two-bone inverse kinematics by the law of cosines, elbow in a given half-plane."""
        bind = self._bind
        s0, e0, w0 = (bind[f"{n}.{side}"] for n in ("upperarm01", "lowerarm01", "wrist"))
        upper, lower = (e0 - s0).length(), (w0 - e0).length()
        shoulder, above = self._net(self._parents[f"upperarm01.{side}"])
        rest = s0 - bind[self._parents[f"upperarm01.{side}"]]
        shoulder = shoulder + above.xform(rest)
        reach = wrist - shoulder
        distance = min(reach.length(), (upper + lower) * 0.998)
        reach.normalize()
        cosine = (upper**2 + distance**2 - lower**2) / (2 * upper * distance)
        cosine = min(1.0, max(-1.0, cosine))
        side_way = elbow - reach * elbow.dot(reach)
        side_way.normalize()
        upper_way = reach * cosine + side_way * math.sqrt(1.0 - cosine**2)
        elbow_at = shoulder + upper_way * upper
        lower_way = shoulder + reach * distance - elbow_at
        hinge0, hinge = (e0 - s0).cross(w0 - e0), upper_way.cross(lower_way)
        upper_turn = _turn_between(e0 - s0, hinge0, upper_way, hinge)
        swing = _turn_between(w0 - e0, hinge0, lower_way, hinge)
        hand0 = bind[f"finger3-1.{side}"] - w0
        hand_turn = _turn_between(hand0, self._palm(side), fingers, palm)
        relative = hand_turn * _inverse(swing)
        axis = Vec3(w0 - e0)
        axis.normalize()
        twist = _twist_about(relative, axis)
        carried = LQuaternionf()
        carried.set_from_axis_angle(twist * 0.65, axis)
        self._controls[f"upperarm01.{side}"].set_quat(upper_turn * _inverse(above))
        self._controls[f"lowerarm01.{side}"].set_quat(swing * _inverse(upper_turn))
        self._controls[f"lowerarm02.{side}"].set_quat(carried)
        self._controls[f"wrist.{side}"].set_quat(relative * _inverse(carried))

    def _palm(self, side: str) -> Vec3:
        """The direction that the palm faces in the bind pose."""
        return Vec3(*self._meta["palm"][side])

    def _curl_fingers(self, side: str, curl_deg: float) -> None:
        palm = self._palm(side)
        for finger in range(1, 6):
            share = 0.45 if finger == 1 else 0.85 + 0.12 * (finger - 2)
            for part in range(1, 4):
                name = f"finger{finger}-{part}.{side}"
                after = f"finger{finger}-{part + 1}.{side}"
                along = (
                    self._bind[after] - self._bind[name]
                    if after in self._bind
                    else self._bind[name] - self._bind[f"finger{finger}-{part - 1}.{side}"]
                )
                axis = along.cross(palm)
                axis.normalize()
                turn = LQuaternionf()
                turn.set_from_axis_angle(curl_deg * share, axis)
                self._controls[name].set_quat(turn)


def _differs(new: tuple[float, ...], old: tuple[float, ...]) -> bool:
    return any(abs(a - b) > 1e-3 for a, b in zip(new, old, strict=True))


def _inverse(turn: LQuaternionf) -> LQuaternionf:
    result = LQuaternionf(turn)
    result.invert_in_place()
    return result


def _turn_between(along0: LVecBase3f, up0: LVecBase3f, along: Vec3, up: Vec3) -> LQuaternionf:
    """The rotation that takes one direction pair to another (first exactly)."""
    first = _frame(Vec3(along0), Vec3(up0))
    second = _frame(Vec3(along), Vec3(up))
    return _inverse(first) * second


def _frame(along: Vec3, up: Vec3) -> LQuaternionf:
    along.normalize()
    up = up - along * up.dot(along)
    up.normalize()
    across = along.cross(up)
    from panda3d.core import LMatrix3f

    quat = LQuaternionf()
    quat.set_from_matrix(LMatrix3f(*across, *along, *up))
    return quat


def _twist_about(turn: LQuaternionf, axis: Vec3) -> float:
    """The part of a rotation that is about an axis, degrees in −180…180."""
    angle = 2.0 * math.degrees(math.atan2(Vec3(turn[1], turn[2], turn[3]).dot(axis), turn[0]))
    return (angle + 180.0) % 360.0 - 180.0
