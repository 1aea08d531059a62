"""Charts of a session for the printed report: who spoke, scores, pace, gaze; and all of them.

Each function gives a figure, or None where there is nothing to show.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from scoring.measures.face import smiling
from scoring.measures.measure import MeasureSet
from scoring.measures.speech import rate_of
from scoring.record.session import Session
from scoring.record.spans import merge
from scoring.record.tracks import runs
from scoring.report.chart_style import (
    AWAY,
    BAND,
    CANDIDATE,
    GAZE,
    GRID,
    INK,
    MUTED,
    RECRUITER,
    SMILE,
    new_figure,
    time_axis,
)
from scoring.report.charts_over_time import emotion, voice
from scoring.rubric import load
from scoring.types import Score, Span


def timeline(session: Session, left_out: Collection[str] = ()) -> Figure | None:
    """Who speaks, where the candidate looks, smiles and nods, with a marker at each question.

    Args:
        session: what was recorded.
        left_out: measures that are not shown.
    """
    rows: list[tuple[str, list[tuple[tuple[Span, ...], str]]]] = []
    if session.recruiter_speech:
        rows.append(("Recruiter", [(session.recruiter_speech, RECRUITER)]))
    if session.candidate_speech:
        rows.append(("You", [(session.candidate_speech, CANDIDATE)]))
    face = session.face
    if len(face):
        known = face.found & (face.target != "")
        if known.any() and "gaze_on_screen_share" not in left_out:
            on = runs(face.t_s, face.hold_s, known & (face.target == "screen"), 0.15)
            off = runs(face.t_s, face.hold_s, known & (face.target != "screen"), 0.15)
            rows.append(("Gaze", [(off, AWAY), (on, GAZE)]))
        smile, told = smiling(session)
        if told.any() and "smile_share" not in left_out:
            rows.append(("Smiles", [(runs(face.t_s, face.hold_s, smile, 0.3), SMILE)]))
        nods = tuple((g.t_start_s, g.t_end_s) for g in session.gestures if g.kind == "nod")
        if face.found.any() and "nods" not in left_out:
            rows.append(("Nods", [(nods, INK)]))
    if not rows:
        return None
    figure, axes = new_figure(0.75 + 0.36 * len(rows))
    width = max(session.duration_s, 1.0)
    for y, (_, layers) in enumerate(rows):
        axes.axhspan(y - 0.32, y + 0.32, color="#f5f7fa", zorder=0)
        for spans, colour in layers:
            # Something shorter than a hair's breadth would vanish on the page.
            seen = merge((a, max(b, a + width / 400)) for a, b in spans)
            bars = [(a, b - a) for a, b in seen]
            axes.broken_barh(bars, (y - 0.32, 0.64), facecolors=colour, linewidth=0)
    axes.set_yticks(range(len(rows)), [name for name, _ in rows], color=INK, fontsize=10)
    axes.set_ylim(len(rows) - 0.4, -0.95)
    free_s = 0.0
    for number, question in enumerate(session.questions, start=1):
        axes.axvline(question.asked_s, color=INK, linewidth=0.8, alpha=0.5, ymax=0.93)
        if question.asked_s < free_s:
            continue  # its number would lie on the one before
        free_s = question.asked_s + width / 40
        axes.text(
            question.asked_s, -0.62, f"Q{number}", color=INK, fontsize=8.5, ha="left", weight="bold"
        )
    time_axis(axes, session.duration_s)
    return figure


def scores(found: Mapping[str, Score]) -> Figure | None:
    """Scores as points on 0 to 100 with their intervals."""
    if all(s.value is None for s in found.values()):
        return None
    figure, axes = new_figure(0.6 + 0.42 * len(found))
    for y, score in enumerate(found.values()):
        axes.plot([0, 100], [y, y], color=GRID, linewidth=6, solid_capstyle="round", zorder=1)
        if score.value is None or score.low is None or score.high is None:
            axes.text(
                2, y, f"no number: {score.why}", va="center", color=MUTED, fontsize=9, zorder=3
            )
            continue
        colour = INK if score.name == "overall" else CANDIDATE
        axes.plot(
            [score.low, score.high],
            [y, y],
            color=colour,
            alpha=0.3,
            linewidth=8,
            solid_capstyle="round",
            zorder=2,
        )
        axes.plot([score.value], [y], "o", color=colour, markersize=10, zorder=3)
        axes.text(104, y, f"{score.value:.0f}", va="center", color=INK, fontsize=11, weight="bold")
    names = [load("labels")["score"][s.name] for s in found.values()]
    axes.set_yticks(range(len(names)), names, color=INK, fontsize=10)
    axes.set_ylim(len(names) - 0.5, -0.6)
    axes.set_xlim(-2, 112)
    axes.set_xticks([0, 25, 50, 75, 100])
    return figure


def pace(session: Session, measures: MeasureSet) -> Figure | None:
    """Words a minute of each answer in English, with the norm's band behind."""
    if measures["speech_rate_wpm"].left_out:
        return None
    rows = []
    for i, answer in enumerate(session.answers, start=1):
        rate = rate_of(session, answer)
        if rate is not None and answer.in_english:  # "usual" is of English
            rows.append((f"{'Q' if session.questions else 'Part '}{_number(session, i)}", rate))
    if not rows:
        return None
    figure, axes = new_figure(2.3)
    norm = measures["speech_rate_wpm"].norm
    if norm is not None and norm.low is not None and norm.high is not None:
        axes.axhspan(norm.low, norm.high, color=BAND, zorder=0)
        axes.text(
            len(rows) - 0.45, norm.high, " usual", color=CANDIDATE, fontsize=8, va="top", ha="right"
        )
    values = [r for _, r in rows]
    axes.bar(range(len(rows)), values, width=min(0.5, 0.12 * len(rows) + 0.1), color=CANDIDATE)
    for x, value in enumerate(values):
        axes.text(x, value + 3, f"{value:.0f}", ha="center", color=INK, fontsize=9, weight="bold")
    axes.set_xticks(range(len(rows)), [name for name, _ in rows], color=INK)
    axes.set_xlim(-0.6, len(rows) - 0.4)
    axes.set_ylim(0, max(200.0, 1.15 * max(values)))
    axes.set_ylabel("words per minute", color=MUTED, fontsize=9)
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    return figure


