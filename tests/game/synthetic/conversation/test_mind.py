"""What a candidate says next: it fits what she has just said."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from dialogue.content.planning import plan_of
from dialogue.content.script import load_interview
from game.synthetic.conversation.candidate import (
    Candidate,
    Request,
    Silences,
    Takes,
    load_candidate,
)
from game.synthetic.conversation.her_lines import Piece
from game.synthetic.conversation.mind import Mind, Put
from game.synthetic.conversation.utterance import Intended, Utterance

PLAN = plan_of(load_interview("nurse"), seed=1)
CALM = replace(load_candidate("confident"), requests=(), cues=())
TEXT = "Have you ever noticed a mistake?"


def mind(who: Candidate, seed: int = 1) -> Mind:
    return Mind(who, "nurse", PLAN, random.Random(seed))


def put(question_id: str, *kinds: str) -> Put:
    return Put(question_id, TEXT, tuple(Piece(kind, "", "…") for kind in kinds))


def says(mind: Mind, *puts: Put) -> list[Intended | None]:
    """What they say to one line after another, all of it heard to its end."""
    found = []
    for number, each in enumerate(puts):
        intended = mind.reply(each)
        found.append(intended)
        if intended is not None:
            done = {i: float(number) for i in range(len(intended.segments))}
            mind.said(Utterance(intended, number, float(number), number + 0.5, done))
    return found


def purposes(found: list[Intended | None]) -> list[str]:
    return ["" if each is None else each.purpose for each in found]


def test_a_question_is_answered_and_a_follow_up_gets_what_was_missing() -> None:
    who = replace(CALM, gaps=replace(CALM.gaps, number_no_context=0.0, no_result=1.0))
    main, more = says(mind(who), put("error"), put("error/no_result"))
    assert main is not None and more is not None
    assert [s.part for s in main.segments] == ["situation", "task", "action"]
    assert [s.part for s in more.segments] == ["result"]


def test_a_request_comes_first_and_the_answer_after_it_is_met() -> None:
    request = Request("repeat", ("Again, please?",), share=1.0, most=1)
    who = replace(CALM, requests=(request,))
    assert purposes(says(mind(who), put("error"), put("error", "repeats", "question"))) == [
        "request",
        "answer",
    ]


def test_what_she_did_not_understand_is_said_in_other_words() -> None:
    request = Request("repeat", ("Again, please?", "What was that?"), share=1.0, most=1)
    first, second, answer = says(
        mind(replace(CALM, requests=(request,))),
        put("error"),
        put("error", "unsure"),
        put("error", "repeats", "question"),
    )
    assert first is not None and second is not None and answer is not None
    assert {first.text, second.text} == set(request.texts)
    assert second.again and not first.again
    assert answer.purpose == "answer"


@pytest.mark.parametrize(
    ("kind", "offer"),
    [("confirms_stop", "stop"), ("offers_break", "rest"), ("offers_to_move_on", "move_on")],
)
@pytest.mark.parametrize("share", [0.0, 1.0])
def test_an_offer_gets_a_yes_or_a_no(kind: str, offer: str, share: float) -> None:
    who = replace(CALM, takes=Takes(stop=share, move_on=share, rest=share))
    (said,) = says(mind(who), put("error", kind))
    assert said is not None
    assert (said.purpose, said.offer, said.assents) == ("assent", offer, share == 1.0)
    assert said.text.lower().startswith("yes" if share else "no")


def test_whether_she_should_repeat_is_answered_by_what_was_meant() -> None:
    asked = Request("rephrase", ("In other words?",), share=1.0, most=1)
    joked = Request("joke", ("Ha ha.",), share=1.0, most=1)
    for request, wants in ((asked, True), (joked, False)):
        who = replace(CALM, requests=(request,))
        _, reply = says(mind(who), put("error"), put("error", "unsure_repeat"))
        assert reply is not None and reply.assents is wants


def test_a_silence_is_broken_by_help_or_by_an_offer_or_not_at_all() -> None:
    lines = [
        put("error"),
        put("error", "encouragements", "help"),
        put("error", "offers_to_move_on"),
    ]
    expected = {
        "help": ["", "answer", "assent"],
        "offer": ["", "", "assent"],
        "end": ["", "", ""],
    }
    for until, wanted in expected.items():
        who = replace(CALM, silences=Silences(1.0, (until,)))  # type: ignore[arg-type]
        assert purposes(says(mind(who), *lines)) == wanted, until


def test_at_the_end_they_have_so_many_questions_and_no_more() -> None:
    who = replace(CALM, questions_back=(2, 2))
    found = says(mind(who), *[put("your_questions")] * 3)
    assert purposes(found) == ["own_question", "own_question", "assent"]
    topics = [s.topic for each in found[:2] if each is not None for s in each.segments]
    assert len(set(topics)) == 2 and None not in topics


def test_a_story_told_twice_is_exchanged_for_another_when_she_notices() -> None:
    who = replace(CALM, gaps=load_candidate("silent").gaps, same_story=1.0)
    m = mind(replace(who, gaps=replace(who.gaps, short=0.0)))
    *_, third, other = says(
        m,
        put("error"),
        put("team_conflict"),
        put("getting_worse"),
        put("getting_worse/told_before"),
    )
    assert third is not None and other is not None
    assert third.segments[0].text in {s.text for u in m._said[:2] for s in u.said}
    assert other.segments[1].text not in {s.text for u in m._said[:3] for s in u.said}


def test_one_seed_says_the_same_and_another_something_else() -> None:
    who = load_candidate("non_native")
    lines = [put("error"), put("error", "repeats"), put("error"), put("handover"), put("handover")]

    def texts(seed: int) -> list[str]:
        return [each.text for each in says(mind(who, seed), *lines) if each is not None]

    assert texts(4) == texts(4)
    assert len({tuple(texts(seed)) for seed in range(6)}) > 1
