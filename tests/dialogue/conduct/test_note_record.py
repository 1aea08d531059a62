"""Her notes in the record: each is told once, and so is what she strikes out."""

from __future__ import annotations

from dialogue.conduct.note_record import Noted, NoteRecord, noted_in
from dialogue.conduct.notes import Notes
from dialogue.understanding.types import Fact, Understanding
from dialogue.understanding.understander import Inquiry, Understood
from perception.types import Event


def told(text: str, name: str, answer: int = 1) -> Understood:
    fact = Fact("organisation", name, 0.8764, text.index(name), text.index(name) + len(name))
    inquiry = Inquiry("error/no_result", answer, text)
    return Understood(inquiry, Understanding(text, facts=(fact,)))


def test_what_is_new_and_what_is_struck_out_is_told_once_with_its_words() -> None:
    notes, record = Notes(), NoteRecord()
    assert record.events(1.0, notes.all) == []
    notes.take(told("At Leeds", "Leeds"))
    (first,) = record.events(2.0, notes.all)
    assert (first.t_s, first.source, first.kind) == (2.0, "dialogue", "noted")
    assert first.data == {
        "what": "organisation",
        "quote": "Leeds",
        "confidence": 0.876,
        "question": "error/no_result",
        "answer": 1,
    }
    assert record.events(3.0, notes.all) == []
    notes.take(told("At Leeds Building Society", "Leeds Building Society"))
    later = record.events(4.0, notes.all)
    assert [(e.kind, e.data["quote"]) for e in later] == [
        ("struck", "Leeds"),
        ("noted", "Leeds Building Society"),
    ]
    assert noted_in(first) == Noted("error/no_result", "organisation", "Leeds", 0.876)


def test_other_events_and_damaged_ones_tell_of_no_note() -> None:
    for source, kind, data in (
        ("dialogue", "mood", {}),
        ("game", "noted", {"question": "q", "what": "tool", "quote": "SAP", "confidence": 1}),
        ("dialogue", "noted", {"question": "q", "what": "tool", "quote": "SAP"}),
        ("dialogue", "noted", {"question": "q", "what": "", "quote": "", "confidence": "?"}),
    ):
        assert noted_in(Event(1.0, source, kind, data)) is None
