"""Words by which an answer shows what it holds: who did what, how it ended, or only generalities.

They are those of ``assets/understanding/answer_marks.toml``. How well somebody speaks says nothing
of how much they tell, so that these measures go by what simple and halting English has as well:
people in particular, numbers and times, deeds, and what happened after the last of them.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from dialogue.understanding.cue_phrases import NUMBER_WORDS, TIME_WORDS, compile_phrase
from dialogue.understanding.words import UtteredWord, plain_text, word_set, words_of
from perception.paths import ASSETS
from perception.settings import checked, read_as

MARKS = ASSETS / "understanding" / "answer_marks.toml"

_OWN = word_set("i i'm i'd i've i'll im ive me my myself mine")
"""Words of one who did it."""
_GROUP = word_set("we we're we'd we've us our ours they they're they'd they've team lads boys")
"""Words of several who did."""
_OWN_DOER = word_set("i i'd i've i'll ive")
_GROUP_DOER = word_set("we we'd we've we'll they they'd they've they'll team lads boys colleagues")
_NO_VERB = word_set(
    "a an the this that these those and or but so because my your his her our their me you him "
    "them it us in on at to from for of with by as not no who which what how why if myself"
)
"""Words behind "I" that show that it was broken off, or does nothing."""
SCENE_WORDS = 18
_LOOK = 4
"""Words behind who did something among which its verb is looked for."""


@dataclass(frozen=True, slots=True)
class AnswerMarks:
    """How often an answer shows something."""

    results: int
    """Phrases that tell how something ended."""
    late_results: int
    """Those of them behind the last own deed, or behind the middle where there is none."""
    behind_deeds: int
    """Words behind the last deed, its own four words left out."""
    own_deeds: int
    """What "I" did or would do, states, feelings and duties left out."""
    group_deeds: int
    """What "we" or "they" did."""
    general: int
    """Phrases that hold for everybody."""
    persons: int
    """Words of one person in particular."""
    counted: int
    """Numbers and words of time."""
    past: int
    """Verbs in the past."""
    steps: int
    """Words that tell the order of things."""
    tasks: int
    """Phrases that tell what had to be done."""
    scenes: int
    """Phrases among the first :data:`SCENE_WORDS` words that tell when and where it was."""


def answer_marks(words: Sequence[UtteredWord]) -> AnswerMarks:
    """Counts what the words of an answer show."""
    text = plain_text(words)
    starts = {}
    at = 0
    for i, word in enumerate(words):
        starts[at] = i
        at += len(word.plain) + 1
    own, group = _deeds(words, _OWN_DOER), _deeds(words, _GROUP_DOER)
    last = own[-1] if own else len(words) // 2
    results = [starts[m.start()] for m in _marks("results").finditer(text)]
    deeds = max([*own[-1:], *group[-1:], -1])
    behind = 0 if deeds < 0 else max(0, len(words) - deeds - _LOOK)
    table = _words()
    return AnswerMarks(
        results=len(results),
        late_results=sum(i > last for i in results),
        behind_deeds=behind,
        own_deeds=len(own),
        group_deeds=len(group),
        general=_count("general", text),
        persons=sum(w.plain in table["persons"] for w in words),
        counted=sum(_counts(w.plain) for w in words),
        past=sum(_PAST.match(w.plain) is not None or w.plain in table["past"] for w in words),
        steps=sum(w.plain in table["steps"] for w in words),
        tasks=_count("tasks", text),
        scenes=_count("scenes", plain_text(words[:SCENE_WORDS])),
    )


def tells_result(answer: str) -> bool:
    """Whether any word of it tells how something ended."""
    text = plain_text(words_of(answer))
    return _marks("results").search(text) is not None or any(c.isdigit() for c in text)


def hides_own_role(answer: str) -> bool:
    """Whether it tells what several did, and nothing of who tells it."""
    words = words_of(answer)
    own = any(w.plain in _OWN for w in words)
    return not own and sum(w.plain in _GROUP for w in words) >= 2


_PAST = re.compile(r"\w{2,}ed$")


def _deeds(words: Sequence[UtteredWord], doers: frozenset[str]) -> list[int]:
    """Numbers of the words that did something."""
    table = _words()
    found = []
    for i, word in enumerate(words):
        said_again = i + 1 < len(words) and words[i + 1].plain == word.plain
        if word.plain not in doers or word.mark in (".", "?") or said_again:
            continue
        for next_word in words[i + 1 : i + 1 + _LOOK]:
            plain = next_word.plain
            if plain in table["between"]:
                continue
            if plain not in table["states"] and plain not in _NO_VERB:
                found.append(i)
            break
    return found


def _counts(word: str) -> bool:
    return word in NUMBER_WORDS or word in TIME_WORDS or any(c.isdigit() for c in word)


@checked
@dataclass(frozen=True, slots=True)
class _Marks:
    """The file."""

    results: tuple[str, ...]
    tasks: tuple[str, ...]
    scenes: tuple[str, ...]
    general: tuple[str, ...]
    words: dict[str, str]


@functools.cache
def _table() -> _Marks:
    return read_as(_Marks, MARKS)


@functools.cache
def _words() -> dict[str, frozenset[str]]:
    return {name: word_set(listed) for name, listed in _table().words.items()}


@functools.cache
def _marks(name: str) -> re.Pattern[str]:
    """Finds any phrase of that name, the longest first."""
    ordered = sorted(getattr(_table(), name), key=len, reverse=True)
    return re.compile("|".join(compile_phrase(phrase).pattern for phrase in ordered))


def _count(name: str, text: str) -> int:
    return sum(1 for _ in _marks(name).finditer(text))
