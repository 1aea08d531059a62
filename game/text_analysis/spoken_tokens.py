"""Tokens of spoken text, and the rules that make them out of written text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["word", "letters", "mark"]


@dataclass(frozen=True, slots=True)
class SpokenToken:
    """One spoken word, or a mark that makes a pause or turns the pitch."""

    text: str
    """A word; letters parted by spaces, "A P I" or "C E O's"; or a mark, one of ``. , ? ! ; : —``
    and the ellipsis."""
    start: int
    """First character of the written text that it stands for."""
    end: int
    """Character after the last; a span may be shared by several tokens, and empty for a pause that
    nobody wrote."""
    kind: Kind = "word"


Said = list[SpokenToken]
Say = Callable[[re.Match[str]], Said | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """What is written in one way is said in another.

    Rules are tried in their order where a written token begins, and the first that has something
    to say is taken.
    """

    pattern: re.Pattern[str]
    say: Say
    """The tokens of a match, spans in the match's string; None where the rule does not apply after
    all."""


def rule(pattern: str, say: Say) -> Rule:
    """A rule from the text of its pattern."""
    return Rule(re.compile(pattern), say)


def words(said: str, start: int, end: int) -> Said:
    """Tokens that share a span.

    Args:
        said: words parted by spaces; ``p_m`` is said by letters, and so is ``x_``; marks stand as
            words.
        start: first character of the span.
        end: character after the span.
    """
    tokens = []
    for item in said.split():
        if item in ",.?!;:—…":
            tokens.append(SpokenToken(item, end, end, "mark"))
        elif "_" in item:
            letters = item.strip("_").upper().replace("_", " ").replace(" 'S", "'s")
            tokens.append(SpokenToken(letters, start, end, "letters"))
        else:
            tokens.append(SpokenToken(item, start, end))
    return tokens


def part(match: re.Match[str], group: str | int, said: str) -> Said:
    """Tokens that stand for one group of a match; none where the group took part in nothing."""
    if match.group(group) is None:
        return []
    return words(said, match.start(group), match.end(group))


def whole(match: re.Match[str], said: str) -> Said:
    """Tokens that share the span of a whole match."""
    return words(said, match.start(), match.end())


def word_before(match: re.Match[str]) -> str:
    """The word that stands before a match, as it is written; empty where there is none."""
    found = re.search(r"([^\W_]+(?:['.][^\W_]+)*)\.?\W{0,2}$", match.string[: match.start()][-40:])
    return found[1] if found else ""


def word_after(match: re.Match[str]) -> str:
    """The word that stands right after a match, parted by one blank; empty where none does."""
    found = re.match(r" ([^\W\d_]+)", match.string[match.end() : match.end() + 40])
    return found[1] if found else ""
