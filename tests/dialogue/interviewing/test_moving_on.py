"""What follows an answer, by its length or by what was understood of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogue.conduct.settings import ConductSettings
from dialogue.content.persona import load_persona
from dialogue.interviewing.follow_ups import Answer, FollowUpSettings
from dialogue.interviewing.settings import DialogueSettings
from dialogue.types import SayData
from dialogue.understanding.answer_quality import AnswerQuality, Gap
from dialogue.understanding.types import CandidateAct, Fact
from tests.dialogue.interviewing.parts import BECAUSE, Parts, understood
from tests.fakes import data_of

STORY = (
    "On the ward there was a man before his operation who was shaking with fear, so I sat down "
    "with him and explained each step, and in the end he went down calmly and thanked us."
)
LONG = Answer(20.0, STORY, True, 0.9)


def asked(understands: bool = False, **more: object) -> Parts:
    parts = Parts(understands, **more)  # type: ignore[arg-type]
    parts.asked(10.0)
    return parts


def after(parts: Parts, answer: Answer, act: CandidateAct | None = None) -> str:
    """Kind and question of what she does after an answer, all of which was one act."""
    if act is not None:
        parts.inquiries.add([understood(act, answer.text, 1)])
    parts.moving_on.after(parts.at(40.0), answer, BECAUSE)
    return f"{parts.acts.made[-1].kind} {parts.standing.question_id}"


def test_a_question_that_was_cut_off_comes_again_after_a_word() -> None:
    parts = asked()
    first = parts.standing.question_id
    parts.standing.answer.must_repeat = True
    assert after(parts, Answer(2.0, "", False, None)) == f"ask {first}"
    assert parts.made.because is not None and parts.made.because.rule == "question_cut_off"


@pytest.mark.parametrize(
    ("act", "line", "attitude"),
    [
        ("upset", "reassures", "concerned"),
        ("joke", "laughs", "amused"),
        ("small_talk", "", "encouraging"),
    ],
)
def test_before_that_she_heeds_what_cut_it_off(act: CandidateAct, line: str, attitude: str) -> None:
    parts = asked(understands=True)
    parts.standing.answer.must_repeat = True
    first = parts.standing.question_id
    assert after(parts, Answer(2.0, "Sorry, I am so nervous.", True, 0.9), act) == f"ask {first}"
    persona = load_persona("anna", 1)
    leads = getattr(persona.says, line) if line else persona.lines.resume
    assert any(parts.made.text.startswith(lead) for lead in leads)
    assert parts.made.attitude == attitude


@pytest.mark.parametrize("ran_on", [False, True])
def test_who_ran_on_over_the_next_question_is_asked_it_again(ran_on: bool) -> None:
    parts = asked()
    first = parts.standing.question_id
    parts.standing.answer.must_repeat, parts.standing.answer.ran_on = True, ran_on
    assert (after(parts, LONG) == f"ask {first}") is ran_on


def test_a_short_answer_has_its_scripted_follow_up() -> None:
    parts = asked()
    question = parts.standing.question
    short = next(f for f in question.follow_ups if f.when == "short")
    assert after(parts, Answer(2.0, "", False, None)) == f"ask {question.id}/{short.when}"
    assert parts.made.text == parts.lines.follow_ups[question.id, "short"]


def test_a_reply_to_her_offer_moves_on() -> None:
    parts = asked()
    for t_s in (16.0, 20.0, 32.0):
        parts.silence_help.step(parts.at(t_s), 1.0)
        parts.heard_out(t_s)
    assert parts.standing.answer.ladder.offered
    assert after(parts, Answer(0.6, "yes please", True, 0.9)) == f"ask {parts.plan.every[1].id}"


@pytest.mark.parametrize("given", [False, True])
def test_she_thanks_once(given: bool) -> None:
    parts = asked(settings=DialogueSettings(follow_ups=FollowUpSettings(share=0.0)))
    if given:
        parts.standing.answer.acknowledged.made(39.0)
    assert after(parts, LONG) == f"ask {parts.plan.every[1].id}"
    assert parts.made.text == parts.lines.ask(1, thanks=not given)


def test_a_request_is_met_and_the_question_stays_open() -> None:
    parts = asked(understands=True)
    first = parts.standing.question_id
    words = "Give me a second to think, please."
    assert after(parts, Answer(2.0, words, True, 0.9), "think_time") == f"say {first}"
    assert data_of(parts.made, SayData).purpose == "reply"
    assert parts.standing.phase == "asking"
    parts.heard_out(42.0)
    parts.answering.begin(42.0, BECAUSE)
    assert parts.standing.answer.patience > 1.0


def test_a_question_is_put_again_where_that_is_asked() -> None:
    parts = asked(understands=True)
    first = parts.standing.question_id
    words = "Sorry, could you repeat the question?"
    assert after(parts, Answer(2.0, words, True, 0.9), "repeat") == f"ask {first}"
    assert parts.agenda.progress == (1, 3)


def test_no_questions_of_their_own_is_no_reason_to_ask_on() -> None:
    parts = asked(understands=True)
    parts.asking.for_questions(BECAUSE, "")
    parts.heard_out(11.0)
    parts.answering.begin(11.0, BECAUSE)
    parts.inquiries.add([understood("answer", "No, thank you.", 2)])
    assert after(parts, Answer(1.0, "No, thank you.", True, 0.9)) == "close your_questions"


def test_what_was_not_understood_in_time_is_judged_by_its_length() -> None:
    parts = asked(understands=True)
    question = parts.standing.question
    assert after(parts, Answer(2.0, "", False, None)) == f"ask {question.id}/short"


def test_the_time_that_main_answers_take_is_learnt() -> None:
    settings = DialogueSettings(conduct=ConductSettings(minutes=10.0))
    parts = asked(understands=True, settings=settings)
    usual_s = parts.standing.question.usual_answer_s
    assert parts.budget.pace == 1.0
    state = parts.at(10.0 + 3 * usual_s)
    parts.deciding.decide(state, LONG)
    slow = parts.budget.pace
    assert slow > 1.0
    # a follow-up's is not held against the question's
    parts.asking.follow_up("short", "And then?", "And then?", BECAUSE)
    parts.deciding.decide(parts.at(500.0), LONG)
    assert parts.budget.pace == slow


def after_cutting_in(parts: Parts, answer: int) -> str:
    """Kind and question of what she does after a long answer that said nothing definite."""
    told = understood("answer", STORY, answer)
    quality = AnswerQuality(36, (), (Gap("vague", 0.9),), 0.1)
    parts.inquiries.add([replace(told, quality=quality)])
    parts.standing.answer.cut_short = True
    parts.moving_on.after_cutting_in(parts.at(40.0), LONG, BECAUSE)
    return f"{parts.acts.made[-1].kind} {parts.standing.question_id}"


def test_an_answer_that_she_has_ended_is_asked_about_once() -> None:
    parts = asked(understands=True)
    first = parts.standing.question_id
    assert after_cutting_in(parts, 1) == f"ask {first}/vague"
    parts.heard_out(41.0)
    parts.answering.begin(41.0, BECAUSE)
    assert after_cutting_in(parts, 2) == f"ask {parts.plan.every[1].id}"
    assert parts.made.text == parts.lines.ask(1)


def test_what_an_answer_tells_goes_into_her_notes() -> None:
    parts = asked(understands=True)
    told = understood("answer", LONG.text, 1)
    fact = Fact("time", "the end", 0.9, LONG.text.index("the end"), LONG.text.index("the end") + 7)
    found = replace(told, understanding=replace(told.understanding, facts=(fact,)))
    parts.inquiries.add([found])
    parts.moving_on.after(parts.at(40.0), LONG, BECAUSE)
    assert [(note.text, note.answer) for note in parts.conduct.notes.all] == [("the end", 1)]
