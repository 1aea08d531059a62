"""On which answer a piece of advice is shown: the one that lacks most of what it is about."""

from __future__ import annotations

from collections.abc import Sequence

from scoring.feedback.advice import Advice
from scoring.feedback.lacking import most_lacking
from scoring.feedback.rewrite import Rewrite, rewritten
from scoring.feedback.wording import Wording
from scoring.measures.content import off_topic
from scoring.measures.measure import MeasureSet
from scoring.record.session import Session


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
    questions = {q.id: q for q in session.questions if q.rated and q.id not in taken}
    for content in most_lacking(advice.measure, measures.answers):
        question = questions.get(content.answer.question_id or "")
        if question is None or off_topic(content):
            continue  # what is about something else is not mended by another order
        shown = rewritten(session, question, content, advice.measure, wording)
        if shown is not None:
            return shown
    return None
