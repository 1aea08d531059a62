"""A large table of words in little memory: one string, searched by halving."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

Entry = str | Mapping[str, str | None]


class WordTable:
    """Words to their sounds.

    A dictionary of 90,000 words takes some 22 MB, this takes 3.

    Args:
        table: words to sounds, or to sounds by part of speech.
    """

    def __init__(self, table: Mapping[str, Any]) -> None:
        words = sorted(table, key=str.encode)
        lines = [f"{word}\t{_written(table[word])}".encode() for word in words]
        self._text = b"\n".join(lines)
        self._starts = np.cumsum([0, *(len(line) + 1 for line in lines)], dtype=np.int32)

    def get(self, word: str) -> Entry | None:
        """What is known of a word in exactly this case; None where nothing is."""
        wanted = word.encode()
        low, high = 0, len(self._starts) - 1
        while low < high:
            middle = (low + high) // 2
            found, sounds = self._line(middle)
            if found == wanted:
                return _read(sounds.decode())
            if found < wanted:
                low = middle + 1
            else:
                high = middle
        return None

    def _line(self, number: int) -> tuple[bytes, bytes]:
        line = self._text[self._starts[number] : self._starts[number + 1] - 1]
        word, _, sounds = line.partition(b"\t")
        return word, sounds


def _written(entry: Any) -> str:
    return entry if isinstance(entry, str) else json.dumps(entry, ensure_ascii=False)


def _read(sounds: str) -> Entry:
    if sounds.startswith("{"):
        table: dict[str, str | None] = json.loads(sounds)
        return table
    return sounds
