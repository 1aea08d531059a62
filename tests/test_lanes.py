"""Tests run in lanes: what belongs together stays together, interviews begin, long forms wait."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

import pytest

from game.app import commands
from tests.conftest import ROOT
from tests.lanes import CLIPS, REAL_TIME, group_of

TESTS = """
import os, pytest

@pytest.fixture(scope="module")
def made(): return os.getpid()

@pytest.mark.parametrize("number", range(20))
def test_of_one_file(number, made): assert made == os.getpid()

@pytest.mark.whole
def test_long_form(): pass
"""


def end_of(folder: Path, *arguments: str) -> list[str]:
    """What pytest prints of tests in three files, as lines; one of them holds interviews."""
    for file in ("tests/test_first.py", "tests/test_second.py", REAL_TIME[2]):
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text(TESTS)
    return lines_of(folder, *arguments)


def lines_of(folder: Path, *arguments: str, status: int = 0) -> list[str]:
    """What pytest prints of the tests in a folder, as lines; they have passed, or not.

    Args:
        folder: of the tests.
        arguments: of pytest.
        status: how it ends.
    """
    (folder / "pytest.ini").write_text("[pytest]\nmarkers=\n  whole: x\n")
    result = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-v", "-p", "tests.lanes", "-p", "tests.skips"),
            *("-p", "no:cacheprovider", "-c", str(folder / "pytest.ini"), *arguments, str(folder)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert result.returncode == status, result.stdout + result.stderr
    return result.stdout.splitlines()


def test_interviews_come_first_and_long_forms_are_left_out(tmp_path: Path) -> None:
    lines = end_of(tmp_path)
    ran = [line for line in lines if "PASSED" in line or "SKIPPED" in line]
    assert Path(REAL_TIME[2]).name in ran[0]
    assert sum("test_long_form SKIPPED" in line for line in ran) == 3
    assert any("run.py test --all" in line for line in lines)


def test_all_means_all(tmp_path: Path) -> None:
    lines = end_of(tmp_path, "--all")
    assert sum("test_long_form PASSED" in line for line in lines) == 3


def test_a_group_stays_in_one_process(tmp_path: Path) -> None:
    lines = [line for line in end_of(tmp_path, "-n", "2") if " PASSED " in line]
    assert len(lines) == 60
    for file in ("test_first", "test_second", Path(REAL_TIME[2]).stem):
        assert len({line.split()[0] for line in lines if f"{file}.py" in line}) == 1
    assert len({line.split()[0] for line in lines}) == 2, "both had something to do"


CRASHING = """
import os, pytest

@pytest.mark.parametrize("number", range(4))
def test_it(number):
    if number == 2: os.kill(os.getpid(), 11)
"""


def test_a_test_that_crashes_its_process_fails_once_and_the_others_still_run(
    tmp_path: Path,
) -> None:
    for name in ("crashing", "first", "last"):
        text = CRASHING if name == "crashing" else TESTS
        (tmp_path / f"test_{name}.py").write_text(text)
    lines = lines_of(tmp_path, "-n", "2", status=1)
    assert "1 failed, 43 passed, 2 skipped" in lines[-1]
    told = [line for line in lines if re.match(r"worker '.+' crashed while running", line)]
    assert len(told) == 1, "the summary names it again where lines are not cut, as under CI"


FILLING = """
kept = []

@pytest.fixture(autouse=True)
def fill(request):
    if kept: return
    kept.append(b"x" * 1_500_000_000)
    request.path.with_suffix(".pid").write_text(str(os.getpid()))
"""

GONE = """
import time
from pathlib import Path

import psutil

def runs(pid):
    try: return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess: return False

def test_those_that_gave_way_have_ended():
    pids = [int(path.read_text()) for path in Path(__file__).parent.glob("*.pid")]
    end_s = time.monotonic() + 20
    while any(map(runs, pids)) and time.monotonic() < end_s: time.sleep(0.1)
    assert len(pids) == 2 and not any(map(runs, pids))
"""

SLOW = """
import time

@pytest.fixture(autouse=True)
def slow():
    time.sleep(0.1)
"""


SLOW_TO_COLLECT = """
import os, time

if os.environ.get("PYTEST_XDIST_WORKER") == "gw3": time.sleep(2)
"""


def test_processes_that_have_grown_large_give_way_to_others(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(SLOW_TO_COLLECT)  # one is ready before the other
    for number in range(7):
        more = FILLING if number < 2 else SLOW  # both at once: two begin together
        (tmp_path / f"test_{number}.py").write_text(TESTS + more + (GONE if number == 6 else ""))
    arguments = ("-n", "2", "--large-bytes", "1.4e9")
    ran = [line for line in lines_of(tmp_path, *arguments) if " PASSED " in line]
    files_of: dict[str, set[str]] = {}
    for line in ran:
        file = re.search(r"test_(\d)\.py", line)
        assert file is not None
        files_of.setdefault(line.split()[0], set()).add(file[1])
    assert len(ran) == 141 and len(files_of) == 4
    assert sum(map(len, files_of.values())) == 7, "a group stays in one process"
    assert {"0"} in files_of.values() and {"1"} in files_of.values()


def test_the_groups_name_files_that_there_are() -> None:
    for files in (REAL_TIME, CLIPS):
        assert all((ROOT / file).is_file() for file in files)
        assert {group_of(f"{file}::test_one[a::b]") for file in files} == {files[0]}
    assert group_of("tests/test_lanes.py::test_one") == "tests/test_lanes.py"


@pytest.mark.parametrize(
    ("arguments", "lanes"),
    [
        ([], True),
        (["--all"], True),
        (["--durations=15", "--all"], True),
        (["tests/test_run.py"], False),
        (["-k", "smile"], False),
        (["-n", "3"], False),
    ],
)
def test_all_tests_run_in_lanes_and_named_ones_as_they_are(
    arguments: list[str], lanes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(commands.os, "execv", lambda _python, command: started.append(command))
    monkeypatch.setattr(commands.os, "chdir", lambda _folder: None)
    monkeypatch.setattr(
        commands.subprocess, "run", lambda *_, **__: argparse.Namespace(returncode=0)
    )
    commands.test(argparse.Namespace(pytest_arguments=arguments))
    (command,) = started
    assert ("-n" in command and command[command.index("-n") + 1] != "3") is lanes
    assert command[-len(arguments) :] == arguments or not arguments
