"""Set-up: done once, goes on where it was cut off, says what broke, clears nothing of others."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from game.setup import install, pipsteps, systempackages
from game.setup.stepdisplay import StepDisplay
from perception.errors import StorageError
from tests.commandline_runs import gone, hearing_ctrl_c, wait_for
from tests.conftest import ROOT
from tests.game.setup.conftest import steps


def test_it_is_done_once(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    steps(monkeypatch, done, {})
    assert install.ensure(quiet=True) == install.venv_python(place)
    assert done == ["one", "two", "three"]
    install.ensure(quiet=True)
    assert done == ["one", "two", "three"]


def test_mending_goes_through_every_step(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    steps(monkeypatch, done, {})
    install.ensure(quiet=True)
    install.ensure(quiet=True, again=True)
    assert done == ["one", "two", "three"] * 2


def test_an_interrupted_one_goes_on(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    broken: dict[str, BaseException] = {"two": KeyboardInterrupt()}
    steps(monkeypatch, done, broken)
    with pytest.raises(KeyboardInterrupt):
        install.ensure(quiet=True)
    assert done == ["one"]
    broken.clear()
    install.ensure(quiet=True)
    assert done == ["one", "two", "three"]


def test_changed_pins_set_up_again(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    steps(monkeypatch, done, {})
    install.ensure(quiet=True)
    other = tmp_path / "requirements.lock"
    other.write_text("numpy==1.26.3\n")
    monkeypatch.setattr(install, "LOCK_FILE", other)
    install.ensure(quiet=True)
    assert len(done) == 6


def test_new_hashes_and_comments_of_the_same_pins_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / "requirements.lock"
    monkeypatch.setattr(install, "LOCK_FILE", lock)
    lock.write_text("# one\nnumpy==1.26.4 --hash=sha256:aa\n")
    before = install.wanted()
    lock.write_text("numpy==1.26.4 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n")
    assert install.wanted() == before
    lock.write_text("numpy==1.26.5 --hash=sha256:aa\n")
    assert install.wanted() != before


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX, whose files have modes")
def test_a_log_is_for_its_user_alone(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = os.umask(0)
    try:
        steps(monkeypatch, [], {})
        install.ensure(quiet=True)
    finally:
        os.umask(before)
    (log,) = (place.parent / "cache" / "logs").iterdir()
    assert log.name.startswith("setup-") and log.stat().st_mode & 0o777 == 0o600


def test_a_full_disk_names_the_step(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps(monkeypatch, [], {"two": OSError(28, "No space left on device")})
    with pytest.raises(StorageError, match=r"set-up broke at 'two': .*No space left"):
        install.ensure(quiet=True)


def test_damaged_stamps_count_as_none(place: Path) -> None:
    place.mkdir()
    (place / install.STAMP_FILE).write_text('{"done": {"one"')
    stamps = install.Stamps.of(place)
    assert stamps.done == {}
    stamps.done["one"] = "hash"
    stamps.missing["sound"] = "command"
    stamps.write()
    again = install.Stamps.of(place)
    assert (again.done, again.missing) == ({"one": "hash"}, {"sound": "command"})
    assert [path.name for path in place.iterdir()] == [install.STAMP_FILE]


def test_a_folder_of_others_is_not_cleared(place: Path) -> None:
    place.mkdir()
    (place / "thesis.txt").write_text("three years of work")
    setup = install.Setup(
        place, install.Stamps.of(place), StepDisplay(1, quiet=True), place.parent / "log"
    )
    with pytest.raises(StorageError, match="not an environment"):
        install._environment(setup)
    assert (place / "thesis.txt").read_text() == "three years of work"


def test_two_at_once_do_the_work_once(place: Path, tmp_path: Path) -> None:
    code = f"""
import time, sys
from pathlib import Path
from game.setup import install
def work(setup):
    with open({str(tmp_path / "done")!r}, "a") as file:
        file.write("x")
    time.sleep(1.0)
    python = install.venv_python(setup.venv)
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    return "done"
install.STEPS = (("one", "one", work),)
install.ensure(quiet=True)
"""
    both = [subprocess.Popen([sys.executable, "-c", code], cwd=ROOT) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    assert (tmp_path / "done").read_text() == "x"


def test_the_cause_is_the_line_that_tells_most() -> None:
    assert "check the network" in pipsteps.cause_of(
        ["WARNING: Retrying ... NewConnectionError(...)", "ERROR: No matching distribution for x"]
    )
    assert pipsteps.cause_of(["OSError: [Errno 28] No space left on device"]) == "the disk is full"
    assert pipsteps.cause_of(["Collecting x", "ERROR: x wants Python 3.13", "", "bye"]) == (
        "x wants Python 3.13"
    )
    assert pipsteps.cause_of(["Traceback ...", "  File", "ModuleNotFoundError: No module 'x'"]) == (
        "ModuleNotFoundError: No module 'x'"
    )
    assert pipsteps.cause_of([]) == "it said nothing"


@pytest.mark.skipif(os.name != "posix", reason="process groups of POSIX systems")
def test_ctrl_c_leaves_neither_children_nor_what_they_unpacked(tmp_path: Path) -> None:
    unpacked = tmp_path / "unpacked"
    unpacked.mkdir()
    code = f"""
