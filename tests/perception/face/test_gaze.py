"""Gaze: eyes of known direction in a head of known pose, and what lies where they point."""

from __future__ import annotations

import math

import numpy as np
import pytest

from perception.calibration import GazeCalibration, ScreenPlace
from perception.face.gaze import (
    LEAST_ERROR_DEG,
    GazeEstimate,
    GazeEstimator,
    GazeSettings,
    angles_to,
    direction,
)
from perception.face.headpose import HeadPose, rotation_from_angles
from perception.face.networks import EyePrediction

OPEN = (1.0, 1.0)
SURE_DEG = 1.0
CALIBRATED = GazeCalibration(error_deg=1.5, calibrated=True)


def head(yaw=0.0, pitch=0.0, roll=0.0, position=(0.0, 0.0, -0.6)):
    rotation = rotation_from_angles(yaw, pitch, roll)
    return HeadPose(yaw, pitch, roll, position, rotation, 0.01, 1.0)


def answer(right, left, error=((2.0, 2.0), (2.0, 2.0))):
    """The eye network's answer: (yaw, pitch) of the right and of the left eye."""
    return EyePrediction(
        np.array([right, left], np.float32),
        np.array(error, np.float32),
        np.zeros(2, np.float32),
        np.zeros((2, 3), np.float32),
    )


def look(yaw, pitch, error=SURE_DEG):
    return GazeEstimate(yaw, pitch, error)


def at(estimator, eyes, pose, t_s=0.0):
    gaze = estimator.estimate(t_s, eyes, pose)
    assert gaze is not None
    return gaze


def settled(estimator, eyes, pose, start_s=0.0, length_s=1.0):
    for i in range(max(1, round(length_s * 30))):
        gaze = at(estimator, eyes, pose, start_s + i / 30)
    return gaze


# -- both eyes together -----------------------------------------------------------------------


def test_both_eyes_are_weighed_by_how_sure_they_are():
    estimator = GazeEstimator()
    even = estimator.look(answer((10, 4), (14, 0)), head(), OPEN)
    assert even is not None
    assert (even.yaw_deg, even.pitch_deg) == pytest.approx((12, 2), abs=1e-4)
    doubt = estimator.look(answer((10, 4), (14, 0), error=((2.0, 2.0), (20.0, 20.0))), head(), OPEN)
    assert doubt is not None
    assert (doubt.yaw_deg, doubt.pitch_deg) == pytest.approx((10, 4), abs=0.1)
    assert even.error_deg < 2.0 < doubt.error_deg + 0.02, "two eyes are surer than one"


def test_one_open_eye_is_enough_and_none_is_not():
    estimator = GazeEstimator()
    eyes = answer((12, -3), (-30, 20))
    one = estimator.look(eyes, head(), (1.0, 0.1))
    assert one is not None
    assert (one.yaw_deg, one.pitch_deg) == pytest.approx((12, -3), abs=1e-4)
    assert estimator.look(eyes, head(), (0.1, 0.1)) is None
    assert estimator.look(eyes, head(yaw=70), OPEN) is None
    assert estimator.estimate(0.0, None, head()) is None


# -- directions -------------------------------------------------------------------------------


@pytest.mark.parametrize("yaw", [-20, 0, 15])
@pytest.mark.parametrize("pitch", [-20, 0, 10])
def test_eyes_of_a_straight_head_point_where_they_point(yaw, pitch):
    gaze = at(GazeEstimator(), look(yaw, pitch), head())
    assert (gaze.yaw_deg, gaze.pitch_deg) == pytest.approx((yaw, pitch), abs=1e-6)


def test_head_and_eyes_add_up():
    gaze = at(GazeEstimator(), look(-20, 0), head(yaw=20))
    assert gaze.yaw_deg == pytest.approx(0, abs=1e-6)
    assert gaze.target == "screen", "a turned head whose eyes stay on the screen looks at it"
    tilted = at(GazeEstimator(), look(10, 0), head(roll=90))
    assert (tilted.yaw_deg, tilted.pitch_deg) == pytest.approx((0, -10), abs=1e-6), (
        "with the crown at image right, image right of the head is down"
    )


