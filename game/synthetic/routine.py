"""A routine of a candidate before a camera, every moment of which is known.

Everybody goes through the same: resting face, dots on the screen, turns of the head, looks at
screen, notes and elsewhere, facial movements one by one and together, nods, shakes and blinks, and
what is easily mistaken for them. What perception says of it can be held against what was done, and
the same routine on other people, in other light, shows whether it is said as well of everyone.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from game.bake.identity import sides
from game.pose import Angles, Pose

Phase = Literal["rest", "dots", "head", "targets", "face", "gestures"]
Target = Literal["screen", "eyes", "down", "away"]

LENGTHS_S: Mapping[Phase, float] = {
    "rest": 3.0,
    "dots": 10.8,
    "head": 10.0,
    "targets": 20.0,
    "face": 24.0,
    "gestures": 24.0,
}
"""The phases in their order."""

DOTS_M = tuple((x, y) for y in (-0.01, -0.10, -0.19) for x in (-0.15, 0.0, 0.15))
"""Dots on a laptop's screen: across and up from the camera above it, metres."""
DOT_S = 1.2
SETTLE_S = 0.45
"""After a change of gaze, eyes, head and lids have this long before truth counts."""

EYES_M = (0.0, -0.06)
"""The recruiter's eyes on that screen."""

MOVEMENTS: tuple[Mapping[str, float], ...] = (
    {"mouthSmile": 1.0, "cheekSquint": 0.8},
    {"browInnerUp": 1.0},
    {"browOuterUp": 1.0, "browInnerUp": 0.6},
    {"browDown": 1.0},
    {"jawOpen": 0.7},
    {"eyeWide": 1.0},
    {"eyeSquint": 1.0},
    {"noseSneer": 1.0},
    {"mouthUpperUp": 0.9},
    {"mouthDimple": 1.0},
    {"mouthFrown": 1.0},
    {"mouthShrugLower": 1.0},
    {"mouthStretch": 1.0},
    {"mouthPress": 1.0},
    {"mouthRollLower": 1.0, "mouthRollUpper": 1.0},
    {"mouthSmile": 0.7, "jawOpen": 0.4, "cheekSquint": 0.5},
    {"mouthSmile": 0.6},
    {"cheekSquint": 1.0, "eyeSquint": 0.5},
    {"jawOpen": 0.35, "mouthLowerDown": 0.5},
    {"browDown": 0.8, "mouthFrown": 0.7, "mouthShrugLower": 0.5},
)
"""One after the other, each for ``LENGTHS_S["face"]`` over their number."""


@dataclass(frozen=True, slots=True)
class Gesture:
    """A nod, shake or blink that was made."""

    kind: Literal["nod", "shake", "blink"]
    t_start_s: float
    t_end_s: float
    amplitude: float
    """Degrees peak to peak; closure for a blink."""


@dataclass(frozen=True, slots=True)
class Fixation:
    """Where the candidate looks for a while."""

    t_s: float
    target: Target
    aim_deg: tuple[float, float] | None
    """Yaw and pitch in the camera's axes; None where ``point_m`` says it."""
    point_m: tuple[float, float] | None
    """On the screen, from the camera."""
    head: float
    """Share of the way that the head takes, 0...1."""


