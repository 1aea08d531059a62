"""The report as one HTML file that opens offline: pictures, styles and text all inside."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from matplotlib.figure import Figure

from perception.languages import spaces
from perception.paths import ASSETS
from scoring.feedback import clock, shown
from scoring.report.analysis import Analysis
from scoring.report.captions import clean, transcript
from scoring.report.charts import svg
from scoring.report.words import (
    band,
    captions,
    day,
    impressed_from,
    minutes,
    readable,
    title,
    unrated,
)
from scoring.rubric import load


def render_html(analysis: Analysis, charts: Mapping[str, Figure]) -> str:
    """The whole page as text."""
    session = analysis.session
    lines = transcript(session)
    questions = analysis.report["questions"]
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
            words=load("understood"),
            emotion=load("emotion")["say"],
            impressions_disclaimer=load("disclaimers")["impressions"],
            number_of={q["id"]: f"question {n}" for n, q in enumerate(questions, start=1)},
            captions=captions(analysis.measures.left_out.measures),
            charts={name: _data_uri(svg(figure)) for name, figure in charts.items()},
            lines=lines,
            place=place,
            title=title(analysis.report),
        )
    )


def _data_uri(data: bytes) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(data).decode("ascii")


def _spaced(pieces: Sequence[Any]) -> list[tuple[str, Any]]:
    """Pieces of a text (with ``text``, or that under a key), and what stands before each."""
    texts = [each["text"] if isinstance(each, Mapping) else each.text for each in pieces]
    return list(zip(spaces(texts), pieces, strict=True))


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
        impressed_from=impressed_from,
        clean=clean,
        band=band,
        readable=readable,
        unrated=unrated,
        spaced=_spaced,
    )
    return environment
