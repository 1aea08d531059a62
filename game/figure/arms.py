"""Arms: from where a hand shall be to the turns of collarbone, upper arm, forearm and wrist.

Two-bone inverse kinematics by the law of cosines, with what makes it look like an arm: the
collarbone gives way toward far places, the elbow stays outside the trunk and high enough for the
forearm to lie on the desk's edge, the roll of the hand is spread over the forearm, the wrist bends
no further than wrists do, and a hand never sinks into what lies below it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from panda3d.core import LMatrix3f, LQuaternionf, NodePath, Vec3

from game.figure.hands import Hand
from game.places import DESK_EDGE_M, DESK_HEIGHT_M, NOTEBOOK
from game.pose import HandTarget

SLEEVE_M = 0.036
"""Half the thickness of forearm and sleeve, which lie on the desk's edge; metres."""
WRIST_LIMIT_DEG = 48.0
"""Angle between hand and forearm that is not exceeded; people's wrists bend some 60-80 degrees."""
REACH_SHARE = 0.997
"""The arm is never stretched further than this share of its length, or the elbow would snap."""
SOFT_SHARE = 0.95
"""From this share on it gives way to its target, the more the further it is stretched."""
COLLARBONE_DEG = 20.0
"""How far the collarbone turns toward a place at the end of the arm's reach."""
SHRUG_DEG = 14.0
"""How far it rises when the shoulders are raised all the way; about 3 cm."""
BREATH_DEG = 1.6
"""How far it rises with a full breath; about 4 mm."""
_ELBOW = (0.34, 0.50, -1.0)
"""Where the elbow points of itself: down, back and outward."""
_UPPER_ROLL_SHARE = 0.45
_FOREARM_ROLL = (0.28, 0.42)
"""Shares of the hand's roll that the forearm takes near the elbow and near the wrist."""
_MEET_GAP_M = 0.006
"""From the middle of a fingertip to where it meets the other hand's."""
_USUAL_REACH_M = 0.47
_OUT_SHARE = 0.2
"""Share of what an arm has over the usual length by which its hand lies further out."""
_LEVEL_LIMIT = 0.38
"""Slope by which a hand that lies down may be tilted for heel and fingers both to touch."""

_UP = Vec3(0, 0, 1)


