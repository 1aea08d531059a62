"""Feedback in other words, by a language model of the user's own, under guard.

A model gets one sentence at a time and never has the last word: what it writes is told only if it
says the same by all that can be checked; otherwise ours is, and the report says how often. Quotes,
numbers, answers put in order and exercises are never given to it.
"""

from __future__ import annotations

import importlib
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from dialogue.content.wording import LineRequest, WordingSettings
from dialogue.understanding.cue_phrases import NUMBER_WORDS
from perception.errors import RecruiterError
from perception.filler_words import tokens
from perception.recorded import looked_up
from scoring.feedback.advice import Advice
from scoring.rubric import load

MODEL = "dialogue.content.wording_transformers:TransformersWording"
"""What runs one, "module:class"; imported only where one is named."""
FIT = "dialogue.content.wording_transformers:acceptable"
"""Whether a line is made of ordinary words at all, "module:function"."""
LONGEST_CHARS = 400
_LENGTHS = (0.5, 1.6)
"""Length of a line over that of ours, from and to which it is told."""
_NEW_WORDS = 0.4
"""Share of a line's longer words that may be none of ours."""
_LEAST_LETTERS = 4
_STEM = 5
_QUOTED = re.compile(r"“[^”]*”")
_NAME = re.compile(r"(?<![.!?:“] )(?<!^)\b[A-Z][\w’'-]+")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


class Rewords(Protocol):
    """Puts a line in other words."""

    def put_otherwise(self, line: str, prompt: str) -> str:
        """The line in other words.

        Args:
            line: of ours.
            prompt: in which ``{line}`` stands for it.
        """
        ...


@dataclass(slots=True)
class Rewording:
    """A model at work, and how often it was believed."""

    model: Rewords
    name: str
    taken: int = 0
    refused: int = 0

    def __call__(self, text: str) -> str:
        """A sentence in the model's words, or ours where those will not do."""
        if not text:
            return text
        line = self.model.put_otherwise(text, str(load("coaching")["reword"]["prompt"]))
        if line != text and says_the_same(line, text):
            self.taken += 1
            return line
        self.refused += 1
        return text

    @property
    def note(self) -> str:
        """What was done, in words."""
        return (
            f"{self.taken} of {self.taken + self.refused} sentences of feedback were put in other "
            f"words by the language model {self.name}; the rest stand as this program has them"
        )


def rewording_of(meta: Mapping[str, Any], notes: list[str]) -> Rewording | None:
    """The model that a session's settings name; None for none, or one that does not load.

    Args:
        meta: ``session.json``.
        notes: told why one does not load.
    """
    folder = looked_up(meta, "settings", "scoring", "reword")
    if not isinstance(folder, str) or not folder:
        return None
    settings = WordingSettings("transformers", folder, 96, LONGEST_CHARS, 0.0)
    try:
        return Rewording(_named(MODEL)(settings), Path(folder).name)
    except RecruiterError as error:
        notes.append(f"feedback stands as this program words it: {error}")
        return None


def reworded(found: Sequence[Advice], rewording: Rewording | None) -> list[Advice]:
    """Advice with its sentences in other words; its titles, quotes and exercises stay."""
    if rewording is None:
        return list(found)
    return [
        replace(
            each,
            why=rewording(each.why),
            # examples of one's own words follow a colon: they are no sentence of ours
            how=each.how if "“" in each.how else rewording(each.how),
        )
        for each in found
    ]


def says_the_same(line: str, ours: str) -> bool:
    """Whether a line may be told in place of ours, by all that can be checked.

    It has to be of about the same length and of ordinary characters; it may hold no number, name or
    quote that ours does not, nor lack one; it has to say no where ours does, point in the same
    direction ("more", "slower"), keep most of our words, and hold none of the words that no
    feedback may.
    """
    table = load("coaching")["reword"]
    least, most = (share * len(ours) for share in _LENGTHS)
    if not least <= len(line) <= most or not _ordinary(line, ours):
        return False
    if Counter(_QUOTED.findall(line)) != Counter(_QUOTED.findall(ours)):
        return False
    if _numbers(line) != _numbers(ours) or not set(_NAME.findall(line)) <= set(tokens_of(ours)):
        return False
    said, kept = tokens(line), tokens(ours)
    for words in (table["negations"], table["directions"]):
        if Counter(w for w in said if w in words) != Counter(w for w in kept if w in words):
            return False
    if any(re.search(rf"\b{word}", line, re.IGNORECASE) for word in table["forbidden"]):
        return False
    longer = [word for word in said if len(word) >= _LEAST_LETTERS]
    stems = {word[:_STEM] for word in kept}
    new = [word for word in longer if word[:_STEM] not in stems]
    return bool(longer) and len(new) <= _NEW_WORDS * len(longer)


def tokens_of(text: str) -> list[str]:
    """Words of a text as they are written."""
    return re.findall(r"[\w’'-]+", text)


def _numbers(text: str) -> Counter[str]:
    digits = Counter(_DIGITS.findall(text))
    return digits + Counter(word for word in tokens(text) if word in NUMBER_WORDS)


def _ordinary(line: str, ours: str) -> bool:
    """Whether a line is fit to be told at all; figures and quotes have been compared otherwise."""
    plain = _DIGITS.sub("", _QUOTED.sub("", line)).translate(_MARKS)
    request = LineRequest("feedback", (ours,))
    return bool(_named(FIT)(plain, ours, request, LONGEST_CHARS))


_MARKS = str.maketrans({"’": "'", "–": "-", "…": ".", "%": "", "(": "", ")": "", "°": ""})


def _named(target: str) -> Callable[..., Any]:
    module, _, name = target.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found
