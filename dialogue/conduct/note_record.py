"""Her notes as a record holds them: when she wrote what down, and what she struck out again.

An event ``noted`` has ``what`` (kind of fact: place, organisation, role, tool, number, time,
person, outcome), ``quote`` (as it was said), ``confidence`` (0...1), ``question`` (id) and
``answer`` (its number, from 1). ``struck`` has the same: of an answer that goes on she may learn
better.
"""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.conduct.notes import Note
from perception.types import Event

SOURCE = "dialogue"
NOTED = "noted"
STRUCK = "struck"


@dataclass(frozen=True, slots=True)
class Noted:
    """A fact in her notes."""

    question_id: str
    kind: str
    text: str
    """As it was said."""
    confidence: float
    """0...1: how sure it is that this was told."""


class NoteRecord:
    """Tells, tick by tick, what is new in her notes and what is no longer there."""

    def __init__(self) -> None:
        self._known: tuple[Note, ...] = ()

    def events(self, t_s: float, notes: tuple[Note, ...]) -> list[Event]:
        """What became of them since it was last asked.

        Args:
            t_s: now.
            notes: all that she has now.
        """
        before, self._known = self._known, notes
        if notes == before:
            return []
        struck = [Event(t_s, SOURCE, STRUCK, _table(n)) for n in before if n not in notes]
        return struck + [Event(t_s, SOURCE, NOTED, _table(n)) for n in notes if n not in before]


def _table(note: Note) -> dict[str, object]:
    return {
        "what": note.kind,
        "quote": note.text,
        "confidence": round(note.confidence, 3),
        "question": note.question_id,
        "answer": note.answer,
    }


def noted_in(event: Event) -> Noted | None:
    """The fact of which an event tells that she noted it, or struck it out; None for any other
    event, and for a damaged one."""
    if event.source != SOURCE or event.kind not in (NOTED, STRUCK):
        return None
    data = event.data
    try:
        return Noted(
            str(data["question"]), str(data["what"]), str(data["quote"]), float(data["confidence"])
        )
    except (KeyError, TypeError, ValueError):
        return None
