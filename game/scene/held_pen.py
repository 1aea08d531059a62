"""The pen between desk and hand: it lies on the notebook until the right hand takes it to write."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from panda3d.core import LQuaternionf, NodePath, Point3, Vec3

from game.figure.arms import frame
from game.figure.human import Human
from game.places import NOTEBOOK, PEN

TIP_M = (0.012, 0.07)
"""How far the tip stands out of the fingers, at least and at most; metres."""


class HeldPen:
    """Puts the pen where it belongs.

    Args:
        pen: the model about its own middle, along y with the tip toward −y, where it lies.
        human: who takes it.
    """

    def __init__(self, pen: NodePath, human: Human) -> None:
        self._pen, self._human = pen, human
        self._place = Vec3(pen.get_pos(human.root))
        self._turn = LQuaternionf(pen.get_quat(human.root))
        self._held = 0.0

    def set_lift(self, held: float) -> None:
        """Moves it.

        Args:
            held: 0 on the desk...1 in the hand; between them it is being taken or laid down.
        """
        if held <= 0.0 and self._held <= 0.0:
            return
        self._held = held
        place, turn = self._in_hand()
        share = held * held * (3.0 - 2.0 * held)
        if turn.dot(self._turn) < 0.0:
            turn = -turn
        turn = turn * share + self._turn * (1.0 - share)
        turn.normalize()
        self._pen.set_pos(self._human.root, self._place + (place - self._place) * share)
        self._pen.set_quat(self._human.root, turn)

    def hull(self) -> NDArray[np.float64]:
        """(2, 4) places of its ends in the human's axes, and a radius that holds it; metres."""
        root, half = self._human.root, PEN.size[1] / 2.0
        ends = (root.get_relative_point(self._pen, Point3(0, way * half, 0)) for way in (-1, 1))
        return np.array([(*end, PEN.size[0]) for end in ends])

    def _in_hand(self) -> tuple[Vec3, LQuaternionf]:
        """Between thumb and forefinger, leaning on the forefinger's knuckle."""
        arm = self._human.arms["R"]
        thumb, tip, knuckle = (
            arm.wrist + arm.turned.xform(point) for point in arm.hand.grip_points()
        )
        pinch = thumb * 0.45 + tip * 0.55
        back = knuckle - pinch
        back.normalize()
        back.z = max(0.55, back.z + 0.15)  # people hold a pen at 50-60 degrees to the paper
        back.normalize()
        reach = min(TIP_M[1], max(TIP_M[0], (pinch.z - NOTEBOOK.top_m) / back.z))
        middle = pinch + back * (PEN.size[1] / 2.0 - reach)
        return middle, frame(Vec3(back), Vec3(0, 0, 1))
