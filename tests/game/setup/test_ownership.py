"""Set-up and its repairs touch only environments that this program made."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from game.setup import install
from perception.errors import StorageError
from tests.conftest import ROOT
from tests.game.setup.conftest import steps

Tree = dict[str, tuple[int, int, bytes]]
"""Path to mode, time of change in nanoseconds, and content or target of a link."""


def tree(folder: Path) -> Tree:
    """All that a folder holds, to the byte."""
    found = {}
    for path in sorted([folder, *folder.rglob("*")]):
        status = path.lstat()
        content = b""
        if path.is_symlink():
            content = os.readlink(path).encode()
        elif path.is_file():
            content = path.read_bytes()
        found[str(path)] = (status.st_mode, status.st_mtime_ns, content)
    return found


@pytest.fixture
def foreign(place: Path) -> Path:
    """Somebody's own environment in RECRUITER_VENV, one of its packages half installed."""
    venv.create(place, symlinks=True, with_pip=False)
    (site,) = place.glob("lib/python3*/site-packages")
    for package, record in (("whole", True), ("half", False)):
        info = site / f"{package}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (site / f"{package}.py").write_text("WORK = 'of years'\n")
        if record:
            (info / "RECORD").touch()
            (info / "INSTALLER").write_text("pip\n")
    return place


def start(*arguments: str) -> subprocess.CompletedProcess[str]:
    """``run.py`` as a person starts it, outside of its environment."""
    return subprocess.run(
        [sys.executable, str(ROOT / "run.py"), *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("arguments", [("models",), ("doctor", "--mend"), ("test",)])
def test_somebodys_own_environment_is_left_as_it_is(
    arguments: tuple[str, ...], foreign: Path
) -> None:
    before = tree(foreign)
    result = start(*arguments)
    assert (result.returncode, result.stdout) == (StorageError.exit_code, "")
    assert result.stderr.count("\n") == 1 and str(foreign) in result.stderr
    assert "left as it is" in result.stderr and "RECRUITER_VENV" in result.stderr
    assert tree(foreign) == before


def test_so_is_one_that_lacks_its_interpreter(foreign: Path) -> None:
    for path in (foreign / "bin").iterdir():
        path.unlink()
    before = tree(foreign)
    assert start("doctor", "--mend").returncode == StorageError.exit_code
    assert tree(foreign) == before


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_so_is_whatever_else_is_there(
    kind: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    steps(monkeypatch, done, {})
    mine = place
    if kind == "folder":
        place.mkdir()
        mine = place / "thesis.txt"
    mine.write_text("three years of work")
    before = tree(place)
    with pytest.raises(StorageError, match="left as it is"):
        install.ensure(quiet=True)
    assert done == []
    assert tree(place) == before


def test_an_empty_folder_is_taken(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    steps(monkeypatch, done, {})
    place.mkdir()
    install.ensure(quiet=True)
    assert done == ["one", "two", "three"]
    assert (place / install.STAMP_FILE).is_file()


def test_a_folder_that_cannot_be_written_says_so(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps(monkeypatch, [], {})
    place.symlink_to(place.parent / "gone" / "away")  # root, too, cannot make this a folder
    with pytest.raises(StorageError, match=r"cannot be written .*RECRUITER_VENV"):
        install.ensure(quiet=True)


def test_the_mark_is_there_before_anything_else(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look(setup: install.Setup) -> str:
        assert [path.name for path in place.iterdir()] == [install.STAMP_FILE]
        raise KeyboardInterrupt

    monkeypatch.setattr(install, "STEPS", (("one", "one", look),))
    with pytest.raises(KeyboardInterrupt):
        install.ensure(quiet=True)
    done: list[str] = []
    steps(monkeypatch, done, {})
    install.ensure(quiet=True)
    assert done == ["one", "two", "three"]


def test_a_mark_that_was_being_written_is_no_hindrance(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    steps(monkeypatch, done, {})
    place.mkdir()
    (place / install.STAMP_FILE).with_suffix(".4711").write_text('{"do')
    install.ensure(quiet=True)
    assert done == ["one", "two", "three"]


def test_an_environment_of_ours_that_was_cut_off_is_made_anew_inside_its_folder(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interrupted while venv was at it: the mark stands, what is half there is cleared away."""
    environment = ("environment", "environment", install._environment)

    def interrupted(command: list[str], *_: object) -> None:
        venv.create(command[-1], symlinks=True, with_pip=False)  # its pip did not come to be
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(install, "STEPS", (environment,))
        cut.setattr(install.pipsteps, "run_logged", interrupted)
        with pytest.raises(KeyboardInterrupt):
            install.ensure(quiet=True)
    (site,) = place.glob("lib/python3*/site-packages")
    (site / "left.py").touch()
    (place / "link").symlink_to(ROOT)
    monkeypatch.setattr(install, "STEPS", (environment,))
    python = install.ensure(quiet=True)
    assert not (site / "left.py").exists() and not (place / "link").is_symlink()
    assert (ROOT / "run.py").is_file()
    assert install._is_whole(python)
    assert install.Stamps.of(place).done["environment"] == install.wanted()


def test_what_was_done_is_forgotten_before_it_is_cleared(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamps = install.Stamps.of(place)
    stamps.done = {"environment": install.wanted(), "torch": install.wanted()}
    stamps.write()

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(install.pipsteps, "run_logged", interrupted)
    monkeypatch.setattr(install, "STEPS", (("environment", "environment", install._environment),))
    with pytest.raises(KeyboardInterrupt):
        install.ensure(quiet=True)
    assert install.Stamps.of(place).done == {}


def test_one_that_lost_its_interpreter_is_made_anew(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    steps(monkeypatch, done, {})
    python = install.ensure(quiet=True)
    python.unlink()
    install.ensure(quiet=True)
    assert done == ["one", "two", "three"] * 2
    assert os.access(python, os.X_OK)


def test_mending_is_for_ours(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    steps(monkeypatch, done, {})
    install.ensure(quiet=True)
    install.ensure(quiet=True, again=True)
    assert done == ["one", "two", "three"] * 2
    (place / install.STAMP_FILE).unlink()
    before = tree(place)
    with pytest.raises(StorageError, match="left as it is"):
        install.ensure(quiet=True, again=True)
    assert tree(place) == before
