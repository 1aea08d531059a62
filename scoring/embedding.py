"""Meaning of sentences as vectors, to compare an answer with its question."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

EMBEDDERS = {"minilm": "scoring.embedding_minilm:MiniLmEmbedder"}


class Embedder(Protocol):
    """Turns texts into vectors of length 1."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, d) for n texts."""
        ...


@lru_cache(maxsize=2)
def embedder(name: str = "minilm") -> Embedder:
    """The embedder of that name, loaded once.

    Raises:
        ModelError: its package or weights are not there.
    """
    module, cls = EMBEDDERS[name].split(":")
    return cast(Embedder, getattr(import_module(module), cls)())
