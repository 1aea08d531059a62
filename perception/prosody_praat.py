"""Prosody of a finished answer, measured with Praat (through parselmouth).

All functions take an answer's samples and are None where the sound does not tell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class PitchTrack:
    """Fundamental frequency over an answer."""

    times_s: NDArray[np.float64]
    """(n,) from the first sample."""
    hz: NDArray[np.float64]
    """(n,); NaN never occurs: unvoiced frames are left out of both arrays."""


def syllable_nuclei(samples: NDArray[np.float32], rate_hz: int) -> NDArray[np.float64] | None:
    """Times of syllable nuclei, by the method of De Jong & Wempe (2009).

    Returns:
        (n,) seconds from the first sample; empty for sound without syllables; None when the sound
        is too short to tell (< 0.3 s).
    """
    raise NotImplementedError


def jitter_shimmer(samples: NDArray[np.float32], rate_hz: int) -> tuple[float | None, float | None]:
    """Local jitter and local shimmer in per cent, by Praat's definitions."""
    raise NotImplementedError


def pitch_track(
    samples: NDArray[np.float32], rate_hz: int, low_hz: float = 60.0, high_hz: float = 400.0
) -> PitchTrack | None:
    """Pitch of the voiced frames every 10 ms; None when nothing is voiced."""
    raise NotImplementedError


def intensity(samples: NDArray[np.float32], rate_hz: int) -> NDArray[np.float64] | None:
    """Intensity in dBFS every 10 ms: (n, 2) of time and level; None when too short."""
    raise NotImplementedError
