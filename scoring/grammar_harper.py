"""Grammar by Harper, offline."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from perception.errors import ModelError
from scoring.grammar import GrammarIssue

KINDS = frozenset({"Agreement", "Grammar", "Usage", "Redundancy", "WordChoice", "Miscellaneous"})
"""Kinds that hold in speech; spelling, punctuation and capitals are the recogniser's doing."""

NOT_SPEECH = (
    "capital",
    "comma",
    "period",
    "hyphen",
    "punctuation",
    "apostrophe",
    "spell",
    "filler",
)
"""Messages about writing, and about fillers, which are counted elsewhere."""


_SENTENCE = re.compile(r"\S[^.?!]*[.?!]*")


class HarperChecker:
    """Harper's linter with the kinds that matter in speech.

    Raises:
        ModelError: the package is not installed.
    """

    def __init__(self) -> None:
        try:
            from harper import Language, Linter
        except ImportError:
            raise ModelError(
                "the grammar checker is not installed; run: pip install harper-py==0.2.0"
            ) from None
        self._new = Linter
        self._linter = self._new()
        self._plain = Language.PLAINTEXT

    def check(self, text: str) -> list[GrammarIssue]:
        """Issues in order of place.

        There are rules of Harper's that panic at a few texts. Then sentence after sentence is
        looked at by itself, and one that makes it panic has no issues.
        """
        lints = self._lint(text + "\n")  # a rule of 2.13 looks past the end after "both five"
        if lints is not None:
            return self._issues(lints, 0)
        found = []
        for sentence in _SENTENCE.finditer(text):
            found += self._issues(self._lint(sentence.group()) or [], sentence.start())
        return found

    def _lint(self, text: str) -> list[Any] | None:
        """What Harper says; None where it panics."""
        try:
            return list(self._linter.lint(text, language=self._plain))
        except BaseException as error:
            # pyo3's panic is no Exception, and its class cannot be imported
            if type(error).__name__ != "PanicException":
                raise
            self._linter = self._new()  # what a panic left half done is not used again
            return None

    @staticmethod
    def _issues(lints: Iterable[Any], offset: int) -> list[GrammarIssue]:
        found = []
        for lint in lints:
            message = lint.message.lower()
            if lint.lint_kind not in KINDS or any(word in message for word in NOT_SPEECH):
                continue
            advice = "leave it out"
            if lint.suggestions and lint.suggestions[0].replacement_text.strip():
                advice = f"“{lint.suggestions[0].replacement_text.strip()}”"
            elif not lint.suggestions:
                continue  # a remark without a better wording helps nobody
            start, end = lint.span.start + offset, lint.span.end + offset
            found.append(GrammarIssue(start, end, lint.problem_text, advice))
        return sorted(found, key=lambda issue: issue.start)
