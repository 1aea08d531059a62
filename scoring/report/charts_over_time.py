"""Charts of how a voice, and the impression that somebody makes, go along a session."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from scoring.emotion.observed import DIMENSIONS
from scoring.record.session import Session
from scoring.report.chart_style import (
    CANDIDATE,
    GAZE,
    GRID,
    INK,
    MUTED,
    RECRUITER,
    SMILE,
    WIDTH_IN,
    time_axis,
)
from scoring.report.courses import Course, loudness_course, pitch_course
from scoring.rubric import load

_LABELS = 4
"""Labels of an axis of loudness or pitch."""


def voice(session: Session, left_out: Collection[str] = ()) -> Figure | None:
    """Loudness and pitch along the session, each a median per second of speech.

    Of a session of more than half an hour a point stands for longer: no page is wider.

    Args:
        session: what was recorded.
        left_out: measures that are not shown.
    """
    loudness = None if "loudness_dbfs" in left_out else loudness_course(session)
    if loudness is None:
        return None
    pitch = pitch_course(session)
    rows = [("loudness, dBFS", loudness, CANDIDATE)]
    if pitch is not None:
        rows.append(("pitch, Hz", pitch, GAZE))
    figure = Figure(figsize=(WIDTH_IN, 2.9), layout="constrained")
    FigureCanvasAgg(figure)
    for i, (label, course, colour) in enumerate(rows, start=1):
        axes = figure.add_subplot(len(rows), 1, i)
        _course(axes, label, course, colour)
        time_axis(axes, session.duration_s)
        axes.grid(axis="y", color=GRID, linewidth=0.8)
        if i < len(rows):
            axes.set_xticklabels([])
    return figure


def _course(axes: Axes, label: str, course: Course, colour: str) -> None:
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(colors=MUTED, labelsize=8, length=0)
    # A line across a silence would claim a voice that was not there.
    gaps = np.flatnonzero(np.diff(course.steps) > 1) + 1
    x = np.insert((course.steps + 0.5) * course.step_s, gaps, np.nan)
    y = np.insert(course.medians, gaps, np.nan)
    axes.plot(x, y, color=colour, linewidth=1.6, marker=".", ms=3)
    axes.set_ylabel(label, color=MUTED, fontsize=9)
    axes.set_ylim(course.low, course.high)
    axes.yaxis.set_major_locator(MaxNLocator(_LABELS))


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
        time_axis(axes, float(edges[-1]))
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
