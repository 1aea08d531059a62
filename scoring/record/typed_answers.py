"""Typed answers of a record, as far as a report takes them.

Anybody can paste a book into the answer field. Its lines stay in the record as they were handed in;
a report takes the beginning of each, more than anybody says in twenty minutes, and says so.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import replace

from perception.languages import JUDGED_WORDS
from perception.types import Words
from scoring.record.lines import EVENTS_FILE

MOST_LETTERS = 20_000
"""Of a typed answer; writing without spaces has no other bound."""
_WORD = re.compile(r"\S+")


def typed_answers(arrivals: Iterable[object]) -> tuple[Words, ...]:
    """Typed answers in order of time, the beginning of those that are too long.

    Args:
        arrivals: lines of a record, of every kind.
    """
    found = (a for a in arrivals if isinstance(a, Words) and a.source == "typed")
    told = sorted((a for a in found if a.text.strip()), key=lambda a: a.t_end_s)
    return tuple(replace(a, text=_beginning(a.text)) for a in told)


def told_short(arrivals: Iterable[object]) -> tuple[str, ...]:
    """A note where the end of typed answers is left out.

    Args:
        arrivals: lines of a record, of every kind.
    """
    typed = [a.text for a in arrivals if isinstance(a, Words) and a.source == "typed"]
    long = [text for text in typed if len(_beginning(text)) < len(text.strip())]
    if not long:
        return ()
    what = "a typed answer was" if len(long) == 1 else f"{len(long)} typed answers were"
    return (
        f"{what} too long to be looked at whole: the report has its beginning, at most "
        f"{JUDGED_WORDS:,} words or {MOST_LETTERS:,} letters; {EVENTS_FILE} has all of it",
    )


def _beginning(text: str) -> str:
    """The first words of a text, as they stand."""
    begun = text.strip()
    if len(begun) <= JUDGED_WORDS:
        return begun
    ends = [m.end() for m in itertools.islice(_WORD.finditer(begun), JUDGED_WORDS)]
    cut = begun[: min(ends[-1], MOST_LETTERS)]
    whole = len(cut) == len(begun) or begun[len(cut)].isspace() or " " not in cut
    return cut if whole else cut[: cut.rindex(" ")]
