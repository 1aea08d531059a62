"""Charts of a session, drawn without any global state of the plotting library.

Each function gives a figure, or None where there is nothing to show. ``svg`` and ``png`` turn one
into bytes that are the same for the same session.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from scoring.emotion.observed import DIMENSIONS
from scoring.feedback import clock
from scoring.measures.face import smiling
from scoring.measures.measure import MeasureSet
from scoring.measures.speech import rate_of
from scoring.record.session import Session
from scoring.record.spans import merge
from scoring.record.tracks import runs
from scoring.rubric import load
from scoring.types import Score, Span

INK = "#1e2b3a"
MUTED = "#6b7a8c"
GRID = "#e4e9ef"
RECRUITER = "#8a97a8"
CANDIDATE = "#0f766e"
GAZE = "#3b6fb6"
AWAY = "#dbe4ee"
SMILE = "#e0912f"
BAND = "#d9efe9"
WIDTH_IN = 8.0


MOST_POINTS = 1800
"""Points along a line of a chart."""


def font_path(bold: bool = False) -> Path:
    """A font with wide coverage of scripts, shipped with the plotting library."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name


def svg(figure: Figure) -> bytes:
    """The figure as SVG, without date and with ids that do not change."""
    out = io.BytesIO()
    with matplotlib.rc_context({"svg.hashsalt": "session", "svg.fonttype": "path"}):
        figure.savefig(
            out, format="svg", metadata={"Date": None, "Creator": None}, transparent=True
        )
    return out.getvalue()


def png(figure: Figure, dpi: int = 200) -> bytes:
    """The figure as PNG on white."""
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=dpi, facecolor="white", metadata={"Software": None})
    return out.getvalue()


def _figure(height_in: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(WIDTH_IN, height_in), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(GRID)
    axes.tick_params(colors=MUTED, labelsize=9, length=0)
    axes.set_axisbelow(True)
    return figure, axes


def _time_axis(axes: Axes, duration_s: float) -> None:
    axes.set_xlim(0, max(duration_s, 1.0))
    axes.xaxis.set_major_locator(MaxNLocator(9, steps=[1, 1.5, 2, 3, 6, 10], min_n_ticks=3))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: clock(x)))
    axes.grid(axis="x", color=GRID, linewidth=0.8)


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
    figure, axes = _figure(0.75 + 0.36 * len(rows))
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
    _time_axis(axes, session.duration_s)
    return figure


def scores(found: Mapping[str, Score]) -> Figure | None:
    """Scores as points on 0 to 100 with their intervals."""
    if all(s.value is None for s in found.values()):
        return None
    figure, axes = _figure(0.6 + 0.42 * len(found))
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
    figure, axes = _figure(2.3)
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
    figure, axes = _figure(0.55 + 0.5 * len(rows))
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


