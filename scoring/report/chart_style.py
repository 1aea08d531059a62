"""How charts of a printed report look, and how they become a file.

Without any global state of the plotting library, and the same bytes for the same session.
"""

from __future__ import annotations

import io
from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from scoring.feedback import clock

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


def new_figure(height_in: float) -> tuple[Figure, Axes]:
    """An empty figure of the page's width, with quiet axes."""
    figure = Figure(figsize=(WIDTH_IN, height_in), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(GRID)
    axes.tick_params(colors=MUTED, labelsize=9, length=0)
    axes.set_axisbelow(True)
    return figure, axes


def time_axis(axes: Axes, duration_s: float) -> None:
    """Puts minutes and seconds of the session below."""
    axes.set_xlim(0, max(duration_s, 1.0))
    axes.xaxis.set_major_locator(MaxNLocator(9, steps=[1, 1.5, 2, 3, 6, 10], min_n_ticks=3))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: clock(x)))
    axes.grid(axis="x", color=GRID, linewidth=0.8)
