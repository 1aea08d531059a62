"""Expression: faces against their own rest, by made-up answers of networks and real pictures."""

from __future__ import annotations

import numpy as np
import pytest

from game.bake.arkit import ARKIT_NAMES
from perception.camera.camera_file import FileCamera
from perception.clock import FakeClock
from perception.face.base import open_face
from perception.face.expression import (
    FULL_LOOK_DEG,
    Expression,
    ExpressionReader,
    ExpressionSettings,
    to_head_axes,
)
from perception.face.headpose import HeadPose, HeadPoseEstimator, rotation_from_angles
from perception.face.networks import LIDS, EyePrediction, FacePrediction, face_network
from perception.face.reading import CandidateReader, FaceReadings

FPS = 10


def pose(yaw=0.0, pitch=0.0, roll=0.0) -> HeadPose:
    rotation = rotation_from_angles(yaw, pitch, roll)
    return HeadPose(yaw, pitch, roll, (0.0, 0.0, -0.6), rotation, 0.01, 1.0)


def face(**shown: float) -> FacePrediction:
    """The face network's answer; what is not named is at rest."""
    values = [shown.get(name, 0.0) for name in face_network().names]
    return FacePrediction(np.array(values, np.float32), np.zeros(3, np.float32))


def eyes(shut=(0.0, 0.0), gaze=((0, 0), (0, 0)), lids=((0, 0, 0), (0, 0, 0))) -> EyePrediction:
    return EyePrediction(
        np.array(gaze, np.float32),
        np.full((2, 2), 2.0, np.float32),
        np.array(shut, np.float32),
        np.array(lids, np.float32),
    )


def shape(seed: int) -> np.ndarray:
    """(478, 3) of somebody's face in head axes."""
    rng = np.random.default_rng(seed)
    points = rng.normal(0, 0.4, (478, 3))
    points[face_network().index] = face_network().mean + rng.normal(
        0, 0.02, face_network().mean.shape
    )
    return points


def watch(reader, start_s, length_s, points, answer=None, at=None, eye=None) -> Expression:
    for i in range(round(length_s * FPS)):
        seen = reader.express(
            start_s + i / FPS, points, at or pose(), answer or face(), eye or eyes()
        )
    return seen


def shape_of(rest: tuple[float, ...] | None) -> np.ndarray:
    """(m, 3) of a rest as the green room keeps it."""
    assert rest is not None
    return np.array(rest[: -2 * len(LIDS)]).reshape(-1, 3)


def own(points: np.ndarray) -> np.ndarray:
    return points[face_network().index]


# -- head axes --------------------------------------------------------------------------------


def test_a_turned_head_gives_the_same_frontal_points():
    rng = np.random.default_rng(5)
    points = rng.uniform(-1, 1, (478, 3))
    points[[33, 263, 133, 362]] = [(-0.5, 0, 0), (0.5, 0, 0), (-0.2, 0, 0.1), (0.2, 0, 0.1)]
    points -= points[[33, 133, 263, 362]].mean(axis=0)
    for angles in [(0, 0, 0), (25, -10, 5), (-30, 15, -12)]:
        rotation = rotation_from_angles(*angles)
        pixels = (points @ rotation.T * 80 * (1, -1, -1) + (320, 180, 0)).astype(np.float32)
        assert to_head_axes(pixels, pose(*angles)) == pytest.approx(points, abs=1e-4)


# -- what is told -----------------------------------------------------------------------------


def test_all_coefficients_are_told_and_the_eyes_tell_their_own():
    reader = ExpressionReader()
    seen = reader.express(
        0.0,
        shape(1),
        pose(),
        face(jawOpen=0.4, mouthSmileLeft=0.8, mouthSmileRight=0.6, eyeBlinkLeft=0.9),
        eyes(shut=(0.7, 0.1)),
    )
    assert set(seen.coefficients) == set(ARKIT_NAMES)
    assert all(0.0 <= value <= 1.0 for value in seen.coefficients.values())
    c = seen.coefficients
    assert (c["jawOpen"], c["mouthSmileLeft"]) == pytest.approx((0.4, 0.8))
    assert (c["eyeBlinkRight"], c["eyeBlinkLeft"]) == pytest.approx((0.7, 0.1)), (
        "a picture of the eye tells more than its landmarks"
    )
    assert seen.openness == pytest.approx((0.3, 0.9))
    assert seen.action_units[12] == pytest.approx(0.7)
    assert seen.action_units[45] == pytest.approx(0.4)


