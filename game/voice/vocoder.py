"""Spectra become sound: a train of pulses and noise, shaped frame by frame, added up.

The voice's network gives for each frame of 12.5 ms and each of 601 frequencies how strong the
harmonic part is and how its phase is turned, how strong the noise is, and a third part whose phase
it names itself. The harmonic part shapes the spectrum of a pulse train whose pitch is given apart,
as in other source-filter vocoders (Wang, Takaki & Yamagishi 2019). Sizes and formula are those that
the network was trained with (hibari-tts, "ONNX interface").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 24_000
FRAME = 300
"""Samples per frame: 12.5 ms."""
_WINDOW = 4 * FRAME
_VOICED_HZ = 40.0
_HIGHEST_HZ = 11_000.0
_LOUDEST = 7.0  # natural logarithm of a magnitude; the network was trained with this bound


@dataclass(frozen=True, slots=True)
class Spectra:
    """What the network gives for one line; each (601, frames)."""

    harmonic: NDArray[np.float32]
    """Logarithm of the magnitude that each harmonic gets."""
    turn: NDArray[np.float32]
    """Its phase, as tanh⁻¹ of a share of π."""
    noise: NDArray[np.float32]
    """Logarithm of the noise's magnitude."""
    free: NDArray[np.float32]
    """Logarithm of the third part's magnitude."""
    phase: NDArray[np.float32]
    """Its phase, in radians."""


def synthesize(spectra: Spectra, pitch_hz: NDArray[np.float32]) -> NDArray[np.float32]:
    """Sound from spectra and pitch; the same ones give the same samples.

    Args:
        spectra: of F frames.
        pitch_hz: (F,) below 40 where there is no voice.

    Returns:
        (300 · F,) samples at ``RATE_HZ``.
    """
    from scipy.fft import irfft, rfft

    frames = len(pitch_hz)
    window = np.hanning(_WINDOW + 1)[:-1].astype(np.float32)
    padded = np.pad(_pulses(pitch_hz), _WINDOW // 2, mode="reflect")
    cut = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::FRAME][:frames]
    # a cosine of size 1 comes out of the windowed transform at half the window's sum, which is
    # divided out here so that the harmonic part is a magnitude
    source = rfft(cut * (window / FRAME), axis=1).T
    whole = source * _polar(spectra.harmonic, np.pi * np.tanh(spectra.turn))
    # one seed for every line: what is said again sounds the same to the bit
    drawn = np.random.default_rng(0).standard_normal((2, *spectra.noise.shape), np.float32)
    whole += np.exp(np.minimum(spectra.noise, _LOUDEST)) * (drawn[0] + 1j * drawn[1])
    whole += _polar(spectra.free, spectra.phase)
    pieces = irfft(whole.T, n=_WINDOW, axis=1) * window
    overlap = _WINDOW // FRAME
    sound = np.zeros((frames + overlap - 1, FRAME), np.float32)
    weight = np.zeros_like(sound)
    for part in range(overlap):
        piece = slice(part * FRAME, (part + 1) * FRAME)
        sound[part : part + frames] += pieces[:, piece]
        weight[part : part + frames] += np.square(window[piece])
    sound /= np.maximum(weight, 1e-11)
    return sound.reshape(-1)[_WINDOW // 2 :][: frames * FRAME]


def _polar(log_size: NDArray[np.float32], phase: NDArray[np.float32]) -> NDArray[np.complex64]:
    size = np.exp(np.minimum(log_size, _LOUDEST))
    shaped = np.empty(phase.shape, np.complex64)
    shaped.real, shaped.imag = size * np.cos(phase), size * np.sin(phase)
    return shaped


def _pulses(pitch_hz: NDArray[np.float32]) -> NDArray[np.float32]:
    """(300 · F,) all harmonics below 11 kHz at size 1, in phase; 0 where there is no voice.

    The sum of cos(h·t) for h = 1...H is sin((H + ½)t) / (2 sin(t/2)) - ½ (Dirichlet's kernel).
    """
    frames = len(pitch_hz)
    # pitch holds in the middle of its frame and goes straight from one to the next
    at = (np.arange(frames * FRAME) + 0.5) / FRAME - 0.5
    pitch = np.interp(at, np.arange(frames), pitch_hz.astype(np.float64))
    voiced = pitch > _VOICED_HZ
    pitch = np.maximum(pitch, _VOICED_HZ)
    turns = np.cumsum(pitch / RATE_HZ)
    angle = 2 * np.pi * (turns - np.floor(turns))
    half = np.floor(_HIGHEST_HZ / pitch) + 0.5
    below = 2 * np.sin(angle / 2)
    peak = np.abs(below) < 2e-3
    train = np.where(peak, half, np.sin(half * angle) / np.where(peak, 1.0, below)) - 0.5
    return np.where(voiced, train, 0.0).astype(np.float32)
