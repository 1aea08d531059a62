"""Bands on the mel scale of Slaney's Auditory Toolbox (1998), as networks of others expect them.

The scale is straight up to 1 kHz (15 mel) and logarithmic above: 27 mel for a factor of 6.4.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

_STRAIGHT_HZ, _STRAIGHT_MEL, _LOG_STEP = 1000.0, 15.0, np.log(6.4) / 27.0


@functools.cache
def slaney_filters(rate_hz: int, window: int, bands: int) -> NDArray[np.float64]:
    """(window // 2 + 1, bands) triangles of equal area, evenly spaced from 0 Hz to half the rate.

    Args:
        rate_hz: samples per second.
        window: samples of the Fourier transform.
        bands: how many.
    """
    bins = np.arange(window // 2 + 1)[:, None] * rate_hz / window
    edges = _hertz(np.linspace(0.0, _mel(rate_hz / 2), bands + 2))
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    rising = (bins - low) / (middle - low)
    falling = (high - bins) / (high - middle)
    return np.maximum(0.0, np.minimum(rising, falling)) * (2.0 / (high - low))


def _mel(hertz: float) -> float:
    return float(_STRAIGHT_MEL + np.log(hertz / _STRAIGHT_HZ) / _LOG_STEP)


def _hertz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    straight = mel * _STRAIGHT_HZ / _STRAIGHT_MEL
    curved = _STRAIGHT_HZ * np.exp(_LOG_STEP * (mel - _STRAIGHT_MEL))
    return np.where(mel < _STRAIGHT_MEL, straight, curved)
