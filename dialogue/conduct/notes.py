"""Her notes: facts that the candidate told, by question, and which of them she came back to.

Only what was recognised surely is noted: a wrong name in her mouth would be worse than none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dialogue.conduct.mirror import mirrored
from dialogue.understanding.casing import casing_of
from dialogue.understanding.types import Fact, FactKind
from dialogue.understanding.understander import Understood
from dialogue.understanding.words import word_set, words_of
from perception.types import Words

SURE = 0.6
"""Least confidence (0...1) of a fact that is noted."""
WORD_SURE = 0.7
"""Least confidence (0...1) of each of its words, as the recogniser puts it."""

ECHOED: tuple[FactKind, ...] = ("organisation", "place", "tool", "person")
"""Kinds that can be said again as they are."""
RECALLED: tuple[FactKind, ...] = ("organisation", "tool")
"""Kinds to which she comes back later: where and with what they worked, not whom they met."""

_MOST_WORDS = 6

_BARE = word_set(
    "it he she they them him her someone somebody people one guy man woman lady person "
    "customer patient colleague"
)

_JOINS = word_set(
    "a an and as at because but by for from if in into my of on or our so than that the then "
    "there they this to until was we were when where which while who with"
)
"""Words before which a noun phrase is over, and with which none ends."""


@dataclass(frozen=True, slots=True)
class Note:
    """A fact in her notes."""

    kind: FactKind
    text: str
    """As it was said."""
    echo: str
    """As she says it."""
    question_id: str
    answer: int
    confidence: float
    """0...1: how sure it is that this was told."""


class Notes:
    """What is noted, in order."""

    def __init__(self) -> None:
        self._notes: list[Note] = []
        self._used: set[str] = set()

    def __len__(self) -> int:
        return len(self._notes)

    @property
    def all(self) -> tuple[Note, ...]:
        """Everything that is noted."""
        return tuple(self._notes)

    def take(self, understood: Understood, words: tuple[Words, ...] = ()) -> tuple[Note, ...]:
        """Notes what an answer told; of one answer a later understanding replaces those before.

        Args:
            understood: of the answer.
            words: as they were recognised, with confidences; none for typed ones.

        Returns:
            What is new.
        """
        number = understood.inquiry.answer
        before = {note.echo.lower() for note in self._notes}
        self._notes = [note for note in self._notes if note.answer != number]
        unsure = _unsure(words)
        for fact in understood.understanding.facts:
            echo = mirrored(_known(fact))
            if echo is None or not _good(fact, understood.understanding.text, unsure):
                continue
            if any(note.echo.lower() == echo.lower() for note in self._notes):
                continue
            question = understood.inquiry.question_id or ""
            self._notes.append(Note(fact.kind, fact.text, echo, question, number, fact.confidence))
        return tuple(note for note in self._notes if note.echo.lower() not in before)

    def echo(self, answer: int, kinds: tuple[FactKind, ...] = ECHOED) -> Note | None:
        """What of an answer can be said again at once: its last such fact, not used yet."""
        found = [
            note
            for note in self._notes
            if note.answer == answer and note.kind in kinds and note.echo.lower() not in self._used
        ]
        return found[-1] if found else None

    def recall(self, question_id: str) -> Note | None:
        """What of an earlier question she can come back to; None where there is nothing new."""
        found = [
            note
            for note in self._notes
            if note.kind in RECALLED
            and note.question_id.split("/", 1)[0] != question_id.split("/", 1)[0]
            and note.echo.lower() not in self._used
        ]
        return found[0] if found else None

    def use(self, note: Note) -> None:
        """She says it; she does not a second time."""
        self._used.add(note.echo.lower())


def _known(fact: Fact) -> str:
    """Its words once both know of it: "a garden centre" is the garden centre from then on."""
    if fact.kind not in ECHOED:
        return fact.text
    return re.sub(r"^an? ", "the ", fact.text, flags=re.IGNORECASE)


def _good(fact: Fact, text: str, unsure: frozenset[str]) -> bool:
    words = re.findall(r"[\w'’]+", fact.text.lower())
    if fact.confidence < SURE or not 1 <= len(words) <= _MOST_WORDS:
        return False
    if fact.kind == "person" and words[-1] in _BARE:
        return False  # "a customer" says nothing when it comes back
    if fact.kind in ECHOED and not _named(fact, text):
        return False
    return not any(word in unsure for word in words)


def _named(fact: Fact, text: str) -> bool:
    """Whether a fact reads as the name of something: with a capital, or whole, of two words and an
    article; "a clinic", or a mentor without a name, says nothing when it comes back.

    Args:
        fact: found in the utterance.
        text: of the utterance.
    """
    words = fact.text.split()
    first, last = words[0].lower(), re.sub(r"[^\w'’]", "", words[-1].lower())
    if last in _JOINS:
        return False  # cut off in the middle: "Keele as"
    article = first in ("a", "an", "the", "my", "our")
    capitals = casing_of(words_of(text)) != "capitals"  # too many tell nothing
    if capitals and any(word[:1].isupper() and word != "I" for word in words[article:]):
        return True
    if not article or fact.kind in ("person", "place"):
        return False
    behind = text[fact.end :]
    following = re.match(r"\s*([\w'’]+)", behind)
    # "a company" says nothing, and "the law" of "the law clinic" is half of a name
    return len(words) > 2 and (following is None or following[1].lower() in _JOINS)


def _unsure(words: tuple[Words, ...]) -> frozenset[str]:
    """Words of which the recogniser was not sure anywhere."""
    return frozenset(
        re.sub(r"[^\w'’]", "", word.text.lower())
        for stretch in words
        for word in stretch.words
        if word.confidence is not None and word.confidence < WORD_SURE
    )
