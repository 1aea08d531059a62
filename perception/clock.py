"""Session time: seconds since the session began, the same in every process.

All times in the program are float seconds on this clock. Nothing else reads the machine's clocks,
so a test or a replay that swaps the clock controls all of time.
"""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Tells session time and waits by it."""

    def now(self) -> float:
        """Seconds since the session began."""
        ...

    def sleep(self, seconds: float) -> None:
        """Waits for a span of session time; returns at once for a span that is not positive."""
        ...


class SessionClock:
    """Real session time.

    Built on ``time.monotonic``, which on Linux, macOS and Windows counts from one origin for all
    processes of a machine; a worker that is given ``origin_s`` therefore shares the time line.

    Args:
        origin_s: ``time.monotonic()`` at session time 0; the present moment by default.
    """

    def __init__(self, origin_s: float | None = None) -> None:
        self.origin_s = time.monotonic() if origin_s is None else origin_s

    def now(self) -> float:
        return time.monotonic() - self.origin_s

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            time.sleep(seconds)


class FakeClock:
    """Session time that stands still until it is told to move; for tests, replay and analysis."""

    def __init__(self, start_s: float = 0.0) -> None:
        self._now_s = start_s

    def now(self) -> float:
        return self._now_s

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            self._now_s += seconds

    def set(self, t_s: float) -> None:
        """Jumps to ``t_s``.

        Raises:
            ValueError: if that lies in the past; session time never runs backwards.
        """
        if t_s < self._now_s:
            raise ValueError(f"session time cannot go back from {self._now_s} s to {t_s} s")
        self._now_s = t_s
