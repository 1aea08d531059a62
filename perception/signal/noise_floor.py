"""How loud a room is in which nobody speaks, from the newest blocks of sound without speech."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import ArrayLike

from perception.signal.levels import LOWEST_DBFS

SPAN_BLOCKS = 94
"""Blocks of 32 ms: 3 s."""
_LEAST_BLOCKS = 16
"""Blocks that are kept however old they are."""


class NoiseFloor:
    """Level of a room: the median over the newest blocks in which nobody speaks.

    Which blocks those are is for the caller to say, who knows of speech, of its tail in the room
    and of sound that was lost.

    Args:
        span_blocks: how many of the newest blocks count; None for all of them.
        lowest_dbfs: the least floor that is believed, dBFS. A recorded candidate gives digital
            silence between answers, which is no room.
        above_dbfs: level (dBFS) that a block must exceed to be heard at all; None where all are.
        forget_s: seconds after which a block counts no more, the newest 0.5 s of them excepted;
            None where only newer blocks push it out.
        quiet_share: instead of the median, the mean power of this share (0...1) of the blocks, the
            quieter ones.
    """

    def __init__(
        self,
        span_blocks: int | None = SPAN_BLOCKS,
        *,
        lowest_dbfs: float = LOWEST_DBFS,
        above_dbfs: float | None = None,
        forget_s: float | None = None,
        quiet_share: float | None = None,
    ) -> None:
        self._heard: deque[tuple[float, float]] = deque(maxlen=span_blocks)
        self._lowest_dbfs = lowest_dbfs
        self._above_dbfs = -np.inf if above_dbfs is None else above_dbfs
        self._forget_s = np.inf if forget_s is None else forget_s
        self._quiet_share = quiet_share

    def add_level(self, level_dbfs: float, t_s: float) -> None:
        """Takes the level (dBFS) of a block without speech, and its session time."""
        if level_dbfs > self._above_dbfs:
            self._heard.append((t_s, level_dbfs))
        while len(self._heard) > _LEAST_BLOCKS and self._heard[0][0] < t_s - self._forget_s:
            self._heard.popleft()

    def level_dbfs(self, least_blocks: int = 1) -> float | None:
        """The floor; None while fewer than ``least_blocks`` were heard, and before any was."""
        if len(self._heard) < max(1, least_blocks):
            return None
        levels = np.array([level for _, level in self._heard])
        if self._quiet_share is None:
            floor = float(np.median(levels))
        else:
            quiet = np.sort(levels)[: max(1, round(self._quiet_share * len(levels)))]
            floor = float(10 * np.log10(np.mean(10 ** (quiet / 10))))
        return max(self._lowest_dbfs, floor)


def over_noise_db(speech_dbfs: ArrayLike, noise_dbfs: float) -> float:
    """How far speech stands above the noise that is in it too, dB; 0 where it does not.

    Args:
        speech_dbfs: (n,) levels of blocks with speech.
        noise_dbfs: level of the room.
    """
    both = float(np.mean(10 ** (np.asarray(speech_dbfs) / 10)))
    alone = both - 10 ** (noise_dbfs / 10)
    return max(0.0, 10 * float(np.log10(alone)) - noise_dbfs) if alone > 0 else 0.0