@pytest.mark.parametrize("number", range(len(LIDS)))
def test_lids_are_told_by_face_and_eye_together(number):
    lids = np.zeros((2, 3))
    lids[:, number] = 0.8, 0.2
    right, left = f"{LIDS[number]}Right", f"{LIDS[number]}Left"
    seen = ExpressionReader().express(
        0.0, shape(1), pose(), face(**{right: 0.4, left: 0.4}), eyes(lids=lids)
    )
    assert 0.45 < seen.coefficients[right] < 0.75, "the picture sees more of it"
    assert 0.25 < seen.coefficients[left] < 0.38


def test_looks_are_told_by_the_eyes_direction():
    half = FULL_LOOK_DEG / 2
    seen = ExpressionReader().express(
        0.0, shape(1), pose(), face(), eyes(gaze=((half, 0.4 * half), (half, -3 * half)))
    )
    looks = {n: v for n, v in seen.coefficients.items() if n.startswith("eyeLook") and v > 0}
    # image right is toward the nose of the candidate's right eye
    assert looks == pytest.approx(
        {"eyeLookInRight": 0.5, "eyeLookOutLeft": 0.5, "eyeLookUpRight": 0.2, "eyeLookDownLeft": 1}
    )


# -- the resting face -------------------------------------------------------------------------


def rested(points, lids=((0.0,) * 3,) * 2, count=21):
    """What the green room takes: moments of rest, some of them spoiled."""
    rng = np.random.default_rng(7)
    shapes = points + rng.normal(0, 0.003, (count, 478, 3))
    shapes[:3] += 0.5
    return shapes.astype(np.float32), np.tile(np.array(lids, np.float32), (count, 1, 1))


def test_a_rest_that_was_shown_is_the_middle_of_its_moments():
    reader = ExpressionReader()
    assert reader.rest is None
    lids = ((0.3, 0.1, 0.2), (0.25, 0.0, 0.1))
    told = reader.take_rest(*rested(shape(2), lids))
    assert told == reader.rest
    assert shape_of(told) == pytest.approx(own(shape(2)), abs=0.006)
    assert told[-6:] == pytest.approx(np.array(lids).ravel(), abs=1e-3)


def test_a_rest_is_handed_on_to_the_interview_as_it_was():
    green_room = ExpressionReader()
    kept = green_room.take_rest(*rested(shape(2), ((0.3, 0.1, 0.2),) * 2))
    interview, stranger = ExpressionReader(rest=kept), ExpressionReader()
    assert interview.rest == pytest.approx(kept, abs=1e-4)
    answers = [r.predict(shape(2), pose()).coefficients for r in (green_room, interview, stranger)]
    assert answers[1] == pytest.approx(answers[0], abs=0.01)
    assert np.abs(answers[2] - answers[0]).max() > 0.02, "knowing the rest changes what is told"
    wide = eyes(lids=((0.3, 0.1, 0.2),) * 2)
    for reader, low, high in ((interview, 0.0, 1e-3), (stranger, 0.05, 0.3)):
        seen = reader.express(0.0, shape(2), pose(), face(), wide)
        assert low <= seen.coefficients["eyeWideLeft"] <= high


def test_a_rest_of_another_version_is_learned_anew():
    reader = ExpressionReader(rest=(0.1, 0.2, 0.3))
    assert reader.rest is None
    watch(reader, 0.0, 8.0, shape(2))
    assert reader.rest is not None


def test_a_resting_face_is_learned_while_the_candidate_sits_there():
    reader, points = ExpressionReader(), shape(3)
    settle_s = ExpressionSettings().settle_s
    watch(reader, 0.0, settle_s - 0.2, points)
    assert reader.rest is None, "not from the first moments"
    watch(reader, settle_s - 0.2, 3.0, points, eye=eyes(lids=((0.2, 0, 0),) * 2))
    assert shape_of(reader.rest) == pytest.approx(own(points), abs=1e-3)


