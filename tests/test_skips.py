"""The end of a run of the tests says what did not run, and how to have it run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

TESTS = """
import pytest

needs_screen = pytest.mark.skipif(True, reason="needs Xvfb: apt-get install xvfb")

@needs_screen
def test_one(): pass

@needs_screen
def test_two(): pass

def test_three():
    pytest.skip("needs another\\n  user than root")

@pytest.mark.skipif(True, reason="run by test_five, in a process of its own")
def test_four(): pass

def test_five(): pass
"""


def end_of(tests: str, folder: Path, *arguments: str) -> list[str]:
    """What pytest prints of these tests, as lines."""
    (folder / "test_few.py").write_text(tests)
    result = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "tests.skips", "-p", "no:cacheprovider"),
            *("-c", "/dev/null", "--rootdir", str(folder), *arguments, str(folder)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout
    return result.stdout.splitlines()


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param((), marks=pytest.mark.whole, id="alone"),
        pytest.param(("-n", "1"), id="xdist"),
    ],
)
def test_each_reason_is_said_once_with_its_count(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    *_, title, first, second, third, closing = end_of(TESTS, tmp_path, *arguments)
    assert "skipped here, and what they need" in title
    assert first == "   2 tests  needs Xvfb: apt-get install xvfb"
    assert second == "   1 test   needs another user than root"
    assert third.startswith("(1 more") and "process of their own" in third
    assert closing.startswith("1 passed, 4 skipped")


def test_where_nothing_was_skipped_nothing_is_said(tmp_path: Path) -> None:
    lines = end_of("def test_one(): pass\n", tmp_path)
    assert not any("skipped" in line for line in lines)
