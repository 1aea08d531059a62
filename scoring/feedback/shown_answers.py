"""On which answer a piece of advice is shown: the one that lacks most of what it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from scoring.feedback.advice import Advice
from scoring.feedback.rewrite import Rewrite, rewritten
from scoring.feedback.wording import Wording
from scoring.measures.content import AnswerContent
from scoring.measures.measure import MeasureSet
from scoring.record.session import Session


def _structure(content: AnswerContent) -> float | None:
    return content.structure if content.behavioural else None


LACKING: Mapping[str, Callable[[AnswerContent], float | None]] = {
    "structure_star": _structure,
    "relevance": lambda content: content.likely_relevance,
    "specificity": lambda content: content.likely_specificity,
}
"""Measure to how much of it an answer has; None where that cannot be said."""


def rewrites_of(
    improvements: Sequence[Advice], session: Session, measures: MeasureSet, wording: Wording
) -> list[Rewrite | None]:
    """For each piece of advice an answer that shows it, each on another answer."""
    taken: frozenset[str] = frozenset()
    found = []
    for advice in improvements:
        shown = shown_on(advice, session, measures, wording, taken)
        taken |= {shown.question_id} if shown is not None else set()
        found.append(shown)
    return found


def shown_on(
    advice: Advice,
    session: Session,
    measures: MeasureSet,
    wording: Wording,
    taken: frozenset[str] = frozenset(),
) -> Rewrite | None:
    """An answer put in order that shows what the advice means; None where there is none for it.

    Args:
        advice: an improvement.
        session: what was recorded.
        measures: of it.
        wording: of it.
        taken: ids of questions whose answers were shown already.
    """
    lacking = LACKING.get(advice.measure)
    if lacking is None:
        return None
    questions = {q.id: q for q in session.questions if q.rated and q.id not in taken}
    found = [
        (value, content)
        for content in measures.answers
        if content.answer.question_id in questions
        and content.asked
        and (value := lacking(content)) is not None
    ]
    for _, content in sorted(found, key=lambda each: each[0]):
        question = questions[content.answer.question_id or ""]
        shown = rewritten(session, question, content, advice.measure, wording)
        if shown is not None:
            return shown
    return None
