"""Words are quoted as the candidate's only where they were surely said."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from game.bench.audit_words import SOURCE, recogniser
from game.bench.scores_material import planted_session
from game.synthetic.planted import Exchange, Manner, write_planted
from perception.types import Word
from scoring.feedback.quotes import words_at
from scoring.measures.quoting import quotable
from scoring.record.session import Session, read_session
from scoring.report.analysis import analyse, build_report
from scoring.report.html import render_html
from tests.scoring.sessions import STORY
from tests.understanding_models import needs_acts

NAMES = "I worked with Jayden in Damascus for twelve years"


def heard(folder: Path, sure: Mapping[str, float]) -> Session:
    """An answer of which each word is as sure as given, others fully."""

    def told(words: Sequence[Word]) -> list[Word]:
        return [replace(word, confidence=sure.get(word.text, 0.95)) for word in words]

    asked = Exchange("q1", "Tell me about yourself.", NAMES, typed=False)
    return read_session(write_planted(folder, [asked], Manner(), told, SOURCE))


def test_each_quote_asks_its_own_words(tmp_path: Path) -> None:
    session = heard(tmp_path / "s", {"Damascus": 0.4})
    (answer,) = session.answers
    assert quotable(session, answer, "Jayden") and quotable(session, answer, "twelve years")
    assert not quotable(session, answer, "Damascus") and not quotable(
        session, answer, "in damascus"
    )
    assert quotable(session, answer, "Jayden … years"), "put together, of an answer that is sure"
    unsure = heard(tmp_path / "t", dict.fromkeys(NAMES.split(), 0.6))
    assert not quotable(unsure, unsure.answers[0], "Jayden … years")


def test_a_word_that_is_unsure_among_sure_ones_is_left_open_in_a_quote(tmp_path: Path) -> None:
    session = heard(tmp_path / "s", {"Damascus": 0.4})
    (answer,) = session.answers
    assert words_at(session, (answer.start_s, answer.end_s)) == NAMES.replace("Damascus", "[…]")
    two = heard(tmp_path / "t", {"in": 0.5, "Damascus": 0.5})
    span = (two.answers[0].start_s, two.answers[0].end_s)
    assert words_at(two, span) == NAMES.replace("in Damascus", "[…]"), "one mark for both"


def test_typed_words_are_quoted(tmp_path: Path) -> None:
    asked = Exchange("q1", "Tell me about yourself.", NAMES, typed=True)
    session = read_session(write_planted(tmp_path / "s", [asked], Manner()))
    assert quotable(session, session.answers[0], "Damascus")


@needs_acts
def test_a_report_on_words_that_are_half_believed_says_so_and_quotes_none_of_the_wrong_ones(
    tmp_path: Path,
) -> None:
    spoken = [replace(e, typed=False) for e in planted_session(random.Random(5), 3).exchanges]
    said = {w.lower().strip(".,!?") for e in spoken for w in e.answer.split()}
    write_planted(tmp_path / "s", spoken, Manner(), recogniser(0.3, "x"), SOURCE)
    analysis = analyse(read_session(tmp_path / "s"))
    report: dict[str, Any] = analysis.report
    content = report["scores"]["content"]
    assert content["value"] is not None and content["doubts"] == ["unsure_words"]
    assert content["less_sure"] in render_html(analysis)
    assert report["scores"]["nonverbal"]["less_sure"] is None
    assert not any("phrases" in each["what"] for each in report["improvements"])
    named = [
        word
        for question in report["questions"]
        for word in question["ratings"]["specificity"]["why"].partition(": ")[2].split()
    ]
    wrong = [word for word in named if word.lower().strip(".,!?") not in said]
    assert len(wrong) <= len(named) // 4, (wrong, named)


@pytest.mark.parametrize("confidence, told", [(0.95, True), (0.58, False)])
def test_competencies_quote_what_was_surely_said(
    tmp_path: Path, confidence: float, told: bool
) -> None:
    def sure(words: Sequence[Word]) -> list[Word]:
        return [replace(word, confidence=confidence) for word in words]

    asked = Exchange("q1", "Tell me about a time when you led a project.", STORY, "planning", True)
    report = build_report(
        write_planted(tmp_path / "s", [replace(asked, typed=False)], Manner(), sure, "a_recogniser")
    )
    rating = report["competencies"]["planning"]
    assert bool(rating["quote"]) is told
