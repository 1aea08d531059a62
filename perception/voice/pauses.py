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

from perception.settings import NotNegative, Positive, checked, in_order
from perception.types import PAUSE_S

Floats = NDArray[np.float64]
Span = tuple[float, float]

_STEP_S = 0.005
_WINDOW_S = 0.02
_SPREAD_S = 0.01
"""How far smoothing over 25 ms of such windows carries a sound beyond its edges."""
_CLOSURE = 20  # frames
_BANDS = 24
_LOWEST_HZ, _HIGHEST_HZ = 100.0, 7600.0
_FAINTEST_DB = -70.0
"""Against the loudest speech; in digital silence a breath must not stand out like a word."""


@checked
@dataclass(frozen=True, slots=True)
class PauseSettings:
    """How a pause's edges are looked for."""

    least_s: Positive = PAUSE_S
    """Shortest pause, s."""
    on_db: Positive = 2.0
    """How far a sound must stand out of the room somewhere in its course, dB on the mean over the
    bands."""
    off_db: Positive = 0.7
    """How far it stands out at its edges."""
    range_db: Positive = 33.0
    """What lies this far below the loud parts is breath or the room's echo, however quiet the room.
    """
    least_gap_s: Positive = 0.1
    """Shortest gap in the detector's speech that may turn out to be a pause, s."""
    back_s: Positive = 0.16
    """How far before the detector's end of speech the true end may lie, s."""
    usual_lag_s: NotNegative = 0.055
    """How late the detector usually is where the sound does not show an end, s."""
    around_s: Positive = 0.08
    """How far after its start of speech the true start may lie, s."""
    missed_s: Positive = 0.5
    """How much of a soft ending or beginning it may miss, s: a long murmur is none of a voice to
    it."""

    clear_db: Positive = 15.0
    """How far speech must stand out of the room, dB on the mean over the bands, for such endings to
    be looked for."""

    def __post_init__(self) -> None:
        in_order(self, "off_db <= on_db", "usual_lag_s <= back_s")


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
    above = _above_room(bands, s.range_db)
    heard = _hysteresis(above, s.on_db, s.off_db)
    # in noise its own humps would be taken for soft endings
    clear = float(np.percentile(above, 95)) >= s.clear_db
    late_s, early_s = (s.missed_s, s.missed_s) if clear else (s.back_s / 3, s.around_s * 1.5)
    found = []
    for (_, end_s), (start_s, _) in pairwise(speech):
        if start_s - end_s < s.least_gap_s:
            continue
        middle_s = (end_s + start_s) / 2
        begin = _last_heard(heard, end_s - s.back_s, min(end_s + late_s, middle_s))
        end = _first_heard(heard, max(start_s - early_s, middle_s), start_s + s.around_s)
        pause = (
            end_s - s.usual_lag_s if begin is None else begin,
            start_s - _STEP_S if end is None else end,
        )
        if pause[1] - pause[0] >= s.least_s - 1e-9:
            found.append(pause)
    return tuple(found)


def _last_heard(heard: NDArray[np.bool_], from_s: float, to_s: float) -> float | None:
    """When the sound that goes on at ``from_s``, or begins after, ends; None if after ``to_s``.

    A gap of up to 0.1 s (a stop's closure) does not end it.
    """
    first, last = max(0, round(from_s / _STEP_S)), round(to_s / _STEP_S)
    ends: int | None = None
    for at in range(first, min(last, len(heard))):
        if heard[at]:
            ends = at + 1
        elif ends is not None and at - ends > _CLOSURE:
            break
    if ends is None or ends >= last:
        return None
    return ends * _STEP_S - _SPREAD_S


def _first_heard(heard: NDArray[np.bool_], from_s: float, to_s: float) -> float | None:
    """The same backwards in time: when the sound that goes on at ``to_s`` has begun."""
    length_s = len(heard) * _STEP_S
    turned = _last_heard(heard[::-1], length_s - to_s, length_s - from_s)
    return None if turned is None else length_s - turned


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
    low_mel, top_mel = (2595 * float(np.log10(1 + f / 700)) for f in (_LOWEST_HZ, top))
    mel = np.linspace(low_mel, top_mel, _BANDS + 2)
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
