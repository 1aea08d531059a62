"""The grammar checker, where it has its own mistakes."""

from __future__ import annotations

import pytest

from scoring.grammar import find_issues
from scoring.grammar_harper import HarperChecker

pytest.importorskip("harper")

PANICS = "In the end we took both five"
"""Harper 2.13 panics at a text that ends so; see :meth:`HarperChecker.check`."""
WRONG = "She go to work."


def test_a_text_at_which_it_panics_has_no_issues_and_ends_nothing(
    capfd: pytest.CaptureFixture[str],
) -> None:
    checker = HarperChecker()
    assert checker.check(PANICS) == []
    assert "panicked" not in capfd.readouterr().err, "nor is anything printed"
    assert checker._lint(PANICS) is None
    assert checker.check(WRONG), "and it goes on working"


def test_the_other_sentences_of_such_a_text_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    checker = HarperChecker()
    at_once = checker._lint
    bad = PANICS.removeprefix("In the end ")
    monkeypatch.setattr(checker, "_lint", lambda text: None if bad in text else at_once(text))
    expected = checker.check(WRONG)
    text = f"It rained. {WRONG} {PANICS}"
    found = checker.check(text)
    assert expected and [each.text for each in found] == [each.text for each in expected]
    assert all(text[each.start : each.end] == each.text for each in found)


def test_places_are_those_of_the_text() -> None:
    text = f"It rained. {WRONG}"
    assert [text[each.start : each.end] for each in find_issues(text)] == ["go"]
