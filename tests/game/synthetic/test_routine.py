"""The routine: what is said to be done is what is shown."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest

from game.figure.pose3d import apply_pose
from game.synthetic.routine import (
    DOT_S,
    DOTS_M,
    EYES_M,
    LENGTHS_S,
    MOVEMENTS,
    SETTLE_S,
    Gesture,
    Routine,
)
from game.synthetic.studio import Optics, Studio
from perception.face.gaze import GazeSettings, angles_to, direction
from perception.face.headpose import rotation_from_angles

EYES = (0.0, 0.03, -0.62)
"""From the camera, metres."""
SEEDS = range(1, 41)
FPS = 60


def times(start_s: float, end_s: float, fps: int = FPS) -> np.ndarray:
    return np.arange(start_s, end_s, 1 / fps)


def gaze_of(pose) -> tuple[float, float]:
    """Yaw and pitch in the room of a pose's eyes."""
    head = rotation_from_angles(pose.head.yaw_deg, pose.head.pitch_deg, pose.head.roll_deg)
    x, y, z = head @ direction(pose.eyes.yaw_deg, pose.eyes.pitch_deg)
    return math.degrees(math.atan2(x, z)), math.degrees(math.asin(y))


def settled(routine: Routine) -> Iterator[tuple[float, object]]:
    """Times at which truth counts, and what is looked at then."""
    for t_s in times(0.0, routine.length_s, 10).tolist():
        fixed, since = routine.fixation(t_s)
        if since > SETTLE_S and routine.phase(t_s) != "head":
            yield t_s, fixed


def apart(a, b) -> float:
    return math.hypot((a[0] - b[0]) * math.cos(math.radians(b[1])), a[1] - b[1])


@pytest.fixture(scope="module")
def routine() -> Routine:
    return Routine(5001, EYES)


def test_the_same_seed_does_the_same_and_another_does_not() -> None:
    first, again, other = Routine(3, EYES), Routine(3, EYES), Routine(4, EYES)
    assert first.gestures == again.gestures and first.fixations == again.fixations
    course = [first.pose(t) for t in times(0, first.length_s, 5)]
    assert course == [again.pose(t) for t in times(0, first.length_s, 5)]
    assert course != [other.pose(t) for t in times(0, first.length_s, 5)]


def test_phases_follow_one_another_and_fill_it(routine: Routine) -> None:
    seen = [routine.phase(t) for t in times(0.0, routine.length_s).tolist()]
    assert list(dict.fromkeys(seen)) == list(LENGTHS_S)
    for phase, length in LENGTHS_S.items():
        assert seen.count(phase) / FPS == pytest.approx(length, abs=2 / FPS)
    assert routine.length_s == pytest.approx(sum(LENGTHS_S.values()))


# -- looks ------------------------------------------------------------------------------------


def test_every_dot_is_looked_at_in_its_turn(routine: Routine) -> None:
    for number, dot in enumerate(DOTS_M):
        t_s = routine.starts_s["dots"] + (number + 0.9) * DOT_S
        fixed, since = routine.fixation(t_s)
        assert fixed.point_m == dot and since == pytest.approx(0.9 * DOT_S)


@pytest.mark.parametrize("seed", SEEDS[:5])
def test_eyes_and_head_together_point_where_is_looked(seed: int) -> None:
    """At every settled moment, in axes of a camera that is level."""
    routine = Routine(seed, EYES)
    checked = set()
    for t_s, fixed in settled(routine):
        turning = any(
            g.kind != "blink" and g.t_start_s - 0.1 <= t_s <= g.t_end_s + 0.1
            for g in routine.gestures
        )
        pose = routine.pose(t_s)
        at_end = abs(pose.eyes.yaw_deg) >= 33.9 or not -27.9 < pose.eyes.pitch_deg < 21.9
        if at_end or turning:
            continue  # the head goes on without them
        aim = fixed.aim_deg or angles_to(fixed.point_m, EYES)  # type: ignore[attr-defined]
        most = 1.0 if fixed.aim_deg is None else 2.0  # type: ignore[attr-defined]
        assert apart(gaze_of(pose), aim) < most, t_s
        checked.add(fixed.target)  # type: ignore[attr-defined]
    assert checked == {"screen", "eyes", "down", "away"}


