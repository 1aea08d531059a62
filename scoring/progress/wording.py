"""Numbers, names and dates of sessions as people read them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from scoring.progress.sessions import ReportedSession, number
from scoring.rubric import load

SCORES = ("overall", "content", "delivery", "nonverbal", "responsiveness")

_FORMATS: Mapping[str, tuple[str, float]] = {
    "points": ("{:.0f} points", 1.0),
    "0–1": ("{:.0f} %", 100.0),
    "words/min": ("{:.0f} words/min", 1.0),
    "Hz": ("{:.0f} Hz", 1.0),
    "1/min": ("{:.1f} a minute", 1.0),
    "count": ("{:.1f} a minute", 1.0),
    "1/100 words": ("{:.1f} in 100 words", 1.0),
    "–": ("{:.0f}", 1.0),
}
"""Format of each unit and what a value is multiplied by; any other is given as it is, in its
unit."""


def value_in_words(value: float, unit: str) -> str:
    """A value with its unit."""
    if unit not in _FORMATS:
        return f"{value + 0.0:.2f} {unit}".rstrip()
    form, factor = _FORMATS[unit]
    return form.format(value * factor + 0.0)


def change_in_words(difference: float, unit: str, scale: str = "linear") -> str:
    """A difference with its sign and unit."""
    if scale == "semitones":
        return f"{difference:+.1f} semitones"
    text = value_in_words(abs(difference), unit)
    if unit == "0–1":
        text = text.replace(" %", " percentage points")
    return ("−" if difference < 0 else "+") + text


def label_of(kind: str, name: str) -> str:
    """A score's or measure's name for people."""
    labels = load("labels")["score" if kind == "scores" else "measure"]
    return str(labels.get(name, name.replace("_", " ")))


def groups() -> dict[str, Sequence[str]]:
    """Names of measures by the group they are shown in."""
    return {str(name): tuple(names) for name, names in load("labels")["group"].items()}


def readable(name: str) -> str:
    """A content file's name as a title: ``sales_assistant`` becomes "Sales assistant"."""
    text = name.rpartition("/")[2].removesuffix(".toml").replace("_", " ")
    return text[:1].upper() + text[1:]


def when(created: datetime.datetime | None) -> str:
    """Day and time where it was recorded, with the zone."""
    if created is None:
        return "no date"
    zone = created.strftime("%z")
    zone = "UTC" if zone in ("+0000", "") else f"UTC{zone[:3]}:{zone[3:5]}"
    return f"{created.day} {created:%b %Y, %H:%M} {zone}"


def day(created: datetime.datetime | datetime.date | None) -> str:
    """A day alone."""
    return "no date" if created is None else f"{created.day} {created:%b %Y}"


def listed(names: Sequence[str]) -> str:
    """Names as in a sentence: "a, b and c"."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def text_or_none(value: object) -> str | None:
    """A text; None for anything else."""
    return value if isinstance(value, str) else None


def about(session: ReportedSession) -> dict[str, Any]:
    """What JSON and page say of a session itself."""
    created = session.created
    return {
        "name": session.name,
        "created": text_or_none(session.report.get("created") or session.meta.get("created")),
        "when": when(created),
        "kind": session.kind,
        "role": session.role or None,
        "persona": text_or_none(session.report.get("persona")),
        "manner": text_or_none(session.meta.get("manner")),
        "duration_s": number(session.report.get("duration_s")),
        "notes": list(session.notes),
    }
