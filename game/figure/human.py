"""A seated human that can be driven: face, gaze, head, spine, arms.

Place: metres, z up, standing on the floor at z = 0. The human sits at the
origin of ``root`` and **faces −y**, so its left is +x. A camera that looks at
the face looks along +y, and sees +x at the right of the picture: angles given
here have the signs that such a camera measures (yaw + toward image right,
pitch + upward, roll + clockwise in the image), the same as a ``FaceReading``.

The seat is at 0.46 m, the hips' middle above the origin, the eyes at about
1.2 m height and 0.1 m before the origin, and a desk top at 0.73 m whose near
edge (the human's side) is at y = −0.25 carries the forearms (``game.figure.arms``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from panda3d.core import (
    Character,
    GraphicsStateGuardianBase,
    LQuaternionf,
    NodePath,
    PandaNode,
    Point3,
    Vec3,
)

from game.bake.arkit import ARKIT_NAMES
from game.bake.cache import ensure_baked, read_bam
from game.figure import hands
from game.figure.arms import Arm
from game.figure.hulls import SPINE, BodyHulls
from game.figure.skin import Floats, skin_of
from game.pose import RELAXED, HandTarget
from game.stage import shading
from perception.errors import InputError

_HEAD_SHARE = {"neck01": 0.15, "neck02": 0.15, "neck03": 0.20, "head": 0.50}
_SPINE_SHARE = {"spine05": 0.25, "spine04": 0.25, "spine03": 0.20, "spine02": 0.20, "spine01": 0.10}
_LEAN_SHARE = {"spine05": 0.55, "spine04": 0.18, "spine03": 0.12, "spine02": 0.10, "spine01": 0.05}
"""Leaning pivots at the hips, turning happens along the spine."""
_SMALLEST_CHANGE = 1e-4
"""Below this a slider or angle counts as unchanged: under a tenth of a pixel."""


DESK_HANDS = {
    side: HandTarget(
        (sign * 0.165, -0.35, 0.76), heading_deg=30.0, roll_deg=14.0, contact=1.0, shape=RELAXED
    )
    for side, sign in (("L", 1.0), ("R", -1.0))
}
"""Both hands lying on the desk, where nothing else is asked for."""


class Human:
    """One baked human in the scene.

    Args:
        source: an identity's name (baked if it is not yet) or the path of a
            baked ``.bam``.
        parent: the node to sit below; lights come from an ancestor
            (:func:`game.stage.shading.set_lights`).
        gsg: the window's state guardian, asked whether shaders run.

    Attributes:
        root: the node that places the human; faces −y.
        shaded: False where fixed-function light has to do.
        eye_height_m: height of the eyes over the floor when upright.
        arms: side ("L", "R") to its arm.

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
        self._seat = Vec3(0)
        skin = skin_of(self._model)
        of_hands = hands.skin_of(self._model)
        self.arms = {side: self._arm(side, of_hands) for side in ("L", "R")}
        self._hulls = BodyHulls(skin, self._bind, self.arms)
        self._targets = dict(DESK_HANDS)
        self._stale = {"L", "R"}
        self.shaded = self._shade(gsg)
        self.settle()

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
        neck = self._controls["neck01"]
        neck.set_p(neck.get_p() + 1.1 * self._breath)  # as a chest that fills leans back
        self._update_head_up()

    def sit(self, moved: Vec3) -> None:
        """Sits elsewhere than at the root; where hands go stays relative to the root.

        Args:
            moved: from the root, metres.
        """
        self.eye_height_m += moved.z - self._seat.z
        self._seat = Vec3(moved)
        self._model.set_pos(self._seat)
        self._stale.update(("L", "R"))
        self.settle()

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

    def set_hand(self, side: str, target: HandTarget | None) -> None:
        """Brings a hand somewhere.

        Args:
            side: "L" or "R", the human's own.
            target: where; None lies on the desk. Where the arm is too short the hand stops on
                the way, and it never goes below the target's surface.

        Raises:
            InputError: there is no such side.
        """
        if side not in self._targets:
            raise InputError(f"no hand {side!r}; use 'L' or 'R'")
        target = target or DESK_HANDS[side]
        if target is self._targets[side] or target == self._targets[side]:
            return
        self._targets[side] = target
        self._stale.add(side)

    def settle(self) -> None:
        """Solves the arms that torso, shoulders or targets have put out of date.

        :func:`game.figure.pose3d.apply_pose` calls it once when all else is set; so must whoever
        sets parts by themselves.
        """
        if not self._stale:
            return
        place, turn = self._net("spine01")
        for side in sorted(self._stale):
            other = self.arms["R" if side == "L" else "L"].hand
            target = self._targets[side]
            self.arms[side].solve(
                target, place, turn, self._shoulders, self._breath, other.thickness_m
            )
        self._stale.clear()

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

    def hulls(self) -> list[Floats]:
        """What holds all of the human as it sits now, in the axes of ``root``.

        Returns:
            For each of some convex hulls (n, 4): places and radii of the spheres that span it,
            metres.
        """
        return self._hulls.now(self._nets(SPINE))

    def remove(self) -> None:
        """Takes the human out of the scene."""
        self.root.remove_node()

    # -- inside -----------------------------------------------------------------

    def _arm(self, side: str, skin: Floats) -> Arm:
        palm = Vec3(*self._meta["palm"][side])
        own = skin[skin[:, 0] > 0.0] if side == "L" else skin[skin[:, 0] < 0.0]
        hand = hands.Hand(side, self._bind, palm, own, self._controls)
        return Arm(side, self._bind, self._parents, self._controls, hand)

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
        return self._nets(self._chain(name))[-1]

    def _nets(self, chain: Sequence[str]) -> list[tuple[Vec3, LQuaternionf]]:
        """The same of all joints of a chain, each the parent of the next, from the root on."""
        place, turn = Vec3(self._seat), LQuaternionf.ident_quat()
        found = []
        for joint in chain:
            control = self._controls[joint]
            place = place + turn.xform(control.get_pos())
            turn = control.get_quat() * turn
            found.append((Vec3(place), LQuaternionf(turn)))
        return found

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
            lean = -pitch * _LEAN_SHARE[name]
            self._controls[name].set_hpr(yaw * share, lean, roll * share)
        chest = self._controls["spine02"]
        chest.set_p(chest.get_p() - 1.1 * self._breath)
        neck = self._controls["neck01"]
        neck.set_p(-self._head[1] * _HEAD_SHARE["neck01"] + 1.1 * self._breath)
        self._update_head_up()
        self._stale.update(("L", "R"))


def _differs(new: tuple[float, ...], old: tuple[float, ...]) -> bool:
    return any(abs(a - b) > 1e-3 for a, b in zip(new, old, strict=True))
