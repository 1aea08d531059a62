"""Pitch of a voice, block by block and without looking ahead.

YIN (de Cheveigné & Kawahara 2002): the lag at which sound differs least from itself, relative to
all shorter lags; computed by FFT.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_QUIET_POWER = 1e-6
"""Mean square below which (-60 dBFS) no pitch is looked for."""


class PitchEstimator:
    """Fundamental frequency of the newest sound.

    A window of 32 ms is compared with itself at all lags up to one period of the lowest pitch, so
    an estimate speaks of about the last 50 ms.

    Args:
        rate_hz: samples per second.
        low_hz: lowest pitch, Hz.
        high_hz: highest pitch, Hz.
        aperiodicity: largest normalised difference (0...1) that counts as voiced.
    """

    def __init__(
        self,
        rate_hz: int = 16_000,
        low_hz: float = 60.0,
        high_hz: float = 400.0,
        aperiodicity: float = 0.25,
    ) -> None:
        self._rate_hz = rate_hz
        self._window = rate_hz * 32 // 1000
        self._lag_low = int(rate_hz / high_hz)
        self._lag_high = int(np.ceil(rate_hz / low_hz)) + 1
        self._aperiodicity = aperiodicity
        self._buffer = np.zeros(self._window + self._lag_high, np.float64)
        self._fft_size = 1 << int(np.ceil(np.log2(len(self._buffer) + self._window)))
        self._lags = np.arange(1, self._lag_high + 1)

    def update(self, samples: NDArray[np.float32], wanted: bool = True) -> float | None:
        """Takes the next (n,) samples.

        Args:
            samples: the sound that follows on the last block.
            wanted: False only keeps the sound, for the next call.

        Returns:
            Hz, or None when the sound is not voiced (or was not wanted).
        """
        n = len(samples)
        if n >= len(self._buffer):
            self._buffer[:] = samples[-len(self._buffer) :]
        else:
            self._buffer[:-n] = self._buffer[n:]
            self._buffer[-n:] = samples
        if not wanted or float(np.mean(self._buffer**2)) < _QUIET_POWER:
            return None
        return self._estimate(self._buffer - self._buffer.mean())

    def reset(self) -> None:
        """Forgets the sound before."""
        self._buffer[:] = 0

    def _estimate(self, sound: NDArray[np.float64]) -> float | None:
        difference = self._normalised_difference(sound)
        lag = self._best_lag(difference)
        if lag is None:
            return None
        return float(self._rate_hz / _parabola(difference, lag))

    def _normalised_difference(self, sound: NDArray[np.float64]) -> NDArray[np.float64]:
        """(lag_high + 1,): cumulative mean normalised difference, by lag; 1 at lag 0."""
        w = self._window
        spectrum = np.fft.rfft(sound, self._fft_size)
        head = np.fft.rfft(sound[:w], self._fft_size)
        correlation = np.fft.irfft(spectrum * np.conj(head), self._fft_size)[: self._lag_high + 1]
        energy = np.concatenate(([0.0], np.cumsum(sound**2)))
        windows = energy[w : w + self._lag_high + 1] - energy[: self._lag_high + 1]
        difference = np.maximum(windows[0] + windows - 2 * correlation, 0.0)
        normalised = np.ones_like(difference)
        running = np.cumsum(difference[1:])
        normalised[1:] = difference[1:] * self._lags / np.maximum(running, 1e-12)
        return normalised

    def _best_lag(self, difference: NDArray[np.float64]) -> int | None:
        inner = difference[self._lag_low : self._lag_high]
        before = difference[self._lag_low - 1 : self._lag_high - 1]
        after = difference[self._lag_low + 1 : self._lag_high + 1]
        dips = np.flatnonzero((inner <= before) & (inner < after)) + self._lag_low
        if len(dips) == 0:
            return None
        deepest = float(difference[dips].min())
        if deepest > self._aperiodicity:
            return None
        # The shortest lag that is nearly as good: its multiples are octaves too low.
        good = dips[difference[dips] <= max(0.1, deepest + 0.05)]
        return int(good[0])


def _parabola(values: NDArray[np.float64], at: int) -> float:
    """Position of the minimum of the parabola through three neighbouring values."""
    a, b, c = values[at - 1 : at + 2]
    bend = a - 2 * b + c
    return at if bend <= 0 else at + 0.5 * (a - c) / bend
