"""Set-up: done once, goes on where it was cut off, says what broke, clears nothing of others."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from game.setup import install, pipsteps, systempackages
from game.setup.stepdisplay import StepDisplay
from perception.errors import ModelError, StorageError
from tests.commandline_runs import hearing_ctrl_c
from tests.conftest import ROOT


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment of our own, with a cache of its own; nothing in it yet."""
    monkeypatch.setenv("RECRUITER_VENV", str(tmp_path / "venv"))
    monkeypatch.setenv("RECRUITER_CACHE", str(tmp_path / "cache"))
    return tmp_path / "venv"


def steps(
    monkeypatch: pytest.MonkeyPatch, done: list[str], broken: dict[str, BaseException]
) -> None:
    """Replaces the set-up's work by notes of what was done."""

    def step(name: str) -> install.Step:
        def work(setup: install.Setup) -> str:
            if name in broken:
                raise broken[name]
            done.append(name)
            python = install.venv_python(setup.venv)
            python.parent.mkdir(parents=True, exist_ok=True)
            if not python.exists():
                python.symlink_to(sys.executable)
            return "done"

        return name, name, work

    monkeypatch.setattr(install, "STEPS", tuple(step(name) for name in ("one", "two", "three")))


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


def wheel(folder: Path, name: str, version: str = "1.0") -> Path:
    """A whole wheel with one module."""
    info = f"{name}-{version}.dist-info"
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", f"VERSION = {version!r}\n")
        archive.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A real environment with pip, which finds only wheels of ours."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    wheels = folder / "wheels"
    wheels.mkdir()
    for name in ("alpha", "beta"):
        wheel(wheels, name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIP_NO_INDEX", "1")
        patch.setenv("PIP_FIND_LINKS", str(wheels))
        yield folder


def imports(environment: Path, name: str) -> bool:
    """Whether the environment can import a module."""
    python = install.venv_python(environment / "venv")
    command = [str(python), "-c", f"import {name}"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_pins_are_installed_with_progress(environment: Path) -> None:
    lock = environment / "pins.lock"
    lock.write_text("# two\nalpha==1.0\nbeta==1.0  # second\n")
    seen: list[tuple[str, float | None]] = []
    without = pipsteps.install_locked(
        install.venv_python(environment / "venv"),
        lock,
        environment / "log",
        lambda what, share: seen.append((what, share)),
    )
    assert without == []
    assert imports(environment, "alpha") and imports(environment, "beta")
    shares = [share for _, share in seen if share is not None]
    assert shares == sorted(shares) and shares[-1] > 0
    assert {"alpha", "beta"} <= {what for what, _ in seen}


def test_a_half_installed_package_is_installed_again(environment: Path) -> None:
    python = install.venv_python(environment / "venv")
    log = environment / "log"
    pipsteps.install_one(python, "alpha==1.0", log, lambda *_: None)
    (site,) = (environment / "venv").glob("lib/python3*/site-packages")
    (site / "alpha.py").unlink()
    (site / "alpha-1.0.dist-info" / "INSTALLER").unlink()  # pip writes it after all files
    pipsteps.install_one(python, "alpha==1.0", log, lambda *_: None)
    assert imports(environment, "alpha")


def test_a_missing_optional_package_is_left_out(environment: Path) -> None:
    lock = environment / "sound.lock"
    lock.write_text("alpha==1.0\nPyAudio==0.2.14\n")
    python = install.venv_python(environment / "venv")
    without = pipsteps.install_locked(python, lock, environment / "log", lambda *_: None)
    assert without == ["PyAudio"]
    assert imports(environment, "alpha")


def test_a_missing_package_is_named_with_step_and_log(environment: Path) -> None:
    lock = environment / "none.lock"
    lock.write_text("gamma==1.0\n")
    python = install.venv_python(environment / "venv")
    log = environment / "none.log"
    with pytest.raises(ModelError, match=r"broke at 'packages': .*gamma") as caught:
        pipsteps.install_locked(python, lock, log, lambda *_: None)
    assert str(log) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "gamma" in log.read_text()


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


def test_ctrl_c_leaves_no_child_behind(tmp_path: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from game.setup import pipsteps
child = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
pipsteps.run_logged([sys.executable, "-c", child], Path({str(tmp_path / "log")!r}), "x",
                    lambda line: print(line, end="", flush=True))
"""
    with hearing_ctrl_c():
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    assert process.stdout is not None
    child = int(process.stdout.readline())
    process.send_signal(signal.SIGINT)  # to the parent alone: harder than a terminal's Ctrl-C
    process.wait(timeout=30)
    process.stdout.close()
    for _ in range(50):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail(f"process {child} lives on")


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
    display.update("torch (190 MB)", 0.5)
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
    display.update("torch (190 MB)", 0.5)
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
