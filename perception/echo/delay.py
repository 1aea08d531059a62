"""How long the recruiter's sound takes from the time line of what is played to the microphone.

Generalised cross-correlation with phase transform (Knapp & Carter 1976): the cross-spectrum of
microphone and reference, averaged over some seconds of speech and stripped of its magnitude, goes
back to a peak at the delay. The averaging makes it blind to whoever else speaks.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from perception.microphone.base import RATE_HZ

WINDOW = 8192
"""Samples of the microphone that are compared at a time: 0.5 s."""
EARLIEST = -1024
"""Least delay looked for, samples: a sound system may promise a sound later than it plays it."""
LATEST = EARLIEST + WINDOW
"""Delay beyond the greatest looked for: 448 ms."""

_LOW_HZ, _HIGH_HZ = 200.0, 5000.0
_KEEP = 0.72  # of the average from window to window: about a second of speech counts
_SURE = 7.5  # peak over the rest's root mean square; noise alone reaches about 4.5


class DelayEstimator:
    """Finds the echo's delay, window by window.

    Attributes:
        delay: samples from the reference to its echo; None while none stands out.
        strength: height of the highest peak over the root mean square of all.
    """

    def __init__(self) -> None:
        self.delay: int | None = None
        self.strength = 0.0
        """Windows averaged so far."""
        bins = np.fft.rfftfreq(2 * WINDOW, 1 / RATE_HZ)
        self._band = (bins >= _LOW_HZ) & (bins <= _HIGH_HZ)
        self._cross = np.zeros(WINDOW + 1, np.complex128)

    def estimate(
        self, microphone: NDArray[np.float32], reference: NDArray[np.float32]
    ) -> int | None:
        """Takes one window.

        Args:
            microphone: (8192,) samples up to now.
            reference: (16384,) samples that end ``-EARLIEST`` after the microphone's.

        Returns:
            The delay in samples if this window's average shows one; None otherwise.
        """
        heard = np.zeros(2 * WINDOW)
        heard[:WINDOW] = microphone
        played = np.fft.rfft(reference)
        cross = np.fft.rfft(heard) * np.conj(played)
        # each window weighs alike, or one loud vowel would decide alone
        cross /= np.sqrt(np.mean(np.abs(cross[self._band]) ** 2)) + 1e-12
        self._cross = _KEEP * self._cross + (1 - _KEEP) * cross
        whitened = np.where(self._band, self._cross / (np.abs(self._cross) + 1e-9), 0)
        # only lags at which the microphone's window lies wholly inside the reference's
        lags = np.fft.irfft(whitened)
        # heard[n] = played[n + shift]: a shift s backwards lies at index -s
        found = np.concatenate([lags[:1], lags[: WINDOW - 1 : -1]])[:WINDOW]
        peak = int(np.argmax(found))
        self.strength = float(found[peak] / (np.sqrt(np.mean(found**2)) + 1e-12))
        if self.strength < _SURE:
            return None
        # index 0: the microphone began with the reference's first sample, the greatest delay
        self.delay = LATEST - peak
        return self.delay
