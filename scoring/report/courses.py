"""How loud and how high a voice was along a session, as charts show it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.record.session import Session

MOST_POINTS = 1800
"""Points along a line of a chart: no page is wider."""
_LEAST = 20
"""Readings below which there is no line."""
_ODD_PCT = 5.0
"""Per cent at either end that are taken for errors of pitch: an octave too low or too high."""
_LOWEST_HZ, _HIGHEST_HZ = 50.0, 600.0
"""No speaking voice is outside of this."""
_FARTHEST = 0.75
"""Of the median pitch: how far an axis goes up and down at the most. Hardly anybody speaks higher
than that above their own median, and errors of an octave go farther."""


@dataclass(frozen=True, slots=True)
class Course:
    """A median for each second (or longer) in which there was speech."""

    step_s: float
    steps: NDArray[np.int64]
    """(n,) numbers of the seconds; where two are not next to each other there was silence."""
    medians: NDArray[np.float64]
    """(n,) in the measure's unit."""
    middle: float
    low: float
    """Lower end of an axis that shows it well."""
    high: float


def loudness_course(session: Session) -> Course | None:
    """Level in dBFS; None where too little was said. The axis is no shorter than 20 dB."""
    track = session.voice
    spoken = track.speech >= 0.5 if len(track) else np.zeros(0, dtype=bool)
    return _course(session, track.level_dbfs, spoken, 10.0, (-120.0, 0.0))


def pitch_course(session: Session) -> Course | None:
    """Pitch in Hz; None where too little was voiced. The axis is no shorter than 80 Hz."""
    track = session.voice
    if not len(track):
        return None
    voiced = (track.speech >= 0.5) & np.isfinite(track.pitch_hz)
    return _course(session, track.pitch_hz, voiced, 40.0, (_LOWEST_HZ, _HIGHEST_HZ), _FARTHEST)


def _course(
    session: Session,
    values: NDArray[np.float64],
    mask: NDArray[np.bool_],
    half: float,
    ends: tuple[float, float],
    farthest: float | None = None,
) -> Course | None:
    """A steady voice should look steady: the axis goes ``half`` up and down at the least, and no
    farther than the share ``farthest`` of the median."""
    if mask.sum() < _LEAST:
        return None
    step_s = max(1.0, session.duration_s / MOST_POINTS)
    numbers = np.floor(session.voice.t_s[mask] / step_s).astype(np.int64)
    chosen = values[mask]
    steps, begins = np.unique(numbers, return_index=True)
    medians = np.array([np.median(part) for part in np.split(chosen, begins[1:])])
    middle = float(np.median(medians))
    least, most = np.percentile(medians, [_ODD_PCT, 100.0 - _ODD_PCT])
    reach = max(half, 1.15 * max(middle - float(least), float(most) - middle))
    if farthest is not None:
        reach = min(reach, max(half, farthest * middle))
    low = max(ends[0], middle - reach)
    return Course(step_s, steps, medians, middle, low, min(ends[1], middle + reach))
