"""Why she did something, from what she understood."""

from __future__ import annotations

from dialogue.types import Because
from dialogue.understanding.answer_quality import Gap
from dialogue.understanding.types import ActSpan

_QUOTED_WORDS = 14


def act_reason(rule: str, part: ActSpan, threshold: float | None = None) -> Because:
    """For what a part of an utterance was understood to do."""
    return Because(
        rule,
        "act",
        part.act,
        threshold,
        act=part.act,
        confidence=rounded(part.confidence),
        quote=quoted(part.text),
    )


def gap_reason(rule: str, gap: Gap) -> Because:
    """For what an answer lacks."""
    return Because(rule, "gap", gap.name, None, confidence=gap.confidence, quote=gap.quote or None)


def quoted(text: str, most: int = _QUOTED_WORDS) -> str:
    """The beginning of what was said, in so many words at most."""
    words = text.split()
    return text if len(words) <= most else " ".join([*words[:most], "…"])


def rounded(value: float | None) -> float | None:
    """To three places."""
    return None if value is None else round(value, 3)
