"""Gaze, blinks, breath and sway: sizes and rates as published, no two minutes alike."""

from __future__ import annotations

import itertools
import math
import random

import pytest

from game.gazecontrol import PLACES, GazeControl
from game.idle import Blinking, Breathing, Sway


def gaze_course(control: GazeControl, start: float, seconds: float, rate: int = 60) -> list:
    return [control.update(start + i / rate) for i in range(int(seconds * rate))]


def test_eyes_lead_and_head_follows_while_the_line_of_sight_holds() -> None:
    control = GazeControl(random.Random(3))
    gaze_course(control, 0.0, 2.0)
    control.look("window")
    course = gaze_course(control, 2.0, 2.0)
    goal = PLACES["window"].yaw_deg
    total = [head.yaw_deg + eyes.yaw_deg for head, eyes in course]
    arrived = next(i for i, yaw in enumerate(total) if yaw > 0.85 * goal)
    assert arrived / 60 < 0.25
    assert course[arrived][0].yaw_deg < 0.5 * course[-1][0].yaw_deg
    assert course[-1][0].yaw_deg == pytest.approx(0.65 * (goal - 8.0), abs=3.0)
    assert all(abs(yaw - goal) < 8.0 for yaw in total[30:])


def test_on_the_candidate_the_eyes_are_never_still_nor_wild() -> None:
    control = GazeControl(random.Random(4))
    course = gaze_course(control, 0.0, 20.0)
    yaw = [head.yaw_deg + eyes.yaw_deg for head, eyes in course]
    pitch = [head.pitch_deg + eyes.pitch_deg for head, eyes in course]
    assert len({round(y, 1) for y in yaw}) > 8
    assert max(map(abs, yaw)) < 3.0
    assert max(map(abs, pitch)) < 3.0


def test_an_unknown_place_is_refused() -> None:
    with pytest.raises(KeyError):
        GazeControl(random.Random(0)).look("moon")


@pytest.mark.parametrize(("speaking", "rate"), [(False, 17.0), (True, 26.0)])
def test_blinks_come_at_the_published_rate(speaking: bool, rate: float) -> None:
    blinking = Blinking(random.Random(5))
    for i in range(60 * 60 * 20):
        blinking.update(i / 60, speaking)
    assert blinking.count / 20 == pytest.approx(rate, rel=0.12)


def test_a_blink_closes_faster_than_it_opens_and_closes_wholly() -> None:
    blinking = Blinking(random.Random(6))
    lids = [blinking.update(i / 500, False) for i in range(500 * 20)]
    peak = next(i for i in range(len(lids)) if lids[i] > 0.995)
    start = max(i for i in range(peak) if lids[i] == 0.0)
    end = next(i for i in range(peak, len(lids)) if lids[i] == 0.0)
    assert (peak - start) / 500 == pytest.approx(0.09, abs=0.01)
    assert (end - peak) / 500 == pytest.approx(0.24, abs=0.015)


def test_breath_keeps_to_twelve_to_eighteen_a_minute() -> None:
    breathing = Breathing(random.Random(7))
    chest = [breathing.update(i / 20) for i in range(20 * 600)]
    tops = sum(
        1 for a, b, c in zip(chest, chest[1:], chest[2:], strict=False) if a < b >= c and b > 0.5
    )
    assert 12 <= tops / 10 <= 18
    assert min(chest) >= 0.0 and max(chest) <= 1.0


def test_sway_is_small_smooth_and_does_not_repeat() -> None:
    sway = Sway(random.Random(8))
    course = [sway.update(i / 10).yaw_deg for i in range(6000)]
    assert 0.4 < max(map(abs, course)) < 2.2
    steps = [abs(b - a) for a, b in itertools.pairwise(course)]
    assert max(steps) < 0.15
    minute = course[:600]
    for shift in range(300, 5400, 100):
        other = course[shift : shift + 600]
        apart = math.sqrt(sum((a - b) ** 2 for a, b in zip(minute, other, strict=True)) / 600)
        assert apart > 0.05
