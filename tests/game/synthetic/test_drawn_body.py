"""The body of a drawn human, whose posture and hands are known."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest

from game.pose import Angles, HandTarget, Pose
from game.synthetic.studio import Studio
from perception.clock import SessionClock
from perception.pipeline.body import BodyPipeline
from perception.pipeline.face import FacePipeline
from perception.types import BodyReading, Frame


class Sitting:
    """A drawn human before a camera that sees the shoulders, and what is read of them."""

    def __init__(self, studio) -> None:
        self._studio = studio
        self._pipeline, self._body = FacePipeline(), BodyPipeline()
        self._count = 0

    def look(self, poses, rate_hz=8.5) -> list[BodyReading]:
        """Readings of one picture a pose."""
        readings, drawn, image = [], None, np.zeros((0, 0, 3), np.uint8)
        for pose in poses:
            if pose is not drawn:
                drawn, image = pose, self._studio.draw(pose).copy()
            frame = Frame(self._count / rate_hz, self._count, image)
            self._count += 1
            self._pipeline.process_frame(frame, SessionClock())
            reading = self._body.process_frame(frame, self._pipeline.face_place)
            if reading is not None:
                readings.append(reading)
        return readings

    def rest(self) -> None:
        """Sits for four seconds."""
        from game.pose import Pose

        self.look([Pose()] * 34)

    def close(self) -> None:
        self._pipeline.close()
        self._body.close()


@pytest.fixture(scope="module")
def studio(stage) -> Iterator[Studio]:
    before = set(stage.scene.getChildren())
    studio = Studio("candidate", stage=stage)
    eyes = studio.human.eye_point()
    stage.camera.set_pos(eyes.x, eyes.y - 0.85, eyes.z - 0.08)
    stage.camera.look_at(eyes.x, eyes.y, eyes.z - 0.08)
    studio.draw(Pose())
    yield studio
    for node in stage.scene.getChildren():
        if node not in before:
            node.removeNode()
    stage.keep_pictures(False)


@pytest.fixture
def sitting(studio):
    sitting = Sitting(studio)
    sitting.rest()
    yield sitting
    sitting.close()


def raised(x, z, y=-0.35):
    return HandTarget((x, y, z), heading_deg=20, pitch_deg=60, roll_deg=90)


@pytest.mark.render
@pytest.mark.slow
def test_lean_has_the_sign_and_the_size_of_the_drawn_one(studio, sitting):
    upright = studio.human.eye_point().y
    for pitch in (-10, 8):
        reading = sitting.look([Pose(torso=Angles(pitch_deg=pitch))] * 4)[-1]
        head_m = upright - studio.human.eye_point().y  # toward the camera, which is at less y
        assert abs(head_m) > 0.08
        # the shoulders turn on a shorter radius about the hips than the head
        assert reading.lean_m == pytest.approx(0.85 * head_m, abs=0.03)
        assert abs(reading.slouch) < 0.06, "leaning is no slouching"


@pytest.mark.render
@pytest.mark.slow
def test_shoulder_tilt_is_clockwise_in_the_picture(sitting):
    right, left = (
        sitting.look([Pose(torso=Angles(roll_deg=roll))] * 4)[-1].shoulders_roll_deg
        for roll in (8.0, -8.0)
    )
    assert right > 5 and left < -3
    # arms that stay on the desk draw the raised shoulder down a little
    assert right - left == pytest.approx(16.0, abs=4.0)


@pytest.mark.render
@pytest.mark.slow
def test_sinking_in_the_seat_is_slouching_and_shrugging_is_not(studio, sitting):
    level = sitting.look([Pose()] * 4)[-1]
    assert abs(level.slouch) < 0.03 and abs(level.lean_m) < 0.01
    studio.human.root.set_z(-0.07)
    sunk = sitting.look([Pose()] * 4)[-1]
    studio.human.root.set_z(0.0)
    assert sunk.slouch == pytest.approx(0.07 / 0.36, abs=0.05)
    assert sitting.look([Pose(shoulders=1.0)] * 4)[-1].slouch < -0.03


@pytest.mark.render
@pytest.mark.slow
def test_raised_hands_are_counted_and_hands_below_the_picture_are_not(sitting):
    down = sitting.look([Pose()] * 10)[-1]
    assert down.hands_visible == 0 and down.hand_speed is None and down.gesturing is False
    one = sitting.look([Pose(left=raised(0.2, 1.05))] * 10)[-1]
    assert one.hands_visible == 1 and one.hand_to_face is False
    assert one.hand_speed < 0.15 and one.gesturing is False, "a still hand"
    both = Pose(left=raised(0.2, 1.05), right=raised(-0.2, 1.05))
    assert sitting.look([both] * 10)[-1].hands_visible == 2


@pytest.mark.render
@pytest.mark.slow
def test_a_hand_that_goes_round_gestures_until_it_rests(sitting):
    turns = [2 * math.pi * 1.2 * i / 8.5 for i in range(34)]
    poses = [Pose(left=raised(0.22 + 0.08 * math.sin(a), 1.05 + 0.06 * math.cos(a))) for a in turns]
    moving = sitting.look(poses)[4:]
    assert np.mean([r.gesturing for r in moving]) > 0.9
    # 0.6 m/s in front of shoulders of 0.36 m, seen from nearer than those
    assert 1.2 < np.median([r.hand_speed for r in moving]) < 4.0
    still = sitting.look([poses[-1]] * 20)
    assert not any(r.gesturing for r in still[9:])
    assert still[0].gesturing, "a pause of a tenth of a second is part of it"


@pytest.mark.render
@pytest.mark.slow
def test_a_hand_at_the_face_is_at_the_face_and_not_a_gesture(sitting):
    def at(wrist):
        return Pose(right=HandTarget(wrist, heading_deg=25, pitch_deg=75, roll_deg=60))

    for wrist in ((-0.05, -0.24, 0.98), (-0.06, -0.2, 1.02), (-0.1, -0.2, 1.05)):
        reading = sitting.look([at(wrist)] * 8)[-1]
        assert reading.hand_to_face is True and reading.gesturing is False
        assert reading.hands_visible == 1
    assert sitting.look([Pose(right=raised(-0.25, 1.05))] * 8)[-1].hand_to_face is False


@pytest.mark.render
@pytest.mark.slow
def test_rocking_fidgets_and_sitting_still_does_not(sitting):
    def rocking(deg):
        return [
            Pose(torso=Angles(roll_deg=deg * math.sin(2 * math.pi * 0.7 * i / 8.5)))
            for i in range(51)
        ]

    assert sitting.look(rocking(0.15))[-1].fidget < 0.2
    assert sitting.look(rocking(1.5))[-1].fidget > 0.6
    # one change of posture is no repeated movement
    sitting.look([Pose()] * 51)
    assert sitting.look([Pose(torso=Angles(roll_deg=2.0))] * 10)[-1].fidget < 0.2


@pytest.mark.render
@pytest.mark.slow
def test_a_hand_that_fiddles_fidgets_and_does_not_gesture(sitting):
    sitting.look([Pose(left=raised(0.2, 1.05))] * 17)
    fiddling = sitting.look(
        [
            Pose(left=raised(0.2 + 0.02 * math.sin(2 * math.pi * i / 8.5), 1.05, y=-0.3))
            for i in range(51)
        ]
    )
    assert fiddling[-1].fidget > 0.6
    assert not any(r.gesturing for r in fiddling[10:])
