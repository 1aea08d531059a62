"""The grammar checker, where it has its own mistakes."""

from __future__ import annotations

import pytest

from scoring.grammar import find_issues
from scoring.grammar_harper import HarperChecker

pytest.importorskip("harper")

PANICS = "In the end we took both five"
"""Harper 2.13 panics at a text that ends so; see :meth:`HarperChecker.check`."""
WRONG = "She go to work."


def test_a_text_at_which_it_panics_has_no_issues_and_ends_nothing() -> None:
    checker = HarperChecker()
    assert checker.check(PANICS) == []
    assert checker.check(WRONG), "and it goes on working"


def test_the_other_sentences_of_such_a_text_are_looked_at() -> None:
    text = f"{WRONG} That was early. {PANICS}"
    issues = find_issues(text)
    assert issues and all(text[each.start : each.end] == each.text for each in issues)
    assert [each.text for each in issues] == [each.text for each in find_issues(WRONG)]
    later = find_issues(f"It rained. {WRONG} {PANICS}")
    assert [each.start for each in later] == [each.start + 11 for each in find_issues(WRONG)]
