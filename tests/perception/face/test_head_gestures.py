"""Head gestures and blinks, on movements whose truth is exact."""

from __future__ import annotations

import math

import numpy as np
import pytest

from perception.face.gesture_settings import GestureSettings
from perception.face.head_gestures import HeadGestureDetector

FPS = 30
SETTLE_S = GestureSettings().settle_s


def play(
    length_s,
    yaw=None,
    pitch=None,
    roll=None,
    closure=None,
    noise_deg=0.15,
    fps=FPS,
    seed=3,
    place_cm=None,
):
    """Feeds functions of time to a finder; all gestures found.

    ``place_cm`` gives the place across and up of the point between the eyes.
    """
    rng = np.random.default_rng(seed)
    finder = HeadGestureDetector()
    found = []
    for i in range(round(length_s * fps)):
        t = i / fps
        yaw_deg, pitch_deg, roll_deg = (
            (f(t) if f else 0.0) + rng.normal(0, noise_deg) for f in (yaw, pitch, roll)
        )
        shut = closure(t) if closure else 0.05
        place = None if place_cm is None else tuple(c / 100 for c in (*place_cm(t), -60.0))
        found += finder.add(t, yaw_deg, pitch_deg, roll_deg, (shut, shut), place)
    return found


def swing(start_s, cycles, hertz, size_deg):
    """Peak-to-peak ``size_deg``: down first, and back to where it began."""

    def angle(t):
        if not start_s <= t <= start_s + cycles / hertz:
            return 0.0
        return -size_deg * 0.5 * (1 - math.cos(2 * math.pi * hertz * (t - start_s)))

    return angle


def ramp(start_s, length_s, size_deg):
    def angle(t):
        return size_deg * float(np.clip((t - start_s) / length_s, 0, 1))

    return angle


def blink(start_s, length_s=0.25, depth=0.9):
    def closure(t):
        inside = start_s <= t <= start_s + length_s
        return 0.05 + (depth * math.sin(math.pi * (t - start_s) / length_s) if inside else 0.0)

    return closure


@pytest.mark.parametrize("size", [6, 10, 20])
@pytest.mark.parametrize("hertz", [1.0, 2.0, 3.0])
@pytest.mark.parametrize("cycles", [1, 2])
def test_a_nod_is_found_once_where_it_was(size, hertz, cycles):
    found = play(4, pitch=swing(1.0, cycles, hertz, size))
    nods = [g for g in found if g.kind == "nod"]
    assert len(found) == len(nods) == 1
    nod = nods[0]
    assert nod.t_start_s == pytest.approx(1.0, abs=0.2)
    assert nod.amplitude == pytest.approx(size, rel=0.15)
    if cycles / hertz < GestureSettings().longest_s:
        assert nod.t_end_s == pytest.approx(1.0 + cycles / hertz, abs=0.25)
    assert nod.t_found_s - nod.t_end_s <= max(SETTLE_S, 0.3 / hertz) + 3 / FPS


@pytest.mark.parametrize("size", [8, 15, 25])
@pytest.mark.parametrize("hertz", [1.0, 2.0])
def test_a_shake_is_found_once_and_is_no_nod(size, hertz):
    def yaw(t):
        inside = 1.0 <= t <= 1.0 + 2 / hertz
        return size / 2 * math.sin(2 * math.pi * hertz * (t - 1.0)) if inside else 0.0

    found = play(5, yaw=yaw, pitch=lambda t: 0.15 * yaw(t))
    assert {g.kind for g in found} == {"shake"}
    assert len(found) <= (2 if hertz == 1.0 else 1)
    assert found[0].amplitude == pytest.approx(size, rel=0.2)
    assert found[0].t_start_s == pytest.approx(1.0, abs=0.4 / hertz)


@pytest.mark.parametrize("size", [-10, -25, 20])
@pytest.mark.parametrize("length", [0.2, 0.5, 1.5])
def test_a_look_down_or_up_is_no_nod(size, length):
    assert play(4, pitch=ramp(1.0, length, size)) == []


@pytest.mark.parametrize("held_s", [0.6, 1.5])
def test_a_look_down_and_up_again_is_no_nod(held_s):
    down, up = ramp(1.0, 0.3, -15), ramp(1.3 + held_s, 0.3, 15)
    assert play(5, pitch=lambda t: down(t) + up(t)) == []


@pytest.mark.parametrize("size", [-35, 20])
def test_a_head_turn_and_back_is_neither_shake_nor_blink(size):
    there, back = ramp(1.0, 0.4, size), ramp(2.4, 0.4, -size)

    def lids(t):  # those of a turning head seem to lower for a moment
        return 0.4 if 1.05 < t < 1.35 or 2.45 < t < 2.75 else 0.05

    found = play(5, yaw=lambda t: there(t) + back(t), closure=lids)
    assert found == []


