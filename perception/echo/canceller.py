"""Takes what is predictable from the reference out of the microphone's signal.

A partitioned-block frequency-domain Kalman filter (Enzner & Vary 2006; Kuech, Mabande & Enzner
2014): the room is a filter of some 300 ms whose coefficients are followed with the doubt that is
left about each. The doubt sets the step, so the filter learns fast from her alone, hardly while the
candidate speaks too, and needs no detector of double talk.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, rfft

from perception.microphone.base import BLOCK_SAMPLES, RATE_HZ

HOP = BLOCK_SAMPLES // 2
"""Samples after which the filter learns; hops of 256 learn twice as fast as whole blocks."""
PARTITIONS = 18
TAIL = PARTITIONS * HOP
"""Samples of the room that the filter spans: 288 ms."""

_TRANSITION = 0.9993  # per hop: a room's response is forgotten within half a minute
_NEAR_KEEP = 0.85  # of the near end's spectrum from hop to hop
_DECAY_S = 0.4  # reverberation time that is expected before anything is known
_FLOOR = 1e-7  # power of a bin in a hop of quantisation noise


class EchoCanceller:
    """The room's response, learnt hop by hop.

    Args:
        gain: power of the echo over that of the reference, about: how much there is to be learnt.
    """

    def __init__(self, gain: float = 0.1) -> None:
        bins = HOP + 1
        late = np.arange(PARTITIONS) * HOP / RATE_HZ / _DECAY_S
        expected = 10.0 ** (-6.0 * late)
        expected *= gain / expected.sum()
        self._expected = np.repeat(expected.astype(np.float32)[:, np.newaxis], bins, axis=1)
        self._weights = np.zeros((PARTITIONS, bins), np.complex64)
        self._doubt = self._expected.copy()
        self._spectra = np.zeros((PARTITIONS, bins), np.complex64)
        self._powers = np.zeros((PARTITIONS, bins), np.float32)
        self._near = np.full(bins, gain, np.float32)
        self._before = np.zeros(HOP, np.float32)

    def process(
        self, reference: NDArray[np.float32], microphone: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Takes the next stretch of both.

        Args:
            reference: (n,) what was played, delayed so that its echo begins in this stretch; n is a
                multiple of ``HOP``.
            microphone: (n,) what was heard.

        Returns:
            What the filter leaves of the microphone, and the echo that it predicted, both (n,).
        """
        left = np.empty_like(microphone)
        echo = np.empty_like(microphone)
        for begin in range(0, len(microphone), HOP):
            part = slice(begin, begin + HOP)
            echo[part] = self._predict(reference[part])
            left[part] = microphone[part] - echo[part]
            self._learn(left[part])
        return left, echo

    def stir(self) -> None:
        """Has the filter learn anew from what it knows: the room is no longer what it was."""
        self._doubt = np.maximum(self._doubt, self._expected)

    def shift(self, samples: int) -> None:
        """Moves the response by some samples, because the reference is now given so much later.

        Args:
            samples: the reference's added delay; negative when it comes earlier.
        """
        parts = irfft(self._weights, axis=1)[:, :HOP].reshape(-1)
        moved = np.roll(parts, -samples)
        if samples > 0:
            moved[-samples:] = 0.0
        elif samples < 0:
            moved[:-samples] = 0.0
        padded = np.zeros((PARTITIONS, 2 * HOP), np.float32)
        padded[:, :HOP] = moved.reshape(PARTITIONS, HOP)
        self._weights = rfft(padded, axis=1)

    def _predict(self, reference: NDArray[np.float32]) -> NDArray[np.float32]:
        self._spectra[1:] = self._spectra[:-1]
        self._powers[1:] = self._powers[:-1]
        self._spectra[0] = rfft(np.concatenate([self._before, reference]))
        self._powers[0] = np.abs(self._spectra[0]) ** 2
        self._before = reference
        echo = irfft(np.einsum("pb,pb->b", self._spectra, self._weights))[HOP:]
        return np.asarray(echo, np.float32)

    def _learn(self, left: NDArray[np.float32]) -> None:
        error = rfft(np.concatenate([np.zeros(HOP, np.float32), left]))
        power = np.abs(error) ** 2
        doubtful = 0.5 * np.einsum("pb,pb->b", self._powers, self._doubt)
        # what the doubt about the room explains of the error is not the near end's
        share = np.clip(1.0 - doubtful / (power + _FLOOR), 0.1, 1.0)
        self._near = _NEAR_KEEP * self._near + (1 - _NEAR_KEEP) * share * power
        step = self._doubt / (doubtful + self._near + _FLOOR)
        change = irfft(step * np.conj(self._spectra) * error, axis=1)
        change[:, HOP:] = 0.0  # a part of the response is no longer than a hop
        self._weights += rfft(change, axis=1)
        a = _TRANSITION**2
        kept = np.maximum(1.0 - 0.5 * step * self._powers, 0.0)
        self._doubt = a * kept * self._doubt + (1 - a) * (np.abs(self._weights) ** 2 + 1e-6)
