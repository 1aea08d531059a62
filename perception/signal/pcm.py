"""Sound as whole numbers of 16 bits, full scale 32768: half the size of floats."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_FULL_SCALE = 32768


def to_int16(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    """(n,) samples of -1...1 as the nearest whole numbers; what is beyond is cut off."""
    scaled = np.clip(np.round(samples * _FULL_SCALE), -_FULL_SCALE, _FULL_SCALE - 1)
    return scaled.astype(np.int16)


def to_floats(samples: NDArray[np.int16]) -> NDArray[np.float32]:
    """(n,) samples in -1...1."""
    return samples.astype(np.float32) / _FULL_SCALE
