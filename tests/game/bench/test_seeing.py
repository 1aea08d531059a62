"""The bench of seeing would tell what is wrong: figures of made-up performances."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from game.bench import seeingtruth
from game.bench.routines import LIGHTS, Performance, Sitter, sitters, without_calibration
from game.bench.seeingtruth import MEASURES, fairness, matched, unit_correlations
from game.synthetic.people import Kind
from perception.face.actionunits import UNITS
from perception.face.gaze import GazeEstimate, GazeEstimator
from perception.face.headpose import HeadPose, rotation_from_angles
from perception.types import FaceReading, Gaze, HeadGesture

FRAMES = 240
PHASES = ("rest", "head", "targets", "face")
AWAY_DEG = 40.0


def gesture(kind, start_s, length_s=0.5, found_after_s=0.1, amplitude=10.0) -> HeadGesture:
    end_s = start_s + length_s
    return HeadGesture(kind, start_s, end_s, amplitude, end_s + found_after_s)


def performance(
    sitter: Sitter, smile=0.9, yaw_gain=1.0, far=1.0, gaze_off_deg=0.0, blinks=4, lost=()
) -> Performance:
    """A performance that was read perfectly but for what is said.

    Args:
        sitter: who.
        smile: share of a smile that is told.
        yaw_gain: degrees of yaw told per degree turned.
        far: distance told per distance.
        gaze_off_deg: by which gazes are told too far to image right.
        blinks: of four, how many were found.
        lost: frames in which no face was read.
    """
    t_s = np.arange(FRAMES) / 30.0
    phase = np.array(PHASES)[np.arange(FRAMES) * len(PHASES) // FRAMES]
    rng = np.random.default_rng(sitter.seed)
    units = rng.uniform(0.0, 1.0, (FRAMES, len(UNITS)))
    head = np.stack([25 * np.sin(2 * t_s), 10 * np.cos(3 * t_s), 5 * np.sin(t_s)], axis=1)
    place = np.tile((0.02, -0.03, -0.6), (FRAMES, 1))
    away = np.arange(FRAMES) % 2 == 0
    gaze = np.where(away[:, None], (AWAY_DEG, 0.0), (0.0, -10.0))
    readings = []
    for i in range(FRAMES):
        if i in lost:
            readings.append(FaceReading(t_s[i], 0.02, 0.0))
            continue
        told = dict(zip(UNITS, units[i].tolist(), strict=True))
        told[12] *= smile
        target = "away" if away[i] else "screen"
        yaw, pitch, roll = head[i].tolist()
        x, y, z = place[i].tolist()
        readings.append(
            FaceReading(
                *(t_s[i], 0.02, 0.95, yaw_gain * yaw, pitch, roll),
                position_m=(x, y, far * z),
                gaze=Gaze(gaze[i, 0] + gaze_off_deg, gaze[i, 1], target, 0.9, not away[i]),  # type: ignore[arg-type]
                action_units=told,
                eyes_deg=(3.0, -12.0),
            )
        )
    made = [gesture("blink", 1.0 + i, 0.25, 0.0) for i in range(4)] + [
        gesture("nod", 6.0, 1.0, 0.0),
        gesture("shake", 7.0, 0.8, 0.0),
    ]
    return Performance(
        sitter=sitter,
        t_s=t_s,
        phase=phase,
        readings=readings,
        found=[gesture(g.kind, g.t_start_s, g.t_end_s - g.t_start_s, 0.2) for g in made][
            4 - blinks :
        ],
        made=made,
        head_deg=head,
        position_m=place,
        gaze_deg=gaze,
        target=np.where(away, "away", "eyes"),
        point_m=np.zeros((FRAMES, 2)),
        units=units,
        closed=np.zeros(FRAMES),
        gaze_error_deg=1.5,
    )


ONE = Sitter(1, Kind("light", "young", "man"), "window")


def figures(rows) -> dict[str, float]:
    return {row.figure.removeprefix("synthetic: "): row.value for row in rows}


# -- gestures ---------------------------------------------------------------------------------


def test_each_gesture_is_found_at_most_once_and_its_delay_is_from_its_end():
    made = [gesture("nod", 1.0), gesture("nod", 4.0)]
    assert matched(made, []) == (0, [])
    assert matched([], made) == (0, [])
    hits, late = matched(made, [gesture("nod", 1.1, found_after_s=0.3), gesture("nod", 9.0)])
    assert hits == 1 and late == pytest.approx([0.4])
    twice = [gesture("nod", 1.0), gesture("nod", 1.1)]
    assert matched(made[:1], twice)[0] == 1
    assert matched([made[0], gesture("nod", 1.05)], twice)[0] == 2


def test_the_nearer_of_two_is_the_one_that_was_made():
    made = [gesture("nod", 2.0, 1.0)]
    near, far = (gesture("nod", s, 1.0, found_after_s=d) for s, d in ((2.1, 0.2), (2.5, 0.9)))
    assert matched(made, [far, near])[1] == pytest.approx([near.t_found_s - 3.0])


def test_a_gesture_at_another_time_is_not_the_one_that_was_made():
    made = [gesture("blink", 2.0, 0.25)]
    reach = 0.125 + seeingtruth.MATCH_S
    assert matched(made, [gesture("blink", 2.0 + reach - 0.01, 0.25)])[0] == 1
    assert matched(made, [gesture("blink", 2.0 + reach + 0.01, 0.25)])[0] == 0


def test_gestures_that_were_missed_or_invented_cost():
    def score(one):
        (value,) = [
            v for k, v in figures(seeingtruth._gestures([one])).items() if "blinks, F1" in k
        ]
        return value

    assert score(performance(ONE)) == 1.0
    assert score(performance(ONE, blinks=3)) == pytest.approx(2 * 3 / 7)
    more = performance(ONE)
    more.found.append(gesture("blink", 7.5, 0.2))
    assert score(more) == pytest.approx(2 * 4 / 9)


# -- angles -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "apart"),
    [
        ((0, 0), (0, 0), 0.0),
        ((10, 0), (-5, 0), 15.0),
        ((0, 20), (0, -15), 35.0),
        ((0, 60), (90, 60), math.degrees(math.acos(0.75))),
        ((170, 0), (-170, 0), 20.0),
    ],
)
def test_looks_are_as_far_apart_as_their_rays(a, b, apart):
    assert seeingtruth._angle_deg(a, b) == pytest.approx(apart, abs=1e-4)


def test_errors_of_pose_and_place_are_told_in_their_units():
    perfect, worse = (
        figures(seeingtruth._pose([one]))
        for one in (performance(ONE), performance(ONE, yaw_gain=0.8, far=1.1))
    )
    assert perfect["yaw error, mean"] == pytest.approx(0.0)
    assert perfect["position error, mean"] == pytest.approx(0.0)
    true = performance(ONE).head_deg[:, 0]
    assert worse["yaw error, mean"] == pytest.approx(0.2 * np.abs(true).mean())
    assert worse["pitch error, mean"] == pytest.approx(0.0)
    assert worse["position error, mean"] == pytest.approx(10.0, abs=0.1)


def test_frames_without_a_face_count_as_not_read_and_not_as_right():
    lost = performance(ONE, lost=range(0, FRAMES, 4))
    assert figures(seeingtruth._pose([lost]))["face read, share of frames"] == pytest.approx(0.75)
    assert figures(seeingtruth._pose([lost]))["yaw error, mean"] == pytest.approx(0.0)


def test_gazes_are_held_against_where_was_looked():
    told = figures(seeingtruth._gaze([performance(ONE, gaze_off_deg=3.0)]))
    assert told["gaze target right, calibrated"] == 1.0
    # the head is at rest: yaw is off by 3 degrees at 10 degrees below the horizon
    assert told["gaze error, calibrated, mean"] == pytest.approx(
        3.0 * math.cos(math.radians(10)), abs=0.01
    )
    one = performance(ONE)
    one.readings = [
        replace(r, gaze=None if r.gaze is None else replace(r.gaze, target="screen"))
        for r in one.readings
    ]
    wrong = figures(seeingtruth._gaze([one]))
    assert wrong["gaze target right, calibrated"] == pytest.approx(0.5)
    assert wrong["gaze on away said, calibrated"] == 0.0
    assert told["calibrations that failed"] == 0
    failed = performance(ONE)
    failed.gaze_error_deg = None
    assert figures(seeingtruth._gaze([failed]))["calibrations that failed"] == 1


def test_without_calibration_gazes_are_a_stranger_s():
    one = performance(ONE, lost=[3])
    bare, stranger = without_calibration(one), GazeEstimator()
    assert bare.readings[3].gaze is None
    for reading in bare.readings:
        if reading.yaw_deg is None:
            continue
        angles = (reading.yaw_deg, reading.pitch_deg or 0.0, reading.roll_deg or 0.0)
        pose = HeadPose(*angles, (0.02, -0.03, -0.6), rotation_from_angles(*angles), 0.0, 1.0)
        expected = stranger.estimate(reading.t_s, GazeEstimate(3.0, -12.0, 2.0), pose)
        assert expected is not None and reading.gaze is not None
        assert (reading.gaze.yaw_deg, reading.gaze.target) == (expected.yaw_deg, expected.target)
        assert reading.gaze.eyes is None, "too coarse to tell her eyes"
    assert one.readings[100].gaze != bare.readings[100].gaze, "the performance itself is kept"


# -- action units -----------------------------------------------------------------------------


def test_units_that_are_told_as_shown_correlate():
    found = unit_correlations([performance(ONE)])
    assert set(found) == set(UNITS)
    assert min(found.values()) == pytest.approx(1.0)
    one = performance(ONE)
    rng = np.random.default_rng(3)
    one.readings = [
        replace(r, action_units={**r.action_units, 4: float(rng.uniform())}) for r in one.readings
    ]
    blind = unit_correlations([one])
    assert abs(blind[4]) < 0.4 and blind[12] == pytest.approx(1.0)


# -- fairness ---------------------------------------------------------------------------------


def test_nine_sitters_meet_every_tone_age_and_light_alike():
    nine = sitters()
    assert len({(s.seed, s.kind.tone) for s in nine}) == 9, "each face in each tone"
    assert len({s.seed for s in nine}) == 3
    for a, b in (
        (lambda s: s.kind.tone, lambda s: s.kind.age),
        (lambda s: s.kind.tone, lambda s: s.light),
        (lambda s: s.kind.age, lambda s: s.light),
    ):
        assert len({(a(s), b(s)) for s in nine}) == 9
    assert {s.light for s in nine} == set(LIGHTS)
    assert {s.kind.sex for s in nine} == {"man", "woman"}
    assert len(sitters(quick=True)) == 1


def gaps(done) -> dict[str, float]:
    return {row.figure: row.value or 0.0 for row in fairness(done)}


def test_what_is_said_alike_of_everyone_has_no_gap():
    rows = fairness([performance(replace(s, seed=5)) for s in sitters()])
    assert len(rows) == 3 * len(MEASURES)
    assert all(row.value == pytest.approx(0.0, abs=1e-6) and row.met for row in rows)


def test_a_gap_is_between_the_groups_that_differ_and_in_per_cent_of_the_mean():
    share = {"light": 1.0, "medium": 0.9, "dark": 0.8}
    done = [performance(replace(s, seed=5), smile=share[s.kind.tone or ""]) for s in sitters()]
    found = gaps(done)
    smiles = "smiles (AU12 while smiling), gap between "
    assert found[f"{smiles}skin tones"] == pytest.approx(100 * 0.2 / 0.9)
    assert found[f"{smiles}ages"] == pytest.approx(0.0, abs=1e-6)
    assert found[f"{smiles}lights"] == pytest.approx(0.0, abs=1e-6)
    (row,) = [r for r in fairness(done) if r.figure == f"{smiles}skin tones"]
    assert row.met is False, "a warning"
    others = {name: gap for name, gap in found.items() if not name.startswith(smiles)}
    assert max(others.values()) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(
    ("change", "measure"),
    [
        ({"blinks": 2}, "blinks found"),
        ({"yaw_gain": 0.7}, "yaw told per yaw turned"),
        ({"far": 1.4}, "distance told per distance"),
        ({"lost": range(0, FRAMES, 3)}, "faces read"),
    ],
)
def test_who_is_seen_worse_in_poor_light_shows(change, measure):
    done = [
        performance(replace(s, seed=5), **(change if s.light == "dim" else {})) for s in sitters()
    ]
    found = gaps(done)
    assert found[f"{measure}, gap between lights"] > 10
    assert found[f"{measure}, gap between ages"] == pytest.approx(0.0, abs=0.5)
