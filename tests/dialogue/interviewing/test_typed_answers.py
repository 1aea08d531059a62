"""What is handed in by keyboard, until she takes it up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogue.types import SayData
from tests.dialogue.interviewing.parts import OVER, PAUSED, SILENT, Parts
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
    handed_in = parts.at(14.0, typed="I asked her.")
    parts.typed.add(handed_in)
    parts.typed.take(handed_in)
    assert bool(parts.made.text) is not (understands or given)
    assert parts.standing.answer.acknowledged.given is not (understands and not given)


def test_more_that_is_handed_in_is_the_same_answer() -> None:
    parts = Parts()
    parts.asked(10.0)
    parts.typed.add(parts.at(14.0, typed="I asked her."))
    parts.typed.take(parts.at(14.0))
    assert not parts.typed.goes_on(parts.at(14.5), SILENT)
    assert parts.typed.goes_on(parts.at(14.5, typing=True), SILENT)
    more = parts.at(16.0, typed="She agreed.")
    parts.typed.add(more)
    assert parts.typed.goes_on(more, SILENT)
    parts.typed.take(more)
    answer = parts.standing.answer
    assert (answer.typed, answer.handed_s, answer.typed_s) == (
        "I asked her. She agreed.", 14.0, 16.0,
    )  # fmt: skip
    assert parts.acts.made == ()


def test_what_is_said_aloud_beside_it_belongs_to_it() -> None:
    parts = Parts()
    parts.asked(10.0)
    both = parts.at(14.0, typed="I asked her.", answer="Well, let me write. I asked her.")
    parts.typed.add(both)
    parts.typed.take(both)
    assert parts.standing.answer.typed == "Well, let me write. I asked her."
    assert parts.typed.goes_on(parts.at(15.0), replace(PAUSED, pause_s=0.5))
    assert not parts.typed.goes_on(parts.at(18.0), replace(OVER, pause_s=2.5))


def test_she_says_once_that_typing_is_fine_and_waits_anew() -> None:
    parts = Parts()
    parts.asked(10.0)
    assert not parts.typed.offer(parts.at(12.0))
    assert parts.typed.offer(parts.at(15.0, trouble=("microphone",)))
    assert data_of(parts.made, SayData).purpose == "no_microphone"
    assert parts.standing.answer.since_s == 15.0
    assert not parts.typed.offer(parts.at(20.0, trouble=("microphone",)))
    assert parts.acts.made == ()
