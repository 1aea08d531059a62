"""Small pictures of progress as inline SVG, drawn without a library so that they stay small.

Colours are CSS classes of the page, so light, dark and print share one picture. Every picture says
in words, as its label, what it shows.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from scoring.progress.wording import day, value_in_words

WIDTH, HEIGHT = 320.0, 150.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 12.0, 14.0, 24.0
_APART = 13.0
"""Between two sessions at least, where there is room: those of one day would lie on each other."""
_ZONE_WIDTH, _ZONE_HEIGHT = 320.0, 54.0
_ZONE_REACH = 2.5
"""Smallest detectable changes shown to either side."""


def places(times: Sequence[datetime.datetime | None], width: float) -> list[float]:
    """Where sessions stand along an axis, 0...width: by time, but never on top of each other.

    Args:
        times: in their order; None for a session without a date, which stands behind the others.
        width: of the axis.
    """
    if len(times) < 2:
        return [width / 2.0] * len(times)
    apart = min(_APART, width / (len(times) - 1))
    known = [t.timestamp() for t in times if t is not None]
    span = (known[-1] - known[0]) if known else 0.0
    reach = width - apart * sum(t is None for t in times)
    found: list[float] = []
    for t in times:
        wanted = width if t is None else (t.timestamp() - known[0]) / span * reach if span else 0.0
        found.append(max(wanted, found[-1] + apart) if found else wanted)
    # what was pushed over the end moves back, each no nearer to its neighbour than allowed
    limit = width
    for at in range(len(found) - 1, -1, -1):
        found[at] = min(found[at], limit)
        limit = found[at] - apart
    return [max(0.0, x) for x in found]


def series_chart(
    series: Mapping[str, Any],
    times: Sequence[datetime.datetime | None],
    norm: tuple[float | None, float | None] = (None, None),
) -> Markup:
    """One score or measure over the sessions: points, 90 % intervals, a trend that stands.

    Args:
        series: as in ``progress.json``.
        times: of all sessions.
        norm: usual band, shown where it lies within what is seen.
    """
    points = series["points"]
    low, high = _range(points, series)
    xs = [_LEFT + x for x in places(times, WIDTH - _LEFT - _RIGHT)]

    def y(value: float) -> float:
        share = (min(max(value, low), high) - low) / (high - low)
        return _TOP + (1.0 - share) * (HEIGHT - _TOP - _BOTTOM)

    parts = [
        _band(norm, low, high, y, _ends(points, y)),
        _axis(low, high, series["unit"], y),
        _days(times, xs),
    ]
    parts.append(_line(points, xs, y))
    parts.append(_trend(series, xs, y))
    parts += [_mark(point, xs[at], y) for at, point in enumerate(points) if point]
    return _svg(WIDTH, HEIGHT, _said(series, times), "".join(parts))


def _range(points: Sequence[Mapping[str, Any] | None], series: Mapping[str, Any]) -> tuple:
    seen = [
        value
        for point in points
        if point
        for value in (point["value"], point["low"], point["high"])
        if value is not None
    ]
    low, high = min(seen), max(seen)
    if series["unit"] == "points":
        low, high = max(0.0, low - 5.0), min(100.0, high + 5.0)
    ends = _round_ends(low, high)
    whole = {"points": 100.0, "0–1": 1.0}.get(series["unit"])
    if whole is None:
        return ends
    # a scale with ends is seen to them, and a tenth of it at least
    bottom, top = max(0.0, ends[0]), min(whole, ends[1])
    return min(bottom, 0.9 * whole), max(top, 0.1 * whole)


def _round_ends(low: float, high: float) -> tuple[float, float]:
    """The narrowest ends round a range that are whole multiples of one round step, an even number
    of steps apart so that the middle is one as well."""
    span = max(high - low, abs(high) * 0.02, 1e-6)
    step = 10.0 ** math.floor(math.log10(span / 2.0))
    for factor in (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 10.0, 20.0):
        size = step * factor
        start = math.floor(low / size + 1e-9) * size
        if start + 2.0 * size >= high - 1e-9 * size:
            return start, start + 2.0 * size
    return low, high


def _axis(low: float, high: float, unit: str, y: Any) -> str:
    found = []
    for value in (low, (low + high) / 2.0, high):
        at = y(value)
        found.append(
            f'<line class="grid" x1="{_LEFT:.0f}" x2="{WIDTH - _RIGHT:.0f}" '
            f'y1="{at:.1f}" y2="{at:.1f}"/>'
            f'<text class="tick" x="{_LEFT - 6:.0f}" y="{at + 4:.1f}" text-anchor="end">'
            f"{escape(_short(value, unit, high - low))}</text>"
        )
    return "".join(found)


def _short(value: float, unit: str, span: float) -> str:
    """A number of an axis without its unit, as exact as the axis needs."""
    if unit == "0–1":
        digits = 0 if span >= 0.04 else 1
        return f"{100 * value + 0.0:.{digits}f} %"
    digits = 0 if span >= 5 else 1 if span >= 0.5 else 2
    return f"{value + 0.0:.{digits}f}".replace("-", "−")


def _days(times: Sequence[datetime.datetime | None], xs: Sequence[float]) -> str:
    known = [(t, x) for t, x in zip(times, xs, strict=True) if t is not None]
    if not known:
        return ""
    ends = [known[0]] if len(known) == 1 else [known[0], known[-1]]
    if len(ends) == 2 and day(ends[0][0]) == day(ends[1][0]):
        ends = ends[:1]
    found = []
    for at, (t, x) in enumerate(ends):
        anchor = "end" if at else "middle" if len(ends) == 1 and len(known) == 1 else "start"
        place = x + 4 if at else x - (0 if anchor == "middle" else 4)
        found.append(
            f'<text class="tick" x="{place:.1f}" y="{HEIGHT - 6:.0f}" '
            f'text-anchor="{anchor}">{escape(day(t))}</text>'
        )
    return "".join(found)


def _ends(points: Sequence[Mapping[str, Any] | None], y: Any) -> tuple[float, float]:
    """Heights of the first and of the last point."""
    known = [y(point["value"]) for point in points if point]
    return known[0], known[-1]


def _band(
    norm: tuple[float | None, float | None],
    low: float,
    high: float,
    y: Any,
    ends: tuple[float, float],
) -> str:
    """The usual band, named at the side where no point is in the way."""
    if norm == (None, None):
        return ""
    bottom = low if norm[0] is None else max(low, norm[0])
    top = high if norm[1] is None else min(high, norm[1])
    if bottom >= top:
        return ""
    # named inside where there is room, else over it
    height = y(top) + (11.0 if y(bottom) - y(top) >= 14.0 else -3.0)
    left = abs(ends[0] - height) > abs(ends[1] - height)
    place, anchor = (_LEFT + 5, "start") if left else (WIDTH - _RIGHT - 5, "end")
    return (
        f'<rect class="usual" x="{_LEFT:.0f}" width="{WIDTH - _LEFT - _RIGHT:.0f}" '
        f'y="{y(top):.1f}" height="{y(bottom) - y(top):.1f}"/>'
        f'<text class="usual-name" x="{place:.0f}" y="{height:.1f}" '
        f'text-anchor="{anchor}">usual</text>'
    )


def _line(points: Sequence[Mapping[str, Any] | None], xs: Sequence[float], y: Any) -> str:
    """From point to point; broken where nothing was measured or nothing can be compared."""
    runs: list[list[str]] = [[]]
    for at, point in enumerate(points):
        if point and point["comparable"]:
            runs[-1].append(f"{xs[at]:.1f},{y(point['value']):.1f}")
        else:
            runs.append([])
    return "".join(
        f'<polyline class="course" points="{" ".join(run)}"/>' for run in runs if len(run) > 1
    )


def _trend(series: Mapping[str, Any], xs: Sequence[float], y: Any) -> str:
    line = series["trend"]
    if line is None or series["verdict"] not in ("rising", "falling"):
        return ""
    first, last = line["first_session"], line["last_session"]
    corners = []
    for at in range(
        first, last + 1
    ):  # a trend is by sessions: straight in their order, not in time
        share = (at - first) / (last - first)
        corners.append(
            f"{xs[at]:.1f},{y(line['start'] + share * (line['end'] - line['start'])):.1f}"
        )
    return f'<polyline class="trend" points="{" ".join(corners)}"/>'


def _mark(point: Mapping[str, Any], x: float, y: Any) -> str:
    kind = "point" if point["comparable"] else "point other"
    bar = ""
    if point["low"] is not None and point["high"] is not None:
        bar = (
            f'<line class="bar{"" if point["comparable"] else " other"}" x1="{x:.1f}" '
            f'x2="{x:.1f}" y1="{y(point["low"]):.1f}" y2="{y(point["high"]):.1f}"/>'
        )
    return bar + f'<circle class="{kind}" cx="{x:.1f}" cy="{y(point["value"]):.1f}" r="3.6"/>'


def _said(series: Mapping[str, Any], times: Sequence[datetime.datetime | None]) -> str:
    """The picture in words."""
    told = [(p, times[p["session"]]) for p in series["points"] if p]
    shown = [f"{day(t)}: {_with_interval(p, series['unit'])}" for p, t in told]
    if len(shown) > 8:
        shown = [*shown[:3], f"{len(shown) - 6} sessions between", *shown[-3:]]
    return f"{series['label']}, {series['say']}. " + "; ".join(shown) + "."


def _with_interval(point: Mapping[str, Any], unit: str) -> str:
    text = str(point["text"])
    if point["low"] is not None and point["high"] is not None:
        low, high = (value_in_words(point[key], unit) for key in ("low", "high"))
        text += f" (between {low} and {high})"
    return text if point["comparable"] else f"{text}, not comparable"


def zone_chart(item: Mapping[str, Any]) -> Markup:
    """A change between two sessions beside the zone in which it could be chance.

    Args:
        item: as in ``comparison.json``, one that was compared.
    """
    middle = _ZONE_WIDTH / 2.0
    step = (middle - 12.0) / _ZONE_REACH
    sdc = max(float(item["sdc95"]), 1e-12)

    def x(value: float) -> float:
        return middle + step * min(max(value / sdc, -_ZONE_REACH), _ZONE_REACH)

    at, line = x(item["difference"]), 20.0
    beyond = abs(item["difference"]) > _ZONE_REACH * sdc
    kind = "point" if item["verdict"] == "real" else "point weak"
    dot = f'<circle class="{kind}" cx="{at:.1f}" cy="{line}" r="5"/>'
    if beyond:
        tip = math.copysign(6.0, item["difference"])
        dot = (
            f'<path class="{kind}" d="M{at + tip:.1f} {line}L{at - tip:.1f} {line - 6}'
            f'V{line + 6}Z"/>'
        )
    parts = (
        f'<rect class="zone" x="{x(-sdc):.1f}" width="{x(sdc) - x(-sdc):.1f}" y="6" height="28"/>'
        f'<line class="grid" x1="12" x2="{_ZONE_WIDTH - 12:.0f}" y1="{line}" y2="{line}"/>'
        f'<line class="zero" x1="{middle}" x2="{middle}" y1="6" y2="34"/>'
        f'<line class="bar" x1="{x(item["low"]):.1f}" x2="{x(item["high"]):.1f}" y1="{line}" '
        f'y2="{line}"/>{dot}'
        '<text class="tick" x="12" y="47">less</text>'
        f'<text class="tick" x="{middle}" y="47" text-anchor="middle">could be chance</text>'
        f'<text class="tick" x="{_ZONE_WIDTH - 12:.0f}" y="47" text-anchor="end">more</text>'
    )
    said = (
        f"{item['label']}: changed by {item['difference_text']}; up to {item['sdc_text']} could be "
        f"chance. {item['say']}."
    )
    return _svg(_ZONE_WIDTH, _ZONE_HEIGHT, said, parts)


def _svg(width: float, height: float, said: str, parts: str) -> Markup:
    return Markup(
        f'<svg viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="{escape(said)}">'
        f"{parts}</svg>"
    )
