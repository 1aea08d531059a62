"""What is advised, as the printed report shows it: changes, strengths, stories, what comes next.

Entries that a report of an older version lacks are left away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scoring.report.words import readable
from scoring.report.writing_pdf import moments, quotation, written
from scoring.rubric import load

Entry = dict[str, Any]


def advice(item: Mapping[str, Any]) -> Entry:
    """A strength or a change, with what tells so and how to practise it."""
    rewrite = item.get("rewrite")
    return {
        "what": written(item["what"]),
        "why": written(item["why"]),
        "how": written(item.get("how")),
        "at": moments(item["evidence"]),
        "quote": quotation(item.get("quote")),
        "matters": written(item.get("matters")),
        "source": written(item.get("source")),
        "exercise": _exercise(item.get("exercise")),
        "rewrite": _rewrite(rewrite) if isinstance(rewrite, Mapping) else None,
    }


def _exercise(found: Any) -> Entry | None:
    if not isinstance(found, Mapping):
        return None
    minutes = found.get("minutes")
    return {
        "title": written(found.get("title")),
        "minutes": f"{minutes:g} min" if isinstance(minutes, int | float) else "",
        "steps": [written(step) for step in found.get("steps") or ()],
    }


def _rewrite(found: Mapping[str, Any]) -> Entry:
    """The candidate's own words put in order, with gaps for them to fill."""
    parts = load("understood")["part"]
    lines = [
        {
            "part": parts.get(line.get("part"), ""),
            "key": line.get("part") or "",
            "text": written(line.get("text")),
            "gap": bool(line.get("gap")),
        }
        for line in found.get("lines") or ()
    ]
    return {
        "question": written(found.get("question")),
        "before": written(found.get("before")),
        "lines": lines,
    }


def stories(report: Mapping[str, Any]) -> list[Entry]:
    """The candidate's stories, with what each could serve."""
    parts = load("understood")["part"]
    told = []
    for story in report.get("stories") or ():
        found = story.get("parts") or {}
        told.append(
            {
                "title": written(story.get("title")),
                "at": moments(story.get("evidence")),
                "parts": [
                    {"part": label, "text": written(found[name]) if found.get(name) else None}
                    for name, label in parts.items()
                ],
                "serves": [
                    {"name": written(readable(each.get("name", ""))), "why": written(each["why"])}
                    for each in story.get("competencies") or ()
                ],
            }
        )
    return told


def next_practice(report: Mapping[str, Any]) -> Entry | None:
    """What to practise next, and when."""
    found = report.get("next_practice")
    if not isinstance(found, Mapping):
        return None
    exercise = found.get("exercise")
    title = exercise.get("title") if isinstance(exercise, Mapping) else exercise
    return {
        "what": written(found.get("what")),
        "exercise": written(title),
        "when": written(found.get("when")),
        "why": written(found.get("why")),
        "command": found.get("command") or "",
    }
