"""Names and rare words out of the dictionary that comes with pocketsphinx.

Hibari's lexicons know words, hardly any names. Pocketsphinx's is CMUdict (Carnegie Mellon, BSD),
which holds some 50,000 of them, in ARPABET without stress. Where the stress lies is guessed.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

from game.text_analysis.word_lists import listed, word_set

_SYMBOLS = dict(
    item.split("=")
    for item in listed(
        "AA=ɑ AE=æ AH=ʌ AO=ɔ AW=W AY=I B=b CH=ʧ D=d DH=ð EH=ɛ ER=ɜɹ EY=A F=f G=ɡ HH=h IH=ɪ IY=i "
        "JH=ʤ K=k L=l M=m N=n NG=ŋ OW=O OY=Y P=p R=ɹ S=s SH=ʃ T=t TH=θ UH=ʊ UW=u V=v W=w Y=j Z=z "
        "ZH=ʒ"
    )
)
_VOWELS = word_set("AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW")
_WEAK = frozenset(("AH", "ER", "IH"))
"""Vowels that a stress seldom falls on in a longer name."""
_STRESSES = frozenset("ˈˌ")


class NameDictionary:
    """CMUdict as pocketsphinx ships it; without that package it knows nothing."""

    def __init__(self) -> None:
        path = _file()
        self._lines = b"" if path is None else b"\n" + path.read_bytes()

    def phonemes(self, word: str, guess: str = "") -> str:
        """Sounds of a word in Kokoro's symbols; empty where it is unknown.

        Args:
            word: in any case, without accents.
            guess: what somebody else makes of it, from which the place of the stress is taken
                where it has as many vowels.
        """
        key = b"\n" + word.lower().encode() + b" "
        start = self._lines.find(key)
        if start < 0:
            return ""
        start += len(key)
        phones = self._lines[start : self._lines.find(b"\n", start)].decode().split()
        return in_symbols(phones, guess)


def in_symbols(phones: list[str], guess: str = "") -> str:
    """ARPABET without stress in Kokoro's symbols, with a main stress.

    Args:
        phones: names of phones; unknown ones are left out.
        guess: as in :meth:`NameDictionary.phonemes`.
    """
    vowels = [i for i, phone in enumerate(phones) if phone in _VOWELS]
    if not vowels:
        return "".join(_SYMBOLS.get(phone, "") for phone in phones)
    main = vowels[_stressed_vowel([phones[i] for i in vowels], guess)]
    said = ""
    for place, phone in enumerate(phones):
        if place == main:
            said += f"ˈ{_SYMBOLS[phone]}"
        elif phone in ("AH", "ER"):
            said += "ə" if phone == "AH" else "əɹ"
        elif phone == "T" and _tapped(phones, place, main):
            said += "ɾ"
        else:
            said += _SYMBOLS.get(phone, "")
    return said


def _stressed_vowel(vowels: list[str], guess: str) -> int:
    """Number of the vowel with the main stress."""
    stresses = _stresses(guess)
    if len(stresses) == len(vowels) and "ˈ" in stresses:
        place = stresses.index("ˈ")
        if vowels[place] not in _WEAK or all(v in _WEAK for v in vowels):
            return place
    if len(vowels) < 3:
        strong = [i for i, vowel in enumerate(vowels) if vowel != "AH"]
        return strong[0] if strong else 0
    # most names of three syllables and more bear it on the last but one
    before_last = len(vowels) - 2
    return before_last if vowels[before_last] not in _WEAK else before_last - 1


def _stresses(guess: str) -> list[str]:
    """For each vowel of a guess its stress mark, or nothing."""
    found: list[str] = []
    mark = ""
    for symbol in guess:
        if symbol in _STRESSES:
            mark = symbol
        elif symbol in "AIOQWYiuæɑɐɔəɛɜɪʊʌᵻᵊ":
            found.append(mark)
            mark = ""
    return found


def _tapped(phones: list[str], place: int, main: int) -> bool:
    """Whether a t between vowels is tapped, before one without stress."""
    between = 0 < place < len(phones) - 1 and phones[place - 1] in _VOWELS | {"R"}
    return between and phones[place + 1] in _VOWELS and place + 1 != main


def _file() -> Path | None:
    # found without importing the package
    spec = importlib.util.find_spec("pocketsphinx")
    for folder in [] if spec is None else spec.submodule_search_locations or []:
        path = Path(folder) / "model" / "en-us" / "cmudict-en-us.dict"
        if path.is_file():
            return path
    return None
