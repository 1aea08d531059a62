"""The commands ``progress`` and ``report FIRST SECOND``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from game.app.progress import compare_two, progress
from game.setup.commandline import parse, target_of
from perception.errors import InputError, StorageError
from tests.scoring.progress.people import session, somebody, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three sessions of somebody."""
    for n in range(3):
        one = session(somebody(), n, f"2026-03-0{n + 1}T10:00:00+00:00")
        write(one, tmp_path / "sessions" / f"s{n}")
    return tmp_path / "sessions"


def test_progress_writes_page_and_json_and_prints_a_table(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = parse(["progress", str(folder)])
    assert target_of(options) == "game.app.progress:progress"
    assert progress(options) == 0
    told = capsys.readouterr().out
    assert "3 sessions:" in told and "Overall" in told and "session 3 of about 9" in told
    assert "python3 run.py practice --role nurse" in told
    found = json.loads((folder / "progress.json").read_text(encoding="utf-8"))
    assert [s["name"] for s in found["sessions"]] == ["s0", "s1", "s2"]
    assert (folder / "progress.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert progress(options) == 0  # its own files are no sessions


def test_progress_of_the_usual_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECRUITER_SESSIONS", str(folder))
    assert progress(parse(["progress", "--quiet"])) == 0
    assert (folder / "progress.html").is_file()
    monkeypatch.setenv("RECRUITER_SESSIONS", str(folder / "gone"))
    with pytest.raises(InputError, match="no sessions yet"):
        progress(parse(["progress"]))


def test_two_sessions_are_compared_where_a_second_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (folder / "s0" / "report.json").read_bytes()
    options = parse(["report", str(folder / "s0"), str(folder / "s1")])
    assert target_of(options) == "game.app.progress:compare_two"
    assert compare_two(options) == 0
    assert "is it real?" in capsys.readouterr().out
    found = json.loads((folder / "s1" / "comparison.json").read_text(encoding="utf-8"))
    assert found["what"] == "comparison" and len(found["items"]) > 20
    assert (folder / "s0" / "report.json").read_bytes() == before
    assert target_of(parse(["report", str(folder / "s0")])) == "game.app.commands:report"


def test_files_go_where_they_are_told_and_quiet_says_nothing(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pair = [str(folder / "s0"), str(folder / "s1")]
    page, data = tmp_path / "out" / "mine.html", tmp_path / "mine.json"
    compare_two(parse(["report", *pair, "--out", str(page), "--json", str(data), "--quiet"]))
    assert page.is_file() and data.is_file() and not (folder / "s1" / "comparison.html").exists()
    compare_two(parse(["report", *pair, "--out", str(tmp_path), "--quiet"]))
    assert (tmp_path / "comparison.html").is_file() and (tmp_path / "comparison.json").is_file()
    progress(parse(["progress", str(folder), "--out", str(tmp_path / "p.json"), "--quiet"]))
    assert json.loads((tmp_path / "p.json.json").read_text(encoding="utf-8"))["what"] == "progress"
    assert capsys.readouterr().out == ""


def test_a_page_that_cannot_be_written_is_one_line(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    options = parse(
        ["progress", str(folder), "--out", str(tmp_path / "file" / "p.html"), "--quiet"]
    )
    with pytest.raises(StorageError, match="name another place"):
        progress(options)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["report", "S0", "--json", "x.json"], "--json belongs to the comparison"),
        (["report", "S0", "S1", "--functionals"], "--functionals: belongs to the report of one"),
        (["report", "S0", "S1", "--leave-out", "gaze"], "--leave-out: belongs"),
        (["report", "S0", "nowhere"], "no such folder"),
        (["report", "S0", "S1", "--json", "S0"], "a folder; name a file"),
        (["report", "S0", "S1", "--out", "x.html", "--json", "x.html"], "is the page of --out"),
        (["progress", "nowhere"], "no such folder"),
        (["progress", "--kind", "nobody"], "invalid choice"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_read(
    folder: Path, arguments: list[str], said: str
) -> None:
    named = {"S0": str(folder / "s0"), "S1": str(folder / "s1")}
    with pytest.raises(InputError, match=said):
        parse([named.get(a, a) for a in arguments])
