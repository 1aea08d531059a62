"""What classifiers of one's own said of the answers, as ``report.json`` has it: which model it was,
by its files' checksum, and how far it and the program's own measure agree."""

from __future__ import annotations

from typing import Any

from scoring.measures.classified import Judgement, pooled_relevance
from scoring.measures.content import AnswerContent
from scoring.measures.measure import AGREED, MeasureSet

Entry = dict[str, Any]


def judged(measures: MeasureSet) -> dict[str, dict[str, Entry]]:
    """The entry ``classifiers``, by what they judge; empty where none judged."""
    if not measures.judged:
        return {}
    return {"classifiers": {p: _entry(j, measures) for p, j in measures.judged.items()}}


def contradicted(measures: MeasureSet) -> list[str]:
    """A note where a classifier and the own measure of relevance contradict each other."""
    judgement = measures.judged.get("relevance")
    if judgement is None:
        return []
    known = [a for a in measures.answers if _agreement(a, judgement) is not None]
    apart = [a for a in known if (_agreement(a, judgement) or 0.0) < AGREED]
    if not apart:
        return []
    return [
        f"your classifier and this program's own measure of relevance contradict each other in "
        f"{len(apart)} of {len(known)} answers; what rests on it is less sure there"
    ]


def _agreement(content: AnswerContent, judgement: Judgement) -> float | None:
    if content.own_relevance is None or judgement.of(content.answer) is None:
        return None
    pooled = pooled_relevance(content.own_relevance, judgement, content.answer)
    return None if pooled is None else pooled.agreement


def _entry(judgement: Judgement, measures: MeasureSet) -> Entry:
    folder = judgement.folder
    entry: Entry = {
        "model": folder.name,
        "architecture": folder.architecture,
        "sha256": judgement.sha256,
        "labels": list(folder.labels),
        "error": judgement.error,
        "agreement": judgement.agreement,
        "measured": judgement.measured,
    }
    if folder.purpose == "emotion":
        return entry
    entry["answers"] = [
        {
            "question_id": content.answer.question_id,
            "start_s": content.answer.start_s,
            "classifier": judgement.of(content.answer),
            **(_relevance(content) if folder.purpose == "relevance" else {}),
        }
        for content in measures.answers
    ]
    return entry


def _relevance(content: AnswerContent) -> Entry:
    """Own, pooled, and its standard error, on the scale of the own measure."""
    return {
        "own": content.own_relevance,
        "pooled": None if content.relevance is None else round(content.relevance, 4),
        "error": None if content.relevance_error is None else round(content.relevance_error, 4),
    }
