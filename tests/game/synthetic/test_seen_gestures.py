"""Drawn people nod, shake, blink, and do what is easily mistaken for it; perception watches."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from game.pose import Angles, Pose
from game.synthetic.studio import Studio
from perception.clock import SessionClock
from perception.pipeline.face import FacePipeline
from perception.types import Frame, HeadGesture

pytestmark = pytest.mark.render

FPS = 30
LENGTH_S = 3.2
LIDS = ("eyeBlinkLeft", "eyeBlinkRight")
BROWS = ("browInnerUp", "browOuterUpLeft", "browOuterUpRight")


@pytest.fixture
def watch(stage):
    """Has a person do something before the camera; all gestures that are seen in it."""
    before = set(stage.scene.getChildren())
    studio = Studio("mei", stage=stage)
    pipeline, clock = FacePipeline(), SessionClock()
    noise = np.random.default_rng(3)

    def see(pose: Callable[[float], Pose]) -> list[HeadGesture]:
        found: list[HeadGesture] = []
        for number in range(round(LENGTH_S * FPS)):
            image = studio.draw(pose(number / FPS))
            grain = noise.normal(0.0, 2.0, image.shape)
            image = np.clip(image + grain, 0, 255).astype(np.uint8)
            seen = pipeline.process_frame(Frame(number / FPS, number, image), clock)
            found += [item for item in seen if isinstance(item, HeadGesture)]
        return found

    yield see
    pipeline.close()
    for child in stage.scene.getChildren():
        if child not in before:
            child.removeNode()


def there_and_back(t_s: float) -> float:
    """0...1...0: away within 0.35 s at 0.8 s, back at 2.0 s."""
    share = min(1.0, max(0.0, (t_s - 0.8) / 0.35)) - min(1.0, max(0.0, (t_s - 2.0) / 0.35))
    return share * share * (3.0 - 2.0 * share)


def wave(t_s: float, times: int, cycle_s: float) -> float:
    """-1...1, ``times`` cycles from 1 s on."""
    inside = 0.0 <= t_s - 1.0 < times * cycle_s
    return math.sin(2 * math.pi * (t_s - 1.0) / cycle_s) if inside else 0.0


def kinds(found: list[HeadGesture]) -> dict[str, int]:
    return dict(Counter(gesture.kind for gesture in found))


@pytest.mark.parametrize("side", [-1, 1])
def test_a_turn_of_the_head_and_back_is_no_gesture(watch, side):
    """The eyes stay on the camera, as far as they can."""

    def pose(t_s: float) -> Pose:
        yaw = side * 26.0 * there_and_back(t_s)
        return Pose(head=Angles(yaw, 0.0, 0.0), eyes=Angles(-yaw, 0.0, 0.0))

    assert kinds(watch(pose)) == {}


def test_a_look_at_notes_and_up_again_is_no_nod_and_no_blink(watch):
    def pose(t_s: float) -> Pose:
        down = there_and_back(t_s)
        return Pose(head=Angles(0.0, -18.0 * down, 0.0), eyes=Angles(0.0, -18.0 * down, 0.0))

    assert kinds(watch(pose)) == {}


def test_raised_brows_and_a_smile_are_no_gestures(watch):
    def pose(t_s: float) -> Pose:
        up = 0.9 * there_and_back(t_s)
        smile = {"mouthSmileLeft": up, "mouthSmileRight": up}
        return Pose(expressions={**dict.fromkeys(BROWS, up), **smile})

    assert kinds(watch(pose)) == {}


def test_a_nod_is_a_nod(watch):
    def pose(t_s: float) -> Pose:
        down = 0.5 * (1.0 - math.cos(2 * math.pi * max(0.0, min(2.0, (t_s - 1.0) / 0.42))))
        return Pose(head=Angles(0.0, -10.0 * down, 0.0), eyes=Angles(0.0, 10.0 * down, 0.0))

    found = watch(pose)
    assert kinds(found) == {"nod": 1}
    assert found[0].amplitude == pytest.approx(10.0, abs=4.0)
    assert found[0].t_start_s == pytest.approx(1.0, abs=0.2)


def test_a_shake_is_a_shake(watch):
    def pose(t_s: float) -> Pose:
        yaw = 8.0 * wave(t_s, 2, 0.5)
        return Pose(head=Angles(yaw, 0.0, 0.0), eyes=Angles(-yaw, 0.0, 0.0))

    found = watch(pose)
    assert kinds(found) == {"shake": 1}
    assert found[0].amplitude == pytest.approx(16.0, abs=5.0)


def test_blinks_are_counted(watch):
    def pose(t_s: float) -> Pose:
        shut = max(
            math.sin(math.pi * (t_s - start) / 0.26) if start <= t_s < start + 0.26 else 0.0
            for start in (0.8, 2.0)
        )
        return Pose(expressions=dict.fromkeys(LIDS, min(1.0, 1.5 * shut)))

    found = watch(pose)
    assert kinds(found) == {"blink": 2}
    assert [g.t_start_s for g in found] == pytest.approx([0.8, 2.0], abs=0.12)
