"""Head pose: exact truth from a projected head, and signs on real pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from perception.clock import FakeClock
from perception.face.headpose import (
    EYES_CM,
    RIGID_POINTS_CM,
    HeadPoseEstimator,
    HeadPoseSettings,
    angles_from_rotation,
    rotation_from_angles,
    turned,
)

SIZE = (640, 360)


def found(estimator, landmarks, size=SIZE):
    pose = estimator.estimate(landmarks, size)
    assert pose is not None
    return pose


def project(yaw, pitch, roll, position_m, fov_deg=63.0, noise_px=0.0, size=SIZE):
    """Landmarks of an ideal head, by plain pinhole arithmetic (no OpenCV)."""
    rotation = rotation_from_angles(yaw, pitch, roll)
    focal = max(size) / 2 / np.tan(np.radians(fov_deg) / 2)
    rng = np.random.default_rng(7)
    landmarks = np.zeros((478, 3), np.float32)
    for index, point in RIGID_POINTS_CM.items():
        x, y, z = rotation @ ((np.array(point) - EYES_CM) / 100) + position_m
        landmarks[index, 0] = size[0] / 2 + focal * x / -z
        landmarks[index, 1] = size[1] / 2 - focal * y / -z
    landmarks[:, :2] += rng.normal(0, noise_px, (478, 2)) if noise_px else 0
    return landmarks


@pytest.mark.parametrize("yaw", [-40, -15, 0, 20, 40])
@pytest.mark.parametrize("pitch", [-30, 0, 25])
@pytest.mark.parametrize("roll", [-25, 0, 10])
def test_a_projected_head_gives_its_pose_back(yaw, pitch, roll):
    position = (0.08, -0.05, -0.62)
    pose = found(HeadPoseEstimator(), project(yaw, pitch, roll, position))
    assert (pose.yaw_deg, pose.pitch_deg, pose.roll_deg) == pytest.approx(
        (yaw, pitch, roll), abs=1.0
    )
    assert pose.position_m == pytest.approx(position, abs=0.01)
    assert pose.error < 0.01
    assert pose.plausibility == 1.0


def test_a_head_is_followed_through_noise_within_its_aims():
    estimator = HeadPoseEstimator()
    errors = []
    for yaw in np.linspace(-40, 40, 33):
        pose = found(estimator, project(yaw, 5, -5, (0, 0, -0.7), noise_px=0.5))
        errors.append((pose.yaw_deg - yaw, pose.pitch_deg - 5, pose.roll_deg + 5))
    assert np.abs(errors).mean(axis=0) == pytest.approx((0, 0, 0), abs=2.0)


def test_the_field_of_view_scales_distance_only():
    narrow = HeadPoseEstimator(HeadPoseSettings(horizontal_fov_deg=40))
    pose = found(narrow, project(15, -10, 5, (0, 0, -0.9), fov_deg=40))
    assert pose.position_m[2] == pytest.approx(-0.9, abs=0.01)
    wrong = found(HeadPoseEstimator(), project(15, -10, 5, (0, 0, -0.9), fov_deg=40))
    assert wrong.position_m[2] == pytest.approx(-0.53, abs=0.03)
    assert wrong.yaw_deg == pytest.approx(15, abs=2.5)


def test_scattered_points_are_no_head():
    landmarks = np.random.default_rng(1).uniform(0, 300, (478, 3)).astype(np.float32)
    pose = HeadPoseEstimator().estimate(landmarks, SIZE)
    assert pose is None or pose.plausibility == 0.0


def test_angles_and_matrices_agree():
    angles = (33.0, -21.0, 14.0)
    assert angles_from_rotation(rotation_from_angles(*angles)) == pytest.approx(angles)
    facing = rotation_from_angles(30, 20, 0) @ np.array([0, 0, 1])
    assert facing[0] > 0, "positive yaw turns the face to image right"
    assert facing[1] > 0, "positive pitch turns the face up"
    crown = rotation_from_angles(0, 0, 20) @ np.array([0, 1, 0])
    assert crown[0] > 0, "positive roll tips the crown to image right, clockwise"


@pytest.mark.parametrize("value", [5.0, 170.0])
def test_a_lens_that_cannot_be_is_refused(value):
    with pytest.raises(ValueError, match="horizontal_fov_deg"):
        HeadPoseSettings(horizontal_fov_deg=value)


@pytest.mark.data
def test_mirrored_and_turned_pictures_change_the_signs(data_dir: Path):
    from perception.camera.camera_file import FileCamera
    from perception.face.base import open_face

    camera = FileCamera(
        data_dir / "images/faces/pyfeat_single_face.jpg", realtime=False, start_s=0.0
    )
    camera.start(FakeClock())
    frame = camera.read()
    assert frame is not None
    image = frame.image

    def pose_of(picture):
        finder = open_face()
        try:
            seen = finder.find(np.ascontiguousarray(picture), 0.0)
            assert seen is not None
            return found(HeadPoseEstimator(), seen.landmarks, picture.shape[1::-1])
        finally:
            finder.close()

    straight, mirrored = pose_of(image), pose_of(image[:, ::-1])
    assert mirrored.yaw_deg == pytest.approx(-straight.yaw_deg, abs=3)
    assert mirrored.roll_deg == pytest.approx(-straight.roll_deg, abs=3)
    assert mirrored.pitch_deg == pytest.approx(straight.pitch_deg, abs=3)

    import cv2

    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -20, 1)  # negative is clockwise
    tipped = pose_of(cv2.warpAffine(image, turn, (width, height)))
    assert tipped.roll_deg - straight.roll_deg == pytest.approx(20, abs=3)


# -- from the mesh's pose to the head's ---------------------------------------------------------


def vector_deg(rotation):
    """(3,) rotation vector of a small turn, from the matrix itself: axis times angle, degrees."""
    angle = np.arccos((np.trace(rotation) - 1) / 2)
    axis = np.array(
        [
            rotation[2, 1] - rotation[1, 2],
            rotation[0, 2] - rotation[2, 0],
            rotation[1, 0] - rotation[0, 1],
        ]
    ) / (2 * np.sin(angle))
    return np.degrees(angle * axis).astype(np.float32)


@pytest.mark.parametrize("mesh", [(0, 0, 0), (25, -8, 6), (-30, 12, -20)])
def test_a_head_is_told_from_the_mesh_that_was_drawn_over_it(mesh):
    true = (mesh[0] + 4.0, mesh[1] - 9.0, mesh[2] + 3.0)
    pose = found(HeadPoseEstimator(), project(mesh[0], mesh[1], mesh[2], (0.05, -0.02, -0.6)))
    head_rotation = rotation_from_angles(*true)
    head = turned(pose, vector_deg(pose.rotation.T @ head_rotation))
    assert (head.yaw_deg, head.pitch_deg, head.roll_deg) == pytest.approx(true, abs=0.01)
    assert head.rotation == pytest.approx(head_rotation, abs=1e-4)
    assert head.position_m == pose.position_m and head.plausibility == pose.plausibility


def test_a_turn_is_about_the_head_s_own_axes():
    pose = found(HeadPoseEstimator(), project(0, 0, 0, (0, 0, -0.6)))
    still = turned(pose, np.zeros(3, np.float32))
    assert still.rotation == pytest.approx(pose.rotation)
    for turn, angle in (((-10, 0, 0), "pitch_deg"), ((0, 10, 0), "yaw_deg")):
        moved = turned(pose, np.array(turn, np.float32))
        assert getattr(moved, angle) - getattr(pose, angle) == pytest.approx(10, abs=0.1)
    tipped = turned(pose, np.array((0, 0, 10), np.float32))
    assert tipped.roll_deg - pose.roll_deg == pytest.approx(-10, abs=0.1)
