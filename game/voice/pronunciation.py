"""How a written line is spoken: plain tokens for an engine, and a guess at their phones.

The guess serves where an engine tells nothing of its phones (mouth shapes by length) and to find
which phones belong to which written word. It is not good enough to speak with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from game.text_analysis.plain_letters import without_accents
from game.text_analysis.spoken_tokens import SpokenToken
from game.text_analysis.text_normalization import normalize
from perception.errors import InputError

_SPOKEN = {
    # sounds of a listener, which engines would spell out letter by letter
    "mhm": "um hum",
    "mm": "um",
    "hmm": "hum",
    "hm": "hum",
    "ms": "miz",
}
_MARKS = {"…": ".", "—": ","}
"""Pauses that engines would read out, or not make."""

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, slots=True)
class Token:
    """One written word and how it is spoken."""

    written: str
    """As in the text, with its punctuation."""
    spoken: str
    """Plain ASCII for the engine, with the punctuation that makes it pause; never empty."""
    pause_after: bool
    """Whether a phrase ends here."""


def tokens(text: str) -> tuple[Token, ...]:
    """Splits a line into its written words, each with its spoken form.

    What is said is :func:`game.text_analysis.text_normalization.normalize`'s: numbers, signs and
    abbreviations in words, initialisms by letters, nothing that nobody can say.

    Raises:
        InputError: nothing is left to say.
    """
    written = [found.span() for found in re.finditer(r"[^\s–—]+[–—]?|[–—]", text)]
    spoken: dict[int, list[str]] = {}
    ends: dict[int, str] = {}
    place = 0
    for item in normalize(text):
        if item.kind == "mark":
            ends[place] = _MARKS.get(item.text, item.text)
            continue
        plain = _plain(item)
        if not plain:
            continue
        while item.start >= written[place][1]:
            place += 1
        spoken.setdefault(place, []).append(plain)
        ends.pop(place, None)  # a pause within a written word is left out
    if not spoken:
        shown = ascii(text[:40])
        raise InputError(f"the line {shown} has nothing that can be spoken; give it some words")
    return tuple(
        Token(
            text[written[place][0] : written[place][1]],
            " ".join(words) + ends.get(place, ""),
            place in ends,
        )
        for place, words in spoken.items()
    )


def _plain(item: SpokenToken) -> str:
    """A spoken word in plain ASCII for an engine."""
    if item.text == "A" and item.kind == "word":
        return "a"  # the article, which a capital would make a letter
    plain = _SPOKEN.get(item.text.lower()) or without_accents(item.text)
    return plain.encode("ascii", "ignore").decode("ascii")


_LETTER_PHONES: tuple[tuple[str, tuple[str, ...]], ...] = (
    # longest first; the first that fits at a place is taken
    ("tion", ("sh", "ax", "n")),
    ("sion", ("zh", "ax", "n")),
    ("ough", ("ao",)),
    ("augh", ("ao",)),
    ("eigh", ("ey",)),
    ("igh", ("ay",)),
    ("tch", ("ch",)),
    ("dge", ("jh",)),
    ("ture", ("ch", "er")),
    ("sch", ("s", "k")),
    ("ch", ("ch",)),
    ("sh", ("sh",)),
    ("th", ("th",)),
    ("ph", ("f",)),
    ("wh", ("w",)),
    ("wr", ("r",)),
    ("kn", ("n",)),
    ("gh", ("g",)),
    ("ck", ("k",)),
    ("ng", ("ng",)),
    ("qu", ("k", "w")),
    ("oo", ("uw",)),
    ("ee", ("iy",)),
    ("ea", ("iy",)),
    ("ou", ("aw",)),
    ("ow", ("ow",)),
    ("oi", ("oy",)),
    ("oy", ("oy",)),
    ("ai", ("ey",)),
    ("ay", ("ey",)),
    ("au", ("ao",)),
    ("aw", ("ao",)),
    ("oa", ("ow",)),
    ("ew", ("y", "uw")),
    ("ie", ("iy",)),
    ("ei", ("ey",)),
    ("er", ("er",)),
    ("ir", ("er",)),
    ("ur", ("er",)),
    ("ar", ("aa", "r")),
    ("or", ("ao", "r")),
    ("ce", ("s",)),
    ("ci", ("s", "ih")),
    ("ge", ("jh",)),
    ("x", ("k", "s")),
    ("a", ("ae",)),
    ("b", ("b",)),
    ("c", ("k",)),
    ("d", ("d",)),
    ("e", ("eh",)),
    ("f", ("f",)),
    ("g", ("g",)),
    ("h", ("hh",)),
    ("i", ("ih",)),
    ("j", ("jh",)),
    ("k", ("k",)),
    ("l", ("l",)),
    ("m", ("m",)),
    ("n", ("n",)),
    ("o", ("aa",)),
    ("p", ("p",)),
    ("q", ("k",)),
    ("r", ("r",)),
    ("s", ("s",)),
    ("t", ("t",)),
    ("u", ("ah",)),
    ("v", ("v",)),
    ("w", ("w",)),
    ("y", ("iy",)),
    ("z", ("z",)),
)

_WHOLE_WORDS = {
    # frequent words whose letters mislead
    "i": ("ay",),
    "a": ("ax",),
    "the": ("dh", "ax"),
    "you": ("y", "uw"),
    "your": ("y", "ao", "r"),
    "to": ("t", "uw"),
    "do": ("d", "uw"),
    "of": ("ax", "v"),
    "are": ("aa", "r"),
    "was": ("w", "aa", "z"),
    "have": ("hh", "ae", "v"),
    "what": ("w", "ah", "t"),
    "who": ("hh", "uw"),
    "one": ("w", "ah", "n"),
    "two": ("t", "uw"),
    "my": ("m", "ay"),
    "me": ("m", "iy"),
    "we": ("w", "iy"),
    "be": ("b", "iy"),
    "he": ("hh", "iy"),
    "she": ("sh", "iy"),
    "some": ("s", "ah", "m"),
    "could": ("k", "uh", "d"),
    "would": ("w", "uh", "d"),
    "should": ("sh", "uh", "d"),
    "people": ("p", "iy", "p", "ax", "l"),
    "hello": ("hh", "ax", "l", "ow"),
    "so": ("s", "ow"),
    "no": ("n", "ow"),
    "go": ("g", "ow"),
    "know": ("n", "ow"),
    "eight": ("ey", "t"),
}


_LETTER_NAMES = dict(
    re.findall(
        r"([A-Z]) ([a-z ]+?)(?:\||$)",
        "A ey|B b iy|C s iy|D d iy|E iy|F eh f|G jh iy|H ey ch|J jh ey|K k ey|L eh l|M eh m|"
        "N eh n|O ow|P p iy|Q k y uw|R aa r|S eh s|T t iy|U y uw|V v iy|W d ah b ax l y uw|"
        "X eh k s|Y w ay|"
        "Z z iy",
    )
)
"""Names of letters; I is its own word."""


def guess_phones(spoken: str) -> tuple[str, ...]:
    """Guesses the phones of one spoken token by letter rules, in ARPABET's lower-case names.

    A capital alone is the name of a letter.
    """
    phones: list[str] = []
    for word in re.findall(r"[A-Za-z']+|\d", spoken):
        if word in _LETTER_NAMES:
            phones += _LETTER_NAMES[word].split()
            continue
        plain = _DIGITS[int(word)] if word.isdigit() else word.lower().replace("'", "")
        phones += _WHOLE_WORDS.get(plain) or _by_letters(plain)
    return tuple(phones) or ("ax",)


def _by_letters(word: str) -> list[str]:
    # a final e after a consonant is silent, and a doubled consonant is one sound
    if len(word) > 3 and word[-1] == "e" and word[-2] not in "aeiou":
        word = word[:-1]
    phones: list[str] = []
    at = 0
    while at < len(word):
        if at and word[at] == word[at - 1] and word[at] not in "aeiou":
            at += 1
            continue
        for letters, sounds in _LETTER_PHONES:
            if word.startswith(letters, at):
                phones += sounds
                at += len(letters)
                break
        else:
            at += 1
    return phones
