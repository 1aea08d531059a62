"""Whose voice was heard, where a recording keeps two people apart and nobody chose."""

from __future__ import annotations

from perception.types import Event
from scoring.record.session import Session
from scoring.rubric import load

REASON = "two_voices"
"""Name in ``assets/rubrics/doubts.toml``."""
EVENT = "two_voices_apart"


def guessed_voice(session: Session) -> str | None:
    """A note on whose voice was taken for the candidate's; None where that is no guess."""
    for event in session.events:
        if event.source == "microphone" and event.kind == EVENT:
            return note_of(event)
    return None


def note_of(event: Event) -> str:
    """What such an event is for a person: who was taken, and how to choose."""
    entry = load("doubts")[REASON]
    told = {name: str(event.data.get(name) or "the other one") for name in _TOLD}
    return f"{entry['note']}; {entry['remedy']}".format(**told)


_TOLD = ("taken", "other", "option")
