"""Where files cannot be locked, that is said, and the work goes on."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from perception import file_lock

fcntl = pytest.importorskip("fcntl")


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS])
def test_a_file_system_without_locks_is_told_once(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    number: int,
) -> None:
    def refuse(_fd: int, _what: int) -> None:  # as some network shares do; none can be made here
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuse)
    file_lock._say_once.cache_clear()
    with (tmp_path / "file").open("w") as file:
        assert file_lock.lock(file.fileno()) and file_lock.lock_soon(file.fileno())
        assert not file_lock.is_locked(file.fileno())
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and os.strerror(number) in said and "one at a time" in said


def test_where_they_can_nothing_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (tmp_path / "file").open("w") as one, (tmp_path / "file").open() as other:
        assert file_lock.lock(one.fileno()) and file_lock.is_locked(other.fileno())
    assert capsys.readouterr().err == ""
