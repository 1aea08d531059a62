"""Typed answers of a record, as far as a report takes them.

Anybody can paste a book into the answer field. Its lines stay in the record as they were handed in;
a report takes the beginning of each, more than anybody says in twenty minutes, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from perception.languages import JUDGED_WORDS, first_words
from perception.types import Words
from scoring.record.lines import EVENTS_FILE

MOST_LETTERS = 20_000
"""Of a typed answer; writing without spaces has no other bound."""


def typed_answers(arrivals: Iterable[object]) -> tuple[Words, ...]:
    """Typed answers in order of time, the beginning of those that are too long.

    Args:
        arrivals: lines of a record, of every kind.
    """
    told = sorted(_typed(arrivals), key=lambda a: a.t_end_s)
    return tuple(replace(a, text=_beginning(a.text)) for a in told)


def told_short(arrivals: Iterable[object]) -> tuple[str, ...]:
    """A note where the end of typed answers is left out.

    Args:
        arrivals: lines of a record, of every kind.
    """
    count = sum(len(_beginning(a.text)) < len(a.text.strip()) for a in _typed(arrivals))
    if not count:
        return ()
    what = "a typed answer was" if count == 1 else f"{count} typed answers were"
    return (
        f"{what} too long to be looked at whole: the report has its beginning, at most "
        f"{JUDGED_WORDS:,} words or {MOST_LETTERS:,} letters; {EVENTS_FILE} has all of it",
    )


def _typed(arrivals: Iterable[object]) -> Iterator[Words]:
    for each in arrivals:
        if isinstance(each, Words) and each.source == "typed" and each.text.strip():
            yield each


def _beginning(text: str) -> str:
    """As much of a text as is taken, as it stands; no word is cut but one that is longer."""
    begun = first_words(text.strip())
    cut = begun[:MOST_LETTERS]
    whole = len(cut) == len(begun) or begun[len(cut)].isspace() or " " not in cut
    return cut if whole else cut[: cut.rindex(" ")]