@pytest.mark.parametrize("seed", SEEDS[:10])
def test_targets_are_what_they_are_called(seed: int) -> None:
    """Where the gaze truly goes lies on the screen, on her eyes, below, or clearly beside it."""
    s = GazeSettings()
    left, right = (angles_to((x, -0.1), EYES)[0] for x in (s.screen_left_m, s.screen_right_m))
    top, bottom = (angles_to((0.0, y), EYES)[1] for y in (s.screen_top_m, s.screen_bottom_m))
    routine = Routine(seed, EYES)
    for t_s, fixed in settled(routine):
        if routine.phase(t_s) != "targets":
            continue
        target = fixed.target  # type: ignore[attr-defined]
        yaw, pitch = gaze_of(routine.pose(t_s))
        inside = left - 1 <= yaw <= right + 1 and bottom - 1 <= pitch <= top + 1
        if target in ("screen", "eyes"):
            assert inside, (t_s, target)
        elif target == "down":
            assert pitch < bottom - 8, t_s
        else:
            assert abs(yaw) > right + 8, t_s
        if target == "eyes":
            assert apart((yaw, pitch), angles_to(EYES_M, EYES)) < 1.0


def test_eyes_stay_within_their_reach_and_mostly_within_comfort() -> None:
    for seed in SEEDS[:10]:
        routine = Routine(seed, EYES)
        looks = [routine.pose(t).eyes for t in times(0, routine.length_s, 20)]
        yaws = np.array([look.yaw_deg for look in looks])
        pitches = np.array([look.pitch_deg for look in looks])
        assert np.abs(yaws).max() <= 34.0
        assert pitches.min() >= -28.0 and pitches.max() <= 22.0
        assert np.mean((np.abs(yaws) < 25) & (pitches > -25)) > 0.9


def test_who_looks_at_a_camera_that_looks_up_looks_down() -> None:
    level, tilted = Routine(7, EYES), Routine(7, EYES, (0.0, 4.0))
    for t_s in (1.5, 8.0, 30.0, 40.0):
        up = gaze_of(tilted.pose(t_s))[1] - gaze_of(level.pose(t_s))[1]
        assert up == pytest.approx(-4.0, abs=0.3)


@pytest.mark.render
@pytest.mark.parametrize("pitch_deg", [0.0, 3.0])
def test_a_drawn_gaze_hits_the_dots(stage, pitch_deg: float) -> None:
    """On the drawn human itself, whose eyes move with the head, before a camera that looks up."""
    before = set(stage.scene.getChildren())
    studio = Studio("priya", stage=stage)
    try:
        studio.place_camera(Optics(up_m=-0.03, pitch_deg=pitch_deg))
        rest = studio.seen()
        routine = Routine(11, rest.position_m, (0.0, pitch_deg))
        missed = []
        for number, dot in enumerate(DOTS_M):
            pose = routine.pose(routine.starts_s["dots"] + (number + 0.9) * DOT_S)
            apply_pose(studio.human, pose)
            seen = studio.seen()
            x, y, z = seen.rotation @ direction(pose.eyes.yaw_deg, pose.eyes.pitch_deg)
            ray = math.degrees(math.atan2(x, z)), math.degrees(math.asin(y))
            missed.append(apart(ray, angles_to(dot, seen.position_m)))
    finally:
        for child in stage.scene.getChildren():
            if child not in before:
                child.removeNode()
    assert max(missed) < 1.0, missed


# -- faces ------------------------------------------------------------------------------------


