"""Stretches of an answer that end where a clause does.

Parts of an episode are told word by word, so that one may end in the middle of a clause. A clause
that was torn is put where most of its words are.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from perception.filler_words import tokens
from perception.types import Word
from scoring.record.turns import Said

LEAST_WORDS = 4
"""Words below which a clause stays with the one before."""
_MARKS = (",", ";", ":", ".", "!", "?", "–", "…")
_ENDS = (".", "!", "?", "…")
_JOINS = frozenset(("and", "but", "so", "because", "then", "which", "while", "until", "cause"))


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words in a row that are one part of an answer."""

    part: str | None
    words: tuple[Word, ...]
    typed: bool


def stretch_of(run: Said) -> Stretch:
    """What was said in one go; typed words get no times."""
    if run.words:
        return Stretch(run.part, run.words, False)
    return Stretch(run.part, tuple(Word(text, 0.0, 0.0) for text in run.text.split()), True)


def by_clause(runs: Sequence[Said]) -> list[Stretch]:
    """Stretches of an answer whose borders lie where clauses end.

    Args:
        runs: all that answers, in order.

    Returns:
        The same words in the same order.
    """
    found: list[Stretch] = []
    held: list[tuple[str | None, Word]] = []
    typed = False
    for stretch in map(stretch_of, runs):
        if held and stretch.typed != typed:
            found += _sorted_out(held, typed)
            held = []
        typed = stretch.typed
        held += [(stretch.part, word) for word in stretch.words]
    return found + _sorted_out(held, typed)


def _sorted_out(words: Sequence[tuple[str | None, Word]], typed: bool) -> list[Stretch]:
    clauses: list[list[tuple[str | None, Word]]] = []
    begins = True
    for each in words:
        joins = _plain(each[1]) in _JOINS and not begins
        if begins or joins:
            clauses.append([])
        clauses[-1].append(each)
        begins = each[1].text.strip().endswith(_MARKS)
    told = (
        (Counter(part for part, _ in clause).most_common(1)[0][0], clause)
        for clause in _long_enough(clauses)
    )
    return [
        Stretch(part, tuple(word for _, clause in group for _, word in clause), typed)
        for part, group in itertools.groupby(told, key=lambda each: each[0])
    ]


def _long_enough(
    clauses: Sequence[list[tuple[str | None, Word]]],
) -> list[list[tuple[str | None, Word]]]:
    """Clauses without bits such as "the lot", which go with the one before in their sentence."""
    found: list[list[tuple[str | None, Word]]] = []
    for clause in clauses:
        within = bool(found) and not found[-1][-1][1].text.strip().endswith(_ENDS)
        if within and len(clause) < LEAST_WORDS:
            found[-1].extend(clause)
        else:
            found.append(list(clause))
    return found


def _plain(word: Word) -> str:
    said = tokens(word.text)
    return said[0] if len(said) == 1 else ""
