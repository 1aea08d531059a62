"""The mains' hum in a microphone's sound."""

from __future__ import annotations

from collections import deque
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from perception.signal.levels import level_dbfs
from perception.types import AudioBlock

_SECOND = 31
"""Blocks of 32 ms in a second."""


class MainsHumDetector:
    """Share of the noise's power that stands at multiples of the mains' frequency.

    The mains' frequency is kept within 0.2 Hz of 50 or 60 Hz in normal service (EN 50160:2010
    allows 1 %); transformers and lamps hum at twice that, rectifiers at many multiples. One second
    of sound tells such lines from a room's noise.

    Args:
        least_share: share (0...1) of the noise's power from which it counts as a hum.
        least_dbfs: level (dBFS) from which it does.
    """

    _HARMONICS = 12
    _HALF_WIDTH_HZ = 3.0
    """A Hann window of a second smears a line by 2 Hz; the mains stray by tenths a harmonic."""
    _WINDOWS = 3
    """Seconds that must agree."""

    def __init__(self, least_share: float, least_dbfs: float) -> None:
        self._least_share = least_share
        self._least_dbfs = least_dbfs
        self._blocks: list[NDArray[np.float32]] = []
        self._seen: deque[tuple[int, float, float]] = deque(maxlen=self._WINDOWS)

    @property
    def level_dbfs(self) -> float | None:
        """Level of the hum in the last second that was looked at."""
        return self._seen[-1][2] if self._seen else None

    def interrupt(self) -> None:
        """The noise was broken into: a window must be of one piece."""
        self._blocks.clear()

    def add_block(self, block: AudioBlock) -> bool:
        """Takes a block without speech; whether a second is full and was judged."""
        self._blocks.append(block.samples)
        if len(self._blocks) < _SECOND:
            return False
        sound = np.concatenate(self._blocks)
        self._blocks.clear()
        spectrum = np.fft.rfft(sound * np.hanning(len(sound)))
        power = np.asarray(np.abs(spectrum) ** 2, np.float64)
        hz = np.asarray(np.fft.rfftfreq(len(sound), 1 / block.rate_hz), np.float64)
        power[hz < 20] = 0  # below hearing: offset, wind, steps
        shares = {mains: self._share(power, hz, mains) for mains in (50, 60)}
        mains = max(shares, key=shares.__getitem__)
        share = shares[mains]
        self._seen.append((mains, share, level_dbfs(sound) + 10 * np.log10(share + 1e-12)))
        return True

    def found(self) -> Literal[50, 60] | None:
        """The mains' frequency when all last windows hum loudly; None otherwise."""
        if len(self._seen) < self._WINDOWS or len({mains for mains, _, _ in self._seen}) > 1:
            return None
        if any(
            share < self._least_share or level < self._least_dbfs for _, share, level in self._seen
        ):
            return None
        return 50 if self._seen[-1][0] == 50 else 60

    def gone(self) -> bool:
        """Whether all last windows are clearly better than what is told."""
        return len(self._seen) == self._WINDOWS and all(
            share < self._least_share - 0.1 or level < self._least_dbfs - 3
            for _, share, level in self._seen
        )

    def _share(self, power: NDArray[np.float64], hz: NDArray[np.float64], mains: int) -> float:
        lines = [
            float(power[np.abs(hz - n * mains) <= self._HALF_WIDTH_HZ].sum())
            for n in range(1, self._HARMONICS + 1)
        ]
        whole = sum(lines)
        # A steady note may lie on some multiple; a hum always has its first or second.
        if whole <= 0 or lines[0] + lines[1] < 0.1 * whole:
            return 0.0
        return whole / float(power.sum())