class Arm:
    """One arm of one baked human.

    Args:
        side: "L" or "R".
        bind: joint to place in the baked pose, metres.
        parents: joint to the one above it.
        controls: joint to the node that turns it.
        hand: what hangs on it.

    Attributes:
        reach_m: length of upper arm and forearm together.
        elbow: where the last solution has the elbow, metres from the human's root.
        wrist: where it has the wrist.
        shoulder: where it has the upper arm's joint.
        turned: the hand's rotation from the baked pose.
    """

    def __init__(
        self,
        side: str,
        bind: Mapping[str, Vec3],
        parents: Mapping[str, str],
        controls: Mapping[str, NodePath],
        hand: Hand,
    ) -> None:
        self.hand = hand
        self._sign = 1.0 if side == "L" else -1.0
        names = ("clavicle", "upperarm01", "upperarm02", "lowerarm01", "lowerarm02", "wrist")
        self._nodes = {name: controls[f"{name}.{side}"] for name in names}
        chest = bind[parents[f"clavicle.{side}"]]
        collar, shoulder, elbow, wrist = (
            bind[f"{name}.{side}"] for name in ("clavicle", "upperarm01", "lowerarm01", "wrist")
        )
        self._collar = collar - chest
        self._outward = shoulder - collar
        upper, lower = elbow - shoulder, wrist - elbow
        self._upper, self._lower = upper.length(), lower.length()
        self.reach_m = self._upper + self._lower
        hinge = upper.cross(lower)
        self._upper0 = _back(frame(Vec3(upper), Vec3(hinge)))
        self._lower0 = _back(frame(Vec3(lower), Vec3(hinge)))
        self._hand0 = _back(frame(Vec3(hand.along), Vec3(hand.palm)))
        self._upper_axis, self._lower_axis = Vec3(upper), Vec3(lower)
        self._upper_axis.normalize()
        self._lower_axis.normalize()
        self.elbow, self.wrist, self.shoulder = elbow, wrist, shoulder
        self.turned = LQuaternionf.ident_quat()

    def solve(
        self,
        target: HandTarget,
        place: Vec3,
        turn: LQuaternionf,
        raised: float,
        breath: float,
        other_m: float,
    ) -> None:
        """Brings the hand to its target.

        Args:
            target: where it goes.
            place: of the chest's joint, metres from the root.
            turn: of the chest.
            raised: of the shoulders, 0...1.
            breath: fullness of the chest, 0...1.
            other_m: thickness of the other hand, for lying on it.
        """
        self.hand.form(target.shape)
        surface = target.surface_m + target.on_hand * other_m
        x, y, z = target.wrist
        # who has long arms lays the hands further out, or the elbows would have to stand off
        lying = target.contact * min(1.0, max(0.0, (NOTEBOOK.top_m - target.surface_m) / 0.008))
        y -= lying * _OUT_SHARE * (self.reach_m - _USUAL_REACH_M)
        guess = Vec3(x, y, max(z, surface + 0.02) * (1.0 - target.contact))
        guess.z += target.contact * (surface + 0.03)
        above, shoulder = self._shoulder(guess, place, turn, raised, breath)
        along, palm = self._directions(target)
        _, _, forearm, _ = self._bend(shoulder, guess)
        along = _within(along, forearm)
        along, hand, floor = self._laid(along, palm, target.contact, surface)
        if target.meet > 0.0:
            tip = hand.xform(self.hand.middle_tip).x
            guess.x += target.meet * (self._sign * _MEET_GAP_M - tip - guess.x)
        guess.z = z + max(0.0, floor - z)
        guess.z += target.contact * (floor - guess.z)
        elbow, upper_way, lower_way, wrist = self._bend(shoulder, guess)
        self.elbow, self.wrist, self.shoulder, self.turned = elbow, wrist, shoulder, hand
        self._turn(above, upper_way, lower_way, hand)

    def _shoulder(
        self, wrist: Vec3, place: Vec3, turn: LQuaternionf, raised: float, breath: float
    ) -> tuple[LQuaternionf, Vec3]:
        """Turns the collarbone; its net rotation and where the upper arm begins."""
        base = place + turn.xform(self._collar)
        away = wrist - (base + turn.xform(self._outward))
        share = min(1.0, max(0.0, (away.length() / self.reach_m - 0.84) / 0.34))
        lift = SHRUG_DEG * raised + BREATH_DEG * breath
        collar = LQuaternionf()
        collar.set_from_axis_angle(-self._sign * lift, Vec3(0, 1, 0))
        if share > 0.0:
            local = _back(turn).xform(away)
            axis = self._outward.cross(local)
            if axis.normalize():
                reach = LQuaternionf()
                share = share * share * (3.0 - 2.0 * share)
                reach.set_from_axis_angle(COLLARBONE_DEG * share, axis)
                collar = collar * reach
        self._nodes["clavicle"].set_quat(collar)
        above = collar * turn
        return above, base + above.xform(self._outward)

    def _directions(self, target: HandTarget) -> tuple[Vec3, Vec3]:
        """Where fingers point and the palm faces."""
        heading, pitch = math.radians(target.heading_deg), math.radians(target.pitch_deg)
        roll = math.radians(target.roll_deg)
        level = math.cos(pitch)
        along = Vec3(
            -self._sign * math.sin(heading) * level, -math.cos(heading) * level, math.sin(pitch)
        )
        inward = along.cross(_UP) * self._sign
        inward.normalize()
        down = along.cross(inward) * self._sign
        if down.z > 0.0:
            down = -down
        return along, down * math.cos(roll) + inward * math.sin(roll)

    def _laid(
        self, along: Vec3, palm: Vec3, contact: float, surface: float
    ) -> tuple[Vec3, LQuaternionf, float]:
        """The hand's rotation, and the wrist's height at which its skin touches the surface."""
        hand = self._hand0 * frame(Vec3(along), Vec3(palm))
        heel, fingers = self.hand.lowest(hand)
        if contact > 0.0:
            slope = min(_LEVEL_LIMIT, max(-_LEVEL_LIMIT, (heel - fingers) / 0.12))
            along = Vec3(along.x, along.y, along.z + contact * slope)
            along.normalize()
            hand = self._hand0 * frame(Vec3(along), Vec3(palm))
            heel, fingers = self.hand.lowest(hand)
        return along, hand, surface - min(heel, fingers)

    def _bend(self, shoulder: Vec3, wrist: Vec3) -> tuple[Vec3, Vec3, Vec3, Vec3]:
        """Elbow, directions of upper arm and forearm, and the wrist as far as it is reached."""
        upper, lower = self._upper, self._lower
        reach = wrist - shoulder
        distance = self.reach_m * _softened(reach.length() / self.reach_m)
        distance = max(distance, 1.02 * abs(upper - lower) + 0.05)
        reach.normalize()
        wrist = shoulder + reach * distance
        cosine = (upper**2 + distance**2 - lower**2) / (2.0 * upper * distance)
        cosine = min(1.0, max(-1.0, cosine))
        middle = shoulder + reach * (upper * cosine)
        radius = upper * math.sqrt(1.0 - cosine * cosine)
        pole = Vec3(_ELBOW[0] * self._sign, _ELBOW[1], _ELBOW[2])
        pole -= reach * pole.dot(reach)
        pole.normalize()
        side = reach.cross(pole)
        if side.x * self._sign < 0.0:
            side = -side
        swivel = self._swivel(middle, pole, side, radius, shoulder, wrist)
        elbow = middle + (pole * math.cos(swivel) + side * math.sin(swivel)) * radius
        upper_way, lower_way = elbow - shoulder, wrist - elbow
        upper_way.normalize()
        lower_way.normalize()
        return elbow, upper_way, lower_way, wrist

    def _swivel(
        self, middle: Vec3, pole: Vec3, side: Vec3, radius: float, shoulder: Vec3, wrist: Vec3
    ) -> float:
        """How far the elbow turns outward from where it hangs, radians."""
        if radius < 1e-4:
            return 0.0
        sign = self._sign
        out = _least(
            pole.x * sign, side.x * sign, (shoulder.x * sign + 0.012 - middle.x * sign) / radius
        )
        elbow_y = middle.y + pole.y * radius
        clear = DESK_HEIGHT_M + SLEEVE_M
        if elbow_y > DESK_EDGE_M > wrist.y:
            share = (elbow_y - DESK_EDGE_M) / (elbow_y - wrist.y)
            least = (clear - max(wrist.z, DESK_HEIGHT_M) * share) / max(0.2, 1.0 - share)
        elif elbow_y <= DESK_EDGE_M:
            least = clear
        else:
            return out
        return max(out, _least(pole.z, side.z, (least - middle.z) / radius))

    def _turn(
        self, above: LQuaternionf, upper_way: Vec3, lower_way: Vec3, hand: LQuaternionf
    ) -> None:
        hinge = upper_way.cross(lower_way)
        if hinge.length_squared() < 1e-10:
            hinge = upper_way.cross(Vec3(self._sign, 0, 0))
        upper = self._upper0 * frame(Vec3(upper_way), Vec3(hinge))
        lower = self._lower0 * frame(Vec3(lower_way), Vec3(hinge))
        nodes = self._nodes
        # the ball of the shoulder swings; half of the roll comes along the arm only
        own = upper * _back(above)
        roll = _twist_about(own, self._upper_axis)
        held = LQuaternionf()
        held.set_from_axis_angle(-roll * _UPPER_ROLL_SHARE, self._upper_axis)
        rest = LQuaternionf()
        rest.set_from_axis_angle(roll * _UPPER_ROLL_SHARE, self._upper_axis)
        nodes["upperarm01"].set_quat(held * own)
        nodes["upperarm02"].set_quat(rest)
        relative = hand * _back(lower)
        roll = _twist_about(relative, self._lower_axis)
        near, far = LQuaternionf(), LQuaternionf()
        near.set_from_axis_angle(roll * _FOREARM_ROLL[0], self._lower_axis)
        far.set_from_axis_angle(roll * _FOREARM_ROLL[1], self._lower_axis)
        nodes["lowerarm01"].set_quat(near * lower * _back(upper))
        nodes["lowerarm02"].set_quat(far)
        nodes["wrist"].set_quat(relative * _back(far * near))


