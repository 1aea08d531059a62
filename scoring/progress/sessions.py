"""Sessions as their reports tell them, read without measuring anything again.

A report that is missing or damaged is worked out again from its record, in memory: the session
folder is left as it is. What cannot be had that way either is skipped with a line that says why.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from perception.errors import InputError, RecruiterError
from perception.named_file import check_folder, is_file, is_folder
from scoring.made_with import made_with
from scoring.report.analysis import build_report
from scoring.report.versions import of_later_version

REPORT_FILE, SESSION_FILE = "report.json", "session.json"
OLDEST_YEAR = 2020
"""A clock that says an earlier one has lost its time."""
LARGEST = 1e9
"""Beyond it a number is a fault; a day has 1e5 seconds."""
MADE_AGAIN = "its report was made again from its record"
NEVER_ENDED = "it was cut off before its end"
NO_ZONE = "its date has no time zone and was taken for UTC"
NO_DATE = "it has no usable date, so it stands outside the order of time"

Kind = Literal["practice", "demo", "analysis"]
Told = Callable[[str, float], None]
"""Told what is being done, and the share (0...1) of it that is done."""


@dataclass(frozen=True)
class ReportedSession:
    """One session: its folder, ``session.json`` and ``report.json``."""

    folder: Path
    report: Mapping[str, Any]
    meta: Mapping[str, Any]
    """Empty where it is missing or cannot be read."""
    notes: tuple[str, ...] = ()
    """What a person should know of it, clauses."""

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.resolve().name

    @property
    def created(self) -> datetime.datetime | None:
        """When it began, with its zone; None where its clock did not know."""
        return date_of(self.report.get("created") or self.meta.get("created"))

    @property
    def kind(self) -> Kind:
        """Who sat there: a person, a synthetic candidate, or a recording."""
        told = self.meta.get("kind")
        return told if told in ("demo", "analysis") else "practice"

    @property
    def duration_s(self) -> float:
        """Seconds; 0 where nobody says."""
        return number(self.report.get("duration_s")) or 0.0

    @property
    def role(self) -> str:
        """Name of the job, or its file; empty where nobody says."""
        return str(self.report.get("role") or "")

    def entry(self, kind: str, name: str) -> Mapping[str, Any]:
        """The report's entry of a score or a measure (``kind`` "scores", "measures")."""
        return mapping(mapping(self.report.get(kind)).get(name))


def date_of(text: object) -> datetime.datetime | None:
    """An ISO date with its zone, UTC where it has none; None for none that can be right."""
    try:
        found = datetime.datetime.fromisoformat(str(text))
        found = found if found.tzinfo is not None else found.replace(tzinfo=datetime.UTC)
        found.astimezone(datetime.UTC)  # the first and the last days of all may have no UTC
    except (ValueError, OverflowError):
        return None
    return found if found.year >= OLDEST_YEAR else None


def number(value: object) -> float | None:
    """A number that a session can hold; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) <= LARGEST else None  # nor is NaN


def names(value: object) -> list[str]:
    """The texts of a list; none of anything else."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def mapping(value: object) -> Mapping[str, Any]:
    """A table; an empty one for anything else."""
    return value if isinstance(value, Mapping) else {}


