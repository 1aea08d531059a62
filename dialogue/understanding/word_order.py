"""How far words follow each other as English words do, whatever they say.

Pairs of neighbouring words are weighed by how much likelier they are together than by chance
(pointwise mutual information of a bigram model); frequent words stand for themselves, all others
for their ending. Words in any order come out below zero, sentences above, learners' as well.
Trained by ``run.py models train order``.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from dialogue.understanding.words import UtteredWord
from perception.filler_table import filler_sounds
from perception.models.modelfile import MODELS, made_of

MODEL = MODELS / "order.npz"
TRAINING = "order"

START = "<"
"""Class of what stands before the first word."""
_NUMBER = "#"
_OTHER = "-"
_ENDINGS = ("ing", "ed", "tion", "ly", "ity", "ment", "er", "al", "y", "s", "e")
OPEN_CLASSES = (_NUMBER, _OTHER, *(_OTHER + ending for ending in _ENDINGS))
"""Classes of words that are not frequent."""
LONGEST_WORD = 40
"""Characters; more are no word."""


class WordOrder:
    """Weighs neighbouring words.

    Args:
        classes: names of the model's classes of words, as :func:`class_of` gives them.
        weights: (classes, classes) pointwise mutual information of a class with the one behind
            it, in nats.
    """

    def __init__(self, classes: Sequence[str], weights: NDArray[np.float32]) -> None:
        if weights.shape != (len(classes), len(classes)):
            raise ValueError(f"the weights are {weights.shape} for {len(classes)} classes")
        self._numbers: Mapping[str, int] = {name: i for i, name in enumerate(classes)}
        self._weights = weights
        self._other = self._numbers[_OTHER]

    def weigh(self, words: Sequence[UtteredWord]) -> float | None:
        """Mean over the pairs of neighbours, in nats; None without words.

        English text lies about 0.5, words in any order about -0.6, each with a standard deviation
        that falls with the root of the number of words: 0.2 at twenty.
        """
        plain = counted(words)
        if not plain:
            return None
        known = frozenset(self._numbers)
        numbers = [self._numbers.get(class_of(w, known), self._other) for w in plain]
        before = [self._numbers[START], *numbers[:-1]]
        return float(self._weights[before, numbers].mean())


def counted(words: Sequence[UtteredWord]) -> list[str]:
    """Words in small letters, hesitations left out, which may stand anywhere."""
    return [w.plain for w in words if w.plain not in filler_sounds()]


def class_of(word: str, frequent: frozenset[str]) -> str:
    """The class of a word in small letters: itself, a number, or its ending.

    Args:
        word: in small letters.
        frequent: words that stand for themselves.
    """
    if word in frequent:
        return word
    if word[:1].isdigit() or len(word) > LONGEST_WORD:
        return _NUMBER
    ending = next((e for e in _ENDINGS if word.endswith(e) and len(word) > len(e) + 1), "")
    return _OTHER + ending


@functools.cache
def load_word_order() -> WordOrder:
    """The model that ships, loaded once.

    Raises:
        ModelError: it is missing or damaged.
    """
    return made_of(
        MODEL, TRAINING, lambda w, about: WordOrder(tuple(about["classes"]), w["weights"])
    )
