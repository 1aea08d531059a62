"""Moves hands through gestures, to places of rest, and from wherever they are to the next.

Pure: gestures and their times in, hands and trunk out. A hand belongs to the newest gesture that
wants it; when that is over or broken off it returns to rest. The hand leads, its orientation
follows by some 30 ms and the fingers by 50, as loose wrists do.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from dialogue.types import Behaviour
from game.behaviour.gestures import (
    BODY_WIDTH,
    COUNTS,
    SIDES,
    WIDTH,
    Gesture,
    Vector,
    gestures,
    rests,
    target_of,
)
from game.behaviour.players import POINTED
from game.behaviour.trajectory import Trajectory
from game.pose import Angles, HandTarget

PARTS = ((0, 3, 0.0), (3, 6, 0.03), (6, 10, 0.0), (10, WIDTH, 0.05))
"""Numbers of a hand that move together, and by how much they lag; seconds."""
FASTEST_M_S = 1.9
"""Peak speed of a wrist; conversational gestures reach 1-2 m/s. Larger ones get smaller."""
RETURN_M_S = 1.1
"""Peak speed of a hand that goes back to rest."""
PEAK = 1.875
"""Peak over mean speed of a movement of least jerk."""
BEND = 0.10
"""Sagitta of a hand's way as a share of its length: reaching paths are slightly curved."""
SHORTEST_S = 0.06
TAKE_S = 0.22
"""In which the pen is taken or laid down."""
PROP_RATE = 4.0
"""Per second: how fast pen and page go to rest when what moves them is broken off."""


class Cue(Protocol):
    """What is asked of a gesture that is under way; ``game.behaviour.players.Active`` is one."""

    behaviour: Behaviour
    times: dict[str, float]
    amount: float
    released_s: float | None


@dataclass(frozen=True, slots=True)
class Gesturing:
    """Hands and trunk at one moment."""

    left: HandTarget
    right: HandTarget
    torso: Angles
    head: Angles
    shoulders: float
    """Raise of the shoulders, 0...1."""
    pen: float
    """0 the pen lies on the desk...1 the right hand holds it."""
    page: float
    """0 the notebook's page lies on her right...1 on her left."""


@dataclass(slots=True)
class _Owner:
    """A gesture that has a hand."""

    cue: Cue
    times: tuple[float, ...]
    gesture: Gesture
    sides: tuple[str, ...]
    size: float
    jitter: Mapping[str, Vector] = field(default_factory=dict)
    released: bool = False


class _Target:
    """A hand's target, made anew only when its numbers are others."""

    def __init__(self, side: str) -> None:
        self._side = side
        self._from: Vector | None = None
        self._target: HandTarget | None = None

    def of(self, hand: Vector) -> HandTarget:
        if self._target is None or hand is not self._from:
            self._from, self._target = hand, target_of(hand, self._side)
        return self._target


class _Hand:
    """One hand's numbers over time."""

    def __init__(self, start: Vector) -> None:
        self._parts = [Trajectory(start[low:high].copy()) for low, high, _ in PARTS]
        self.owner: _Owner | None = None
        self._last_s = -math.inf
        self._last = start

    def at(self, t_s: float) -> Vector:
        if t_s != self._last_s:
            if t_s >= self.ends_s + 0.1 and self._last_s >= self.ends_s + 0.1:
                return self._last
            self._last = np.concatenate([part.at(t_s) for part in self._parts])
            self._last_s = t_s
        return self._last

    @property
    def ends_s(self) -> float:
        return max(part.ends_s for part in self._parts)

    def lead(self, t_s: float, keys: Sequence[tuple[float, Vector, bool]]) -> None:
        for part, (low, high, lag_s) in zip(self._parts, PARTS, strict=True):
            own = [(at + lag_s, place[low:high], through) for at, place, through in keys]
            part.lead(t_s, own, BEND if low == 0 else 0.0)
        self._last_s = -math.inf


