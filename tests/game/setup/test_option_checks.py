"""What is wrong with a command's files is told in one line, before anything begins."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.commandline_runs import SHORT, run_here
from tests.without_rights import without_rights


@pytest.mark.parametrize(
    "command",
    [
        "analyze locked/a.wav",
        "practice --camera locked/a.mp4",
        "practice --microphone locked/a.wav",
        "practice --microphone locked/a",
        "practice --role locked/a.toml",
        "practice --persona locked/a.toml",
        "practice --settings locked/a.toml",
        "practice --out locked/new",
        "demo --video locked/a.mp4/b.mp4 --role locked/a.toml",
        "report locked",
        "report locked/session",
        "report shut",
        "report shut shut",
        "replay locked/session",
        "progress locked",
        "progress locked/sessions",
        "export locked/session",
        "perform locked/a.bml",
        "interviews check locked/a.toml",
        "interviews listen locked/a.txt",
        "models train impressions --data locked/rated",
    ],
)
def test_a_folder_that_may_not_be_entered_is_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    (tmp_path / "locked").mkdir(mode=0o600)
    (tmp_path / "shut").mkdir()
    (tmp_path / "shut").chmod(0o644)  # its names may be read, and nothing more
    (tmp_path / "shut" / "session.json").touch()
    monkeypatch.chdir(tmp_path)
    with without_rights():
        result = run_here(*command.split())
    assert result.status == 2 and "may not be read; check its permissions" in result.line
    assert {path.name for path in tmp_path.iterdir()} == {"locked", "shut"}


@pytest.mark.parametrize("command", ["practice --camera none --microphone none", "demo"])
def test_content_that_is_wrong_is_told_before_a_folder_is_made(
    tmp_path: Path, command: str
) -> None:
    bank = tmp_path / "night.toml"
    shutil.copy(SHORT / "interview.toml", bank)
    bank.with_suffix(".employer.toml").write_text("nope = 1\n")
    place = tmp_path / "sessions"
    result = run_here(*command.split(), "--role", bank, RECRUITER_SESSIONS=str(place))
    assert result.status == 2 and "night.employer.toml: unknown key 'nope'" in result.line
    assert not place.exists()
