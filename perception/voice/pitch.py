"""Pitch of a voice, block by block and without looking ahead.

Praat's method (Boersma 1993, Proceedings of the Institute of Phonetic Sciences 17, 97-110): the
autocorrelation of a windowed piece of sound, divided by that of the window, has its peaks at the
periods; the way through the peaks that costs least is the pitch. Praat looks for that way through
the whole of a recording, this from the past to now.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perception.settings import InnerShare, NotNegative, Share, checked

_QUIET_POWER = 1e-6
"""Mean square below which (-60 dBFS) no pitch is looked for."""

_PERIODS = 3.0
"""Periods of the lowest pitch in the window (Praat's choice)."""

_CANDIDATES = 5
"""Peaks considered of each piece."""

_PEAK_HALVES_IN_S = 2.0
"""Time in which the loudest sound heard is half forgotten; Praat knows the whole recording's."""


@checked
@dataclass(frozen=True, slots=True)
class PitchCosts:
    """What counts as voiced, and what a change costs; Praat's values but for ``voicing``."""

    voicing: InnerShare = 0.5
    """Least height (0...1) of an autocorrelation's peak that counts as voiced. Praat's is 0.45; who
    cannot look ahead takes more breath for voice there (precision 0.91 against 0.93)."""
    silence: Share = 0.03
    """Peak of a piece over the loudest peak heard, 0...1, below which silence is likelier."""
    octave: NotNegative = 0.01
    """Strength taken off per octave towards lower pitches."""
    octave_jump: NotNegative = 0.35
    """Cost of a jump by an octave from one piece to the next, 10 ms apart."""
    voiced_unvoiced: NotNegative = 0.14
    """Cost of a change between voiced and not, 10 ms apart."""


class PitchEstimator:
    """Fundamental frequency of the newest sound.

    The window holds three periods of the lowest pitch and ends with the newest sample, so an
    estimate speaks of its middle: ``lag_s`` before.

    Args:
        rate_hz: samples per second.
        low_hz: lowest pitch, Hz.
        high_hz: highest pitch, Hz.
        costs: what counts as voiced.
    """

    def __init__(
        self,
        rate_hz: int = 16_000,
        low_hz: float = 60.0,
        high_hz: float = 400.0,
        costs: PitchCosts | None = None,
    ) -> None:
        self._rate_hz = rate_hz
        self._low_hz, self._high_hz = low_hz, high_hz
        self._costs = costs or PitchCosts()
        length = int(_PERIODS * rate_hz / low_hz)
        self._buffer = np.zeros(length, np.float64)
        self._window = np.hanning(length)
        # zeros for half a window keep the autocorrelation from wrapping round at the lags looked at
        self._fft_size = 1 << int(np.ceil(np.log2(1.5 * length)))
        self._lag_low = max(2, int(rate_hz / high_hz))
        self._lag_high = int(np.ceil(rate_hz / low_hz)) + 1
        of_window = self._autocorrelation(self._window)
        self._of_window = of_window / of_window[0]
        self._loudest = 0.0
        self._path: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None
        self._heights = np.zeros(0)
        self._height: float | None = None

    @property
    def harmonicity_db(self) -> float | None:
        """Harmonics over noise of what was last called voiced, dB (Boersma 1993); else None."""
        if self._height is None:
            return None
        height = min(max(self._height, 1e-6), 1.0 - 1e-6)
        return float(10.0 * np.log10(height / (1.0 - height)))

    @property
    def lag_s(self) -> float:
        """From the middle of what an estimate speaks of to the newest sample, s."""
        return len(self._buffer) / 2 / self._rate_hz

    def estimate(self, samples: NDArray[np.float32], wanted: bool = True) -> float | None:
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
        step_s = n / self._rate_hz
        self._loudest *= 0.5 ** (step_s / _PEAK_HALVES_IN_S)
        sound = self._buffer - self._buffer.mean()
        peak = float(np.abs(sound).max(initial=0.0))
        self._loudest = max(self._loudest, peak)
        self._height = None
        if not wanted or float(np.mean(sound**2)) < _QUIET_POWER:
            self._path = None
            return None
        hz, strength = self._candidates(sound, peak)
        return self._follow(hz, strength, step_s)

    def reset(self) -> None:
        """Forgets the sound before."""
        self._buffer[:] = 0
        self._loudest = 0.0
        self._path = None
        self._height = None

    def _autocorrelation(self, sound: NDArray[np.float64]) -> NDArray[np.float64]:
        """(lag_high + 1,) by lag."""
        spectrum = np.fft.rfft(sound, self._fft_size)
        power = spectrum.real**2 + spectrum.imag**2
        return np.fft.irfft(power, self._fft_size)[: self._lag_high + 1]

    def _candidates(
        self, sound: NDArray[np.float64], peak: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(m,) Hz and (m,) strengths of what the pitch may be; the first, 0 Hz, is no voice."""
        costs = self._costs
        raw = self._autocorrelation(sound * self._window)
        normalised = raw / max(raw[0], 1e-12) / self._of_window
        silence = 2.0 - peak / self._loudest * (1.0 + costs.voicing) / max(costs.silence, 1e-9)
        unvoiced = costs.voicing + max(0.0, silence)
        inner = normalised[self._lag_low : self._lag_high]
        before = normalised[self._lag_low - 1 : self._lag_high - 1]
        after = normalised[self._lag_low + 1 : self._lag_high + 1]
        at = np.flatnonzero((inner > 0.5 * costs.voicing) & (inner > before) & (inner >= after))
        a, b, c = before[at], inner[at], after[at]
        bend = a - 2 * b + c  # below 0 at a maximum
        shift = 0.5 * (a - c) / bend
        height = b - 0.25 * (a - c) * shift
        hz = self._rate_hz / (self._lag_low + at + shift)
        inside = (hz >= self._low_hz) & (hz <= self._high_hz)
        hz, height = hz[inside], np.minimum(height[inside], 1.0)
        strength = height - costs.octave * np.log2(self._low_hz / hz)
        best = np.argsort(-strength)[:_CANDIDATES]
        self._heights = np.concatenate(([0.0], height[best]))
        return (
            np.concatenate(([0.0], hz[best])),
            np.concatenate(([unvoiced], strength[best])),
        )

    def _follow(
        self, hz: NDArray[np.float64], strength: NDArray[np.float64], step_s: float
    ) -> float | None:
        """Goes on from the best ways so far; where the best of all now is."""
        score = strength
        if self._path is not None:
            past_hz, past_score = self._path
            score = strength + (past_score[:, None] - self._cost(past_hz, hz, step_s)).max(axis=0)
        score = score - score.max()  # only differences count; this keeps them small
        self._path = (hz, score)
        best = int(np.argmax(score))
        if hz[best] <= 0:
            return None
        self._height = float(self._heights[best])
        return float(hz[best])

    def _cost(
        self, past: NDArray[np.float64], now: NDArray[np.float64], step_s: float
    ) -> NDArray[np.float64]:
        """(past, now): of going from each candidate to each."""
        costs = self._costs
        was, is_ = past[:, None] > 0, now[None, :] > 0
        jump = np.abs(np.log2(np.maximum(past, 1.0)[:, None] / np.maximum(now, 1.0)[None, :]))
        cost = np.where(was & is_, costs.octave_jump * jump, 0.0)
        cost = np.where(was != is_, costs.voiced_unvoiced, cost)
        # Praat's costs hold for steps of 10 ms; longer ones leave more room for change
        return cost * (0.01 / max(step_s, 0.01))
