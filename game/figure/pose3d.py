"""Puts a pose on a human in the scene."""

from __future__ import annotations

from game.bake.arkit import ARKIT_NAMES
from game.figure.human import Human
from game.pose import Pose


def apply_pose(human: Human, pose: Pose) -> None:
    """Drives every part of ``human`` to ``pose``; expressions that it does not name go to 0."""
    human.set_expressions({name: pose.expressions.get(name, 0.0) for name in ARKIT_NAMES})
    head, eyes, torso = pose.head, pose.eyes, pose.torso
    human.set_torso(torso.yaw_deg, torso.pitch_deg, torso.roll_deg)
    human.set_head(head.yaw_deg, head.pitch_deg, head.roll_deg)
    human.set_gaze(eyes.yaw_deg, eyes.pitch_deg)
    human.set_breath(pose.breath)
    human.set_shoulders(pose.shoulders)
    human.set_hand("L", pose.left)
    human.set_hand("R", pose.right)
    human.settle()
