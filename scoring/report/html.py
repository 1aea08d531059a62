"""The report as one HTML file that opens offline: drawings, styles, script and text all inside.

Only the recording itself lies beside it, where it was kept.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from perception.paths import ASSETS
from scoring.feedback import clock, shown
from scoring.leaving_out import instead
from scoring.report.analysis import Analysis
from scoring.report.captions import clean, transcript
from scoring.report.page_parts import (
    answers_told,
    courses_of,
    languages_of,
    looks,
    measured,
    paces,
    words_of,
)
from scoring.report.timeline import timeline
from scoring.report.tolerant import with_every_key
from scoring.report.words import (
    band,
    day,
    doubted,
    impressed_from,
    minutes,
    readable,
    title,
    unrated,
)
from scoring.rubric import load

_TEMPLATES = ASSETS / "templates"
_PARTS = _TEMPLATES / "report"


def render_html(analysis: Analysis) -> str:
    """The whole page as text."""
    session, report = analysis.session, with_every_key(analysis.report)
    lines = transcript(session)
    drawn = timeline(session, analysis.measures, report)
    kept = report["media"]
    starts = [line.start_s for line in lines]
    scripts = {name: _text(_PARTS / f"{name}.js") for name in ("player", "timeline")}

    def place(t_s: float) -> int:
        """Line of the transcript that was being said at a time."""
        before = [i for i, start in enumerate(starts) if start <= t_s + 0.5]
        return before[-1] if before else 0

    return (
        _environment()
        .get_template("report/base.html.j2")
        .render(
            r=report,
            measures=analysis.measures.values,
            measured=measured(analysis.measures),
            left_out_said=instead(),
            labels=load("labels"),
            words=load("understood"),
            emotion=load("emotion")["say"],
            courses=courses_of(report["emotion"]),
            impressions_disclaimer=load("disclaimers")["impressions"],
            number_of={q["id"]: f"question {n}" for n, q in enumerate(report["questions"], 1)},
            her_name=report["recruiter"]["name"],
            answers=answers_told(session, report["questions"]),
            lines=lines,
            told=words_of(session, lines),
            languages=languages_of(session, lines),
            line=drawn,
            paces=paces(session, analysis.measures),
            pace_band=analysis.measures["speech_rate_wpm"].norm,
            looks=looks(analysis.measures),
            plays=bool(kept["sounds"] or kept["pictures"] or kept["original"]),
            place=place,
            title=title(report),
            css=Markup(_text(_PARTS / "report.css")),
            player_js=Markup(scripts["player"]),
            timeline_js=Markup(scripts["timeline"]),
            script_hashes=Markup(" ".join(_hash_of(f"\n{text}\n") for text in scripts.values())),
            data=_json({"duration_s": drawn.duration_s}),
        )
    )


def _text(path: Path) -> str:
    """A part of the page as it is; its own folder is as trusted as this program."""
    return path.read_text(encoding="utf-8").strip()


def _hash_of(script: str) -> str:
    """How the page names the only scripts that a browser may run in it."""
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _json(data: Mapping[str, Any]) -> Markup:
    """JSON that ends no script element, whatever is in it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return Markup(text.replace("<", "\\u003c"))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
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
        doubted=doubted,
        readable=readable,
        unrated=unrated,
    )
    return environment
