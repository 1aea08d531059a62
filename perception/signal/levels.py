"""Levels of sound, in decibels re full scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LOWEST_DBFS = -120.0
"""Level given to digital silence."""


def level_dbfs(samples: NDArray[np.float32]) -> float:
    """Root mean square level of (n,) samples re full scale; -120 at the lowest."""
    if len(samples) == 0:
        return LOWEST_DBFS
    power = float(np.dot(samples, samples)) / len(samples)
    return max(LOWEST_DBFS, float(10 * np.log10(power + 1e-13)))
