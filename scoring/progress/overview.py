"""All sessions of a folder over time: each score and measure, its trend, and what comes next.

``progress.json``::

    { "schema_version": "1.0", "what": "progress", "headline", "family", "practice_gain",
      "sessions": [ {"name", "created", "when", "kind", "role", "persona", "manner", "duration_s",
                     "notes"} ],                                             in the order of time
      "notes":    [ lines ],
      "skipped":  [ {"name", "why"} ],
      "series":   [ {"kind", "name", "label", "unit", "group", "scale", "source",
                     "points": [ {"session": index, "value", "low", "high", "text",
                                  "comparable", "why"} or null ],               one per session
                     "trend": {"slope", "low", "high", "p", "start", "end", "text"} or null,
                     "verdict": "rising", "falling", "steady", "luck", "few" or "unknown",
                     "say", "toward": "better", "worse" or null} ],
      "plan":     see :mod:`scoring.progress.plan`,
      "stories":  [ {"title", "session", "competencies", "parts"} ] }

A point is null where nothing was measured, and no line is drawn through what is not comparable with
the newest session. Slopes are a session, on ``scale``; their interval is of 95 %.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from scoring.made_with import made_with
from scoring.progress.compare import reading_of, shown_reading, unit_of
from scoring.progress.conditions import Difference, differences, why_not
from scoring.progress.plan import plan
from scoring.progress.reading import Reading
from scoring.progress.reliable_change import benjamini_hochberg, change
from scoring.progress.sessions import ReportedSession, Shelf, mapping
from scoring.progress.stories import stories
from scoring.progress.trend import FEWEST, trend
from scoring.progress.wording import SCORES, about, change_in_words, groups, label_of, listed
from scoring.report.versions import of_later_version
from scoring.rubric import load

SCHEMA_VERSION = "1.0"


def overview(shelf: Shelf, today: datetime.date | None = None) -> dict[str, Any]:
    """Everything of several sessions, in the shape above.

    Args:
        shelf: the sessions.
        today: before which no session is planned; None for any day.
    """
    sessions = shelf.sessions
    seen = _Seen(sessions)
    series = [_series(seen, "scores", name, "Scores") for name in SCORES]
    for group, names in groups().items():
        series += [_series(seen, "measures", name, group) for name in names]
    series = [each for each in series if any(each["points"])]
    _judge(series)
    wording = load("change")
    count = sum(each["trend"] is not None for each in series)
    return {
        "schema_version": SCHEMA_VERSION,
        "what": "progress",
        "headline": _headline(sessions, series),
        "family": wording["verdict"]["family"].format(count=count) if count else "",
        "practice_gain": wording["practice_gain"],
        "sessions": [about(session) for session in sessions],
        "notes": _notes(sessions),
        "skipped": [{"name": name, "why": why} for name, why in shelf.skipped],
        "series": series,
        "plan": plan(sessions, series, today),
        "stories": stories(sessions),
    }


class _Seen:
    """Sessions, and what differs between any two of them, each pair looked at once."""

    def __init__(self, sessions: Sequence[ReportedSession]) -> None:
        self.sessions = sessions
        self._found: dict[tuple[int, int], tuple[Difference, ...]] = {}

    def why_not(self, kind: str, name: str, at: int, newest: int) -> str:
        """Why a session's value cannot be held against that of the newest; empty where it can."""
        if at == newest:
            return ""
        one, other = self.sessions[at], self.sessions[newest]
        if (at, newest) not in self._found:
            self._found[at, newest] = differences(one, other)
        return why_not(kind, name, one, other, self._found[at, newest], ("this", "the newest"))