@dataclass(slots=True)
class Routine:
    """One performance.

    Args:
        seed: of times, sizes and order.
        eyes_m: where the eyes are from the camera while the head is at rest, metres.
        camera_deg: yaw and pitch of the camera against the room.
    """

    seed: int
    eyes_m: tuple[float, float, float]
    camera_deg: tuple[float, float] = (0.0, 0.0)
    gestures: list[Gesture] = field(default_factory=list, init=False)
    """All that are made, in order."""
    fixations: list[Fixation] = field(default_factory=list, init=False)
    starts_s: dict[Phase, float] = field(default_factory=dict, init=False)
    length_s: float = field(default=0.0, init=False)
    _rng: random.Random = field(init=False)
    _sway: list[tuple[float, float, float]] = field(default_factory=list, init=False)
    _turns: list[tuple[float, float, float]] = field(default_factory=list, init=False)
    _faces: list[tuple[float, float, dict[str, float]]] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self._rng = random.Random(f"routine:{self.seed}")
        for phase, length in LENGTHS_S.items():
            self.starts_s[phase] = self.length_s
            self.length_s += length
        self._sway = [(self._rng.uniform(0.1, 0.5), self._rng.uniform(0, 6), 0.5) for _ in range(6)]
        self._plan_looks()
        self._plan_faces()
        self._plan_gestures()
        self._plan_blinks()

    def phase(self, t_s: float) -> Phase:
        """What is being done at a time."""
        return next(p for p in reversed(list(self.starts_s)) if t_s >= self.starts_s[p])

    def fixation(self, t_s: float) -> tuple[Fixation, float]:
        """Where the candidate looks, and for how long already."""
        now = next((f for f in reversed(self.fixations) if f.t_s <= t_s), self.fixations[0])
        return now, t_s - now.t_s

    def pose(self, t_s: float) -> Pose:
        """How the candidate sits at a time."""
        yaw, pitch, roll = self._head(t_s)
        aim_yaw, aim_pitch = self._aim(t_s)
        toward_yaw, toward_pitch = self._head_toward(t_s)
        head = Angles(yaw + toward_yaw, pitch + toward_pitch, roll)
        eyes = Angles(
            max(-34.0, min(34.0, aim_yaw - head.yaw_deg)),
            max(-28.0, min(22.0, aim_pitch - head.pitch_deg)),
        )
        if self.phase(t_s) == "head":
            # the eyes go with the head once they are at their end
            eyes = Angles(0.5 * eyes.yaw_deg, 0.5 * eyes.pitch_deg)
        return Pose(expressions=self._face(t_s), head=head, eyes=eyes)

    # -- plans ------------------------------------------------------------------------------------

    def _plan_looks(self) -> None:
        rng, at = self._rng, self.starts_s
        self._look(0.0, "screen", point=(0.0, 0.0), head=0.2)
        for number, dot in enumerate(DOTS_M):
            self._look(at["dots"] + number * DOT_S, "screen", point=dot, head=0.25)
        self._look(at["head"], "screen", point=(0.0, -0.02), head=0.0)
        t_s = at["targets"]
        order: list[Target] = ["eyes", "screen", "down", "eyes", "away", "screen"]
        while t_s < at["face"] - 1.0:
            for target in order:
                self._look(t_s, target, head=rng.uniform(0.25, 0.6))
                t_s += rng.uniform(1.3, 1.8)
        self.fixations = [f for f in self.fixations if f.t_s < at["face"]]
        self._look(at["face"], "eyes", head=0.2)

    def _look(
        self,
        t_s: float,
        target: Target,
        point: tuple[float, float] | None = None,
        head: float = 0.4,
    ) -> None:
        rng = self._rng
        aim = None
        if target == "eyes":
            point = EYES_M
        elif target == "screen" and point is None:
            point = rng.uniform(-0.15, 0.15), rng.uniform(-0.19, -0.01)
        elif target == "down":
            aim = rng.uniform(-12, 12), rng.uniform(-44, -36)
        elif target == "away":
            side = rng.choice((-1.0, 1.0))
            aim = side * rng.uniform(34, 46), rng.uniform(-6, 14)
        self.fixations.append(Fixation(t_s, target, aim, point, head))

    def _plan_faces(self) -> None:
        each = LENGTHS_S["face"] / len(MOVEMENTS)
        for number, movement in enumerate(MOVEMENTS):
            strength = self._rng.uniform(0.7, 1.0)
            whole = {
                name: strength * weight
                for short, weight in movement.items()
                for name in sides(short)
            }
            begin = self.starts_s["face"] + number * each
            self._faces.append((begin, begin + each, whole))

    def _plan_gestures(self) -> None:
        rng = self._rng
        t_s = self.starts_s["gestures"] + 0.5
        made: list[Literal["nod", "shake", "turn", "down", "brows"]] = [
            *("nod", "turn", "shake", "down", "nod", "brows", "shake", "nod", "turn", "shake"),
        ]
        for kind in made:
            if kind == "nod":
                times, size, cycle = rng.choice((2, 3)), rng.uniform(7, 12), rng.uniform(0.35, 0.5)
                self.gestures.append(Gesture("nod", t_s, t_s + times * cycle, size))
                t_s += times * cycle
            elif kind == "shake":
                times, size, cycle = 2, rng.uniform(12, 20), rng.uniform(0.42, 0.55)
                self.gestures.append(Gesture("shake", t_s, t_s + times * cycle, size))
                t_s += times * cycle
            elif kind == "turn":
                side = rng.choice((-1.0, 1.0))
                self._turns.append((t_s, t_s + 1.2, side * rng.uniform(24, 32)))
                t_s += 1.2
            elif kind == "down":
                self._look(t_s, "down", head=0.5)
                self._look(t_s + 1.2, "eyes", head=0.2)
                t_s += 1.6
            else:
                whole = {n: 0.9 for short in ("browInnerUp", "browOuterUp") for n in sides(short)}
                self._faces.append((t_s, t_s + 0.9, whole))
                t_s += 0.9
            t_s += rng.uniform(0.9, 1.2)
        self.fixations.sort(key=lambda f: f.t_s)

    def _plan_blinks(self) -> None:
        rng = self._rng
        t_s = self.starts_s["head"] + 1.0
        while t_s < self.length_s - 1.0:
            self.gestures.append(Gesture("blink", t_s, t_s + 0.26, 1.0))
            t_s += rng.uniform(1.6, 3.6)
        self.gestures.sort(key=lambda g: g.t_start_s)

    # -- what is shown ----------------------------------------------------------------------------

    def _head(self, t_s: float) -> tuple[float, float, float]:
        yaw, pitch, roll = (
            a * math.sin(2 * math.pi * f * t_s + p) + a * math.sin(2 * math.pi * g * t_s + q)
            for (f, p, a), (g, q, _) in zip(self._sway[:3], self._sway[3:], strict=True)
        )
        into = t_s - self.starts_s["head"]
        length = LENGTHS_S["head"]
        if 0 <= into < length:
            gate = math.sin(math.pi * into / length) ** 0.5
            yaw += 40 * gate * math.sin(2 * math.pi * into / 5.0)
            pitch += 24 * gate * math.sin(2 * math.pi * into / 3.3 + 0.6)
            roll += 18 * gate * math.sin(2 * math.pi * into / 4.1 + 1.9)
        for gesture in self.gestures:
            span = gesture.t_end_s - gesture.t_start_s
            if gesture.kind == "blink" or not 0 <= t_s - gesture.t_start_s < span:
                continue
            share = (t_s - gesture.t_start_s) / span
            times = round(span / (0.425 if gesture.kind == "nod" else 0.485))
            if gesture.kind == "nod":
                pitch -= gesture.amplitude * 0.5 * (1 - math.cos(2 * math.pi * times * share))
            else:
                yaw += gesture.amplitude * 0.5 * math.sin(2 * math.pi * times * share)
        for start, end, size in self._turns:
            if start <= t_s < end:
                yaw += size * min(1.0, _smooth((t_s - start) / 0.35), _smooth((end - t_s) / 0.35))
        return yaw, pitch, roll

    def _aim(self, t_s: float) -> tuple[float, float]:
        """Where the gaze points, against the room; the way from the last place takes 0.12 s."""
        now, since = self.fixation(t_s)
        number = self.fixations.index(now)
        before = self.fixations[max(0, number - 1)]
        share = _smooth(since / 0.12)
        a, b = self._direction(before), self._direction(now)
        return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])

    def _head_toward(self, t_s: float) -> tuple[float, float]:
        """Where the head turns for the gaze's sake: a part of the way, in 0.35 s."""
        now, since = self.fixation(t_s)
        before = self.fixations[max(0, self.fixations.index(now) - 1)]
        share = _smooth(since / 0.35)
        a, b = self._direction(before), self._direction(now)
        yaw, pitch = (
            before.head * x + share * (now.head * y - before.head * x)
            for x, y in zip(a, b, strict=True)
        )
        return yaw, pitch

    def _direction(self, look: Fixation) -> tuple[float, float]:
        if look.point_m is not None:
            x, y, z = self.eyes_m
            across, up, ahead = look.point_m[0] - x, look.point_m[1] - y, -z
            yaw = math.degrees(math.atan2(across, ahead))
            pitch = math.degrees(math.atan2(up, math.hypot(across, ahead)))
        else:
            assert look.aim_deg is not None
            yaw, pitch = look.aim_deg
        # in a camera that looks up, what is level in the room points up
        return yaw - self.camera_deg[0], pitch - self.camera_deg[1]

    def _face(self, t_s: float) -> dict[str, float]:
        shown: dict[str, float] = {}
        for start, end, whole in self._faces:
            if start <= t_s < end:
                rise = min(_smooth((t_s - start) / 0.4), _smooth((end - t_s) / 0.4))
                for name, weight in whole.items():
                    shown[name] = max(shown.get(name, 0.0), weight * rise)
        lids = 0.0
        for gesture in self.gestures:
            if gesture.kind == "blink" and gesture.t_start_s <= t_s < gesture.t_end_s:
                into = t_s - gesture.t_start_s
                lids = min(_smooth(into / 0.09), _smooth((gesture.t_end_s - t_s) / 0.13))
        if lids > 0:
            shown["eyeBlinkLeft"] = shown["eyeBlinkRight"] = lids
        return shown


def _smooth(share: float) -> float:
    s = min(1.0, max(0.0, share))
    return s * s * (3.0 - 2.0 * s)
