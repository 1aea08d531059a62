"""``analyze`` on recordings as people have them, and on recordings with something wrong."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import pytest

from tests.candidate_media import half, with_silence, without_sound, write_still
from tests.commandline_runs import (
    ended,
    gone,
    report_of,
    run,
    run_here,
    started,
    status_of,
    wait_for,
    workers,
)

pytestmark = [pytest.mark.slow, pytest.mark.data]


def test_talking_people_are_reported(data_dir: Path, tmp_path: Path) -> None:
    videos = [data_dir / "video/retalking_1.mp4", data_dir / "video/grid/bbaf2n.mpg"]
    result = run("analyze", *videos, "--out", tmp_path)
    assert result.status == 0
    for video in videos:
        folder = tmp_path / video.stem
        assert status_of(folder) == "complete"
        assert (folder / "report.html").is_file() and (folder / "report.pdf").is_file()
        measures = report_of(folder)["measures"]
        assert measures["face_share"]["value"] > 0.9
        assert -60 < measures["loudness_dbfs"]["value"] < 0


def test_without_emotion_no_impression_is_recorded_or_reported(
    data_dir: Path, tmp_path: Path
) -> None:
    video = data_dir / "video/liveportrait_d3.mp4"
    folders = {"with": (), "without": ("--no-emotion",)}
    told, faces = {}, {}
    for name, options in folders.items():
        result = run_here("analyze", video, "--out", tmp_path / name, "--quiet", *options)
        assert (result.status, result.out, result.err) == (0, "", "")
        told[name] = report_of(tmp_path / name)
        lines = (tmp_path / name / "readings.jsonl").read_text(encoding="utf-8").splitlines()
        faces[name] = [line for line in map(json.loads, lines) if line["k"] == "face"]
    assert any(face["impression"] for face in faces["with"])
    assert not any(face["impression"] for face in faces["without"])
    assert set(told["with"]["expressions"]["shares"]) >= {"neutral", "happiness"}
    assert told["without"]["expressions"] is None
    assert "may have looked" in (tmp_path / "with/report.html").read_text(encoding="utf-8")
    assert "may have looked" not in (tmp_path / "without/report.html").read_text(encoding="utf-8")
    assert told["with"]["measures"] == told["without"]["measures"], "nothing depends on it"
    assert told["with"]["scores"] == told["without"]["scores"]


def test_another_face_back_end_needs_no_more_than_its_weights(
    data_dir: Path, tmp_path: Path
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('[seeing.face]\nbackend = "landmarker"\n')
    video = data_dir / "video/retalking_1.mp4"
    arguments = ("analyze", video, "--settings", settings, "--quiet", "--out")
    result = run_here(*arguments, tmp_path / "s", RECRUITER_MODELS=str(data_dir / "weights"))
    assert (result.status, result.out, result.err) == (0, "", "")
    assert report_of(tmp_path / "s")["measures"]["face_share"]["value"] > 0.9
    result = run_here(*arguments, tmp_path / "without", RECRUITER_MODELS=str(tmp_path))
    assert result.status == 3 and "models get face-landmarker" in result.line


def report(recording: Path, folder: Path) -> dict:
    """Analyzes a recording that has something wrong but can be reported."""
    result = run_here("analyze", recording, "--out", folder, "--quiet")
    assert (result.status, result.out, result.err) == (0, "", "")
    return report_of(folder)


def test_a_video_without_a_face(data_dir: Path, tmp_path: Path) -> None:
    told = report(data_dir / "video/pyfeat_no_face.mp4", tmp_path / "session")
    assert "no face was found in the picture" in told["notes"]
    assert told["measures"]["face_share"]["value"] == 0.0
    for name in ("head_yaw_deg", "smile_share", "gaze_on_screen_share", "blinks_per_min", "nods"):
        assert told["measures"][name]["value"] is None, name
    assert told["scores"]["nonverbal"]["value"] is None


def test_a_video_without_sound(data_dir: Path, tmp_path: Path) -> None:
    video = without_sound(tmp_path / "mute.mp4", data_dir / "video/retalking_1.mp4")
    told = report(video, tmp_path / "session")
    assert "this recording has no sound" in told["notes"]
    assert told["measures"]["face_share"]["value"] > 0.9
    for name in ("speech_rate_wpm", "loudness_dbfs", "pitch_median_hz", "silence_share"):
        assert told["measures"][name]["value"] is None, name
    assert told["scores"]["delivery"]["value"] is None


def test_a_video_with_silence_for_sound(data_dir: Path, tmp_path: Path) -> None:
    video = with_silence(tmp_path / "silent.mp4", data_dir / "video/retalking_1.mp4")
    told = report(video, tmp_path / "session")
    assert "no speech was heard" in told["notes"]
    for name in ("speech_rate_wpm", "loudness_dbfs", "pitch_median_hz", "silence_share"):
        assert told["measures"][name]["value"] is None, name


def test_a_video_with_several_people(data_dir: Path, tmp_path: Path) -> None:
    picture = data_dir / "images/multi/face_recognition_two_people.jpg"
    told = report(write_still(tmp_path / "two.mp4", picture, 2.0), tmp_path / "session")
    assert "more than one face was in the picture for part of the time" in told["notes"]


def test_a_recording_of_sound_alone(data_dir: Path, tmp_path: Path) -> None:
    told = report(data_dir / "speech/librivox_0880.wav", tmp_path / "session")
    assert "this recording has no pictures" in told["notes"]
    assert told["measures"]["face_share"]["value"] is None
    assert told["measures"]["loudness_dbfs"]["value"] is not None


def test_a_video_that_breaks_off(slow_video: Path, tmp_path: Path) -> None:
    video = half(tmp_path / "half.mp4", slow_video)
    told = report(video, tmp_path / "session")
    assert any("half.mp4: damaged" in note for note in told["notes"])
    assert 0.3 < told["measures"]["face_share"]["value"] < 0.7


@pytest.mark.parametrize("after_s", [0.0, 0.3, 2.0])
def test_ctrl_c_ends_it_in_one_line(data_dir: Path, tmp_path: Path, after_s: float) -> None:
    recording = data_dir / "video/liveportrait_d6.mp4"
    with started("analyze", recording, "--out", tmp_path / "session", "--quiet") as process:
        wait_for(lambda: bool(workers(process)))
        hearing = workers(process)
        time.sleep(after_s)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers, too
        result = ended(process)
    assert result.status == 130 and "interrupted" in result.line
    wait_for(lambda: gone(hearing), 15)
    assert status_of(tmp_path / "session") == "interrupted"


def test_a_process_that_is_killed_is_one_line(data_dir: Path, tmp_path: Path) -> None:
    recording = data_dir / "video/liveportrait_d6.mp4"
    with started("analyze", recording, "--out", tmp_path / "session", "--quiet") as process:
        wait_for(lambda: bool(workers(process)))
        workers(process)[0].kill()
        result = ended(process)
    assert result.status == 3 and "was killed" in result.line
    assert status_of(tmp_path / "session") == "interrupted"


def test_what_cannot_be_read_is_refused(data_dir: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.mp4"
    text.write_text("this is a text\n" * 100)
    # the index of this one stands last, and is lost
    cut = half(tmp_path / "cut.mp4", data_dir / "video/pyfeat_single_face.mp4")
    empty = tmp_path / "empty.mp4"
    empty.touch()
    for recording in (text, cut, empty, tmp_path / "missing.mp4"):
        folder = tmp_path / f"session-{recording.stem}"
        result = run_here("analyze", recording, "--out", folder)
        assert (result.status, result.out) == (2, "")
        assert str(recording) in result.line
        assert not folder.exists()
