"""Sessions of invented people, some of them written as folders with a report and no record."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from game.bench.progress_material import Person, invented, session_of
from scoring.progress.sessions import ReportedSession
from scoring.record.writer import pretty


def somebody(seed: int = 1) -> Person:
    """An invented person."""
    return invented(np.random.default_rng(seed))


def session(
    person: Person, seed: int, created: str = "2026-03-02T09:00:00+00:00", name: str = "s"
) -> ReportedSession:
    """A session of five answers."""
    return session_of(person, np.random.default_rng(seed), name, created, 5)


def altered(one: ReportedSession, *path: str, to: Any) -> ReportedSession:
    """The same with another value at a place in its report."""
    report = copy.deepcopy(dict(one.report))
    at: Any = report
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = to
    return replace(one, report=report)


def write(one: ReportedSession, folder: Path) -> Path:
    """Writes ``report.json`` and ``session.json``."""
    folder.mkdir(parents=True)
    (folder / "report.json").write_bytes(pretty(one.report))
    (folder / "session.json").write_bytes(pretty(one.meta))
    return folder
