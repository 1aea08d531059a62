"""Her notes in the report are those that the record has."""

from __future__ import annotations

from pathlib import Path

from dialogue.conduct.note_record import Noted, NoteRecord
from dialogue.conduct.notes import Note
from perception.types import Event
from scoring.record.session import read_session
from scoring.understood import noted
from tests.scoring.talks import Talk

SAID = "I worked at Leeds Building Society for two years and then on the night shift."


def note(text: str, answer: int = 1) -> Note:
    return Note("organisation", text, text, "calm", answer, 0.9)


def test_recorded_notes_hold_but_for_what_she_struck_out(tmp_path: Path) -> None:
    record = NoteRecord()
    with Talk(tmp_path / "s") as talk:
        talk.ask("calm", "Tell me about a time.")
        for notes in ((note("Leeds"),), (note("Leeds Building Society"), note("SAP"))):
            for event in record.events(talk.t_s, notes):
                talk.event(event)
        # other than she would note by what was understood
        talk.hears([("answer", SAID)], [("situation", SAID)], facts=[("time", "two years")])
        talk.close()
    found = noted(read_session(tmp_path / "s"))
    assert [each.text for each in found] == ["Leeds Building Society", "SAP"]
    assert found[1] == Noted("calm", "organisation", "SAP", 0.9)


def test_what_was_noted_before_the_interview_was_taken_up_again_stays(tmp_path: Path) -> None:
    with Talk(tmp_path / "s") as talk:
        talk.ask("calm", "Tell me about a time.")
        for event in NoteRecord().events(talk.t_s, (note("Leeds"),)):
            talk.event(event)
        talk.event(Event(talk.t_s, "game", "resumed", {"start_at": 0}))
        record = NoteRecord()
        for notes in ((note("Leeds"),), ()):
            for event in record.events(talk.t_s, notes):
                talk.event(event)
        talk.close()
    assert [each.text for each in noted(read_session(tmp_path / "s"))] == ["Leeds"]


def test_a_record_without_them_has_the_notes_that_its_words_give(tmp_path: Path) -> None:
    with Talk(tmp_path / "s") as talk:
        talk.ask("calm", "Tell me about a time.")
        facts = [("organisation", "Leeds Building Society", 0.95), ("time", "two years", 0.4)]
        talk.hears([("answer", SAID)], [("situation", SAID)], facts=facts)
        talk.close()
    found = noted(read_session(tmp_path / "s"))
    assert found == (Noted("calm", "organisation", "Leeds Building Society", 0.95),)