def test_angles_to_a_point_and_directions_agree():
    for eyes_m in ((0.0, 0.0, -0.6), (0.12, -0.05, -0.8)):
        for point in ((0.0, 0.0), (0.17, -0.2), (-0.3, 0.1)):
            ray = np.array((*point, 0.0)) - eyes_m
            assert direction(*angles_to(point, eyes_m)) == pytest.approx(ray / np.linalg.norm(ray))
    assert angles_to((0.1, 0.0), (0.0, 0.0, -0.6))[0] > 0, "image right is positive"
    assert angles_to((0.0, 0.1), (0.0, 0.0, -0.6))[1] > 0, "up is positive"


def test_a_calibration_shifts_scales_and_turns_the_eyes_not_the_head():
    known = GazeCalibration(
        yaw_offset_deg=3, pitch_offset_deg=-2, yaw_gain=1.5, pitch_gain=0.5, yaw_per_pitch=0.1,
        pitch_per_yaw=-0.2,
    )  # fmt: skip
    assert known.apply(10, 20) == pytest.approx((3 + 15 + 2, -2 + 10 - 2))
    assert GazeCalibration().apply(10, 20) == (10, 20)
    gaze = at(GazeEstimator(calibration=known), look(10, 20), head(yaw=-20))
    bare = at(GazeEstimator(), look(20, 6), head(yaw=-20))
    assert (gaze.yaw_deg, gaze.pitch_deg) == pytest.approx((bare.yaw_deg, bare.pitch_deg))


# -- targets ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pose", "eyes", "target"),
    [
        (head(), (0, 0), "screen"),
        (head(), (0, -15), "screen"),
        (head(pitch=-25), (0, -20), "down"),
        (head(), (8, -40), "down"),
        (head(yaw=30), (10, 0), "away"),
        (head(yaw=-35), (0, 0), "away"),
        (head(yaw=-60 + 10), (0, -40), "away"),
        (head(pitch=25), (0, 10), "away"),
        (head(position=(0.3, 0, -0.6)), (-25, 0), "screen"),
        (head(position=(0.3, 0, -0.6)), (10, 0), "away"),
    ],
)
@pytest.mark.parametrize("calibration", [None, CALIBRATED])
def test_targets(pose, eyes, target, calibration):
    estimator = GazeEstimator(calibration=calibration)
    assert settled(estimator, look(*eyes), pose).target == target


def test_the_screen_is_where_it_was_measured():
    aside = ScreenPlace(0.5, 0.9, 0.1, -0.2, (0.7, 0.0))
    aim = angles_to((0.7, -0.05), (0.0, 0.0, -0.6))
    pose = head(yaw=aim[0])
    eyes = look(0, aim[1])
    assert settled(GazeEstimator(calibration=CALIBRATED), eyes, pose).target == "away"
    there = GazeEstimator(calibration=CALIBRATED, screen=aside)
    assert settled(there, eyes, pose).target == "screen"
    assert settled(there, look(0, 0), head(), start_s=2.0).target == "away"


def test_a_look_at_the_border_does_not_flicker():
    estimator = GazeEstimator(GazeSettings(hold_s=0.0), CALIBRATED)
    border = math.degrees(math.atan(GazeSettings().screen_right_m / 0.6)) + 1.5
    rng = np.random.default_rng(2)
    settled(estimator, look(border - 5, 0), head())
    targets = [
        at(estimator, look(border + rng.normal(0, 0.5), 0), head(), 2 + i / 30).target
        for i in range(200)
    ]
    assert set(targets) == {"screen"}
    assert settled(estimator, look(border + 3.5, 0), head(), start_s=10.0).target == "away"


