"""Fixtures for all rooms."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

import pytest

from perception import environment
from tests.skips import pytest_terminal_summary  # noqa: F401 - a hook, found by its name

ROOT = Path(__file__).resolve().parent.parent

environment.prepare()  # before any test module imports a library that reads it


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Folder of real recordings: RECRUITER_TEST_DATA, or ../shared/data beside the project."""
    folder = Path(os.environ.get("RECRUITER_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "manifest.csv").is_file():
        pytest.skip(f"needs real recordings, which are not at {folder}: set RECRUITER_TEST_DATA")
    return folder.resolve()


@pytest.fixture
def fresh_alsa() -> None:
    """Has ALSA read its configuration anew: it looks once per process whether PulseAudio runs."""
    try:
        ctypes.CDLL("libasound.so.2").snd_config_update_free_global()
    except (OSError, AttributeError):
        pytest.skip("needs ALSA: apt-get install libasound2")
