"""Low-level descriptors of a voice, every 10 ms: loudness, spectral balance, flux, cepstrum.

What GeMAPS (Eyben et al. 2016) describes of each frame, in numpy. Frames are 20 ms (Hamming) every
10 ms; frame i is centred on (i + 1) * 10 ms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

STEP_S = 0.01
_FRAME_S = 0.02
_MEL_BANDS = 26
_LOW_HZ, _HIGH_HZ = 20.0, 8000.0
_LIFTER = 22
_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Descriptors:
    """One value per frame; all (n,) unless said otherwise."""

    times_s: Floats
    """Middle of each frame, from the first sample."""
    loudness: Floats
    """Sum of an auditory spectrum (Hermansky 1990); its unit is arbitrary."""
    flux: Floats
    """Root of the mean squared change, from the frame before, of the spectrum's magnitudes as the
    transform gives them."""
    mfcc: Floats
    """(n, 4): mel cepstral coefficients 1 to 4, as HTK scales and lifters them."""
    alpha_ratio: Floats
    """Energy of 1 to 5 kHz over that of 50 Hz to 1 kHz, dB."""
    hammarberg: Floats
    """Strongest peak below 2 kHz over the strongest of 2 to 5 kHz, dB (Hammarberg et al. 1980)."""
    slope_0_500: Floats
    """Slope of the level of 0 to 500 Hz, dB/Hz."""
    slope_500_1500: Floats
    """Slope of the level of 500 to 1500 Hz, dB/Hz."""


def describe(samples: NDArray[np.float32], rate_hz: int) -> Descriptors:
    """Descriptors of (n,) mono samples, -1...1, of at least 0.1 s."""
    spectrum, times = _spectra(samples.astype(np.float64), rate_hz)
    size = 2 * (spectrum.shape[1] - 1)
    hz = np.fft.rfftfreq(size, 1.0 / rate_hz)
    power = spectrum**2
    db = 10 * np.log10(power + _TINY)
    mel = power @ _mel_filters(hz).T

    def energy(low: float, high: float) -> Floats:
        band: Floats = power[:, (hz >= low) & (hz < high)].sum(axis=1)
        return band

    def peak_db(low: float, high: float) -> Floats:
        peak: Floats = db[:, (hz >= low) & (hz < high)].max(axis=1)
        return peak

    ratio: Floats = (energy(1000, 5000) + _TINY) / (energy(50, 1000) + _TINY)
    change = np.diff(spectrum, axis=0, prepend=spectrum[:1]) * _window_gain(rate_hz)
    return Descriptors(
        times_s=times,
        loudness=_loudness(mel),
        flux=np.sqrt(np.mean(change**2, axis=1)),
        mfcc=_mfcc(mel),
        alpha_ratio=10.0 * np.log10(ratio),
        hammarberg=peak_db(0, 2000) - peak_db(2000, 5000),
        slope_0_500=_slope(hz, db, 0, 500),
        slope_500_1500=_slope(hz, db, 500, 1500),
    )


def smooth(values: Floats) -> Floats:
    """Mean over three neighbouring frames, along the first axis ("sma3")."""
    if len(values) < 3:
        return values
    padded = np.concatenate([values[:1], values, values[-1:]])
    mean: Floats = (padded[:-2] + padded[1:-1] + padded[2:]) / 3
    return mean


def _spectra(samples: Floats, rate_hz: int) -> tuple[Floats, Floats]:
    """(n, bins) magnitudes and (n,) times."""
    length, step = int(_FRAME_S * rate_hz), int(STEP_S * rate_hz)
    frames = np.lib.stride_tricks.sliding_window_view(samples, length)[::step]
    window = np.hamming(length)
    size = 1 << int(np.ceil(np.log2(length)))
    spectrum = np.abs(np.fft.rfft(frames * window, size)) / _window_gain(rate_hz)
    times = (np.arange(len(frames)) * step + length / 2) / rate_hz
    return spectrum, times


def _window_gain(rate_hz: int) -> float:
    """What the transform makes of a sine of amplitude 1."""
    return float(0.5 * np.hamming(int(_FRAME_S * rate_hz)).sum())


def _mel_filters(hz: Floats) -> Floats:
    """(26, bins) triangles, equally spaced in mel."""
    edges = _hz(np.linspace(_mel(_LOW_HZ), _mel(min(_HIGH_HZ, hz[-1])), _MEL_BANDS + 2))
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising, falling = (hz - low) / (middle - low), (high - hz) / (high - middle)
    filters: Floats = np.maximum(0.0, np.minimum(rising, falling))
    return filters


def _mel(hz: float) -> float:
    return float(1127 * np.log(1 + hz / 700))


def _hz(mel: Floats) -> Floats:
    hz: Floats = 700 * (np.exp(mel / 1127) - 1)
    return hz


def _band_centres() -> Floats:
    return _hz(np.linspace(_mel(_LOW_HZ), _mel(_HIGH_HZ), _MEL_BANDS + 2))[1:-1]


def _loudness(mel: Floats) -> Floats:
    # equal loudness and the cube root of power, after Hermansky (1990), eq. 4 and 5
    w2 = (2 * np.pi * _band_centres()) ** 2
    weight = (w2 + 56.8e6) * w2**2 / ((w2 + 6.3e6) ** 2 * (w2 + 0.38e9))
    loudness: Floats = ((mel * weight) ** 0.33).sum(axis=1)
    return loudness


def _mfcc(mel: Floats) -> Floats:
    log = np.log(np.maximum(mel, _TINY))
    k = np.arange(1, 5)[:, None]
    basis = np.cos(np.pi * k * (np.arange(_MEL_BANDS) + 0.5) / _MEL_BANDS)
    lifter = 1 + _LIFTER / 2 * np.sin(np.pi * np.arange(1, 5) / _LIFTER)
    cepstrum: Floats = log @ basis.T * np.sqrt(2.0 / _MEL_BANDS) * lifter
    return cepstrum


def _slope(hz: Floats, db: Floats, low: float, high: float) -> Floats:
    band = (hz >= low) & (hz <= high)
    x = hz[band] - hz[band].mean()
    slope: Floats = db[:, band] @ x / (x @ x)
    return slope
