"""The role of a session is found where it lies now, or is told to be gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from perception.errors import InputError
from scoring.record.content import role_of


def test_a_name_and_a_recorded_file_are_taken_as_they_are(tmp_path: Path) -> None:
    own = str(tmp_path / "mine.toml")
    assert role_of({"role": "nurse"}, tmp_path) == "nurse"
    assert role_of({"role": own}, tmp_path) == own
    assert role_of({"role": "mine.toml", "files": {"role": own}}, tmp_path) == own
    assert role_of({"role": None}) is None and role_of({}) is None


def test_an_old_relative_path_is_counted_from_the_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, session = tmp_path / "here", tmp_path / "sessions" / "one"
    for folder in (here / "banks", session, tmp_path / "sessions" / "banks"):
        folder.mkdir(parents=True)
    (here / "banks" / "mine.toml").touch()  # another interview, where this is started
    monkeypatch.chdir(here)
    meta = {"role": "banks/mine.toml"}
    with pytest.raises(InputError, match=r"banks/mine\.toml") as told:
        role_of(meta, session)
    assert str(session) in str(told.value) and "\n" not in str(told.value)
    beside = tmp_path / "sessions" / "banks" / "mine.toml"
    beside.touch()
    assert role_of(meta, session) == str(beside.resolve())
    recorded = here / "banks" / "mine.toml"
    assert role_of({**meta, "folder": str(here)}, session) == str(recorded.resolve())
