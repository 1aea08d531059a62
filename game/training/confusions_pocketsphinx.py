"""Words as a recogniser mishears them, for training and judging what is made of its words.

A word is taken for one that sounds like it, weighed by how common that is; short words get lost or
come in. Sounds and frequencies are those of the dictionary and the language model that pocketsphinx
carries.
"""

from __future__ import annotations

import functools
import itertools
import math
import random
import re
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pocketsphinx import NGramModel, get_model_path

from perception.errors import ModelError

_COMMON = 9000
"""Commonest words, for which others are taken."""
_SHARES = (0.62, 0.22, 0.16)
"""Of errors: one word for another, a word lost, a word too many; about those of recognisers on
spontaneous speech."""
_CHOICES = 12


def mishear(words: list[str], rate: float, rng: random.Random) -> list[list[str]]:
    """What is recognised for each word: one, none or two words.

    Common words come for rare ones more often than the other way round, as in recognisers, whose
    language model prefers them.

    Args:
        words: as they were said; marks at their ends stay.
        rate: word errors (0...1), substitutions, deletions and insertions together.
        rng: decides where and how.

    Returns:
        For each word the words in its place; empty lists are words that were lost.
    """
    found = []
    for word in words:
        if rng.random() >= rate:
            found.append([word])
            continue
        match = re.fullmatch(r"([^\w]*)(.*?)([^\w]*)", word)
        before, bare, behind = ("", word, "") if match is None else match.groups()
        kind = rng.random()
        if kind < _SHARES[0] or (kind < _SHARES[0] + _SHARES[1] and len(bare) > 7):
            heard = _alike(bare.lower(), rng)
            if bare[:1].isupper():
                heard = heard[:1].upper() + heard[1:]
            found.append([before + heard + behind])
        elif kind < _SHARES[0] + _SHARES[1]:
            found.append([])
        else:
            found.append([word, rng.choice(_FILLS)])
    return found


def misheard(text: str, rate: float, seed: str) -> str:
    """A text as a recogniser with so many word errors may have it, the same for the same seed."""
    return " ".join(
        word for heard in mishear(text.split(), rate, random.Random(seed)) for word in heard
    )


_FILLS = ("the", "a", "and", "to", "of", "in", "it", "that", "i", "you", "uh", "on", "is", "was")


def _alike(word: str, rng: random.Random) -> str:
    """Another word that sounds like it."""
    choices = _neighbours(word)
    if not choices:
        return rng.choice(_FILLS)
    weights = [weight for _, weight in choices]
    return rng.choices([name for name, _ in choices], weights)[0]


@functools.cache
def _neighbours(word: str) -> tuple[tuple[str, float], ...]:
    lexicon = _lexicon()
    phones = lexicon.phones.get(word) or _spelled(word)
    if not phones:
        return ()
    vector = lexicon.vector(phones)
    closeness = lexicon.matrix @ vector
    best = np.argsort(-closeness)[:40]
    scored = []
    for i in best:
        name = lexicon.words[int(i)]
        if name == word:
            continue
        distance = _distance(phones, lexicon.phones[name]) / max(len(phones), 1)
        scored.append((name, math.exp(-5.0 * distance + 0.55 * lexicon.common[name])))
    scored.sort(key=lambda item: -item[1])
    return tuple(scored[:_CHOICES])


class _Lexicon:
    """Common words with their phones, and a matrix (words, bigrams of phones) of unit rows."""

    def __init__(self, phones: dict[str, tuple[str, ...]], common: dict[str, float]) -> None:
        self.phones = phones
        self.common = common
        self.words = list(common)
        pairs = sorted({pair for word in self.words for pair in _pairs(phones[word])})
        self._column = {pair: i for i, pair in enumerate(pairs)}
        self.matrix = np.stack([self.vector(phones[word]) for word in self.words])

    def vector(self, phones: tuple[str, ...]) -> NDArray[np.float32]:
        row = np.zeros(len(self._column), np.float32)
        for pair, count in Counter(_pairs(phones)).items():
            if pair in self._column:
                row[self._column[pair]] = count
        size = float(np.linalg.norm(row))
        return row / size if size else row


@functools.cache
def _lexicon() -> _Lexicon:
    try:
        model = NGramModel.readfile(get_model_path("en-us/en-us.lm.bin"))
        lines = Path(get_model_path("en-us/cmudict-en-us.dict")).read_text("utf-8").splitlines()
    except (OSError, RuntimeError, ValueError) as error:
        raise ModelError(
            f"pocketsphinx: its English model cannot be read ({error}); "
            "install it again with: python3 run.py doctor --mend"
        ) from None
    phones: dict[str, tuple[str, ...]] = {}
    for line in lines:
        name, *said = line.split()
        if name[:1].isalpha() and "(" not in name:
            phones[name] = tuple(said)
    chance = {word: float(model.prob([word])) * math.log(1.0001) for word in phones}
    common = sorted(phones, key=lambda word: (-chance[word], word))[:_COMMON]
    return _Lexicon(phones, {word: chance[word] for word in common})


_LETTERS = "AE B K D EH F G HH IH JH K L M N AA P K R S T AH V W K Y Z"
"""Phones that stand for the letters a to z."""


def _spelled(word: str) -> tuple[str, ...]:
    """Sounds of a word that is in no dictionary, roughly: its letters as phones."""
    sounds = dict(zip("abcdefghijklmnopqrstuvwxyz", _LETTERS.split(), strict=True))
    return tuple(sounds[c] for c in word if c in sounds)


def _pairs(phones: tuple[str, ...]) -> list[str]:
    edged = ("<", *phones, ">")
    return [f"{a} {b}" for a, b in itertools.pairwise(edged)] + list(phones)


def _distance(a: tuple[str, ...], b: tuple[str, ...]) -> int:
    """Edit distance (Levenshtein 1966)."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]
