"""What classifiers of one's own said of the answers, as ``report.json`` has it: which model it was,
by its files' checksum, and how far it and the program's own measure agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scoring.measures.classified import CALLED, Judgement
from scoring.measures.content import AnswerContent
from scoring.measures.measure import AGREED, MeasureSet

Entry = dict[str, Any]


def judged(measures: MeasureSet) -> dict[str, dict[str, Entry]]:
    """The entry ``classifiers``, by what they judge; empty where none judged."""
    if not measures.judged:
        return {}
    return {"classifiers": {p: _entry(j, measures) for p, j in measures.judged.items()}}


def judges(measures: MeasureSet, emotion: Mapping[str, Any] | None) -> list[str]:
    """Notes on which classifiers judged, how sure they are taken to be, and whether they and the
    own measures contradict each other.

    Args:
        measures: of the session.
        emotion: the entry of that name in the report; None where there is none.
    """
    found = []
    for purpose, judgement in measures.judged.items():
        used = bool(judgement.answers)
        if purpose == "emotion":
            used = emotion is not None and "classifier" in emotion["from"]
        name = judgement.folder.name
        found.append(
            _note(judgement)
            if used
            else f"your classifier {name} had nothing to judge of {CALLED[purpose]}"
        )
    return found + _contradicted(measures)


def _note(judgement: Judgement) -> str:
    """Which classifier judged, and how sure it is taken to be."""
    folder = judgement.folder
    how = "as you stated it" if judgement.measured else "assumed, for want of a measured one"
    if judgement.agreement is not None:
        sure = f"with an agreement of {judgement.agreement:.2f} with people's ratings, {how}"
    else:
        sure = f"with a standard error of {judgement.error:.2f}, {how}"
    return (
        f"{CALLED[folder.purpose]} was judged by your classifier {folder.name} as well "
        f"({folder.architecture}, sha256 {judgement.sha256[:12]}), {sure}"
    )


def _contradicted(measures: MeasureSet) -> list[str]:
    known = [
        a.pooled for a in measures.answers if a.pooled is not None and a.own_relevance is not None
    ]
    apart = [pooled for pooled in known if pooled.agreement < AGREED]
    if not apart:
        return []
    return [
        f"your classifier and this program's own measure of relevance contradict each other in "
        f"{len(apart)} of {len(known)} answers; what rests on it is less sure there"
    ]


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
