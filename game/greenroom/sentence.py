"""The sentences that are read in the green room, and what of them was understood."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from perception.speech.word_error_rate import plain_words, word_errors


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence to be read aloud."""

    text: str
    syllables: int
    """As dictionaries say it."""

    @property
    def words(self) -> tuple[str, ...]:
        """As written, punctuation kept."""
        return tuple(self.text.split())


SENTENCES = (
    Sentence(
        "On a bright Thursday morning we usually choose fresh bread, orange juice and good coffee.",
        22,
    ),
    Sentence(
        "The boy chose a good yellow jacket and usually found his father's path "
        "through the mountains.",
        23,
    ),
    Sentence(
        "Each Thursday my younger brother usually makes good soup for the whole house "
        "and enjoys it.",
        23,
    ),
)
"""Each holds at least 30 of the 39 sounds of American English in everyday words, so that a
recogniser is tried on nearly all of them."""


@dataclass(frozen=True, slots=True)
class Understood:
    """How the recogniser's words go with those on the screen."""

    right: tuple[bool, ...]
    """Whether each word of the sentence was understood."""
    errors: int
    """Words inserted, left out or mistaken (Levenshtein 1966)."""
    heard: int
    """Words that were recognised in all."""

    @property
    def count(self) -> int:
        """Words of the sentence that were understood."""
        return sum(self.right)

    @property
    def share(self) -> float:
        """0...1 of the sentence's words."""
        return self.count / len(self.right)


def sentence_for(seed: int) -> Sentence:
    """One of them; the next seed gives another."""
    return SENTENCES[seed % len(SENTENCES)]


@functools.lru_cache(maxsize=64)  # every picture asks again what was understood
def understood(sentence: Sentence, text: str) -> Understood:
    """Compares a sentence with what was recognised, word by word and in order.

    Args:
        sentence: what was to be read.
        text: what was recognised; case and punctuation do not count.
    """
    wanted = ["".join(plain_words(word)) for word in sentence.words]
    heard = plain_words(text)
    return Understood(_matched(wanted, heard), word_errors(wanted, heard), len(heard))


def _matched(wanted: Sequence[str], heard: Sequence[str]) -> tuple[bool, ...]:
    """Which wanted words lie on the longest common subsequence."""
    longest = [[0] * (len(heard) + 1) for _ in range(len(wanted) + 1)]
    for i in range(len(wanted) - 1, -1, -1):
        for j in range(len(heard) - 1, -1, -1):
            longest[i][j] = (
                1 + longest[i + 1][j + 1]
                if wanted[i] == heard[j]
                else max(longest[i + 1][j], longest[i][j + 1])
            )
    right, i, j = [False] * len(wanted), 0, 0
    while i < len(wanted) and j < len(heard):
        if wanted[i] == heard[j]:
            right[i] = True
            i, j = i + 1, j + 1
        elif longest[i + 1][j] >= longest[i][j + 1]:
            i += 1
        else:
            j += 1
    return tuple(right)