def test_every_movement_is_shown_and_nothing_before(routine: Routine) -> None:
    quiet = [routine.pose(t) for t in times(0, routine.starts_s["face"], 20)]
    assert all(set(p.expressions) <= {"eyeBlinkLeft", "eyeBlinkRight"} for p in quiet)
    resting = [routine.pose(t) for t in times(0, LENGTHS_S["rest"], 20)]
    assert not any(p.expressions for p in resting), "not even a blink"
    each = LENGTHS_S["face"] / len(MOVEMENTS)
    for number, movement in enumerate(MOVEMENTS):
        shown = routine.pose(routine.starts_s["face"] + (number + 0.5) * each).expressions
        for name, weight in movement.items():
            told = [shown.get(n, 0.0) for n in (name, f"{name}Left", f"{name}Right")]
            assert 0.69 * weight <= max(told) <= weight, name
    assert {n for m in MOVEMENTS for n in m} >= {"mouthSmile", "browInnerUp", "browDown"}


# -- gestures ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS[:10])
def test_nods_and_shakes_are_as_large_and_as_long_as_they_are_said(seed: int) -> None:
    routine = Routine(seed, EYES)
    made = [g for g in routine.gestures if g.kind != "blink"]
    assert [g.kind for g in made].count("nod") == [g.kind for g in made].count("shake") == 3
    for g in made:
        heads = [routine.pose(t).head for t in times(g.t_start_s, g.t_end_s)]
        moved = np.array([h.pitch_deg if g.kind == "nod" else h.yaw_deg for h in heads])
        still = np.array([h.yaw_deg if g.kind == "nod" else h.pitch_deg for h in heads])
        # the head sways besides, within a degree either way
        assert np.ptp(moved) == pytest.approx(g.amplitude, abs=2.0), g
        assert np.ptp(still) < 2.0, g
        if g.kind == "nod":
            assert moved.min() < moved[0] - 0.7 * g.amplitude, "a nod goes down first"


@pytest.mark.parametrize("seed", SEEDS[:10])
def test_lids_are_shut_in_every_blink_and_open_between(seed: int) -> None:
    routine = Routine(seed, EYES)
    blinks = [g for g in routine.gestures if g.kind == "blink"]
    assert len(blinks) > 15
    shut = {
        t: routine.pose(t).expressions.get("eyeBlinkLeft", 0.0)
        for t in times(0, routine.length_s).tolist()
    }
    for g in blinks:
        assert max(v for t, v in shut.items() if g.t_start_s <= t < g.t_end_s) > 0.95
    inside = {t for t in shut for g in blinks if g.t_start_s <= t < g.t_end_s}
    assert all(v == 0.0 for t, v in shut.items() if t not in inside)


def overlapping(gestures: list[Gesture]) -> list[tuple[Gesture, Gesture]]:
    return [
        (a, b)
        for i, a in enumerate(gestures)
        for b in gestures[i + 1 :]
        if a.kind == b.kind or "blink" not in (a.kind, b.kind)
        if a.t_start_s < b.t_end_s and b.t_start_s < a.t_end_s
    ]


def test_all_that_is_planned_is_done_before_the_end_and_one_at_a_time() -> None:
    for seed in range(200):
        routine = Routine(seed, EYES)
        assert all(g.t_end_s <= routine.length_s - 0.5 for g in routine.gestures), seed
        assert overlapping(routine.gestures) == [], seed
        starts = [f.t_s for f in routine.fixations]
        assert starts == sorted(starts)
        nods = [g for g in routine.gestures if g.kind in ("nod", "shake")]
        assert all(g.t_start_s >= routine.starts_s["gestures"] for g in nods)


@pytest.mark.parametrize("seed", SEEDS[:5])
def test_what_is_easily_mistaken_is_there_and_is_no_gesture(seed: int) -> None:
    """Turns of the head, a look down and raised brows, each while no nod or shake goes on."""
    routine = Routine(seed, EYES)
    start = routine.starts_s["gestures"]
    quiet = [
        t
        for t in times(start, routine.length_s, 30).tolist()
        if not any(
            g.t_start_s <= t < g.t_end_s for g in routine.gestures if g.kind in ("nod", "shake")
        )
    ]
    poses = [routine.pose(t) for t in quiet]
    assert max(abs(p.head.yaw_deg) for p in poses) > 20
    assert min(gaze_of(p)[1] for p in poses) < -30
    assert max(p.expressions.get("browInnerUp", 0.0) for p in poses) > 0.8
