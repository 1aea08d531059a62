"""Utterances of one interview in their order: terms, topics, stories told twice, contradictions."""

from __future__ import annotations

from typing import cast

import pytest

from dialogue.understanding.acts import ActRecogniser
from dialogue.understanding.answer_quality import AnswerAssessor, AnswerQuality, Question
from dialogue.understanding.answering import answer_places, answer_text
from dialogue.understanding.topics import TopicForms
from dialogue.understanding.types import ActSpan, Asked, CandidateAct, Fact, FactKind, Understanding
from dialogue.understanding.understander import (
    AskedQuestion,
    Inquiry,
    InterviewContext,
    Understander,
)

STORY = (
    "Last winter I worked on the night shift with an elderly patient who had fallen twice, and "
    "I moved her bed closer to our desk so that I could hear her whenever she got up alone."
)
AGAIN = (
    "It was last winter, on the night shift: an elderly patient had fallen twice, so I moved her "
    "bed closer to our desk, where I could hear her whenever she got up on her own."
)
OTHER = (
    "In my second placement the computers failed for a whole morning, and I organised paper charts "
    "for everybody, checked each of them twice and copied them all in the afternoon."
)

Said = tuple[CandidateAct, str]


def utterance(*parts: Said, facts: tuple[tuple[FactKind, str], ...] = ()) -> Understanding:
    """Parts one behind the other, with a blank between."""
    text = " ".join(words for _, words in parts)
    acts = []
    for act, words in parts:
        start = text.index(words)
        acts.append(ActSpan(act, 0.9, start, start + len(words), words))
    found = [Fact(k, w, 0.9, text.index(w), text.index(w) + len(w)) for k, w in facts]
    return Understanding(text, tuple(acts), tuple(found))


class Hears:
    """A recogniser that knows some utterances, and takes all else for an answer."""

    def __init__(self, *known: Understanding) -> None:
        self._known = {each.text: each for each in known}
        self.asked: list[Asked | None] = []

    def understand(self, text: str, asked: Asked | None = None) -> Understanding:
        self.asked.append(asked)
        return self._known.get(text) or utterance(("answer", text))


class Notes:
    """An assessor that notes what it is asked."""

    def __init__(self) -> None:
        self.assessed: list[tuple[str, Question | None]] = []

    def assess(self, text: str, question: Question | None = None) -> AnswerQuality:
        self.assessed.append((text, question))
        return AnswerQuality(len(text.split()), (), (), 0.5)


CONTEXT = InterviewContext(
    {
        "handover": AskedQuestion("What is a good handover?", "Says what matters.", ("handover",)),
        "error": AskedQuestion(
            "Tell me about an error.", terms=("incident form",), asks_episode=True
        ),
        "error/short": AskedQuestion("And what came of it?", terms=("incident form",)),
    },
    (TopicForms("pay", ("what is the salary", "how much would I earn here"), ("pay",)),),
)


def made(*known: Understanding) -> tuple[Understander, Hears, Notes]:
    hears, notes = Hears(*known), Notes()
    understander = Understander(CONTEXT, cast(ActRecogniser, hears), cast(AnswerAssessor, notes))
    return understander, hears, notes


@pytest.mark.parametrize(
    ("question_id", "kind", "text"),
    [
        ("handover", "question", "What is a good handover?"),
        ("error/short", "follow_up", "And what came of it?"),
        ("error/presses", "follow_up", "Tell me about an error."),
        ("your_questions", "your_questions", ""),
        ("greeting", "greeting", ""),
        ("somewhere", "question", ""),
        (None, "unknown", ""),
    ],
)
def test_the_recogniser_is_told_what_was_asked(
    question_id: str | None, kind: str, text: str
) -> None:
    understander, hears, _ = made()
    understander.understand(Inquiry(question_id, 1, "Well, yes."))
    (asked,) = hears.asked
    assert asked is not None and (asked.kind, asked.text) == (kind, text)


def test_an_answer_is_held_against_its_question_without_what_else_was_said() -> None:
    said = utterance(
        ("think_time", "Let me see."), ("answer", "I told the doctor."),
        ("correct_self", "No, the nurse."), ("question", "What do you pay?"),
    )  # fmt: skip
    understander, _, notes = made(said)
    found = understander.understand(Inquiry("error", 1, said.text))
    assert notes.assessed == [
        ("I told the doctor. No, the nurse.", Question("Tell me about an error.", "", True))
    ]
    assert found.quality is not None and found.quality.words == 7


