"""A record is read once for its report, and its rubrics are looked for once."""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from game.app.reporting import write_reports
from scoring.record.lines import READINGS_FILE
from scoring.record.session import read_session
from scoring.record.transcript import Stretch, append_stretch
from scoring.report.write import write_report
from scoring.rubric import RUBRICS
from tests.scoring.sessions import interview


class Opened:
    """How often files were opened and folders were listed, by name; as Python itself tells."""

    def __init__(self) -> None:
        self.count: Counter[str] | None = None
        sys.addaudithook(self._told)

    def _told(self, event: str, about: tuple[Any, ...]) -> None:
        if self.count is None:
            return
        read = event == "open" and about[1] is not None  # without a mode: held by a lock only
        if read or event in ("os.scandir", "os.listdir"):
            self.count[Path(str(about[0])).name] += 1

    def by(self, folder: Path) -> Counter[str]:
        """While a report is written."""
        self.count = Counter()
        write_reports(folder, quiet=True)
        found, self.count = self.count, None
        return found


def test_a_report_reads_the_record_once(tmp_path: Path) -> None:
    rubrics = tmp_path / "study_rubrics"
    rubrics.mkdir()
    shutil.copy(RUBRICS / "norms.toml", rubrics)
    folder = interview().write(tmp_path / "s")
    meta = json.loads((folder / "session.json").read_text("utf-8"))
    meta["settings"] = {"scoring": {"rubrics": str(rubrics)}}
    (folder / "session.json").write_text(json.dumps(meta), "utf-8")
    found = Opened().by(folder)
    assert found[READINGS_FILE] == 1
    assert found[rubrics.name] == 1


def test_what_was_heard_again_is_in_a_session_that_was_read_before(tmp_path: Path) -> None:
    folder = interview().write(tmp_path / "s")
    before = read_session(folder)
    words = before.words[0]
    assert len(before.face) and len(before.voice)
    (span,) = [s for s in before.candidate_speech if s[0] <= words.t_start_s < s[1]]
    said = "I would like it because I have done such work before"
    heard = type(words)(words.t_start_s, words.t_end_s, said, (), True, "test")
    append_stretch(folder, Stretch(*span, heard))
    after = before.heard_again()
    assert after.answers[0].transcript == said != before.answers[0].transcript
    assert after == read_session(folder)
    assert after.face is before.face, "what rests on the readings is not worked out again"
    by_session = write_report(after)
    pages = [(folder / name).read_bytes() for name in ("report.html", "report.json")]
    assert write_report(folder) == by_session
    assert [(folder / name).read_bytes() for name in ("report.html", "report.json")] == pages
