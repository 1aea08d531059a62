"""Word times brought to where speech was detected.

Whisper's words touch each other: a word before a pause reaches to the end of the pause, one after
it begins there (starts were off by 0.1 s at the median, 0.25 s at p90). Speech activity knows
better where the voice began and ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from perception.types import Word, Words

LEAST_S = 0.06
"""s of a word that must lie in a stretch of speech for the stretch to have it."""


def within_speech(words: Words, speech: Sequence[tuple[float, float]]) -> Words:
    """Cuts each word to the stretch of speech that has most of it.

    Args:
        words: of one utterance, with the times of each word.
        speech: (start_s, end_s) of detected speech in session time, in order; empty when nobody
            looked.

    Returns:
        The same words in the same order. A word that lies in no speech keeps its times.
    """
    if not speech or not words.words:
        return words
    placed = tuple(_placed(word, speech) for word in words.words)
    return replace(
        words,
        t_start_s=min(word.start_s for word in placed),
        t_end_s=max(word.end_s for word in placed),
        words=placed,
    )


def _placed(word: Word, speech: Sequence[tuple[float, float]]) -> Word:
    best = max(speech, key=lambda span: _common_s(word, span))
    if _common_s(word, best) < min(LEAST_S, word.end_s - word.start_s):
        return word
    return replace(word, start_s=max(word.start_s, best[0]), end_s=min(word.end_s, best[1]))


def _common_s(word: Word, span: tuple[float, float]) -> float:
    return min(word.end_s, span[1]) - max(word.start_s, span[0])
