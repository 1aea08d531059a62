"""What many phrases mean, read little by little while there is time, and kept."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from dialogue.understanding.embedding import Embedder

_AT_ONCE = 24
"""Phrases that are read in one go, in about a tenth of a second."""


class PhraseVectors:
    """Vectors of phrases.

    Args:
        model: tells what they mean.
        phrases: in the order of their vectors.
    """

    def __init__(self, model: Embedder, phrases: tuple[str, ...]) -> None:
        self._model = model
        self._left = phrases
        self._read: list[NDArray[np.float32]] = []

    def read(self) -> bool:
        """Reads some more; whether some are left."""
        if self._left:
            self._read.append(self._model.embed(self._left[:_AT_ONCE]))
            self._left = self._left[_AT_ONCE:]
        return bool(self._left)

    def vectors(self) -> NDArray[np.float32]:
        """(phrases, d) of all of them."""
        while self.read():
            pass
        if len(self._read) > 1:
            self._read = [np.concatenate(self._read)]
        return self._read[0]


@functools.lru_cache(maxsize=8)
def phrase_vectors(model: Embedder, phrases: tuple[str, ...]) -> PhraseVectors:
    """Kept: those of one brief take a second or two and are needed again and again."""
    return PhraseVectors(model, phrases)
