"""Which parts of an utterance answer: stories told in jest and sentences in doubt, too."""

from __future__ import annotations

import pytest

from dialogue.understanding.answer_quality import AnswerQuality, Gap, GapName
from dialogue.understanding.answering import (
    answer_text,
    answers_in_jest,
    in_doubt,
    is_answer,
    told_at_length,
)
from dialogue.understanding.types import ActSpan, CandidateAct, Understanding

STORY = "a child once told me his essay had been delayed by the french revolution so I gave in"


def utterance(*parts: tuple[CandidateAct, float, str]) -> Understanding:
    text = " ".join(said for _, _, said in parts)
    acts = []
    for act, sure, said in parts:
        at = text.index(said)
        acts.append(ActSpan(act, sure, at, at + len(said), said))
    return Understanding(text, tuple(acts))


def lacking(*names: GapName) -> AnswerQuality:
    return AnswerQuality(17, (), tuple(Gap(name, 0.8) for name in names), 0.4)


def test_a_joke_is_an_answer_where_it_is_long_or_not_sure_and_does_not_say_that_it_is_one() -> None:
    long, short = ActSpan("joke", 0.98, 0, 9, STORY), ActSpan("joke", 0.98, 0, 9, "Only for you.")
    kidding = ActSpan("joke", 0.7, 0, 9, f"{STORY}, just kidding!")
    unsure = ActSpan("joke", 0.7, 0, 9, "I work hard, me.")
    assert [told_at_length(part) for part in (long, short, kidding, unsure)] == [
        True, False, False, False,
    ]  # fmt: skip
    assert [is_answer(part) for part in (long, short, kidding, unsure)] == [
        False, False, False, True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "sure", "doubtful"),
    [
        ("I had no more than that", 0.55, True),
        ("I had no more of it", 0.62, False),
        ("What was that again", 0.5, False),
    ],
)
def test_a_sentence_of_which_nothing_is_sure_is_an_answer(
    text: str, sure: float, doubtful: bool
) -> None:
    found = utterance(("repeat", sure, text))
    assert in_doubt(found.acts) is doubtful
    assert answer_text(found) == (text if doubtful else "")


def test_what_is_said_beside_a_long_joke_is_left_out_as_beside_any_answer() -> None:
    found = utterance(("repeat", 0.9, "Sorry?"), ("joke", 0.98, STORY), ("aside", 0.9, "Not now."))
    assert answer_text(found) == STORY
    assert answer_text(utterance(("joke", 0.98, "Only for you."))) == ""


def test_in_jest_something_is_told_where_it_is_not_short_of_everything() -> None:
    joke = utterance(("joke", 0.98, STORY))
    assert answers_in_jest(joke, lacking("vague"))
    assert not answers_in_jest(joke, lacking("short", "vague")) and not answers_in_jest(joke, None)
    assert not answers_in_jest(utterance(("answer", 0.9, STORY)), lacking())
