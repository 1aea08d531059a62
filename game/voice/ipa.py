"""Phonemes in the International Phonetic Alphabet, as espeak-ng writes them, become symbols of one
letter each, whose mouth shapes ``game.voice.speech_sounds`` knows.

espeak-ng writes diphthongs and affricates with two letters and length with a mark of its own. A
voice that was trained on them holds each letter for a time of its own; here what belongs together
is put together, and its times are added up.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from game.voice.speech_sounds import STRESSES

_TOGETHER = {
    **{"eɪ": "A", "aɪ": "I", "oʊ": "O", "əʊ": "Q", "aʊ": "W", "ɔɪ": "Y"},
    **{"tʃ": "ʧ", "dʒ": "ʤ"},
}


def joined(
    symbols: Sequence[str], held: Sequence[float]
) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Symbols of one letter, and how long each is held.

    Args:
        symbols: n of them; "" for a blank that a voice puts between two, and in the end.
        held: (n,) in any unit; a blank's time goes to the symbol before it.

    Returns:
        Symbols and times of the same sum; blanks before the first symbol stay one, as " ".
    """
    found: list[str] = []
    times: list[float] = []
    for symbol, time in zip(symbols, held, strict=True):
        pair = _TOGETHER.get(found[-1] + symbol) if found else None
        if pair is not None:
            found[-1] = pair
        elif not found or not _belongs_to_last(symbol):
            found.append(symbol or " ")
            times.append(0.0)
        times[-1] += time
    return tuple(found), tuple(times)


def _belongs_to_last(symbol: str) -> bool:
    """Whether a symbol only says more of the one before it: length, nasality, a blank."""
    return symbol == "" or (symbol not in STRESSES and unicodedata.category(symbol) in ("Lm", "Mn"))
