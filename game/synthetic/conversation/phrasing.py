"""From an utterance to sentences with their times: the same words always come in the same way.

That they do is what lets understanding be kept by text over hundreds of interviews; how one run
differs from the next is what is said and when.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from game.synthetic.conversation.candidate import Delivery
from game.synthetic.conversation.utterance import Segment
from perception.types import Word

LONG_PAUSE = 0.08
"""Share of the pauses inside an answer in which the candidate thinks."""
_LONG_S = (0.75, 1.1)

_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_MOST_WORDS = 22
"""A longer sentence is told by the recogniser in two pieces."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Speech without a pause, as long as a sentence."""

    words: tuple[str, ...]
    lengths_s: tuple[float, ...]
    """Of each word."""
    pause_s: float
    """After it, if anything follows."""
    segment: int
    """Of the utterance."""
    ends_segment: bool
    last: bool
    """Of the utterance: its pitch falls."""
    confidences: tuple[float, ...]

    @property
    def text(self) -> str:
        """Its words."""
        return " ".join(self.words)

    @property
    def length_s(self) -> float:
        """Seconds of it."""
        return sum(self.lengths_s)

    def timed(self, from_s: float) -> tuple[Word, ...]:
        """Its words as a recogniser tells them, begun at that time."""
        found = []
        at = from_s
        for word, length, sure in zip(self.words, self.lengths_s, self.confidences, strict=True):
            found.append(Word(word, at, at + length, sure))
            at += length
        return tuple(found)


def phrased(segments: Sequence[Segment], delivery: Delivery, who: str) -> tuple[Phrase, ...]:
    """The phrases of an utterance.

    Args:
        segments: in their order.
        delivery: pace and pauses.
        who: name of the candidate, so that two do not pause at the same places.
    """
    found: list[Phrase] = []
    for number, segment in enumerate(segments):
        pieces = _pieces(segment.text)
        for i, piece in enumerate(pieces):
            rng = random.Random(f"{who}:{piece}")
            words = tuple(piece.split())
            if delivery.hesitations and i == 0 and rng.random() < delivery.hesitates:
                words = (*rng.choice(delivery.hesitations).split(), *words)
            sure = delivery.confidence
            pause = rng.uniform(*delivery.pause_s)
            if rng.random() < LONG_PAUSE:
                pause = rng.uniform(*_LONG_S)
            if not piece.endswith((".", "!", "?", "…")):
                pause = rng.uniform(0.0, 0.12)
            found.append(
                Phrase(
                    words,
                    tuple(_length_s(word, delivery.words_per_min, rng) for word in words),
                    pause,
                    number,
                    i == len(pieces) - 1,
                    number == len(segments) - 1 and i == len(pieces) - 1,
                    tuple(round(rng.uniform(*sure), 3) for _ in words),
                )
            )
    return tuple(found)


def typing_s(text: str, words_per_min: float) -> float:
    """Seconds in which a text is typed."""
    return 60.0 * len(text.split()) / words_per_min


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for sentence in _SENTENCE.split(text.strip()):
        words = sentence.split()
        if len(words) <= _MOST_WORDS:
            pieces.append(sentence)
            continue
        # a comma near the middle; without one the sentence stays whole
        commas = [i for i, word in enumerate(words[:-4], 1) if word.endswith(",") and i > 4]
        cut = min(commas, key=lambda i: abs(i - len(words) / 2), default=len(words))
        pieces += [" ".join(words[:cut])] + ([" ".join(words[cut:])] if cut < len(words) else [])
    return [piece for piece in pieces if piece]


def _length_s(word: str, words_per_min: float, rng: random.Random) -> float:
    # letters stand for sounds; an English word has 4.2 of them in speech
    usual = (1.5 + len(word)) / 5.7 * 60.0 / words_per_min
    return max(0.08, usual * rng.uniform(0.85, 1.15))