class Gesturer:
    """Both hands and what the trunk does for them.

    Args:
        rng: source of the small differences between hands and repetitions.
        rest: name of the first place of rest.
    """

    def __init__(self, rng: random.Random, rest: str = "apart") -> None:
        self._rng = rng
        self._rest = rest
        self._base = {side: rests()[rest][side] for side in SIDES}
        self._hands = {side: _Hand(self._base[side]) for side in SIDES}
        self._body = Trajectory(np.zeros(BODY_WIDTH))
        self._known: dict[int, _Owner] = {}
        self._pen, self._page, self._props_s = 0.0, 0.0, 0.0
        self._targets = {side: _Target(side) for side in SIDES}

    @property
    def rest(self) -> str:
        """Name of where the hands rest when they rest."""
        return self._rest

    @property
    def free(self) -> bool:
        """Whether no gesture has a hand."""
        return not self._known

    def settle(self, t_s: float, rest: str) -> None:
        """Lets the hands rest elsewhere, or anew in the same place, in their own time."""
        self._rest = rest
        for i, side in enumerate(SIDES):
            self._base[side] = self._varied(rests()[rest][side], 0.006)
            if self._hands[side].owner is None:
                # one hand moves first: the one below makes room before the other comes
                below = rests()[rest][side][8] == 0.0
                delay_s = (0.0 if below else 0.25) + 0.05 * i
                self._return(side, t_s, delay_s=delay_s, least_s=self._rng.uniform(0.9, 1.3))

    def advance(self, t_s: float, cues: Sequence[Cue]) -> Gesturing:
        """Moves on to ``t_s``.

        Args:
            t_s: session time.
            cues: gestures under way, the newest last.
        """
        shown = {id(cue): cue for cue in cues}
        for key in [key for key in self._known if key not in shown]:
            self._let_go(self._known.pop(key), t_s)
        for key, cue in shown.items():
            owner = self._known.get(key)
            if cue.released_s is not None and t_s >= cue.released_s:
                if owner is not None:
                    self._let_go(owner, t_s)
            elif owner is None:
                self._begin(cue, t_s)
            elif owner.times != (times := tuple(cue.times.values())):
                owner.times = times
                self._lead(owner, t_s)
        left, right = (self._hands[side].at(t_s) for side in SIDES)
        yaw, pitch, roll, shoulders, *head = self._body.at(t_s).tolist()
        writer = self._hands["right"].owner
        self._move_props(writer, t_s)
        if writer is not None and writer.gesture.scribble_m:
            right = self._scribble(writer, right, t_s)
        return Gesturing(
            self._targets["left"].of(left),
            self._targets["right"].of(right),
            Angles(yaw, pitch, roll),
            Angles(*head),
            max(0.0, shoulders),
            self._pen,
            self._page,
        )

    # -- inside ----------------------------------------------------------------------------------

    def _move_props(self, owner: _Owner | None, t_s: float) -> None:
        """Pen and page go with the right hand; broken off, each goes where it is nearer to."""
        pen, page, step_s = 0.0, 0.0, t_s - self._props_s
        self._props_s = t_s
        when = owner.cue.times if owner is not None else {}
        if owner is not None and owner.gesture.prop == "pen":
            taken = (t_s - when["ready"] + 0.12) / TAKE_S
            laid = (when["relax"] + 0.12 - t_s) / TAKE_S
            pen = min(1.0, max(0.0, min(taken, laid)))
        self._pen = max(pen, self._pen - PROP_RATE * step_s)
        if owner is not None and owner.gesture.prop == "page":
            turned = (t_s - when["strokeStart"]) / (when["strokeEnd"] - when["strokeStart"] + 1e-6)
            page = min(1.0, max(0.0, turned))
        elif 0.0 < self._page < 1.0:
            way = PROP_RATE if self._page >= 0.4 else -PROP_RATE
            page = min(1.0, max(0.0, self._page + way * step_s))
        self._page = page

    def _begin(self, cue: Cue, t_s: float) -> None:
        attributes = cue.behaviour.attributes
        gesture = gestures()[gesture_name(cue.behaviour)]
        if gesture.rest:
            self._rest = gesture.rest
            self._base = {side: self._varied(rests()[gesture.rest][side], 0.005) for side in SIDES}
        named = {side for key in gesture.keys for side in key.hands}
        sides = tuple(side for side in SIDES if side in named) or SIDES
        mode = str(attributes.get("mode", "")).upper()
        if gesture.hands == "either" or (mode and set(named) == set(SIDES)):
            sides = self._chosen(mode, sides)
        elif gesture.hands in SIDES and all(
            set(key.hands) in (set(), set(SIDES)) for key in gesture.keys
        ):
            sides = self._chosen(mode or f"{gesture.hands}_HAND".upper(), sides)
        owner = _Owner(cue, tuple(cue.times.values()), gesture, sides, gesture.size(cue.amount))
        owner.jitter = {side: self._jitter() for side in sides}
        owner.size *= 1.0 + self._rng.gauss(0.0, 0.05)
        self._known[id(cue)] = owner
        for side in sides:
            self._hands[side].owner = owner
        for side in SIDES:
            if side not in sides and self._base[side][8] > 0.5:
                # the hand below is called away: the one that lies on it goes to the desk
                self._rest = "apart"
                self._base = {each: self._varied(rests()["apart"][each], 0.005) for each in SIDES}
                if self._hands[side].owner is None:
                    self._return(side, t_s, least_s=0.7)
                break
        self._lead(owner, t_s)

    def _chosen(self, mode: str, sides: tuple[str, ...]) -> tuple[str, ...]:
        if mode in ("LEFT_HAND", "RIGHT_HAND"):
            return (mode.removesuffix("_HAND").lower(),)
        if mode == "BOTH_HANDS":
            return sides
        upper = [side for side in SIDES if self._base[side][8] > 0.5]
        if upper:  # the hand below stays below
            return tuple(upper) if self._rng.random() < 0.7 else SIDES
        # most speakers gesture with the hand they write with
        draw = self._rng.random()
        return ("right",) if draw < 0.5 else ("left",) if draw < 0.72 else SIDES

    def _lead(self, owner: _Owner, t_s: float) -> None:
        times, number = owner.cue.times, _number(owner.cue.behaviour)
        for side in owner.sides:
            hand = self._hands[side]
            if hand.owner is not owner:
                continue
            if not owner.gesture.keys:
                at_s = max(times["stroke"], t_s + SHORTEST_S)
                hand.lead(
                    t_s, [(self._paced(hand, t_s, at_s, self._base[side]), self._base[side], False)]
                )
                continue
            keys: list[tuple[float, Vector, bool]] = []
            last_s, place = t_s, self._base[side]
            where = hand.at(t_s)
            for key in owner.gesture.keys:
                own = key.hands.get(side)
                if own is None:
                    continue
                place = own.after(place, self._base[side], owner.size, number)
                at_s = key.time(times)
                moved = place + owner.jitter[side]
                if at_s < last_s + SHORTEST_S:
                    if keys and at_s > t_s:  # two in one moment: the later one counts
                        keys[-1] = (
                            keys[-1][0],
                            self._slowed(where, moved, keys[-1][0] - t_s),
                            False,
                        )
                    continue
                goal = self._slowed(keys[-1][1] if keys else where, moved, at_s - last_s)
                keys.append((at_s, goal, key.through))
                last_s = at_s
            relax_s = max(times["relax"], last_s)
            if keys and relax_s > last_s + SHORTEST_S:
                keys.append((relax_s, keys[-1][1], False))
                last_s = relax_s
            rest = self._base[side]
            way = float(np.linalg.norm(rest[:3] - (keys[-1][1] if keys else where)[:3]))
            least_s = max(0.35, PEAK * way / RETURN_M_S)
            keys.append((max(times["end"], last_s + least_s), rest, False))
            hand.lead(t_s, keys)
        self._lead_body(owner, t_s)

    def _lead_body(self, owner: _Owner, t_s: float) -> None:
        if not any(key.body for key in owner.gesture.keys):
            return
        times = owner.cue.times
        keys: list[tuple[float, Vector, bool]] = []
        last_s = t_s
        size = min(1.0, owner.size)
        for key in owner.gesture.keys:
            at_s = key.time(times)
            if at_s < last_s + 0.12:
                continue
            body = np.zeros(BODY_WIDTH)
            body[:3] = key.body.get("torso", (0.0, 0.0, 0.0))
            body[3] = key.body.get("shoulders", (0.0,))[0]
            body[4:] = key.body.get("head", (0.0, 0.0, 0.0))
            keys.append((at_s, size * body, False))
            last_s = at_s
        keys.append((max(times["end"], last_s + 0.5), np.zeros(BODY_WIDTH), False))
        self._body.lead(t_s, keys)

    def _let_go(self, owner: _Owner, t_s: float) -> None:
        released = owner.cue.released_s is not None
        for side in owner.sides:
            hand = self._hands[side]
            if hand.owner is not owner:
                continue
            hand.owner = None
            if released or hand.ends_s > t_s + 1.5:
                self._return(side, t_s)
        if released and not owner.released:
            owner.released = True
            self._body.lead(t_s, [(t_s + 0.8, np.zeros(BODY_WIDTH), False)])

    def _return(self, side: str, t_s: float, delay_s: float = 0.0, least_s: float = 0.55) -> None:
        hand, rest = self._hands[side], self._base[side]
        way = float(np.linalg.norm(rest[:3] - hand.at(t_s)[:3]))
        keys: list[tuple[float, Vector, bool]] = []
        if delay_s > 0.0:
            keys.append((t_s + delay_s, hand.at(t_s + delay_s), False))
        lasting_s = max(least_s, PEAK * way / RETURN_M_S)
        keys.append((t_s + delay_s + lasting_s, rest, False))
        hand.lead(t_s, keys)

    def _paced(self, hand: _Hand, t_s: float, at_s: float, goal: Vector) -> float:
        way = float(np.linalg.norm(goal[:3] - hand.at(t_s)[:3]))
        return max(at_s, t_s + PEAK * way / RETURN_M_S)

    @staticmethod
    def _slowed(where: Vector, goal: Vector, within_s: float) -> Vector:
        """A goal that can be reached in time without a hand faster than hands are."""
        way = float(np.linalg.norm(goal[:3] - where[:3]))
        farthest = FASTEST_M_S * within_s / PEAK
        if way <= farthest:
            return goal
        goal = goal.copy()
        goal[:3] = where[:3] + (goal[:3] - where[:3]) * (farthest / way)
        return goal

    def _jitter(self) -> Vector:
        """(30,) by how much this hand does it differently this time."""
        gauss = self._rng.gauss
        found = np.zeros(WIDTH)
        found[:3] = [gauss(0.0, 0.005) for _ in range(3)]
        found[3:6] = [gauss(0.0, 2.5) for _ in range(3)]
        found[10:] = [gauss(0.0, 1.6) for _ in range(20)]
        return found

    def _varied(self, rest: Vector, size_m: float) -> Vector:
        found = rest + self._jitter()
        found[:2] = rest[:2] + [self._rng.gauss(0.0, size_m) for _ in range(2)]
        found[2] = rest[2]
        return found

    def _scribble(self, owner: _Owner, hand: Vector, t_s: float) -> Vector:
        """Adds the letters to a hand that travels along a line."""
        times, gesture = owner.cue.times, owner.gesture
        fade = min(1.0, max(0.0, min(t_s - times["strokeStart"], times["strokeEnd"] - t_s) / 0.15))
        if fade <= 0.0:
            return hand
        fade = fade * fade * (3.0 - 2.0 * fade)
        phase = 2.0 * math.pi * gesture.scribble_hz * (t_s - times["strokeStart"])
        loop = math.sin(phase) + 0.4 * math.sin(1.7 * phase + 1.0)
        hand = hand.copy()
        hand[0] += fade * gesture.scribble_m * 0.6 * math.cos(1.3 * phase)
        hand[1] += fade * gesture.scribble_m * loop
        hand[4] += fade * 2.2 * loop
        return hand


def gesture_name(behaviour: Behaviour) -> str:
    """The lexeme of a gesture, or of what points to a target."""
    if "target" in behaviour.attributes:
        return POINTED.get(str(behaviour.attributes["target"]), "")
    return str(behaviour.attributes.get("lexeme", "")).upper()


def _number(behaviour: Behaviour) -> int:
    return min(COUNTS, max(1, int(behaviour.attributes.get("number", 1))))
