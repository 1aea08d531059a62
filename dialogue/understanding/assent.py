"""Yes or no: what a short reply to an offer says.

The phrases are those of ``assets/understanding/assent.toml``.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from dialogue.understanding.words import words_of
from perception.paths import ASSETS
from perception.settings import read_as

PHRASES = ASSETS / "understanding" / "assent.toml"

Assent = Literal["yes", "no", ""]

Offer = Literal["stop", "move_on", "repeat", "break", "more"]
"""What was offered: to end the interview, to go to the next question, to hear the question again,
a moment's rest, or to add something."""

_FIRST_NO = re.compile(r"(?:no|nope|nah)(?![^ ])")
_FIRST_YES = re.compile(r"(?:yes|yeah|yep|yup|aye|yah)(?![^ ])")
_NEGATED = re.compile(r"(?<![^ ])(?:don't|do not|not|never)(?![^ ])")
_BRIEFLY_NEGATED = re.compile(r"(?<![^ ])(?:don't|not)(?![^ ])")
_LEADS = frozenset(["um", "uh", "well", "oh", "hm", "er", "so", "erm", "actually", "sorry"])
_MOST_WORDS = 14
"""A longer reply is no plain yes or no unless it begins with one."""


@dataclass(frozen=True, slots=True)
class _Forms:
    """How something is taken up and turned down."""

    yes: re.Pattern[str]
    no: re.Pattern[str]


def assent(text: str, offer: Offer) -> Assent:
    """Whether a reply takes an offer up.

    Args:
        text: the reply.
        offer: what was offered; "let's go on" takes up the next question, not the end.

    Returns:
        Empty where it says neither, or both.
    """
    words = [w.plain for w in words_of(text)]
    while words and words[0] in _LEADS:
        words.pop(0)
    said = " ".join(words)
    own = _forms(offer)
    if _FIRST_NO.match(said):
        # "no, let's stop": what follows says more than the first word
        return "yes" if len(words) > 1 and _only(said, own.yes, own.no) else "no"
    if _FIRST_YES.match(said):
        return "no" if len(words) > 1 and _only(said, own.no, own.yes) else "yes"
    return _weighed(said, own) if 0 < len(words) <= _MOST_WORDS else ""


def _weighed(said: str, own: _Forms) -> Assent:
    """What a reply says that begins with neither yes nor no."""
    takes, refuses = bool(own.yes.search(said)), bool(own.no.search(said))
    if takes != refuses:
        return "yes" if takes != bool(_NEGATED.search(said)) else "no"
    any_offer = _forms("")
    takes, refuses = bool(any_offer.yes.search(said)), bool(any_offer.no.search(said))
    if takes == refuses:
        return ""
    return "yes" if takes else "no"


def _only(said: str, wanted: re.Pattern[str], other: re.Pattern[str]) -> bool:
    return bool(wanted.search(said)) and not (other.search(said) or _BRIEFLY_NEGATED.search(said))


@functools.cache
def _forms(offer: str) -> _Forms:
    """Of an offer; of any for an empty one."""
    table = read_as(dict[str, dict[str, tuple[str, ...]]], PHRASES)
    own, named = table[offer or "any"], table["phrases"]
    return _Forms(_pattern(own["yes"], named), _pattern(own["no"], named))


def _pattern(phrases: Sequence[str], named: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    every = [p for phrase in phrases for p in named.get(phrase, (phrase,))]
    return re.compile(rf"(?<![^ ])(?:{'|'.join(every)})(?![^ ])")
