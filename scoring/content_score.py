"""Points for what was said, question by question: what was not answered counts as that.

Each question that was asked and could be answered counts. To one that was not answered, or to
which nothing was known, belong the few points that the rubric gives; where the program's own fault
left no words, the question is left out, and the coverage says so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from scoring.curves import base_error, curve, points_at
from scoring.measures.content import AnswerContent
from scoring.measures.doubt import SPOKEN_OF, spans_of
from scoring.record.session import Session
from scoring.record.spans import overlap, total
from scoring.record.turns import Question
from scoring.rubric import load
from scoring.types import Span

Outcome = Literal["judged", "unanswered", "no_words", "another_language", "cut_off", "unheard"]
"""What became of a question. The last four say nothing of the candidate: speech of which no words
are known, an answer in another language, an interview that ended, a microphone that was away."""

LEFT_OUT: frozenset[Outcome] = frozenset({"no_words", "another_language", "cut_off", "unheard"})
UNASKED_POINTS = 8.0
"""Standard error in points that is added where nobody says what was asked."""
_AWAY = 0.5
"""Share of the time for an answer from which a lost microphone excuses silence."""


@dataclass(frozen=True, slots=True)
class QuestionPoints:
    """What one question is worth."""

    question: Question | None
    """None for a recording without questions."""
    outcome: Outcome
    weight: float
    points: float | None
    """0...100; None where it is left out."""
    error: float
    """Standard error of the points, without doubt in the words."""
    content: AnswerContent | None = None

    @property
    def left_out(self) -> bool:
        """Whether it says nothing of the candidate."""
        return self.outcome in LEFT_OUT


def question_points(
    session: Session, contents: Sequence[AnswerContent]
) -> tuple[QuestionPoints, ...]:
    """Every question that is rated, in order; without any, every answer."""
    by_answer = {id(content.answer): content for content in contents}
    if not session.questions:
        return tuple(_answered(None, content, 1.0) for content in contents)
    rated = [q for q in session.questions if q.rated]
    last = rated[-1] if rated else None
    found = []
    for question in rated:
        content = None if question.answer is None else by_answer.get(id(question.answer))
        weights = load("scores")["question_weight"]
        weight = float(weights["follow_up" if question.follow_up_of else "main"])
        if content is not None:
            found.append(_answered(question, content, weight))
        else:
            found.append(_without(session, question, weight, question is last))
    return tuple(found)


def _answered(question: Question | None, content: AnswerContent, weight: float) -> QuestionPoints:
    answer = content.answer
    if not answer.in_english:
        return QuestionPoints(question, "another_language", weight, None, 0.0, content)
    if not answer.transcript.strip():
        return QuestionPoints(question, "no_words", weight, None, 0.0, content)
    points, error = answer_points(content)
    return QuestionPoints(question, "judged", weight, points, error, content)


def _without(session: Session, question: Question, weight: float, last: bool) -> QuestionPoints:
    """A question without anything that counts as its answer."""
    answer = question.answer
    if answer is not None and answer.kind is not None:
        points = float(load("scores")["unanswered"].get(answer.kind, 0.0))
        return QuestionPoints(question, "unanswered", weight, points, base_error())
    outcome: Outcome = "unanswered"
    if answer is not None and not answer.in_english:
        outcome = "another_language"
    elif answer is not None and answer.spoken:
        outcome = "no_words"
    elif last and session.meta.get("status") in ("interrupted", "running"):
        outcome = "cut_off"
    elif _away(session, question):
        outcome = "unheard"
    if outcome in LEFT_OUT:
        return QuestionPoints(question, outcome, weight, None, 0.0)
    none = float(load("scores")["unanswered"]["none"])
    return QuestionPoints(question, outcome, weight, none, base_error())


def _away(session: Session, question: Question) -> bool:
    window: Span = (question.asked_end_s, question.window_end_s)
    length = window[1] - window[0]
    lost = (*spans_of(session, "microphone", "lost"), *spans_of(session, "microphone", "silent"))
    return length > 0 and total(overlap(lost, (window,))) / length >= _AWAY


def answer_points(content: AnswerContent) -> tuple[float, float]:
    """Points of one answer and their standard error.

    See :func:`most_points` for what bounds them.
    """
    values: Mapping[str, tuple[float | None, float]] = {
        "relevance": (content.likely_relevance, 0.0),
        "structure_star": (
            content.structure if content.behavioural else None,
            content.structure_doubt,
        ),
        "specificity": (content.likely_specificity, 0.0),
    }
    rows = []
    for name, (value, doubt) in values.items():
        entry = curve("content", name)
        if value is None or entry is None:
            continue
        error = math.hypot(float(entry["error"]), doubt)
        if name == "relevance" and content.relevance_error is not None:
            error = content.relevance_error
        at = points_at(entry["points"], value)
        around = [points_at(entry["points"], value + side * error) for side in (-1, 1)]
        # a curve is steeper on one side: what a deviation to either changes, in the mean square
        spread = math.hypot(*(at - each for each in around)) / math.sqrt(2.0)
        rows.append((float(entry["weight"]), at, spread))
    most = most_points(content)
    weight = sum(row[0] for row in rows)
    if weight <= 0:
        return most / 2, most / 2
    points = sum(row[0] * row[1] for row in rows) / weight
    error = math.sqrt(sum((row[0] * row[2]) ** 2 for row in rows)) / weight
    if not content.asked:  # whether it was answered nobody can say
        error = math.hypot(error, UNASKED_POINTS)
    # what is bounded well below the rest is not as far off as the rest
    return min(points, most), max(error - max(points - most, 0.0), min(error, base_error()))


def most_points(content: AnswerContent) -> float:
    """What an answer may get at most, however well its words fit: by how many are its own, how far
    they run as language does, and how much of them praises who says them."""
    table = load("scores")
    rate = 100.0 * content.self_praise / max(content.words, 1)
    limits = [
        points_at(table["brevity"]["points"], content.own_words),
        points_at(table["self_praise"]["points"], rate),
    ]
    if content.well_formed is not None:
        limits.append(_most_ill_formed(content.well_formed, content.trust))
    return min(limits)


def _most_ill_formed(well_formed: float, trust: float) -> float:
    """Points that words which do not run as language does may get at most: the less they are to be
    believed, the likelier it was the recogniser who put them so."""
    most = points_at(load("scores")["ill_formed"]["points"], well_formed)
    believed = max(0.0, (trust - SPOKEN_OF) / (1.0 - SPOKEN_OF))
    return 100.0 - believed * (100.0 - most)