@pytest.mark.parametrize("size", [-35, 20])
def test_a_blink_while_the_head_turns_is_a_blink(size):
    found = play(4, yaw=ramp(1.0, 0.5, size), closure=blink(1.15))
    assert [g.kind for g in found] == ["blink"]
    far = play(4, yaw=lambda t: 60 + 0.1 * t, closure=blink(1.15))
    assert far == [], "on a head that is turned so far lids cannot be told"


def about_the_neck(angle):
    """Way in cm of the eyes when the head turns by an angle about a joint 9 cm behind them."""
    return 9.0 * math.sin(math.radians(angle))


@pytest.mark.parametrize("size", [6, 12])
@pytest.mark.parametrize("drift_cm", [0.0, 0.5])
def test_a_nod_or_shake_carries_the_eyes_and_a_grimace_does_not(size, drift_cm):
    """What the mouth and brows pull at the angles moves the head nowhere; a little swaying, and
    the unrest of what is measured, hide neither."""
    rng = np.random.default_rng(8)
    nod = swing(1.0, 2, 2.0, size)

    def shake(t):
        return size * math.sin(2 * math.pi * 2.0 * (t - 1.0)) if 1.0 <= t <= 2.0 else 0.0

    def place(across, up):
        def at(t):
            sway = drift_cm * math.sin(2 * math.pi * 0.2 * t)
            return (sway + across(t) + rng.normal(0, 0.05), sway + up(t) + rng.normal(0, 0.05))

        return at

    def nowhere(t):
        return 0.0

    nodding = place(nowhere, lambda t: about_the_neck(nod(t)))
    shaking = place(lambda t: about_the_neck(shake(t)), nowhere)
    assert [g.kind for g in play(4, pitch=nod, place_cm=nodding)] == ["nod"]
    assert [g.kind for g in play(4, yaw=shake, place_cm=shaking)] == ["shake"]
    assert play(4, pitch=nod, place_cm=place(nowhere, nowhere)) == []
    assert play(4, yaw=shake, place_cm=place(nowhere, nowhere)) == []
    against = place(nowhere, lambda t: -about_the_neck(nod(t)))
    assert play(4, pitch=nod, place_cm=against) == [], "up with a face that seems to look down"


def test_slow_swaying_is_nothing():
    assert play(20, pitch=lambda t: 6 * math.sin(2 * math.pi * 0.15 * t)) == []


def test_a_still_head_with_a_noisy_pose_gives_nothing():
    assert play(60, noise_deg=0.4) == []


@pytest.mark.parametrize("fps", [15, 25, 60])
def test_the_rate_of_frames_does_not_matter(fps):
    found = play(4, pitch=swing(1.0, 2, 2.0, 8), fps=fps)
    assert [g.kind for g in found] == ["nod"]


def test_a_tilt_is_told_once_while_it_is_held():
    there, back = ramp(1.0, 0.4, 15), ramp(3.0, 0.4, -15)
    found = play(6, roll=lambda t: there(t) + back(t))
    assert [g.kind for g in found] == ["tilt"]
    assert found[0].t_start_s == pytest.approx(1.3, abs=0.3)
    assert found[0].t_found_s <= 2.2


@pytest.mark.parametrize("length_s", [0.15, 0.25, 0.4])
def test_a_blink_is_found_when_the_eyes_open_again(length_s):
    found = play(3, closure=blink(1.0, length_s))
    assert [g.kind for g in found] == ["blink"]
    assert found[0].t_start_s == pytest.approx(1.0, abs=0.1)
    assert found[0].t_found_s <= 1.0 + length_s + 2 / FPS
    assert found[0].amplitude > 0.7


def test_two_blinks_are_two():
    first, second = blink(1.0), blink(1.5)
    found = play(3, closure=lambda t: max(first(t), second(t)))
    assert [g.kind for g in found] == ["blink", "blink"]


def test_closed_eyes_and_lowered_lids_are_no_blinks():
    assert play(5, closure=lambda t: 0.95 if 1 < t < 3 else 0.05) == []
    assert play(5, closure=lambda t: 0.45 if 1 < t < 1.3 else 0.05) == []


def test_a_wink_is_no_blink():
    finder = HeadGestureDetector()
    found = []
    for i in range(90):
        t = i / FPS
        found += finder.add(t, 0, 0, 0, (blink(1.0)(t), 0.05))
    assert found == []


def test_a_gap_in_the_frames_makes_no_gesture():
    finder = HeadGestureDetector()
    found = []
    for t, pitch in [(0.0, 0), (0.03, 0), (2.0, -15), (2.03, -15), (4.0, 0), (4.03, 0), (4.5, 0)]:
        found += finder.add(t, 0, pitch, 0, (0.05, 0.05))
    assert found == []


def test_settings_out_of_range_are_refused():
    with pytest.raises(ValueError, match="nod_deg"):
        GestureSettings(nod_deg=0)
