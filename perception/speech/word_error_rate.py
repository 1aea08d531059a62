"""How far recognised words are from those that were said."""

from __future__ import annotations

import re
from collections.abc import Sequence


def word_errors(reference: Sequence[str], heard: Sequence[str]) -> int:
    """Least number of words to insert, delete or replace (Levenshtein 1966)."""
    row = list(range(len(heard) + 1))
    for i, wanted in enumerate(reference, 1):
        diagonal, row[0] = row[0], i
        for j, word in enumerate(heard, 1):
            change = diagonal + (word != wanted)
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, change)
    return row[-1]


def word_error_rate(reference: str, heard: str) -> float:
    """Word errors per word of the reference; case and punctuation do not count."""
    wanted = plain_words(reference)
    return word_errors(wanted, plain_words(heard)) / max(1, len(wanted))


def plain_words(text: str) -> list[str]:
    """Lower-case words and numbers of a text, apostrophes kept."""
    return re.findall(r"[a-z0-9']+", text.lower())


_DIGITS = {
    word: str(digit)
    for digit, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    )
}


def comparable_words(text: str) -> list[str]:
    """Words to compare where some write "1 0 9" and others "one oh nine": digits stand alone.

    "oh" counts as a digit beside another one.
    """
    words = [_DIGITS.get(word, word) for word in plain_words(text)]
    apart = [part for word in words for part in (word if word.isdigit() else [word])]
    return [
        "0"
        if word == "oh" and any(n.isdigit() for n in apart[max(0, i - 1) : i + 2] if n != "oh")
        else word
        for i, word in enumerate(apart)
    ]
