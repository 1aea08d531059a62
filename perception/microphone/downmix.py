"""Several channels of sound become one, without losing the voice that only one of them carries."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_DEAD_DB = 30.0
"""A channel so far under the loudest carries no voice, only its own noise."""
_HOLD_S = 10.0
"""Time constant with which a channel's loudest power is forgotten: pauses are shorter."""
_CANCELS = 0.1
"""Mixed power over mean power of the channels below which they cancel each other: equal channels
have 1, unrelated ones 1/2 or 1/3, one that is wired the wrong way round 0."""
_CANCEL_S = 0.5
"""Time constant of that comparison."""


class Downmix:
    """Mixes channels to one, chunk by chunk.

    The plain mean would halve (-6 dB) a voice that is on one channel of two, as with a microphone
    plugged into a stereo socket, and lose it where one channel is inverted. So silent channels are
    left out, and where channels cancel each other only the loudest is taken. A change of mind fades
    over the chunk.

    Args:
        channels: number of channels.
        rate_hz: samples per second.
    """

    def __init__(self, channels: int, rate_hz: int) -> None:
        if channels < 1:
            raise ValueError(f"sound has at least 1 channel, not {channels}")
        self._rate_hz = rate_hz
        self._loudest = np.zeros(channels)
        self._mixed = self._parts = 0.0
        self._alone = 0
        self._weights: NDArray[np.float32] | None = None

    def mix(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Mixes (n, channels) samples to (n,)."""
        if samples.shape[1] == 1 or len(samples) == 0:
            return np.ascontiguousarray(samples[:, 0])
        weights = self._judge(samples)
        before = weights if self._weights is None else self._weights
        self._weights = weights
        mixed: NDArray[np.float32] = samples @ weights
        if not np.array_equal(before, weights):
            rising: NDArray[np.float32] = np.linspace(0, 1, len(samples), dtype=np.float32)
            mixed = rising * mixed + (1 - rising) * (samples @ before)
        return mixed

    def _judge(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        power = np.einsum("ij,ij->j", samples, samples) / len(samples)
        span_s = len(samples) / self._rate_hz
        self._loudest = np.maximum(power, self._loudest * np.exp(-span_s / _HOLD_S))
        alive = self._loudest >= self._loudest.max() * 10 ** (-_DEAD_DB / 10)
        keep = np.exp(-span_s / _CANCEL_S)
        weights: NDArray[np.float32] = (alive / alive.sum()).astype(np.float32)
        mean = samples @ weights
        self._mixed = keep * self._mixed + float(mean @ mean) / len(mean)
        self._parts = keep * self._parts + float(power[alive].mean())
        if self._mixed < _CANCELS * self._parts:
            # Not the louder of two equals by turns: each is the other upside down.
            if self._loudest.max() > 2 * self._loudest[self._alone]:
                self._alone = int(np.argmax(self._loudest))
            only = np.zeros(len(alive), np.float32)
            only[self._alone] = 1.0
            return only
        return weights
