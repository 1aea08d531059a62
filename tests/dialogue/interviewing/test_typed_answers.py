"""What is handed in by keyboard, until she takes it up."""

from __future__ import annotations

import pytest

from dialogue.types import SayData
from tests.dialogue.interviewing.parts import Parts
from tests.fakes import data_of


def test_what_was_handed_in_is_taken_up_as_one_answer() -> None:
    parts = Parts()
    parts.asked(10.0)
    for text in ("  I asked her. ", None, "   ", "She agreed."):
        parts.typed.add(parts.at(14.0, typed=text))
    assert parts.typed.waiting == "I asked her. She agreed."
    parts.typed.take()
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
    parts.typed.take()
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
