"""Whole interviews with candidates in words, understood by the models that ship."""

from __future__ import annotations

import functools
from dataclasses import replace

import pytest

from game.synthetic.conversation.candidate import Request, Silences, load_candidate
from game.synthetic.conversation.inline import KeptUnderstanding
from game.synthetic.conversation.play import Played, Setting, play

pytestmark = pytest.mark.slow

CALM = replace(load_candidate("confident"), requests=(), cues=(), greetings=())


@functools.cache
def kept() -> KeptUnderstanding:
    return KeptUnderstanding()


def held(who=CALM, questions: int = 2, **more) -> Played:
    return play(Setting(who, "nurse", "anna", "neutral", 1, questions, **more), kept())


@functools.cache
def calm() -> Played:
    """An interview that several tests look at."""
    return held()


def test_an_interview_goes_from_greeting_to_farewell() -> None:
    played = calm()
    assert played.finished
    rules = [line.act.because.rule for line in played.spoken if line.act.because is not None]
    assert rules[0] == "greeting" and played.spoken[-1].act.kind == "close"
    assert [u.intended.purpose for u in played.utterances][-1] in ("assent", "own_question")
    assert all(u.said for u in played.utterances)
    assert all(played.her.pieces(line.act.text) for line in played.spoken)


def test_the_same_seed_gives_the_same_interview_to_the_bit() -> None:
    first, second = calm(), held()
    assert first.acts == second.acts
    assert [u.intended for u in first.utterances] == [u.intended for u in second.utterances]
    other = play(Setting(CALM, "nurse", "anna", "neutral", 2, 2), kept())
    assert other.acts != first.acts


def test_what_is_asked_for_is_met() -> None:
    request = Request("repeat", ("Could you repeat the question, please?",), share=1.0, most=1)
    played = held(replace(CALM, requests=(request,)))
    asked = [line for line in played.spoken if line.act.question_id == "about_you"]
    again = [line for line in asked if line.act.kind == "ask"]
    assert len(again) >= 2
    assert again[0].act.data.question == again[1].act.data.question  # type: ignore[union-attr]


def test_who_says_nothing_is_helped_and_let_go() -> None:
    who = replace(CALM, silences=Silences(1.0, ("end",)), questions_back=(0, 0))
    played = held(who)
    rules = {a.because.rule for a in played.acts if a.because is not None}
    assert played.finished and {"long_silence", "no_answer"} <= rules


def test_who_types_is_understood_as_well() -> None:
    played = held(replace(load_candidate("text_only"), requests=()))
    assert played.finished and any(u.typed for u in played.utterances)
    assert any(told.inquiry.typed for _, told in played.understood)


def test_a_limit_of_minutes_is_kept() -> None:
    played = held(questions=9, minutes=5.0)
    assert played.finished
    assert played.ended_s <= 1.1 * 300.0


def test_what_is_said_and_typed_in_one_answer_is_understood_as_one() -> None:
    who = replace(load_candidate("mixing"), types=1.0, requests=(), greetings=(), cues=())
    played = held(who)
    mixed = [u for u in played.utterances if u.typed and len(u.intended.segments) > 1]
    assert played.finished and mixed
    for utterance in mixed:
        whole = [
            told
            for _, told in played.understood
            if all(s.text.split()[-1] in told.inquiry.text for s in utterance.said)
        ]
        assert whole, utterance.text
    put = [line for line in played.spoken if line.act.kind == "ask" and line.start_s is not None]
    for utterance in mixed:
        began = [line.start_s or 0.0 for line in put]
        assert not any(utterance.start_s + 1.0 < s < utterance.end_s for s in began)


def test_there_is_time_for_a_word_to_her_greeting() -> None:
    who = replace(CALM, greetings=("Hello, nice to meet you.",))
    for seed in range(6):
        played = play(Setting(who, "nurse", "anna", "warm", seed, 1), kept())
        said = [u for u in played.utterances if u.intended.purpose == "greeting"]
        assert all(not u.cut for u in said)


def test_a_plain_request_is_met_within_a_second_and_a_half() -> None:
    request = Request("repeat", ("Could you repeat the question, please?",), share=1.0, most=1)
    played = held(replace(CALM, requests=(request,)))
    asked = next(u for u in played.utterances if u.intended.purpose == "request")
    first = min(s for line in played.spoken if (s := line.start_s or 0.0) > asked.end_s)
    assert first - asked.end_s < 1.5
