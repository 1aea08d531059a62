"""Sounds of words with endings, and where stress lies, in Kokoro's symbols."""

from __future__ import annotations

from collections.abc import Sequence

VOWELS = frozenset("AIOQWYiuæɑɐɔəɛɜɪʊʌᵻᵊ")
"""Symbols of vowels."""
_BEFORE_TAP = VOWELS | {"ɹ"}


def stressed(sounds: str) -> str:
    """With a main stress: on what has the second one, else on the first vowel."""
    if "ˈ" in sounds:
        return sounds
    if "ˌ" in sounds:
        return sounds.replace("ˌ", "ˈ", 1)
    return _marked(sounds, "ˈ")


def half_stressed(sounds: str) -> str:
    """With a second stress on the first vowel, where there is none at all."""
    return sounds if "ˈ" in sounds or "ˌ" in sounds else _marked(sounds, "ˌ")


def _marked(sounds: str, mark: str) -> str:
    place = next((i for i, c in enumerate(sounds) if c in VOWELS), None)
    return sounds if place is None else f"{sounds[:place]}{mark}{sounds[place:]}"


def one_word(parts: Sequence[str]) -> str:
    """Several words said as one: the first keeps its main stress, as compounds do in English."""
    said = [part for part in parts if part]
    return "".join([*said[:1], *(part.replace("ˈ", "ˌ") for part in said[1:])])


def add_s(stem: str) -> str:
    """Plural, third person or possessive of what sounds so."""
    if not stem:
        return ""
    if stem[-1] in "szʃʒʧʤ":
        return f"{stem}ᵻz"
    return f"{stem}{'s' if stem[-1] in 'ptkfθ' else 'z'}"


def add_ed(stem: str) -> str:
    """Past of what sounds so."""
    if not stem:
        return ""
    if stem[-1] in "td":
        return f"{_tapped(stem)}ᵻd"
    return f"{stem}{'t' if stem[-1] in 'pkfθʃsʧ' else 'd'}"


def add_ing(stem: str) -> str:
    """Present participle of what sounds so."""
    return f"{_tapped(stem)}ɪŋ" if stem else ""


def _tapped(stem: str) -> str:
    """Before a vowel Americans tap a t that follows one."""
    return f"{stem[:-1]}ɾ" if stem[-1] == "t" and stem[-2:-1] in _BEFORE_TAP else stem


def stems(word: str, ending: str) -> tuple[str, ...]:
    """Words to which an ending may have been added, the likeliest first.

    Args:
        word: as it is written.
        ending: "s", "ed" or "ing", with which it ends.
    """
    bare = word[: -len(ending)]
    if ending == "s":
        ies = (f"{word[:-3]}y",) if word.lower().endswith("ies") else ()
        es = (word[:-2],) if word.lower().endswith("es") else ()
        return (*ies, bare, *es)
    if bare.endswith("e"):  # agreed
        return (f"{bare}e",)
    doubled = (bare[:-1],) if len(bare) > 2 and bare[-1] == bare[-2] else ()
    y = (f"{bare[:-1]}y",) if ending == "ed" and bare.endswith("i") else ()
    return (*y, f"{bare}e", bare, *doubled)
