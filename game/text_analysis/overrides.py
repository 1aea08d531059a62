"""What we know better than rules and borrowed lexicons: ``assets/voice/lexicon.toml``.

The file is content: whoever hears a name said wrongly adds a line there.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from game.text_analysis.word_lists import word_set
from perception.paths import ASSETS
from perception.settings import checked, read_as

T = TypeVar("T")

LEXICON = ASSETS / "voice" / "lexicon.toml"
"""The content file."""

SYMBOLS = frozenset("AIOQWYbdfhijklmnpstuvwzæðŋɑɐɔəɛɜɡɪɹɾʃʊʌʒʔʤʧˈˌθᵊᵻ")
"""Symbols of American English in Kokoro's alphabet, which hibari shares. Capitals are diphthongs:
A as in day, I as in my, O as in go, W as in now, Y as in boy; Q is Kokoro's British go."""

PARTS_OF_SPEECH = word_set(
    "DEFAULT NOUN VERB ADJ ADV VB VBD VBG VBN VBP VBZ NN NNS NNP JJ RB IN DT"
)
"""Names by which an entry may differ: universal parts of speech and Penn Treebank tags."""


@checked
@dataclass(frozen=True, slots=True)
class Overrides:
    """The content file. Words that begin with a capital are also found without it."""

    phonemes: dict[str, str] = field(default_factory=dict)
    """Written word to its sounds. A key that ends in a hyphen is a word's first part."""
    parts_of_speech: dict[str, dict[str, str]] = field(default_factory=dict)
    """Written word to a table of its sounds by part of speech."""
    like: dict[str, str] = field(default_factory=dict)
    """Written word to other words, or made-up spellings, that together sound like it."""
    spoken: dict[str, str] = field(default_factory=dict)
    """What is written to the words said for it; ``A_W_S`` is said by letters."""
    abbreviations: dict[str, str] = field(default_factory=dict)
    """As ``spoken``, for what may be written with a full stop, given here without it."""
    titles: tuple[str, ...] = ()
    """Abbreviations after whose full stop no sentence ends."""
    units: dict[str, str] = field(default_factory=dict)
    """Sign of a unit to its name for one and for several, parted by "|"."""
    currencies: dict[str, str] = field(default_factory=dict)
    """Sign of a currency to its name for one and for several, and those of its hundredth part."""
    letters: tuple[str, ...] = ()
    """Initialisms that could be taken for words."""
    acronyms: tuple[str, ...] = ()
    """Words in capitals that are no initialisms."""

    def __post_init__(self) -> None:
        for word, sounds in self.phonemes.items():
            _check_sounds("phonemes", word, sounds)
        for word, table in self.parts_of_speech.items():
            if unknown := sorted(set(table) - PARTS_OF_SPEECH):
                known = ", ".join(sorted(PARTS_OF_SPEECH))
                raise ValueError(f"parts_of_speech: {word}: {unknown[0]!r} is none of {known}")
            if "DEFAULT" not in table:
                raise ValueError(f"parts_of_speech: {word}: key 'DEFAULT' is missing; add it")
            for sounds in table.values():
                _check_sounds("parts_of_speech", word, sounds)
        _check_names("units", self.units, "metre|metres")
        _check_names("currencies", self.currencies, "euro|euros|cent|cents")
        for name in ("like", "spoken", "abbreviations"):
            for word, said in getattr(self, name).items():
                if not said.strip():
                    raise ValueError(f"{name}: {word!r} is empty; say how it is spoken")
        if both := sorted(set(self.letters) & set(self.acronyms)):
            raise ValueError(f"letters and acronyms both hold {both[0]!r}; take it out of one")


def _check_sounds(table: str, word: str, sounds: str) -> None:
    unknown = sorted(set(sounds) - SYMBOLS)
    if unknown or not sounds:
        wrong = f"{unknown[0]!r} is no symbol of it" if unknown else "it is empty"
        shown = "".join(sorted(SYMBOLS))
        raise ValueError(f"{table}: {word!r} is {sounds!r}: {wrong}; its symbols: {shown}")


def _check_names(table: str, signs: Mapping[str, str], example: str) -> None:
    for sign, names in signs.items():
        if not all(name.strip() for name in names.split("|")) or names.count("|") != example.count(
            "|"
        ):
            raise ValueError(f"{table}: {sign!r} is {names!r}; give it as {example!r}")


def load_overrides(path: Path = LEXICON) -> Overrides:
    """Reads the content file.

    Raises:
        InputError: it cannot be read.
        SettingsError: a key or value is wrong; the message names file, key and what would be right.
    """
    return read_as(Overrides, path)


@functools.cache
def overrides() -> Overrides:
    """The project's own content file, read once."""
    return load_overrides()


def by_any_case(table: Mapping[str, T]) -> dict[str, T]:
    """A table with every key in lower case besides, but for those wholly in capitals."""
    lower = {key.lower(): value for key, value in table.items() if not key.isupper()}
    return {**lower, **table}
