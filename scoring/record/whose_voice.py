"""Whose voice was heard, where a recording holds several people's."""

from __future__ import annotations

from perception.number_words import cardinal
from perception.types import Event
from scoring.record.session import Session
from scoring.rubric import load

GUESSED = "two_voices_apart"
"""Several people are kept apart, and nobody chose."""
MIXED = "voices_mixed"
"""Several people are in what was analysed, as somebody chose or as nothing parts them."""
NOBODY = "nobody_there"
"""Nobody is heard in what was chosen, but elsewhere."""
IN_ONE = "two_voices_in_one"
"""A second voice seems to be heard where nothing keeps people apart."""
DOUBTS = {
    GUESSED: "two_voices",
    MIXED: "voices_mixed",
    NOBODY: "nobody_there",
    IN_ONE: "two_in_one",
}
"""Kind of event to its name in ``assets/rubrics/doubts.toml``, the gravest first."""


def doubtful_voice(session: Session) -> str | None:
    """Name of the doubt about whose voice was measured; None where there is none."""
    events = _told(session)
    return next((name for kind, name in DOUBTS.items() if kind in {e.kind for e in events}), None)


def voice_notes(session: Session) -> list[str]:
    """Whose voice was taken for the candidate's, and how to choose."""
    return [note_of(event) for event in _told(session)]


def note_of(event: Event) -> str:
    """What such an event is for a person."""
    entry = load("doubts")[DOUBTS[event.kind]]
    data = event.data
    people = data.get("people")
    asked = data.get("asked")
    count = asked if isinstance(asked, int) else 0
    questions = "1 question" if count == 1 else f"{count} questions"
    reasons = entry.get("reasons", {})
    why = str(reasons.get(data.get("why"), reasons.get("longer", "")))
    told = {
        "people": cardinal(people if isinstance(people, int) else 2),
        "taken": str(data.get("taken") or "one side"),
        "other": str(data.get("other") or "the other"),
        "option": str(data.get("option") or "--channel"),
        "at": _clock(data.get("at_s")),
        "why": why.format(asked=questions, titles=str(data.get("titles") or "")),
    }
    return f"{entry['note']}; {entry['remedy']}".format(**told)


def _clock(at_s: object) -> str:
    whole = int(at_s) if isinstance(at_s, int | float) else 0
    return f"{whole // 60}:{whole % 60:02d}"


def _told(session: Session) -> list[Event]:
    return [e for e in session.events if e.source == "microphone" and e.kind in DOUBTS]
