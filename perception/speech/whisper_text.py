"""What all ways of running Whisper share: the text before, and which of its text to believe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from perception.speech.vocabulary import Vocabulary

HESITATIONS = "Um, so, uh, I mean, er, well, you know, hmm, like, I was, um, thinking."
"""Whisper leaves hesitations out unless the text before had them."""
BEFORE = {"en": HESITATIONS, "zh": "我们慢慢说,这样会听得更清楚。"}
"""Language to what it imitates. Chinese characters come as they are written in the mainland, where
Whisper wrote now these, now the traditional ones: 0.2 to 0.3 of the characters differed."""

_LEAST_LOGPROB = -1.0
"""Mean log probability of the tokens below which a stretch is a guess; whisper's own threshold."""
_NO_SPEECH = 0.6
"""Probability that nobody speaks above which a guess is not believed; whisper's own threshold."""
_SURE_SILENCE = 0.9
"""The same above which nothing is believed that is not certain."""
_CERTAIN_LOGPROB = -0.4
_MOST_REPEATED = 2.4
"""Length of the text over its compressed length above which it repeats itself; whisper's own."""


def text_before(
    language: str | None, vocabulary: Vocabulary, count_tokens: Callable[[str], int], most: int
) -> str:
    """A text to imitate and as many terms as Whisper reads, the first ones last.

    What stands nearest to the new words weighs most, and a text that is too long loses its
    beginning.

    Args:
        language: that is spoken.
        vocabulary: terms to lean towards.
        count_tokens: of a text.
        most: tokens that there is room for.
    """
    imitated = BEFORE.get(language or "", "")
    text = imitated
    for count in range(1, len(vocabulary.terms) + 1):
        terms = ", ".join(reversed(vocabulary.terms[:count]))
        longer = f"{imitated} {terms}.".strip()
        if count_tokens(" " + longer) > most:
            break
        text = longer
    return text


def believable_segment(segment: Mapping[str, Any]) -> bool:
    """Whether Whisper itself can have heard a segment, and did not make it up.

    Args:
        segment: with ``no_speech_prob``, ``avg_logprob`` and ``compression_ratio``.
    """
    silence, certainty = segment["no_speech_prob"], segment["avg_logprob"]
    if segment["compression_ratio"] > _MOST_REPEATED:
        return False
    if silence > _SURE_SILENCE:
        return bool(certainty > _CERTAIN_LOGPROB)
    return bool(silence <= _NO_SPEECH or certainty > _LEAST_LOGPROB)
