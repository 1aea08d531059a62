"""Ratings of each competency from 1 to 5, with what was seen and the words that show it.

A competency is rated by the answers to its questions, follow-ups included, as content is scored: a
question without an answer counts, one of which nothing could be heard does not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scoring.content_score import QuestionPoints, question_points
from scoring.curves import Z, base_error, level_of, on_five, too_wide
from scoring.measures.content import MIN_WORDS, AnswerContent, asks_episode
from scoring.measures.doubt import Doubt
from scoring.measures.measure import MeasureSet
from scoring.measures.quoting import quotable
from scoring.record.session import Session
from scoring.record.turns import Question
from scoring.rubric import load
from scoring.types import Span

AnswerSort = Literal["episode", "other", "talk"]
"""Whether an episode was asked for, something else, or nobody says what."""

QUOTE_WORDS = 24
TOO_FEW = "there were too few words"
TOO_WIDE = "the words allow only a rough guess"


@dataclass(frozen=True, slots=True)
class CompetencyRating:
    """How a competency was shown, as far as it was."""

    value: float | None
    """1...5; None where there is not enough to tell."""
    low: float | None
    high: float | None
    """Ends of the 90 % interval."""
    why: str
    """What such answers do, or why there is no rating: a clause for a person."""
    quote: str = ""
    """Words of the candidate's that show it best; empty where none were heard well enough."""
    evidence: tuple[Span, ...] = ()
    """When they were said; none for typed words."""
    questions: tuple[str, ...] = ()
    """Ids of the questions that it rests on."""


def competency_of(question: QuestionPoints, session: Session) -> str | None:
    """What a question asks for; a follow-up for what its question does."""
    return None if question.question is None else first_asked_for(question.question, session)


def first_asked_for(asked: Question, session: Session) -> str | None:
    """What a question asks for, which of a follow-up its question says."""
    if asked.follow_up_of:
        first = next((q for q in session.questions if q.id == asked.follow_up_of), None)
        return asked.competency if first is None else first.competency
    return asked.competency


def competencies(session: Session, measures: MeasureSet) -> dict[str, CompetencyRating]:
    """Ratings by competency, in the order in which they were asked about."""
    grouped: dict[str, list[QuestionPoints]] = {}
    for question in question_points(session, measures.answers):
        name = competency_of(question, session)
        if name:
            grouped.setdefault(name, []).append(question)
    doubt = Doubt.of(measures["relevance"])
    return {name: _rated(session, questions, doubt) for name, questions in grouped.items()}


def _rated(session: Session, questions: Sequence[QuestionPoints], doubt: Doubt) -> CompetencyRating:
    ids = tuple(q.question.id for q in questions if q.question is not None)
    judged = [q for q in questions if q.points is not None]
    answered = [q for q in judged if q.content is not None]
    if not judged:
        return CompetencyRating(None, None, None, "nothing could be heard", questions=ids)
    if answered and doubt.serious:
        return CompetencyRating(None, None, None, doubt.in_words(), questions=ids)
    said = sum(q.content.words for q in answered if q.content is not None)
    if answered and said < MIN_WORDS and len(answered) == len(judged):
        return CompetencyRating(None, None, None, TOO_FEW, questions=ids)
    weight = sum(q.weight for q in judged)
    points = sum(q.weight * (q.points or 0.0) for q in judged) / weight
    errors = [q.weight * math.hypot(base_error(), q.error / doubt.trust) for q in judged]
    half = Z * math.sqrt(sum(error**2 for error in errors)) / weight
    if too_wide(half):
        return CompetencyRating(None, None, None, TOO_WIDE, questions=ids)
    best = max(answered, key=lambda q: q.points or 0.0, default=None)
    quote, evidence = "", tuple[Span, ...]()
    if best is not None and best.content is not None:
        quote, evidence = _shown(session, best.content)
    episode = any(q.question is not None and asks_episode(q.question) for q in judged)
    kind: AnswerSort = "episode" if episode else "other"
    return CompetencyRating(
        *on_five(points, half),
        anchor(points, kind),
        quote,
        evidence,
        ids,
    )


def anchor(points: float, sort: AnswerSort) -> str:
    """What answers of so many points (0...100) do, by what was asked for."""
    return str(load("anchors")[sort]["levels"][level_of(points) - 1])


def _shown(session: Session, content: AnswerContent) -> tuple[str, tuple[Span, ...]]:
    """Words of an answer that show what was done or came of it, else its first ones, as far as they
    were surely said; and when."""
    answer = content.answer
    parts = [p for p in content.star or () if p.share > 0 and p.quote]
    for name in ("action", "result", "situation", "task"):
        for part in parts:
            if part.name == name and quotable(session, answer, cut(part.quote)):
                return cut(part.quote), () if part.span is None else (part.span,)
    spoken: tuple[Span, ...] = ((answer.start_s, answer.end_s),) if answer.spoken else ()
    first = cut(answer.transcript)
    return first if quotable(session, answer, first) else "", spoken


def cut(text: str) -> str:
    """The first words of a text, as many as are quoted."""
    words = text.split()
    return " ".join(words[:QUOTE_WORDS]) + (" …" if len(words) > QUOTE_WORDS else "")
