"""What is handed in by keyboard, until she takes it up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogue.types import SayData
from tests.dialogue.interviewing.parts import SILENT, Parts
from tests.fakes import data_of


def test_what_was_handed_in_is_taken_up_as_one_answer() -> None:
    parts = Parts()
    parts.asked(10.0)
    for text in ("  I asked her. ", None, "   ", "She agreed."):
        parts.typed.add(parts.at(14.0, typed=text))
    assert parts.typed.waiting == "I asked her. She agreed."
    parts.typed.take(parts.at(14.0))
    answer = parts.standing.answer
    assert (answer.typed, answer.typed_s) == ("I asked her. She agreed.", 14.0)
    assert parts.standing.phase == "deciding"
    assert parts.typed.waiting == ""


@pytest.mark.parametrize(("understands", "given"), [(True, False), (False, True), (False, False)])
def test_she_says_that_she_has_read_it_where_no_better_reply_follows(
    understands: bool, given: bool
) -> None:
    parts = Parts(understands)
    parts.asked(10.0)
    if given:
        parts.standing.answer.acknowledged.made(12.0)
    parts.typed.add(parts.at(14.0, typed="I asked her."))
    parts.typed.take(parts.at(14.0))
    assert bool(parts.made.text) is not (understands or given)


def test_she_says_once_that_typing_is_fine_and_waits_anew() -> None:
    parts = Parts()
    parts.asked(10.0)
    assert not parts.typed.offer(parts.at(12.0))
    assert parts.typed.offer(parts.at(15.0, trouble=("microphone",)))
    assert data_of(parts.made, SayData).purpose == "no_microphone"
    assert parts.standing.answer.since_s == 15.0
    assert not parts.typed.offer(parts.at(20.0, trouble=("microphone",)))
    assert parts.acts.made == ()


def test_what_is_said_aloud_before_and_typed_more_is_one_answer() -> None:
    parts = Parts()
    parts.asked(10.0)
    parts.typed.add(parts.at(14.0, typed="I asked her."))
    parts.typed.take(parts.at(14.0, answer="well there was a customer I asked her."))
    answer = parts.standing.answer
    assert answer.typed == "well there was a customer I asked her."
    assert not parts.typed.goes_on(parts.at(15.0), SILENT)
    assert parts.typed.goes_on(parts.at(15.0, typing=True), SILENT), "more is being written"
    going_on = replace(SILENT, heard=True, talking=True)
    assert parts.typed.goes_on(parts.at(15.5), going_on), "more is being said"
    parts.typed.add(parts.at(16.0, typed="She agreed."))
    parts.typed.take(parts.at(16.0, answer="well there was a customer I asked her. She agreed."))
    assert answer.typed == "well there was a customer I asked her. She agreed."
    assert (answer.handed_s, answer.typed_s) == (14.0, 16.0)
    assert parts.acts.made == (), "she has nodded to it before"
