"""Gaze: eyes of known direction in a head of known pose."""

from __future__ import annotations

import math

import numpy as np
import pytest

from perception.gaze import (
    EYE_WIDTH_MM,
    EYEBALL_RADIUS_MM,
    IRIS_PITCH_GAIN,
    LID_PITCH_DEG,
    STRAIGHT_PITCH_DEG,
    GazeCalibration,
    GazeEstimator,
    GazeSettings,
)
from perception.headpose import HeadPose, rotation_from_angles

OPEN = (1.0, 1.0)


def head(yaw=0.0, pitch=0.0, position=(0.0, 0.0, -0.6)):
    return HeadPose(yaw, pitch, 0.0, position, rotation_from_angles(yaw, pitch, 0.0), 0.01, 1.0)


def eyes(yaw_deg, pitch_deg):
    """Landmarks in head axes of eyes turned so in the head."""
    points = np.zeros((478, 3))
    width = 0.3
    for outer, inner, iris, side in ((33, 133, 468, -1), (263, 362, 473, 1)):
        middle = np.array([side * 0.35, 0.0, 0.0])
        points[outer] = middle + np.array([side * width / 2, 0, 0])
        points[inner] = middle - np.array([side * width / 2, 0, 0])
        scale = width * EYEBALL_RADIUS_MM / EYE_WIDTH_MM
        shown = pitch_deg / IRIS_PITCH_GAIN + STRAIGHT_PITCH_DEG
        turned = np.radians([yaw_deg, shown, 0.0])
        points[iris] = middle + scale * np.sin(turned)
    return points


def look(estimator, points, pose, openness=OPEN, t_s=0.0):
    gaze = estimator.estimate(t_s, points, pose, openness)
    assert gaze is not None
    return gaze


def settled(estimator, points, pose, start_s=0.0, length_s=1.0):
    for i in range(max(1, round(length_s * 30))):
        gaze = look(estimator, points, pose, t_s=start_s + i / 30)
    return gaze


@pytest.mark.parametrize("yaw", [-20, 0, 15])
@pytest.mark.parametrize("pitch", [-20, 0, 10])
def test_the_eyes_direction_is_found(yaw, pitch):
    gaze = look(GazeEstimator(), eyes(yaw, pitch), head())
    assert (gaze.yaw_deg, gaze.pitch_deg) == pytest.approx((yaw, pitch), abs=0.5)


def test_head_and_eyes_add_up():
    gaze = look(GazeEstimator(), eyes(-20, 0), head(yaw=20))
    assert gaze.yaw_deg == pytest.approx(0, abs=1.0)
    assert gaze.target == "screen", "a turned head whose eyes stay on the screen looks at it"


@pytest.mark.parametrize(
    ("pose", "points", "target"),
    [
        (head(), eyes(0, 0), "screen"),
        (head(), eyes(0, -15), "screen"),
        (head(pitch=-25), eyes(0, -20), "down"),
        (head(yaw=30), eyes(10, 0), "away"),
        (head(yaw=-35), eyes(0, 0), "away"),
        (head(pitch=25), eyes(0, 10), "away"),
        (head(position=(0.3, 0, -0.6)), eyes(-25, 0), "screen"),
        (head(position=(0.3, 0, -0.6)), eyes(10, 0), "away"),
    ],
)
def test_targets(pose, points, target):
    assert settled(GazeEstimator(), points, pose).target == target


def test_a_look_at_the_border_does_not_flicker():
    estimator = GazeEstimator(GazeSettings(hold_s=0.0))
    border = math.degrees(math.atan(GazeSettings().screen_right_m / 0.6))
    rng = np.random.default_rng(2)
    settled(estimator, eyes(border - 5, 0), head())
    targets = [
        look(estimator, eyes(border + rng.normal(0, 1.0), 0), head(), t_s=2 + i / 30).target
        for i in range(200)
    ]
    assert set(targets) == {"screen"}


def test_a_glance_on_the_way_is_not_a_target():
    estimator = GazeEstimator()
    settled(estimator, eyes(0, 0), head())
    assert look(estimator, eyes(40, 0), head(), t_s=1.0).target == "screen"
    assert look(estimator, eyes(0, 0), head(), t_s=1.03).target == "screen"
    assert settled(estimator, eyes(40, 0), head(), start_s=1.1).target == "away"


def test_closed_or_hidden_eyes_tell_nothing():
    assert GazeEstimator().estimate(0.0, eyes(0, 0), head(), (0.1, 0.1)) is None
    assert GazeEstimator().estimate(0.0, eyes(0, 0), head(yaw=70), OPEN) is None
    one = look(GazeEstimator(), eyes(12, 0), head(), (0.1, 1.0))
    assert one.yaw_deg == pytest.approx(12, abs=0.5), "one open eye is enough"


def test_lids_that_stay_lowered_lower_the_gaze_and_a_blink_does_not():
    estimator = GazeEstimator()
    settled(estimator, eyes(0, 0), head())
    blink = [0.7, 0.5, 0.4, 0.5, 0.8]
    during = [
        look(estimator, eyes(0, 0), head(), (x, x), 1.0 + i / 30) for i, x in enumerate(blink)
    ]
    assert all(gaze.pitch_deg == pytest.approx(0, abs=0.5) for gaze in during)
    for i in range(30):
        low = look(estimator, eyes(0, 0), head(), (0.7, 0.7), 2.0 + i / 30)
    assert low.pitch_deg == pytest.approx(-0.3 * LID_PITCH_DEG, abs=0.5)


def test_calibration_shifts_and_scales():
    calibration = GazeCalibration(yaw_offset_deg=3, pitch_offset_deg=-2, yaw_gain=1.5)
    gaze = look(GazeEstimator(calibration=calibration), eyes(10, 0), head())
    assert (gaze.yaw_deg, gaze.pitch_deg) == pytest.approx((18, -2), abs=0.7)


def test_a_screen_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match="screen_left_m"):
        GazeSettings(screen_left_m=0.1)