import sys
from pathlib import Path
from game.setup import pipsteps
grandchild = "import time; time.sleep(60)"
child = (
    "import os, subprocess, sys, tempfile, time;"
    f"other = subprocess.Popen([sys.executable, '-c', {{grandchild!r}}]);"
    "tempfile.mkdtemp();"
    "print(os.getpid(), other.pid, flush=True); time.sleep(60)"
)
pipsteps.run_logged([sys.executable, "-c", child], Path({str(tmp_path / "log")!r}), "x",
                    lambda line: print(line, end="", flush=True))
"""
    with hearing_ctrl_c():
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "TMPDIR": str(unpacked)},
        )
    assert process.stdout is not None
    children = [psutil.Process(int(pid)) for pid in process.stdout.readline().split()]
    assert len(children) == 2
    process.send_signal(signal.SIGINT)  # to the parent alone: harder than a terminal's Ctrl-C
    process.wait(timeout=30)
    process.stdout.close()
    wait_for(lambda: gone(children), 10)
    assert list(unpacked.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="apt-get is run on Debian")
def test_the_systems_own_packages_are_never_left_half_installed(tmp_path: Path) -> None:
    (tmp_path / "apt-get").write_text(
        "#!/bin/sh\n"
        f"trap 'asked=1' INT\ntouch {tmp_path}/at_work\n"
        'while [ -z "$asked" ]; do sleep 0.05; done\n'
        f"touch {tmp_path}/whole\nexit 130\n"
    )
    (tmp_path / "apt-get").chmod(0o755)
    code = f"""
import os
from pathlib import Path
from game.setup import systempackages
from perception.interrupt import end_politely
end_politely()
with open(os.devnull, "w") as out:
    systempackages._carried_out([{str(tmp_path / "apt-get")!r}], out, dict(os.environ))
"""
    with hearing_ctrl_c():
        process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE)
    wait_for((tmp_path / "at_work").exists, 30)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode != 0 and (tmp_path / "whole").exists()


def test_what_lacks_is_named_with_a_command_to_paste() -> None:
    here = systempackages.Need("a thing", "libthing1", lambda: True)
    gone = systempackages.Need("another", "libother2", lambda: False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(systempackages, "NEEDS", (here, gone))
        patch.setattr(sys, "platform", "linux")
        assert systempackages.lacking() == [gone]
    assert "libother2" in systempackages.command_to_paste([gone])


def test_a_library_is_found_by_what_it_gives() -> None:
    assert systempackages._library("c")()
    assert not systempackages._library("surely-not-there")()
    assert not systempackages._header("surely_not_there.h")()


def test_progress_in_a_log_is_lines() -> None:
    stream = io.StringIO()
    display = StepDisplay(2, stream=stream)
    display.start("torch")
    display.set_progress("torch (190 MB)", 0.5)
    display.end()
    display.start("packages")
    display.end("going on without PyAudio")
    lines = stream.getvalue().splitlines()
    assert lines[0] == "[1/2] torch ..."
    assert lines[1].startswith("[1/2] ✓ torch (")
    assert lines[3].startswith("[2/2] – packages (") and "without PyAudio" in lines[3]
    assert "\x1b" not in stream.getvalue()


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Always."""
        return True


def test_progress_in_a_terminal_is_one_line_drawn_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    stream = Terminal()
    display = StepDisplay(1, stream=stream)
    display.start("torch")
    display.set_progress("torch (190 MB)", 0.5)
    for _ in range(100):
        if "190 MB" in stream.getvalue():
            break
        time.sleep(0.05)
    display.end()
    drawn = stream.getvalue().split("\r\x1b[2K")
    assert any("████████████░░░░░░░░░░░░" in text and "190 MB" in text for text in drawn)
    assert drawn[-1].startswith("[1/1] ✓ torch") and stream.getvalue().count("\n") == 1


def test_quiet_is_quiet() -> None:
    stream = io.StringIO()
    display = StepDisplay(1, quiet=True, stream=stream)
    display.start("torch")
    display.note("a note")
    display.end()
    assert stream.getvalue() == ""
