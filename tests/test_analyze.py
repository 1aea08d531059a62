"""``analyze`` on recordings as people have them, and on recordings with something wrong."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from game.app.analyze import jobs, session_folders
from tests.candidate_media import half, with_silence, without_sound, write_still
from tests.commandline_runs import (
    Result,
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
from tests.lanes import some_always
from tests.scoring.measures.test_evidence import unshown

pytestmark = [pytest.mark.slow, pytest.mark.data]


CLIPS = ("bbaf2n", "lbax4n")
"""People who say a sentence."""


@pytest.fixture(scope="module")
def three(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two clips, and between them one that cannot be read."""
    clips = [data_dir / f"video/grid/{name}.mpg" for name in CLIPS]
    text = tmp_path_factory.mktemp("text") / "text.mp4"
    text.write_text("this is a text\n" * 100)
    return [clips[0], text, clips[1]]


@pytest.fixture(scope="module")
def analysed(
    three: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[Path, Result]]:
    """Place and result of analysing the three, by the number of jobs."""
    done = {}
    for count in ("1", "2"):
        place = tmp_path_factory.mktemp("jobs") / count
        done[count] = place, run("analyze", *three, "--out", place, "--jobs", count)
    return done


def test_talking_people_are_reported(analysed: dict[str, tuple[Path, Result]]) -> None:
    for name in CLIPS:
        folder = analysed["2"][0] / name
        assert status_of(folder) == "complete"
        assert (folder / "report.html").is_file() and (folder / "report.pdf").is_file()
        measures = report_of(folder)["measures"]
        assert measures["face_share"]["value"] > 0.9
        assert -60 < measures["loudness_dbfs"]["value"] < 0


def test_without_emotion_no_impression_is_recorded_or_reported(
    analysed: dict[str, tuple[Path, Result]], data_dir: Path, tmp_path: Path
) -> None:
    video = data_dir / f"video/grid/{CLIPS[0]}.mpg"
    result = run_here("analyze", video, "--out", tmp_path / "s", "--quiet", "--no-emotion")
    assert (result.status, result.out, result.err) == (0, "", "")
    folders = {"with": analysed["1"][0] / CLIPS[0], "without": tmp_path / "s"}
    told, faces = {}, {}
    for name, folder in folders.items():
        told[name] = report_of(folder)
        lines = (folder / "readings.jsonl").read_text(encoding="utf-8").splitlines()
        faces[name] = [line for line in map(json.loads, lines) if line["k"] == "face"]
    assert any(face["impression"] for face in faces["with"])
    assert not any(face["impression"] for face in faces["without"])
    assert set(told["with"]["expressions"]["shares"]) >= {"neutral", "happiness"}
    assert told["without"]["expressions"] is None
    pages = {n: (folder / "report.html").read_text("utf-8") for n, folder in folders.items()}
    assert "you may have come across" in pages["with"]
    assert "you may have come across" not in pages["without"]
    tones = {n: each["measures"].pop("sentiment") for n, each in told.items()}
    assert tones["without"]["value"] is None and tones["without"]["why"]
    assert told["with"]["measures"] == told["without"]["measures"], "nothing depends on it"
    assert told["with"]["scores"] == told["without"]["scores"]