def _softened(stretch: float) -> float:
    """An arm's stretch, 1 straight, that nears its limit ever slower, so that no elbow flings."""
    if stretch <= SOFT_SHARE:
        return stretch
    left = REACH_SHARE - SOFT_SHARE
    return SOFT_SHARE + left * (1.0 - math.exp((SOFT_SHARE - stretch) / left))


def _least(a: float, b: float, least: float) -> float:
    """Smallest angle in 0...1.3 rad from which ``a cos + b sin`` is at least ``least``."""
    if a >= least:
        return 0.0
    size = math.hypot(a, b)
    best = math.atan2(b, a)
    if size < 1e-9 or best <= 0.0:
        return 0.0
    if least >= size:
        return min(1.3, best)
    return min(1.3, max(0.0, best - math.acos(least / size)))


def _within(along: Vec3, forearm: Vec3) -> Vec3:
    """A hand's direction, brought within reach of the wrist's bend."""
    angle = math.degrees(math.acos(max(-1.0, min(1.0, along.dot(forearm)))))
    if angle <= WRIST_LIMIT_DEG:
        return along
    axis = along.cross(forearm)
    if not axis.normalize():
        return along
    turn = LQuaternionf()
    turn.set_from_axis_angle(angle - WRIST_LIMIT_DEG, axis)
    return Vec3(turn.xform(along))


def _back(turn: LQuaternionf) -> LQuaternionf:
    result = LQuaternionf(turn)
    result.invert_in_place()
    return result


def frame(along: Vec3, up: Vec3) -> LQuaternionf:
    """The rotation that takes y to a direction and z, as far as it can, to a second one."""
    along.normalize()
    up = up - along * up.dot(along)
    up.normalize()
    across = along.cross(up)
    quat = LQuaternionf()
    quat.set_from_matrix(LMatrix3f(across, along, up))
    return quat


def _twist_about(turn: LQuaternionf, axis: Vec3) -> float:
    """The part of a rotation that is about an axis, degrees in -180...180."""
    angle = 2.0 * math.degrees(
        math.atan2(turn[1] * axis.x + turn[2] * axis.y + turn[3] * axis.z, turn[0])
    )
    return (angle + 180.0) % 360.0 - 180.0
