"""What to practise next, when, and by which command.

``plan`` of ``progress.json``::

    { "done", "of_about", "about", "spacing",
      "focus":    [ {"id", "what", "why", "how", "exercise", "told_in", "sessions"} ],
      "resting":  [ {"id", "what", "why"} ],
      "sessions": [ {"number", "after_days", "date", "focus", "why", "command"} ] }

The most telling comes first. Advice of the newest sessions stays, the sooner the more often it
came; what was not
advised in the last two sessions rests. Dates count from the newest session that has one, and none
lies before the day on which the plan is made.
"""

from __future__ import annotations

import datetime
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from perception.paths import ASSETS
from scoring.progress.sessions import ReportedSession, mapping, names, number
from scoring.progress.wording import day
from scoring.rubric import load

MOST_FOCUS = 3
_LONGEST_PATH = 255
"""Characters; a longer one is no file on many systems, and asking for it an error."""
RECENT = 3
"""Sessions of which it matters how often something was advised."""
_USUAL = 0.5
"""Effect and changeability (0...1) of advice that does not say its own."""
_HARDER: Mapping[str, str] = {"": "demanding", "warm": "neutral", "neutral": "demanding"}
"""Manner of the recruiter (empty: her own), and the one to go on to; others stay."""


@dataclass(frozen=True)
class _Advice:
    """One piece of advice over all sessions."""

    id: str
    latest: Mapping[str, Any]
    told: tuple[int, ...]
    """Sessions in which it was given, by their place."""


def plan(
    sessions: Sequence[ReportedSession],
    series: Sequence[Mapping[str, Any]],
    today: datetime.date | None = None,
) -> dict[str, Any]:
    """The plan of the next sessions.

    Args:
        sessions: in the order of time.
        series: of ``progress.json``, which say what has become better.
        today: before which no session is planned; None for any day.
    """
    wording = load("change")["practice"]
    own = [s for s in sessions if s.kind != "demo"] or list(sessions)
    advice = _advice(own)
    recent = range(max(0, len(own) - int(wording["rests_after"])), len(own))
    active = [a for a in advice if any(i in recent for i in a.told)]
    active.sort(key=lambda a: -_weight(a, len(own)))
    resting = [a for a in advice if a not in active]
    focus = active[:MOST_FOCUS]
    return {
        "done": len(own),
        "of_about": int(wording["nine"]),
        "about": wording["about_nine"],
        "spacing": wording["spacing"],
        "focus": [_focus(a, len(own)) for a in focus],
        "resting": [
            {"id": a.id, "what": a.latest["what"], "why": _why_resting(a, series)} for a in resting
        ],
        "sessions": _next_sessions(own, focus, today),
    }


def _advice(sessions: Sequence[ReportedSession]) -> list[_Advice]:
    found: dict[str, tuple[Mapping[str, Any], list[int]]] = {}
    for at, session in enumerate(sessions):
        told = session.report.get("improvements")
        for each in told if isinstance(told, list) else []:
            entry = mapping(each)
            what = str(entry.get("what") or "").strip()
            if not what:
                continue
            key = str(entry.get("id") or what.casefold())
            places = found[key][1] if key in found else []
            if at not in places:
                places.append(at)
            found[key] = ({**entry, "what": what}, places)
    return [_Advice(key, latest, tuple(told)) for key, (latest, told) in found.items()]


def _weight(advice: _Advice, count: int) -> float:
    """How much it promises: effect times changeability, more where it came again and again."""
    effect, changeable = (number(advice.latest.get(key)) for key in ("effect", "changeable"))
    promise = (_USUAL if effect is None else effect) * (
        _USUAL if changeable is None else changeable
    )
    often = sum(at >= count - RECENT for at in advice.told)
    newest = 0.5 if count - 1 in advice.told else 0.0
    return promise * (1.0 + 0.5 * (often - 1) + newest)


def _focus(advice: _Advice, count: int) -> dict[str, Any]:
    latest = advice.latest
    times = len(advice.told)
    often = f"It was advised in {times} of {count} sessions." if count > 1 else ""
    return {
        "id": advice.id,
        "what": latest["what"],
        "why": " ".join(part for part in (str(latest.get("why") or ""), often) if part),
        "how": str(latest.get("how") or ""),
        "exercise": _exercise(mapping(latest.get("exercise"))),
        "told_in": times,
        "sessions": count,
    }


def _exercise(told: Mapping[str, Any]) -> dict[str, Any] | None:
    steps = names(told.get("steps"))
    if not steps:
        return None
    minutes = number(told.get("minutes"))
    return {
        "title": str(told.get("title") or "Exercise"),
        "steps": steps,
        "minutes": None if minutes is None else round(minutes),
    }


def _why_resting(advice: _Advice, series: Sequence[Mapping[str, Any]]) -> str:
    for each in series:
        if each["name"] == advice.id and each["verdict"] in ("rising", "falling"):
            return f"it has changed since: {each['trend']['text']}, {each['say']}"
    return "it was not needed in the last two sessions"


def _next_sessions(
    sessions: Sequence[ReportedSession],
    focus: Sequence[_Advice],
    today: datetime.date | None,
) -> list[dict[str, Any]]:
    """One session as the last, one a step harder, one at the length of a real one."""
    dated = [s.created for s in sessions if s.created is not None]
    last = sessions[-1]
    role = _known(last.role, "interviews")
    persona = _known(str(last.meta.get("persona") or last.report.get("persona") or ""), "personas")
    manner = _known(str(last.meta.get("manner") or ""), "personas/manners")
    asked = number(last.meta.get("questions"))
    count = int(asked) if asked is not None and 1 <= asked <= 50 else 5
    named = [str(a.latest["what"]) for a in focus]
    first, second = named[:1], named[1:2] or named[:1]
    harder = _HARDER.get(manner, manner)
    say = load("change")["practice"]
    steps = (
        (first, say["as_before"], manner, count),
        (second, say["harder" if harder != manner else "as_hard"], harder, count),
        (named[:2], say["longer"], manner, count + 2),
    )
    found = []
    gaps = load("change")["practice"]["gaps_days"]
    after = 0
    if dated and today is not None:  # who comes back late begins today, and keeps the gaps
        after = max(0, (today - dated[-1].date()).days - int(gaps[0]))
    for number_, (what, why, how, many) in enumerate(steps):
        after += int(gaps[min(number_, len(gaps) - 1)])
        date = dated[-1].date() + datetime.timedelta(days=after) if dated else None
        found.append(
            {
                "number": len(sessions) + number_ + 1,
                "after_days": after,
                "date": None if date is None else date.isoformat(),
                "day": "" if date is None else day(date),
                "focus": what,
                "why": why,
                "command": _command(role, persona, how, min(many, 50)),
            }
        )
    return found


def _command(role: str, persona: str, manner: str, questions: int) -> str:
    words = ["python3", "run.py", "practice"]
    for option, value in (("--role", role), ("--persona", persona), ("--manner", manner)):
        words += [option, value] if value else []
    return shlex.join([*words, "--questions", str(questions)])


def _known(name: str, folder: str) -> str:
    """A job, a recruiter or a manner as the command takes it; empty where its file is not here."""
    shipped = name in {path.stem for path in (ASSETS / folder).glob("*.toml")}
    own = name.endswith(".toml") and len(name) < _LONGEST_PATH and Path(name).is_file()
    return name if shipped or own else ""
