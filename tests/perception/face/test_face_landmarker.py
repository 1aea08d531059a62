"""The optional face back-end: the same face by another network, and its second opinion."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest

from perception.camera.camera_file import FileCamera
from perception.clock import FakeClock
from perception.errors import ModelError
from perception.face.base import LANDMARKS, FaceSettings, open_face
from perception.face.face_landmarker_mediapipe import LandmarkerMesh, landmarker_reference
from perception.face.headpose import HeadPoseEstimator
from perception.pipeline.face import SeeingSettings
from perception.settings import build

CLIP = "video/pyfeat_WolfgangLanger_Pexels.mp4"


@pytest.fixture(scope="module")
def weights(data_dir: Path) -> Path:
    path = data_dir / "weights/face_landmarker.task"
    if not path.is_file():
        pytest.skip("needs face_landmarker.task, which is not among the real recordings")
    return path


def frames(path: Path, most: int, every: int = 1):
    camera = FileCamera(path, realtime=False, start_s=0.0)
    camera.start(FakeClock())
    pictures = iter(camera.read, None)
    yield from islice(pictures, 0, most * every, every)
    camera.close()


def settings_for(path: Path) -> FaceSettings:
    table = {"face": {"backend": "landmarker", "model": str(path)}}
    return build(SeeingSettings, table, "test").face


@pytest.mark.data
def test_it_sees_the_same_face_as_the_usual_back_end(data_dir: Path, weights: Path) -> None:
    usual, other = open_face(), open_face(settings_for(weights))
    off = []
    for frame in frames(data_dir / CLIP, 30):
        a, b = usual.find(frame.image, frame.t_s), other.find(frame.image, frame.t_s)
        assert a is not None and b is not None
        assert b.landmarks.shape == (LANDMARKS, 3) and b.landmarks.dtype == np.float32
        assert (b.faces, b.confidence) == (a.faces, a.confidence), "the same detectors judge both"
        eyes = float(np.linalg.norm(a.landmarks[33, :2] - a.landmarks[263, :2]))
        off.append(np.linalg.norm(a.landmarks - b.landmarks, axis=1)[:468].mean() / eyes)
    usual.close()
    other.close()
    assert 0.0 < np.mean(off) < 0.1


@pytest.mark.data
def test_it_follows_the_face_that_jumps_after_it_was_let_go(data_dir: Path, weights: Path) -> None:
    (frame,) = frames(data_dir / CLIP, 1)
    image = cv2.resize(frame.image, (320, 180))
    left, right = (np.full((360, 960, 3), 128, np.uint8) for _ in range(2))
    left[90:270, :320] = image
    right[90:270, 640:] = image
    mesh = LandmarkerMesh(weights)
    try:
        found = [mesh.landmarks(left), mesh.landmarks(left)]
        mesh.forget()
        found.append(mesh.landmarks(right))
        middles = [float(each[:, 0].mean()) for each in found if each is not None]
        assert len(middles) == 3
        assert middles[2] - middles[1] == pytest.approx(640, abs=15)
        assert mesh.landmarks(np.full((360, 960, 3), 128, np.uint8)) is None
    finally:
        mesh.close()


@pytest.mark.data
def test_its_second_opinion_is_in_this_projects_axes(data_dir: Path, weights: Path) -> None:
    reference, usual = landmarker_reference(weights), open_face()
    estimator = HeadPoseEstimator()
    told, own = [], []
    for number, frame in enumerate(frames(data_dir / CLIP, 60, every=4)):
        size = (frame.image.shape[1], frame.image.shape[0])
        read = reference.read(frame.image, 33 * (number + 1))
        seen = usual.find(frame.image, frame.t_s)
        assert read is not None and seen is not None
        shapes, angles = read
        assert len(shapes) >= 50 and "mouthSmileLeft" in shapes and "_neutral" not in shapes
        assert all(0.0 <= value <= 1.0 for value in shapes.values())
        pose = estimator.estimate(seen.landmarks, size)
        assert pose is not None
        told.append(angles)
        own.append((pose.yaw_deg, pose.pitch_deg, pose.roll_deg))
    assert reference.read(np.full((360, 640, 3), 128, np.uint8), 33 * 100) is None
    reference.close()
    usual.close()
    for a, b in zip(np.array(told).T, np.array(own).T, strict=True):
        assert np.corrcoef(a, b)[0, 1] > 0.7, "another sign would make this negative"
        assert abs(a - b).mean() < 12


def test_missing_weights_are_named_with_the_command_that_fetches_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECRUITER_MODELS", str(tmp_path))
    for given in ("", str(tmp_path / "elsewhere.task")):
        with pytest.raises(ModelError, match="models get face-landmarker"):
            open_face(FaceSettings(backend="landmarker", model=given))
    with pytest.raises(ModelError, match="models get face-landmarker"):
        landmarker_reference(tmp_path / "elsewhere.task")


def test_damaged_weights_are_refused(tmp_path: Path) -> None:
    broken = tmp_path / "face_landmarker.task"
    broken.write_bytes(b"no model" * 100)
    with pytest.raises(ModelError, match="damaged"):
        open_face(FaceSettings(backend="landmarker", model=str(broken)))


@pytest.mark.data
def test_fetched_weights_are_found_by_themselves(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECRUITER_MODELS", str(tmp_path))
    (tmp_path / weights.name).write_bytes(weights.read_bytes())
    open_face(FaceSettings(backend="landmarker")).close()