def test_another_face_back_end_needs_no_more_than_its_weights(
    data_dir: Path, tmp_path: Path
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('[seeing.face]\nbackend = "landmarker"\n')
    video = data_dir / f"video/grid/{CLIPS[0]}.mpg"
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
    (note,) = [note for note in told["notes"] if note.startswith("2 faces stayed in the picture")]
    assert "was measured" in note and "--face" in note
    assert told["measures"]["smile_share"]["trust"] < 0.5 and not told["improvements"]


def test_a_recording_of_sound_alone(data_dir: Path, tmp_path: Path) -> None:
    named = os.fsdecode(b"caf\xe9 \xff")  # as a Windows disk of the nineties has it: no UTF-8
    recording, folder = tmp_path / f"{named}.wav", tmp_path / named
    shutil.copy(data_dir / "speech/librivox_0880.wav", recording)
    told = report(recording, folder)
    assert "this recording has no pictures" in told["notes"]
    for name in ("face_share", "smile_share", "gaze_on_screen_share", "nods"):
        assert told["measures"][name]["value"] is None, name
    assert told["scores"]["nonverbal"]["value"] is None
    assert told["measures"]["loudness_dbfs"]["value"] is not None
    assert (folder / "report.html").stat().st_size and (folder / "report.pdf").stat().st_size
    again = run_here("replay", folder)
    assert again.status == 2 and "nothing to replay" in again.line


@pytest.mark.parametrize(
    "clip",
    ["speech/disfluent/acoustic_corpus.wav", "speech/lj_LJ050-0131.wav", "video/grid/sbia1a.mpg"],
)
def test_every_value_of_a_real_clip_has_moments(data_dir: Path, tmp_path: Path, clip: str) -> None:
    found = report(data_dir / clip, tmp_path / "s")["measures"]
    assert sum(each["value"] is not None for each in found.values()) > 10
    assert unshown((name, each["value"], each["evidence"]) for name, each in found.items()) == []


def test_a_video_that_breaks_off(slow_video: Path, tmp_path: Path) -> None:
    video = half(tmp_path / "half.mp4", slow_video)
    told = report(video, tmp_path / "session")
    assert any("half.mp4: damaged" in note for note in told["notes"])
    face = told["measures"]["face_share"]
    assert face["value"] > 0.9 and 0.3 < face["coverage"] < 0.7


def test_jobs_give_what_one_gives_and_lose_nothing(
    three: list[Path], analysed: dict[str, tuple[Path, Result]]
) -> None:
    told = {}
    for count, (place, result) in analysed.items():
        assert result.status == 2
        failed = [line for line in result.err.splitlines() if line.startswith("run.py: ")]
        assert len(failed) == 1 and str(three[1]) in failed[0]
        told_lines = result.out.splitlines()
        lines = [line[8:] for line in told_lines if line.startswith("report: ")]
        assert "3 recordings: 2 done, 1 failed" in told_lines
        folders = [Path(line).relative_to(place).parts[0] for line in lines]
        assert folders == ["bbaf2n", "bbaf2n", "lbax4n", "lbax4n"]
        told[count] = {name: recorded(place / name) for name in folders}
    assert told["1"] == told["2"]
    assert all(len(files["readings"]) > 150 for files in told["1"].values())


def recorded(folder: Path) -> dict[str, Any]:
    """All that a session's files say, but for when it was made and how long each frame took."""
    files: dict[str, Any] = {}
    for name in ("candidate.wav", "captions.vtt", "events.jsonl"):
        files[name] = (folder / name).read_bytes()
    lines = map(json.loads, (folder / "readings.jsonl").read_text("utf-8").splitlines())
    files["readings"] = [{k: v for k, v in line.items() if k != "latency_s"} for line in lines]
    for name in ("report.json", "session.json"):
        files[name] = dated_nowhere(json.loads((folder / name).read_text(encoding="utf-8")))
    return files


def dated_nowhere(value: object) -> object:
    """The same without the times at which it was made."""
    if isinstance(value, dict):
        return {k: dated_nowhere(v) for k, v in value.items() if k != "created"}
    return [dated_nowhere(each) for each in value] if isinstance(value, list) else value


def test_each_that_failed_is_told_in_a_line(tmp_path: Path) -> None:
    text, empty = tmp_path / "text.mp4", tmp_path / "empty.mp4"
    text.write_text("this is a text\n" * 100)
    empty.touch()
    result = run_here("analyze", text, empty, "--out", tmp_path / "out", "--quiet")
    first, second = result.err.splitlines()
    assert (result.status, result.out) == (2, "")
    assert first == f"run.py: {text}: a text file, not a recording; name another file"
    assert second == f"run.py: {empty}: the file is empty; record or copy it again"
    assert not (tmp_path / "out").exists()


def test_recordings_of_one_name_keep_apart(tmp_path: Path) -> None:
    names = ("x/clip.mpg", "y/clip.mpg", "z/clip-2.mpg")
    told = list(session_folders(tmp_path, [Path(name) for name in names], True))
    assert told == [tmp_path / name for name in ("clip", "clip-2", "clip-2-2")]
    assert list(session_folders(tmp_path, [Path("x/clip.mpg")], False)) == [tmp_path]
    unnamed = list(session_folders(None, [Path(name) for name in names], True))
    assert len(set(unnamed)) == 3 and unnamed[0].name.startswith("analysis-clip-")


def test_as_many_jobs_as_there_are_cores() -> None:
    assert jobs(3) == 3
    assert 1 <= jobs(0) <= (os.cpu_count() or 1)


@pytest.mark.parametrize("option", ["--jobs=-1", "--jobs=some"])
def test_jobs_that_cannot_be_are_refused(data_dir: Path, option: str) -> None:
    result = run_here("analyze", data_dir / "video/grid/bbaf2n.mpg", option)
    assert result.status == 2 and "--jobs" in result.line


def under_way(*folders: Path) -> Callable[[], bool]:
    """Whether these sessions have begun."""
    return lambda: all((folder / "session.json").is_file() for folder in folders)


@pytest.mark.parametrize("after_s", some_always((0.0, 0.3, 2.0), 0.3))
def test_ctrl_c_ends_it_in_one_line(data_dir: Path, tmp_path: Path, after_s: float) -> None:
    recording = data_dir / "video/liveportrait_d6.mp4"
    with started("analyze", recording, "--out", tmp_path / "session", "--quiet") as process:
        wait_for(under_way(tmp_path / "session"))
        those = workers(process)
        time.sleep(after_s)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers, too
        result = ended(process)
    assert result.status == 130 and "interrupted" in result.line
    wait_for(lambda: gone(those), 15)
    assert len(those) == 2 and status_of(tmp_path / "session") == "interrupted"


def test_ctrl_c_as_it_begins_ends_it_in_one_line(data_dir: Path, tmp_path: Path) -> None:
    recording = data_dir / "video/liveportrait_d6.mp4"
    with started("analyze", recording, "--out", tmp_path / "session", "--quiet") as process:
        wait_for(lambda: bool(workers(process)))
        those = workers(process)
        os.killpg(process.pid, signal.SIGINT)
        result = ended(process)
    assert result.status == 130 and "interrupted" in result.line
    wait_for(lambda: gone(those), 15)


def test_ctrl_c_ends_all_jobs(data_dir: Path, tmp_path: Path) -> None:
    recordings = [data_dir / f"video/liveportrait_{name}.mp4" for name in ("d6", "d3")]
    folders = [tmp_path / recording.stem for recording in recordings]
    with started("analyze", *recordings, "--jobs", 2, "--out", tmp_path, "--quiet") as process:
        wait_for(under_way(*folders))
        those = workers(process)
        process.send_signal(signal.SIGINT)  # to the program alone, which has to tell the others
        result = ended(process)
    assert result.status == 130 and "interrupted" in result.line
    wait_for(lambda: gone(those), 15)
    assert len(those) == 4 and [status_of(folder) for folder in folders] == ["interrupted"] * 2


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs POSIX signals")
def test_a_process_too_busy_to_end_in_time_leaves_no_session_running(
    data_dir: Path, tmp_path: Path
) -> None:
    recording = data_dir / "video/liveportrait_d6.mp4"
    with started("analyze", recording, "--out", tmp_path / "session", "--quiet") as process:
        wait_for(under_way(tmp_path / "session"))
        those = workers(process)
        those[0].suspend()  # as a machine does that has other things to do
        process.send_signal(signal.SIGINT)
        result = ended(process)
    assert result.status == 130 and "interrupted" in result.line
    assert status_of(tmp_path / "session") == "interrupted"


def test_a_listener_that_is_killed_is_one_line(data_dir: Path, tmp_path: Path) -> None:
    recording = data_dir / "video/liveportrait_d6.mp4"
    with started("analyze", recording, "--out", tmp_path / "session", "--quiet") as process:
        wait_for(under_way(tmp_path / "session"))
        wait_for(lambda: len(workers(process)) == 2)
        workers(process)[1].kill()
        result = ended(process)
    assert result.status == 3 and "listens to it was killed" in result.line
    assert status_of(tmp_path / "session") == "interrupted"


def test_a_process_that_is_killed_costs_its_recording_only(data_dir: Path, tmp_path: Path) -> None:
    lost, kept = data_dir / "video/liveportrait_d6.mp4", data_dir / "video/grid/bbaf2n.mpg"
    with started("analyze", lost, kept, "--out", tmp_path, "--quiet") as process:
        wait_for(under_way(tmp_path / lost.stem))
        those = workers(process)
        those[0].kill()
        result = ended(process)
    assert result.status == 3 and result.out == ""
    assert str(lost) in result.line and "analyses it was killed" in result.line
    assert status_of(tmp_path / lost.stem) == "interrupted"
    assert status_of(tmp_path / kept.stem) == "complete" and gone(those)


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
