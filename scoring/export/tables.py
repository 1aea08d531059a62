"""Reports of sessions as tables: a row for each measure, score and rating of each session.

Built from ``report.json``, also of older and newer versions: what one of them lacks is empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

Cell = str | float | int | bool | datetime | None
Kind = Literal["text", "number", "count", "flag", "time"]
Report = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, each in the order of the columns."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def _columns(**kinds: Kind) -> tuple[Column, ...]:
    return tuple(Column(name, kind) for name, kind in kinds.items())


_SESSION = _columns(
    session_id="text", created="time", role="text", persona="text", program="text", report="text"
)
"""Of the session, at the beginning of each row; ``report`` is the version of ``report.json``."""

MEASURES = (
    *_SESSION,
    *_columns(
        measure="text", value="number", unit="text", coverage="number", trust="number",
        answers_sd="number", answers="count", norm_low="number", norm_high="number",
        norm_source="text", doubts="text", why="text",
    ),
)  # fmt: skip
SCORES = (
    *_SESSION,
    *_columns(
        score="text", value="number", low="number", high="number", coverage="number",
        reliability="number", doubts="text", why="text",
    ),
)  # fmt: skip
RATINGS = (
    *_SESSION,
    *_columns(
        question_number="count", question_id="text", question="text", follow_up_of="text",
        competency="text", asked_s="number", answer_start_s="number", answer_end_s="number",
        response_time_s="number", kind="text", typed="flag", language="text", rating="text",
        value="number", low="number", high="number", why="text",
    ),
)  # fmt: skip
"""A question that was not rated has one row, without a rating."""


def tables(reports: Sequence[Report]) -> tuple[Table, ...]:
    """Tables of measures, scores and ratings; a row each, session by session as given."""
    return (
        Table("measures", MEASURES, _rows(MEASURES, map(_measures, reports))),
        Table("scores", SCORES, _rows(SCORES, map(_scores, reports))),
        Table("ratings", RATINGS, _rows(RATINGS, map(_ratings, reports))),
    )


def _rows(
    columns: Sequence[Column], sessions: Iterable[Iterable[Mapping[str, Any]]]
) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        tuple(_cell(entry.get(column.name), column.kind) for column in columns)
        for session in sessions
        for entry in session
    )


def _cell(value: Any, kind: Kind) -> Cell:
    """A value as its column has it; None for one that does not fit there."""
    if value is None:
        return None
    if kind == "text":
        return ";".join(map(str, value)) if isinstance(value, list) else str(value)
    if kind == "time":
        return when(value)
    if kind == "flag":
        return value if isinstance(value, bool) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if kind == "count" else float(value)


def when(stamp: Any) -> datetime | None:
    """A moment of an ISO stamp, with its zone; None for what is none. One without is taken for
    Greenwich's, in which the program has always written."""
    try:
        at = datetime.fromisoformat(str(stamp))
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _entries(value: Any) -> list[tuple[str, Mapping[str, Any]]]:
    return [(name, each) for name, each in _table(value).items() if isinstance(each, Mapping)]


def _session(report: Report) -> dict[str, Any]:
    return {
        "session_id": report.get("session_id"),
        "created": report.get("created"),
        "role": report.get("role"),
        "persona": report.get("persona"),
        "program": _table(report.get("versions")).get("recruiter-room"),
        "report": report.get("schema_version"),
    }


def _measures(report: Report) -> list[dict[str, Any]]:
    session = _session(report)
    found = []
    for name, m in _entries(report.get("measures")):
        norm, spread = _table(m.get("norm")), _table(m.get("between_answers"))
        found.append(
            {
                **session,
                **{key: m.get(key) for key in ("value", "unit", "coverage", "trust")},
                "measure": name,
                "answers_sd": spread.get("sd"),
                "answers": spread.get("answers"),
                "norm_low": norm.get("low"),
                "norm_high": norm.get("high"),
                "norm_source": norm.get("source"),
                "doubts": m.get("doubts"),
                "why": m.get("why"),
            }
        )
    return found


def _scores(report: Report) -> list[dict[str, Any]]:
    session = _session(report)
    return [{**s, **session, "score": name} for name, s in _entries(report.get("scores"))]


def _ratings(report: Report) -> list[dict[str, Any]]:
    session = _session(report)
    asked = report.get("questions")
    found = []
    for number, q in enumerate(asked if isinstance(asked, list) else (), start=1):
        if not isinstance(q, Mapping):
            continue
        answer = _table(q.get("answer"))
        about = {
            **session,
            "question_number": number,
            "question_id": q.get("id"),
            "question": q.get("question") or q.get("text"),
            **{key: q.get(key) for key in ("follow_up_of", "competency", "asked_s")},
            "answer_start_s": answer.get("start_s"),
            "answer_end_s": answer.get("end_s"),
            **{key: answer.get(key) for key in ("response_time_s", "kind", "typed", "language")},
        }
        rated = _entries(q.get("ratings"))
        found += [{**about, **_rating(rating), "rating": name} for name, rating in rated]
        found += [] if rated else [about]
    return found


def _rating(rating: Mapping[str, Any]) -> dict[str, Any]:
    return {key: rating.get(key) for key in ("value", "low", "high", "why")}
