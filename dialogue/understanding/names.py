"""Names that are known: features for telling facts, and what to exchange names for in training.

The lists are those of ``assets/understanding/names.toml``. A known name decides nothing by itself:
the network weighs it with the words around it, and learns from exchanged names to do without.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dialogue.understanding.types import FactKind
from dialogue.understanding.words import UtteredWord, plain_text
from perception.paths import ASSETS
from perception.settings import read_as

NAMES = ASSETS / "understanding" / "names.toml"

KNOWN: tuple[FactKind, ...] = ("place", "organisation", "tool", "role", "person")
"""Kinds of which names are listed."""

NAME_FEATURES: tuple[str, ...] = (*(f"known_{kind}" for kind in KNOWN), "name_begins")
"""What each number of a word's vector is: whether it lies in a known name, and begins one."""


@functools.cache
def known_names(kind: FactKind) -> tuple[str, ...]:
    """The names of that kind, in small letters."""
    return _listed(kind)


@functools.cache
def everyday_names() -> frozenset[str]:
    """Those that are words, or people's names, as well."""
    return frozenset(_listed("everyday"))


def _listed(key: str) -> tuple[str, ...]:
    listed = " ".join(read_as(dict[str, str], NAMES)[key].split())
    return tuple(dict.fromkeys(name.strip() for name in listed.split(",")))


def name_features(words: Sequence[UtteredWord]) -> NDArray[np.float32]:
    """(n, len(NAME_FEATURES)) for n words, each number 0 or 1."""
    table = np.zeros((len(words), len(NAME_FEATURES)), np.float32)
    for column, kind in enumerate(KNOWN):
        for first, behind in names_in(kind, words):
            table[first:behind, column] = 1
            table[first, -1] = 1
    return table


def names_in(kind: FactKind, words: Sequence[UtteredWord]) -> list[tuple[int, int]]:
    """Where known names of that kind stand: index of the first word, and of the one behind."""
    text = plain_text(words)
    number, at = {}, 0
    for i, word in enumerate(words):
        number[at] = i
        at += len(word.plain) + 1
    found = []
    for match in _pattern(kind).finditer(text):
        first = number[match.start()]
        found.append((first, first + match.group().count(" ") + 1))
    return found


@functools.cache
def _pattern(kind: FactKind) -> re.Pattern[str]:
    """The longest names first, with an "s" for more than one."""
    names = sorted(known_names(kind), key=len, reverse=True)
    return re.compile(rf"(?<![^ ])(?:{'|'.join(map(re.escape, names))})s?(?![^ ])")
