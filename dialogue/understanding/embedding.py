"""Meaning of sentences and of the words in them as vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

EMBEDDERS = {"minilm": "dialogue.understanding.embedding_minilm:MiniLmEmbedder"}


@dataclass(frozen=True, slots=True)
class TokenStates:
    """What each of a text's t tokens (words, or pieces of rarer ones) means where it stands."""

    offsets: NDArray[np.int64]
    """(t, 2) its first character in the text and the one behind its last."""
    vectors: NDArray[np.float32]
    """(t, d)."""


class Embedder(Protocol):
    """Turns texts into vectors."""

    def __hash__(self) -> int:
        """By identity: what a model told of a text is kept with the model."""
        ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, d) of length 1 for n texts."""
        ...

    def token_states(self, text: str, layers: Sequence[int]) -> TokenStates:
        """Vectors of a text's tokens.

        Args:
            text: what is beyond the model's longest is left out.
            layers: of the network, from 1; their states stand side by side.
        """
        ...

    def token_states_of(self, texts: Sequence[str], layers: Sequence[int]) -> list[TokenStates]:
        """The same of several texts, for where there are many: equal to 1e-5, and sooner."""
        ...

    def pieces(self, words: Sequence[str]) -> list[int]:
        """Of how many pieces the model's vocabulary makes each word: one for a word that is usual,
        three and more for one that is rare, or none at all."""
        ...


@lru_cache(maxsize=2)
def embedder(name: str = "minilm") -> Embedder:
    """The embedder of that name, loaded once.

    Raises:
        ModelError: its package or weights are not there.
    """
    module, cls = EMBEDDERS[name].split(":")
    return cast(Embedder, getattr(import_module(module), cls)())
