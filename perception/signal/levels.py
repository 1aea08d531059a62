"""Levels of sound, in decibels re full scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LOWEST_DBFS = -120.0
"""Level given to digital silence."""
_NOTHING = 1e-13
"""Power that is added lest silence have no logarithm."""


def level_dbfs(samples: NDArray[np.float32]) -> float:
    """Root mean square level of (n,) samples re full scale; -120 at the lowest."""
    if len(samples) == 0:
        return LOWEST_DBFS
    power = float(np.dot(samples, samples)) / len(samples)
    return max(LOWEST_DBFS, float(10 * np.log10(power + _NOTHING)))


def levels_dbfs(
    samples: NDArray[np.float32] | NDArray[np.float64], length: int
) -> NDArray[np.float64]:
    """(m,) levels, each as of :func:`level_dbfs`, of the m whole stretches of ``length`` samples.

    What is left over at the end is not measured.
    """
    parts = samples[: len(samples) // length * length].reshape(-1, length)
    powers = np.einsum("ij,ij->i", parts, parts) / length
    return np.asarray(np.maximum(LOWEST_DBFS, 10 * np.log10(powers + _NOTHING)))
