"""Where the recruiter's eyes and head point, moment by moment.

Eyes lead, head follows. A shift of gaze is a saccade whose length in time grows with its size
(20-30 ms and 2.2-2.7 ms per degree, Lee, Badler & Badler 2002, "Eyes Alive"); the head takes
over part of a large shift along a critically damped course while the eyes turn back, so that the
line of sight stays where it is. While she holds someone's eyes her own are never still: they move
between the other's eyes and mouth by a degree or so.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from game.pose import Angles

SACCADE_BASE_S = 0.025
SACCADE_PER_DEG_S = 0.0024
HEAD_RATE = 7.0  # rad/s of the damped course: 95 % of a turn in about 0.7 s
EYE_RANGE_DEG = 28.0  # beyond this the eyes strain, and the head must come along

# A small shift is made by the eyes alone, a large one mostly by the head (Stahl 1999 found the
# range in which heads stay still to be about 15 degrees to each side).
HEAD_STILL_DEG = 8.0
HEAD_SHARE = 0.65

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
    _target: Angles = field(default_factory=Angles, init=False)
    _place: str = field(default="candidate", init=False)
    _wander: Angles = field(default_factory=Angles, init=False)
    _next_wander_s: float = field(default=0.0, init=False)
    _from: Angles = field(default_factory=Angles, init=False)
    _to: Angles = field(default_factory=Angles, init=False)
    _saccade_s: tuple[float, float] = field(default=(-1.0, -1.0), init=False)
    _head: list[float] = field(default_factory=lambda: [0.0, 0.0], init=False)
    _speed: list[float] = field(default_factory=lambda: [0.0, 0.0], init=False)
    _now_s: float | None = field(default=None, init=False)
    shift_deg: float = field(default=0.0, init=False)
    """Size of the shift that began at the last update, else 0; blinks go with large ones."""

    @property
    def place(self) -> str:
        """Name of what she looks at."""
        return self._place

    def look(self, place: str) -> None:
        """Sets a new target; the eyes start toward it at the next update.

        Raises:
            KeyError: for a place that is not in ``PLACES``.
        """
        self._target = PLACES[place]
        self._place = place
        self._wander = Angles()

    def update(self, t_s: float) -> tuple[Angles, Angles]:
        """Moves to session time ``t_s``.

        Returns:
            Head against the torso, and eyes against the head.
        """
        step = 0.0 if self._now_s is None else max(0.0, t_s - self._now_s)
        self._now_s = t_s
        self.shift_deg = 0.0
        goal = self.candidate if self._place == "candidate" else self._target
        self._wander_about(t_s)
        wish = goal.plus(self._wander)
        self._start_saccade(t_s, wish)
        line = self._line_of_sight(t_s)
        self._turn_head(step, goal)
        head = Angles(self._head[0], self._head[1], roll_deg=0.06 * self._head[0])
        eyes = Angles(_limit(line.yaw_deg - head.yaw_deg), _limit(line.pitch_deg - head.pitch_deg))
        return head, eyes

    def _wander_about(self, t_s: float) -> None:
        if t_s < self._next_wander_s:
            return
        if self._place == "candidate":
            # left eye, right eye, mouth of someone 1.3 m away
            around = ((-1.4, 0.2), (1.4, 0.2), (0.0, -1.6), (0.0, 0.0))
            yaw, pitch = self.rng.choice(around)
            self._next_wander_s = t_s + self.rng.uniform(0.5, 1.9)
        else:
            yaw, pitch = self.rng.gauss(0, 2.0), self.rng.gauss(0, 1.2)
            self._next_wander_s = t_s + self.rng.uniform(0.25, 0.8)
        self._wander = Angles(yaw + self.rng.gauss(0, 0.2), pitch + self.rng.gauss(0, 0.2))

    def _start_saccade(self, t_s: float, wish: Angles) -> None:
        size = math.hypot(wish.yaw_deg - self._to.yaw_deg, wish.pitch_deg - self._to.pitch_deg)
        if size < 0.4 or t_s < self._saccade_s[1]:
            return
        self._from = self._line_of_sight(t_s)
        self._to = wish
        self._saccade_s = (t_s, t_s + SACCADE_BASE_S + SACCADE_PER_DEG_S * size)
        self.shift_deg = size

    def _line_of_sight(self, t_s: float) -> Angles:
        start, end = self._saccade_s
        if t_s >= end:
            return self._to
        done = _minimum_jerk((t_s - start) / (end - start))
        return Angles(
            self._from.yaw_deg + done * (self._to.yaw_deg - self._from.yaw_deg),
            self._from.pitch_deg + done * (self._to.pitch_deg - self._from.pitch_deg),
        )

    def _turn_head(self, step: float, goal: Angles) -> None:
        for axis, wish in enumerate((goal.yaw_deg, goal.pitch_deg)):
            beyond = max(0.0, abs(wish) - HEAD_STILL_DEG)
            aim = math.copysign(max(beyond * HEAD_SHARE, abs(wish) - EYE_RANGE_DEG), wish)
            if beyond == 0.0:
                aim = 0.0
            # exact step of a critically damped spring, stable at any frame rate
            x, v = self._head[axis] - aim, self._speed[axis]
            decay = math.exp(-HEAD_RATE * step)
            slope = v + HEAD_RATE * x
            self._head[axis] = aim + (x + slope * step) * decay
            self._speed[axis] = (v - HEAD_RATE * slope * step) * decay


@dataclass(slots=True)
class GazeHabit:
    """When she looks away of her own accord, and where to.

    People look at the other about 75 % of the time while listening and 41 % while speaking (Argyle
    & Cook 1976), in bouts of two to four seconds; the interviewer's averted gaze goes diagonally
    (Acarturk et al. 2021).

    Args:
        rng: source of the lengths.
        listening: share of listening time spent looking at the candidate, 0.3...1.
        speaking: share of speaking time.
    """

    rng: random.Random
    listening: float = 0.75
    speaking: float = 0.5
    _away: bool = field(default=False, init=False)
    _place: str = field(default="candidate", init=False)
    _until_s: float | None = field(default=None, init=False)

    def place(self, t_s: float, speaks: bool) -> str:
        """Where she looks at ``t_s`` if nothing else asks for her eyes."""
        if self._until_s is None:
            self._until_s = t_s + self._bout(speaks)
        if t_s >= self._until_s:
            self._away = not self._away and self._share(speaks) < 0.995
            choices = ("up_left", "up_right", "down_left") if speaks else ("notes", "down_right")
            self._place = self.rng.choice(choices) if self._away else "candidate"
            self._until_s = t_s + self._bout(speaks)
        return self._place

    def return_to_candidate(self, t_s: float, speaks: bool) -> None:
        """Ends a look away at once: the candidate has just begun or ended to speak."""
        self._away, self._place = False, "candidate"
        self._until_s = t_s + self._bout(speaks)

    def _share(self, speaks: bool) -> float:
        return self.speaking if speaks else self.listening

    def _bout(self, speaks: bool) -> float:
        away_s = 1.3 if speaks else 1.1
        share = min(0.995, self._share(speaks))
        mean_s = away_s if self._away else away_s * share / (1.0 - share)
        return max(0.4, self.rng.gammavariate(4.0, mean_s / 4.0))


def _limit(angle_deg: float) -> float:
    return max(-EYE_RANGE_DEG - 7.0, min(EYE_RANGE_DEG + 7.0, angle_deg))


def _minimum_jerk(share: float) -> float:
    s = min(1.0, max(0.0, share))
    return s * s * s * (10.0 - 15.0 * s + 6.0 * s * s)
