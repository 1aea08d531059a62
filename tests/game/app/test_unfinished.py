"""An interview that was cut off is resumed, reported or left, and asked about once."""

from __future__ import annotations

import io
import json
import multiprocessing
import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dialogue.content.persona import load_persona
from dialogue.types import RecruiterAct
from game.app import unfinished
from game.app.plan import Candidate, Plan
from game.app.session import _kept
from game.settings import Settings
from perception.errors import InputError
from perception.interrupt import kept_after
from scoring.record.session import find_unfinished, read_session
from scoring.record.writer import SessionWriter, is_in_use
from tests.commandline_runs import run_here
from tests.scoring.sessions import leave_as_killed

META: dict[str, Any] = {
    "kind": "practice",
    "role": "nurse",
    "persona": "mei",
    "seed": 7,
    "questions": 3,
    "manner": None,
}


def cut_off(folder: Path, **changed: Any) -> Path:
    """A session whose process was killed."""
    writer = SessionWriter(folder, {**META, **changed})
    leave_as_killed(writer)
    return folder


def plan_of(folder: Path) -> Plan:
    return Plan(
        settings=Settings(),
        role="sales_assistant",
        persona=load_persona("anna"),
        questions=4,
        seed=1,
        candidate=Candidate(None, None),
        folder=folder,
        offscreen=True,
        film=None,
        voice="flite",
        quiet=True,
    )


def status_of(folder: Path) -> str:
    return str(json.loads((folder / "session.json").read_text("utf-8"))["status"])


@pytest.mark.parametrize(
    ("typed", "choice"),
    [
        ("r\n", "resume"),
        ("Resume\n", "resume"),
        ("p\n", "report"),
        ("report\n", "report"),
        ("n\n", "new"),
        ("what?\n\nn\n", "new"),
        ("", "new"),
    ],
)
def test_what_is_typed_is_what_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, choice: str
) -> None:
    folder = cut_off(tmp_path / "old")
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    plan = plan_of(tmp_path / "new")
    assert unfinished.offer(plan, folder) == choice
    resumed = choice == "resume"
    assert (plan.resume, plan.role, plan.seed) == (
        (True, "nurse", 7) if resumed else (False, "sales_assistant", 1)
    )
    undecided = resumed or not typed
    assert status_of(folder) == ("running" if undecided else "interrupted")
    assert find_unfinished(tmp_path) == ((folder,) if undecided else ())


def test_an_end_at_the_question_decides_nothing_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def press(_question: str) -> str:
        raise KeyboardInterrupt

    folder = cut_off(tmp_path / "old")
    monkeypatch.setattr("builtins.input", press)
    with pytest.raises(KeyboardInterrupt) as end:
        unfinished.offer(plan_of(tmp_path / "new"), folder)
    assert str(folder) in kept_after(end.value)
    assert status_of(folder) == "running" and find_unfinished(tmp_path) == (folder,)


@pytest.mark.parametrize("was_there", [False, True])
def test_an_end_while_a_session_is_copied_leaves_no_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, was_there: bool
) -> None:
    folder, out = cut_off(tmp_path / "old"), tmp_path / "copy"
    if was_there:
        out.mkdir()

    def press(_folder: Path) -> None:  # all files are there by then
        assert list(out.iterdir())
        raise KeyboardInterrupt

    monkeypatch.setattr("game.app.commands.make_private", press)
    done = run_here("report", folder, "--out", out, "--quiet")
    assert done.status == 130
    assert done.line == f"run.py: interrupted; nothing was written in {out}"
    assert signal.getsignal(signal.SIGTERM) is not signal.SIG_IGN  # this process goes on
    assert out.exists() == was_there and not (was_there and list(out.iterdir()))


def test_what_is_kept_of_an_interview_is_told_as_it_is(tmp_path: Path) -> None:
    plan = replace(plan_of(tmp_path / "new one"), film=tmp_path / "room.mp4")
    assert _kept(plan) == "nothing was recorded yet"
    (tmp_path / "room-green-room.mp4").touch()
    assert str(tmp_path / "room-green-room.mp4") in _kept(plan)
    cut_off(plan.folder)
    assert _kept(plan).endswith(f"python3 run.py report '{plan.folder}' writes its report")
    (plan.folder / "report.json").touch()
    assert _kept(plan) == f"the record is kept in {plan.folder}"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"role": "gone.toml"}, "gone.toml"),
        ({"persona": "nobody_here"}, "nobody_here"),
        ({"seed": None}, "does not say which seed"),
        ({"questions": "three"}, "does not say which questions"),
        ({"files": {"persona": "/gone/lena.toml"}}, "lena.toml"),
    ],
)
def test_what_is_gone_cannot_be_resumed_and_is_named(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    changed: dict[str, Any],
    said: str,
) -> None:
    folder = cut_off(tmp_path / "old", **changed)
    monkeypatch.setattr(sys, "stdin", io.StringIO("r\np\n"))
    assert unfinished.offer(plan_of(tmp_path / "new"), folder) == "report"
    out = capsys.readouterr().out
    assert "it cannot be resumed" in out and said in out and "[r]esume" not in out


