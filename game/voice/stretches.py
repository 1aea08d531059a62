"""A line's phonemes in stretches that a network can say in one go: sentences, or parts of them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass

from game.voice.phonemizer import Phonemes
from game.voice.speech_sounds import PHONE_OF

_SENTENCE_END = re.compile(r"(?<=[.!?…])[”\")]*\s+")
_CLAUSE_END = re.compile(r"(?<=[,;:—])\s+")


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a network says in one go."""

    symbols: str
    owners: tuple[int | None, ...]
    """(n,) place of the word that each symbol belongs to."""
    sentence: str = ""
    """What is written of the sentence that ends here; empty where it goes on."""

    def words(self) -> dict[int, tuple[int, int]]:
        """Place of each word to its first symbol and the one after its last.

        A space belongs to the word before it, whose sound lasts into it.
        """
        found: dict[int, tuple[int, int]] = {}
        last: int | None = None
        for at, word in enumerate(self.owners):
            last = word if word is not None or self.symbols[at] != " " else last
            if last is not None:
                found[last] = (found.get(last, (at, at))[0], at + 1)
        return found


def stretches(
    text: str, phonemes: Phonemes, knows: Callable[[str], bool], longest: int
) -> list[Stretch]:
    """Sentences, and parts of those that are longer than a network takes.

    Args:
        text: as it is written.
        phonemes: of the text.
        knows: whether the network knows a symbol; others are left out.
        longest: symbols that it takes.
    """
    whole = phonemes.symbols()
    owners = phonemes.owners()
    kept = [at for at, symbol in enumerate(whole) if knows(symbol)]
    symbols = "".join(whole[at] for at in kept)
    of = [owners[at] for at in kept]
    cuts = []
    for begin, end in _pieces(symbols, 0, len(symbols), _SENTENCE_END):
        sentence = [(begin, end)]
        if end - begin > longest:
            sentence = _fitting(symbols, begin, end, longest)
        cuts += [(*piece, piece is sentence[-1]) for piece in sentence]
    found: list[Stretch] = []
    for begin, end, ends in cuts:
        if not any(symbol in PHONE_OF for symbol in symbols[begin:end]):
            continue
        words = [word for word in of[begin:end] if word is not None]
        following = [word for word in of[end:] if word is not None]
        span = slice(
            phonemes.words[words[0]].start if words else 0,
            phonemes.words[following[0]].start if following else len(text),
        )
        written = text[span] if ends else ""
        found.append(Stretch(symbols[begin:end], tuple(of[begin:end]), written))
    return found


def _pieces(symbols: str, begin: int, end: int, edge: re.Pattern[str]) -> list[tuple[int, int]]:
    edges = [match.end() for match in edge.finditer(symbols, begin, end)]
    bounds = [begin, *(at for at in edges if at < end), end]
    return [(a, b) for a, b in itertools.pairwise(bounds) if b > a]


def _fitting(symbols: str, begin: int, end: int, longest: int) -> list[tuple[int, int]]:
    """A long sentence in pieces that fit: at clauses, else between words, else anywhere."""
    found: list[tuple[int, int]] = []
    for piece in _pieces(symbols, begin, end, _CLAUSE_END):
        parts = [piece]
        if piece[1] - piece[0] > longest:
            words = _pieces(symbols, *piece, re.compile(r"\s+"))
            parts = [(at, min(at + longest, b)) for a, b in words for at in range(a, b, longest)]
        for part in parts:
            if found and part[1] - found[-1][0] <= longest:
                found[-1] = (found[-1][0], part[1])
            else:
                found.append(part)
    return found
