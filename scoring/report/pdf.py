"""The report as PDF, for printing and handing on. What is shown is chosen here; how, in
``assets/templates/report.typ``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from scoring.feedback import clock, shown
from scoring.report.advice_pdf import advice, next_practice, stories
from scoring.report.analysis import Analysis
from scoring.report.chart_style import svg
from scoring.report.fonts_pdf import font_folders
from scoring.report.questions import WHOLE
from scoring.report.questions_pdf import competencies, heading, questions
from scoring.report.typeset_typst import typeset
from scoring.report.words import (
    band,
    captions,
    day,
    doubted,
    impressed_from,
    minutes,
    readable,
    title,
)
from scoring.report.writing_pdf import written
from scoring.rubric import load

Entry = dict[str, Any]

MOST_CHANGES, MOST_STRENGTHS = 3, 2
"""On the first page; a person cannot work on more at once."""


def render_pdf(analysis: Analysis, charts: Mapping[str, Figure]) -> bytes:
    """The whole document; the same bytes for the same session."""
    return typeset("report.typ", document(analysis, charts), font_folders())


def document(analysis: Analysis, charts: Mapping[str, Figure]) -> Entry:
    """What the document shows, ready to be set."""
    report = analysis.report
    changes = [advice(item) for item in report["improvements"]]
    strengths = [advice(item) for item in report["strengths"]]
    drawn = captions(analysis.measures.left_out.measures)
    return {
        "title": written(title(report)),
        "plain_title": title(report),
        "subtitle": written(_subtitle(report)),
        "headline": written(report.get("headline") or _overall(report)),
        "overall": _overall(report),
        "scores": _scores(report),
        "changes": changes[:MOST_CHANGES],
        "strengths": strengths[:MOST_STRENGTHS],
        "more": [*changes[MOST_CHANGES:], *strengths[MOST_STRENGTHS:]],
        "answered": any(q["answer"] is not None for q in report["questions"]),
        "next": next_practice(report),
        "stories": stories(report),
        "charts": [
            {"caption": caption, "svg": svg(charts[name]).decode("utf-8")}
            for name, caption in drawn.items()
            if name in charts
        ],
        "competencies": competencies(report),
        "questions_heading": heading(report),
        "questions": questions(report),
        "measures": _measures(analysis),
        "untold": _untold(analysis),
        "impressions": _impressions(report),
        "emotion": _emotion(report, charts),
        "reactions_by": "What " + _called(report) + " reacted to",
        "reactions": _reactions(report),
        "notes": [written(line) for line in report["notes"]],
        "disclaimers": [written(line) for line in report["disclaimers"]],
    }


def _subtitle(report: Mapping[str, Any]) -> str:
    parts = [day(report["created"]), minutes(report["duration_s"])]
    if report["persona"]:
        parts.append(f"with {readable(report['persona'])}")
    count = sum(each["id"] != WHOLE for each in report["questions"])
    if count:
        parts.append(f"{count} question{'' if count == 1 else 's'}")
    return "  ·  ".join(part for part in parts if part)


def _overall(report: Mapping[str, Any]) -> str:
    overall = report["scores"]["overall"]
    if overall["value"] is None:
        return "Overall: not enough to tell."
    return (
        f"Overall {overall['value']:.0f} of 100, "
        f"probably between {overall['low']:.0f} and {overall['high']:.0f}."
    )


def _scores(report: Mapping[str, Any]) -> list[Entry]:
    labels = load("labels")
    return [
        {
            "name": labels["score"][name],
            "about": labels["score_about"].get(name, ""),
            "value": one["value"],
            "low": one["low"],
            "high": one["high"],
            "why": written(one["why"] or "not enough to tell"),
            "less_sure": written(one["less_sure"]),
        }
        for name, one in report["scores"].items()
    ]


def _measures(analysis: Analysis) -> list[Entry]:
    """Measures that came out, by group."""
    labels = load("labels")
    groups = []
    for group, names in labels["group"].items():
        rows = [
            {
                "name": labels["measure"][name],
                "value": shown(m) + (f" (less sure: {why})" if (why := doubted(m)) else ""),
                "usual": f"{band(m)} ({m.norm.source})" if m.norm else "",
                "coverage": f"{100 * m.coverage:.0f} %",
            }
            for name in names
            if (m := analysis.measures[name]).value is not None
        ]
        if rows:
            groups.append({"name": group, "rows": rows})
    return groups


def _untold(analysis: Analysis) -> list[Entry]:
    """Names of measures without a value, gathered by what stands in its place."""
    labels = load("labels")
    found: dict[str, list[str]] = {}
    for names in labels["group"].values():
        for name in names:
            m = analysis.measures[name]
            if m.value is None:
                found.setdefault(shown(m), []).append(labels["measure"][name])
    return [{"why": why, "names": ", ".join(names)} for why, names in found.items()]


def _called(report: Mapping[str, Any]) -> str:
    """The recruiter's name, or what stands for it within a sentence."""
    return str((report.get("recruiter") or {}).get("name") or "the recruiter")


def _reactions(report: Mapping[str, Any]) -> list[Entry]:
    """What she reacted to, where there are words for it."""
    told = [each for each in report["reactions"] if each.get("plain")]
    return [{"at": clock(each["t_s"]), "what": written(each["plain"])} for each in told]


def _impressions(report: Mapping[str, Any]) -> Entry | None:
    """How somebody may come across, where that was asked for."""
    if "impressions" not in report:
        return None
    labels = load("labels")["impression"]
    rows = []
    for name, each in report["impressions"].items():
        told = "not enough to tell"
        if each["value"] is not None:
            told = f"{each['value']:.0f} ({each['low']:.0f} – {each['high']:.0f})"
        rows.append({"name": labels[name], "value": told, "basis": written(each["basis"])})
    return {"disclaimer": load("disclaimers")["impressions"], "rows": rows}


def _emotion(report: Mapping[str, Any], charts: Mapping[str, Figure]) -> Entry | None:
    """How somebody may have come across, where anything of that was recorded."""
    found = report["emotion"]
    if found is None:
        return None
    drawn = charts.get("emotion")
    return {
        "title": load("emotion")["say"]["title"],
        "said": written(found["said"]),
        "svg": None if drawn is None else svg(drawn).decode("utf-8"),
        "from": impressed_from(found) if drawn is not None else "",
        "disclaimer": written(found["disclaimer"]),
    }
