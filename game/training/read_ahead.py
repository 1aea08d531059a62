"""An embedder that reads many texts at once, ahead of whoever asks for them one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from dialogue.understanding.embedding import Embedder, TokenStates
from dialogue.understanding.tagger import LAYERS, stretches
from dialogue.understanding.words import words_of
from game.training.tagger import Example, Labelled, example

_TOGETHER = 1024
"""Utterances read at once: of many, more are of one length, and 100 MB hold what they mean."""


class ReadAhead:
    """Gives what a model tells of texts, at once where they were read ahead.

    Args:
        model: reads them.
    """

    def __init__(self, model: Embedder) -> None:
        self._model = model
        self._states: dict[str, TokenStates] = {}

    def read(self, texts: Iterable[str]) -> None:
        """Reads utterances, and forgets those of before."""
        wanted = {each.text for text in texts for each in stretches(text, words_of(text))}
        ordered = sorted(wanted)
        found = self._model.token_states_of(ordered, LAYERS)
        self._states = dict(zip(ordered, found, strict=True))

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, d) of length 1 for n texts; never read ahead."""
        return self._model.embed(texts)

    def token_states(self, text: str, layers: Sequence[int]) -> TokenStates:
        """Vectors of a text's tokens, see :class:`~dialogue.understanding.embedding.Embedder`."""
        known = self._states.get(text) if tuple(layers) == LAYERS else None
        return self._model.token_states(text, layers) if known is None else known

    def token_states_of(self, texts: Sequence[str], layers: Sequence[int]) -> list[TokenStates]:
        """The same of several texts."""
        return self._model.token_states_of(texts, layers)

    def pieces(self, words: Sequence[str]) -> list[int]:
        """Of how many pieces each word is made."""
        return self._model.pieces(words)


def examples_of(
    model: Embedder, utterances: Sequence[Labelled], progress: Callable[[float], None]
) -> list[tuple[str, Example]]:
    """What a tagger is given of utterances, with their authors; those without words are left out.

    Args:
        model: tells what words mean.
        utterances: in whatever order.
        progress: told the share that is done.
    """
    ahead = ReadAhead(model)
    found = []
    for start in range(0, len(utterances), _TOGETHER):
        some = utterances[start : start + _TOGETHER]
        ahead.read(each.text for each in some)
        for each in some:
            made = example(ahead, each)
            if made is not None:
                found.append((each.author, made))
        progress(min(1.0, (start + _TOGETHER) / len(utterances)))
    return found
