"""Faces: which is the candidate's, and what is none; on real pictures."""

from __future__ import annotations

import numpy as np
import pytest

from perception.camera.camera_file import FileCamera
from perception.clock import FakeClock
from perception.face.base import FaceBox, FaceSettings, choose, detector_confidence, open_face
from perception.face.mesh_mediapipe import QuickMesh, bare_mesh, unpack


def pictures(path, most=100_000):
    camera = FileCamera(path, realtime=False, start_s=0.0)
    camera.start(FakeClock())
    while most and (frame := camera.read()) is not None:
        most -= 1
        yield frame


@pytest.fixture
def finder():
    finder = open_face()
    yield finder
    finder.close()


def test_the_large_and_central_face_is_the_candidate():
    passer_by = FaceBox(500, 50, 60, 60, 0.95)
    candidate = FaceBox(250, 100, 140, 140, 0.9)
    assert choose([passer_by, candidate], (640, 360), None) == 1
    assert choose([], (640, 360), None) is None


def test_the_candidate_stays_the_candidate():
    left, right = FaceBox(120, 100, 100, 100, 0.9), FaceBox(420, 100, 108, 108, 0.9)
    assert choose([left, right], (640, 360), left.centre) == 0
    assert choose([left, right], (640, 360), right.centre) == 1


def test_a_large_thing_that_is_hardly_a_face_is_not_chosen():
    facade, face = FaceBox(0, 50, 213, 213, 0.61), FaceBox(260, 79, 152, 152, 0.96)
    assert choose([facade, face], (500, 282), None) == 1


def test_confidence_rises_with_the_detectors_score():
    settings = FaceSettings()
    assert detector_confidence(settings.half_score, settings) == pytest.approx(0.5)
    assert detector_confidence(0.9, settings) > 0.98
    assert detector_confidence(0.55, settings) < 0.05


@pytest.mark.data
@pytest.mark.parametrize(
    "name",
    [
        "dlib_dogs.jpg",
        "faceapi_white.png",
        "fer_no-faces.jpg",
        "pyfeat_free-mountain-vector-01.jpg",
    ],
)
def test_dogs_drawings_and_blanks_are_no_faces(data_dir, finder, name):
    (frame,) = pictures(data_dir / "images/noface" / name, 1)
    seen = finder.find(frame.image, 0.0)
    assert seen is None or seen.confidence < 0.5
    assert finder.faces == 0


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "faces"),
    [
        ("faces/face_recognition_biden.jpg", 1),
        ("faces/face_recognition_obama-240p.jpg", 1),
        ("faces/face_recognition_obama-480p.jpg", 1),
        ("faces/pyfeat_single_face.jpg", 1),
        ("emotion/faceapi_happy.jpg", 1),
        ("multi/face_recognition_two_people.jpg", 2),
        ("multi/pyfeat_multi_face.jpg", 5),
    ],
)
def test_faces_are_counted_and_the_candidates_is_sure(data_dir, finder, name, faces):
    (frame,) = pictures(data_dir / "images" / name, 1)
    seen = finder.find(frame.image, 0.0)
    assert seen.confidence > 0.9
    assert seen.faces == finder.faces == faces
    assert seen.landmarks.shape == (478, 3) and seen.landmarks.dtype == np.float32
    height, width = frame.image.shape[:2]
    middle = seen.landmarks[:468, :2].mean(axis=0)
    assert 0 < middle[0] < width and 0 < middle[1] < height, "in pixels of the picture given"


@pytest.mark.data
def test_one_face_is_followed_through_a_clip(data_dir, finder):
    seen = [
        finder.find(f.image, f.t_s) for f in pictures(data_dir / "video/pyfeat_single_face.mp4")
    ]
    sure = [s for s in seen if s is not None and s.confidence >= 0.5]
    assert len(sure) >= 0.99 * len(seen)
    assert {s.faces for s in sure} == {1}
    assert not any(s.newcomer or s.picture for s in sure)


@pytest.mark.data
@pytest.mark.parametrize("name", ["pyfeat_no_face.mp4", "faceapi_video.mp4"])
def test_no_face_is_found_in_a_clip_without_one(data_dir, finder, name):
    for frame in pictures(data_dir / "video" / name):
        seen = finder.find(frame.image, frame.t_s)
        assert seen is None or seen.confidence < 0.5
        assert finder.faces == 0


@pytest.mark.data
def test_the_face_in_front_wins_over_a_smaller_one_that_was_there_first(data_dir, finder):
    import cv2

    (picture,) = pictures(data_dir / "images/faces/pyfeat_single_face.jpg", 1)
    stage = np.full((360, 640, 3), 90, np.uint8)
    stage[20:230, 10:220] = cv2.resize(picture.image, (210, 210))
    alone = [finder.find(stage, i / 30) for i in range(10)]
    assert any(s is not None for s in alone), "someone alone is followed"
    stage[20:340, 260:580] = cv2.resize(picture.image, (320, 320))
    seen = [finder.find(stage, 0.5 + i / 30) for i in range(120)]
    last = seen[-1]
    assert last is not None and last.landmarks[:468, 0].mean() > 260
    assert last.faces == 2


@pytest.mark.data
def test_the_shorter_way_to_the_mesh_gives_the_same_landmarks(data_dir):
    quick, plain = QuickMesh(), bare_mesh()
    for frame in pictures(data_dir / "video/pyfeat_single_face.mp4", 12):
        points = quick.landmarks(frame.image)
        (expected,) = plain.process(frame.image).multi_face_landmarks
        height, width = frame.image.shape[:2]
        there = [(p.x * width, p.y * height, p.z * width) for p in expected.landmark]
        assert points is not None and points.shape == (478, 3)
        assert points == pytest.approx(np.array(there), abs=1e-3)
    assert quick.landmarks(np.full((360, 640, 3), 60, np.uint8)) is None
    quick.close()
    plain.close()


@pytest.mark.data
def test_landmarks_of_another_make_are_read_as_well(data_dir):
    plain = bare_mesh()
    (frame,) = pictures(data_dir / "video/pyfeat_single_face.mp4", 1)
    (message,) = plain.process(frame.image).multi_face_landmarks
    plain.close()
    packed = unpack(message.SerializeToString(), frame.image.shape)
    for point in message.landmark:
        point.visibility = 0.5  # one field more
    assert np.array_equal(unpack(message.SerializeToString(), frame.image.shape), packed)


def test_native_warnings_do_not_reach_the_terminal(capfd):
    finder = open_face()
    for t_s in (0.0, 0.1):
        finder.find(np.full((90, 160, 3), 60, np.uint8), t_s)
    finder.close()
    out, err = capfd.readouterr()
    # one line may come from before the first graph: the library's word about its own logging
    assert (out, [line for line in err.splitlines() if "inference" in line]) == ("", [])


def test_an_unknown_back_end_is_refused():
    with pytest.raises(ValueError, match="mediapipe"):
        FaceSettings(backend="crystal")
