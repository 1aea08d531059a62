"""Cutting stretches out of a sound so that nobody hears where."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scoring.types import Span

FADE_S = 0.02
"""Over which one side of a cut goes over into the other: two periods of a low voice."""
ENDS_S = 0.01
"""Over which the sound comes and goes at its own ends."""

_REACH_S = 0.005
"""How far a cut may move to a place where the sound crosses zero: a period of a voice of 200 Hz."""


def without(
    samples: NDArray[np.float32], rate_hz: int, cuts: Sequence[Span]
) -> NDArray[np.float32]:
    """A sound without some stretches.

    Each cut moves, by 5 ms at most, to where the sound crosses zero upward on either side, and the
    two sides go over into one another; the length taken out is that between the crossings.

    Args:
        samples: (n,) mono, -1...1.
        rate_hz: samples per second.
        cuts: (start_s, end_s) from the first sample, in order, none touching another.

    Returns:
        (m,) samples.
    """
    half = max(1, round(FADE_S / 2 * rate_hz))
    pieces: list[NDArray[np.float32]] = []
    begun = 0
    for start_s, end_s in cuts:
        start = _crossing(samples, rate_hz, start_s)
        end = _crossing(samples, rate_hz, end_s)
        if start - begun < half:  # at the very beginning there is nothing to go over from
            start = begun
        elif len(samples) - end < half:
            end = len(samples)
        if end - start < 2 * half:
            continue
        if start == begun or end == len(samples):
            pieces.append(samples[begun:start])
        else:
            pieces.append(samples[begun : start - half])
            pieces.append(_over(samples, start, end, half))
            end += half
        begun = end
    pieces.append(samples[begun:])
    return _ended(np.concatenate(pieces), rate_hz)


def ended(samples: NDArray[np.float32], rate_hz: int) -> NDArray[np.float32]:
    """(n,) samples that come out of silence and go into it again."""
    return _ended(samples.copy(), rate_hz)


def _ended(samples: NDArray[np.float32], rate_hz: int) -> NDArray[np.float32]:
    count = min(len(samples) // 2, round(ENDS_S * rate_hz))
    rise = np.linspace(0.0, 1.0, count, endpoint=False, dtype=np.float32)
    samples[:count] *= rise
    samples[len(samples) - count :] *= rise[::-1]
    return samples


def _over(samples: NDArray[np.float32], start: int, end: int, half: int) -> NDArray[np.float32]:
    """(2 · half,) samples that begin as those round ``start`` and end as those round ``end``."""
    ahead = samples[end - half : end + half]
    behind = samples[start - half : start + half]
    rise = np.sin(np.linspace(0.0, np.pi / 2, 2 * half, dtype=np.float64)) ** 2
    return np.asarray(behind * (1.0 - rise) + ahead * rise, np.float32)


def _crossing(samples: NDArray[np.float32], rate_hz: int, t_s: float) -> int:
    """The sample nearest to a time at which the sound goes from below zero to above; the time's own
    where none is near."""
    at = min(len(samples), max(0, round(t_s * rate_hz)))
    reach = round(_REACH_S * rate_hz)
    begin = max(1, at - reach)
    near = samples[begin - 1 : at + reach]
    up = np.flatnonzero((near[:-1] < 0.0) & (near[1:] >= 0.0)) + begin
    return int(up[np.argmin(np.abs(up - at))]) if up.size else at
