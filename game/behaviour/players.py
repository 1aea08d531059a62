"""What single behaviours show: each kind adds its share to the pose of the moment."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from dialogue.types import SYNC_POINTS, Behaviour, WarningKind
from game.behaviour.expressions import action_unit, lexeme
from game.behaviour.gaze_control import PLACES
from game.behaviour.gestures import gestures
from game.behaviour.spans import Times
from game.pose import Angles, Layers
from perception.errors import InputError

NOD_DEG = 6.0  # peak to peak at amount 1
SHAKE_DEG = 9.0
TILT_DEG = 7.0
CYCLE_SHRINK = 0.72  # each cycle of a nod is smaller than the one before (Mori et al. 2025)
RELEASE_S = 0.25
"""In which a behaviour that is replaced or broken off fades; its arms come back in the time of
their own retraction."""
HEAD_MOVEMENTS = ("NOD", "SHAKE", "TILT")

POINTED: Mapping[str, str] = {"cv": "POINT_CV", "candidate": "OPEN_PALMS"}
"""What she can point to, and the gesture that does it."""

SHIFTS = frozenset(("gazeShift", "postureShift", "faceShift", "headDirectionShift"))
"""Behaviours whose end state stays until another of their kind, or until it is replaced."""


@dataclass(slots=True)
class Active:
    """A behaviour that is scheduled: its sync points in session seconds."""

    behaviour: Behaviour
    times: Times
    asymmetry: float = 0.0
    released_s: float | None = None
    release_s: float = RELEASE_S
    block: str = ""
    weights: Mapping[str, float] = field(default_factory=dict)
    """Of a face: ARKit weights at its apex."""
    amount: float = 0.6
    told: int = 0
    """How many of its sync points have passed."""
    order: tuple[str, ...] = SYNC_POINTS
    """Its sync points, speech marks included, in the order of their times."""

    def envelope(self, t_s: float) -> float:
        """Strength at ``t_s``: 0 before start and after end, 1 from ready to relax."""
        times = self.times
        strength = _smooth(t_s, times["start"], times["ready"])
        if t_s > times["relax"] and self.behaviour.kind not in SHIFTS:
            strength *= 1.0 - _smooth(t_s, times["relax"], times["end"])
        return strength * self.left(t_s)

    def left(self, t_s: float) -> float:
        """What a release has left of it at ``t_s``, 0...1."""
        if self.released_s is None:
            return 1.0
        return 1.0 - _smooth(t_s, self.released_s, self.released_s + self.release_s)

    def over(self, t_s: float) -> bool:
        """Whether nothing of it is left at ``t_s``."""
        if self.released_s is not None and t_s >= self.released_s + self.release_s:
            return True
        return t_s >= self.times["end"] and self.behaviour.kind not in SHIFTS

    def release(self, t_s: float, within_s: float = RELEASE_S) -> None:
        """Lets go of it softly from ``t_s`` on."""
        if self.released_s is None:
            self.released_s, self.release_s = t_s, within_s


@dataclass(slots=True)
class Contribution:
    """What the behaviours add to the pose at one moment."""

    expressions: Layers = field(default_factory=Layers)
    head: Angles = field(default_factory=Angles)
    torso: Angles = field(default_factory=Angles)
    gaze: str | None = None
    """Place to look at from now on, None to leave it."""
    gestures: list[Active] = field(default_factory=list)
    """Gestures under way, the newest last."""


def release_of(active: Active) -> float:
    """Seconds in which a replaced behaviour goes: hands and trunk take their time."""
    if active.behaviour.kind in ("gesture", "pointing", "posture", "postureShift"):
        return max(RELEASE_S, min(0.6, active.times["end"] - active.times["relax"]))
    return RELEASE_S


def fault_of(behaviour: Behaviour) -> tuple[WarningKind, str] | None:
    """Why a behaviour cannot be shown at all; None when it can."""
    kind, attributes = behaviour.kind, behaviour.attributes
    found: tuple[WarningKind, str] | None = None
    try:
        face_of(behaviour)
    except InputError as error:
        found = ("BEHAVIOR_TYPE_NOT_SUPPORTED", str(error))
    name = str(attributes.get("lexeme", "")).upper()
    target = str(attributes.get("target"))
    if kind in ("gaze", "gazeShift", "headDirectionShift") and target not in PLACES:
        found = ("NO_SUCH_TARGET", f"no {kind} target '{target}'; known: {_list(PLACES)}")
    elif kind == "head" and name not in HEAD_MOVEMENTS:
        message = f"no head movement '{name}'; known: {', '.join(HEAD_MOVEMENTS)}"
        found = ("BEHAVIOR_TYPE_NOT_SUPPORTED", message)
    elif kind == "gesture" and name not in gestures():
        message = f"no gesture '{name}'; known: {_list(gestures())}"
        found = ("BEHAVIOR_TYPE_NOT_SUPPORTED", message)
    elif kind == "pointing" and POINTED.get(target) not in gestures():
        found = ("NO_SUCH_TARGET", f"she cannot point to '{target}'")
    elif kind in ("posture", "postureShift") and not {"lean_deg", "turn_deg"} & set(attributes):
        message = f"no posture '{attributes.get('arms', '')}'"
        found = ("BEHAVIOR_TYPE_NOT_SUPPORTED", message)
    return found


def _list(known: Mapping[str, object]) -> str:
    return ", ".join(sorted(known))


def face_of(behaviour: Behaviour) -> Mapping[str, float]:
    """ARKit weights of a facial behaviour at its apex; empty for others."""
    kind, attributes = behaviour.kind, behaviour.attributes
    if kind == "faceLexeme":
        return lexeme(str(attributes.get("lexeme")))
    if kind == "faceFacs":
        return action_unit(int(attributes.get("au", 0)), str(attributes.get("side", "BOTH")))
    if kind not in ("face", "faceShift"):
        return {}
    layers = Layers()
    for part in attributes.get("parts", ()):
        if "lexeme" in part:
            weights = lexeme(str(part["lexeme"]))
        else:
            weights = action_unit(int(part["au"]), str(part.get("side", "BOTH")))
        layers.add(weights, float(part.get("amount", 1.0)))
    return layers.weights()


def side_of(name: str) -> float:
    """1 for a shape of her left side, -1 for one of her right, 0 for the middle."""
    return 1.0 if name.endswith("Left") else -1.0 if name.endswith("Right") else 0.0


# -- each adds its share to what is shown; turns are yaw, pitch, roll of head and torso ----------


def _play_face(active: Active, t_s: float, shown: Contribution, turns: list[float]) -> None:
    shown.expressions.add(active.weights, active.amount * active.envelope(t_s))


def _play_head(active: Active, t_s: float, shown: Contribution, turns: list[float]) -> None:
    attributes = active.behaviour.attributes
    name = str(attributes["lexeme"]).upper()
    if name == "TILT":
        turns[2] += math.copysign(TILT_DEG * active.amount * active.envelope(t_s), active.asymmetry)
        return
    start, end = active.times["start"], active.times["end"]
    share = min(1.0, (t_s - start) / max(1e-6, end - start))
    cycles = max(1, int(attributes.get("repetition", 1)))
    cycle = min(cycles - 1, int(share * cycles))
    inside = min(1.0, share * cycles - cycle)
    size = active.amount * active.left(t_s) * CYCLE_SHRINK**cycle
    if name == "NOD":
        turns[1] -= NOD_DEG * size * math.sin(math.pi * inside) ** 2
    else:
        turns[0] += 0.5 * SHAKE_DEG * size * math.sin(2 * math.pi * inside)


def _play_head_shift(active: Active, t_s: float, shown: Contribution, turns: list[float]) -> None:
    # the eyes are left to look where they look: they turn against it
    place, strength = PLACES[str(active.behaviour.attributes["target"])], active.envelope(t_s)
    turns[0] += 0.7 * strength * place.yaw_deg
    turns[1] += 0.7 * strength * place.pitch_deg


def _play_posture(active: Active, t_s: float, shown: Contribution, turns: list[float]) -> None:
    attributes = active.behaviour.attributes
    strength = active.envelope(t_s)
    lean = float(attributes.get("lean_deg", 0.0)) * strength
    turn = float(attributes.get("turn_deg", 0.0)) * strength
    turns[3] += turn
    turns[4] -= lean
    # the head stays with the candidate while the trunk moves under it
    turns[0] -= 0.8 * turn
    turns[1] += 0.8 * lean


def _play_gesture(active: Active, t_s: float, shown: Contribution, turns: list[float]) -> None:
    shown.gestures.append(active)


def _play_gaze(active: Active, t_s: float, shown: Contribution, turns: list[float]) -> None:
    if active.released_s is not None and t_s >= active.released_s:
        return
    if active.behaviour.kind == "gazeShift":
        shown.gaze = shown.gaze or str(active.behaviour.attributes["target"])
    elif t_s < active.times["relax"]:
        shown.gaze = str(active.behaviour.attributes["target"])


PLAYERS = {
    "faceLexeme": _play_face,
    "faceFacs": _play_face,
    "face": _play_face,
    "faceShift": _play_face,
    "head": _play_head,
    "headDirectionShift": _play_head_shift,
    "posture": _play_posture,
    "postureShift": _play_posture,
    "gesture": _play_gesture,
    "pointing": _play_gesture,
    "gaze": _play_gaze,
    "gazeShift": _play_gaze,
}


def _smooth(t: float, start: float, end: float) -> float:
    if t >= end:
        return 1.0
    if t <= start:
        return 0.0
    share = (t - start) / (end - start)
    return share * share * (3.0 - 2.0 * share)
