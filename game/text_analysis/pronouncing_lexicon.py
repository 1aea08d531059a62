"""How a word sounds, from the first of these that knows it: our own lexicon, the voice's two
lexicons, the word without its ending, a dictionary with names, the words it is made of, a network,
rules of spelling."""

from __future__ import annotations

import gzip
import json
import re
from typing import Any, Literal

from game.text_analysis.foreign_names import read_name
from game.text_analysis.names_pocketsphinx import NameDictionary, in_symbols
from game.text_analysis.overrides import Overrides, by_any_case
from game.text_analysis.part_of_speech import UNIVERSAL
from game.text_analysis.plain_letters import without_accents
from game.text_analysis.spelling_onnxruntime import SpellingModel
from game.text_analysis.word_endings import (
    VOWELS,
    add_ed,
    add_ing,
    add_s,
    one_word,
    stems,
    stressed,
)
from game.text_analysis.word_table import Entry, WordTable
from perception.models.borrowed import read_file
from perception.speech.g2p import phones_of

VOICE = "hibari-heart"
"""The borrowed weights that the lexicons come with."""

Source = Literal[
    "ours", "lexicon", "inflected", "parts", "letters", "names", "spelling", "network", "rules"
]

_CONTRACTED = {"'ll": "əl", "'d": "d", "'ve": "əv", "'re": "əɹ", "'m": "m", "n't": "ᵊnt"}
_LEAST_PART = 4
"""Letters of the shorter half when a word is split into two known ones."""
_CAMEL = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z']+|[A-Z]")


