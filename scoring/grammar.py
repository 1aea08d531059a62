"""Grammar of spoken English: a checker's findings and our own rules for learners' errors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Protocol, cast

from scoring.rubric import load

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
    """Issues by the checker and by ``assets/rubrics/learner_errors.toml``, each place once."""
    found = _by_rules(text)
    for issue in checker(name).check(text):
        if not any(issue.start < other.end and other.start < issue.end for other in found):
            found.append(issue)
    return sorted(found, key=lambda issue: issue.start)


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
