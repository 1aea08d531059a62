"""What capitals tell of an utterance's words.

Recognisers differ: some write all in small letters, some all in capitals, some give a capital to
each word or to the first of whatever they take for a sentence. A capital says "name" only where
most words have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from dialogue.understanding.cue_phrases import TIME_WORDS
from dialogue.understanding.words import UtteredWord, word_set

Casing = Literal["told", "small", "capitals", "unknown"]
"""Of a text: capitals where English has them; none at all; too many to tell anything; too few words
to know."""

_FEW = 4
"""Words within sentences below which their capitals show no habit."""
_TOO_MANY = 0.6
"""Share of small words within sentences, or of all where there are none, with a capital from which
capitals tell nothing."""
FUNCTION_WORDS = word_set(
    "i i'm i'd i've i'll im ive a an the this that these those my your his her its our their we "
    "you he she it they and or but so because if when while as than then of in on at by for from "
    "to with about into over under after before is was were are be been am do did does have had "
    "has not no yes yeah okay ok well um uh er erm like just"
)
"""Words that are no name, whatever they are written with."""


def casing_of(words: Sequence[UtteredWord]) -> Casing:
    """What the capitals of an utterance are worth.

    Args:
        words: of the whole utterance; of a part of it they may be too few.
    """
    lettered = [w for w in words if any(c.isalpha() for c in w.text)]
    if not lettered:
        return "unknown"
    if not any(c.isupper() for w in lettered for c in w.text):
        return "small" if len(lettered) >= _FEW else "unknown"
    within = [
        word
        for i, word in enumerate(words)
        if i and words[i - 1].mark not in (".", "?") and _lettered(word)
    ]
    if len(within) < _FEW:
        return "unknown"
    # who writes "At" in mid-sentence writes everything so; "at Leeds Building Society" is a name
    small = [word for word in within if word.plain in FUNCTION_WORDS] or within
    high = sum(word.text[:1].isupper() for word in small)
    return "capitals" if high >= _TOO_MANY * len(small) else "told"


def capital_names(words: Sequence[UtteredWord]) -> tuple[int, ...]:
    """Indexes of the words that are names by their capitals.

    Not one that begins a sentence, where every word has one, nor "I", an article, a day or a month;
    none where capitals tell nothing.
    """
    if casing_of(words) == "capitals":
        return ()
    return tuple(
        i
        for i, word in enumerate(words)
        if i
        and word.text[:1].isupper()
        and words[i - 1].mark not in (".", "?")
        and word.plain not in FUNCTION_WORDS
        and word.plain not in TIME_WORDS
    )


def _lettered(word: UtteredWord) -> bool:
    return word.text[:1].isalpha() and word.plain.partition("'")[0] not in ("i", "im")
