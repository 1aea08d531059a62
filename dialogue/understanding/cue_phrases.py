"""What the single words of an utterance tell, apart from their meaning: a vector for each.

Phrases that speak for an act are those of ``assets/understanding/acts.toml``. None decides by
itself: the network of :mod:`dialogue.understanding.tagger` weighs them with the meaning.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dialogue.understanding.types import ACTS, Asked
from dialogue.understanding.words import UtteredWord, plain_text, word_set
from perception.paths import ASSETS
from perception.settings import read_as

PHRASES = ASSETS / "understanding" / "acts.toml"
LANGUAGES = ASSETS / "understanding" / "languages.toml"

_KINDS = ("question", "follow_up", "your_questions", "greeting", "unknown")
_GAP = 3
"""Words for which "~" stands at most."""


NUMBER_WORDS = word_set(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty "
    "ninety hundred thousand million half quarter third dozen couple percent per cent pounds "
    "dollars euros"
)
"""Words that count, and what is counted in money or shares."""
TIME_WORDS = word_set(
    "second seconds minute minutes hour hours day days week weeks month months year years "
    "yesterday today tomorrow monday tuesday wednesday thursday friday saturday sunday "
    "january february march april june july august september october november december spring "
    "summer autumn winter christmas easter morning evening night nights weekend weekends"
)
"""Words that say when, or how long."""

NAMES: tuple[str, ...] = (
    *(f"cue_{act}" for act in ACTS),
    "cue_reported",
    *("first", "last", "from_start", "from_end", "words", "one_word"),
    *("after_comma", "after_stop", "after_question", "after_nothing"),
    *("before_comma", "before_stop", "before_question", "sentence_asks", "sentence_ends"),
    *("marked", "capital", "capitals", "digit", "not_ascii", "foreign", "foreign_share"),
    *("number_word", "time_word"),
    *(f"asked_{kind}" for kind in _KINDS),
)
"""What each number of the vector is."""


def features(words: Sequence[UtteredWord], asked: Asked) -> NDArray[np.float32]:
    """(n, len(NAMES)) for n words, each number within 0...1.

    Args:
        words: of the utterance.
        asked: what it replies to.
    """
    count = len(words)
    table = np.zeros((count, len(NAMES)), np.float32)
    at = {name: i for i, name in enumerate(NAMES)}
    if not count:
        return table
    _mark_phrases(words, table)
    foreign = np.array([w.plain in _foreign_words() for w in words])
    strange = np.array([any(ord(c) > 0x24F for c in w.text) for w in words])
    asks = _sentence_marks(words)
    marked = any(w.mark in ".?" for w in words if w.mark)
    before = ""
    for i, word in enumerate(words):
        row = table[i]
        row[at["first"]] = i == 0
        row[at["last"]] = i == count - 1
        row[at["from_start"]] = 1 / (1 + i)
        row[at["from_end"]] = 1 / (count - i)
        row[at["words"]] = min(1.0, math.log1p(count) / 6)
        row[at["one_word"]] = count == 1
        row[at["after_comma"]] = before == ","
        row[at["after_stop"]] = before == "."
        row[at["after_question"]] = before == "?"
        row[at["after_nothing"]] = before == "" and i > 0
        row[at["before_comma"]] = word.mark == ","
        row[at["before_stop"]] = word.mark == "."
        row[at["before_question"]] = word.mark == "?"
        row[at["sentence_asks"]] = asks[i] == "?"
        row[at["sentence_ends"]] = asks[i] == "."
        row[at["marked"]] = marked
        row[at["capital"]] = word.text[:1].isupper() and i > 0 and before not in (".", "?")
        row[at["capitals"]] = word.text.isupper() and len(word.text) > 1
        row[at["digit"]] = any(c.isdigit() for c in word.text)
        row[at["not_ascii"]] = strange[i]
        row[at["foreign"]] = foreign[i] or strange[i]
        row[at["number_word"]] = word.plain in NUMBER_WORDS
        row[at["time_word"]] = word.plain in TIME_WORDS
        row[at[f"asked_{asked.kind}"]] = 1
        around = slice(max(0, i - 3), i + 4)
        row[at["foreign_share"]] = float(np.mean(foreign[around] | strange[around]))
        before = word.mark
    return table


def _mark_phrases(words: Sequence[UtteredWord], table: NDArray[np.float32]) -> None:
    """Sets the words that the phrases cover."""
    text = plain_text(words)
    # number of the word in which each character lies
    starts, position = {}, 0
    for i, word in enumerate(words):
        starts[position] = i
        position += len(word.plain) + 1
    ends = {start + len(words[i].plain): i for start, i in starts.items()}
    for column, patterns in enumerate(_phrases()):
        for pattern in patterns:
            for match in pattern.finditer(text):
                first, last = starts.get(match.start()), ends.get(match.end())
                if first is not None and last is not None:
                    table[first : last + 1, column] = 1


def _sentence_marks(words: Sequence[UtteredWord]) -> list[str]:
    """The mark with which each word's sentence ends: "." or "?", "" where none is told."""
    marks: list[str] = []
    mark = ""
    for word in reversed(words):
        if word.mark in (".", "?"):
            mark = word.mark
        marks.append(mark)
    return marks[::-1]


@functools.cache
def _phrases() -> tuple[tuple[re.Pattern[str], ...], ...]:
    """Patterns of each act, in the order of ``ACTS``, and those of reported speech."""
    table = read_as(dict[str, tuple[str, ...]], PHRASES)
    return tuple(
        tuple(compile_phrase(phrase) for phrase in table.get(name, ()))
        for name in (*ACTS, "reported")
    )


def compile_phrase(phrase: str) -> re.Pattern[str]:
    """A phrase as the files have it."""
    written = phrase.replace(r"\w", "[^ ]")
    written = written.replace(" ~ ", f" (?:[^ ]+ ){{0,{_GAP}}}")
    written = re.sub(r" ~$", f"(?: [^ ]+){{0,{_GAP}}}", written)
    return re.compile(rf"(?<![^ ])(?:{written})(?![^ ])")


@functools.cache
def _foreign_words() -> frozenset[str]:
    table = read_as(dict[str, str], LANGUAGES)
    return frozenset(word for words in table.values() for word in words.split()) - _ENGLISH


_ENGLISH = word_set(
    "a an and as at be but by do does for from had has have he her him his i if in is it its "
    "me my no not of on or our she so that the their them then they this to too us was we "
    "were what when where who why will with you your yes am are been can could did how just "
    "more very well one all any some there here o e la par pas pour comment bien non on sun "
    "man main par hum ya ma y sorry question ay may as law die war also noch anti ke ki se la "
    "da do em hi sa si ni na up down out man per con no sit do's ala fi min te el es son ale "
    "po at my of on i"
)
"""Words of the lists that are English, too."""
