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
from perception.toml_files import read_toml

NAMES = ASSETS / "understanding" / "names.toml"

KNOWN: tuple[FactKind, ...] = ("place", "organisation", "tool", "role", "person")
"""Kinds of which names are listed."""

NAME_FEATURES: tuple[str, ...] = (*(f"known_{kind}" for kind in KNOWN), "name_begins")
"""What each number of a word's vector is: whether it lies in a known name, and begins one."""


@functools.cache
def known_names(kind: FactKind) -> tuple[str, ...]:
    """The names of that kind, in small letters."""
    listed = " ".join(read_toml(NAMES)[kind].split())
    return tuple(dict.fromkeys(name.strip() for name in listed.split(",")))


def name_features(words: Sequence[UtteredWord]) -> NDArray[np.float32]:
    """(n, len(NAME_FEATURES)) for n words, each number 0 or 1."""
    table = np.zeros((len(words), len(NAME_FEATURES)), np.float32)
    text = plain_text(words)
    number, at = {}, 0
    for i, word in enumerate(words):
        number[at] = i
        at += len(word.plain) + 1
    for column, kind in enumerate(KNOWN):
        for match in _pattern(kind).finditer(text):
            first = number[match.start()]
            table[first : first + match.group().count(" ") + 1, column] = 1
            table[first, -1] = 1
    return table


@functools.cache
def _pattern(kind: FactKind) -> re.Pattern[str]:
    """The longest names first, with an "s" for more than one."""
    names = sorted(known_names(kind), key=len, reverse=True)
    return re.compile(rf"(?<![^ ])(?:{'|'.join(map(re.escape, names))})s?(?![^ ])")
