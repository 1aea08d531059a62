"""Sound at another rate: all of it at once, or block by block as it comes.

SciPy and FFmpeg are loaded when first needed: most programs need one of them, some neither.
"""

from __future__ import annotations

from math import gcd

import numpy as np
from numpy.typing import NDArray


def resample(
    samples: NDArray[np.float32] | NDArray[np.float64], from_hz: int, to_hz: int
) -> NDArray[np.float32]:
    """Changes the sampling rate of a whole sound with a polyphase filter.

    Args:
        samples: (n,) mono at ``from_hz``; the filter works in their precision.
        from_hz: samples per second now.
        to_hz: samples per second wanted.

    Returns:
        (m,) at ``to_hz``, m = n · to / from, rounded up; the samples themselves where the rates are
        the same.
    """
    if from_hz == to_hz or len(samples) == 0:
        return np.asarray(samples, np.float32)
    from scipy.signal import resample_poly

    common = gcd(from_hz, to_hz)
    return np.asarray(resample_poly(samples, to_hz // common, from_hz // common), np.float32)


class Resampler:
    """Turns a stream of mono sound into another rate, block by block, without seams.

    Args:
        from_hz: samples per second of what is put in.
        to_hz: samples per second of what comes out.
    """

    def __init__(self, from_hz: int, to_hz: int) -> None:
        import av

        self._from_hz, self._to_hz = from_hz, to_hz
        self._taken = self._given = 0
        self._frame_of = av.AudioFrame.from_ndarray
        self._resampler = av.AudioResampler(format="flt", layout="mono", rate=to_hz)

    @property
    def held_s(self) -> float:
        """Seconds of sound taken and not yet given: the filter looks a little ahead."""
        return self._taken / self._from_hz - self._given / self._to_hz

    def process(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Takes (n,) samples and gives what is ready at the new rate."""
        whole = np.ascontiguousarray(samples[np.newaxis, :], dtype=np.float32)
        frame = self._frame_of(whole, format="flt", layout="mono")
        frame.sample_rate = self._from_hz
        ready = [out.to_ndarray()[0] for out in self._resampler.resample(frame)]
        resampled = np.concatenate(ready) if ready else np.zeros(0, np.float32)
        self._taken += len(samples)
        self._given += len(resampled)
        return resampled