def test_a_smile_is_not_taken_for_a_wide_mouth():
    calm, smiling = shape(3), shape(4)
    smile = face(mouthSmileLeft=0.45, mouthSmileRight=0.45)
    reader = ExpressionReader()
    for second in range(20):  # smiling more than half of the time, and from the first second
        watch(reader, second, 0.6, smiling, smile)
        watch(reader, second + 0.6, 0.4, calm)
    assert shape_of(reader.rest) == pytest.approx(own(calm), abs=1e-3)


@pytest.mark.parametrize(
    "never",
    [
        {"answer": face(mouthSmileLeft=0.8, mouthSmileRight=0.8)},
        {"answer": face(jawOpen=0.7)},
        {"eye": eyes(shut=(0.9, 0.9))},
        {"at": pose(yaw=40)},
        {"at": pose(pitch=-40)},
    ],
)
def test_what_is_no_rest_teaches_none(never):
    reader = ExpressionReader()
    watch(reader, 0.0, 20.0, shape(3), **never)
    assert reader.rest is None


def test_a_rest_that_is_learned_follows_the_candidate():
    reader = ExpressionReader(ExpressionSettings(settle_s=2.0, memory_s=10.0))
    watch(reader, 0.0, 10.0, shape(3))
    watch(reader, 10.0, 15.0, shape(4))
    assert shape_of(reader.rest) == pytest.approx(own(shape(4)), abs=1e-3)


def test_what_the_green_room_saw_is_kept_until_somebody_else_sits_there():
    reader = ExpressionReader()
    kept = reader.take_rest(*rested(shape(2)))
    watch(reader, 0.0, 20.0, shape(3))
    assert reader.rest == kept
    reader.reset()
    assert reader.rest == kept, "a lost face is the same person's"
    reader.forget_shown()
    assert reader.rest is None
    watch(reader, 30.0, 10.0, shape(4))
    assert shape_of(reader.rest) == pytest.approx(own(shape(4)), abs=1e-3)


def test_a_rest_that_was_learned_is_forgotten_on_a_reset():
    reader = ExpressionReader()
    watch(reader, 0.0, 10.0, shape(3))
    reader.reset()
    assert reader.rest is None
    watch(reader, 10.0, 2.0, shape(4))
    assert reader.rest is None, "it takes as long as at first"


def test_learning_can_be_switched_off():
    reader = ExpressionReader(ExpressionSettings(learn=False))
    watch(reader, 0.0, 20.0, shape(3))
    assert reader.rest is None


@pytest.mark.parametrize("bad", [{"settle_s": 0.0}, {"settle_s": 99.0}, {"frontal_deg": 0.0}])
def test_settings_out_of_range_are_refused(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        ExpressionSettings(**bad)


# -- real faces -------------------------------------------------------------------------------


def read(path) -> FaceReadings:
    """A picture's face, of somebody whose resting face nobody knows."""
    camera = FileCamera(path, realtime=False, start_s=0.0)
    camera.start(FakeClock())
    frame = camera.read()
    assert frame is not None
    finder = open_face()
    seen = finder.find(frame.image, 0.0)
    finder.close()
    assert seen is not None
    height, width = frame.image.shape[:2]
    mesh = HeadPoseEstimator().estimate(seen.landmarks, (width, height))
    assert mesh is not None
    return CandidateReader().read(0.0, frame.image, seen.landmarks, mesh)


@pytest.fixture(scope="module")
def units(data_dir):
    """Action units of four people, by what they show."""
    folder = data_dir / "images/emotion"
    return {
        name: read(folder / f"faceapi_{name}.jpg").expression.action_units
        for name in ("happy", "neutral", "angry", "surprised")
    }


@pytest.mark.data
def test_a_smile_is_the_happy_face_s(units):
    others = [units[name][12] for name in ("neutral", "angry", "surprised")]
    assert units["happy"][12] > max(others) + 0.2


@pytest.mark.data
def test_a_surprised_face_lifts_brows_and_drops_its_jaw(units):
    for unit in (1, 2, 25, 26):
        assert units["surprised"][unit] > units["neutral"][unit] + 0.15, unit
    assert units["surprised"][4] < units["angry"][4]


@pytest.mark.data
def test_an_angry_face_lowers_its_brows(units):
    assert units["angry"][4] > units["neutral"][4]
    assert units["angry"][4] > units["happy"][4]
