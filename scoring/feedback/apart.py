"""Advice that rests on no band: questions that stayed open, and phrases that could be smoother."""

from __future__ import annotations

from collections.abc import Sequence

from scoring.content_score import QuestionPoints
from scoring.feedback.advice import Advice, usable
from scoring.feedback.exercises import exercise_of, why_of
from scoring.feedback.quotes import Quote
from scoring.feedback.rank import changeable, effect, points_unanswered
from scoring.feedback.shown import clock
from scoring.feedback.wording import Wording
from scoring.grammar import GrammarIssue
from scoring.measures.doubt import TOLD_UNSURE
from scoring.measures.language import answer_issues, when_said
from scoring.measures.measure import MeasureSet
from scoring.record.session import Session
from scoring.rubric import load
from scoring.types import Span

ANSWERED = "answered"
"""What stands for a measure where questions stayed open."""
GRAMMAR = "grammar_issues_per_100_words"
MAX_EXAMPLES = 3
_MANY = 10.0
"""Issues in 100 words at which all that is at stake is lost."""


def unanswered_advice(points: Sequence[QuestionPoints], wording: Wording) -> list[Advice]:
    """On questions to which nothing came that answers them."""
    left = [q.question for q in points if q.outcome == "unanswered" and q.question is not None]
    if not left:
        return []
    text = load("feedback")["unanswered"]
    known = sum(q.answer is not None and q.answer.kind == "does_not_know" for q in left)
    why = "why" if len(left) > 1 else "why_one"
    how = "how_unknown" if known == len(left) else "how"
    worth, able = effect(ANSWERED, points_unanswered(points)), changeable(ANSWERED)
    matters = why_of(ANSWERED, wording)
    return [
        Advice(
            wording.say("unanswered what", text["what"]),
            wording.say(f"unanswered {why}", text[why], count=len(left), of=len(points)),
            wording.say(f"unanswered {how}", text[how]),
            tuple((q.asked_end_s, q.window_end_s) for q in left)[:MAX_EXAMPLES],
            ANSWERED,
            # what was not said at all weighs more than how the rest was said
            1.0 + worth * able,
            matters=matters.matters,
            source=matters.source,
            exercise=exercise_of(ANSWERED, wording),
            effect=worth,
            changeable=able,
            clause=wording.say("unanswered clause", text.get("clause", "")),
        )
    ]


def grammar_advice(session: Session, measures: MeasureSet, wording: Wording) -> list[Advice]:
    """On phrases that could be smoother, where the words are surely those that were said."""
    measure = measures[GRAMMAR]
    if not usable(measure) or not measure.value or measure.trust < TOLD_UNSURE:
        return []
    found: list[tuple[GrammarIssue, Span | None]] = [
        (issue, when_said(answer, issue))
        for answer in session.answers
        if answer.in_english
        for issue in answer_issues(answer)
    ]
    if not found:
        return []
    text = load("feedback")["grammar"]
    examples = [_example(issue, span) for issue, span in found[:MAX_EXAMPLES]]
    spans = tuple(span for _, span in found if span is not None)
    stake = float(load("coaching")["kind"].get(GRAMMAR, {}).get("stake", 0.0))
    worth = effect(GRAMMAR, stake * min(1.0, measure.value / _MANY))
    able, matters = changeable(GRAMMAR), why_of(GRAMMAR, wording)
    issue, span = found[0]
    value = f"{measure.value:.1f}"
    how = wording.say("grammar how", text["how"])
    return [
        Advice(
            wording.say("grammar what", text["what"]),
            wording.say("grammar why", text["why"], count=len(found), value=value),
            f"{how} {'; '.join(examples)}",
            spans[:MAX_EXAMPLES],
            GRAMMAR,
            worth * able * measure.coverage,
            quote=Quote(issue.text, None if span is None else span[0]),
            matters=matters.matters,
            source=matters.source,
            exercise=exercise_of(GRAMMAR, wording),
            effect=worth,
            changeable=able,
            clause=wording.say("grammar clause", text.get("clause", "")),
        )
    ]


def _example(issue: GrammarIssue, span: Span | None) -> str:
    at = f" ({clock(span[0])})" if span else ""
    return f"“{issue.text}”{at}: {issue.advice}"
