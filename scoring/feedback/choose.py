"""What to keep and what to work on, in plain and kind words, with the candidate's own as proof.

Every sentence rests on a measure that was taken with enough coverage; where that fails nothing is
said. The wording is content (``assets/rubrics/feedback.toml``); here it is decided which applies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scoring.content_score import QuestionPoints, question_points
from scoring.curves import curve
from scoring.feedback.advice import Advice, usable
from scoring.feedback.apart import grammar_advice, unanswered_advice
from scoring.feedback.exercises import exercise_of, why_of
from scoring.feedback.lacking import most_lacking
from scoring.feedback.quotes import opening, quote_of, spans_of
from scoring.feedback.rank import changeable, effect, first, points_to_gain, share_in_overall
from scoring.feedback.shown import in_a_sentence
from scoring.feedback.sides import beside, depth, side_of
from scoring.feedback.wording import Wording, wording_of
from scoring.fusion import GROUPS, ROUGHLY, Amount, amount_of, enough, score
from scoring.measures.content import AnswerContent
from scoring.measures.measure import MeasureSet
from scoring.record.session import Session
from scoring.record.whose_voice import doubtful_voice
from scoring.rubric import load
from scoring.types import Measure

MAX_STRENGTHS = 3
MAX_IMPROVEMENTS = 3
_PRAISED_FROM = 50.0
"""Points of the answers from which what they say is praised."""


def advise(session: Session, measures: MeasureSet) -> tuple[list[Advice], list[Advice]]:
    """Strengths and improvements over the whole session, most telling first."""
    amount = amount_of(session, measures)
    points = question_points(session, measures.answers)
    wording = wording_of(session)
    strengths: list[Advice] = []
    improvements: list[Advice] = []
    for measure, side, text in _sided(session, measures, amount, points):
        advice = _advice(session, measures, measure, side, text, wording)
        (strengths if side == "good" else improvements).append(advice)
    if enough("content", amount):
        improvements.extend(grammar_advice(session, measures, wording))
    if doubtful_voice(session) is None:  # else it may be they who asked
        improvements.extend(unanswered_advice(points, wording))
    return first(strengths, MAX_STRENGTHS), first(improvements, MAX_IMPROVEMENTS)


def _sided(
    session: Session, measures: MeasureSet, amount: Amount, points: Sequence[QuestionPoints]
) -> Iterator[tuple[Measure, str, Mapping[str, Any]]]:
    """Measures of which something may be said, on which side of their band they lie, and the
    wording for it."""
    content = load("scores")["content"]
    # a story told to another question is nothing to keep doing, however well it was told
    to_the_point = side_of(measures["relevance"], measures) != "low"
    worth_praise = to_the_point and _answers_worth(points) >= _PRAISED_FROM
    # what allows only a rough guess of what answers are worth allows no sentence on them, either
    rough = score(session, measures)["content"].why == ROUGHLY
    for name, sides in load("feedback")["measure"].items():
        measure = measures[name]
        if not _may_speak(measure, measures, amount):
            continue
        side = side_of(measure, measures)
        unpraised = rough or (side == "good" and not worth_praise)
        if side in sides and not (name in content and unpraised):
            yield measure, side, sides[side]


def _answers_worth(points: Sequence[QuestionPoints]) -> float:
    """Points of the answers that were given, on average: words in any order, or boasts, may well
    be near the question, and are nothing to keep doing."""
    given = [q for q in points if q.outcome == "judged"]
    weight = sum(q.weight for q in given)
    return sum(q.weight * (q.points or 0.0) for q in given) / weight if weight else 0.0


def _may_speak(measure: Measure, measures: MeasureSet, amount: Amount) -> bool:
    """Whether there is as much to go by as a score would need, and no serious doubt."""
    if not usable(measure) or measure.norm is None:
        return False
    groups = [group for group in GROUPS if curve(group, measure.name) is not None]
    # what is held against the own voice is part of no score, and takes as much speech
    if not all(enough(group, amount) for group in groups or ["delivery"]):
        return False
    if measure.name == "structure_star":  # asked of episodes only
        return any(a.behavioural and a.star is not None for a in measures.answers)
    return side_of(measure, measures) != ""


def _advice(
    session: Session,
    measures: MeasureSet,
    measure: Measure,
    side: str,
    text: Mapping[str, Any],
    wording: Wording,
) -> Advice:
    key = f"{measure.name} {side}"
    telling = float(text.get("weight", 1.0)) * measure.coverage
    able = changeable(measure.name)
    if side == "good":
        # all that rests on it is kept; how deep in its band decides between equals
        gained = 100.0 * share_in_overall(measure.name)
        worth = effect(measure.name, gained) * (0.5 + depth(measure))
        return _worded(session, measure, text, key, wording, telling * worth)
    worth = effect(measure.name, _gained(measure, side, measures))
    lacking = most_lacking(measure.name, measures.answers)
    weight = telling * worth * able
    return _worded(session, measure, text, key, wording, weight, worth, able, lacking)


def _gained(measure: Measure, side: str, measures: MeasureSet) -> float:
    """Points of the overall score that would be gained."""
    if measure.name == "structure_star":  # of episodes only
        asked = [a.behavioural for a in measures.answers]
        return points_to_gain(measure, side, sum(asked) / len(asked) if asked else 0.0)
    gained = points_to_gain(measure, side)
    if measure.name == "relevance":  # told by its answers as well as by its mean
        return max(gained, 100.0 * share_in_overall(measure.name) * beside(measures))
    return gained


def _worded(
    session: Session,
    measure: Measure,
    text: Mapping[str, Any],
    key: str,
    wording: Wording,
    weight: float,
    worth: float = 0.0,
    able: float = 0.0,
    lacking: Sequence[AnswerContent] = (),
) -> Advice:
    """The advice in words; ``lacking``: answers that show it, where a measure is one of answers."""
    why = why_of(measure.name, wording)
    quote = quote_of(session, measure.evidence) if text.get("quotes") else None
    evidence = measure.evidence
    if lacking:
        evidence, quote = spans_of(lacking), opening(session, lacking)
    return Advice(
        what=wording.say(f"{key} what", text["what"]),
        why=wording.say(f"{key} why", text["why"], value=in_a_sentence(measure)),
        how=wording.say(f"{key} how", text.get("how", "")),
        evidence=evidence,
        measure=measure.name,
        weight=weight,
        quote=quote,
        matters=why.matters,
        source=why.source,
        exercise=exercise_of(measure.name, wording) if able else None,
        effect=worth,
        changeable=able,
        clause=wording.say(f"{key} clause", text.get("clause", "")),
    )
