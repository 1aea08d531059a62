"""Of what somebody pastes into the answer field a report takes the beginning, and says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from perception.languages import JUDGED_WORDS
from perception.types import Words
from scoring.grammar import find_issues
from scoring.measures.language import measure
from scoring.record.session import iter_inputs, read_session
from scoring.record.typed_answers import MOST_LETTERS
from scoring.report.webvtt import MOST_WIDTH, webvtt
from tests.scoring.sessions import Answer, Script

_SHORT = "I asked every supplier and wrote down what they said."


def _record(folder: Path, text: str) -> Path:
    Script(
        [
            ("q1", "Tell me about a plan of yours.", Answer(text, typed=True)),
            ("q2", "And what came of it?", Answer(_SHORT, typed=True)),
        ],
        camera=False,
    ).write(folder)
    return folder


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("He go home. " * 20_000, JUDGED_WORDS),
        ("x" * 1_000_000, 1),
        ("我在一家公司工作" * 20_000, 1),
        ("e" + "\u0301" * 200_000 + " end", 1),
    ],
    ids=["words", "a letter", "no spaces", "accents"],
)
def test_the_report_has_the_beginning_of_a_long_one(tmp_path: Path, text: str, kept: int) -> None:
    session = read_session(_record(tmp_path / "s", text))
    long, short = session.typed
    assert len(long.text.split()) == kept
    assert len(long.text) <= MOST_LETTERS
    assert text.startswith(long.text)
    assert short.text == _SHORT
    assert [note for note in session.notes if "too long to be looked at whole" in note]
    assert [a.transcript for a in session.answers] == [long.text, _SHORT]


def test_the_record_keeps_all_of_it(tmp_path: Path) -> None:
    text = "word " * 9000 + "end"
    folder = _record(tmp_path / "s", text)
    typed = [a for a in iter_inputs(folder) if isinstance(a, Words) and a.source == "typed"]
    assert typed[0].text == text


@pytest.mark.parametrize("text", [_SHORT, "word " * 2999 + "end", "  word  \n" * 40])
def test_nothing_is_said_of_others(tmp_path: Path, text: str) -> None:
    session = read_session(_record(tmp_path / "s", text))
    assert session.typed[0].text == text.strip()
    assert not [note for note in session.notes if "too long" in note]


def test_mistakes_are_counted_over_the_words_that_were_looked_at(tmp_path: Path) -> None:
    """Nobody's grammar gets better by words that nobody looked at."""
    said = "He go home and she have a car there now. "
    length = JUDGED_WORDS // len(said.split())
    answer = Answer(said * length * 2, wpm=6000.0)
    Script([("q1", "Tell me about them.", answer)], camera=False).write(tmp_path / "s")
    notes: list[str] = []
    found = measure(read_session(tmp_path / "s"), notes)["grammar_issues_per_100_words"]
    issues = len(find_issues(said * length))
    assert issues >= length
    assert found.value == pytest.approx(100.0 * issues / JUDGED_WORDS, rel=0.05)
    assert [note for note in notes if "3,000 words" in note]


def test_captions_of_any_writing_fit(tmp_path: Path) -> None:
    text = "กา\u0e31\u0e49ร" * 2000 + " " + "word, another " * 300
    lines = webvtt(read_session(_record(tmp_path / "s", text))).splitlines()
    shown = [line.split(">", 1)[1] for line in lines if line.startswith("<v Candidate>")]
    assert len(shown) > 20
    assert max(_letters(shown)) <= MOST_WIDTH
    told = "".join("".join(shown).split())
    assert "กา\u0e31\u0e49ร" * 100 in told


def _letters(shown: list[str]) -> Iterator[int]:
    return (sum(c not in "\u0e31\u0e49" for c in line) for line in shown)
