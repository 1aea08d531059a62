"""An utterance as words with their places and the marks behind them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+(?:['’\-./&+#@:][^\W_]+)*[+#%]*|[£$€]\d[\d.,]*\w*")
_MARK = re.compile(r"[.!?…,;:—–\-)\"\]]*")


@dataclass(frozen=True, slots=True)
class UtteredWord:
    """A word as it was said or typed."""

    text: str
    """As it is written."""
    plain: str
    """In small letters, with straight apostrophes."""
    start: int
    """Of its first character in the utterance."""
    end: int
    """Behind its last."""
    mark: str
    """What ends here, by the mark behind it: "." a sentence, "?" a question, "," a clause, ""
    nothing that is told."""


def words_of(text: str) -> tuple[UtteredWord, ...]:
    """The words of an utterance, in order; marks and signs alone are none."""
    found = []
    for match in _WORD.finditer(text):
        behind = _MARK.match(text, match.end())
        marks = "" if behind is None else behind.group()
        if "?" in marks:
            mark = "?"
        elif re.search(r"[.!…]", marks):
            mark = "."
        elif re.search(r"[,;:—–]", marks) or "\n" in text[match.end() : match.end() + 2]:
            mark = ","
        else:
            mark = ""
        plain = match.group().lower().replace("’", "'")
        found.append(UtteredWord(match.group(), plain, match.start(), match.end(), mark))
    return tuple(found)
