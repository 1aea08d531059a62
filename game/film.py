"""The film of a session: what the candidate saw and heard, as MP4."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Pixels = Literal["rgb24", "bgr24", "rgba", "bgra"]


class Film:
    """Encodes pictures in a thread at a constant rate.

    Args:
        path: of the MP4, which appears there whole when the film is closed.
    """

    def __init__(self, path: Path, width: int, height: int, fps: int = 30) -> None:
        raise NotImplementedError

    start_s: float | None
    """Session time of the first picture."""

    def add_picture(
        self,
        t_s: float,
        picture: NDArray[np.uint8],
        pixels: Pixels = "rgb24",
        bottom_up: bool = False,
    ) -> None:
        """Takes one (H, W, 3 or 4) picture; never blocks."""
        raise NotImplementedError

    @property
    def end_s(self) -> float:
        """Session time at which the film ends by now."""
        raise NotImplementedError

    def counts(self) -> dict[str, int]:
        """"written", "duplicated", "dropped", "dropped_busy"."""
        raise NotImplementedError

    def close(
        self, samples: NDArray[np.float32] | None = None, rate_hz: int = 24_000
    ) -> dict[str, Any]:
        """Ends the film; ``samples`` (n,) begin at ``start_s``."""
        raise NotImplementedError
