"""Sessions found, read and put in order, whatever has become of them."""

from __future__ import annotations

import datetime
import json
import time
from pathlib import Path

import pytest

from perception.errors import InputError
from scoring.made_with import made_with
from scoring.progress.overview import overview
from scoring.progress.page import progress_page
from scoring.progress.sessions import (
    MADE_AGAIN,
    NEVER_ENDED,
    NO_DATE,
    NO_ZONE,
    read_all,
    read_reported,
)
from tests.scoring.progress.people import altered, session, somebody, write
from tests.scoring.sessions import Answer, Script


def record(folder: Path) -> Path:
    """A short session without a report."""
    said = Answer("I worked in a shop for two years and I liked it very much there.")
    return Script([("shop", "Where have you worked?", said)], camera=False).write(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"measures": 3}', "\x00\x01", '{"scores": {}}'])
def test_a_damaged_report_is_made_again_and_left_as_it_is(tmp_path: Path, text: str) -> None:
    folder = record(tmp_path / "one")
    (folder / "report.json").write_text(text)
    found = read_reported(folder)
    assert found.entry("measures", "speech_rate_wpm")["value"] > 0
    assert MADE_AGAIN in found.notes
    assert (folder / "report.json").read_text() == text


def test_a_report_of_other_rubrics_is_made_again_only_when_asked(tmp_path: Path) -> None:
    folder = record(tmp_path / "one")
    first = dict(read_reported(folder).report)
    assert first["made_with"] == made_with()
    old = {**first, "made_with": None, "mine": True}
    (folder / "report.json").write_text(json.dumps(old))
    assert read_reported(folder).report["mine"]
    again = read_reported(folder, again=True)
    assert "mine" not in again.report and MADE_AGAIN in again.notes


def test_what_cannot_be_read_is_skipped_with_the_reason(tmp_path: Path) -> None:
    person = somebody()
    write(session(person, 1), tmp_path / "good")
    bad = write(session(person, 2), tmp_path / "bad")
    (bad / "report.json").write_text("{")
    (bad / "session.json").unlink()
    (tmp_path / "notes").mkdir()
    (tmp_path / "file.txt").write_text("no session")
    shelf = read_all(tmp_path)
    assert [s.name for s in shelf.sessions] == ["good"]
    assert [name for name, _ in shelf.skipped] == ["bad"]
    assert "no usable report.json and no record" in shelf.skipped[0][1]


def test_an_unfinished_session_is_shown_and_says_so(tmp_path: Path) -> None:
    one = session(somebody(), 1)
    one.meta["status"] = "running"  # type: ignore[index]
    write(one, tmp_path / "cut")
    assert NEVER_ENDED in read_all(tmp_path).sessions[0].notes


def test_sessions_stand_in_the_order_of_time_over_zones_and_the_undated_last(
    tmp_path: Path,
) -> None:
    person = somebody()
    stamps = {
        "c": "2026-03-02T09:00:00+00:00",
        "b": "2026-03-02T09:30:00+02:00",  # 7:30 in UTC
        "d": "2026-03-02T10:00:00",
        "a": "1970-01-01T00:00:12+00:00",
        "e": "yesterday",
    }
    for name, created in stamps.items():
        write(session(person, 1, created), tmp_path / name)
    found = read_all(tmp_path).sessions
    assert [s.name for s in found] == ["b", "c", "d", "a", "e"]
    notes = {s.name: s.notes for s in found}
    assert notes["d"] == (NO_ZONE,) and notes["a"] == notes["e"] == (NO_DATE,)
    assert found[0].created is not None
    assert found[0].created.utcoffset() == datetime.timedelta(hours=2)


def test_a_synthetic_candidate_stays_out_unless_alone_or_asked_for(tmp_path: Path) -> None:
    one = session(somebody(), 1)
    write(one, tmp_path / "mine")
    demo = session(somebody(), 2)
    demo.meta["kind"] = "demo"  # type: ignore[index]
    write(demo, tmp_path / "demo")
    assert [s.name for s in read_all(tmp_path).sessions] == ["mine"]
    assert [s.name for s in read_all(tmp_path, kind="demo").sessions] == ["demo"]


def test_a_folder_without_sessions_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="practise first"):
        read_all(tmp_path)
    with pytest.raises(InputError, match="practise first"):
        read_all(tmp_path / "gone")
    folder = write(session(somebody(), 1), tmp_path / "one")
    with pytest.raises(InputError, match="is one session"):
        read_all(folder)


def test_a_hundred_sessions_take_seconds(tmp_path: Path) -> None:
    person = somebody()
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    for n in range(100):
        created = (start + datetime.timedelta(days=n)).isoformat()
        write(session(person, n, created), tmp_path / f"s{n:03d}")
    begun = time.process_time()
    shelf = read_all(tmp_path)
    page = progress_page(overview(shelf), shelf.sessions)
    assert time.process_time() - begun < 10.0
    assert len(page) < 1_500_000


def test_reports_of_other_versions_with_unknown_and_missing_keys_are_shown(tmp_path: Path) -> None:
    person = somebody()
    one = altered(session(person, 1), "schema_version", to="9.0")
    one = altered(one, "measures", "laughter", to={"value": 3, "unit": "count", "later": []})
    write(one, tmp_path / "newer")
    old = session(person, 2)
    bare = {"created": "2025-01-01T00:00:00Z", "measures": {}, "scores": {"overall": {"value": 50}}}
    write(type(old)(old.folder, bare, {}), tmp_path / "older")
    shelf = read_all(tmp_path)
    found = overview(shelf)
    assert [s["name"] for s in found["sessions"]] == ["older", "newer"]
    assert (
        sum("newer: this report was written by a later version" in n for n in found["notes"]) == 1
    )
    assert progress_page(found, shelf.sessions)
