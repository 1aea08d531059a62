"""Sounds of a word that no lexicon has, by hibari's small network from letters to phonemes.

The network reads letters, ``[1, letters]`` counted from 1, and writes four slots for each,
``[1, slots]``: a symbol counted from 1, or 0 for none; a symbol that fills several slots in a row
is said once (connectionist temporal classification, Graves et al. 2006).
"""

from __future__ import annotations

import json

import numpy as np

from perception.models.network_onnxruntime import open_network

_AS_KOKORO = str.maketrans({"T": "ɾ", "y": "i", "a": "ɑ", "ʀ": "ɹ", "1": "", "(": "", ")": ""})
"""Symbols of the network that the voice does not know."""


class SpellingModel:
    """Letters to phonemes.

    Args:
        network: ONNX file.
        table: JSON with ``in`` and ``out``, the symbols in order, and ``maxlen`` in letters.

    Raises:
        ModelError: onnxruntime is missing.
    """

    def __init__(self, network: bytes, table: bytes) -> None:
        self._network = open_network(network, "the voice")
        symbols = json.loads(table)
        self._letters = {letter: number for number, letter in enumerate(symbols["in"], start=1)}
        self._out = ["", *symbols["out"]]
        self._longest: int = symbols["maxlen"]

    def phonemes(self, word: str) -> str:
        """Phonemes of a word; empty where it has no letter that the network knows."""
        numbers = [self._letters[c] for c in word if c in self._letters][: self._longest]
        if not numbers:
            return ""
        slots = self._network.run(None, {"chars": np.array([numbers], np.int64)})[0][0]
        said = [n for n, before in zip(slots, [0, *slots[:-1]], strict=True) if n != before]
        return "".join(self._out[n] for n in said).strip(" -").translate(_AS_KOKORO)
