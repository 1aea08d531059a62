"""What a voice does from moment to moment: level, pitch, vowel colour, and how still it holds.

Every 10 ms of a finished stretch of sound, in numpy alone and at well under one per cent of real
time. Formants come from linear prediction (Markel & Gray 1976), pitch from the normalised
autocorrelation (Boersma 1993), the colour from mel cepstra (Davis & Mermelstein 1980).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FRAME_S = 0.01
"""Seconds from one frame to the next."""
RATE_HZ = 16_000
"""The only rate that is heard."""

_HALF_HZ = RATE_HZ // 2  # voices are told below 4 kHz, at half the work
_HOP = int(_HALF_HZ * FRAME_S)
_WINDOW = 256  # 32 ms: two periods of a low voice
_PITCH_WINDOW = 400  # 50 ms: three periods of 60 Hz
_FFT = 1024
BIN_HZ = _HALF_HZ / (_FFT // 2)
"""Width of a bin of :attr:`VoiceFrames.power`."""
_LOWEST_HZ, _HIGHEST_HZ = 60.0, 400.0
_ORDER = 10
"""Of the prediction: two for each of the four formants below 4 kHz, and two for tilt."""
_BANDS, _CEPSTRA = 22, 12
_REACH = 3
"""Frames to either side over which change is measured: 60 ms, a fast transition between sounds."""
_FLOOR_DBFS = -120.0


@dataclass(frozen=True, slots=True)
class VoiceFrames:
    """One row for each 10 ms; the first is centred on the first sample."""

    level_dbfs: Floats
    """(n,) root mean square below 4 kHz, re full scale."""
    pitch_hz: Floats
    """(n,) of the most periodic lag; meant where ``periodicity`` is high."""
    periodicity: Floats
    """(n,) 0 noise...1 a perfectly repeating wave."""
    power: Floats
    """(n, 257) spectrum from 0 to 4 kHz, a mean over 50 ms."""
    room: Floats
    """(257,) the same of the sound's quietest tenth."""
    flux_db: Floats
    """(n,) how far the mel cepstra move within 60 ms, above the room's noise."""

    def __len__(self) -> int:
        return len(self.level_dbfs)


