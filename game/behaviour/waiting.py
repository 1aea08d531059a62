"""Someone who waits: breathing, blinking, looking about a little, with no interview to lead."""

from __future__ import annotations

import random

from game.behaviour.expressions import lexeme
from game.behaviour.gaze_aversion import GazeAversion
from game.behaviour.gaze_control import GazeControl
from game.behaviour.idle import Blinking, Breathing, Sway
from game.behaviour.muscles import FacialMuscles, Flicker
from game.pose import Angles, Layers, Pose

_FRIENDLY = 0.5  # of the warm face, which she keeps meanwhile


class Waiting:
    """Moves somebody who neither speaks nor listens.

    Args:
        seed: of all small movements.
    """

    def __init__(self, seed: int) -> None:
        self._gaze = GazeControl(random.Random(f"{seed}:gaze"))
        self._habit = GazeAversion(random.Random(f"{seed}:habit"), 0.6, 0.6)
        self._blinking = Blinking(random.Random(f"{seed}:blinks"))
        self._breathing = Breathing(random.Random(f"{seed}:breath"))
        self._sway = Sway(random.Random(f"{seed}:sway"))
        self._face = FacialMuscles(random.Random(f"{seed}:muscles"))
        self._flicker = Flicker(random.Random(f"{seed}:flicker"), 0.2)
        self._now_s: float | None = None

    def advance(self, t_s: float, candidate: Angles | None = None) -> Pose:
        """How the person looks at ``t_s``; call it with rising times.

        Args:
            t_s: seconds.
            candidate: where the other's eyes are, straight ahead when None.
        """
        step = 0.0 if self._now_s is None else max(0.0, t_s - self._now_s)
        self._now_s = t_s
        self._gaze.candidate = candidate or Angles()
        place = self._habit.place(t_s, False)
        if place != self._gaze.place:
            self._gaze.look(place)
        sway = self._sway.advance(t_s)
        carried, torso = Angles().plus(sway, 0.9), Angles().plus(sway, 0.5)
        head, eyes = self._gaze.advance(t_s, carried, torso)
        lids = self._blinking.advance(t_s, False, self._gaze.shift_deg)
        wishes = Layers()
        wishes.add(lexeme("warm"), _FRIENDLY)
        name, amount = self._flicker.advance(t_s, True)
        wishes.add(lexeme(name), amount)
        face = Layers()
        face.add(self._face.advance(t_s, step, wishes.weights()))
        face.add({"eyeBlinkLeft": lids, "eyeBlinkRight": lids})
        return Pose(
            expressions=face.weights(),
            head=head.plus(carried),
            eyes=eyes,
            torso=torso,
            breath=self._breathing.advance(t_s),
        )
