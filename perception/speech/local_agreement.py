"""Words of successive decodings: where two agree, and how a new one goes on from settled words.

Local agreement: Macháček, Dabre and Bojar, 2023.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from perception.languages import plain
from perception.types import Word

_LEAST_AT_END_S = 0.1
"""s of a word that must lie within the sound where the rest of it is in the silence behind."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a decoding, with the tokens that it was written with."""

    word: Word
    tokens: tuple[int, ...]
    written: str
    """With the space before it, where the language has one."""


def tokens_of(aligned: list[dict[str, Any]], start_s: float, end_s: float) -> list[Token]:
    """Words of an alignment in session time.

    Args:
        aligned: as faster-whisper gives them, punctuation joined to the word it stands by.
        start_s: session time of the sound's beginning.
        end_s: of its end.
    """
    found = []
    for entry in aligned:
        if not entry["tokens"]:
            continue
        # in the silence behind the sound nobody said anything
        from_s, to_s = start_s + float(entry["start"]), start_s + float(entry["end"])
        if to_s > end_s and end_s - from_s < _LEAST_AT_END_S:
            continue
        to_s = min(to_s, end_s)
        word = Word(str(entry["word"]).strip(), from_s, to_s, float(entry["probability"]))
        found.append(Token(word, tuple(entry["tokens"]), str(entry["word"])))
    return found


def spliced(kept: Sequence[Token], anew: Sequence[Token]) -> list[Token]:
    """Settled words, and of a decoding that knew nothing of them what was said after them."""
    if not kept:
        return list(anew)
    edge_s = kept[-1].word.end_s
    later = [token for token in anew if (token.word.start_s + token.word.end_s) / 2 > edge_s]
    if later and later[0] is not anew[0] and plain_text(later[0]) == plain_text(kept[-1]):
        # ends of words are good to 0.1 s: the last settled word may lie beyond its own end
        before = anew[anew.index(later[0]) - 1]
        if plain_text(before) != plain_text(kept[-1]):
            later = later[1:]
    return [*kept, *later]


def agreed_words(before: Sequence[Token], now: Sequence[Token]) -> int:
    """How many words at their beginning two decodings agree on; the last of either is open."""
    count = 0
    for old, new in zip(before[:-1], now[:-1], strict=False):
        if plain_text(old) != plain_text(new):
            break
        count += 1
    return count


def plain_text(token: Token) -> str:
    """The word without case, punctuation and spaces."""
    return plain(token.word.text)
