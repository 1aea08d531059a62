"""Plays behaviour blocks: BML's schedule of sync points becomes movement over time.

The realizer is pure: blocks in, contributions to a pose out, all by the session time it is given.
Speech is the exception that proves the rule: its sound is started by ``game/recruiter.py``, which
tells the realizer when, because behaviours may refer to it.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from dialogue.types import Behaviour, BehaviourBlock
from game.expressions import action_unit, lexeme
from game.gazecontrol import PLACES
from game.pose import Angles, Layers
from perception.errors import InputError

SYNC_POINTS = ("start", "ready", "strokeStart", "stroke", "strokeEnd", "relax", "end")

# Onset and offset of spontaneous facial movement are some 0.3-0.8 s (Schmidt et al. 2006 for
# smiles); heads move faster.
DEFAULT_ONSET_S = {"faceLexeme": 0.35, "faceFacs": 0.3, "head": 0.0, "posture": 0.9, "gesture": 0.4}
DEFAULT_HOLD_S = {"faceLexeme": 1.6, "faceFacs": 0.8, "head": 0.0, "posture": 4.0, "gesture": 0.3}
DEFAULT_OFFSET_S = {"faceLexeme": 0.6, "faceFacs": 0.4, "head": 0.0, "posture": 1.1, "gesture": 0.6}

NOD_DEG = 6.0  # peak to peak at amount 1
SHAKE_DEG = 9.0
TILT_DEG = 7.0
NOD_CYCLE_S = 0.42
SHAKE_CYCLE_S = 0.5
CYCLE_SHRINK = 0.72  # each cycle of a nod is smaller than the one before (Mori et al. 2025)


GESTURES: Mapping[str, tuple[str, float]] = {
    "BEAT": ("open", 0.45),
    "OPEN_PALMS": ("open", 1.0),
    "FOLD_HANDS": ("folded", 1.0),
    "REST": ("desk", 1.0),
}
"""Gesture lexeme to the arm pose at its stroke, and how far the arms go toward it."""


@dataclass(slots=True)
class Active:
    """A behaviour that is scheduled: its sync points in session seconds."""

    behaviour: Behaviour
    times: dict[str, float]
    asymmetry: float = 0.0
    released_s: float | None = None

    def envelope(self, t_s: float) -> float:
        """Strength at ``t_s``: 0 before start and after end, 1 from ready to relax."""
        start, ready = self.times["start"], self.times["ready"]
        relax, end = self.times["relax"], self.times["end"]
        strength = _smooth(t_s, start, ready) * (1.0 - _smooth(t_s, relax, end))
        if self.released_s is not None:
            strength *= 1.0 - _smooth(t_s, self.released_s, self.released_s + 0.25)
        return strength

    def over(self, t_s: float) -> bool:
        """Whether nothing of it is left at ``t_s``."""
        gone = self.released_s is not None and t_s >= self.released_s + 0.25
        return gone or t_s >= self.times["end"]


@dataclass(slots=True)
class Contribution:
    """What the behaviours add to the pose at one moment."""

    expressions: Layers = field(default_factory=Layers)
    head: Angles = field(default_factory=Angles)
    torso: Angles = field(default_factory=Angles)
    arms: str | None = None
    """Arm pose of a gesture that is under way."""
    arms_weight: float = 0.0
    gaze: str | None = None
    """Place to look at from now on, None to leave it."""


@dataclass(slots=True)
class Realizer:
    """Schedules behaviours and blends those that overlap.

    Args:
        rng: source of the asymmetry between the sides of a face.
    """

    rng: random.Random
    _active: list[Active] = field(default_factory=list, init=False)
    warnings: list[str] = field(default_factory=list, init=False)
    """One line for each behaviour that could not be shown, for the record."""

    def play(self, block: BehaviourBlock, t_s: float, speech_s: float | None = None) -> None:
        """Schedules a block from session time ``t_s`` on.

        Args:
            block: behaviours; times in it count from the block's start.
            t_s: now.
            speech_s: length of the block's speech, for behaviours that end with it.
        """
        if block.composition == "REPLACE":
            for active in self._active:
                active.released_s = t_s if active.released_s is None else active.released_s
        begin = t_s
        if block.composition == "APPEND" and self._active:
            begin = max(t_s, *(active.times["end"] for active in self._active))
        known: dict[str, dict[str, float]] = {}
        for behaviour in block.behaviours:
            try:
                times = _schedule(behaviour, begin, known, speech_s)
                _check(behaviour)
            except InputError as error:
                self.warnings.append(f"{block.id}/{behaviour.id}: {error}")
                continue
            known[behaviour.id] = times
            if behaviour.kind != "speech":
                tilt = self.rng.uniform(-0.1, 0.1)
                self._active.append(Active(behaviour, times, asymmetry=tilt))

    def release(self, t_s: float) -> None:
        """Lets go of everything softly: she was interrupted."""
        for active in self._active:
            if active.released_s is None:
                active.released_s = t_s

    @property
    def busy(self) -> int:
        """Behaviours scheduled or under way."""
        return len(self._active)

    def update(self, t_s: float) -> Contribution:
        """What the behaviours show at ``t_s``."""
        self._active = [active for active in self._active if not active.over(t_s)]
        shown = Contribution()
        for active in self._active:
            if t_s >= active.times["start"]:
                _PLAYERS[active.behaviour.kind](active, t_s, shown)
        return shown


def _schedule(
    behaviour: Behaviour,
    begin_s: float,
    known: Mapping[str, Mapping[str, float]],
    speech_s: float | None,
) -> dict[str, float]:
    given: dict[str, float] = {}
    for point, when in behaviour.sync.items():
        if point not in SYNC_POINTS:
            raise InputError(f"unknown sync point '{point}'")
        given[point] = begin_s + when if isinstance(when, int | float) else _refer(when, known)
    kind = behaviour.kind
    start = given.get("start", begin_s)
    if kind == "speech":
        end = start + (speech_s if speech_s is not None else 0.0)
        return {"start": start, "ready": start, "relax": end, "end": end} | given
    if kind == "head" and "end" not in given:
        given["end"] = start + _head_cycles(behaviour) * _cycle_s(behaviour)
    ready = given.get("ready", start + DEFAULT_ONSET_S.get(kind, 0.3))
    offset = DEFAULT_OFFSET_S.get(kind, 0.4)
    if "end" in given and "relax" not in given:
        given["relax"] = max(ready, given["end"] - offset)
    relax = given.get("relax", max(ready, start) + DEFAULT_HOLD_S.get(kind, 1.0))
    end = given.get("end", relax + offset)
    times = {"start": start, "ready": ready, "relax": relax, "end": end} | given
    ordered = [times[point] for point in SYNC_POINTS if point in times]
    if any(later < earlier - 1e-6 for earlier, later in itertools.pairwise(ordered)):
        raise InputError("its sync points are out of order")
    return times


def _refer(reference: str, known: Mapping[str, Mapping[str, float]]) -> float:
    """Session time of ``id:point``, with an optional ``+0.5`` or ``-0.5`` in seconds."""
    text, offset = reference, 0.0
    for sign in "+-":
        if sign in reference:
            text, _, number = reference.partition(sign)
            try:
                offset = float(sign + number.strip())
            except ValueError:
                raise InputError(f"sync reference '{reference}' has no number") from None
            break
    name, _, point = text.strip().partition(":")
    if name not in known or point not in known[name]:
        raise InputError(f"sync reference '{reference}' points at nothing before it")
    return known[name][point] + offset


def _check(behaviour: Behaviour) -> None:
    kind, attributes = behaviour.kind, behaviour.attributes
    if kind == "faceLexeme":
        lexeme(str(attributes.get("lexeme")))
    elif kind == "faceFacs":
        action_unit(int(attributes.get("au", 0)), str(attributes.get("side", "BOTH")))
    elif kind in ("gaze", "gazeShift"):
        target = str(attributes.get("target"))
        if target not in PLACES:
            raise InputError(f"no gaze target '{target}'; known: {', '.join(sorted(PLACES))}")
    elif kind == "head":
        name = str(attributes.get("lexeme", "")).upper()
        if name not in ("NOD", "SHAKE", "TILT"):
            raise InputError(f"no head movement '{name}'; known: NOD, SHAKE, TILT")


def _amount(behaviour: Behaviour) -> float:
    return float(behaviour.attributes.get("amount", 0.6))


def _head_cycles(behaviour: Behaviour) -> int:
    return max(1, int(behaviour.attributes.get("repetition", 1)))


def _cycle_s(behaviour: Behaviour) -> float:
    name = str(behaviour.attributes.get("lexeme", "")).upper()
    return {"NOD": NOD_CYCLE_S, "SHAKE": SHAKE_CYCLE_S}.get(name, 1.8)


def _play_face(active: Active, t_s: float, shown: Contribution) -> None:
    attributes = active.behaviour.attributes
    if active.behaviour.kind == "faceLexeme":
        weights = lexeme(str(attributes["lexeme"]))
    else:
        weights = action_unit(int(attributes["au"]), str(attributes.get("side", "BOTH")))
    sided = {
        name: weight * (1.0 + active.asymmetry * _side(name)) for name, weight in weights.items()
    }
    shown.expressions.add(sided, _amount(active.behaviour) * active.envelope(t_s))


def _side(name: str) -> float:
    return 1.0 if name.endswith("Left") else -1.0 if name.endswith("Right") else 0.0


def _play_head(active: Active, t_s: float, shown: Contribution) -> None:
    behaviour = active.behaviour
    name = str(behaviour.attributes["lexeme"]).upper()
    start, end = active.times["start"], active.times["end"]
    release = 1.0
    if active.released_s is not None:
        release = 1.0 - _smooth(t_s, active.released_s, active.released_s + 0.25)
    amount = _amount(behaviour) * release
    share = (t_s - start) / max(1e-6, end - start)
    if name == "TILT":
        roll = TILT_DEG * amount * math.sin(math.pi * min(1.0, max(0.0, share))) ** 2
        shown.head = shown.head.plus(Angles(roll_deg=math.copysign(roll, active.asymmetry)))
        return
    cycles = _head_cycles(behaviour)
    cycle = min(cycles - 1, int(share * cycles))
    inside = share * cycles - cycle
    size = amount * CYCLE_SHRINK**cycle
    if name == "NOD":
        dip = math.sin(math.pi * min(1.0, inside)) ** 2
        shown.head = shown.head.plus(Angles(pitch_deg=-NOD_DEG * size * dip))
    else:
        swing = math.sin(2 * math.pi * min(1.0, inside))
        shown.head = shown.head.plus(Angles(yaw_deg=0.5 * SHAKE_DEG * size * swing))


def _play_posture(active: Active, t_s: float, shown: Contribution) -> None:
    attributes = active.behaviour.attributes
    strength = active.envelope(t_s)
    lean = float(attributes.get("lean_deg", 0.0))
    turn = float(attributes.get("turn_deg", 0.0))
    shown.torso = shown.torso.plus(Angles(turn, -lean), strength)
    # the head stays with the candidate while the trunk moves under it
    shown.head = shown.head.plus(Angles(-turn, lean), 0.8 * strength)


def _play_gesture(active: Active, t_s: float, shown: Contribution) -> None:
    pose, size = GESTURES[str(active.behaviour.attributes["lexeme"]).upper()]
    shown.arms = pose
    shown.arms_weight = size * _amount(active.behaviour) * active.envelope(t_s)


def _play_gaze(active: Active, t_s: float, shown: Contribution) -> None:
    behaviour = active.behaviour
    if behaviour.kind == "gazeShift" or t_s < active.times["relax"]:
        shown.gaze = str(behaviour.attributes["target"])


_PLAYERS = {
    "faceLexeme": _play_face,
    "faceFacs": _play_face,
    "head": _play_head,
    "posture": _play_posture,
    "gesture": _play_gesture,
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
