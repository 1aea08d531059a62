"""Grammar of spoken English: a checker's findings and our own rules for learners' errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import import_module
from typing import Protocol, cast

from perception.languages import judged
from scoring.rubric import load

PIECE_LETTERS = 4000
"""Letters that a checker is given at once; what it needs of memory grows faster than they do."""

CHECKERS = {"harper": "scoring.grammar_harper:HarperChecker"}


@dataclass(frozen=True, slots=True)
class GrammarIssue:
    """Something that is wrong in speech as well as in writing."""

    start: int
    """Index of the first character."""
    end: int
    text: str
    """As it was said."""
    advice: str


class GrammarChecker(Protocol):
    """Finds grammar issues in plain text."""

    def check(self, text: str) -> list[GrammarIssue]:
        """Issues in order of place."""
        ...


@lru_cache(maxsize=4)
def checker(name: str = "harper") -> GrammarChecker:
    """The checker of that name, made once.

    Raises:
        ModelError: its package is not installed.
    """
    module, cls = CHECKERS[name].split(":")
    return cast(GrammarChecker, getattr(import_module(module), cls)())


def find_issues(text: str, name: str = "harper") -> list[GrammarIssue]:
    """Issues by the checker and by ``assets/rubrics/learner_errors.toml``, each place once.

    Args:
        text: what is beyond :func:`~dialogue.understanding.words.judged` is not looked at.
        name: of the checker.

    Raises:
        ModelError: its package is not installed.
    """
    return list(_issues(judged(text), name))


@lru_cache(maxsize=256)
def _issues(text: str, name: str) -> tuple[GrammarIssue, ...]:
    """Of a text that is short enough; kept, since a report looks at each answer three times."""
    found = _by_rules(text)
    check = checker(name).check
    for start, piece in _pieces(text):
        for told in check(piece):
            issue = replace(told, start=told.start + start, end=told.end + start)
            if not any(issue.start < other.end and other.start < issue.end for other in found):
                found.append(issue)
    return tuple(sorted(found, key=lambda issue: issue.start))


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """A text in pieces that a checker can hold in memory, with the place of each.

    They end with a sentence where one ends in time, else between words.
    """
    start = 0
    while len(text) - start > PIECE_LETTERS:
        piece = text[start : start + PIECE_LETTERS]
        end = max((piece.rfind(mark) + 1 for mark in (". ", "? ", "! ")), default=0)
        if end < PIECE_LETTERS // 2:
            end = piece.rfind(" ") + 1 or PIECE_LETTERS
        yield start, piece[:end]
        start += end
    yield start, text[start:]


def _by_rules(text: str) -> list[GrammarIssue]:
    # ``casefold`` may change lengths and with them the places; ``lower`` on ASCII does not.
    plain = text.replace("’", "'")
    found: list[GrammarIssue] = []
    for rule in load("learner_errors")["rule"]:
        for match in re.finditer(rule["pattern"], plain, re.IGNORECASE):
            start, end = match.span()
            if not any(start < other.end and other.start < end for other in found):
                found.append(GrammarIssue(start, end, text[start:end], rule["say"]))
    return found
