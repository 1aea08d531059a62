"""Tables of reports: rows, types, cells that no spreadsheet runs, and the command."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from game.synthetic.planted import Exchange, Manner, write_planted
from scoring.export.csv_file import csv_of, safe
from scoring.export.parquet_pyarrow import parquet_of
from scoring.export.tables import MEASURES, RATINGS, Table, tables, when
from scoring.export.write import write_tables
from scoring.record.writer import pretty
from scoring.report.analysis import build_report

ASKED = (
    Exchange("q1", "Why do you want this job?", "I like to bake and I like to meet people."),
    Exchange("q2", "=2+5 – what would you change?", ""),
)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = write_planted(tmp_path_factory.mktemp("tables") / "s", ASKED, Manner())
    found = json.loads(pretty(build_report(folder)))
    found["created"] = "2026-03-04T23:20:30+05:30"
    found["role"] = "Bäcker – 面包师"
    found["measures"]["loudness_dbfs"]["value"] = -26.25
    return found


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_there_is_a_row_for_each_session_and_measure(report: dict[str, Any]) -> None:
    later = {**report, "session_id": "later"}
    measures, scores, ratings = tables([report, later])
    rows = rows_of(csv_of(measures))
    assert [(r["session_id"], r["measure"]) for r in rows] == [
        (each["session_id"], name) for each in (report, later) for name in report["measures"]
    ]
    for row in rows:
        m = report["measures"][row["measure"]]
        assert row["value"] == ("" if m["value"] is None else repr(float(m["value"])))
        assert float(row["coverage"]) == m["coverage"] and row["unit"] == m["unit"]
        assert row["norm_source"] == (m["norm"]["source"] if m["norm"] else "")
        assert row["created"] == "2026-03-04T23:20:30+05:30" and row["role"] == report["role"]
    negative = [r["value"] for r in rows if r["measure"] == "loudness_dbfs"]
    assert negative == ["-26.25"] * 2, "a negative number stays a number"
    assert len(scores.rows) == 2 * len(report["scores"])
    told = rows_of(csv_of(ratings))
    rated = len(report["questions"][0]["ratings"])
    assert rated and len(told) == 2 * (rated + 1), "an unanswered question has one row"
    assert {r["question"] for r in told} == {
        "Why do you want this job?",
        "'=2+5 – what would you change?",
    }


def test_csv_begins_with_a_mark_and_ends_lines_as_its_rule_says(report: dict[str, Any]) -> None:
    data = csv_of(tables([report])[0])
    assert data.startswith(b"\xef\xbb\xbfsession_id,") and data.endswith(b"\r\n")
    assert data.count(b"\n") == data.count(b"\r\n")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+1", "'+1"),
        ("-um- well", "'-um- well"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_no_text_is_taken_for_a_formula(text: str, cell: str) -> None:
    assert safe(text) == cell


def test_parquet_has_types_and_the_same_values(report: dict[str, Any]) -> None:
    for table in tables([report]):
        data = parquet_of(table)
        assert data == parquet_of(table)
        read = pq.read_table(io.BytesIO(data))
        assert read.column_names == [column.name for column in table.columns]
        assert read.num_rows == len(table.rows)
        for column, cells in zip(table.columns, zip(*table.rows, strict=True), strict=True):
            assert read[column.name].to_pylist() == list(cells), column
        assert str(read.schema.field("created").type) == "timestamp[us, tz=UTC]"


def test_a_table_without_rows_has_its_columns() -> None:
    empty = Table("ratings", RATINGS, ())
    assert pq.read_table(io.BytesIO(parquet_of(empty))).num_rows == 0
    assert csv_of(empty).count(b"\r\n") == 1


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"measures": [], "scores": 5, "questions": {"a": 1}, "versions": None},
        {"measures": {"nods": {"value": "many", "norm": 3}, "x": None}, "created": "soon"},
        {"questions": [None, {"answer": [], "ratings": {"pace": 3}}], "role": "\ud800"},
    ],
)
def test_reports_of_other_versions_give_what_they_have(odd: dict[str, Any]) -> None:
    for table in tables([odd]):
        assert all(len(row) == len(table.columns) for row in table.rows)
        csv_of(table)
        parquet_of(table)
    assert len(MEASURES) == len({column.name for column in MEASURES})


def test_a_moment_has_its_zone() -> None:
    assert when("2026-03-04T10:20:30+01:00") == datetime(2026, 3, 4, 9, 20, 30, tzinfo=UTC)
    local = when("2026-03-04T10:20:30+01:00")
    assert local is not None and local.utcoffset() == timedelta(hours=1)
    assert when("2026-03-04T10:20:30") == datetime(2026, 3, 4, 10, 20, 30, tzinfo=UTC)
    assert when("yesterday") is None and when(None) is None


def test_tables_are_written_once_more_over_the_old(report: dict[str, Any], tmp_path: Path) -> None:
    first = write_tables([report], tmp_path / "t")
    assert [path.name for path in first] == [
        f"{name}.{kind}"
        for name in ("measures", "scores", "ratings")
        for kind in ("csv", "parquet")
    ]
    before = [path.read_bytes() for path in first]
    assert write_tables([report], tmp_path / "t") == first
    assert [path.read_bytes() for path in first] == before
    assert len(write_tables([report], tmp_path / "u", ("csv",))) == 3
