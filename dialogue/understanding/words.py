"""An utterance as words with their places and the marks behind them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from perception.filler_table import filler_table
from perception.filler_words import is_filled_pause

_WORD = re.compile(r"[^\W_]+(?:['’\-./&+#@:][^\W_]+)*[+#%]*|[£$€]\d[\d.,]*\w*")
_MARK = re.compile(r"[.!?…,;:—–\-)\"\]]*")

_FOLLOWS = re.compile(r"[,…]*")
"""Marks that stand there for a filled pause alone."""

_SENTENCE_WORDS = 16
"""Words after which a stretch without marks ends, as a recogniser may give it."""
_LEAST_SENTENCE_WORDS = 4
_MOST_SENTENCES = 60


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


def without_filled_pauses(text: str) -> str:
    """A text with blanks in place of "um", "uh" and the like, so that all else keeps its place."""
    kept: list[str] = []
    behind = 0
    for word in words_of(text):
        if is_filled_pause(word.text, filler_table()):
            after = _FOLLOWS.match(text, word.end)
            end = word.end if after is None else after.end()
            kept += [text[behind : word.start], " " * (end - word.start)]
            behind = end
    return "".join([*kept, text[behind:]])


def sentences_of(words: Sequence[UtteredWord]) -> list[str]:
    """Sentences by their marks, or stretches of sixteen words where none tells them.

    Those of fewer than four words say nothing by themselves and are left out; of what is endless
    the beginning is taken.
    """
    found: list[list[str]] = [[]]
    for word in words:
        found[-1].append(word.text)
        if word.mark in (".", "?") or len(found[-1]) >= _SENTENCE_WORDS:
            found.append([])
    kept = [" ".join(each) for each in found if len(each) >= _LEAST_SENTENCE_WORDS]
    return kept[:_MOST_SENTENCES]


def plain_text(words: Iterable[UtteredWord]) -> str:
    """The words in small letters, without marks, so that phrases can be looked for."""
    return " ".join(word.plain for word in words)


def phrases(*alternatives: str) -> re.Pattern[str]:
    """Finds whole words in a :func:`plain_text`; each alternative is a regular expression."""
    return re.compile(rf"(?<![^ ])(?:{'|'.join(alternatives)})(?![^ ])")


def word_set(text: str) -> frozenset[str]:
    """Words that stand in a text between blanks, for lists of them in the code."""
    return frozenset(text.split())
