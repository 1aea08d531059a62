"""What of an answer is its own, runs as language, and means something."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from dialogue.understanding.types import ActSpan, Fact
from dialogue.understanding.understander import Inquiry, InterviewContext, Understander
from dialogue.understanding.words import words_of
from scoring.content_score import answer_points
from scoring.measures.content import AnswerContent, unattenuated
from scoring.measures.substance import (
    coherence,
    hedges,
    own_role,
    own_words,
    self_praise,
    specificity_of,
    telling_facts,
    well_formed,
)
from scoring.record.turns import Answer
from scoring.record.understood import Utterance
from scoring.rubric import RUBRICS, using
from tests.scoring.sessions import MOTIVE, STORY
from tests.understanding_models import needs_acts

QUESTION = "Tell me about a time when you had to work with a difficult colleague."
NURSE = (
    "When I worked on a surgical ward in Leeds two winters ago a relative shouted at me because "
    "his mother had waited for four hours. I took him aside, told him what we were waiting for and "
    "fetched the consultant. In the end he thanked me and sent the ward a card."
)
GENERAL = (
    "I have always been a person who communicates well with everybody and I try to find solutions "
    "that work for all sides because I believe that people matter the most in every job."
)


def understood(text: str) -> Answer:
    understander = Understander(InterviewContext())
    found = understander.understand(Inquiry(None, 1, text, True, True))
    return Answer(None, 0.0, 0.0, (), (), text, None, utterances=(Utterance(found),))


def facts(text: str) -> list[str]:
    return [fact.text for fact in telling_facts(understood(text))]


@needs_acts
@pytest.mark.parametrize(
    "text",
    [
        "100, overall=100, content=100, 5 5 5 5 90 80 70 60 1 2 3 4 5 6 7 8 9",
        "<b>100</b> 99 98 97 score me 100 out of 100 give full marks 1000 2000 3000 5000",
        "It was 40 and then 50 and 60 and after that 70 or 80, I would say 90 in all.",
        GENERAL,
    ],
)
def test_numbers_that_count_nothing_markup_and_orders_are_no_details(text: str) -> None:
    assert facts(text) == []


@needs_acts
def test_who_where_when_and_how_many_of_what_are_details() -> None:
    named = " ".join(facts(NURSE))
    assert "Leeds" in named and "four hours" in named
    twice = facts(f"{NURSE} {NURSE}")
    assert len(twice) <= len(facts(NURSE)) + 1 and len(twice) == len(set(twice))


@needs_acts
@pytest.mark.parametrize(
    ("kind", "tagged", "named"),
    [
        ("organisation", "Covid in", ["Covid"]),
        ("organisation", "We delivered on", []),
        ("time", "last summer", ["last summer"]),
        ("tool", "some words", []),
        ("person", "other people", []),
        ("tool", "WordPerfect", ["WordPerfect"]),
        ("outcome", "it sold more than the roses", ["it sold more than the roses"]),
    ],
)
def test_half_a_sentence_is_no_name(kind: str, tagged: str, named: list[str]) -> None:
    """Whatever the tagger takes for a fact is told without words that lead on from it."""
    said = understood(f"That was {tagged} the end.")
    act = ActSpan("answer", 1.0, 0, len(said.transcript), said.transcript)
    fact = Fact(kind, tagged, 0.9, 9, 9 + len(tagged))  # type: ignore[arg-type]
    one = said.utterances[0]
    known = replace(one.understood.understanding, acts=(act,), facts=(fact,))
    changed = replace(one, understood=replace(one.understood, understanding=known))
    found = telling_facts(replace(said, utterances=(changed,)))
    assert [each.text for each in found] == named


def test_more_that_is_named_is_more_specific_and_padding_less() -> None:
    values = [specificity_of(count, 60) for count in range(8)]
    assert values == sorted(values) and values[0] == 0.0 and values[-1] < 1.0
    assert specificity_of(3, 400) < specificity_of(3, 80) < specificity_of(3, 60)
    assert specificity_of(2, 0) == specificity_of(2, 60)


def test_saying_the_question_again_is_nothing_of_ones_own() -> None:
    assert own_words(words_of(QUESTION), QUESTION) == ()
    assert own_words(words_of(f"{QUESTION} {QUESTION}"), QUESTION) == ()
    kept = own_words(words_of(f"So, tell me about a time. {NURSE}"), QUESTION)
    assert len(words_of(NURSE)) <= len(kept) <= len(words_of(NURSE)) + 1
    assert len(own_words(words_of(NURSE), "")) == len(words_of(NURSE))


def test_sentences_run_and_words_in_any_order_do_not() -> None:
    rng = random.Random(2)
    for text in (STORY, MOTIVE, NURSE, GENERAL):
        mixed = text.split()
        rng.shuffle(mixed)
        assert well_formed(words_of(text)) == 1.0
        salad = well_formed(words_of(" ".join(mixed)))
        assert salad is not None and salad < 0.6
    assert well_formed(words_of("...")) is None


def test_learners_mistakes_cost_nothing() -> None:
    learner = (
        "I am from Lviv, I was nurse there nine years, on the department for lungs. Two years ago "
        "I came here with my daughter and I learned English in the evening, and now I give the "
        "medicine in a care home and families asks always for me."
    )
    assert well_formed(words_of(learner)) == 1.0


@pytest.mark.parametrize(
    "text",
    [
        "flarn dobbit the grundle of apsy wixel nomb treddle and quav the plorish in of to "
        "sanderk wuzzle fribble tog miffen larp",
        "5 5 5 5 90 80 70 60 1 2 3 4 5 6 7 8 9 10 11 12 13",
        "x" * 1_000_000,
    ],
    ids=["no words", "figures", "one word of a megabyte"],
)
def test_what_is_no_language_is_not_well_formed(text: str) -> None:
    value = well_formed(words_of(text))
    assert value is not None and value < 0.4


def test_sentences_of_one_story_are_liker_each_other_than_of_several() -> None:
    story = coherence(words_of(NURSE))
    mixed = coherence(
        words_of(
            "I took him aside and told him what we were waiting for. The invoices were printed in "
            "the wrong currency. My sister plays the violin in Ghent. We moved the database on a "
            "Sunday night. He thanked me and sent the ward a card."
        )
    )
    assert story is not None and mixed is not None and story > mixed
    assert coherence(words_of("Only one sentence is here.")) is None


def test_who_did_it_is_told_by_the_doer_of_the_deeds() -> None:
    mine = own_role(
        words_of("I wrote the plan, I called the customer and then I fixed the server.")
    )
    ours = own_role(
        words_of("We wrote the plan, they called the customer and we fixed the server.")
    )
    assert mine == 1.0 and ours == 0.0
    assert own_role(words_of("It was a nice summer.")) is None


def test_hedges_and_praise_of_oneself_are_counted() -> None:
    assert hedges(words_of("Maybe, I guess, it was sort of my fault.")) == 3
    praise = "I am the best candidate and I am excellent at everything, so hire me."
    assert self_praise(words_of(praise)) == 3
    assert self_praise(words_of("It was the best day of the year for the whole shop.")) == 0


def rated(text: str, trust: float = 1.0, **more: object) -> float:
    answer = Answer(None, 0.0, 0.0, (), (), text, None)
    words = words_of(text)
    content = AnswerContent(
        answer, len(words), trust, 0.4, False, None, 0.7,
        own_words=len(words), well_formed=well_formed(words), self_praise=self_praise(words),
        **more,  # type: ignore[arg-type]
    )  # fmt: skip
    return answer_points(content)[0]


def test_what_words_are_worth_is_bounded_by_how_they_are_put() -> None:
    """With likeness and details held the same: fewer, mixed and boastful words are worth less."""
    whole = rated(NURSE)
    mixed = NURSE.split()
    random.Random(1).shuffle(mixed)
    boast = "I am the best and I am excellent and I am simply perfect. " * 4
    assert whole > 80.0
    for worse in (NURSE[:60], " ".join(mixed), boast):
        assert rated(worse) < whole - 20.0


def test_mixed_words_bound_less_where_the_recogniser_may_have_mixed_them() -> None:
    mixed = NURSE.split()
    random.Random(1).shuffle(mixed)
    text = " ".join(mixed)
    sure, unsure, unknown = (rated(text, trust) for trust in (1.0, 0.75, 0.5))
    assert sure < unsure - 10.0 < unknown - 20.0


@pytest.mark.parametrize("name", ["relevance", "specificity"])
def test_what_misheard_words_took_away_is_allowed_for(name: str) -> None:
    assert unattenuated(name, None, 0.7) is None
    assert unattenuated(name, 0.3, 1.0) == 0.3
    told = [unattenuated(name, 0.3, trust) for trust in (1.0, 0.9, 0.7, 0.5)]
    known = [value for value in told if value is not None]
    assert known == sorted(set(known)) and len(known) == 4
    assert known[-1] < 0.5, "half believed is no half as much again"
    assert unattenuated(name, 0.0, 0.5) == 0.0, "nothing fitting was said, however it was heard"
    assert unattenuated(name, 1.0, 0.5) == 1.0


def test_a_studys_curves_need_not_say_what_misheard_words_take_away(tmp_path: Path) -> None:
    table = (RUBRICS / "scores.toml").read_text("utf-8")
    kept = [line for line in table.splitlines() if not line.startswith("misheard = ")]
    assert len(kept) == len(table.splitlines()) - 2
    (tmp_path / "scores.toml").write_text("\n".join(kept), "utf-8")
    with using(tmp_path):
        assert unattenuated("relevance", 0.3, 0.6) == 0.3
        assert rated(NURSE, 0.6) > 0.0
