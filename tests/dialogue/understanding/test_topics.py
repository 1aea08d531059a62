"""What a candidate's question is about, and which term is to be explained."""

from __future__ import annotations

import pytest

from dialogue.content.employer import load_employer
from dialogue.understanding.embedding import embedder
from dialogue.understanding.embedding_minilm import MiniLmEmbedder
from dialogue.understanding.topics import (
    TopicFinder,
    TopicForms,
    only_term_asked,
    term_asked,
)


@pytest.fixture(scope="module")
def finder() -> TopicFinder:
    employer = load_employer("nurse")
    assert employer is not None
    wanted = ("pay", "hours", "staffing", "training", "holidays", "parking")
    topics = [t for t in employer.topics if t.id in wanted]
    assert len(topics) >= 4, "the brief has other ids now"
    return TopicFinder([TopicForms(t.id, t.asks, t.words) for t in topics], embedder())


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("What would my salary be?", "pay"),
        ("And how much money would I get each month?", "pay"),
        ("When do the shifts begin?", "hours"),
        ("How many patients would one nurse look after?", "staffing"),
    ],
)
def test_a_question_in_other_words_finds_its_topic(
    finder: TopicFinder, question: str, topic: str
) -> None:
    found = finder.find(question)
    assert found is not None and found[0] == topic
    assert 0.5 < found[1] < 1.3


@pytest.mark.parametrize(
    "question", ["Why is the sky blue?", "Do you like my new jacket?", "", "  ", "?"]
)
def test_of_anything_else_nothing_is_known(finder: TopicFinder, question: str) -> None:
    assert finder.find(question) is None


def test_a_word_of_the_topic_tips_the_scale() -> None:
    asks = ("how do people get on with each other here",)
    plain = TopicFinder([TopicForms("team", asks)], embedder())
    worded = TopicFinder([TopicForms("team", asks, ("atmosphere",))], embedder())
    question = "What is the atmosphere?"
    assert worded.scores(question)[0] == pytest.approx(plain.scores(question)[0] + 0.14)
    assert worded.scores("Is it atmospheric?")[0] == plain.scores("Is it atmospheric?")[0]


def test_topics_may_be_prepared_little_by_little_or_not_at_all() -> None:
    employer = load_employer("nurse")
    assert employer is not None
    forms = [TopicForms(t.id, t.asks, t.words) for t in employer.topics]
    # their own asks, so that none was read before
    forms = [TopicForms(f.id, [*f.asks, f"please {f.asks[0]}"]) for f in forms]
    late = TopicFinder(forms, MiniLmEmbedder())
    early = TopicFinder(forms, MiniLmEmbedder())
    pieces = 1
    while early.prepare():
        pieces += 1
    assert pieces > 5 and not early.prepare()
    question = "What would I earn in a year?"
    assert list(early.scores(question)) == list(late.scores(question))
    assert early.find(question) == late.find(question) is not None


def test_without_topics_there_is_none() -> None:
    finder = TopicFinder([], embedder())
    assert finder.find("What do you pay?") is None and len(finder.scores("What?")) == 0
    assert not finder.prepare()


TERMS = ("handover", "hand hygiene", "in your care", "notice period")


@pytest.mark.parametrize(
    ("part", "term"),
    [
        ("What do you mean by handover?", "handover"),
        ("what are handovers", "handover"),
        ("What's hand hygiene?", "hand hygiene"),
        ("Sorry, what does notice period mean?", "notice period"),
        ("what does hygiene mean", "hand hygiene"),
        ("What do you mean?", ""),
        ("Could you explain the question?", ""),
        ("", ""),
    ],
)
def test_the_term_that_is_asked_for_is_one_of_the_question_s(part: str, term: str) -> None:
    assert term_asked(part, TERMS) == term


@pytest.mark.parametrize(
    ("part", "term"),
    [
        ("whats handover?", "handover"),
        ("sorry what is a handover", "handover"),
        ("What does hygiene mean exactly?", "hand hygiene"),
        ("whats the notice period for nurses?", ""),
        ("what is the pay", ""),
        ("how long is the notice period", ""),
        ("what is that", ""),
        ("handover?", ""),
    ],
)
def test_whoever_asks_after_a_term_alone_is_told_from_who_asks_more(part: str, term: str) -> None:
    assert only_term_asked(part, TERMS) == term


def test_a_question_without_terms_has_none_to_explain() -> None:
    assert term_asked("What is a handover?", ()) == ""
