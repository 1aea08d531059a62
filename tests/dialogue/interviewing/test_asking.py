"""How questions are put, and what stands again when one is taken back."""

from __future__ import annotations

from dialogue.content.persona import load_persona
from dialogue.types import AskData, CloseData
from tests.dialogue.interviewing.parts import BECAUSE, PAUSED, TALKING, Parts
from tests.fakes import data_of


def test_a_planned_question_tells_its_number_and_bare_words() -> None:
    parts = Parts(questions=3)
    parts.at(5.0)
    parts.advancing.first(BECAUSE, "Nice to meet you.")
    data = data_of(parts.made, AskData)
    assert (data.number, data.of, data.follow_up_of) == (1, 3, None)
    assert parts.made.text.startswith("Nice to meet you.")
    assert data.question in parts.made.text
    assert data.competency == parts.plan.questions[0].competency
    assert parts.standing.phase == "asking"


def test_follow_ups_to_one_question_are_remembered() -> None:
    parts = Parts()
    parts.asked()
    main = parts.standing.question
    for about in ("no_result", "short"):
        parts.at(20.0)
        parts.asking.follow_up(about, "And then?", "I see. And then?", BECAUSE)
        assert parts.made.question_id == f"{main.id}/{about}"
        assert parts.made.attitude == "interested"
        data = data_of(parts.made, AskData)
        assert (data.follow_up_of, data.question) == (main.id, "And then?")
    assert parts.standing.conditions == ("no_result", "short")
    assert parts.standing.question is main


def test_when_the_candidate_is_to_ask_there_is_no_number() -> None:
    parts = Parts(understands=True)
    parts.asked()
    parts.at(20.0)
    parts.asking.for_questions(BECAUSE, "Thank you.")
    data = data_of(parts.made, AskData)
    assert (data.number, data.of) == (None, None)
    assert parts.standing.candidate_asks
    assert parts.made.question_id == "your_questions" == parts.standing.question.id


def test_a_planned_question_that_is_taken_back_comes_next() -> None:
    parts = Parts()
    parts.asked()
    first, answer = parts.standing.asked, parts.standing.answer
    parts.advancing.advance(parts.at(20.0), BECAUSE)
    second = parts.standing.asked
    before = parts.asking.take_back(heard=False)
    assert (parts.standing.asked, before.asked, before.answer) == (first, first, answer)
    assert parts.asking.before is None
    parts.advancing.advance(parts.at(30.0), BECAUSE)
    assert parts.standing.asked == second
    assert parts.agenda.progress == (2, 3)


def test_a_question_that_was_broken_off_does_not_come_as_if_for_the_first_time() -> None:
    parts = Parts()
    parts.asked()
    parts.at(20.0)
    parts.asking.follow_up("short", "And then?", "Lovely. And then?", BECAUSE)
    parts.asking.take_back(heard=True)
    parts.at(30.0)
    parts.asking.follow_up("short", "And then?", "Lovely. And then?", BECAUSE)
    assert parts.made.text in {f"{line} And then?" for line in load_persona("anna", 1).lines.resume}


def test_a_follow_up_that_is_taken_back_counts_for_nothing() -> None:
    parts = Parts()
    parts.asked()
    parts.at(20.0)
    parts.asking.follow_up("short", "And then?", "And then?", BECAUSE)
    parts.asking.take_back(heard=False)
    assert parts.standing.conditions == ()
    assert parts.agenda.progress == (1, 3)


def test_a_repeated_question_that_is_taken_back_was_asked_all_the_same() -> None:
    parts = Parts()
    parts.asked()
    parts.at(20.0)
    parts.asking.repeat(BECAUSE)
    assert parts.asking.before is not None and parts.asking.before.answer is None
    parts.asking.take_back(heard=False)
    assert parts.agenda.progress == (1, 3)


def test_an_answer_that_she_has_cut_short_does_not_go_on() -> None:
    parts = Parts()
    parts.asked()
    parts.standing.answer.cut_short = True
    parts.advancing.advance(parts.at(20.0), BECAUSE)
    assert parts.asking.before is not None and parts.asking.before.answer is None


def test_the_question_comes_again_when_who_cut_in_falls_silent() -> None:
    parts = Parts()
    parts.asked()
    asked = parts.standing.asked
    assert asked is not None
    parts.at(12.0)
    parts.asking.repeat_after_retreat(TALKING)
    assert parts.acts.made == ()
    parts.asking.repeat_after_retreat(PAUSED)
    assert parts.made.text.endswith(asked.text)
    assert parts.made.because is not None and parts.made.because.rule == "question_cut_off"
    assert parts.standing.asked == asked


def test_the_farewell_says_whether_it_is_early() -> None:
    for early in (False, True):
        parts = Parts()
        parts.at(20.0)
        parts.asking.close(BECAUSE, early=early, lead="All right.")
        assert data_of(parts.made, CloseData).early is early
        line = parts.lines.early_closing if early else parts.lines.closing
        assert parts.made.text == f"All right. {line}"
        assert parts.standing.phase == "closing"
