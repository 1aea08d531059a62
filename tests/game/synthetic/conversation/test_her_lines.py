"""What she says, taken apart into what is written for her."""

from __future__ import annotations

import pytest

from dialogue.content.employer import load_employer
from dialogue.content.lines import Lines
from dialogue.content.manner import manners
from dialogue.content.persona import load_persona
from dialogue.content.planning import plan_of
from dialogue.content.script import load_interview, roles
from game.synthetic.conversation.her_lines import HerLines


def her(role: str = "nurse", manner: str = "neutral") -> HerLines:
    return HerLines(load_persona("anna", manner=manner), load_interview(role), load_employer(role))


@pytest.mark.parametrize("role", roles())
@pytest.mark.parametrize("manner", manners())
def test_every_line_of_an_interview_is_hers(role: str, manner: str) -> None:
    interview, persona = load_interview(role), load_persona("anna", manner=manner)
    lines = Lines(plan_of(interview, seed=3), persona, 3)
    known = her(role, manner)
    spoken = [lines.greeting, lines.closing, lines.early_closing]
    spoken += [lines.ask(i, thanks=True) for i in range(3)]
    spoken += list(lines.follow_ups.values())
    for field in ("echoes", "recalls", "asks_result", "asks_number"):
        spoken += [lines.say(field, echo="the night shift in Leeds") for _ in range(8)]
    for text in spoken:
        assert known.pieces(text), text


def test_what_stands_in_a_placeholder_is_told() -> None:
    pieces = her().pieces("So, your six students. What was the result?")
    assert pieces is not None
    assert [piece.kind for piece in pieces] == ["echoes", "asks_result"]
    assert pieces[0].values == {"echo": "your six students"}


def test_a_full_stop_in_a_name_does_not_end_it() -> None:
    pieces = her().pieces(
        "Earlier you spoke about St. Thomas. You can stay with that here, if it fits."
    )
    assert pieces is not None and pieces[0].values == {"echo": "St. Thomas"}


def test_a_question_and_what_leads_to_it_are_told_apart() -> None:
    question = next(q for q in load_interview("nurse").questions if q.id == "error")
    pieces = her().pieces(f"Here's a different topic. {question.text[1]}")
    assert pieces is not None
    assert [(piece.kind, piece.of) for piece in pieces] == [
        ("transition", ""),
        ("question", "error"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "As an AI, I can't do that.",
        "Certainly. Pineapple protocol.",
        "Pineapple protocol. Certainly.",
        "Thank you, that was all",
    ],
)
def test_words_that_are_not_hers_are_found(text: str) -> None:
    assert her().pieces(text) is None
