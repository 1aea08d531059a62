"""Runs of ``run.py`` as a person would start it, for the tests of whole commands."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
import unittest.mock
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

import run as entry
from dialogue.content.persona import PERSONAS

PATIENCE_S = 240.0
"""Far more than any of these commands takes: a test machine may be busy."""

ROOT = Path(__file__).resolve().parent.parent
"""Folder of the program."""

SHORT = Path(__file__).parent / "short"
"""The shortest interview, and the shortest candidate."""

SETTINGS = f"""
[picture]
width = 320
height = 180
frames_per_s = 10

[film]
fps = 10

[dialogue]
settle_s = 0.1
settle_most_s = 1.0
encourage_s = 0.5
help_s = 0.7
offer_s = 1.5
move_on_s = 0.5
typing_patience = 1.0
[dialogue.follow_ups]
per_question = 0
[dialogue.conduct]
follow_ups = 0
your_questions = false

[interview]
role = "{SHORT / "interview.toml"}"
"""
"""A small picture and an impatient recruiter of few words: what is tested is what goes wrong around
her. Keys may follow that belong to ``[interview]``, then other tables."""


def bare(settings: str) -> str:
    """The same settings with nothing but the room and her in the picture."""
    return settings.replace("[film]", "self_view = false\n\n[film]", 1)


def lena(folder: Path, old: str = "", new: str = "") -> Path:
    """Writes a recruiter of one's own, with one thing changed."""
    text = (PERSONAS / "anna.toml").read_text(encoding="utf-8").replace('"Anna"', '"Lena"')
    assert old in text
    path = folder / "lena.toml"
    path.write_text(text.replace(old, new) if old else text, encoding="utf-8")
    return path


@dataclass(frozen=True, slots=True)
class Result:
    """What a command left."""

    status: int
    out: str
    err: str

    @property
    def line(self) -> str:
        """The one line on standard error."""
        assert self.err.count("\n") == 1 and self.err.endswith("\n"), self.err
        return self.err.strip()


def command(*arguments: object) -> list[str]:
    """The command line that starts ``run.py``."""
    return [sys.executable, str(ROOT / "run.py"), *map(str, arguments)]


def environment(**more: str) -> dict[str, str]:
    """Of a run whose output is to be read by a test."""
    return {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", **more}


def run_here(*arguments: object, **more: str) -> Result:
    """Runs a command in this process, as ``run.py`` does once it is in its environment.

    For commands that open neither a room nor a device: starting a process for each takes a
    hundred times as long as what they do.

    Args:
        arguments: what stands after ``run.py``.
        more: environment variables.
    """
    out, err = io.StringIO(), io.StringIO()
    with (
        unittest.mock.patch.dict(os.environ, environment(**more)),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            status = entry.main([str(argument) for argument in arguments])
        except SystemExit as done:  # --help and --version leave so
            status = int(done.code or 0)
    assert "Traceback" not in out.getvalue() + err.getvalue(), err.getvalue()
    return Result(status, out.getvalue(), err.getvalue())


def run(*arguments: object, **more: str) -> Result:
    """Runs a command to its end, in a process of its own."""
    with started(*arguments, **more) as process:
        return ended(process)


@contextlib.contextmanager
def hearing_ctrl_c() -> Iterator[None]:
    """What is started meanwhile hears Ctrl-C, wherever the tests themselves were started.

    A shell has its background jobs ignore SIGINT (``python3 run.py test &`` in a script), and
    whatever they start inherits that. A signal that is caught here is not ignored there.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def started(*arguments: object, **more: str) -> Iterator[subprocess.Popen[str]]:
    """A command under way, in a process group of its own as a terminal would give it.

    Args:
        arguments: what stands after ``run.py``.
        more: environment variables.
    """
    with hearing_ctrl_c():
        process = subprocess.Popen(
            command(*arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(**more),
            start_new_session=True,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def at_a_terminal(typed: str, *arguments: object, **more: str) -> Result:
    """Runs a command at a terminal of its own, and types as soon as it waits for an answer."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command(*arguments),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment(**more),
        start_new_session=True,
    )
    os.close(theirs)
    said = b""
    give_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        if select.select([ours], [], [], 0.2)[0]:
            try:
                said += os.read(ours, 4096)
            except OSError:
                break  # the other side has closed
        if typed and b"]ew one? " in said:
            os.write(ours, typed.encode())
            typed = ""
    os.close(ours)
    status = process.wait(timeout=10)
    text = said.decode(errors="replace")
    assert "Traceback" not in text, text
    return Result(status, text, "")


def ended(process: subprocess.Popen[str]) -> Result:
    """Waits for a command's end; a person never sees a traceback."""
    out, err = process.communicate(timeout=PATIENCE_S)
    assert "Traceback" not in out + err, err
    return Result(process.returncode, out, err)


def wait_for(what: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
    """Waits until something has come true, and fails when it never does."""
    give_up = time.monotonic() + patience_s
    while not what():
        assert time.monotonic() < give_up, "this never came true"
        time.sleep(0.05)


def events(folder: Path) -> list[dict[str, Any]]:
    """Whole lines of a session's ``events.jsonl``, which may still be growing."""
    path = folder / "events.jsonl"
    if not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    return [json.loads(line) for line in lines]


def kinds(folder: Path, source: str) -> list[str]:
    """Kinds of the events of one source, in order."""
    return [event["kind"] for event in events(folder) if event["source"] == source]


def in_mid_answer(process: subprocess.Popen[str], folder: Path) -> None:
    """Waits until the candidate is speaking."""

    def speaks() -> bool:
        assert process.poll() is None, process.communicate()
        return "speech_start" in kinds(folder, "microphone")

    wait_for(speaks)
    time.sleep(1.0)


def workers(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """Worker processes of a running interview, oldest first: seeing, hearing, recogniser."""
    found: list[tuple[float, psutil.Process]] = []
    for child in psutil.Process(process.pid).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # it may end while it is looked at
            if any("spawn_main" in word for word in child.cmdline()):
                found.append((child.create_time(), child))
    return [child for _, child in sorted(found, key=lambda one: one[0])]


def gone(processes: Sequence[psutil.Process]) -> bool:
    """Whether none of the processes runs any more; one that only waits to be reaped is gone."""
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                return False
    return True


def face_in_nearly_all_that_was_seen(report: dict[str, Any]) -> bool:
    """Whether a face was found: a camera that opened late on a busy machine saw less, not worse."""
    face = report["measures"]["face_share"]
    return bool(face["value"] > 0.7 * face["coverage"] > 0.0)


def report_of(folder: Path) -> dict[str, Any]:
    """A session's ``report.json``."""
    loaded: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return loaded


def status_of(folder: Path) -> str:
    """How a session ended, as its ``session.json`` says."""
    meta = json.loads((folder / "session.json").read_text(encoding="utf-8"))
    return str(meta["status"])
