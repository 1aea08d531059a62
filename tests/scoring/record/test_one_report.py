"""Two that write the report of one session do so one after the other."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from scoring.record.one_report import one_report
from scoring.record.writer import SessionWriter


@pytest.mark.parametrize("missing", ["", "readings.jsonl"])
def test_the_second_waits_for_the_first_and_leaves_nothing(tmp_path: Path, missing: str) -> None:
    folder = tmp_path / "s"
    SessionWriter(folder, {}).close()
    if missing:
        (folder / missing).unlink()
    before = sorted(path.name for path in folder.iterdir())
    told, inside = threading.Event(), threading.Event()

    def second() -> None:
        with one_report(folder, told.set):
            inside.set()

    other = threading.Thread(target=second)
    with one_report(folder, lambda: pytest.fail("nobody was at it")):
        other.start()
        assert told.wait(10) and not inside.is_set()
    other.join(10)
    assert inside.is_set()
    assert sorted(path.name for path in folder.iterdir()) == before


def test_a_folder_without_a_record_is_not_waited_for(tmp_path: Path) -> None:
    with one_report(tmp_path / "none", lambda: pytest.fail("nobody was at it")):
        pass
