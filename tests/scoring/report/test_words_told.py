"""Words as the report tells them: paler where they are doubted, unrated in another language."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from perception.types import Word, Words
from scoring.record.session import read_session
from scoring.record.transcript import Stretch, append_stretch
from scoring.report.analysis import build_report
from scoring.report.captions import pieces_of
from scoring.report.write import write_report
from tests.scoring.sessions import MOTIVE, STORY, Answer, Script


def written(folder: Path) -> Path:
    """A session of two answers, without a report yet."""
    return Script(
        [
            ("a", "Why do you want this job?", Answer(MOTIVE)),
            ("b", "Tell me about a time when you led a project.", Answer(STORY)),
        ],
        camera=False,
    ).write(folder)


@pytest.fixture
def session(tmp_path: Path) -> Path:
    return written(tmp_path / "session")


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What is reported of it before it is heard again."""
    return build_report(written(tmp_path_factory.mktemp("words") / "session"))


def hear(folder: Path, number: int, **changes: object) -> Words:
    """Writes a second pass over an answer: its live words, changed."""
    live = read_session(folder).live_words[number]
    words = replace(live, **changes)  # type: ignore[arg-type]
    answer = read_session(folder).answers[number]
    append_stretch(folder, Stretch(answer.start_s, answer.end_s, words))
    return words


def test_words_next_to_each_other_are_one_piece() -> None:
    words = [
        Word(text, i, i + 1, sure)
        for i, (text, sure) in enumerate(
            [("I", 0.9), ("led", None), ("a", 0.3), ("<team>", 0.1), ("well", 0.95)]
        )
    ]
    assert [(piece.text, piece.unsure) for piece in pieces_of(words)] == [
        ("I led", False),
        ("a <team>", True),
        ("well", False),
    ]
    assert pieces_of(()) == ()


def test_doubted_words_are_paler_in_page_print_and_captions(session: Path) -> None:
    live = read_session(session).live_words[0].words
    doubted = tuple(replace(w, confidence=0.2) if 3 <= i < 6 else w for i, w in enumerate(live))
    hear(session, 0, words=doubted)
    report = write_report(session)
    said = " ".join(word.text for word in live[3:6])
    first, second = (question["answer"] for question in report["questions"])
    assert [p for p in first["pieces"] if p["unsure"]] == [{"text": said, "unsure": True}]
    assert not any(piece["unsure"] for piece in second["pieces"])
    page = (session / "report.html").read_text("utf-8")
    timed = r"(?:<span data-t[^>]+>[^<]*</span>|[^<])*"
    marked = re.findall(rf'<span class="unsure" title="[^"]+">({timed})</span>', page)
    marked = [re.sub(r"<[^>]+>", "", each) for each in marked]
    assert marked == [said, said], "in the answer and in the transcript"
    assert "the program was unsure" in page
    assert f"<c.unsure>{said}</c>" in (session / "captions.vtt").read_text("utf-8")
    if shutil.which("pdftotext"):
        printed = subprocess.run(
            ["pdftotext", session / "report.pdf", "-"], capture_output=True, text=True, check=True
        ).stdout
        assert "Of paler words the program was unsure" in printed


def test_an_answer_in_another_language_is_written_down_and_not_rated(
    session: Path, before: dict[str, Any]
) -> None:
    hear(session, 0, language="de", language_confidence=0.94)
    report = build_report(session)
    first, second = report["questions"]
    assert first["answer"]["language"] == "de" and first["answer"]["transcript"]
    assert first["feedback"][0].startswith("This answer was in German.")
    rated = {name for name, rating in first["ratings"].items() if rating["value"] is not None}
    assert rated.isdisjoint({"relevance", "structure", "specificity"})
    assert second["ratings"]["specificity"]["value"] is not None
    assert second["ratings"] == before["questions"][1]["ratings"]
    coverage = [r["measures"]["sentiment"]["coverage"] for r in (before, report)]
    assert coverage[1] < coverage[0]


def test_a_doubtful_language_changes_nothing(session: Path, before: dict[str, Any]) -> None:
    hear(session, 0, language="de", language_confidence=0.4)
    report = build_report(session)
    assert report["questions"][0]["answer"]["language"] is None
    assert report["scores"] == before["scores"]
