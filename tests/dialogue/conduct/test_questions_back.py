"""What she says to the candidate's own questions."""

from __future__ import annotations

import pytest

from dialogue.conduct.questions_back import QuestionsBack
from dialogue.conduct.settings import ConductSettings
from dialogue.content.employer import load_employer
from dialogue.content.lines import Lines
from dialogue.content.persona import load_persona
from dialogue.content.planning import plan_of
from dialogue.content.script import load_interview
from dialogue.understanding.topics import PROGRAM
from dialogue.understanding.types import ActSpan, CandidateAct, Understanding
from dialogue.understanding.understander import Inquiry, QuestionTopic, Understood

PERSONA = load_persona("anna", 1)
PLAN = plan_of(load_interview("nurse"), 3, 1, False)
TOLD = "I went to the ward and asked her."


def said(asked: str, topic: str, sure: float = 0.8, beside: CandidateAct | None = "answer") -> str:
    """What she says to a question that stands behind an answer, or alone."""
    text = f"{TOLD} {asked}" if beside else asked
    at = len(text) - len(asked)
    acts = [ActSpan("question", sure, at, len(text), asked)]
    if beside:
        acts.insert(0, ActSpan(beside, 0.9, 0, len(TOLD), TOLD))
    found = Understood(
        Inquiry("error", 1, text),
        Understanding(text, tuple(acts)),
        (QuestionTopic(asked, topic, 0.8),),
    )
    lines = Lines(PLAN, PERSONA)
    return QuestionsBack(lines, load_employer("nurse"), ConductSettings()).answer(found)


def answers(topic: str) -> tuple[str, ...]:
    employer = load_employer("nurse")
    assert employer is not None
    found = employer.topic(topic)
    assert found is not None
    return tuple(found.answers)


def unknown() -> tuple[str, ...]:
    assert PERSONA.says is not None
    return PERSONA.says.unknown


@pytest.mark.parametrize("asked", ["What is the pay?", "whats the pay"])
@pytest.mark.parametrize("beside", ["answer", None])
def test_what_the_brief_tells_is_told(asked: str, beside: CandidateAct | None) -> None:
    told = said(asked, "pay", beside=beside)
    assert any(answer in told for answer in answers("pay"))


@pytest.mark.parametrize(
    ("asked", "sure", "beside"),
    [
        ("Who drew that picture?", 0.8, "answer"),
        ("who drew that picture", 0.97, "answer"),
        ("who drew that picture", 0.6, None),
    ],
)
def test_where_the_brief_is_silent_she_says_so(
    asked: str, sure: float, beside: CandidateAct | None
) -> None:
    assert said(asked, "", sure, beside) in unknown()


def test_what_only_sounds_like_a_question_within_an_answer_is_none() -> None:
    assert said("I'd ask whether their own address is in the file.", "", 0.8) == ""


def test_she_is_honest_about_what_she_is() -> None:
    assert PERSONA.says is not None
    assert said("Are you a robot?", PROGRAM) in PERSONA.says.is_program
