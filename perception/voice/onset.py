"""The first signs of a voice, before a detector of speech is sure of it.

Silero needs 100 ms of most voices, and 250 ms of one that sets in softly: low, breathy, far away.
Until then its probabilities stay small, but they are not those of a noise; and such beginnings are
voiced, with a pitch that holds from block to block. Both are added up over three blocks.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from perception.voice.pitch import PitchEstimator

BLOCKS = 3
"""Blocks of 32 ms over which signs add up."""

_STEADY = 0.2  # evidence of a pitch that holds for another block
_HOLDS = 0.1  # share by which it may change: a voice glides, within 32 ms
_HARMONIC_DB = 3.0  # least harmonics over noise of what counts as voiced


class OnsetEvidence:
    """How much speaks for a voice that has just begun.

    Args:
        low_hz: lowest pitch of a voice, Hz.
        high_hz: highest, Hz.
    """

    def __init__(self, low_hz: float, high_hz: float) -> None:
        self._pitch = PitchEstimator(low_hz=low_hz, high_hz=high_hz)
        self._signs: deque[float] = deque(maxlen=BLOCKS)
        self._before_hz: float | None = None

    def add_block(self, samples: NDArray[np.float32], sound: bool, speech: float) -> float:
        """Takes the next block.

        Args:
            samples: (n,) of it.
            sound: whether it holds a sound that is neither the recruiter's nor the room's.
            speech: probability (0...1) of speech that a detector gives it.

        Returns:
            0 where there is no such sound; else 0.01 (a sound of any kind) to 1 (a voice).
        """
        hz = self._pitch.estimate(samples, wanted=sound)
        harmonicity_db = self._pitch.harmonicity_db
        if harmonicity_db is None or harmonicity_db < _HARMONIC_DB:
            hz = None
        before, self._before_hz = self._before_hz, hz
        steady = hz is not None and before is not None and abs(hz / before - 1.0) < _HOLDS
        self._signs.append(speech + _STEADY * steady if sound else 0.0)
        return min(1.0, max(0.01, sum(self._signs))) if sound else 0.0
