"""What an answer lacks is asked for where that is sure, and never pressed where it is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogue.conduct.conduct import Conduct
from dialogue.conduct.mood import Mood
from dialogue.conduct.moves import Reply
from dialogue.conduct.settings import ConductSettings
from dialogue.content.lines import Lines
from dialogue.content.persona import load_persona
from dialogue.content.planning import plan_of
from dialogue.content.script import load_interview
from dialogue.understanding.answer_quality import AnswerQuality, Gap, GapName
from dialogue.understanding.types import ActSpan, Understanding
from dialogue.understanding.understander import Inquiry, Understood

PLAN = plan_of(load_interview("nurse"))
PERSONA = load_persona("anna", manner="demanding")
TOLD = "i bring a chair and i show her the number and she sleep and in the morning she go home"
SEEDS = range(24)


def follow_ups(
    *gaps: Gap,
    question_id: str = "getting_worse",
    text: str = TOLD,
    asked: tuple[str, ...] = (),
    ample: bool = False,
) -> set[str]:
    """What she asks about over several sessions after an answer that lacks that; "" to go on."""
    question = PLAN.question(question_id)
    quality = AnswerQuality(len(text.split()), (), gaps, 0.3 if gaps else 0.9)
    acts = (ActSpan("answer", 0.97, 0, len(text), text),)
    inquiry = Inquiry(question_id, 1, text)
    told = Understood(inquiry, Understanding(text, acts), quality=quality)
    put = question.text[0]
    reply = Reply(10.0, question, question_id, put, asked, text, 8.0, True, 0.9, told, ample=ample)
    found = set()
    for seed in SEEDS:
        lines, mood = Lines(PLAN, PERSONA), Mood(PERSONA.manner)
        move = Conduct(lines, PERSONA.manner, None, ConductSettings(), seed, mood).decide(reply)
        assert move is not None
        found.add(move.follow_up)
    return found


@pytest.mark.parametrize("name", ["vague", "off_topic", "no_result", "no_own_role", "short"])
def test_a_gap_that_is_sure_is_asked_about(name: GapName) -> None:
    assert follow_ups(Gap(name, 0.85)) - {""} == {name}


@pytest.mark.parametrize("name", ["vague", "off_topic", "no_task"])
def test_one_that_is_not_sure_is_not_pressed_but_met_with_interest(name: GapName) -> None:
    asked = follow_ups(Gap(name, 0.42))
    assert name not in asked
    assert asked == {"always", ""}  # interest, not always


def test_a_sure_gap_is_asked_about_beside_an_unsure_one() -> None:
    assert follow_ups(Gap("vague", 0.52), Gap("no_result", 0.8)) - {""} == {"no_result"}


def test_with_time_to_spare_she_always_asks_on_but_not_a_third_time() -> None:
    assert follow_ups() == {"always", ""}
    assert follow_ups(ample=True) == {"always"}
    assert follow_ups(Gap("no_result", 0.8), ample=True) == {"no_result"}
    assert follow_ups(asked=("no_result",)) == {""}
    assert follow_ups(asked=("no_result",), ample=True) == {"always"}
    assert follow_ups(asked=("always",), ample=True) == {""}
    assert follow_ups(asked=("short", "no_result"), ample=True) == {""}


def test_where_the_bank_has_no_open_question_an_unsure_gap_lets_her_go_on() -> None:
    assert all(f.when != "always" for f in PLAN.question("error").follow_ups)
    assert follow_ups(Gap("vague", 0.52), question_id="error") == {""}


@pytest.mark.parametrize(
    ("said", "quote", "asked"),
    [
        ("we came back from the break and sales were up twenty and i was glad", "twenty", True),
        ("we came back from the break and what we sold had doubled by then", "doubled", False),
        ("we had twenty of them in the shop and i was glad of that", "twenty", False),
    ],
)
def test_a_number_is_asked_about_where_it_tells_a_change(
    said: str, quote: str, asked: bool
) -> None:
    gap = replace(Gap("number_no_context", 0.7), quote=quote)
    assert ("number_no_context" in follow_ups(gap, text=said)) is asked
