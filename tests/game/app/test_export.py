"""The command ``export``: which sessions, where the tables go, and what goes wrong."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from game.app.export import export
from game.setup.commandline import parse
from game.synthetic.planted import Exchange, Manner, write_planted
from perception.errors import InputError
from scoring.report.write import write_report


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "s"
    write_planted(folder, [Exchange("q", "Why us?", "I like bread and people.")], Manner())
    write_report(folder)
    return folder


def sessions_in(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(dict.fromkeys(row["session_id"] for row in csv.DictReader(file)))


def test_one_session_has_its_tables_beside_its_report(session: Path, tmp_path: Path) -> None:
    own = tmp_path / "s"
    shutil.copytree(session, own)
    assert export(parse(["export", str(own), "--quiet"])) == 0
    assert {path.name for path in own.glob("*.parquet")} == {
        *("measures.parquet", "scores.parquet", "ratings.parquet")
    }
    assert sessions_in(own / "measures.csv") == ["planted"]


def test_a_folder_of_sessions_is_one_table_also_of_those_without_a_report(
    session: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a", "b", "damaged", "later"):
        shutil.copytree(session, tmp_path / "all" / name)
        for file, old in (("session.json", '"planted"'), ("report.json", '"planted"')):
            path = tmp_path / "all" / name / file
            path.write_text(path.read_text("utf-8").replace(old, f'"{name}"'), "utf-8")
    (tmp_path / "all" / "b" / "report.json").unlink()
    (tmp_path / "all" / "damaged" / "report.json").write_text("{")
    later = tmp_path / "all" / "later" / "report.json"
    later.write_text(later.read_text("utf-8").replace('"1.0"', '"2.0"', 1), "utf-8")
    out = tmp_path / "tables"
    asked = ["export", str(tmp_path / "all"), "--out", str(out), "--format", "csv"]
    assert export(parse(asked)) == 2
    assert sessions_in(out / "scores.csv") == ["a", "b", "later"]
    assert not list(out.glob("*.parquet"))
    assert not (tmp_path / "all" / "b" / "report.json").exists(), "only read"
    told = capsys.readouterr()
    assert len(told.err.splitlines()) == 2
    assert "damaged/report.json: not valid JSON" in told.err and "later version" in told.err
    assert f"table:  {out / 'measures.csv'}" in told.out


@pytest.mark.parametrize("case", ["missing", "none", "several"])
def test_what_is_wrong_is_one_line(session: Path, tmp_path: Path, case: str) -> None:
    named = {"missing": [tmp_path / "x"], "none": [tmp_path], "several": [session, session]}[case]
    with pytest.raises(InputError, match=r"no such folder|no session in it|--out"):
        export(parse(["export", *map(str, named)]))
