"""Grammar by Harper, offline."""

from __future__ import annotations

from perception.errors import ModelError
from scoring.grammar import GrammarIssue

KINDS = frozenset({"Agreement", "Grammar", "Usage", "Redundancy", "WordChoice", "Miscellaneous"})
"""Kinds that hold in speech; spelling, punctuation and capitals are the recogniser's doing."""

WRITING_ONLY = ("capital", "comma", "period", "hyphen", "punctuation", "apostrophe", "spell")


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
            message = lint.message.strip()
            if lint.lint_kind not in KINDS or any(w in message.lower() for w in WRITING_ONLY):
                continue
            advice = message
            if lint.suggestions and lint.suggestions[0].replacement_text.strip():
                advice = f"“{lint.suggestions[0].replacement_text.strip()}”"
            found.append(GrammarIssue(lint.span.start, lint.span.end, lint.problem_text, advice))
        return sorted(found, key=lambda issue: issue.start)