def _number(session: Session, place: int) -> int:
    answer = session.answers[place - 1]
    for number, question in enumerate(session.questions, start=1):
        if question.answer is answer:
            return number
    return place


def gaze(measures: MeasureSet) -> Figure | None:
    """Share of time on the recruiter, while speaking and while listening."""
    rows = [
        (label, measures[name])
        for label, name in (
            ("While speaking", "gaze_on_screen_share"),
            ("While listening", "gaze_on_screen_listening_share"),
        )
        if measures[name].value is not None
    ]
    if not rows:
        return None
    figure, axes = new_figure(0.55 + 0.5 * len(rows))
    for y, (_, measure) in enumerate(rows):
        share = 100 * (measure.value or 0.0)
        axes.barh(y, 100, height=0.5, color=AWAY)
        axes.barh(y, share, height=0.5, color=GAZE)
        inside = share > 12
        axes.text(
            share - 1.5 if inside else share + 1.5,
            y,
            f"{share:.0f} %",
            ha="right" if inside else "left",
            va="center",
            color="white" if inside else INK,
            fontsize=10,
            weight="bold",
        )
        if measure.norm is not None and measure.norm.low is not None:
            usual = 100 * measure.norm.low
            axes.plot([usual, usual], [y - 0.34, y + 0.34], color=INK, linewidth=1.4)
    axes.set_yticks(range(len(rows)), [label for label, _ in rows], color=INK, fontsize=10)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(0, 100)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.0f} %"))
    return figure


def all_charts(
    session: Session,
    measures: MeasureSet,
    found: Mapping[str, Score],
    shown: Mapping[str, Any] | None = None,
) -> dict[str, Figure]:
    """Every chart that has something to show, by name.

    Args:
        session: what was recorded.
        measures: of it.
        found: scores by name.
        shown: ``emotion`` of the report.
    """
    drawn = {
        "scores": scores(found),
        "timeline": timeline(session, measures.left_out.measures),
        "pace": pace(session, measures),
        "gaze": gaze(measures),
        "voice": voice(session, measures.left_out.measures),
        "emotion": emotion(shown),
    }
    return {name: figure for name, figure in drawn.items() if figure is not None}