def test_the_question_that_was_cut_off_is_asked_again(tmp_path: Path) -> None:
    folder = tmp_path / "old"
    writer = SessionWriter(folder, META)
    for number, name in enumerate(("about_you", "about_you/short", "error")):
        writer.act(RecruiterAct(1.0 + number, "ask", "?", "neutral", None, name, name))
    leave_as_killed(writer)
    assert unfinished._questions_done(folder) == 1


def test_a_newer_record_is_not_written_on_by_an_older_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = cut_off(tmp_path / "old")
    table = json.loads((folder / "session.json").read_text("utf-8"))
    (folder / "session.json").write_text(json.dumps({**table, "record_format": 99}), "utf-8")
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\n"))
    unfinished.offer(plan_of(tmp_path / "new"), folder)
    assert "record format 99" in capsys.readouterr().out
    table = json.loads((folder / "session.json").read_text("utf-8"))
    assert (table["record_format"], table["status"]) == (99, "running")


@pytest.mark.parametrize("made", ["2", -1, 0, 2.5, True, [1]])
def test_a_format_that_cannot_be_told_is_not_written_on(tmp_path: Path, made: Any) -> None:
    folder = cut_off(tmp_path / "old")
    table = json.loads((folder / "session.json").read_text("utf-8"))
    (folder / "session.json").write_text(json.dumps({**table, "record_format": made}), "utf-8")
    with pytest.raises(InputError, match="a format that cannot be told"):
        SessionWriter(folder, {}, resume=True)
    assert any("record_format is damaged" in note for note in read_session(folder).notes)
    del table["record_format"]  # of before there was one
    (folder / "session.json").write_text(json.dumps(table), "utf-8")
    SessionWriter(folder, {}, resume=True).close("interrupted")


@pytest.mark.parametrize("kind", ["analysis", "demo"])
def test_what_nobody_took_part_in_is_not_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    cut_off(tmp_path / "sessions" / "old", kind=kind)
    monkeypatch.setenv("RECRUITER_SESSIONS", str(tmp_path / "sessions"))
    assert unfinished.unfinished_interview(plan_of(tmp_path / "new")) is None


def hold(folder: str, held: Any) -> None:
    SessionWriter(Path(folder), META)
    held.set()
    time.sleep(60)


def test_who_only_looks_is_not_taken_for_one_who_records(tmp_path: Path) -> None:
    folder = cut_off(tmp_path / "old")
    with ThreadPoolExecutor(4) as looking:
        looks = [looking.submit(is_in_use, folder) for _ in range(400)]
        assert not any(look.result() for look in looks)
        looks = [looking.submit(is_in_use, folder) for _ in range(400)]
        writer = SessionWriter(folder, {}, resume=True)
        assert is_in_use(folder)
        for look in looks:
            look.result()
    writer.close("interrupted")
    assert not is_in_use(folder)


@pytest.mark.skipif(os.name != "posix", reason="kills a process the POSIX way")
def test_a_session_in_use_is_nobody_elses_until_its_process_dies(tmp_path: Path) -> None:
    folder = tmp_path / "sessions" / "one"
    context = multiprocessing.get_context("spawn")
    held = context.Event()
    process = context.Process(target=hold, args=(str(folder), held))
    process.start()
    try:
        assert held.wait(30)
        before = (folder / "events.jsonl").read_bytes()
        assert is_in_use(folder) and find_unfinished(tmp_path / "sessions") == ()
        with pytest.raises(InputError, match="another run of this program"):
            SessionWriter(folder, {}, resume=True)
        done = run_here("report", folder, "--quiet")
        assert done.status != 0 and "being recorded by another run" in done.err
        done = run_here("report", folder, "--out", tmp_path / "copy", "--quiet")
        assert done.status == 2 and "being recorded by another run" in done.line
        assert not (tmp_path / "copy").exists()
        assert (folder / "events.jsonl").read_bytes() == before
    finally:
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join(10)
    assert not is_in_use(folder) and find_unfinished(tmp_path / "sessions") == (folder,)
    SessionWriter(folder, {}, resume=True).close("interrupted")
    assert status_of(folder) == "interrupted"
