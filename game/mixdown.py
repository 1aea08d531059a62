"""Sound of the session on one time line: what the recruiter said, as a WAV file that grows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Part:
    """A sound and when it begins."""

    t_s: float
    samples: NDArray[np.float32]
    rate_hz: int
    gain: float = 1.0


def read_wav(path: Path) -> tuple[NDArray[np.float32], int]:
    """Reads a WAV file, also one whose header was never finished."""
    raise NotImplementedError


def mix(
    parts: Iterable[Part], rate_hz: int, t0_s: float, t1_s: float
) -> NDArray[np.float32]:
    """Sum of parts over session time t0...t1, limited to -1...1."""
    raise NotImplementedError


class Piece:
    """One sound in a ``Mixdown``."""

    def cut(self, end_s: float) -> None:
        """Takes out what comes after session time ``end_s``, fading over the 30 ms before it."""
        raise NotImplementedError


class Mixdown:
    """Grows a 16-bit mono WAV file on disk: sample 0 is session time ``start_s``.

    Args:
        path: the file; always readable, also after the process was killed.
    """

    def __init__(self, path: Path, rate_hz: int = 24_000, start_s: float = 0.0) -> None:
        raise NotImplementedError

    def add(
        self, t_s: float, samples: NDArray[np.float32], rate_hz: int, gain: float = 1.0
    ) -> Piece:
        raise NotImplementedError

    def write_wav(self, path: Path, t0_s: float, t1_s: float) -> None:
        raise NotImplementedError

    def close(self, end_s: float | None = None) -> None:
        """Pads with silence up to ``end_s`` and closes the file."""
        raise NotImplementedError
