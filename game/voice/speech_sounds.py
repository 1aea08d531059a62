"""Symbols that a voice is given become the speech sounds and words that are seen and counted.

The symbols are those of the lexicon misaki, which follow the International Phonetic Alphabet with
one letter for each diphthong. A symbol is held for a time that the voice tells; stress marks and
spaces are symbols of their own and take their share of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Protocol

from game.voice.visemes import Phone
from perception.types import Word

PHONE_OF: Mapping[str, str] = {
    **{"b": "b", "d": "d", "f": "f", "h": "hh", "j": "y", "k": "k", "l": "l", "m": "m"},
    **{"n": "n", "p": "p", "s": "s", "t": "t", "v": "v", "w": "w", "z": "z", "r": "r"},
    **{"ɡ": "g", "ŋ": "ng", "ð": "dh", "θ": "th", "ʃ": "sh", "ʒ": "zh", "ʤ": "jh", "ʧ": "ch"},
    # a tap is a short d, a glottal stop stands where a t was
    **{"ɹ": "r", "ɾ": "d", "ʔ": "t", "x": "k"},
    **{"A": "ey", "I": "ay", "O": "ow", "Q": "ow", "W": "aw", "Y": "oy"},
    **{"æ": "ae", "a": "aa", "ɑ": "aa", "ɒ": "aa", "ɐ": "ax", "ə": "ax", "ᵊ": "ax", "ʌ": "ah"},
    **{"ɔ": "ao", "o": "ow", "e": "ey", "ɛ": "eh", "ɜ": "er", "ɚ": "er", "ɪ": "ih", "ᵻ": "ih"},
    **{"i": "iy", "u": "uw", "ʊ": "uh"},
}
"""Symbol to the phone of ARPABET whose mouth shape it has."""
STRESSES = frozenset("ˈˌ")
"""Marks before a stressed vowel: main, secondary."""
_PAUSE_S = 0.1
"""Shorter stretches without a sound of their own are the way from one word to the next."""
_WRITTEN = re.compile(r"[^\s–—]+[–—]?|[–—]")


class Spoken(Protocol):
    """A word as it is pronounced, and where it stands in the text."""

    @property
    def start(self) -> int:
        """Its first character in the text."""
        ...

    @property
    def end(self) -> int:
        """The one after its last."""
        ...


def phones_of(symbols: str, edges_s: Sequence[float]) -> tuple[Phone, ...]:
    """Speech sounds with their times.

    Args:
        symbols: n of them.
        edges_s: (n + 1,) when each begins, and when the last ends.

    Returns:
        Phones in order, "pau" for pauses; without gaps.
    """
    phones: list[Phone] = []
    begin_s = edges_s[0]
    for at, symbol in enumerate(symbols):
        name = PHONE_OF.get(symbol)
        if name is None:
            continue
        silent_s, mark = begin_s, at
        while mark and symbols[mark - 1] in STRESSES:
            mark -= 1  # a stress mark's time is that of the vowel which it precedes
        begin_s = edges_s[mark]
        if begin_s - silent_s >= _PAUSE_S:
            phones.append(Phone(silent_s, begin_s, "pau"))
        elif phones:
            # the sound before lasts until this one: what lies between is no silence
            phones[-1] = Phone(phones[-1].start_s, begin_s, phones[-1].name)
        phones.append(Phone(begin_s, edges_s[at + 1], name))
        begin_s = edges_s[at + 1]
    if phones and edges_s[-1] - begin_s >= _PAUSE_S:
        phones.append(Phone(begin_s, edges_s[-1], "pau"))
    return tuple(phones)


def words_of(
    text: str, spoken: Sequence[Spoken], times_s: Sequence[tuple[float, float] | None]
) -> tuple[Word, ...]:
    """The written words of a line with their times.

    A written word holds what stands between spaces or dashes, punctuation included. What is spoken
    as one over several of them ("5 km") is shared among them by their length.

    Args:
        text: the line.
        spoken: its words as they are pronounced, in order.
        times_s: (start, end) of each; None for one without a sound.

    Returns:
        Words in order, without overlap; those that nobody says are left out.
    """
    written = [match.span() for match in _WRITTEN.finditer(text)]
    spans: dict[int, list[float]] = {}
    for word, time in zip(spoken, times_s, strict=True):
        if time is None:
            continue
        under = [i for i, (begin, end) in enumerate(written) if begin < word.end > word.start < end]
        lengths = [written[i][1] - written[i][0] for i in under]
        begin_s = time[0]
        for place, length in zip(under, lengths, strict=True):
            end_s = begin_s + (time[1] - time[0]) * length / sum(lengths)
            span = spans.setdefault(place, [begin_s, end_s])
            span[1] = end_s
            begin_s = end_s
    return tuple(Word(text[slice(*written[place])], *spans[place]) for place in sorted(spans))
