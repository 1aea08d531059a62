"""The stories that somebody has told over all sessions, as their reports found them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scoring.progress.sessions import ReportedSession, mapping


def stories(sessions: Sequence[ReportedSession]) -> list[dict[str, Any]]:
    """Stories by title, newest first, each once with every competency it was found to serve.

    Reports without stories, as older versions made them, add none.
    """
    found: dict[str, dict[str, Any]] = {}
    for session in reversed(sessions):
        for story in _listed(session.report.get("stories")):
            title = str(story.get("title") or "").strip()
            if not title:
                continue
            entry = found.setdefault(
                title.casefold(),
                {"title": title, "sessions": [], "competencies": [], "parts": _parts(story)},
            )
            if session.name not in entry["sessions"]:
                entry["sessions"].append(session.name)
            for each in _listed(story.get("competencies")):
                name = str(each.get("name") or "").replace("_", " ").strip()
                if name and name not in entry["competencies"]:
                    entry["competencies"].append(name)
    return list(found.values())


def _listed(value: object) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _parts(story: Mapping[str, Any]) -> dict[str, str | None]:
    """What was said of each part; None for a part that is missing."""
    parts = mapping(story.get("parts"))
    names = ("situation", "task", "action", "result")
    return {name: str(parts[name]) if parts.get(name) else None for name in names}
