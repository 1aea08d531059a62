"""Understands what a candidate says in one interview, with what that interview knows.

    understander = Understander(context)
    understood = understander.understand(Inquiry("handover", 3, "What is a handover?"))

Takes 20 to 40 ms for an utterance of usual length, which no tick of the recruiter's can wait for:
``game/app/understanding.py`` runs it beside the interview.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dialogue.understanding.acts import ActRecogniser, load_recogniser
from dialogue.understanding.answer_quality import (
    AnswerAssessor,
    AnswerQuality,
    Question,
    load_assessor,
)
from dialogue.understanding.answering import answer_text
from dialogue.understanding.contradictions import Contradiction, Told, contradiction, told_in
from dialogue.understanding.embedding import Embedder, embedder
from dialogue.understanding.likeness import prepare_themes
from dialogue.understanding.own_questions import with_own_questions
from dialogue.understanding.topics import (
    TopicFinder,
    TopicForms,
    only_term_asked,
    term_asked,
)
from dialogue.understanding.types import ActSpan, Asked, CandidateAct, Understanding
from perception.languages import judged

YOUR_QUESTIONS = "your_questions"
"""Stands for a question's id where she has asked for the candidate's own."""
GREETING = "greeting"
"""The same in reply to her greeting."""

REPEATED = 0.83
"""Likeness (cosine) of two answers from which one tells the story of the other."""

_TAKEN_FOR_A_TERM: frozenset[CandidateAct] = frozenset(("question", "answer", "repeat", "rephrase"))
"""Acts for which "whats figure?" is taken."""
_STORY_WORDS = 25


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question that may be asked, as far as understanding needs it."""

    text: str
    gist: str = ""
    terms: tuple[str, ...] = ()
    asks_episode: bool = False


@dataclass(frozen=True, slots=True)
class InterviewContext:
    """What understanding knows of an interview."""

    questions: Mapping[str, AskedQuestion] = field(default_factory=dict)
    """By id; a follow-up's is "question/condition"."""
    topics: tuple[TopicForms, ...] = ()
    """Of the employer's brief."""

    def asked(self, question_id: str | None) -> AskedQuestion | None:
        """What is known of a question; of a follow-up by itself, else of its question."""
        if question_id is None:
            return None
        known = self.questions
        return known.get(question_id) or known.get(question_id.split("/", 1)[0])


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What is to be understood."""

    question_id: str | None
    """Of the question to which it replies; ``your_questions`` and ``greeting`` have their own."""
    answer: int
    """Number of the answer that it belongs to."""
    text: str
    """The answer so far, from its first word."""
    complete: bool = True
    """Whether no more words of it are to come."""
    typed: bool = False


@dataclass(frozen=True, slots=True)
class QuestionTopic:
    """A question of the candidate's, and what it is about."""

    text: str
    topic: str
    """Id of the topic; empty where the brief knows nothing like it."""
    likeness: float = 0.0


@dataclass(frozen=True, slots=True)
class Understood:
    """What was made of an inquiry."""

    inquiry: Inquiry
    understanding: Understanding
    topics: tuple[QuestionTopic, ...] = ()
    """Of the parts that ask."""
    term: str = ""
    """The term that is to be explained, where it is one of the question's."""
    quality: AnswerQuality | None = None
    """Of the answer in it; None where it holds none."""
    told_before: str = ""
    """Id of the question whose answer told the same story; told of complete answers only."""
    contradiction: Contradiction | None = None


