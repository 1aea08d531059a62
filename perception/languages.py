"""Languages: their names for people, and what differs in how they are written."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Sequence

NAMES = {
    **{"ar": "Arabic", "bn": "Bengali", "cs": "Czech", "da": "Danish", "de": "German"},
    **{"el": "Greek", "en": "English", "es": "Spanish", "fa": "Persian", "fi": "Finnish"},
    **{"fr": "French", "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian", "id": "Indonesian"},
    **{"it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "no": "Norwegian"},
    **{"pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sv": "Swedish"},
    **{"ta": "Tamil", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu"},
    **{"vi": "Vietnamese", "zh": "Chinese"},
}
"""Code (ISO 639-1) to name; others are told by their code."""


def name_of(code: str) -> str:
    """English name of a language."""
    return NAMES.get(code, f"the language '{code}'")


_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff65"  # Chinese, Japanese
    "\U00020000-\U0003ffff"
)
_AT_END = re.compile(f"[{_UNSPACED}]$")
_AT_START = re.compile(f"[{_UNSPACED}]")


def without_spaces(text: str) -> bool:
    """Whether most of a text is in a writing that has no spaces between words."""
    return 2 * len(_AT_START.findall(text)) > len(text)


def joined(texts: Iterable[str]) -> str:
    """Words as a text, with spaces where their writing has them.

    Args:
        texts: words or longer pieces, in order; empty ones count for nothing.
    """
    told = [text for text in texts if text]
    return "".join(space + text for space, text in zip(spaces(told), told, strict=True))


def spaces(texts: Sequence[str]) -> list[str]:
    """What stands before each of some words or pieces of a text: a space, or nothing."""
    pairs = itertools.pairwise(texts)
    return ["" for _ in texts[:1]] + [
        "" if _AT_END.search(one) or _AT_START.match(other) else " " for one, other in pairs
    ]


def listed(parts: Sequence[str], joint: str = "and") -> str:
    """Some things as a sentence has them: "one, two and three"."""
    return f" {joint} ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def plain(text: str) -> str:
    """A word without case, punctuation and spaces.

    Marks stay: without its vowel signs a Hindi word is another one.
    """
    return "".join(c for c in text.casefold() if c == "'" or unicodedata.category(c)[0] in "LMN")


_BLANKED = re.compile(r"\S+")
_ENDLESS = re.compile(r"\S{61,}")
JUDGED_WORDS = 3000
"""Words of an utterance that are looked at: twenty minutes of speech."""
JUDGED_LETTERS = 60
"""Of a word; what is longer is none."""


def judged(text: str) -> str:
    """As much of an utterance as is looked at; most are given back as they are.

    Whatever somebody pastes into the answer field must not keep the interview waiting, nor take
    all memory.
    """
    if len(text) <= JUDGED_LETTERS:
        return text
    text = _ENDLESS.sub(lambda match: match.group()[:JUDGED_LETTERS], text)
    return first_words(text)


def first_words(text: str) -> str:
    """The first :data:`JUDGED_WORDS` words of a text, as they stand."""
    if len(text) <= JUDGED_WORDS:
        return text
    ends = [match.end() for match in itertools.islice(_BLANKED.finditer(text), JUDGED_WORDS)]
    return text[: ends[-1]] if ends else text
