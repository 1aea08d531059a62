"""A candidate's words turned round, as the other says them again: "my team" is "your team"."""

from __future__ import annotations

import re

_TURNED = {
    "i": "you",
    "me": "you",
    "my": "your",
    "mine": "yours",
    "myself": "yourself",
    "i'm": "you're",
    "i've": "you've",
    "i'd": "you'd",
    "i'll": "you'll",
    "we": "you",
    "us": "you",
    "our": "your",
    "ours": "yours",
    "ourselves": "yourselves",
    "we're": "you're",
    "we've": "you've",
    "am": "are",
}
_OTHER_SIDE = re.compile(r"(?<![\w'’])(?:you|your|yours|yourself)(?![\w'’])", re.IGNORECASE)
_WORD = re.compile(r"[\w'’]+")
_FILLER = re.compile(r"(?<![\w'’])(?:u+h*m+|u+h+|e+r+m*|h+m+)(?![\w'’]),? ?", re.IGNORECASE)


def mirrored(words: str) -> str | None:
    """A few words of the candidate's as the recruiter says them.

    Args:
        words: a noun phrase: "my supervisor Karen", "the night shift in Leeds".

    Returns:
        None where they cannot be turned: who "you" was is not known.
    """
    if _OTHER_SIDE.search(words):
        return None
    plain = _FILLER.sub("", words).strip(" ,.;:!?-")

    def turned(match: re.Match[str]) -> str:
        word = match.group()
        other = _TURNED.get(word.lower().replace("’", "'"))
        return word if other is None else other

    return _WORD.sub(turned, plain) or None
