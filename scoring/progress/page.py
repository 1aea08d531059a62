"""Progress and comparison as one HTML file each that opens offline, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from perception.errors import StorageError
from perception.paths import ASSETS
from scoring.progress.charts import series_chart, zone_chart
from scoring.progress.sessions import ReportedSession, date_of, mapping, number
from scoring.progress.wording import readable
from scoring.record.writer import pretty, write_atomically
from scoring.rubric import load


def comparison_page(found: Mapping[str, Any]) -> str:
    """The page of ``comparison.json``."""
    items = found["items"]
    order = ("real", "luck", "chance")
    compared = {v: [i for i in items if i["verdict"] == v] for v in order}
    return _render(
        "comparison.html.j2",
        r=found,
        compared=compared,
        charts={(i["kind"], i["name"]): zone_chart(i) for v in order for i in compared[v]},
        verdicts=load("change")["verdict"],
        scores=[i for i in items if i["kind"] == "scores"],
        apart=[i for i in items if i["verdict"] == "not_comparable"],
        unknown=[i for i in items if i["verdict"] == "unknown"],
    )


def progress_page(found: Mapping[str, Any], sessions: Sequence[ReportedSession]) -> str:
    """The page of ``progress.json``.

    Args:
        found: what it holds.
        sessions: it is about, in the same order.
    """
    times = [date_of(each["created"]) for each in found["sessions"]]
    charts = {
        (s["kind"], s["name"]): series_chart(s, times, _norm(sessions, s)) for s in found["series"]
    }
    real = [s for s in found["series"] if s["verdict"] in ("rising", "falling")]
    followed = [s for s in found["series"] if s["verdict"] != "unknown"]
    return _render(
        "progress.html.j2",
        r=found,
        charts=charts,
        scores=[s for s in followed if s["kind"] == "scores"],
        real=[s for s in real if s["kind"] == "measures"],
        others=[s for s in followed if s["kind"] == "measures" and s not in real],
        unknown=[s for s in found["series"] if s["verdict"] == "unknown"],
    )


def _norm(
    sessions: Sequence[ReportedSession], series: Mapping[str, Any]
) -> tuple[float | None, float | None]:
    """The usual band of the newest report that has one."""
    for session in reversed(sessions):
        norm = mapping(session.entry(series["kind"], series["name"]).get("norm"))
        if norm:
            return number(norm.get("low")), number(norm.get("high"))
    return None, None


def write_page(page: str, found: Mapping[str, Any], html: Path, json: Path) -> None:
    """Writes both files, each as a whole and for the user alone.

    Raises:
        StorageError: one cannot be written.
    """
    for path, data in ((json, pretty(found)), (html, page.encode("utf-8", "backslashreplace"))):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, data)
        except OSError as error:
            raise StorageError(
                f"{path}: cannot be written ({error.strerror or error}); "
                "name another place with --out and --json"
            ) from None


def _render(template: str, **values: Any) -> str:
    return _environment().get_template(template).render(**values)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ASSETS / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["readable"] = lambda name: readable(str(name))
    return environment
