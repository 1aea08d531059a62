"""When an answer begins and goes on, what it starts with, and when she ends it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogue.conduct.moves import Move
from dialogue.conduct.settings import ConductSettings
from dialogue.content.persona import load_persona
from dialogue.content.stress import plain
from dialogue.interviewing.settings import DialogueSettings
from dialogue.types import ListenData
from dialogue.understanding.answer_quality import AnswerQuality, Gap, PartSpan
from perception.types import Word, Words
from tests.dialogue.interviewing.parts import BECAUSE, PAUSED, TALKING, Parts, understood
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


def test_the_time_of_a_question_runs_from_when_it_was_first_put() -> None:
    parts = Parts()
    parts.asked(10.0)
    assert parts.standing.heard_out_s == 10.0
    parts.at(30.0)
    parts.asking.repeat(BECAUSE)
    parts.at(34.0)
    parts.answering.begin(34.0, BECAUSE)
    assert (parts.standing.answer.since_s, parts.standing.heard_out_s) == (34.0, 10.0)
    parts.asking.follow_up("short", "And then?", "And then?", BECAUSE)
    parts.answering.begin(40.0, BECAUSE)
    assert parts.standing.heard_out_s == 10.0
    parts.advancing.advance(parts.at(50.0), BECAUSE)
    parts.at(55.0)
    parts.answering.begin(55.0, BECAUSE)
    assert parts.standing.heard_out_s == 55.0


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


WANDERS = "The parking was terrible, and it rained, and my cousin with the boat was there too. " * 3


def wandering(parts: Parts, follow_up: str = "") -> None:
    """What was heard so far of the answer in progress told nothing of what was asked."""
    if follow_up:
        parts.asking.follow_up(follow_up, "And then?", "And then?", BECAUSE)
        parts.answering.begin(10.0, BECAUSE)
    number = 2 if follow_up else 1
    found = understood("answer", WANDERS, number)
    span = PartSpan("other", 0.9, 0, len(WANDERS), WANDERS)
    quality = AnswerQuality(51, (span,), (Gap("off_topic", 0.8),), 0.1)
    parts.inquiries.add([replace(found, quality=quality)])


def test_an_answer_that_wanders_has_less_time_than_the_question_allows() -> None:
    parts = Parts(understands=True)
    parts.asked(10.0)
    assert parts.answering.longest_s == parts.standing.question.max_answer_s
    wandering(parts)
    assert parts.answering.longest_s == parts.settings.wandering_s


def test_what_tells_something_all_the_while_is_heard_out() -> None:
    parts = Parts(understands=True)
    parts.asked(10.0)
    wandering(parts)
    told = parts.inquiries.told
    assert told is not None and told.quality is not None
    acts = tuple(replace(span, part="action") for span in told.quality.parts)
    parts.inquiries.add([replace(told, quality=replace(told.quality, parts=acts))])
    assert parts.answering.longest_s == parts.standing.question.max_answer_s


def test_a_reply_to_a_follow_up_wanders_sooner() -> None:
    parts = Parts(understands=True)
    parts.asked(10.0)
    wandering(parts, "no_result")
    assert parts.answering.longest_s < parts.settings.wandering_s


def test_in_a_structured_interview_everybody_has_the_same_time() -> None:
    settings = DialogueSettings(conduct=ConductSettings(mode="structured"))
    parts = Parts(understands=True, settings=settings)
    parts.asked(10.0)
    wandering(parts)
    assert parts.answering.longest_s == parts.standing.question.max_answer_s


@pytest.mark.parametrize(("follow_up", "asks_on"), [("", True), ("no_result", False)])
def test_her_words_leave_room_for_a_question_once(follow_up: str, asks_on: bool) -> None:
    parts = Parts(understands=True)
    parts.asked(10.0)
    wandering(parts, follow_up)
    state = parts.at(10.0 + parts.answering.longest_s + 1.0)
    assert parts.answering.cut_in(state, replace(PAUSED, pause_s=0.4))
    persona = load_persona("anna", 1)
    assert persona.says is not None
    lines = persona.says.too_long if asks_on else persona.lines.interruptions
    assert parts.acts.made[-1].text in [plain(line) for line in lines]
