"""A batch of recordings: a folder for each, a line for each, and none ends the others."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from game.app.analysis import Task
from game.app.batch import Batch, Jobs
from game.app.following import in_own_folder
from game.app.session_folders import LONGEST_BYTES, claim, folded, folder_name, give_back, names_of
from game.progressbar import ProgressBar
from game.settings import Settings
from perception.errors import InputError
from perception.process.calls import CallProcess
from scoring.record.writer import SessionWriter
from tests.candidate_media import write_wav
from tests.commandline_runs import run_here, status_of
from tests.game.app.test_unfinished import plan_of

TONE = 0.3 * np.sin(2 * np.pi * 220 * np.arange(1600) / 16_000)


class Odd:
    """What analyses recordings by their names, and goes wrong as these say."""

    def answer(self, tell: Any, task: Task) -> list[str]:
        """Writes a session, or meets what a recording may bring."""
        name = task.recording.stem
        if name == "fault":
            raise ZeroDivisionError("of this program")
        if name == "wrong":
            raise InputError(f"{task.recording}: not a recording that can be read")
        if name == "leaves":
            sys.exit(1)
        writer = SessionWriter(task.folder, {"kind": "analysis"})
        if name == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        while name == "long":
            tell((0.5, "pictures"))
            threading.Event().wait(0.05)
        writer.close()
        return [f"report: {task.folder / 'report.html'}"]

    def close(self) -> None:
        """Nothing is held."""


def batch_of(tmp_path: Path, *names: str) -> Batch:
    tasks = []
    for name in names:
        recording = write_wav(tmp_path / f"{name}.wav", TONE)
        tasks.append(Task(recording, tmp_path / "out" / name, Settings()))
    return Batch(tasks, alone=False, claims=True)


@pytest.mark.skipif(os.name != "posix", reason="kills a process the POSIX way")
def test_none_ends_the_others_and_each_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    batch = batch_of(tmp_path, "fault", "killed", "first", "gone", "wrong", "leaves", "last")
    batch.entries[3].task.recording.unlink()
    batch.look_through()
    with Jobs(f"{__name__}:Odd", 1) as jobs:
        jobs.run(batch, True)
    batch.tell_end([entry.task.recording for entry in batch.entries])
    ended = [entry.state for entry in batch.entries]
    assert ended == ["failed", "failed", "done", "failed", "failed", "failed", "done"]
    told = capsys.readouterr()
    assert len(told.err.splitlines()) == 5 and "no such file" in told.err.splitlines()[0]
    first, *rows = told.out.splitlines()
    assert first == "7 recordings: 2 done, 5 failed"
    assert "ZeroDivisionError" in rows[0] and "was killed" in rows[1]
    assert str(tmp_path / "out" / "killed") in rows[1], "what was recorded of it"
    assert str(tmp_path / "out" / "last" / "report.html") in rows[6]
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"killed", "first", "last"}
    with pytest.raises(ZeroDivisionError):
        batch.status()


def test_what_is_done_stays_done_when_it_is_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    batch = batch_of(tmp_path, "first", "long", "waits")

    def interrupt(*_: object) -> None:
        if (tmp_path / "out" / "long" / "session.json").is_file():
            raise KeyboardInterrupt

    monkeypatch.setattr(batch, "tell_news", interrupt)
    with pytest.raises(KeyboardInterrupt), Jobs(f"{__name__}:Odd", 1) as jobs:
        jobs.run(batch, True)
    batch.tell_end([])
    assert [e.state for e in batch.entries] == ["done", "interrupted", "not begun"]
    assert "1 done, 1 interrupted, 1 not begun" in capsys.readouterr().out


def test_what_is_no_recording_is_told_before_any_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    batch = batch_of(tmp_path, "first", "text", "broken", "head", "still", "last")
    _, text, broken, head, still, _ = (entry.task.recording for entry in batch.entries)
    head.write_bytes(head.read_bytes()[:44])
    text.write_text("1\n00:00 --> 00:02\nHello\n\n" * 20)
    broken.write_bytes(b"\x93 no recording \x00\x01" * 40)
    still.write_bytes(cv2.imencode(".png", np.zeros((8, 8, 3), np.uint8))[1].tobytes())
    batch.look_through()
    assert list(batch.waiting) == [0, 5]
    batch.tell_news(ProgressBar("", True), True)
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 4 and "a text file" in told[0] and "not a recording" in told[1]
    assert "record it again" in told[2] and "a single picture" in told[3]


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")
def test_ctrl_c_again_does_not_cut_the_records_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    batch = batch_of(tmp_path, "long", "waits")
    old = signal.signal(signal.SIGINT, signal.default_int_handler)

    def interrupt(*_: object) -> None:
        if (tmp_path / "out" / "long" / "session.json").is_file():
            raise KeyboardInterrupt

    release = CallProcess.release

    def press_again(process: CallProcess) -> None:
        release(process)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(batch, "tell_news", interrupt)
    monkeypatch.setattr(CallProcess, "release", press_again)
    try:
        with pytest.raises(KeyboardInterrupt), Jobs(f"{__name__}:Odd", 1) as jobs:
            jobs.run(batch, True)
    finally:
        signal.signal(signal.SIGINT, old)
    batch.tell_end([])
    assert "1 interrupted, 1 not begun" in capsys.readouterr().out
    assert status_of(tmp_path / "out" / "long") == "interrupted"
    assert batch.kept().endswith(str(tmp_path / "out" / "long"))


@pytest.mark.slow
def test_missing_ones_and_folders_keep_no_others_back(tmp_path: Path) -> None:
    empty = tmp_path / "empty.wav"
    empty.touch()
    (tmp_path / "folder").mkdir()
    named = (empty, tmp_path / "folder", tmp_path / "no*.wav", empty)
    done = run_here("analyze", *named, "--out", tmp_path / "out")
    assert done.status == 2 and not (tmp_path / "out").exists()
    assert "3 recordings: 3 failed" in done.out and "named 2 times" in done.out
    assert "the file is empty" in done.err and "a folder" in done.err and "no such file" in done.err


def test_names_fit_every_file_system_and_stay_apart() -> None:
    long = "\u00fc" * 240
    stems = ["clip", "Clip", "CLIP-2", "e\u0301", "\u00e9", "\u00c9", "stra\u00dfe", "STRASSE"]
    stems += [long + "a", long + "b", "con", "a:b?", " x. ", "\udcff", "\u202egnp"]
    names = list(names_of([Path(f"{stem}.wav") for stem in stems]))
    assert len({folded(name) for name in names}) == len(stems)
    assert names == list(names_of([Path(f"{stem}.wav") for stem in stems]))
    for name in names:
        assert len(name.encode()) <= LONGEST_BYTES + 3 and name.strip(" .") == name
        assert not set(name) & set('<>:"/\\|?*\u202e') and folded(name) != "con"
    assert folder_name("clip") == "clip"


def test_a_folder_is_ones_own(tmp_path: Path) -> None:
    wanted = tmp_path / "place" / "session-2026"
    found: list[Path] = []
    those = [threading.Thread(target=lambda: found.append(claim(wanted))) for _ in range(8)]
    for each in those:
        each.start()
    for each in those:
        each.join()
    assert len(set(found)) == 8 and wanted in found
    (found[0] / "kept").touch()
    for place in found:
        give_back(place)
    assert list((tmp_path / "place").iterdir()) == [found[0]]


def test_an_interview_of_the_same_second_gets_the_next_folder(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "session-x")
    plan.claims_folder, plan.film = True, plan.folder / "room.mp4"
    with in_own_folder(plan) as one, in_own_folder(plan) as other:
        assert (one.folder.name, other.folder.name) == ("session-x", "session-x-2")
        assert other.film == other.folder / "room.mp4"
        (one.folder / "session.json").touch()
    assert one.folder.is_dir() and not other.folder.exists()
