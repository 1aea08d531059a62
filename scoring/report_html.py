"""The report as one HTML file that opens offline: pictures, styles and text all inside."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from matplotlib.figure import Figure

from scoring.captions import clean, transcript
from scoring.charts import svg
from scoring.feedback import clock, shown
from scoring.rubric import ASSETS, load
from scoring.voice_impressions import excitement

if TYPE_CHECKING:
    from scoring.report import Analysis


def render_html(analysis: Analysis, charts: Mapping[str, Figure]) -> str:
    """The whole page as text."""
    session = analysis.session
    lines = transcript(session)
    starts = [line.start_s for line in lines]

    def place(t_s: float) -> int:
        """Line of the transcript that was being said at a time."""
        before = [i for i, start in enumerate(starts) if start <= t_s + 0.5]
        return before[-1] if before else 0

    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            r=analysis.report,
            measures=analysis.measures.values,
            labels=load("labels"),
            charts={name: _data_uri(svg(figure)) for name, figure in charts.items()},
            lines=lines,
            place=place,
            title=title(analysis.report),
        )
    )


def title(report: Mapping[str, Any]) -> str:
    """Heading of a report."""
    role = readable(report["role"] or "")
    return f"Interview: {role}" if role else "Interview report"


def readable(name: object) -> str:
    """A content file's name as a title: ``sales_assistant`` becomes "Sales assistant"."""
    text = clean(str(name)).replace("_", " ")
    return text[:1].upper() + text[1:]


def day(created: object) -> str:
    """Date and time of an ISO stamp, as people write it."""
    text = clean(str(created or ""))
    return text[:16].replace("T", " ")


def minutes(seconds: float) -> str:
    """A length in minutes and seconds."""
    whole = round(seconds)
    return f"{whole // 60} min {whole % 60:02d} s" if whole >= 60 else f"{whole} s"


def band(norm: Any) -> str:
    """A norm's band in words; empty for none."""
    if norm is None:
        return ""

    if norm.low is not None and norm.high is not None:
        return f"{norm.low:g} – {norm.high:g}"
    if norm.low is not None:
        return f"{norm.low:g} or more"
    return f"up to {norm.high:g}"


def _data_uri(data: bytes) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(data).decode("ascii")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ASSETS / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        clock=clock,
        shown=shown,
        day=day,
        minutes=minutes,
        clean=clean,
        band=band,
        readable=readable,
        excitement=excitement,
    )
    return environment
