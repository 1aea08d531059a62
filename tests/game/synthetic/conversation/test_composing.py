"""Answers that lack what is planned, and what is true of them."""

from __future__ import annotations

import random

import pytest

from dialogue.content.script import load_interview
from game.synthetic.conversation.candidate import load_candidate
from game.synthetic.conversation.composing import answer, filled, missing, possible, requested
from game.synthetic.conversation.stories import Ask, load_stories

NURSE = load_interview("nurse")
EPISODE = next(q for q in NURSE.questions if q.id == "error")
OPINION = next(q for q in NURSE.questions if q.id == "handover")
STORY = load_stories("nurse", "first").story("error")
WHO = load_candidate("confident")


def parts(gap: str) -> list[str]:
    return [s.part for s in answer(STORY, gap, WHO, random.Random(1))]


def test_a_whole_answer_lacks_nothing() -> None:
    assert parts("") == ["situation", "task", "action", "result"]
    assert missing(parts(""), EPISODE) == frozenset()
    assert missing(parts(""), OPINION) == frozenset()


@pytest.mark.parametrize(
    "gap", ["no_situation", "no_action", "no_result", "no_own_role", "number_no_context"]
)
def test_an_answer_lacks_what_was_left_out_and_no_more(gap: str) -> None:
    assert missing(parts(gap), EPISODE) == {gap}


@pytest.mark.parametrize("gap", ["vague", "short"])
def test_general_words_and_few_words_lack_all_the_rest(gap: str) -> None:
    assert missing(parts(gap), EPISODE) >= {gap, "no_situation", "no_action", "no_result"}
    assert gap in missing(parts(gap), OPINION)
    assert not any(name.startswith("no_") for name in missing(parts(gap), OPINION))


def test_an_answer_about_something_else_is_off_the_topic() -> None:
    who = load_candidate("off_topic")
    told = [s.part for s in answer(STORY, "off_topic", who, random.Random(1))]
    assert "off_topic" in missing(told, EPISODE)


@pytest.mark.parametrize(
    ("gap", "part"),
    [("no_result", "result"), ("no_own_role", "action"), ("number_no_context", "context")],
)
def test_a_follow_up_is_told_the_missing_part(gap: str, part: str) -> None:
    told = parts(gap)
    more = filled(STORY, gap, told, WHO, random.Random(1))
    assert [s.part for s in more] == [part]
    assert missing([*told, part], EPISODE) == frozenset()


def test_who_has_told_all_has_a_little_more_and_then_nothing() -> None:
    more = filled(STORY, "no_result", parts(""), WHO, random.Random(1))
    assert [s.part for s in more] == ["more"]
    assert filled(STORY, "presses", [*parts(""), "more"], WHO, random.Random(1)) == ()


def test_the_evasive_one_mostly_evades() -> None:
    who = load_candidate("evasive")
    rng = random.Random(3)
    replies = [filled(STORY, "vague", ["vague"], who, rng)[0].part for _ in range(200)]
    assert 0.65 <= replies.count("evasion") / 200 <= 0.85
    assert "vague" in missing(["vague", "evasion"], EPISODE)


def test_an_opinion_lacks_no_result() -> None:
    assert not possible("no_result", OPINION, STORY)
    assert possible("no_result", EPISODE, STORY)
    typed = load_stories("nurse", "typed").story("error")
    assert not possible("number_no_context", EPISODE, typed)


def test_a_term_is_one_of_the_question_that_was_put() -> None:
    request = next(r for r in load_candidate("non_native").requests if r.act == "explain")
    put = "Tell me about a moment when safety was at risk. What did you do about it?"
    for seed in range(20):
        segment = requested(request, EPISODE, put, None, random.Random(seed))
        assert segment is not None and segment.term in ("safety", "at risk")
        assert segment.term in segment.text
    assert requested(request, EPISODE, "How are you?", None, random.Random(1)) is None


def test_a_question_about_the_job_knows_its_topic() -> None:
    request = next(r for r in WHO.requests if r.act == "question")
    ask = Ask("pay", "What does it pay?")
    segment = requested(request, EPISODE, "", ask, random.Random(1))
    assert segment is not None and (segment.act, segment.topic) == ("question", "pay")
    assert requested(request, EPISODE, "", None, random.Random(1)) is None
