"""Levels of sound that is to be played: nothing passes full scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_KNEE = 0.7
"""Peaks above this part of full scale are bent rather than cut."""


def soft_limit(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Bends what is above 0.7 of full scale so that nothing passes 1 (a hyperbolic tangent)."""
    size = np.abs(samples)
    if not len(size) or size.max() <= _KNEE:
        return samples.astype(np.float32)
    room = 1.0 - _KNEE
    bent = _KNEE + room * np.tanh((size - _KNEE) / room)
    return np.where(size > _KNEE, np.sign(samples) * bent, samples).astype(np.float32)
