"""The view follows a head: the right way round, smoothly, and home again when the face is lost."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pytest

from game.scene.immersion import HeadWindow, ImmersionSettings, Offset
from perception.types import FaceReading

SEAT = (0.04, -0.03, -0.65)
FRAME_S = 1 / 60
CAMERA_S = 1 / 30


def reading(t_s: float, move: tuple[float, float, float], confidence: float = 0.95) -> FaceReading:
    x, y, z = (a + b for a, b in zip(SEAT, move, strict=True))
    return FaceReading(t_s, 0.01, confidence, 0.0, 0.0, 0.0, (x, y, z))


def follow(
    window: HeadWindow,
    seconds: float,
    where: Callable[[float], FaceReading | None],
    start_s: float = 0.0,
) -> list[Offset]:
    """Runs at 60 frames a second with a reading every other frame."""
    shown = []
    face: FaceReading | None = None
    for frame in range(round(seconds / FRAME_S)):
        t_s = start_s + frame * FRAME_S
        if frame % 2 == 0:
            face = where(t_s) or face
        shown.append(window.advance(t_s, face))
    return shown


def test_before_anything_is_seen_the_view_is_in_the_middle():
    window = HeadWindow()
    assert set(follow(window, 1.0, lambda t: None)) == {(0.0, 0.0, 0.0)}
    assert not window.following


@pytest.mark.parametrize(
    ("move", "axis", "sign"),
    [
        ((0.10, 0.0, 0.0), 0, -1),  # to image right is to the candidate's left
        ((0.0, 0.08, 0.0), 2, +1),
        ((0.0, 0.0, 0.10), 1, +1),  # nearer to the camera is nearer to her
    ],
)
def test_each_way_of_moving_moves_the_eye_the_same_way(move, axis, sign):
    window = HeadWindow()
    follow(window, 2.0, lambda t: reading(t, (0, 0, 0)))
    shown = follow(window, 2.0, lambda t: reading(t, move), 2.0)[-1]
    expected = 1.4 * max(abs(m) for m in move)
    assert sign * shown[axis] == pytest.approx(expected, rel=0.25)
    assert all(abs(shown[other]) < 0.005 for other in range(3) if other != axis)
    assert window.following


def test_the_middle_is_where_the_candidate_sat_first():
    window = HeadWindow()
    seat = follow(window, 2.0, lambda t: reading(t, (0.2, -0.1, 0.15)))
    assert np.abs(seat).max() < 0.01


def test_trembling_readings_leave_the_view_almost_still():
    rng = random.Random(4)
    window = HeadWindow()

    def trembling(t_s: float) -> FaceReading:
        return reading(t_s, (rng.gauss(0, 0.003), rng.gauss(0, 0.003), rng.gauss(0, 0.008)))

    follow(window, 2.0, trembling)
    shown = np.array(follow(window, 10.0, trembling, 2.0))
    side, ahead, up = shown.std(axis=0)
    assert max(side, up) < 0.004
    assert ahead < 0.007  # depth trembles more and shows less
    jumps = np.abs(np.diff(shown, axis=0)).max(axis=0)
    assert max(jumps[0], jumps[2]) < 0.0013  # about a pixel at the recruiter
    assert jumps[1] < 0.004


def test_a_quick_lean_is_followed_within_a_tenth_of_a_second():
    window = HeadWindow()
    follow(window, 2.0, lambda t: reading(t, (0, 0, 0)))
    shown = np.array(
        follow(window, 2.0, lambda t: reading(t, (-0.12 * min(1.0, (t - 2.0) / 0.4), 0, 0)), 2.0)
    )[:, 0]
    half = shown[-1] / 2
    # the head itself is half way after 0.2 s
    assert np.argmax(shown > half) * FRAME_S < 0.32
    assert shown.max() < 1.05 * shown[-1]


def test_far_moves_end_at_the_reach():
    window = HeadWindow()
    follow(window, 2.0, lambda t: reading(t, (0, 0, 0)))
    shown = follow(window, 4.0, lambda t: reading(t, (-2.0, 1.0, 0.5)), 2.0)
    assert np.all(np.abs(np.array(shown)) <= np.array(ImmersionSettings().reach_m))


def test_a_lost_face_lets_the_view_go_home_without_a_jump_and_back():
    window = HeadWindow()
    follow(window, 2.0, lambda t: reading(t, (0, 0, 0)))
    there = follow(window, 2.0, lambda t: reading(t, (0.15, 0, 0)), 2.0)
    gone = follow(window, 8.0, lambda t: reading(t, (0, 0, 0), confidence=0.0), 4.0)
    assert abs(gone[20][0] - there[-1][0]) < 0.01  # held for a moment
    assert abs(gone[-1][0]) < 0.005
    assert not window.following
    back = follow(window, 3.0, lambda t: reading(t, (0.15, 0, 0)), 12.0)
    assert back[-1][0] == pytest.approx(there[-1][0], abs=0.01)
    whole = np.array(there + gone + back)[:, 0]
    assert np.abs(np.diff(whole)).max() < 0.0205  # 1.2 m/s, though the readings leapt


def test_doubtful_faces_do_not_lead():
    window = HeadWindow()
    follow(window, 2.0, lambda t: reading(t, (0, 0, 0)))
    shown = follow(window, 3.0, lambda t: reading(t, (0.2, 0, 0), confidence=0.2), 2.0)
    assert np.abs(np.array(shown)).max() < 0.01


def test_bad_settings_are_told():
    with pytest.raises(ValueError, match=r"scale is 9.0; use 0.2 to 3.0"):
        ImmersionSettings(scale=9.0)
    with pytest.raises(ValueError, match="three lengths"):
        ImmersionSettings(reach_m=(0.3, 0.9, 0.1))
