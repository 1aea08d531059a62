"""A measure of nothing is None: what was not seen is not counted as 0."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from perception.types import BodyReading, FaceReading, HeadGesture
from scoring.measures.measure import UNITS, measure
from scoring.record.session import read_session
from scoring.record.writer import SessionWriter
from tests.scoring.sessions import MOTIVE, STORY, Answer, Script

QUESTION = "Why do you want this job?"


def seen(folder: Path, script: Script, faces: Iterator[FaceReading | HeadGesture]) -> Path:
    script.camera = False
    script.write(folder)
    with SessionWriter(folder, {}, resume=True) as writer:
        for each in faces:
            writer.reading(each)
    return folder


def test_a_head_that_was_not_measured_did_not_keep_still(tmp_path: Path) -> None:
    script = Script([("a", QUESTION, Answer(MOTIVE, 130.0))])
    faces = (FaceReading(i / 10, 0.02, 0.9, faces=1) for i in range(300))
    found = measure(read_session(seen(tmp_path / "s", script, faces)))
    assert found["face_share"].value is not None
    for name in ("nods", "shakes", "tilts", "head_yaw_deg", "head_movement_dps", "blinks_per_min"):
        assert found[name].value is None, name
        assert found[name].coverage == 0.0, name


def test_blinks_are_counted_while_speaking_and_while_the_eyes_were_seen(tmp_path: Path) -> None:
    script = Script([("a", QUESTION, Answer(f"{STORY} {MOTIVE}", 130.0, 3.0))], ask_s=20.0)
    script.camera = False
    script.write(tmp_path / "s")
    ((start, end),) = script.speech
    assert end - start > 50.0

    def readings() -> Iterator[FaceReading | HeadGesture]:
        for i in range(int(script.end_s * 20)):
            t = i / 20
            face = FaceReading(t, 0.02, 0.9, 0.0, 0.0, 0.0, faces=1)
            eyes = {"eyeBlinkLeft": 0.1, "eyeBlinkRight": 0.1}
            # half of the answer a hand is before the eyes
            yield face if start + 25.0 <= t < end else replace(face, expressions=eyes)
            every = 1.0 if t < start else 3.0
            if i % round(20 * every) == 0 and not start + 25.0 <= t < end:
                yield HeadGesture("blink", t, t + 0.2, 1.0, t + 0.3)

    with SessionWriter(tmp_path / "s", {}, resume=True) as writer:
        for each in readings():
            writer.reading(each)
    blinks = measure(read_session(tmp_path / "s"))["blinks_per_min"]
    assert blinks.value == pytest.approx(20.0, abs=2.5)
    assert blinks.coverage == pytest.approx(25.0 / (end - start), abs=0.03)
    assert blinks.evidence and all(start <= a < b <= end for a, b in blinks.evidence)


@pytest.mark.parametrize("what", ["silence", "typed"])
def test_nothing_of_speaking_is_said_of_who_did_not_speak(tmp_path: Path, what: str) -> None:
    answer = None if what == "silence" else Answer(MOTIVE, typed=True)
    script = Script([("a", QUESTION, answer), ("b", QUESTION, answer)])
    found = measure(read_session(script.write(tmp_path / "s")))
    assert set(found.values) == set(UNITS)
    for name in (
        *("speech_rate_wpm", "articulation_rate_sps", "pause_mean_s", "pause_max_s"),
        *("silence_share", "fillers_per_min", "response_time_s", "pitch_median_hz", "pitch_sd_st"),
        *("loudness_dbfs", "loudness_sd_db", "snr_db", "gaze_on_screen_share", "blinks_per_min"),
        *("gaze_on_screen_thinking_share", "final_rises_share", "trailing_off_share"),
    ):
        assert found[name].value is None and found[name].coverage == 0.0, name


def test_no_pauses_are_no_mean_pause(tmp_path: Path) -> None:
    script = Script([("a", QUESTION, Answer(f"{STORY} {MOTIVE}", 130.0))])
    found = measure(read_session(script.write(tmp_path / "s")))
    assert found["pause_mean_s"].value is None and found["pause_max_s"].value is None
    assert found["silence_share"].value == 0.0 and found["silence_share"].coverage > 0.9


def test_every_value_over_time_has_moments_that_show_it(tmp_path: Path) -> None:
    script = Script([("a", QUESTION, Answer(f"{STORY} {MOTIVE}", 130.0, 3.0))], camera=False)
    script.write(tmp_path / "s")
    path = tmp_path / "s" / "readings.jsonl"
    ((start, end),) = script.speech
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for line in lines:
        if "level_dbfs" in line and line["speech"] > 0.5 and line["t_s"] > end - 10.0:
            line["level_dbfs"] -= 10.0
            line["pitch_hz"] = line["pitch_hz"] and line["pitch_hz"] * 1.5
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    with SessionWriter(tmp_path / "s", {}, resume=True) as writer:
        for i in range(int(script.end_s * 10)):
            t = i / 10
            there = not 5.0 <= t < 7.0
            turned = 30.0 if 20.0 <= t < 30.0 else 0.0
            face = FaceReading(t, 0.02, 0.9, turned, turned / 3, 0.0, faces=1)
            writer.reading(face if there else FaceReading(t, 0.02, 0.0))
            writer.reading(BodyReading(t, turned / 4, lean_m=turned / 300))
    found = measure(read_session(tmp_path / "s"))
    assert found["face_share"].evidence == (pytest.approx((5.0, 7.0), abs=0.11),)
    for name in ("head_yaw_deg", "head_pitch_deg", "posture_lean_m", "shoulder_tilt_deg"):
        assert any(a <= 25.0 < b for a, b in found[name].evidence), name
    for name in ("loudness_dbfs", "loudness_sd_db", "pitch_median_hz", "pitch_sd_st"):
        assert len(found[name].evidence) == 2, name
        assert any(a < end and b > end - 10.0 for a, b in found[name].evidence), name
        assert all(start - 0.1 <= a < b <= end + 0.1 for a, b in found[name].evidence), name