def voice(session: Session, left_out: Collection[str] = ()) -> Figure | None:
    """Loudness and pitch along the session, each a median per second of speech.

    Of a session of more than half an hour a point stands for longer: no page is wider.

    Args:
        session: what was recorded.
        left_out: measures that are not shown.
    """
    step_s = max(1.0, session.duration_s / MOST_POINTS)
    track = session.voice
    spoken = track.speech >= 0.5 if len(track) else np.zeros(0, dtype=bool)
    if spoken.sum() < 20 or "loudness_dbfs" in left_out:
        return None
    pitched = spoken & np.isfinite(track.pitch_hz)
    figure = Figure(figsize=(WIDTH_IN, 2.9), layout="constrained")
    FigureCanvasAgg(figure)
    rows = [("loudness, dBFS", track.level_dbfs, spoken, CANDIDATE)]
    if pitched.sum() >= 20:
        rows.append(("pitch, Hz", track.pitch_hz, pitched, GAZE))
    for i, (label, values, mask, colour) in enumerate(rows, start=1):
        axes = figure.add_subplot(len(rows), 1, i)
        for side in ("top", "right", "left", "bottom"):
            axes.spines[side].set_visible(False)
        axes.tick_params(colors=MUTED, labelsize=8, length=0)
        bins = np.floor(track.t_s[mask] / step_s).astype(int)
        chosen = values[mask]
        times = np.unique(bins)
        medians = np.array([np.median(chosen[bins == b]) for b in times])
        # A line across a silence would claim a voice that was not there.
        gaps = np.flatnonzero(np.diff(times) > 1) + 1
        x = np.insert((times + 0.5) * step_s, gaps, np.nan)
        axes.plot(
            x, np.insert(medians, gaps, np.nan), color=colour, linewidth=1.6, marker=".", ms=3
        )
        axes.set_ylabel(label, color=MUTED, fontsize=9)
        # A steady voice should look steady: no less than 20 dB or 80 Hz from bottom to top.
        middle = float(np.median(medians))
        half = max(10.0 if i == 1 else 40.0, 1.1 * float(np.abs(medians - middle).max()))
        axes.set_ylim(middle - half, middle + half)
        axes.yaxis.set_major_locator(MaxNLocator(4))
        _time_axis(axes, session.duration_s)
        axes.grid(axis="y", color=GRID, linewidth=0.8)
        if i < len(rows):
            axes.set_xticklabels([])
    return figure


def emotion(found: Mapping[str, Any] | None) -> Figure | None:
    """How somebody may have come across over time: a line and its band for each dimension.

    Args:
        found: ``emotion`` of the report.
    """
    if found is None:
        return None
    rows = [name for name in DIMENSIONS if any(v is not None for v in found[name]["value"])]
    if not rows:
        return None
    edges = np.array([*found["times"], found["end_s"]], dtype=np.float64)
    figure = Figure(figsize=(WIDTH_IN, 0.55 + 1.35 * len(rows)), layout="constrained")
    FigureCanvasAgg(figure)
    for i, name in enumerate(rows, start=1):
        axes = figure.add_subplot(len(rows), 1, i)
        for side in ("top", "right", "left", "bottom"):
            axes.spines[side].set_visible(False)
        axes.tick_params(colors=MUTED, labelsize=9, length=0)
        for answer in found["answers"]:
            axes.axvspan(answer["start_s"], answer["end_s"], color="#f1f4f7", linewidth=0, zorder=0)
            if i == 1:
                axes.text(
                    answer["start_s"], 1.04 * _REACH, answer["name"], color=INK, fontsize=8.5,
                    weight="bold", va="bottom",
                )  # fmt: skip
        axes.axhline(0.0, color=RECRUITER, linewidth=1.0, zorder=1)
        _band(axes, edges, found[name], CANDIDATE if name == "valence" else SMILE)
        low, high = load("emotion")["say"][f"axis_{name}"]
        axes.set_yticks([-_REACH * 0.8, 0.0, _REACH * 0.8], [low, "usual", high], color=INK)
        axes.set_ylim(-_REACH, _REACH)
        _time_axis(axes, float(edges[-1]))
        if i < len(rows):
            axes.set_xticklabels([])
    return figure


_REACH = 0.7
"""What is shown of -1...1: a fused impression hardly ever comes near either end."""


def _band(axes: Axes, edges: np.ndarray, columns: Mapping[str, Any], colour: str) -> None:
    """A line with its band, level within each step; gaps where there is none."""
    value, low, high = (
        np.array([np.nan if x is None else x for x in columns[key]], dtype=np.float64)
        for key in ("value", "low", "high")
    )
    x = np.repeat(edges, 2)[1:-1]
    axes.fill_between(
        x, np.repeat(low, 2), np.repeat(high, 2), color=colour, alpha=0.22, linewidth=0, zorder=2
    )
    axes.plot(x, np.repeat(value, 2), color=colour, linewidth=1.8, zorder=3)


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
