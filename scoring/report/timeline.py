"""What happened when, in rows over one axis of time, as the report's page draws them.

Only shapes and numbers: what they are called is in the page's templates. A row reaches over the
whole session, ``WIDE`` units from its beginning to its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scoring.measures.doubt import Doubt
from scoring.measures.face import smiling
from scoring.measures.fillers import find_fillers
from scoring.measures.measure import MeasureSet
from scoring.measures.speech import pauses
from scoring.record.session import Session
from scoring.record.spans import merge
from scoring.record.tracks import runs
from scoring.report.courses import Course, loudness_course, pitch_course
from scoring.types import Span

WIDE = 10_000
"""Units of a row's drawing from the beginning of the session to its end."""
HIGH = 100
"""Units from the bottom of a line's drawing to its top."""
_HAIR = WIDE / 700
"""Narrower than that a bar would vanish on the page."""
LONG_PAUSE_S = 1.0
"""Pauses from which a listener notices them; shorter ones would fill the row."""
_TOLD_KINDS = ("asked", "fact")
"""Highlights that are shown as words."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something at one moment."""

    t_s: float
    place: float
    """0...100, from the beginning to the end of the session."""
    text: str
    entry: Mapping[str, Any]
    """Of the report: what it stands for."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the timeline."""

    name: str
    bars: tuple[tuple[str, str], ...] = ()
    """Name of a layer, and its path in ``WIDE`` x 1 units; later ones lie on top."""
    line: str = ""
    """A path in ``WIDE`` x ``HIGH`` units."""
    marks: tuple[Mark, ...] = ()
    count: int | None = None
    """How many there are, of what can be counted."""
    share: float | None = None
    """0...1, of what takes time."""
    ends: tuple[float, float, float] | None = None
    """Bottom of the axis, median, and top, of a line."""
    doubt: str = ""
    """Why no figure is told of it, a clause for a person; empty where one may be."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """All rows, and where the axis is labelled."""

    duration_s: float
    rows: tuple[Row, ...]
    ticks: tuple[float, ...]


def timeline(session: Session, measures: MeasureSet, report: Mapping[str, Any]) -> Timeline:
    """The rows that have something to show, what was left out apart.

    Args:
        session: what was recorded.
        measures: of it.
        report: what ``report.json`` holds.
    """
    length_s = max(session.duration_s, 1.0)
    found = [
        _questions(report, length_s),
        *_voices(session, length_s),
        *_breaks(session, measures, length_s),
        _words(report, length_s),
        *_lines(session, measures, length_s),
        *_face(session, measures, length_s),
        _reactions(report, length_s),
    ]
    return Timeline(length_s, tuple(row for row in found if row is not None), _ticks(length_s))


def path_of(spans: Iterable[Span], length_s: float) -> str:
    """Bars over stretches of time, as one path."""
    least_s = _HAIR * length_s / WIDE
    seen = merge((a, max(b, a + least_s)) for a, b in spans)
    return "".join(
        f"M{round(a * WIDE / length_s)} 0h{max(1, round((b - a) * WIDE / length_s))}v1"
        f"h-{max(1, round((b - a) * WIDE / length_s))}z"
        for a, b in seen
    )


def _questions(report: Mapping[str, Any], length_s: float) -> Row | None:
    marks = [
        _mark(q["asked_s"], f"Q{number}", q, length_s)
        for number, q in enumerate(report["questions"], start=1)
        if q["id"] != "recording"
    ]
    return Row("questions", marks=tuple(marks)) if marks else None


def _voices(session: Session, length_s: float) -> list[Row]:
    spoken = {"recruiter": session.recruiter_speech, "you": session.candidate_speech}
    return [
        Row(name, bars=((name, path_of(spans, length_s)),), share=_share(spans, length_s))
        for name, spans in spoken.items()
        if spans
    ]


def _breaks(session: Session, measures: MeasureSet, length_s: float) -> list[Row]:
    """Long pauses, and fillers."""
    left_out = measures.left_out.measures
    rows = []
    if session.answers and "pause_mean_s" not in left_out and session.candidate_speech:
        long = [
            span
            for answer in session.answers
            for span in pauses(session, answer)
            if span[1] - span[0] >= LONG_PAUSE_S
        ]
        rows.append(Row("pauses", bars=(("pauses", path_of(long, length_s)),), count=len(long)))
    if measures["fillers_per_min"].value is not None:
        fillers = [
            (word.start_s, word.end_s)
            for answer in session.answers
            for word in find_fillers(answer.words)
        ]
        bars = (("fillers", path_of(fillers, length_s)),)
        rows.append(Row("fillers", bars=bars, count=len(fillers)))
    return rows


def _words(report: Mapping[str, Any], length_s: float) -> Row | None:
    """Words that answer what was asked, and facts."""
    marks = [
        _mark(each["span"][0], str(each.get("text") or ""), each, length_s)
        for question in report["questions"]
        for each in question.get("highlights") or ()
        if each.get("kind") in _TOLD_KINDS and each.get("span")
    ]
    return Row("words", marks=tuple(sorted(marks, key=lambda m: m.t_s))) if marks else None


def _lines(session: Session, measures: MeasureSet, length_s: float) -> list[Row]:
    left_out = measures.left_out.measures
    rows = []
    for name, measure, of in (
        ("pitch", "pitch_median_hz", pitch_course),
        ("loudness", "loudness_dbfs", loudness_course),
    ):
        course = None if measure in left_out else of(session)
        if course is not None:
            value = measures[measure].value
            ends = (course.low, course.middle if value is None else value, course.high)
            rows.append(Row(name, line=line_of(course, length_s), ends=ends))
    return rows


def line_of(course: Course, length_s: float) -> str:
    """A line through the medians, with gaps where there was silence."""
    x = np.round((course.steps + 0.5) * course.step_s * WIDE / length_s).astype(int)
    of_axis = (course.medians - course.low) / (course.high - course.low)
    y = np.round(HIGH * (1.0 - np.clip(of_axis, 0.0, 1.0))).astype(int)
    parts = []
    for i in range(len(x)):
        alone = i + 1 == len(x) or course.steps[i + 1] - course.steps[i] > 1
        if i and course.steps[i] - course.steps[i - 1] <= 1:
            parts.append(f"L{x[i]} {y[i]}")
        else:  # a second by itself is a dash, or it would not be seen
            parts.append(f"M{x[i]} {y[i]}" + (f"h{round(_HAIR)}" if alone else ""))
    return "".join(parts)


def _face(session: Session, measures: MeasureSet, length_s: float) -> list[Row]:
    face, left_out = session.face, measures.left_out.measures
    rows: list[Row] = []
    if not len(face):
        return rows
    known = face.found & (face.target != "")
    if known.any() and "gaze_on_screen_share" not in left_out:
        on = runs(face.t_s, face.hold_s, known & (face.target == "screen"), 0.15)
        off = runs(face.t_s, face.hold_s, known & (face.target != "screen"), 0.15)
        bars = (("away", path_of(off, length_s)), ("gaze", path_of(on, length_s)))
        seen_s = _length(on) + _length(off)
        doubt = Doubt.of(measures["gaze_on_screen_share"])
        known_share = _length(on) / seen_s if seen_s else None
        why = doubt.in_words() if doubt.serious else ""
        rows.append(Row("gaze", bars=bars, share=known_share, doubt=why))
    smile, told = smiling(session)
    if told.any() and "smile_share" not in left_out:
        spans = runs(face.t_s, face.hold_s, smile, 0.3)
        rows.append(Row("smiles", bars=(("smiles", path_of(spans, length_s)),), count=len(spans)))
    if face.found.any() and "nods" not in left_out:
        nods = [(g.t_start_s, g.t_end_s) for g in session.gestures if g.kind == "nod"]
        rows.append(Row("nods", bars=(("nods", path_of(nods, length_s)),), count=len(nods)))
    return rows


def _reactions(report: Mapping[str, Any], length_s: float) -> Row | None:
    marks = [_mark(each["t_s"], "", each, length_s) for each in report["reactions"]]
    return Row("reactions", marks=tuple(marks), count=len(marks)) if marks else None


def _mark(t_s: float, text: str, entry: Mapping[str, Any], length_s: float) -> Mark:
    place = round(min(100.0, max(0.0, 100.0 * t_s / length_s)), 2)
    return Mark(round(t_s, 2), place, text, entry)


def _length(spans: Sequence[Span]) -> float:
    return sum(b - a for a, b in spans)


def _share(spans: Sequence[Span], length_s: float) -> float:
    return min(1.0, _length(spans) / length_s)


def _ticks(length_s: float) -> tuple[float, ...]:
    """Round times, six to a dozen of them."""
    steps = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
    step = next((s for s in steps if length_s / s <= 9), 7200)
    return tuple(float(t) for t in range(0, int(length_s) + 1, step))