def read_reported(folder: Path, again: bool = False, told: Told | None = None) -> ReportedSession:
    """Reads a session by its report.

    Args:
        folder: of the session.
        again: work the report out anew where other rubrics or another version made it.
        told: told when something is worked out.

    Raises:
        InputError: there is neither a usable report nor a record in it.
    """
    check_folder(folder, advice="name the folder of a session")
    meta = _read_json(folder / SESSION_FILE) or {}
    report = _read_json(folder / REPORT_FILE)
    notes: list[str] = []
    if report is not None and not _is_report(report):
        report = None
    recorded = is_file(folder / SESSION_FILE) or is_file(folder / "events.jsonl")
    stale = report is not None and again and mapping(report.get("made_with")) != made_with()
    if report is None or (stale and recorded):
        if not recorded:
            raise InputError(
                f"{folder}: no usable {REPORT_FILE} and no record to make it from; "
                "name the folder of a session"
            )
        if told is not None:
            told(f"measuring {folder.name} again", 0.0)
        try:
            report = build_report(folder)
            notes.append(MADE_AGAIN)
        except RecruiterError:
            if report is None:
                raise
    later = of_later_version(report)
    if later is not None:
        notes.append(later)
    if meta.get("status") in ("running", "interrupted"):
        notes.append(NEVER_ENDED)
    session = ReportedSession(folder, report, meta)
    stamp = str(report.get("created") or meta.get("created") or "")
    if session.created is None:
        notes.append(NO_DATE)
    elif datetime.datetime.fromisoformat(stamp).tzinfo is None:
        notes.append(NO_ZONE)
    return replace(session, notes=tuple(notes))


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _is_report(report: Mapping[str, Any]) -> bool:
    return isinstance(report.get("measures"), Mapping) and isinstance(report.get("scores"), Mapping)


@dataclass(frozen=True)
class Shelf:
    """The sessions of a folder, in the order of time; those without a date come last."""

    folder: Path
    sessions: tuple[ReportedSession, ...]
    skipped: tuple[tuple[str, str], ...]
    """Folder's name and why it is not among them."""


def read_all(
    folder: Path, again: bool = False, kind: Kind | None = None, told: Told | None = None
) -> Shelf:
    """All sessions that lie in a folder.

    Args:
        folder: that holds session folders; one level deep.
        again: as of :func:`read_reported`.
        kind: those of one kind only. By default a synthetic candidate is left out where there are
            others.
        told: told how far it is.

    Raises:
        InputError: there is no such folder, or no session that can be used in it.
    """
    check_folder(folder, advice="name the folder that holds sessions, or practise first")
    if is_file(folder / SESSION_FILE):
        raise InputError(
            f"{folder}: is one session; name the folder that holds them, or use "
            f"python3 run.py report {folder}"
        )
    found: list[ReportedSession] = []
    skipped: list[tuple[str, str]] = []
    places = [path for path in sorted(folder.iterdir()) if _may_be_session(path)]
    for at, place in enumerate(places):
        if told is not None:
            told(f"reading {place.name}", at / len(places))
        try:
            found.append(read_reported(place, again, told))
        except RecruiterError as error:
            skipped.append((place.name, str(error).removeprefix(f"{place}: ")))
    kinds = {session.kind for session in found}
    for session in found:
        if kind is not None and session.kind != kind:
            skipped.append((session.name, f"it is of another kind than asked for: {session.kind}"))
        elif kind is None and session.kind == "demo" and kinds != {"demo"}:
            skipped.append((session.name, "a synthetic candidate sat in it (--kind demo shows it)"))
    out = {name for name, _ in skipped}
    kept = [session for session in found if session.name not in out]
    if not kept:
        why = f" ({skipped[0][0]}: {skipped[0][1]})" if skipped else ""
        raise InputError(f"{folder}: no session in it that can be shown{why}; practise first")
    return Shelf(folder, tuple(in_order(kept)), tuple(sorted(skipped)))


def _may_be_session(path: Path) -> bool:
    names = (SESSION_FILE, REPORT_FILE, "events.jsonl")
    try:
        return is_folder(path) and any(is_file(path / name) for name in names)
    except InputError:  # told of as it is read, and keeps none of the others back
        return True


def in_order(sessions: Sequence[ReportedSession]) -> list[ReportedSession]:
    """By time in UTC, those of the same second by name; those without a date last."""
    last = datetime.datetime.max.replace(tzinfo=datetime.UTC)

    def key(session: ReportedSession) -> tuple[datetime.datetime, str]:
        created = session.created
        return (last if created is None else created.astimezone(datetime.UTC), session.name)

    return sorted(sessions, key=key)
