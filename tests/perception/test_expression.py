"""Expression: what geometry can tell, on real pictures and on faces moved by known amounts."""

from __future__ import annotations

import numpy as np
import pytest

from perception.camera_file import FileCamera
from perception.clock import FakeClock
from perception.expression import ExpressionReader, ExpressionSettings, to_head_axes
from perception.face import open_face
from perception.headpose import HeadPose, HeadPoseEstimator, rotation_from_angles

FRONTAL = HeadPose(0.0, 0.0, 0.0, (0.0, 0.0, -0.6), np.eye(3), 0.01, 1.0)


def points_of(path):
    """Landmarks in head axes of a picture's face, and its pose."""
    camera = FileCamera(path, realtime=False, start_s=0.0)
    camera.start(FakeClock())
    frame = camera.read()
    assert frame is not None
    image = frame.image
    finder = open_face()
    seen = finder.find(image, 0.0)
    finder.close()
    assert seen is not None
    pose = HeadPoseEstimator().estimate(seen.landmarks, (image.shape[1], image.shape[0]))
    assert pose is not None
    return to_head_axes(seen.landmarks, pose), pose


def units_of(path):
    points, pose = points_of(path)
    return ExpressionReader().read(0.0, points, pose)


def test_a_turned_head_gives_the_same_frontal_points():
    rng = np.random.default_rng(5)
    face = rng.uniform(-1, 1, (478, 3))
    face[[33, 263, 133, 362]] = [(-0.5, 0, 0), (0.5, 0, 0), (-0.2, 0, 0.1), (0.2, 0, 0.1)]
    face -= face[[33, 133, 263, 362]].mean(axis=0)
    for angles in [(0, 0, 0), (25, -10, 5), (-30, 15, -12)]:
        rotation = rotation_from_angles(*angles)
        pixels = (face @ rotation.T * 80 * (1, -1, -1) + (320, 180, 0)).astype(np.float32)
        pose = HeadPose(*angles, (0.0, 0.0, -0.6), rotation, 0.01, 1.0)
        assert to_head_axes(pixels, pose) == pytest.approx(face, abs=1e-4)


@pytest.mark.data
def test_smiles_rank_as_they_are_named(data_dir):
    smile = {
        name: units_of(data_dir / f"images/emotion/faceapi_{name}.jpg").action_units[12]
        for name in ("happy", "neutral", "angry", "surprised")
    }
    assert smile["happy"] > 0.7
    assert max(smile["neutral"], smile["angry"], smile["surprised"]) < 0.2
    assert units_of(data_dir / "images/emotion/fer_justin.jpg").action_units[12] > 0.5


@pytest.mark.data
def test_surprise_opens_jaw_and_eyes_and_lifts_brows(data_dir):
    surprised = units_of(data_dir / "images/emotion/faceapi_surprised.jpg").action_units
    neutral = units_of(data_dir / "images/emotion/faceapi_neutral.jpg").action_units
    for unit in (1, 2, 5, 25, 26):
        assert surprised[unit] > neutral[unit] + 0.3
    assert surprised[45] < 0.1 and surprised[4] == 0.0


@pytest.mark.data
def test_anger_lowers_brows(data_dir):
    angry = units_of(data_dir / "images/emotion/faceapi_angry.jpg").action_units
    neutral = units_of(data_dir / "images/emotion/faceapi_neutral.jpg").action_units
    assert angry[4] > neutral[4] + 0.2


@pytest.mark.data
def test_single_movements_raise_their_own_coefficient(data_dir):
    points, _ = points_of(data_dir / "images/emotion/faceapi_neutral.jpg")

    def read(*moves):
        moved = points.copy()
        for indices, dx, dy in moves:
            moved[list(indices)] += (dx, dy, 0)
        return ExpressionReader().read(0.0, moved, FRONTAL).coefficients

    rest = read()
    smiling = read(([61], -0.09, 0.03), ([291], 0.09, 0.03))
    assert smiling["mouthSmileLeft"] > rest["mouthSmileLeft"] + 0.5
    agape = read(([14, 17], 0, -0.25))
    assert agape["jawOpen"] > rest["jawOpen"] + 0.5
    assert agape["mouthSmileLeft"] < 0.3
    raised = read(([55, 107, 285, 336], 0, 0.06))
    assert raised["browInnerUp"] > 0.7 and raised["browDownLeft"] == 0.0
    right_lids = [159, 158, 160], [145, 153, 144]
    gap = points[159, 1] - points[145, 1]
    winking = read((right_lids[0], 0, -0.75 * gap))
    assert winking["eyeBlinkRight"] > 0.7 > 0.3 > winking["eyeBlinkLeft"]


@pytest.mark.data
def test_a_resting_face_is_learned_but_a_smile_is_not_rest(data_dir):
    happy, pose = points_of(data_dir / "images/emotion/faceapi_happy.jpg")
    neutral, neutral_pose = points_of(data_dir / "images/emotion/faceapi_neutral.jpg")
    reader = ExpressionReader()
    for i in range(30 * 30):
        smiling = reader.read(i / 30, happy, pose)
    assert smiling.coefficients["mouthSmileLeft"] > 0.7, "thirty seconds of smiling are a smile"

    wide = neutral.copy()
    wide[[61, 291], 0] *= 1.06  # someone whose resting mouth is wide
    reader = ExpressionReader()
    first = reader.read(0.0, wide, neutral_pose).coefficients["mouthSmileLeft"]
    for i in range(1, 20 * 30):
        last = reader.read(i / 30, wide, neutral_pose).coefficients["mouthSmileLeft"]
    assert last < 0.05 and last <= first
    assert reader.rest["mouth_width"] != ExpressionReader().rest["mouth_width"]


@pytest.mark.data
def test_learning_can_be_switched_off(data_dir):
    points, pose = points_of(data_dir / "images/emotion/faceapi_neutral.jpg")
    reader = ExpressionReader(ExpressionSettings(learn=False))
    before = reader.rest
    for i in range(300):
        reader.read(i / 30, points, pose)
    assert reader.rest == before
