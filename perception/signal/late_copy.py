"""Whether one sound comes late in another: a room, a loop or a network sends it a second time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from perception.signal.sound_directions import FRAME_S, SILENT

_COPY = 0.6
"""Correlation from which two sounds are one."""
_SOONEST_S, _LATEST_S = 0.04, 1.5
"""s by which a copy may be late: what is sooner is in the same frames."""
_LOOKED_AT_S = 120.0
_THIN = 4
"""Samples that are taken as one."""

Sound = NDArray[np.float32]
Frames = NDArray[np.bool_]


def comes_late(one: Sound, ones: Frames, other: Sound, others: Frames, rate_hz: int) -> bool:
    """Whether two sources are one, that comes late in the other's channel.

    What is heard of either alone must be in the other's channel, as much later as the other's is
    earlier here: an echo of each in the other's channel is later on both sides.

    Args:
        one: (n,) samples of the channel of one source.
        ones: (frames,) where it is the one that is heard.
        other: the same of the other.
        others: likewise.
        rate_hz: samples per second.
    """
    size = round(FRAME_S * rate_hz)
    begin = max(int(np.argmax(ones)), int(np.argmax(others)))
    begin = max(0, begin - round(_LOOKED_AT_S / 4 / FRAME_S))
    end = min(begin + round(_LOOKED_AT_S / FRAME_S), len(ones))
    thin_hz = rate_hz // _THIN
    first, second = (_thin(each[begin * size : end * size]) for each in (one, other))
    its, theirs = (
        np.repeat(each[begin:end], size // _THIN)[: len(first)] for each in (ones, others)
    )
    later = _likeness(first * its, its, second, thin_hz)
    earlier = _likeness(second * theirs, theirs, first, thin_hz)[::-1]
    both = np.minimum(later, earlier)
    lag = np.abs(np.arange(len(both)) - len(both) // 2)
    both[lag < round(_SOONEST_S * thin_hz)] = 0.0
    return float(both.max(initial=0.0)) >= _COPY


def _thin(sound: Sound) -> Sound:
    whole = len(sound) // _THIN * _THIN
    return np.asarray(sound[:whole].reshape(-1, _THIN).mean(axis=1), np.float32)


def _likeness(alone: Sound, mask: Frames, other: Sound, rate_hz: int) -> NDArray[np.float64]:
    """How like some sound is to another one, by how much later that comes, from -1.5 to 1.5 s."""
    size = 1 << int(np.ceil(np.log2(2 * max(1, len(alone)))))
    within = round(_LATEST_S * rate_hz)

    def against(one: NDArray[Any], two: NDArray[Any]) -> NDArray[np.float64]:
        cross = np.fft.irfft(np.conj(np.fft.rfft(one, size)) * np.fft.rfft(two, size), size)
        return np.concatenate([cross[-within:], cross[: within + 1]])

    energy = np.maximum(against(mask.astype(float), other.astype(float) ** 2), 0.0)
    norm = np.sqrt(energy * float(np.sum(alone.astype(float) ** 2)))
    return np.asarray(np.abs(against(alone, other)) / np.maximum(norm, SILENT))