def test_a_glance_on_the_way_is_not_a_target():
    estimator = GazeEstimator()
    settled(estimator, look(0, 0), head())
    assert at(estimator, look(40, 0), head(), 1.0).target == "screen"
    assert at(estimator, look(0, 0), head(), 1.03).target == "screen"
    assert settled(estimator, look(40, 0), head(), start_s=1.1).target == "away"


def test_shut_eyes_do_not_hold_a_new_target_ready():
    estimator = GazeEstimator()
    settled(estimator, look(0, 0), head())
    at(estimator, look(40, 0), head(), 1.0)
    assert estimator.estimate(1.1, None, head()) is None
    assert at(estimator, look(40, 0), head(), 1.3).target == "screen", "seen for one frame only"


def test_a_lost_face_forgets_its_target():
    estimator = GazeEstimator()
    settled(estimator, look(0, 0), head())
    estimator.reset()
    assert at(estimator, look(40, 0), head(), 2.0).target == "away", "at once, as at first"


# -- a stranger's usual look ------------------------------------------------------------------

HERS = (GazeSettings().eyes_x_m, GazeSettings().eyes_y_m)


def sees_too_high(estimator, aim_m, start_s, length_s, by_deg=14.0):
    """Somebody whose eyes seem to look higher than they do; what is told at the end."""
    pose = head()
    yaw, pitch = angles_to(aim_m, pose.position_m)
    return settled(estimator, look(yaw, pitch + by_deg), pose, start_s, length_s)


def test_a_stranger_s_gaze_is_told_about_where_they_look_most():
    estimator = GazeEstimator()
    assert sees_too_high(estimator, HERS, 0.0, 0.5).target == "away", "nothing is known yet"
    gaze = sees_too_high(estimator, HERS, 0.5, 15.0)
    assert gaze.target == "screen"
    assert gaze.pitch_deg == pytest.approx(angles_to(HERS, (0.0, 0.0, -0.6))[1], abs=1.0)
    assert sees_too_high(estimator, (0.6, 0.0), 20.0, 1.0).target == "away"
    assert sees_too_high(estimator, (0.0, -0.5), 22.0, 1.0).target == "down"
    estimator.reset()
    assert sees_too_high(estimator, HERS, 24.0, 0.5).target == "screen", "a loss forgets no eyes"


def test_what_was_measured_of_the_eyes_is_not_moved():
    gaze = sees_too_high(GazeEstimator(calibration=CALIBRATED), HERS, 0.0, 15.0)
    assert gaze.target == "away"
    assert gaze.pitch_deg == pytest.approx(angles_to(HERS, (0.0, 0.0, -0.6))[1] + 14.0)


def test_a_stranger_s_gaze_is_moved_no_farther_than_people_differ():
    true = angles_to(HERS, (0.0, 0.0, -0.6))[1]
    for most in (0.0, 5.0):
        estimator = GazeEstimator(GazeSettings(usual_shift_deg=most))
        moved = true + 14.0 - sees_too_high(estimator, HERS, 0.0, 15.0).pitch_deg
        assert moved == pytest.approx(most)
    with pytest.raises(ValueError, match="usual_shift_deg"):
        GazeSettings(usual_shift_deg=-1.0)


# -- how sure ---------------------------------------------------------------------------------


def test_an_error_is_the_usual_one_until_it_was_measured_and_never_too_good():
    assert GazeEstimator().error_deg == GazeSettings().usual_error_deg
    assert GazeEstimator(calibration=CALIBRATED).error_deg == 1.5
    lucky = GazeCalibration(error_deg=0.1, calibrated=True)
    assert GazeEstimator(calibration=lucky).error_deg == LEAST_ERROR_DEG


def confidence(calibration, eyes, error=SURE_DEG):
    estimator = GazeEstimator(calibration=calibration)
    told = settled(estimator, look(eyes[0], eyes[1], error), head()).confidence
    assert told is not None and 0.0 <= told <= 1.0
    return told


