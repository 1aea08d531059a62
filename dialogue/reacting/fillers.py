"""Fillers in the words so far: sounds such as "um", and phrases that say nothing where they stand.

What counts is what the report counts: both read the same table, ``[fillers]`` of
``assets/rubrics/cues.toml``.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from perception.paths import ASSETS
from perception.toml_files import read_toml

CUES = ASSETS / "rubrics" / "cues.toml"

_TOKEN = re.compile(r"[a-zà-öø-ÿ0-9]+(?:['’][a-z]+)?%?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Table:
    sounds: frozenset[str]
    phrases: tuple[tuple[str, ...], ...]
    """The longest first."""
    not_after: Mapping[str, Sequence[str]]
    not_before: Mapping[str, Sequence[str]]


@functools.cache
def _table() -> _Table:
    table = read_toml(CUES)["fillers"]
    phrases = sorted((tuple(p.split()) for p in table["phrases"]), key=len, reverse=True)
    return _Table(
        frozenset(table["sounds"]), tuple(phrases), table["not_after"], table["not_before"]
    )


def count_fillers(text: str) -> int:
    """How many fillers a text holds."""
    table = _table()
    words = [" ".join(t.replace("’", "'").lower() for t in _TOKEN.findall(w)) for w in text.split()]
    count = i = 0
    while i < len(words):
        length = 1 if words[i] in table.sounds else _phrase_at(words, i, table)
        count += length > 0
        i += max(1, length)
    return count


def _phrase_at(words: Sequence[str], start: int, table: _Table) -> int:
    """Words of the phrase that stands there and means nothing; 0 where none does."""
    for phrase in table.phrases:
        end = start + len(phrase)
        if tuple(words[start:end]) != phrase:
            continue
        name = " ".join(phrase)
        before = words[start - 1] if start else ""
        after = words[end] if end < len(words) else ""
        if before in table.not_after.get(name, ()) or after in table.not_before.get(name, ()):
            continue
        return len(phrase)
    return 0
