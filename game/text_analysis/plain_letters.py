"""Words in the twenty-six letters of English."""

from __future__ import annotations

import unicodedata

_PLAIN = str.maketrans(
    {
        **{"ß": "ss", "æ": "ae", "Æ": "Ae", "ø": "o", "Ø": "O", "œ": "oe", "ł": "l", "Ł": "L"},
        **{"đ": "d", "Đ": "D", "ı": "i", "ð": "th", "Ð": "Th", "þ": "th", "Þ": "Th", "ŋ": "ng"},
    }
)


def without_accents(word: str) -> str:
    """A word in plain letters: "Łukasz" is "Lukasz"."""
    parted = unicodedata.normalize("NFKD", word.translate(_PLAIN))
    return "".join(c for c in parted if not unicodedata.combining(c))