def _series(seen: _Seen, kind: str, name: str, group: str) -> dict[str, Any]:
    sessions = seen.sessions
    readings = [reading_of(session, kind, name) for session in sessions]
    usable = [i for i, reading in enumerate(readings) if reading is not None]
    newest = usable[-1] if usable else None
    points: list[dict[str, Any] | None] = []
    followed: list[tuple[float, Reading]] = []
    for at, (session, reading) in enumerate(zip(sessions, readings, strict=True)):
        shown = shown_reading(session, kind, name, reading)
        why = "" if newest is None or reading is None else seen.why_not(kind, name, at, newest)
        if shown is not None:
            comparable = reading is not None and not why
            shown |= {"session": at, "comparable": comparable, "why": why}
        points.append(shown)
        if reading is not None and not why and session.created is not None:
            followed.append((float(at), reading))
    settings = mapping(load("change")["score" if kind == "scores" else "measure"].get(name))
    unit = next((u for s in reversed(sessions) if (u := unit_of(s, kind, name))), "")
    return {
        "kind": kind,
        "name": name,
        "label": label_of(kind, name),
        "unit": unit,
        "group": group,
        "scale": settings.get("scale", "linear"),
        "source": settings.get("source"),
        "points": points,
        "trend": _trend(followed, unit, float(settings.get("retest_sd", 0.0))),
        "verdict": "few" if settings else "unknown",
        "say": load("change")["verdict"]["few" if settings else "unknown"],
        "toward": _toward(kind, followed),
    }


def _trend(
    followed: Sequence[tuple[float, Reading]], unit: str, least: float
) -> dict[str, Any] | None:
    """A line through three and more, the change between two."""
    if len(followed) == 2:
        (first, before), (last, after) = followed
        one = change(before, after, least)
        ends = before.value, after.value
        slope, low, high = (x / (last - first) for x in (one.difference, one.low, one.high))
        p = one.p
    else:
        line = trend(followed)
        if line is None:
            return None
        slope, low, high, p, ends = line.slope, line.low, line.high, line.p, (line.start, line.end)
    scale = followed[0][1].scale
    return {
        "slope": round(slope, 5),
        "low": round(low, 5),
        "high": round(high, 5),
        "p": p,
        "sessions": len(followed),
        "start": round(_raw(ends[0], scale), 4),
        "end": round(_raw(ends[1], scale), 4),
        "first_session": int(followed[0][0]),
        "last_session": int(followed[-1][0]),
        "text": change_in_words(ends[1] - ends[0], unit, scale),
    }


def _raw(value: float, scale: str) -> float:
    return float(2.0 ** (value / 12.0)) if scale == "semitones" else value


def _toward(kind: str, followed: Sequence[tuple[float, Reading]]) -> str | None:
    if kind != "scores" or len(followed) < 2:
        return None
    first, last = followed[0][1].value, followed[-1][1].value
    return "better" if last > first else "worse" if last < first else None


def _judge(series: Sequence[dict[str, Any]]) -> None:
    """Puts a verdict to each of the trends that are shown together."""
    say = load("change")["verdict"]
    known = [each for each in series if each["trend"] is not None]
    stands = benjamini_hochberg([each["trend"]["p"] for each in known])
    for each, stand in zip(known, stands, strict=True):
        line = each["trend"]
        alone = line["low"] > 0 or line["high"] < 0
        rising = "rising" if line["slope"] > 0 else "falling"
        each["verdict"] = rising if stand else "luck" if alone else "steady"
        word = "chance" if each["verdict"] == "steady" and line["sessions"] < FEWEST else None
        each["say"] = say[word or each["verdict"]]


def _notes(sessions: Sequence[ReportedSession]) -> list[str]:
    """Which reports another version or other rubrics than this one's made, and what to do."""
    later = [f"{s.name}: {note}" for s in sessions if (note := of_later_version(s.report))]
    count = sum(mapping(session.report.get("made_with")) != made_with() for session in sessions)
    if not count:
        return later
    return [*later, load("change")["verdict"]["again"].format(count=count)]


def _headline(sessions: Sequence[ReportedSession], series: Sequence[dict[str, Any]]) -> str:
    count = len(sessions)
    told = f"{count} sessions" if count > 1 else "One session"
    real = [each for each in series if each["verdict"] in ("rising", "falling")]
    if count == 1:
        return f"{told} so far: from the second on, changes are told here."
    if not any(each["trend"] for each in series):
        return f"{told}: none of them can be compared with another yet."
    if not real:
        return f"{told}: nothing has changed by more than chance makes, so far."
    order = sorted(real, key=lambda each: (each["kind"] != "scores", each["trend"]["p"]))
    named = [f"{each['label']} ({each['trend']['text']})" for each in order[:3]]
    more = f", and {len(real) - 3} more" if len(real) > 3 else ""
    return f"{told}: what probably really changed is {listed(named)}{more}."
