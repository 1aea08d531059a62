"""Where the recruiter's eyes and head point, moment by moment.

Eyes lead, head follows: a shift of gaze is a saccade (``game/behaviour/saccades.py``), and after
50-110 ms the head takes over part of a large one along a critically damped course, while the eyes
turn back so that the line of sight stays where it is. The same reflex (vestibulo-ocular) takes
nods, sway and leaning out of the gaze: the eyes turn against whatever the head does. While she
holds someone's eyes her own visit the other's eyes and mouth, as people's do (Yarbus 1967).
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from game.behaviour.saccades import Point, Saccades
from game.pose import Angles

HEAD_RATE = 7.0  # rad/s of the damped course: 95 % of a turn in about 0.7 s
EYE_RANGE_DEG = 28.0  # beyond this the eyes strain, and the head must come along

# A small shift is made by the eyes alone, a large one mostly by the head (Stahl 1999 found the
# range in which heads stay still to be about 15 degrees to each side).
HEAD_STILL_DEG = 8.0
HEAD_SHARE = 0.65
HEAD_LATENCY_S = (0.05, 0.11)  # neck muscles start with the eyes', the head's mass holds it back
HEAD_REST_DEG = (1.0, 0.7)  # how differently a head comes to rest each time, one sigma

PURSUIT_DEG = 1.5
"""A target that jumps farther than this between two pictures is caught with a saccade; one that
moves less is followed smoothly."""

# Left eye, right eye, mouth, bridge of the nose of someone about 1.2 m away, and how often each is
# looked at; degrees from the middle between the eyes.
FACE_POINTS: tuple[Point, ...] = ((-1.5, 0.0), (1.5, 0.0), (0.0, -2.5), (0.0, -0.4))
FACE_WEIGHTS = (0.33, 0.37, 0.2, 0.1)

PLACES: Mapping[str, Angles] = {
    "candidate": Angles(0.0, 0.0),
    "notes": Angles(-6.0, -33.0),
    "cv": Angles(10.0, -34.0),
    "window": Angles(34.0, 4.0),
    "screen": Angles(-24.0, -16.0),
    "up_left": Angles(-16.0, 12.0),
    "up_right": Angles(16.0, 12.0),
    "down_left": Angles(-15.0, -16.0),
    "down_right": Angles(15.0, -16.0),
    "near_left": Angles(-10.0, -5.0),
    "near_right": Angles(10.0, -5.0),
}
"""Directions from her eyes, upright; yaw toward image right as the candidate sees her."""


@dataclass(slots=True)
class GazeControl:
    """Turns a wish ("look at the notes") into eye and head angles over time.

    Args:
        rng: source of the small movements.
        candidate: direction of the candidate's eyes; set anew when they move.
    """

    rng: random.Random
    candidate: Angles = field(default_factory=Angles)
    _place: str = field(default="candidate", init=False)
    _goal: Angles = field(default_factory=Angles, init=False)
    _wander: Point = field(default=(0.0, 0.0), init=False)
    _next_wander_s: float = field(default=0.0, init=False)
    _eyes: Saccades = field(init=False)
    _head: list[float] = field(default_factory=lambda: [0.0, 0.0], init=False)
    _speed: list[float] = field(default_factory=lambda: [0.0, 0.0], init=False)
    _head_aim: Point = field(default=(0.0, 0.0), init=False)
    _head_rest: Point = field(default=(0.0, 0.0), init=False)
    _head_from_s: float | None = field(default=None, init=False)
    _now_s: float | None = field(default=None, init=False)
    shift_deg: float = field(default=0.0, init=False)
    """Size of the shift that began at the last update, else 0; blinks go with large ones."""
    line: Angles = field(default_factory=Angles, init=False)
    """Where she looks, whatever head and torso do."""

    def __post_init__(self) -> None:
        self._eyes = Saccades(self.rng)

    @property
    def place(self) -> str:
        """Name of what she looks at."""
        return self._place

    def look(self, place: str) -> None:
        """Sets a new target; the eyes start toward it at the next update.

        Raises:
            KeyError: for a place that is not in ``PLACES``.
        """
        self._move_goal(PLACES[place] if place != "candidate" else self.candidate, jump=True)
        self._place = place
        self._wander = (0.0, 0.0)
        self._next_wander_s = -math.inf  # a fixation point is chosen with the saccade itself

    def advance(
        self, t_s: float, carried: Angles | None = None, torso: Angles | None = None
    ) -> tuple[Angles, Angles]:
        """Moves to session time ``t_s``.

        Args:
            t_s: session time.
            carried: what nods, speech and sway turn the head by besides, against the torso.
            torso: how the torso under the head is turned.

        Returns:
            Head against the torso without ``carried``, and eyes against the head with it.
        """
        step = 0.0 if self._now_s is None else max(0.0, t_s - self._now_s)
        self._now_s = t_s
        if self._place == "candidate":
            self._move_goal(self.candidate)
        self._wander_about(t_s)
        point, self.shift_deg = self._eyes.advance(t_s, self._wander)
        goal = self._goal
        self.line = Angles(goal.yaw_deg + point[0], goal.pitch_deg + point[1])
        self._aim_head(t_s)
        self._turn_head(step)
        head = Angles(self._head[0], self._head[1], roll_deg=0.06 * self._head[0])
        if carried is None and torso is None:
            yaw, pitch = self.line.yaw_deg - head.yaw_deg, self.line.pitch_deg - head.pitch_deg
        else:
            turned = head if carried is None else head.plus(carried)
            yaw, pitch = _seen_from(self.line, turned, torso or Angles())
        return head, Angles(_limit(yaw), _limit(pitch))

    def _move_goal(self, goal: Angles, jump: bool = False) -> None:
        away = (self._goal.yaw_deg - goal.yaw_deg, self._goal.pitch_deg - goal.pitch_deg)
        if jump or math.hypot(*away) > PURSUIT_DEG:
            self._eyes.shift(*away)
            self._head_from_s = None
        self._goal = goal

    def _wander_about(self, t_s: float) -> None:
        if t_s < self._next_wander_s:
            return
        if self._place == "candidate":
            yaw, pitch = self.rng.choices(FACE_POINTS, FACE_WEIGHTS)[0]
            self._next_wander_s = t_s + 0.25 + self.rng.gammavariate(2.0, 0.4)
        else:
            yaw, pitch = self.rng.gauss(0, 1.8), self.rng.gauss(0, 1.1)
            self._next_wander_s = t_s + self.rng.uniform(0.3, 0.9)
        self._wander = (yaw + self.rng.gauss(0, 0.15), pitch + self.rng.gauss(0, 0.15))

    def _aim_head(self, t_s: float) -> None:
        if self._head_from_s is None:
            self._head_from_s = t_s + self.rng.uniform(*HEAD_LATENCY_S)
            self._head_rest = (
                self.rng.gauss(0.0, HEAD_REST_DEG[0]),
                self.rng.gauss(0.0, HEAD_REST_DEG[1]),
            )
        if t_s >= self._head_from_s:
            self._head_aim = (
                _head_share(self._goal.yaw_deg) + self._head_rest[0],
                _head_share(self._goal.pitch_deg) + self._head_rest[1],
            )

    def _turn_head(self, step: float) -> None:
        decay = math.exp(-HEAD_RATE * step)
        for axis, aim in enumerate(self._head_aim):
            # exact step of a critically damped spring, stable at any frame rate
            x, v = self._head[axis] - aim, self._speed[axis]
            slope = v + HEAD_RATE * x
            self._head[axis] = aim + (x + slope * step) * decay
            self._speed[axis] = (v - HEAD_RATE * slope * step) * decay


def _head_share(goal_deg: float) -> float:
    """How far the head turns toward a goal, along one axis."""
    beyond = max(0.0, abs(goal_deg) - HEAD_STILL_DEG)
    if beyond == 0.0:
        return 0.0
    return math.copysign(max(beyond * HEAD_SHARE, abs(goal_deg) - EYE_RANGE_DEG), goal_deg)


def _seen_from(line: Angles, head: Angles, torso: Angles) -> Point:
    """A direction in the world as yaw and pitch in a head on a torso, degrees."""
    yaw, pitch = math.radians(line.yaw_deg), math.radians(line.pitch_deg)
    way = (math.cos(pitch) * math.sin(yaw), -math.cos(pitch) * math.cos(yaw), math.sin(pitch))
    x, y, z = _turned_back(_turned_back(way, torso), head)
    return math.degrees(math.atan2(x, -y)), math.degrees(math.asin(max(-1.0, min(1.0, z))))


def _turned_back(way: tuple[float, float, float], turn: Angles) -> tuple[float, float, float]:
    """A direction in the axes of what was turned (Rodrigues' formula).

    The spine and the neck share a turn out over their joints, which comes to one turn about the
    axis that yaw, pitch and roll make together.
    """
    a, b, c = (
        math.radians(turn.pitch_deg),
        -math.radians(turn.roll_deg),
        -math.radians(turn.yaw_deg),
    )
    angle = math.sqrt(a * a + b * b + c * c)
    if angle < 1e-9:
        return way
    a, b, c = a / angle, b / angle, c / angle
    x, y, z = way
    cos, sin = math.cos(angle), math.sin(angle)
    along = (a * x + b * y + c * z) * (1.0 - cos)
    return (
        x * cos + (b * z - c * y) * sin + a * along,
        y * cos + (c * x - a * z) * sin + b * along,
        z * cos + (a * y - b * x) * sin + c * along,
    )


def _limit(angle_deg: float) -> float:
    return max(-EYE_RANGE_DEG - 7.0, min(EYE_RANGE_DEG + 7.0, angle_deg))
