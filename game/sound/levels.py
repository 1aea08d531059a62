"""Levels of sound that is to be played: nothing passes full scale, and nothing jumps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_KNEE = 0.7
"""Peaks above this part of full scale are bent rather than cut."""


class GainRamp:
    """A gain that goes over to another without a click, sample by sample.

    Attributes:
        gain: factor that holds at the next sample.
    """

    def __init__(self) -> None:
        self.gain = 1.0
        self._target = 1.0
        self._left = 0

    def fade_to(self, gain: float, samples: int) -> None:
        """Goes to ``gain`` over so many samples from the next one on, in a straight line."""
        self._target, self._left = gain, max(1, samples)

    def apply(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n,) the next samples with their gain; the very array while it is 1."""
        if not self._left:
            return samples if self.gain == 1.0 else samples * np.float32(self.gain)
        count = min(self._left, len(samples))
        step = (self._target - self.gain) / self._left
        gains = np.full(len(samples), self._target, np.float32)
        gains[:count] = self.gain + step * np.arange(1, count + 1)
        self._left -= count
        self.gain = self._target if not self._left else self.gain + step * count
        return samples * gains


def soft_limit(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Bends what is above 0.7 of full scale so that nothing passes 1 (a hyperbolic tangent)."""
    size = np.abs(samples)
    if not len(size) or size.max() <= _KNEE:
        return samples.astype(np.float32)
    room = 1.0 - _KNEE
    bent = _KNEE + room * np.tanh((size - _KNEE) / room)
    return np.where(size > _KNEE, np.sign(samples) * bent, samples).astype(np.float32)
