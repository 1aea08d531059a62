"""What counts as a filler among words: one rule for the recruiter, who hears them, and the report.

The words themselves are content: ``[fillers]`` of ``assets/rubrics/cues.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_TOKEN = re.compile(r"[a-zà-öø-ÿ0-9]+(?:['’][a-z]+)?%?", re.IGNORECASE)


def tokens(text: str) -> list[str]:
    """Words of a text in lower case, with straight apostrophes."""
    return [t.replace("’", "'").lower() for t in _TOKEN.findall(text)]


def filler_spans(words: Sequence[str], table: Mapping[str, Any]) -> Iterator[tuple[int, int]]:
    """Fillers among words, in order.

    Phrases count only where the words beside them do not give them a meaning ("I like it").

    Args:
        words: as they were recognised, one each.
        table: ``sounds``, ``phrases``, ``not_after`` and ``not_before``.

    Yields:
        Index of the first word, and of the one after the last.
    """
    sounds = set(table["sounds"])
    phrases = sorted((p.split() for p in table["phrases"]), key=len, reverse=True)
    plain = [" ".join(tokens(word)) for word in words]
    i = 0
    while i < len(plain):
        length = 1 if plain[i] in sounds else _phrase_at(plain, i, phrases, table)
        if length:
            yield i, i + length
        i += max(1, length)


def _phrase_at(
    plain: Sequence[str], start: int, phrases: Sequence[Sequence[str]], table: Mapping[str, Any]
) -> int:
    """Words of the phrase that stands there and means nothing; 0 where none does."""
    before = plain[start - 1] if start else ""
    for phrase in phrases:
        end = start + len(phrase)
        if list(plain[start:end]) != list(phrase):
            continue
        name = " ".join(phrase)
        after = plain[end] if end < len(plain) else ""
        if before in table["not_after"].get(name, ()) or after in table["not_before"].get(name, ()):
            continue
        return len(phrase)
    return 0