@pytest.mark.parametrize("act", ["question", "answer", "repeat", "explain"])
def test_who_asks_after_a_word_of_hers_wants_it_explained(act: CandidateAct) -> None:
    said = utterance((act, "whats incident form?"))
    understander, _, _ = made(said)
    found = understander.understand(Inquiry("error", 1, said.text))
    assert [part.act for part in found.understanding.acts] == ["explain"]
    assert (found.term, found.topics) == ("incident form", ())


def test_where_nothing_answers_nothing_is_assessed() -> None:
    said = utterance(("no_example", "I can't think of one."))
    understander, _, notes = made(said)
    assert understander.understand(Inquiry("error", 1, said.text)).quality is None
    assert not notes.assessed


def test_questions_have_their_topics_one_by_one() -> None:
    said = utterance(
        ("question", "What would I earn here?"), ("question", "Why is the moon round?")
    )
    understander, _, _ = made(said)
    first, second = understander.understand(Inquiry("your_questions", 1, said.text)).topics
    assert (first.text, first.topic) == ("What would I earn here?", "pay") and first.likeness > 0.5
    assert (second.text, second.topic, second.likeness) == ("Why is the moon round?", "", 0.0)


@pytest.mark.parametrize(
    ("question_id", "act", "text", "term"),
    [
        ("handover", "explain", "What do you mean by handover?", "handover"),
        ("error/short", "explain", "What is an incident form?", "incident form"),
        ("error", "explain", "What do you mean by handover?", ""),
        ("handover", "answer", "A handover is when you hand over.", ""),
        (None, "explain", "What do you mean by handover?", ""),
    ],
)
def test_a_term_is_one_of_the_open_question_s(
    question_id: str | None, act: CandidateAct, text: str, term: str
) -> None:
    understander, _, _ = made(utterance((act, text)))
    assert understander.understand(Inquiry(question_id, 1, text)).term == term


def test_a_story_told_again_is_known_by_its_question() -> None:
    understander, _, _ = made()
    assert understander.understand(Inquiry("handover", 1, STORY)).told_before == ""
    assert understander.understand(Inquiry("error", 2, OTHER)).told_before == ""
    assert understander.understand(Inquiry("error/short", 3, AGAIN)).told_before == "handover"


def test_more_of_the_same_answer_is_no_story_told_again() -> None:
    understander, _, _ = made()
    understander.understand(Inquiry("handover", 1, STORY, complete=False))
    assert understander.understand(Inquiry("handover", 1, STORY)).told_before == ""
    # a follow-up of the same question may go over it again
    assert understander.understand(Inquiry("handover/short", 2, AGAIN)).told_before == ""


def test_an_answer_that_may_go_on_is_not_kept() -> None:
    understander, _, _ = made()
    understander.understand(Inquiry("handover", 1, STORY, complete=False))
    assert understander.understand(Inquiry("error", 2, AGAIN)).told_before == ""


def test_amounts_are_held_against_those_of_other_answers() -> None:
    first = utterance(
        ("answer", "I was at Lidl for three years."),
        facts=(("organisation", "Lidl"), ("time", "three years")),
    )
    corrected = utterance(
        ("answer", "I was at Lidl for two years."),
        facts=(("organisation", "Lidl"), ("time", "two years")),
    )
    understander, _, _ = made(first, corrected)
    assert understander.understand(Inquiry("handover", 1, first.text)).contradiction is None
    # the same answer as it goes on may put it right
    assert understander.understand(Inquiry("handover", 1, corrected.text)).contradiction is None
    found = understander.understand(Inquiry("error", 2, first.text)).contradiction
    assert found is not None and (found.before, found.now) == ("two years", "three years")


def test_places_lead_from_the_answer_back_to_the_utterance() -> None:
    said = utterance(
        ("small_talk", "Hello!"), ("answer", "I did it."), ("question", "Why?"), ("joke", "Ha ha.")
    )
    answer, places = answer_text(said), answer_places(said)
    assert answer == "I did it. Ha ha." and len(places) == len(answer)
    for letter, place in zip(answer, places, strict=True):
        assert said.text[place] == letter


DOG = "Can I bring my dog into the back room?"


@pytest.mark.parametrize(
    ("act", "sure", "asked", "is_one"),
    [
        ("aside", 0.8, "your_questions", True),
        ("joke", 0.8, "your_questions", True),
        ("aside", 0.99, "your_questions", False),
        ("aside", 0.8, "error", False),
    ],
)
def test_what_is_put_as_a_question_where_she_asked_for_some_is_one(
    act: CandidateAct, sure: float, asked: str, is_one: bool
) -> None:
    said = Understanding(DOG, (ActSpan(act, sure, 0, len(DOG), DOG),))
    understander, _, _ = made(said)
    found = understander.understand(Inquiry(asked, 1, DOG))
    assert [topic.text for topic in found.topics] == ([DOG] if is_one else [])
