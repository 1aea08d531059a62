"""When an answer begins and goes on, what it starts with, and when she ends it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogue.conduct.moves import Move
from dialogue.types import ListenData
from perception.types import Word, Words
from tests.dialogue.interviewing.parts import BECAUSE, PAUSED, TALKING, Parts
from tests.fakes import data_of


def test_a_new_answer_starts_from_nothing() -> None:
    parts = Parts()
    parts.asked(10.0)
    before = parts.standing.answer
    before.thinking = before.must_repeat = True
    parts.answering.transcript.add_words(Words(11.0, 12.0, "Hello", (Word("Hello", 11.0, 12.0),)))
    parts.at(30.0)
    parts.answering.begin(29.0, BECAUSE)
    answer = parts.standing.answer
    assert (answer.since_s, answer.thinking, answer.must_repeat) == (30.0, False, False)
    assert parts.answering.transcript.stretches == ()
    assert data_of(parts.made, ListenData) == ListenData("new", 29.0)
    assert parts.standing.phase == "listening"
    assert parts.asking.before is None


def test_what_she_offered_holds_for_one_answer() -> None:
    parts = Parts()
    parts.asked()
    parts.answering.expect_reply(Move("wait", BECAUSE, offer="break", patience=2.0))
    parts.answering.begin(20.0, BECAUSE)
    assert (parts.standing.answer.offered, parts.standing.answer.patience) == ("break", 2.0)
    parts.answering.begin(30.0, BECAUSE)
    assert (parts.standing.answer.offered, parts.standing.answer.patience) == (None, 1.0)


def test_who_goes_on_is_listened_to_as_before() -> None:
    parts = Parts()
    parts.asked()
    answer = parts.standing.answer
    parts.at(20.0)
    parts.standing.phase = "deciding"
    parts.answering.go_on(TALKING)
    assert parts.standing.phase == "listening"
    assert parts.standing.answer is answer
    assert data_of(parts.made, ListenData).answer == "continues"


@pytest.mark.parametrize(
    ("over_s", "pause_s", "cuts_in"),
    [(-1.0, 0.4, False), (1.0, 0.1, False), (1.0, 0.4, True), (16.0, 0.0, True)],
)
def test_an_answer_that_is_too_long_ends_at_a_pause_or_after_some_grace(
    over_s: float, pause_s: float, cuts_in: bool
) -> None:
    parts = Parts()
    parts.asked(10.0)
    state = parts.at(10.0 + parts.answering.longest_s + over_s)
    assert parts.answering.cut_in(state, replace(PAUSED, pause_s=pause_s)) is cuts_in
    assert [act.kind for act in parts.acts.made] == (["interrupt"] if cuts_in else [])
    assert parts.standing.answer.cut_short is cuts_in
    assert parts.standing.phase == ("deciding" if cuts_in else "listening")
