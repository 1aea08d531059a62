"""What is handed to understanding and when, and which reply still counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogue.turntaking.turn import TurnView
from tests.dialogue.interviewing.parts import BECAUSE, PAUSED, SILENT, Parts, understood

TEXT = "I calmed him down and called the surgeon"


def inquire(
    parts: Parts, t_s: float, typed: str = "", view: TurnView = SILENT, **more: object
) -> None:
    state = parts.at(t_s, **more)
    parts.inquiries.step(state, view, parts.standing, typed, parts.own.speaking)


def test_an_answer_is_asked_about_as_it_stands() -> None:
    parts = Parts(understands=True)
    parts.asked(10.0)
    inquire(parts, 12.0, answer=TEXT)
    inquiry = parts.inquiries.inquiry
    assert inquiry is not None
    assert (inquiry.question_id, inquiry.text) == (parts.standing.question_id, TEXT)
    assert not inquiry.complete and not inquiry.typed
    inquire(parts, 13.0, answer=TEXT, answer_final=True)
    assert parts.inquiries.inquiry is not None and parts.inquiries.inquiry.complete
    inquire(parts, 14.0)
    assert parts.inquiries.inquiry is None


def test_words_of_the_tick_that_begins_an_answer_belong_to_the_one_before() -> None:
    parts = Parts(understands=True)
    parts.asked(10.0)
    inquire(parts, 10.0, answer=TEXT)
    assert parts.inquiries.inquiry is None


def test_nothing_is_asked_where_nobody_understands() -> None:
    parts = Parts(understands=False)
    parts.asked(10.0)
    inquire(parts, 12.0, answer=TEXT)
    assert parts.inquiries.inquiry is None
    assert parts.inquiries.known(TEXT, parts.at(12.0))


def test_what_is_said_to_her_greeting_is_asked_about_once_she_is_silent() -> None:
    parts = Parts(understands=True)
    parts.opening.begin(0.0)
    parts.opening.settle(parts.at(2.0, trouble=("camera",)))
    assert parts.own.speaking
    inquire(parts, 3.0, typed="Hello there.")
    assert parts.inquiries.inquiry is None
    parts.own.drop(4.0, 0.0)
    inquire(parts, 5.0, typed="Hello there.", answer="something heard")
    inquiry = parts.inquiries.inquiry
    assert inquiry is not None
    assert (inquiry.question_id, inquiry.text, inquiry.typed) == ("greeting", "Hello there.", True)


def test_a_reply_to_an_answer_before_comes_too_late() -> None:
    parts = Parts(understands=True)
    parts.asked(10.0)
    parts.inquiries.add([understood("answer", TEXT, 1)])
    assert parts.inquiries.told is not None
    parts.answering.begin(20.0, BECAUSE)
    assert parts.inquiries.told is None
    parts.inquiries.add([understood("answer", TEXT, 1)])
    assert parts.inquiries.told is None


def test_an_answer_is_known_when_all_of_it_was_understood() -> None:
    parts = Parts(understands=True)
    parts.asked(10.0)
    state = parts.at(12.0)
    assert not parts.inquiries.known(TEXT, state)
    assert parts.inquiries.known("  ", state)
    assert parts.inquiries.known(TEXT, parts.at(12.0, trouble=("understanding",)))
    parts.inquiries.add([understood("answer", TEXT, 1)])
    assert parts.inquiries.known(TEXT, state)
    assert not parts.inquiries.known(f"{TEXT} at once", state)


@pytest.mark.parametrize(("more", "covers"), [(" at once", True), (" and then a lot more", False)])
def test_what_was_understood_holds_while_most_had_been_said(more: str, covers: bool) -> None:
    parts = Parts(understands=True)
    parts.asked(10.0)
    parts.inquiries.add([understood("answer", TEXT, 1)])
    assert (parts.inquiries.covering(TEXT + more) is not None) == covers


def test_a_request_is_told_from_an_answer() -> None:
    parts = Parts(understands=True)
    parts.asked(10.0)
    assert not parts.inquiries.asks_something
    parts.inquiries.add([understood("answer", TEXT, 1)])
    assert not parts.inquiries.asks_something
    parts.inquiries.add([understood("repeat", "Could you say that again?", 1)])
    assert parts.inquiries.asks_something


def test_words_that_reach_the_last_sound_are_all_there_are() -> None:
    parts = Parts(understands=True)
    parts.asked(10.0)
    inquire(parts, 12.0, view=replace(PAUSED, words_reach_end=True), answer=TEXT)
    assert parts.inquiries.inquiry is not None and parts.inquiries.inquiry.complete
