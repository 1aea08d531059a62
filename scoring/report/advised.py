"""What is advised, in the contract's shape."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from scoring.feedback.advice import Advice
from scoring.feedback.exercises import Exercise
from scoring.feedback.next_practice import NextPractice
from scoring.feedback.quotes import Quote
from scoring.feedback.recruiter import Recruiter
from scoring.feedback.rewrite import Rewrite
from scoring.feedback.story_bank import Story
from scoring.report.captions import clean
from scoring.report.words import spans

Entry = dict[str, Any]


def recruiter_entry(recruiter: Recruiter) -> Entry:
    """Name and pronouns of the recruiter."""
    return {
        "name": None if recruiter.name is None else clean(recruiter.name),
        "subject": recruiter.subject,
        "object": recruiter.object,
        "possessive": recruiter.possessive,
    }


def strength_entry(advice: Advice) -> Entry:
    """Something to keep doing."""
    return {
        "id": advice.measure,
        "what": advice.what,
        "why": advice.why,
        "evidence": spans(advice.evidence),
        "quote": _quote(advice.quote),
        "matters": advice.matters,
        "source": advice.source,
    }


def improvement_entry(advice: Advice, rewrite: Rewrite | None) -> Entry:
    """Something to work on."""
    return {
        **strength_entry(advice),
        "how": advice.how,
        "exercise": _exercise(advice.exercise),
        "effect": round(advice.effect, 3),
        "changeable": advice.changeable,
        "rewrite": _rewrite(rewrite),
    }


def story_entry(story: Story) -> Entry:
    """Something that happened, as it was told."""
    return {
        "question_id": story.question_id,
        "title": clean(story.title),
        "parts": {
            name: None if said is None else clean(said) for name, said in story.parts.items()
        },
        "competencies": [asdict(each) for each in story.competencies],
        "evidence": spans(story.evidence),
    }


def next_entry(found: NextPractice | None) -> Entry | None:
    """What to practise next."""
    return None if found is None else asdict(found)


def _quote(quote: Quote | None) -> Entry | None:
    if quote is None:
        return None
    at = None if quote.t_s is None else round(quote.t_s, 3)
    return {"text": clean(quote.text), "t_s": at}


def _exercise(exercise: Exercise | None) -> Entry | None:
    if exercise is None:
        return None
    return {
        "title": exercise.title,
        "steps": list(exercise.steps),
        "minutes": exercise.minutes,
    }


def _rewrite(rewrite: Rewrite | None) -> Entry | None:
    if rewrite is None:
        return None
    return {
        "question_id": rewrite.question_id,
        "question": clean(rewrite.question),
        "before": clean(rewrite.before),
        "lines": [
            {"part": line.part, "text": clean(line.text), "gap": line.gap} for line in rewrite.lines
        ],
    }
