"""Where things lie: one rule each, and no folder of somebody else's."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from perception import paths
from perception.errors import StorageError


@pytest.fixture
def homeless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user whose own folders cannot be written; the shared temporary folder."""
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    monkeypatch.delenv("RECRUITER_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(in_the_way))
    monkeypatch.setenv("HOME", str(in_the_way))
    shared = tmp_path / "shared"
    shared.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(shared))
    return shared


def test_without_a_writable_home_the_cache_is_elsewhere(homeless: Path) -> None:
    folder = paths.cache_dir()
    assert folder.parent == homeless
    assert folder.stat().st_mode & 0o777 == 0o700
    assert paths.cache_dir() == folder  # the second time, too


def test_a_link_in_the_shared_folder_is_not_followed(homeless: Path, tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (homeless / f"recruiter-{os.getuid()}").symlink_to(tmp_path / "theirs")
    with pytest.raises(StorageError, match="not this user's own folder"):
        paths.cache_dir()


def test_a_folder_that_others_may_write_to_is_refused(homeless: Path) -> None:
    folder = homeless / f"recruiter-{os.getuid()}"
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(StorageError, match="RECRUITER_CACHE"):
        paths.cache_dir()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, who can give a folder to somebody else")
def test_somebody_elses_folder_is_refused(homeless: Path) -> None:
    folder = homeless / f"recruiter-{os.getuid()}"
    folder.mkdir(mode=0o700)
    os.chown(folder, 12345, 12345)
    with pytest.raises(StorageError, match="not this user's own folder"):
        paths.cache_dir()


def test_a_cache_that_cannot_be_written_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RECRUITER_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(StorageError, match="RECRUITER_CACHE"):
        paths.cache_dir()


def test_the_folder_of_weights_follows_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RECRUITER_MODELS", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert paths.models_dir() == tmp_path / "recruiter" / "models"
    monkeypatch.setenv("RECRUITER_MODELS", str(tmp_path / "own"))
    assert paths.models_dir() == tmp_path / "own"


def test_sessions_lie_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECRUITER_SESSIONS", str(tmp_path / "s"))
    assert paths.sessions_dir() == tmp_path / "s"
    monkeypatch.delenv("RECRUITER_SESSIONS")
    assert paths.sessions_dir() == paths.ROOT / "sessions"