class Understander:
    """Understands utterances of one interview, in their order.

    Args:
        context: of the interview.
        recogniser: tells acts and facts; the one that ships by default.
        assessor: tells what answers hold; the one that ships by default.
        model: tells what sentences mean; MiniLM by default.

    Raises:
        ModelError: a model is missing or damaged.
    """

    def __init__(
        self,
        context: InterviewContext,
        recogniser: ActRecogniser | None = None,
        assessor: AnswerAssessor | None = None,
        model: Embedder | None = None,
    ) -> None:
        self._context = context
        self._model = model or embedder()
        self._recogniser = recogniser or load_recogniser()
        self._assessor = assessor or load_assessor()
        self._topics = TopicFinder(context.topics, self._model)
        self._answers: dict[int, tuple[str, NDArray[np.float32]]] = {}
        self._told: dict[int, tuple[Told, ...]] = {}

    def prepare(self) -> bool:
        """Makes ready, for about a tenth of a second, what would else be made when it is needed.

        Returns:
            Whether there is more to prepare.
        """
        return self._topics.prepare() or prepare_themes(self._model)

    def understand(self, inquiry: Inquiry) -> Understood:
        """What is understood of an utterance.

        Args:
            inquiry: the utterance; of one answer a later one replaces those before.
        """
        question = self._context.asked(inquiry.question_id)
        text = judged(inquiry.text)
        found = self._recogniser.understand(text, _asked(inquiry.question_id, question))
        if question is not None:
            found = _with_terms_asked(found, question.terms)
        put, wanted = question.text if question else "", inquiry.question_id == YOUR_QUESTIONS
        term = self._term(found, question)
        if inquiry.question_id != GREETING and not term:
            found = with_own_questions(found, put, self._topics, wanted)
        understood = Understood(inquiry, found, self._asked_about(found), term)
        answer = answer_text(found)
        if not answer:
            return understood
        quality = self._assessor.assess(
            answer,
            Question(question.text, question.gist, question.asks_episode) if question else None,
        )
        before = self._told_before(inquiry, answer)
        told = told_in(found)
        against = contradiction(
            told, [t for n, each in self._told.items() if n != inquiry.answer for t in each]
        )
        if inquiry.complete:
            self._told[inquiry.answer] = told
        return replace(understood, quality=quality, told_before=before, contradiction=against)

    def _asked_about(self, found: Understanding) -> tuple[QuestionTopic, ...]:
        topics = []
        for part in found.acts:
            if part.act == "question":
                topic = self._topics.find(part.text)
                about, likeness = ("", 0.0) if topic is None else topic
                topics.append(QuestionTopic(part.text, about, likeness))
        return tuple(topics)

    def _term(self, found: Understanding, question: AskedQuestion | None) -> str:
        if question is None:
            return ""
        asks: list[ActSpan] = [a for a in found.acts if a.act in ("explain", "rephrase", "repeat")]
        return next((t for a in asks if (t := term_asked(a.text, question.terms))), "")

    def _told_before(self, inquiry: Inquiry, answer: str) -> str:
        """The question whose answer was this story, once it is complete."""
        if not inquiry.complete or len(answer.split()) < _STORY_WORDS:
            return ""
        vector = self._model.embed([answer])[0]
        base = (inquiry.question_id or "").split("/", 1)[0]
        told = ""
        for number, (question, other) in self._answers.items():
            another = number != inquiry.answer and question.split("/", 1)[0] != base
            if another and float(vector @ other) >= REPEATED:
                told = question
        self._answers[inquiry.answer] = (inquiry.question_id or "", vector)
        return told


def _with_terms_asked(found: Understanding, terms: Sequence[str]) -> Understanding:
    """What was understood, with questions after a word of hers as what they are."""
    acts = tuple(
        replace(part, act="explain", second=part.act)
        if part.act in _TAKEN_FOR_A_TERM and only_term_asked(part.text, terms)
        else part
        for part in found.acts
    )
    return found if acts == found.acts else replace(found, acts=acts)


def _asked(question_id: str | None, question: AskedQuestion | None) -> Asked:
    kind: Literal["question", "follow_up", "your_questions", "greeting", "unknown"]
    if question_id is None:
        return Asked()
    if question_id in (YOUR_QUESTIONS, GREETING):
        kind = "your_questions" if question_id == YOUR_QUESTIONS else "greeting"
        return Asked(kind)
    kind = "follow_up" if "/" in question_id else "question"
    return Asked(kind, "" if question is None else question.text)
