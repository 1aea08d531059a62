"""Everyone fits into the picture, however tall: chairs are set for who sits on them."""

from __future__ import annotations

import numpy as np
import pytest
from panda3d.core import Point2

from dialogue.content.persona import load_persona, personas
from game.pose import Pose
from game.scene.room import Room
from game.scene.seating import seat_for
from game.scene.settings import RoomSettings

pytestmark = [pytest.mark.render, pytest.mark.slow]


@pytest.mark.parametrize("who", personas())
def test_head_and_hands_are_in_the_picture(stage, who):
    persona = load_persona(who)
    room = Room(stage, persona.identity, self_view=False, room=RoomSettings(persona.room))
    try:
        room.draw(Pose())
        room.draw(Pose())
        seen = stage.picture().astype(int)
        room.human.root.hide()
        room.draw(Pose())
        room.draw(Pose())
        height, width = seen.shape[:2]
        changed = np.abs(seen - stage.picture()).sum(axis=2) > 24
        rows = np.flatnonzero(changed[:, width // 3 : width * 2 // 3].sum(axis=1) > 3)
        assert rows[0] > 0.04 * height
        eye, spot = room.human.eye_point(), Point2()
        assert stage.lens.project(stage.camera.get_relative_point(stage.scene, eye), spot)
        assert 0.26 < 0.5 - 0.5 * spot.y < 0.32
        for side, arm in room.human.arms.items():
            knuckles = arm.wrist + arm.turned.xform(arm.hand.along) * 0.08
            assert stage.lens.project(
                stage.camera.get_relative_point(stage.scene, knuckles), spot
            ), side
            # elbows hang beside the trunk: long arms get room behind the desk
            assert abs(arm.elbow.x) - abs(arm.shoulder.x) < 0.10
        looks = room.direction_to_candidate()
        assert abs(looks.yaw_deg) < 0.5
        assert 1.0 < looks.pitch_deg < 6.0
    finally:
        room.close()


def test_tall_people_sit_lower_and_long_arms_further_back():
    small, tall = seat_for(1.17, 0.43), seat_for(1.26, 0.54)
    assert tall.z < 0.0 < small.z
    assert tall.y > small.y + 0.05
    assert 1.17 + small.z < 1.26 + tall.z  # who is taller still looks taller
