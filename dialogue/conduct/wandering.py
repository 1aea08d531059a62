"""Whether a long answer still tells something, or has wandered off."""

from __future__ import annotations

from dialogue.understanding.answer_quality import AnswerQuality, PartName

TELLING: frozenset[PartName] = frozenset(("task", "action", "result"))
"""Parts that carry a story on; its setting, opinions and words around it do not, late in it."""
LATELY_WORDS = 50
"""The last words of an answer by which she judges: about twenty seconds of speech."""
TELLS_SHARE = 0.4
"""Share of them (0...1) that tells something, from which she lets it go on."""


def wanders(quality: AnswerQuality | None) -> bool:
    """Whether little of what was said lately tells anything; so it is where nothing is known.

    Args:
        quality: of the answer so far.
    """
    if quality is None:
        return True
    left = LATELY_WORDS
    telling = 0
    for span in reversed(quality.parts):
        words = min(left, len(span.text.split()))
        telling += words * (span.part in TELLING)
        left -= words
        if not left:
            break
    return telling < TELLS_SHARE * (LATELY_WORDS - left)