def voice_frames(samples: NDArray[np.float32], rate_hz: int) -> VoiceFrames:
    """Measures (n,) mono samples, -1...1, at 16 kHz.

    Raises:
        ValueError: another rate.
    """
    if rate_hz != RATE_HZ:
        raise ValueError(f"voices are measured at {RATE_HZ} Hz, not {rate_hz} Hz; resample first")
    sound = _halved(np.asarray(samples, np.float64))
    count = len(sound) // _HOP
    pieces = _framed(sound, count, _PITCH_WINDOW)
    inner = pieces[:, (_PITCH_WINDOW - _WINDOW) // 2 :][:, :_WINDOW]
    level = 10 * np.log10(np.mean(inner**2, axis=1) + 10 ** (_FLOOR_DBFS / 10))
    spectra = np.fft.rfft(inner * np.hanning(_WINDOW), _FFT // 2)
    power = _smooth(np.asarray(np.abs(spectra) ** 2, np.float64))
    quiet = level <= np.percentile(level, 10) if count else np.zeros(0, bool)
    room = power[quiet].mean(axis=0) if quiet.any() else np.zeros(power.shape[1])
    return VoiceFrames(level, *_pitch(pieces), power, room, _flux(power, room))


def _smooth(power: Floats, reach: int = 1) -> Floats:
    """Mean over frames up to ``reach`` to either side."""
    if len(power) == 0:
        return power
    padded = np.pad(power, ((reach, reach), (0, 0)), mode="edge")
    width = 2 * reach + 1
    return np.asarray(sum(padded[i : i + len(power)] for i in range(width)) / width)


def _halved(sound: Floats) -> Floats:
    """At half the rate, after a low pass that leaves what lies below 3.6 kHz."""
    return np.convolve(sound, _low_pass(), mode="same")[::2] if len(sound) else sound


@functools.cache
def _low_pass() -> Floats:
    n = np.arange(-16, 17)
    taps = np.sinc(n * 0.475) * np.hamming(33)
    return np.asarray(taps / taps.sum())


def _framed(sound: Floats, count: int, length: int) -> Floats:
    """(count, length) pieces around each hop; the ends are padded with silence."""
    padded = np.pad(sound, (length // 2, length))
    if count == 0:
        return np.zeros((0, length))
    rolled = np.lib.stride_tricks.sliding_window_view(padded, length)
    return np.asarray(rolled[::_HOP][:count])


@functools.cache
def _mel_bands() -> Floats:
    """(bins, bands) triangles between 80 and 3800 Hz."""
    low_mel, top_mel = (2595 * float(np.log10(1 + f / 700)) for f in (80.0, 3800.0))
    mel = np.linspace(low_mel, top_mel, _BANDS + 2)
    edges = 700 * (10 ** (mel / 2595) - 1)
    hz = np.fft.rfftfreq(_FFT // 2, 1 / _HALF_HZ)[:, None]
    rise = (hz - edges[:-2]) / (edges[1:-1] - edges[:-2])
    fall = (edges[2:] - hz) / (edges[2:] - edges[1:-1])
    return np.asarray(np.clip(np.minimum(rise, fall), 0.0, None))


@functools.cache
def _cosines() -> Floats:
    """(bands, cepstra); orthonormal, so that distances stay those of the bands."""
    k = np.arange(1, _CEPSTRA + 1)
    at = (np.arange(_BANDS) + 0.5)[:, None] * k * np.pi / _BANDS
    return np.asarray(np.sqrt(2 / _BANDS) * np.cos(at))


def _pitch(pieces: Floats) -> tuple[Floats, Floats]:
    """Most periodic lag of each piece as Hz, and its correlation."""
    window = np.hanning(_PITCH_WINDOW)
    shape = np.fft.irfft(np.abs(np.fft.rfft(window, _FFT)) ** 2, _FFT)
    centred = (pieces - pieces.mean(axis=1, keepdims=True)) * window
    power = np.abs(np.fft.rfft(centred, _FFT)) ** 2
    lag = np.arange(int(_HALF_HZ / _HIGHEST_HZ), int(_HALF_HZ / _LOWEST_HZ) + 1)
    whole = np.fft.irfft(power, _FFT)
    # dividing by the window's own correlation undoes its taper (Boersma 1993)
    heard = whole[:, lag] / np.maximum(whole[:, :1], 1e-12) / (shape[lag] / shape[0])
    inner = heard[:, 1:-1]
    peaks = np.where((inner >= heard[:, :-2]) & (inner > heard[:, 2:]), inner, -1.0)
    if peaks.shape[0] == 0:
        return np.zeros(0), np.zeros(0)
    # Long lags are as good as their halves; the shortest that is nearly the best is the period.
    favoured = peaks - 0.02 * np.log2(lag[1:-1] / lag[1])
    best = np.argmax(favoured, axis=1)
    rows = np.arange(len(best))
    left, mid, right = (heard[rows, best + i] for i in (0, 1, 2))
    bend = left - 2 * mid + right
    shift = np.where(bend < -1e-9, 0.5 * (left - right) / np.minimum(bend, -1e-9), 0.0)
    shift = np.clip(shift, -0.5, 0.5)
    return _HALF_HZ / (lag[best + 1] + shift), np.clip(peaks[rows, best], 0.0, 1.0)


def formants(power: Floats) -> tuple[float | None, float | None]:
    """First and second formant of a voice, Hz.

    Args:
        power: (257,) mean spectrum of a steady stretch, without the room's noise.

    Returns:
        The strongest peak of the all-pole envelope in 250-950 Hz and in 950-2500 Hz.
    """
    hz = np.fft.rfftfreq(_FFT // 2, 1 / _HALF_HZ)
    # 6 dB an octave up, against the fall of the voice's own spectrum (Markel & Gray 1976)
    bright = power * (1.0 - np.cos(2 * np.pi * hz / _HALF_HZ) * 0.95)
    auto = np.fft.irfft(bright)[: _ORDER + 1][None, :]
    auto[:, 0] = auto[:, 0] * 1.0001 + 1e-15
    envelope = -np.log(np.maximum(np.abs(np.fft.rfft(_predictor(auto)[0], _FFT // 2)), 1e-9))
    peak = np.zeros(len(hz), bool)
    peak[1:-1] = (envelope[1:-1] > envelope[:-2]) & (envelope[1:-1] >= envelope[2:])
    found: list[float | None] = []
    for low, high in ((250.0, 950.0), (950.0, 2500.0)):
        inside = np.flatnonzero(peak & (hz >= low) & (hz < high))
        best = inside[np.argmax(envelope[inside])] if len(inside) else None
        found.append(None if best is None else float(hz[best]))
    return found[0], found[1]


def cepstra(power: Floats, room: Floats) -> Floats:
    """(n, 12) mel cepstra in dB of (n, 257) spectra, above the room's noise; loudness left out."""
    mel = _mel_bands()
    bands = power @ mel + room @ mel + 1e-9
    return np.asarray(10 * np.log10(bands) @ _cosines())


def _predictor(auto: Floats) -> Floats:
    """(n, order + 1) coefficients of the prediction error filter, by Levinson's recursion."""
    n, width = auto.shape
    filt = np.zeros((n, width))
    filt[:, 0] = 1.0
    error = auto[:, 0].copy()
    for order in range(1, width):
        missed = np.einsum("ij,ij->i", filt[:, :order], auto[:, order:0:-1])
        reflection = -missed / np.maximum(error, 1e-15)
        turned = filt[:, order::-1][:, : order + 1].copy()
        filt[:, : order + 1] += reflection[:, None] * turned
        error *= np.maximum(1.0 - reflection**2, 1e-9)
    return filt


def _flux(power: Floats, room: Floats) -> Floats:
    told = cepstra(power, room)
    if len(told) <= 2 * _REACH:
        return np.zeros(len(told))
    moved = np.linalg.norm(told[2 * _REACH :] - told[: -2 * _REACH], axis=1)
    return np.pad(moved, _REACH, mode="edge")
