"""Two sessions compared: what changed by more than chance, what did not, what cannot be said.

``comparison.json``::

    { "schema_version": "1.0", "what": "comparison", "headline", "family", "practice_gain",
      "sessions":    [ two of {"name", "created", "when", "kind", "role", "persona", "manner",
                               "duration_s", "notes"} ],
      "notes":       [ lines ],
      "differences": [ {"name", "before", "after", "say", "blocks"} ],
      "items":       [ {"kind": "scores" or "measures", "name", "label", "unit", "group",
                        "before", "after": {"value", "low", "high", "text"} or null,
                        "difference", "low", "high", "sem", "sdc95", "rci", "p", "df", "scale",
                        "difference_text", "sdc_text", "verdict": "real", "luck", "chance",
                        "not_comparable" or "unknown", "say", "why", "less_sure",
                        "toward": "better", "worse" or null, "source"} ] }

``low`` and ``high`` of a reading are its 90 % interval, in ``unit`` (a count is given a minute);
``difference``, its ``low`` and ``high`` (95 %), ``sem`` and ``sdc95`` are on ``scale``: semitones
for what is in Hz, else the unit. All of them are null where nothing can be compared.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from scoring.progress.conditions import Difference, differences, doubted, why_not
from scoring.progress.reading import Reading, measure_reading, score_reading
from scoring.progress.reliable_change import Change, benjamini_hochberg, change
from scoring.progress.sessions import ReportedSession, mapping, number
from scoring.progress.wording import (
    SCORES,
    about,
    change_in_words,
    groups,
    label_of,
    listed,
    text_or_none,
    value_in_words,
)
from scoring.rubric import load

SCHEMA_VERSION = "1.0"


def compare(before: ReportedSession, after: ReportedSession) -> dict[str, Any]:
    """Everything that two sessions have in common, in the shape above."""
    found = differences(before, after)
    items = [_item("scores", name, "Scores", before, after, found) for name in SCORES]
    for group, names in groups().items():
        items += [_item("measures", name, group, before, after, found) for name in names]
    items = [item for item in items if item["before"] or item["after"]]
    compared = [item for item in items if item["p"] is not None]
    judge(compared)
    wording = load("change")
    return {
        "schema_version": SCHEMA_VERSION,
        "what": "comparison",
        "headline": _headline(compared),
        "family": wording["verdict"]["family"].format(count=len(compared)) if compared else "",
        "practice_gain": wording["practice_gain"],
        "sessions": [about(before), about(after)],
        "notes": _notes(before, after),
        "differences": [
            {"name": d.name, "before": d.before, "after": d.after, "say": d.say}
            | {"blocks": list(d.blocks)}
            for d in found
        ],
        "items": items,
    }


def judge(compared: Sequence[dict[str, Any]]) -> None:
    """Puts a verdict to each of several changes that are shown together."""
    say = load("change")["verdict"]
    stands = benjamini_hochberg([item["p"] for item in compared])
    for item, stand in zip(compared, stands, strict=True):
        alone = abs(item["difference"]) > item["sdc95"]
        item["verdict"] = "real" if stand else "luck" if alone else "chance"
        item["say"] = say[item["verdict"]]


def reading_of(session: ReportedSession, kind: str, name: str) -> Reading | None:
    """A score's or a measure's reading."""
    read = score_reading if kind == "scores" else measure_reading
    return read(session, name)


def shown_reading(
    session: ReportedSession, kind: str, name: str, reading: Reading | None
) -> dict[str, Any] | None:
    """A value as it is shown: with its interval where its error is known; None for no value."""
    entry = session.entry(kind, name)
    value, unit = number(entry.get("value")), unit_of(session, kind, name)
    if value is None:
        return None
    if reading is None:
        plain = unit == "count" or kind == "scores"
        text = f"{value:.0f}" if plain else value_in_words(value, unit)
        return {"value": value, "low": None, "high": None, "text": text}
    bounds = (0.0, 100.0 if kind == "scores" else 1.0 if unit == "0–1" else math.inf)
    signed = unit not in ("0–1", "points", "count", "1/min", "1/100 words", "words/min", "Hz")
    low = reading.low if signed else max(bounds[0], reading.low)
    high = min(bounds[1], reading.high)
    text = f"{value:.0f}" if kind == "scores" else value_in_words(reading.raw, unit)
    return {"value": reading.raw, "low": low, "high": high, "text": text}


def unit_of(session: ReportedSession, kind: str, name: str) -> str:
    """Unit of a score or measure; empty where the report does not say."""
    return (
        "points" if kind == "scores" else text_or_none(session.entry(kind, name).get("unit")) or ""
    )


def _item(
    kind: str,
    name: str,
    group: str,
    before: ReportedSession,
    after: ReportedSession,
    found: Sequence[Difference],
) -> dict[str, Any]:
    readings = reading_of(before, kind, name), reading_of(after, kind, name)
    unit = unit_of(after, kind, name) or unit_of(before, kind, name)
    settings = mapping(load("change")["score" if kind == "scores" else "measure"].get(name))
    say = load("change")["verdict"]
    item: dict[str, Any] = {
        "kind": kind,
        "name": name,
        "label": label_of(kind, name),
        "unit": unit,
        "group": group,
        "before": shown_reading(before, kind, name, readings[0]),
        "after": shown_reading(after, kind, name, readings[1]),
        **dict.fromkeys(("difference", "low", "high", "sem", "sdc95", "rci", "p", "df")),
        "scale": "linear",
        "difference_text": "",
        "sdc_text": "",
        "verdict": "unknown",
        "say": say["unknown"],
        "why": "",
        "less_sure": "",
        "toward": None,
        "source": settings.get("source"),
    }
    why = why_not(kind, name, before, after, found)
    if why:
        return item | {"verdict": "not_comparable", "say": say["not_comparable"], "why": why}
    first, second = readings
    if first is None or second is None:
        return item
    least = float(settings.get("retest_sd", 0.0))
    item |= told(change(first, second, least), unit, first.scale)
    item["toward"] = _toward(after, kind, name, first.raw, second.raw)
    item["less_sure"] = doubted(before, after, kind, name)
    return item


def told(one: Change, unit: str, scale: str) -> dict[str, Any]:
    """A change as JSON and page have it."""
    return {
        "difference": round(one.difference, 4),
        "low": round(one.low, 4),
        "high": round(one.high, 4),
        "sem": round(one.error / math.sqrt(2.0), 4),
        "sdc95": round(one.sdc, 4),
        "rci": round(one.rci, 3),
        "p": one.p,
        "df": None if math.isinf(one.df) else round(one.df, 1),
        "scale": scale,
        "difference_text": change_in_words(one.difference, unit, scale),
        "sdc_text": change_in_words(one.sdc, unit, scale).lstrip("+"),
    }


def _toward(
    session: ReportedSession, kind: str, name: str, before: float, after: float
) -> str | None:
    """Whether a change goes where a score counts it as better: more points, nearer to the usual."""
    if kind == "scores":
        return "better" if after > before else "worse" if after < before else None
    norm = mapping(session.entry(kind, name).get("norm"))
    low, high = number(norm.get("low")), number(norm.get("high"))
    if low is None and high is None:
        return None

    def outside(value: float) -> float:
        under = low - value if low is not None else 0.0
        over = value - high if high is not None else 0.0
        return max(0.0, under, over)

    if outside(before) == outside(after):
        return None
    return "better" if outside(after) < outside(before) else "worse"


def _headline(compared: Sequence[dict[str, Any]]) -> str:
    if not compared:
        return "These two sessions have nothing that can be compared."
    real = [item for item in compared if item["verdict"] == "real"]
    if not real:
        return (
            f"Nothing changed by more than chance makes: {len(compared)} things were compared, "
            "and each came out about as it would have on another day."
        )
    named = [f"{item['label']} ({item['difference_text']})" for item in real[:4]]
    more = f", and {len(real) - 4} more" if len(real) > 4 else ""
    return f"{len(real)} of {len(compared)} things probably really changed: {listed(named)}{more}."


def _notes(before: ReportedSession, after: ReportedSession) -> list[str]:
    notes = [f"{s.name}: {note}" for s in (before, after) for note in s.notes]
    times = before.created, after.created
    if times[0] is not None and times[1] is not None and times[0] > times[1]:
        notes.append("the session named first was recorded after the other: change runs backwards")
    if before.folder.resolve() == after.folder.resolve():
        notes.append("both are the same session")
    return notes
