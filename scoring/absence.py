"""Whether it may be said that something was not in an answer.

That a thing was not found is no proof that it was not said: words are misheard, and some
recognisers write neither capitals nor figures. So a sentence on what is absent is put only where
the words would show it if it were there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dialogue.understanding.casing import FUNCTION_WORDS, capital_names, casing_of
from dialogue.understanding.cue_phrases import NUMBER_WORDS, TIME_WORDS
from dialogue.understanding.named_facts import ADDED
from dialogue.understanding.names import everyday_names, names_in
from dialogue.understanding.words import UtteredWord, word_set, words_of
from scoring.measures.doubt import SPOKEN_OF

ENOUGH_WORDS = 25
"""Words below which an answer is too short for anything to be missed in it."""

_NUMBERS = (NUMBER_WORDS - {"couple"}) | word_set(
    "zero nought twice thrice fourth fifth sixth seventh eighth ninth tenth dozens hundreds "
    "thousands millions billion billions trillion hundredth twenties thirties forties fifties "
    "sixties seventies eighties nineties doubled tripled halved quarters thirds"
)
_BEHIND_NAME = word_set(
    "and was is has had said told asked taught gave helped would could came went made took ran"
)
"""Words before which the first of a sentence, with the capital that every first one has, may be a
name: "Sarah taught me"."""
_TIMES = TIME_WORDS - {"second", "spring"}


@dataclass(frozen=True, slots=True)
class Absent:
    """What may be said to be absent from an answer."""

    names: bool
    numbers: bool
    """With dates and times."""


def absent_from(text: str, trust: float) -> Absent:
    """What of names and numbers an answer would show, and does not.

    Args:
        text: its words as they were recognised or typed.
        trust: in them, 0...1.
    """
    words = words_of(text)
    if trust < SPOKEN_OF or len(words) < ENOUGH_WORDS:
        return Absent(False, False)
    return Absent(casing_of(words) == "told" and not holds_names(words), not holds_numbers(words))


def holds_numbers(words: Sequence[UtteredWord]) -> bool:
    """Whether anything is counted or dated, in figures or in words; "no one" is nobody."""
    for i, word in enumerate(words):
        if any(c.isdigit() for c in word.text) or "%" in word.text or word.text[:1] in "£$€":
            return True
        if word.plain == "one" and i and words[i - 1].plain in ("no", "any", "every", "some"):
            continue
        if any(piece in _NUMBERS or piece in _TIMES for piece in word.plain.split("-")):
            return True
    return False


def holds_names(words: Sequence[UtteredWord]) -> bool:
    """Whether any word is, or may be, a name by its capital, or is a known one."""
    if capital_names(words) or any(_may_name(words, i) for i in range(len(words) - 1)):
        return True
    plain = [word.plain for word in words]
    return any(
        " ".join(plain[first:behind]) not in everyday_names()
        for kind in ADDED
        for first, behind in names_in(kind, words)
    )


def _may_name(words: Sequence[UtteredWord], i: int) -> bool:
    word, behind = words[i], words[i + 1].plain
    first = i == 0 or words[i - 1].mark in (".", "?")
    if not first or not word.text[:1].isupper() or word.plain in FUNCTION_WORDS | TIME_WORDS:
        return False
    return word.plain.endswith("'s") or behind in _BEHIND_NAME
