"""Syllables counted in the sound, so that pace needs no transcript.

A syllable's nucleus is a voiced peak of loudness that stands out of the dips beside it (De Jong &
Wempe 2009, refined 2021). Loudness is taken where vowels have it and fricatives do not, in three
bands, each with its own blind spots; a nucleus counts as much as the share of bands that show it.
On the recordings of 19 readers and speakers this misses the count of the dictionary by half as much
as loudness of the whole spectrum does.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perception.voice.frames import BIN_HZ, FRAME_S, RATE_HZ, Floats, VoiceFrames, voice_frames

SHORTEST_S = 0.3
"""Below this a sound holds too little to count in."""


@dataclass(frozen=True, slots=True)
class _Contour:
    """One way of looking at loudness."""

    low_hz: float
    high_hz: float
    power: float
    """Exponent of loudness; 0 for decibels."""
    smooth: float
    """Standard deviation of the smoothing, frames of 10 ms."""
    prominence: float
    """How far a nucleus stands out: dB, or share of the loud parts."""
    reach: float
    """Least height: dB below the loudest, or share of the loud parts."""
    periodicity: float
    """Least periodicity at the peak."""


_CONTOURS = (
    # 2 dB between nuclei is De Jong & Wempe's
    _Contour(200.0, 2500.0, 0.0, 1.0, 2.0, 20.0, 0.3),
    # Stevens' power law for loudness has 0.3 of power
    _Contour(200.0, 3600.0, 0.3, 2.0, 0.03, 0.1, 0.5),
    _Contour(200.0, 1200.0, 0.0, 1.0, 1.5, 20.0, 0.5),
)


@dataclass(frozen=True, slots=True)
class Nuclei:
    """Syllable nuclei of a stretch of sound, in order."""

    times_s: Floats
    """(n,) from the first sample."""
    weights: Floats
    """(n,) 1/3...1, how surely each is one."""

    @property
    def count(self) -> float:
        """Syllables."""
        return float(self.weights.sum())


def syllable_nuclei(samples: NDArray[np.float32], rate_hz: int) -> Nuclei | None:
    """Finds the nuclei in (n,) mono samples, -1...1, at 16 kHz.

    Returns:
        The nuclei, none in sound without syllables; None when it is shorter than 0.3 s.

    Raises:
        ValueError: another rate than 16 kHz.
    """
    frames = voice_frames(samples, rate_hz)
    if len(samples) < SHORTEST_S * rate_hz:
        return None
    return _nuclei(_band_powers(frames), frames.periodicity)


class SyllableCounter:
    """Counts while somebody speaks, at a few thousandths of a core.

    Args:
        span_s: how much of the past is kept.
    """

    _LEAST = RATE_HZ // 4
    _EDGE = 5
    """Frames at the ends of a piece whose window looks beyond it."""

    def __init__(self, span_s: float = 4.0) -> None:
        importlib.import_module("scipy.signal")  # takes long, and is not to be waited for later
        if span_s < SHORTEST_S:
            raise ValueError(f"span_s is {span_s}; use at least {SHORTEST_S}")
        self._most = round(span_s / FRAME_S)
        self._waiting: list[NDArray[np.float32]] = []
        self._tail = np.zeros(0, np.float32)
        self._powers = np.zeros((0, len(_CONTOURS)))
        self._periodicity = np.zeros(0)

    def add(self, samples: NDArray[np.float32]) -> None:
        """Takes the next (n,) samples, mono at 16 kHz."""
        self._waiting.append(samples)
        if sum(len(s) for s in self._waiting) < self._LEAST:
            return
        sound = np.concatenate([self._tail, *self._waiting])
        self._waiting = []
        hop = round(RATE_HZ * FRAME_S)
        frames = voice_frames(sound, RATE_HZ)
        fresh = slice(self._EDGE if len(self._tail) else 0, len(frames) - self._EDGE)
        powers = np.concatenate([self._powers, _band_powers(frames)[fresh]])
        self._powers = powers[-self._most :]
        self._periodicity = np.concatenate([self._periodicity, frames.periodicity[fresh]])[
            -self._most :
        ]
        # the next piece begins with the frames that looked beyond this one, and their own edge
        self._tail = sound[(len(frames) - 2 * self._EDGE) * hop :]

    def count(self, span_s: float) -> float | None:
        """Syllables in the last ``span_s`` s, 0.1 s late; None before half of it was heard."""
        wanted = round(span_s / FRAME_S)
        if len(self._powers) < wanted / 2:
            return None
        nuclei = _nuclei(self._powers, self._periodicity)
        recent = nuclei.times_s >= (len(self._powers) - wanted) * FRAME_S
        return float(nuclei.weights[recent].sum())

    def rate(self, span_s: float, spoken_s: float | None = None) -> float | None:
        """Syllables a second over the last ``span_s`` s.

        Args:
            span_s: how far back, s.
            spoken_s: seconds of speech in it, as a detector says; all of it when None.

        Returns:
            None before half of the span was heard, or without speech in it.
        """
        counted = self.count(span_s)
        seconds = min(span_s, len(self._powers) * FRAME_S) if spoken_s is None else spoken_s
        return None if counted is None or seconds <= 0 else counted / seconds

    def reset(self) -> None:
        """Forgets the sound before."""
        self._waiting, self._tail = [], np.zeros(0, np.float32)
        self._powers, self._periodicity = np.zeros((0, len(_CONTOURS))), np.zeros(0)


def _band_powers(frames: VoiceFrames) -> Floats:
    """(n, contours)."""
    return np.stack(
        [
            frames.power[:, round(c.low_hz / BIN_HZ) : round(c.high_hz / BIN_HZ)].sum(axis=1)
            for c in _CONTOURS
        ],
        axis=1,
    )


def _nuclei(powers: Floats, periodicity: Floats) -> Nuclei:
    if len(powers) < 3:
        return Nuclei(np.zeros(0), np.zeros(0))
    widest = powers[:, 1]
    quiet = widest <= np.percentile(widest, 10)
    room = powers[quiet].mean(axis=0)
    near = np.max(np.lib.stride_tricks.sliding_window_view(np.pad(periodicity, 3), 7), axis=1)
    found = [_peaks(powers[:, i], float(room[i]), near, c) for i, c in enumerate(_CONTOURS)]
    return _merged(np.concatenate(found))


def _peaks(power: Floats, room: float, near: Floats, contour: _Contour) -> Floats:
    """Frames at which one band has a nucleus."""
    if contour.power:
        level = _smoothed(power**contour.power, contour.smooth)
        # loudness of the room itself must not pass for speech
        top = float(np.percentile(level, 95))
        height, prominence = contour.reach * top, contour.prominence * top
    else:
        level = _smoothed(10 * np.log10(power + room + 1e-9), contour.smooth)
        height, prominence = float(np.percentile(level, 98)) - contour.reach, contour.prominence
    from scipy.signal import find_peaks

    peaks, _ = find_peaks(level, prominence=prominence, height=height)
    return np.asarray(peaks[near[peaks] > contour.periodicity], np.float64)


def _smoothed(values: Floats, sd: float) -> Floats:
    at = np.arange(-12, 13)
    kernel = np.exp(-0.5 * (at / sd) ** 2)
    return np.convolve(np.pad(values, 12, mode="edge"), kernel / kernel.sum(), mode="valid")


def _merged(peaks: Floats, apart: float = 6.0) -> Nuclei:
    """Peaks of all bands within 60 ms of each other are one nucleus."""
    share = 1.0 / len(_CONTOURS)
    groups: list[list[float]] = []
    for at in np.sort(peaks):
        if groups and at - groups[-1][0] <= apart and len(groups[-1]) < len(_CONTOURS):
            groups[-1].append(float(at))
        else:
            groups.append([float(at)])
    times = np.array([np.mean(g) for g in groups]) * FRAME_S
    return Nuclei(times, np.array([len(g) * share for g in groups]))
