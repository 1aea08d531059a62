"""Text that nobody said: what recognisers make of silence, noise and music.

A recogniser asked for words finds some. What speaks against them: no speech was detected where
they stand, or the same words come over and over, or they are what films end with.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from perception.languages import joined, plain
from perception.types import Word, Words

_MARGIN_S = 0.3
"""s round detected speech in which words are believed: the detector hears soft ends late, and
whisper's word times are good to about 0.2 s."""

_LOOP_REPEATS = 4
"""Times that a run of words may follow itself; people say a word thrice at most for emphasis."""
_LOOP_REPEATS_ONE = 6
"""The same for a single word: "words words words words" was said in earnest."""
_LONGEST_LOOP = 8
"""Words in a run that is looked for."""

_STOCK = frozenset(
    (
        "thanks for watching",
        "thank you for watching",
        "thank you so much for watching",
        "thank you very much for watching",
        "please subscribe",
        "please subscribe to my channel",
        "like and subscribe",
        "dont forget to subscribe",
        "see you in the next video",
        "subtitles by the amara org community",
        "subtitles by",
        "transcribed by",
        "bye bye",
        "music",
        "applause",
        "silence",
        "blank audio",
        "you",
    )
)
"""What whisper writes over silence and music, learned from subtitles of films on the net."""
_LEAST_SHARE = 0.5
"""Share of a stock phrase over which speech must have been detected for it to be believed."""


def believable(words: Words, speech: Sequence[tuple[float, float]]) -> Words:
    """Leaves out what nobody can have said.

    Args:
        words: of one utterance, with times of each word.
        speech: (start_s, end_s) of detected speech in session time; empty when nobody looked, and
            then only repetition is judged.

    Returns:
        The words that remain; none, with the utterance's own times, where all is invented.
    """
    kept = without_loops(words.words)
    if speech:
        stock = _is_stock(kept) and _spoken_share(kept, speech) < _LEAST_SHARE
        # a word said very fast takes no time in Whisper's alignment, and was said all the same
        kept = tuple(w for w in kept if not stock and _overlap_s(w, speech, _MARGIN_S) >= 0)
    if kept == words.words:
        return words
    if not kept:
        return replace(words, text="", words=())
    text = joined(word.text for word in kept)
    return replace(words, t_start_s=kept[0].start_s, t_end_s=kept[-1].end_s, text=text, words=kept)


def without_loops(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Keeps one of a run of words that follows itself more often than anyone would say it."""
    told = [plain(word.text) for word in words]
    kept: list[Word] = []
    at = 0
    while at < len(words):
        length, times = _loop_at(told, at)
        kept += words[at : at + length]
        at += length * times
    return tuple(kept)


def repeated_runs(told: Sequence[str], times: int) -> bool:
    """Whether a run of words follows itself so often.

    Args:
        told: words without case and punctuation.
        times: how often the same stands there at least.
    """
    return any(
        _times_at(told, at, length) >= times
        for at in range(len(told))
        for length in range(1, min(_LONGEST_LOOP, len(told) - at) + 1)
    )


def _loop_at(told: list[str], at: int) -> tuple[int, int]:
    """Length of the run that loops at a place, and how often it stands there; (1, 1) for none."""
    for length in range(1, _LONGEST_LOOP + 1):
        times = _times_at(told, at, length)
        if times > (_LOOP_REPEATS_ONE if length == 1 else _LOOP_REPEATS):
            return length, times
    return 1, 1


def _times_at(told: Sequence[str], at: int, length: int) -> int:
    """How often the run of that length stands at a place, one after the other."""
    times = 1
    while told[at + times * length : at + (times + 1) * length] == told[at : at + length]:
        times += 1
    return times


def _is_stock(words: Sequence[Word]) -> bool:
    text = " ".join(re.sub(r"[^\w ]", "", word.text.lower()) for word in words)
    return text.strip() in _STOCK


def _spoken_share(words: Sequence[Word], speech: Sequence[tuple[float, float]]) -> float:
    span_s = sum(word.end_s - word.start_s for word in words)
    return sum(_overlap_s(word, speech, 0.0) for word in words) / max(span_s, 1e-3)


def _overlap_s(word: Word, speech: Sequence[tuple[float, float]], margin_s: float) -> float:
    return max(
        min(word.end_s, end_s + margin_s) - max(word.start_s, start_s - margin_s)
        for start_s, end_s in speech
    )
