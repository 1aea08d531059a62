"""What somebody said, cut into pieces that each carry their time and their marks."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from perception.types import Word
from scoring.measures.language import is_unsure
from scoring.report.captions import clean


@dataclass(frozen=True, slots=True)
class Piece:
    """A word with its time, or what stands between words."""

    text: str
    t_s: float | None
    """When it was said; None where nobody knows."""


@dataclass(frozen=True, slots=True)
class Run:
    """Pieces in a row that are marked alike."""

    kind: str | None
    """asked, fact, filler or hedge; None for words that stand out by nothing."""
    unsure: bool
    """Whether the recogniser was unsure of them."""
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words in a row that do one thing."""

    said: Mapping[str, Any] | None
    """The entry of ``answer.said`` that they are; None where there is none."""
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class _Marks:
    """Of one character."""

    stretch: int
    kind: str | None
    unsure: bool
    word: int


def marked(
    text: str,
    words: Sequence[Word] = (),
    said: Sequence[Mapping[str, Any]] = (),
    highlights: Iterable[Mapping[str, Any]] = (),
) -> tuple[Stretch, ...]:
    """Cuts a text where any of its marks begins or ends.

    The pieces put together are the text again. A word, a stretch or a highlight that the text does
    not hold where it ought to is passed over.

    Args:
        text: all of it, cleaned.
        words: of it, in order.
        said: entries of ``answer.said``, in order.
        highlights: entries of ``questions[i].highlights``; ``start`` and ``end`` count characters
            of the text.
    """
    if not text:
        return ()
    word_at, unsure = _words_at(text, words)
    stretch_at = _stretches_at(text, [clean(str(each.get("text") or "")) for each in said])
    kinds = _kinds_at(text, highlights)
    marks = [_Marks(stretch_at[i], kinds[i], unsure[i], word_at[i]) for i in range(len(text))]
    found = []
    for stretch, inside in itertools.groupby(range(len(text)), lambda i: marks[i].stretch):
        runs = tuple(_runs(text, list(inside), marks, words))
        found.append(Stretch(said[stretch] if stretch >= 0 else None, runs))
    return tuple(found)


def _runs(
    text: str, places: Sequence[int], marks: Sequence[_Marks], words: Sequence[Word]
) -> Iterable[Run]:
    for (kind, unsure), run in itertools.groupby(
        places, lambda i: (marks[i].kind, marks[i].unsure)
    ):
        pieces = []
        for word, each in itertools.groupby(run, lambda i: marks[i].word):
            here = "".join(text[i] for i in each)
            pieces.append(Piece(here, round(words[word].start_s, 2) if word >= 0 else None))
        yield Run(kind, unsure, tuple(pieces))


def _words_at(text: str, words: Sequence[Word]) -> tuple[list[int], list[bool]]:
    """Of each character the word that it belongs to (-1: none), and whether that was unsure."""
    at = [-1] * len(text)
    place = 0
    for number, word in enumerate(words):
        sought = clean(word.text)
        start = text.find(sought, place) if sought else -1
        if start < 0:
            continue
        place = start + len(sought)
        at[start:place] = [number] * len(sought)
    for i in range(1, len(text)):  # punctuation goes with its word
        if at[i] < 0 and not text[i].isspace():
            at[i] = at[i - 1]
    unsure = [number >= 0 and is_unsure(words[number]) for number in at]
    for i in range(1, len(text) - 1):
        if text[i].isspace():  # a space between two unsure words parts nothing
            unsure[i] = unsure[i - 1] and unsure[i + 1]
    return at, unsure


def _stretches_at(text: str, said: Sequence[str]) -> list[int]:
    """Of each character the stretch that it belongs to (-1: none)."""
    at = [-1] * len(text)
    place = 0
    for number, sought in enumerate(said):
        start = text.find(sought, place) if sought else -1
        if start < 0:
            continue
        place = start + len(sought)
        at[start:place] = [number] * len(sought)
    return at


def _kinds_at(text: str, highlights: Iterable[Mapping[str, Any]]) -> list[str | None]:
    """Of each character how it stands out; what stands later in the list goes before."""
    at: list[str | None] = [None] * len(text)
    for each in highlights:
        start, end, kind = each.get("start"), each.get("end"), each.get("kind")
        if isinstance(start, int) and isinstance(end, int) and isinstance(kind, str):
            start, end = max(0, start), min(len(text), end)
            at[start:end] = [kind] * max(0, end - start)
    return at
