"""Which lines may be kept from session to session."""

from __future__ import annotations

from dialogue.content.fixed_lines import FixedLines
from dialogue.content.lines import Lines
from dialogue.content.persona import load_persona
from dialogue.content.planning import plan_of
from dialogue.content.script import load_interview


def test_all_that_is_said_from_the_files_is_fixed() -> None:
    persona, interview = load_persona("priya"), load_interview("nurse")
    lines = Lines(plan_of(interview, seed=3), persona, seed=3)
    fixed = FixedLines(persona, interview)
    count = len(lines.questions)
    said = [
        t for i in range(-1, count) for t in lines.upcoming(i, i + 1 if i + 1 < count else None)
    ]
    assert len(said) > 50
    assert [text for text in said if text not in fixed] == []


def test_what_quotes_a_person_is_not() -> None:
    fixed = FixedLines(load_persona("anna"), load_interview("nurse"), ("Hello there.",))
    assert "Hello there." in fixed
    assert "Thank you. Hello there." in fixed
    assert "Thank you. So you worked at Acme for two years." not in fixed
    assert "" not in fixed
