"""Pauses inside an answer, with exact edges, from its recorded sound.

The ear's readings come every 32 ms from a detector that lets go of a voice some 60 ms late: right
for a conversation, too coarse to measure a pause of 0.25 s. Where the sound was kept, the detector
says about where the pauses are, and their edges are looked for in the sound: at the last moment
that stands out of the room's own noise in any part of the spectrum, a soft [f] as well as a vowel.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Span = tuple[float, float]

PAUSE_S = 0.25
"""Shorter gaps belong to articulation (Goldman-Eisler's convention)."""

_STEP_S = 0.005
_WINDOW_S = 0.02
_BANDS = 24
_LOWEST_HZ, _HIGHEST_HZ = 100.0, 7600.0
_FAINTEST_DB = -70.0
"""Against the loudest speech; in digital silence a breath must not stand out like a word."""


@dataclass(frozen=True, slots=True)
class PauseSettings:
    """How a pause's edges are looked for."""

    least_s: float = PAUSE_S
    """Shortest pause, s."""
    on_db: float = 2.0
    """How far a sound must stand out of the room somewhere in its course, dB on the mean over the
    bands."""
    off_db: float = 0.7
    """How far it stands out at its edges."""
    range_db: float = 33.0
    """What lies this far below the loud parts is breath or the room's echo, however quiet the room.
    """
    least_gap_s: float = 0.1
    """Shortest gap in the detector's speech that may turn out to be a pause, s."""
    back_s: float = 0.16
    """How far before the detector's end of speech the true end may lie, s."""
    usual_lag_s: float = 0.055
    """How late the detector usually is where the sound does not show an end, s."""
    around_s: float = 0.12
    """How far around its start of speech the true start may lie, s."""

    def __post_init__(self) -> None:
        if not 0 < self.off_db <= self.on_db:
            raise ValueError("use 0 < off_db <= on_db")
        if min(self.least_s, self.least_gap_s, self.back_s, self.around_s, self.range_db) <= 0:
            raise ValueError("least_s, least_gap_s, back_s, around_s and range_db must be positive")
        if not 0 <= self.usual_lag_s <= self.back_s:
            raise ValueError("usual_lag_s must lie in 0...back_s")


def find_pauses(
    samples: NDArray[np.float32],
    rate_hz: int,
    speech: Sequence[Span],
    settings: PauseSettings | None = None,
) -> tuple[Span, ...]:
    """Silences between stretches of speech.

    Args:
        samples: (n,) mono, -1...1; with some silence in it, by which the room is known.
        rate_hz: samples per second.
        speech: start and end of the stretches in which a detector heard speech, s from the first
            sample, in order.
        settings: ranges and thresholds.

    Returns:
        Start and end of each pause, s from the first sample, in order.
    """
    s = settings or PauseSettings()
    bands = _band_levels(samples, rate_hz)
    if len(bands) == 0:
        return ()
    heard = _hysteresis(_above_room(bands, s.range_db), s.on_db, s.off_db)
    found = []
    for (_, end_s), (start_s, _) in pairwise(speech):
        if start_s - end_s < s.least_gap_s:
            continue
        begin = _last_heard(heard, end_s - s.back_s, end_s + s.back_s / 3)
        end = _first_heard(heard, start_s - s.around_s, start_s + s.around_s * 2 / 3)
        pause = (
            end_s - s.usual_lag_s if begin is None else begin,
            start_s - _STEP_S if end is None else end,
        )
        if pause[1] - pause[0] >= s.least_s - 1e-9:
            found.append(pause)
    return tuple(found)


def _last_heard(heard: NDArray[np.bool_], from_s: float, to_s: float) -> float | None:
    """When sound ends within a window; None where it does not end there."""
    first = max(0, round(from_s / _STEP_S))
    inside = np.flatnonzero(heard[first : max(first, round(to_s / _STEP_S))])
    if len(inside) == 0 or first + inside[-1] + 1 >= round(to_s / _STEP_S):
        return None
    return float((first + inside[-1] + 1) * _STEP_S)


def _first_heard(heard: NDArray[np.bool_], from_s: float, to_s: float) -> float | None:
    """When sound begins within a window; None where it does not begin there."""
    first = max(0, round(from_s / _STEP_S))
    inside = np.flatnonzero(heard[first : max(first, round(to_s / _STEP_S))])
    if len(inside) == 0 or inside[0] == 0:
        return None
    return float((first + inside[0]) * _STEP_S)


def _above_room(bands: Floats, range_db: float) -> Floats:
    """(n,) how far each frame stands out of the room's noise, dB on the mean over bands."""
    whole = 10 * np.log10((10 ** (bands / 10)).sum(axis=1))
    faint = whole < np.percentile(whole, 95) - range_db
    loudest = float(np.percentile(bands.max(axis=1), 95))
    bands = np.maximum(bands, loudest + _FAINTEST_DB)
    level = bands.mean(axis=1)
    # The quietest tenth is the room in any answer: closures and gaps between words make that much.
    quiet = level <= np.percentile(level, 10)
    above = np.maximum(bands - bands[quiet].mean(axis=0), 0.0)
    # noise alone stands out of its own mean by half its spread
    return np.where(faint, 0.0, above.mean(axis=1) - above[quiet].mean())


def _band_levels(samples: NDArray[np.float32], rate_hz: int) -> Floats:
    """(n, bands) dB every 5 ms, of 20 ms around each."""
    hop, window = round(rate_hz * _STEP_S), round(rate_hz * _WINDOW_S)
    count = len(samples) // hop
    if count == 0:
        return np.zeros((0, _BANDS))
    padded = np.pad(np.asarray(samples, np.float64), (window // 2, window))
    pieces = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop][:count]
    size = 1 << (window - 1).bit_length()
    power = np.abs(np.fft.rfft(pieces * np.hanning(window), size)) ** 2 @ _mel(rate_hz, size)
    smooth = np.pad(power, ((2, 2), (0, 0)), mode="edge")
    return np.asarray(10 * np.log10(sum(smooth[i : i + count] for i in range(5)) / 5 + 1e-12))


@functools.cache
def _mel(rate_hz: int, size: int) -> Floats:
    """(bins, bands) triangles of equal area."""
    top = min(_HIGHEST_HZ, 0.475 * rate_hz)
    mel = np.linspace(*(2595 * np.log10(1 + np.array([_LOWEST_HZ, top]) / 700)), _BANDS + 2)
    edges = 700 * (10 ** (mel / 2595) - 1)
    hz = np.fft.rfftfreq(size, 1 / rate_hz)[:, None]
    rise = (hz - edges[:-2]) / (edges[1:-1] - edges[:-2])
    fall = (edges[2:] - hz) / (edges[2:] - edges[1:-1])
    shape = np.clip(np.minimum(rise, fall), 0.0, None)
    return np.asarray(shape / np.maximum(shape.sum(axis=0), 1e-9))


def _hysteresis(values: Floats, on: float, off: float) -> NDArray[np.bool_]:
    """Whether each value belongs to a run above ``off`` that reaches ``on``."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], (values > off).astype(np.int8), [0]))))
    told = np.zeros(len(values), bool)
    for begin, end in edges.reshape(-1, 2):
        if values[begin:end].max() > on:
            told[begin:end] = True
    return told