class PronouncingLexicon:
    """Words to phonemes.

    Args:
        ours: what goes before all else.

    Raises:
        ModelError: the voice's files are not on this machine, or onnxruntime is not.
    """

    def __init__(self, ours: Overrides) -> None:
        self._ours: dict[str, Entry] = {
            **by_any_case(ours.phonemes),
            **by_any_case(ours.parts_of_speech),
        }
        self._like = by_any_case(ours.like)
        self._acronyms = frozenset(ours.acronyms)
        # what was checked by hand goes before what was not; read one by one, to save memory
        self._gold = WordTable(_read("lexicon_us_gold.json.gz"))
        self._silver = WordTable(_read("lexicon_us_silver.json.gz"))
        self._letters = {c: str(self._gold.get(c)) for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
        self._network = SpellingModel(read_file(VOICE, "oov.onnx"), read_file(VOICE, "oov.json"))
        self._names = NameDictionary()

    def pronounce(self, word: str, tag: str | None = None, ends: bool = False) -> str:
        """Phonemes of a word; empty where there is nothing to say.

        Args:
            word: as it is spoken, without marks.
            tag: its part of speech in the Penn Treebank's tags.
            ends: whether a pause follows, before which some words keep their full vowel.
        """
        return self.explain(word, tag, ends)[0]

    def explain(self, word: str, tag: str | None = None, ends: bool = False) -> tuple[str, Source]:
        """Phonemes of a word, and who knew them; arguments as for :meth:`pronounce`."""
        plain = without_accents(word)
        forms = dict.fromkeys((word, plain))
        for form in forms:
            if found := self._found(form, tag, ends):
                return found
        for form in forms:
            if inflected := self._inflected(form, tag):
                return inflected, "inflected"
        return self._guessed(plain)

    def first_part(self, part: str) -> str | None:
        """Phonemes of a word's first part before a hyphen, where that has its own."""
        entry = self._ours.get(f"{part.lower()}-")
        return entry if isinstance(entry, str) else None

    def spell(self, letters: str) -> str:
        """Names of letters, "A P I" or "C E O's", the last one stressed."""
        bare, ending = (letters[:-2], "'s") if letters.endswith("'s") else (letters, "")
        names = [self._letters[c] for c in bare if c in self._letters]
        if not names:
            return ""
        said = "".join(names[:-1]).replace("ˈ", "ˌ") + stressed(names[-1])
        return add_s(said) if ending else said

    def _found(self, word: str, tag: str | None, ends: bool) -> tuple[str, Source] | None:
        for form in dict.fromkeys((word, word.lower())):
            if entry := self._ours.get(form):
                return _by_tag(entry, tag, ends), "ours"
            if like := self._like.get(form):
                return self._as_words(like), "ours"
        for form in dict.fromkeys((word, word.lower(), word.capitalize())):
            if entry := self._gold.get(form) or self._silver.get(form):
                return _by_tag(entry, tag, ends), "lexicon"
        return None

    def _as_words(self, like: str) -> str:
        parts = [
            self.spell(item.strip("_").replace("_", " ")) if "_" in item else self.pronounce(item)
            for item in like.split()
        ]
        return one_word(parts)

    def _inflected(self, word: str, tag: str | None) -> str:
        """A word from its stem: plural, third person, possessive, past, -ing, contraction."""
        lower = word.lower()
        said = ""
        if contracted := next((end for end in _CONTRACTED if lower.endswith(end)), None):
            stem = self._stem(word[: -len(contracted)], tag)
            after_stop = contracted == "'d" and stem[-1:] in ("t", "d")
            said = f"{stem}{'ə' * after_stop}{_CONTRACTED[contracted]}" if stem else ""
        elif lower.endswith("'s"):
            said = add_s(self._stem(word[:-2], tag))
        elif lower.endswith("s'"):  # of several: "candidates'"
            said = self._stem(word[:-1], tag) or self._inflected(word[:-1], tag)
        elif lower.endswith("s") and len(lower) > 3 and not lower.endswith("ss"):
            said = add_s(self._first_stem(stems(word, "s"), tag))
        elif lower.endswith("ed") and len(lower) > 4:
            said = add_ed(self._first_stem(stems(word, "ed"), tag))
        elif lower.endswith("ing") and len(lower) > 5:
            said = add_ing(self._first_stem(stems(word, "ing"), tag))
        return said

    def _first_stem(self, candidates: tuple[str, ...], tag: str | None) -> str:
        return next((sounds for stem in candidates if (sounds := self._stem(stem, tag))), "")

    def _stem(self, stem: str, tag: str | None) -> str:
        if len(stem) < 2:
            return self._letters.get(stem.upper(), "")
        found = self._found(stem, tag, False)
        return found[0] if found else ""

    def _guessed(self, word: str) -> tuple[str, Source]:
        possessive = word.endswith("'s")
        stem = word[:-2] if possessive else word
        said: str = ""
        source: Source = "names"
        if "'" in stem:  # O'Reilly
            said = self._names.phonemes(stem)
        if not said:
            said, source = self._guessed_stem(stem.replace("'", ""))
        return (add_s(said) if possessive else said), source

    def _guessed_stem(self, word: str) -> tuple[str, Source]:
        if not re.search("[aeiouyAEIOUY]", word) and word.isascii():
            return self.spell(" ".join(word.upper())), "letters"
        guess = self._network.phonemes(word.lower() if word.isupper() else word)
        said: str = ""
        source: Source = "rules"
        if name := self._names.phonemes(word, guess):
            said, source = name, "names"
        elif parts := self._camel(word):
            said, source = one_word(parts), "parts"
        elif name := read_name(word):
            said, source = name, "spelling"
        elif word.islower() and (parts := self._compound(word)):
            said, source = one_word(parts), "parts"
        elif any(c in VOWELS for c in guess):
            said, source = stressed(guess), "network"
        return (said, source) if said else (in_symbols([*phones_of(word, _unknown)]), "rules")

    def _camel(self, word: str) -> list[str]:
        """Sounds of the parts of JavaScript and FastAPI; none where there is but one part."""
        parts = _CAMEL.findall(word)
        if len(parts) < 2 or "".join(parts) != word or word.isupper():
            return []
        if parts[0] == "Mc":
            return ["mək", self.pronounce("".join(parts[1:]))]
        return [
            self.spell(part)
            if part.isupper() and part not in self._acronyms
            else self.pronounce(part)
            for part in parts
        ]

    def _compound(self, word: str) -> list[str]:
        cuts = range(_LEAST_PART, len(word) - _LEAST_PART + 1)
        for cut in sorted(cuts, key=lambda at: abs(len(word) - 2 * at)):
            first, second = self._small(word[:cut]), self._small(word[cut:])
            if first and second:
                return [first, second]
        return []

    def _small(self, part: str) -> str:
        """Of a word in small letters only: names make no compounds."""
        entry = self._ours.get(part) or self._gold.get(part) or self._silver.get(part)
        return _by_tag(entry, None, False) if entry else ""


def _unknown(_: str) -> None:
    return None


def _by_tag(entry: Entry, tag: str | None, ends: bool) -> str:
    if isinstance(entry, str):
        return entry
    keys = ["None"] if ends else []
    if tag:
        keys += [tag, UNIVERSAL.get(tag, "")]
    return next((said for key in keys if (said := entry.get(key))), None) or entry["DEFAULT"] or ""


def _read(file: str) -> dict[str, Any]:
    table: dict[str, Any] = json.loads(gzip.decompress(read_file(VOICE, file)))
    return table
