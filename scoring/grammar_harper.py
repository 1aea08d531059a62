"""Grammar by Harper, offline."""

from __future__ import annotations

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
        self._linter = Linter()
        self._plain = Language.PLAINTEXT

    def check(self, text: str) -> list[GrammarIssue]:
        """Issues in order of place."""
        found = []
        for lint in self._linter.lint(text, language=self._plain):
            message = lint.message.lower()
            if lint.lint_kind not in KINDS or any(word in message for word in NOT_SPEECH):
                continue
            advice = "leave it out"
            if lint.suggestions and lint.suggestions[0].replacement_text.strip():
                advice = f"“{lint.suggestions[0].replacement_text.strip()}”"
            elif not lint.suggestions:
                continue  # a remark without a better wording helps nobody
            found.append(GrammarIssue(lint.span.start, lint.span.end, lint.problem_text, advice))
        return sorted(found, key=lambda issue: issue.start)
