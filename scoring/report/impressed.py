"""How somebody may have come across, as the report has it: the entries of ``report.json``, and the
one sentence that stands with the picture.

They call it an impression on others, never an emotion: see ``assets/rubrics/emotion.toml`` for the
words and where its figures come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from perception.languages import listed
from scoring.emotion.course import Course, Estimate, Stretch, course
from scoring.emotion.expressions import expressions
from scoring.emotion.observed import DIMENSIONS, Dimension
from scoring.emotion.voice_impressions import voice_impressions
from scoring.feedback import clock
from scoring.leaving_out import LeftOut
from scoring.measures.classified import Judgement
from scoring.record.session import Session
from scoring.record.spans import merge
from scoring.report.captions import clean
from scoring.rubric import load
from scoring.types import Span

Entry = dict[str, Any]

_SOURCE_OF = {"expressions": "face", "voice_impressions": "voice"}
"""Section of the report that may be left out, and the source that goes with it."""
_MOST_NAMED = 3
"""Moments named in a sentence."""


def impressed(
    session: Session, out: LeftOut, judgement: Judgement | None = None
) -> dict[str, Entry | None]:
    """The entries ``emotion``, ``expressions`` and ``voice_impressions`` of ``report.json``; None
    for what was not recorded, or left out.

    Args:
        session: what was recorded, as understood.
        out: what was left out.
        judgement: of a classifier of emotions, where there is one.
    """
    without = {source for section, source in _SOURCE_OF.items() if section in out.sections}
    return {
        "emotion": None if "emotion" in out.sections else _emotion(session, without, judgement),
        "expressions": None if "face" in without else _expressions(session),
        "voice_impressions": None if "voice" in without else _voice_impressions(session),
    }


def _emotion(session: Session, without: set[str], judgement: Judgement | None) -> Entry | None:
    found = course(session, without, judgement)
    if found is None:
        return None
    names = answer_names(session, found)
    return {
        "said": _sentence(found, names),
        "from": list(found.sources),
        "step_s": _rounded(found.step_s),
        "end_s": _rounded(found.steps[-1].span[1]),
        "times": [_rounded(step.span[0]) for step in found.steps],
        **{name: _columns([step.of(name) for step in found.steps]) for name in DIMENSIONS},
        "answers": [
            {
                "question_id": answer.question_id,
                "name": name,
                "start_s": answer.stretch.span[0],
                "end_s": answer.stretch.span[1],
                **{each: _estimate(answer.stretch.of(each)) for each in DIMENSIONS},
            }
            for answer, name in zip(found.answers, names, strict=True)
        ],
        "disclaimer": load("disclaimers")["emotion"],
    }


def answer_names(session: Session, found: Course) -> list[str]:
    """What each answer is called: Q and the number of its question; "part" and its own where no
    question is known."""
    numbers = {question.id: n for n, question in enumerate(session.questions, start=1)}
    names = []
    for place, answer in enumerate(found.answers, start=1):
        number = numbers.get(answer.question_id or "")
        names.append(f"part {place}" if number is None else f"Q{number}")
    return names


def _columns(estimates: Sequence[Estimate]) -> Entry:
    """Value and interval of each step; None where nothing may be said of it."""
    return {
        "value": [_rounded(each.mean) if each.told else None for each in estimates],
        "low": [_rounded(each.low) if each.told else None for each in estimates],
        "high": [_rounded(each.high) if each.told else None for each in estimates],
    }


def _estimate(estimate: Estimate) -> Entry:
    return {
        "value": _rounded(estimate.mean) if estimate.told else None,
        "low": _rounded(estimate.low) if estimate.told else None,
        "high": _rounded(estimate.high) if estimate.told else None,
        "coverage": _rounded(estimate.coverage),
        "from": list(estimate.sources),
        "why": estimate.why or None,
    }


def _rounded(value: float) -> float:
    return round(value, 3) + 0.0  # of a minus before nothing, nothing


def _sentence(found: Course, names: Sequence[str]) -> str:
    """What may be said of all of it: where it leans to one side, and where nothing can be told."""
    say = load("emotion")["say"]
    silent = [dimension for dimension in DIMENSIONS if not found.tells(dimension)]
    if silent == list(DIMENSIONS):
        return f"{say['unknown']}."
    parts = []
    for dimension in DIMENSIONS:
        for sign, end in ((1, "high"), (-1, "low")):
            where = _where(found, names, dimension, sign)
            if where:
                parts.append(f"{say[f'{dimension}_{end}']} {where}")
    said = say["leans"].format(what=listed(parts)) if parts else say["usual"]
    if silent:
        unknown = listed([say[f"of_{dimension}"] for dimension in silent])
        said += "; " + say["missing"].format(where=unknown)
    untold = [
        name
        for answer, name in zip(found.answers, names, strict=True)
        if not (answer.stretch.valence.told or answer.stretch.arousal.told)
    ]
    if untold and len(untold) < len(names):
        said += "; " + say["missing_in"].format(where=listed(untold))
    return f"{said}."


def _where(found: Course, names: Sequence[str], dimension: Dimension, sign: int) -> str:
    """Where it leans to one side: in which answers, or when where there are no answers."""
    if found.answers:
        leaning = [
            name
            for answer, name in zip(found.answers, names, strict=True)
            if answer.stretch.of(dimension).leaning == sign
        ]
        return f"in {listed(leaning)}" if leaning else ""
    spans = merge(_leaning(found.steps, dimension, sign), bridge_s=1e-6)
    longest = sorted(sorted(spans, key=lambda s: (s[0] - s[1], s[0]))[:_MOST_NAMED])
    moments = [f"{clock(start)}–{clock(end)}" for start, end in longest]
    return f"at {listed(moments)}" if moments else ""


def _leaning(steps: Sequence[Stretch], dimension: Dimension, sign: int) -> list[Span]:
    return [step.span for step in steps if step.of(dimension).leaning == sign]


def _expressions(session: Session) -> Entry | None:
    found = expressions(session)
    if found is None:
        return None
    return {
        "shares": dict(found.shares),
        "valence": found.valence,
        "arousal": found.arousal,
        "coverage": found.coverage,
        "disclaimer": load("disclaimers")["expressions"],
    }


def _voice_impressions(session: Session) -> Entry | None:
    found = voice_impressions(session)
    if not found:
        return None
    texts = {question.id: question.text for question in session.questions}
    return {
        "answers": [
            {
                "question_id": each.question_id,
                "question": clean(texts.get(each.question_id or "", "")),
                "start_s": each.start_s,
                "arousal": each.arousal,
                "low": each.low,
                "high": each.high,
                "valence": None,
            }
            for each in found
        ],
        "disclaimer": load("disclaimers")["voice"],
    }
