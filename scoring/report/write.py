"""The report of a session: ``report.json``, ``report.html``, ``report.pdf``, ``captions.vtt``.

A pure function of the session folder: the same folder gives the same bytes again.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from perception.errors import StorageError
from perception.interrupt import interrupt_postponed
from scoring.classifier_folder import with_classifiers
from scoring.leaving_out import LeftOut
from scoring.record.session import Session, read_session
from scoring.record.writer import pretty, write_atomically
from scoring.recorded_settings import with_scoring
from scoring.report.analysis import Progress, analyse_by
from scoring.report.charts import all_charts
from scoring.report.html import render_html
from scoring.report.pdf import render_pdf
from scoring.report.webvtt import webvtt
from scoring.resynthesis.choosing import improve, offered
from scoring.resynthesis.keeping import keep_only
from scoring.rubric import rubrics_of, using
from scoring.settings import ClassifierSettings, ImpressionSettings


def write_report(
    session: Session | Path,
    progress: Progress | None = None,
    settings: ImpressionSettings | None = None,
    left_out: LeftOut | None = None,
    emotion: bool = True,
    rubrics: Path | None = None,
    classifiers: ClassifierSettings | None = None,
    reword: str | None = None,
) -> dict[str, Any]:
    """Writes all forms of the report into the session folder.

    Args:
        session: what was recorded, or its folder.
        progress: told what is being done.
        settings: of impressions.
        left_out: what is not measured; None for what the session's settings say.
        emotion: whether it is told how somebody may have come across; not where the session was
            made without.
        rubrics: folder of a study's own rubrics; None for what the session's settings say.
        classifiers: those that judge what was said as well; None likewise.
        reword: folder of a language model that may word sentences of feedback; None likewise.

    Returns:
        What ``report.json`` holds.

    Raises:
        InputError: the folder holds no session.
        ModelError: impressions are asked for, and their model is missing or damaged.
        SettingsError: a rubric of the study's own is wrong.
        StorageError: the folder cannot be written.
    """
    told = progress or (lambda what, share: None)
    told("reading the record", 0.0)
    if not isinstance(session, Session):
        session = read_session(Path(session))
    folder = session.folder
    meta = with_scoring(
        session.meta, rubrics=None if rubrics is None else str(rubrics), reword=reword
    )
    if classifiers is not None:
        meta = with_classifiers(meta, classifiers)
    session = replace(session, meta=meta)
    used, which = rubrics_of(session.meta)
    with using(used):
        analysis = analyse_by(
            which, session, settings, lambda what, x: told(what, 0.1 + 0.5 * x), left_out, emotion
        )
        improved = improve(
            analysis.session, analysis.measures, lambda what, x: told(what, 0.6 + 0.1 * x)
        )
        sounds = offered(analysis.report["questions"], improved)
        told("drawing", 0.7)
        charts = all_charts(
            analysis.session, analysis.measures, analysis.scores, analysis.report["emotion"]
        )
        told("writing", 0.8)
        files = {
            **sounds,
            "report.json": pretty(analysis.report),
            "captions.vtt": webvtt(analysis.session).encode("utf-8"),
            "report.html": render_html(analysis).encode("utf-8"),
            "report.pdf": render_pdf(analysis, charts),
        }
    with interrupt_postponed():  # half of it new and half of it old would not agree
        keep_only(folder, sounds)
        for name, data in files.items():
            try:
                write_atomically(folder / name, data)
            except OSError as error:
                reason = error.strerror or str(error)
                raise StorageError(
                    f"{folder / name}: the report cannot be written ({reason}); "
                    "free some space or check the folder's permissions"
                ) from None
    told("done", 1.0)
    return analysis.report