def test_confidence_falls_toward_a_border_and_rises_beyond_it():
    border = math.degrees(math.atan(GazeSettings().screen_right_m / 0.6)) + 1.5
    told = [confidence(CALIBRATED, (border + off, -8)) for off in (-12, -1, 0.5, 12)]
    assert told[0] > 0.98 and told[3] > 0.98
    assert told[1] < 0.9 and told[2] < 0.9
    at_border = confidence(CALIBRATED, (border, -8))
    assert at_border == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("eyes", [(0, -8), (0, -45), (45, 0)])
def test_a_stranger_s_gaze_is_less_sure(eyes):
    assert confidence(None, eyes) < confidence(CALIBRATED, eyes)


def test_eyes_that_the_network_doubts_are_less_sure():
    sure, doubted = (confidence(CALIBRATED, (14, -8), error) for error in (1.0, 8.0))
    assert doubted < sure - 0.05


def test_confidence_is_the_share_of_looks_that_are_right():
    """Looks of a known error about one true gaze: told as likely as they are right."""
    rng = np.random.default_rng(11)
    known = GazeCalibration(error_deg=2.0, calibrated=True)
    slack = GazeSettings().border_errors * 2.0
    border = math.degrees(math.atan(GazeSettings().screen_right_m / 0.6)) + slack
    told, right = [], []
    for true in rng.uniform(border - 8, border + 8, 4000):
        gaze = at(GazeEstimator(calibration=known), look(true + rng.normal(0, 2.0), -8), head())
        told.append(gaze.confidence or 0.0)
        right.append(gaze.target == ("screen" if true <= border else "away"))
    low = np.array(told) < 0.75
    hits = np.array(right)
    assert np.mean(told) == pytest.approx(hits.mean(), abs=0.03)
    assert np.mean(np.array(told)[low]) == pytest.approx(hits[low].mean(), abs=0.05)


# -- the recruiter's eyes ---------------------------------------------------------------------


def eyes_of(calibration, point_m, error=SURE_DEG, **kwargs):
    pose = head(position=(0.05, -0.02, -0.62))
    estimator = GazeEstimator(calibration=calibration, **kwargs)
    yaw, pitch = angles_to(point_m, pose.position_m)
    return settled(estimator, look(yaw, pitch, error), pose)


def test_a_look_at_her_eyes_is_told_where_the_gaze_is_fine_enough():
    s = GazeSettings()
    hers = (s.eyes_x_m, s.eyes_y_m)
    assert eyes_of(CALIBRATED, hers).eyes is True
    assert eyes_of(CALIBRATED, (hers[0] + 0.12, hers[1] - 0.1)).eyes is False
    assert eyes_of(CALIBRATED, (0.8, 0.0)).eyes is False, "away is not her eyes"
    assert eyes_of(None, hers).eyes is None, "a stranger's gaze is too coarse"
    assert eyes_of(CALIBRATED, hers, error=8.0).eyes is None, "so is one that is doubted"


def test_her_eyes_are_where_the_screen_was_measured():
    aside = ScreenPlace(-0.3, 0.3, 0.0, -0.3, (0.2, -0.2))
    assert eyes_of(CALIBRATED, (0.2, -0.2), screen=aside).eyes is True
    assert eyes_of(CALIBRATED, (0.0, -0.06), screen=aside).eyes is False


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("screen_left_m", {"screen_left_m": 0.2}),
        ("screen_bottom_m", {"screen_bottom_m": 0.1}),
        ("hold_s", {"hold_s": -0.1}),
        ("usual_error_deg", {"usual_error_deg": 0.0}),
        ("open_eye", {"open_eye": 1.5}),
    ],
)
def test_settings_that_cannot_be_are_refused(name, bad):
    with pytest.raises(ValueError, match=name):
        GazeSettings(**bad)
