"""How far a piece of work is, on standard error, for anything over two seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

WIDTH = 24
SHOW_AFTER_S = 1.0
"""Work that is done sooner shows nothing."""
LINE_EVERY_S = 10.0
"""Where there is no terminal (a log file, a pipe): time between two lines."""
_GUESS_FROM = 0.03
"""Share from which what is left can be guessed from what has passed."""


class ProgressBar:
    """Shows how far a piece of work is and how long it will take: a bar that moves on a terminal,
    and elsewhere a line every ten seconds.

    Args:
        title: what is being done.
        quiet: show nothing.
        stream: where it is shown; standard error by default.
        clock: seconds, whatever their beginning.
    """

    def __init__(
        self,
        title: str,
        quiet: bool = False,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._title = title
        self._quiet = quiet
        self._stream = stream
        self._clock = clock
        self._shown = False
        self._last_s = float("-inf")

    def __enter__(self) -> ProgressBar:
        self._began_s = self._clock()
        return self

    def set_progress(self, share: float, text: str = "") -> None:
        """Moves the bar.

        Args:
            share: 0...1 of the work that is done.
            text: what is being done right now.
        """
        now = self._clock()
        moving = self._moving()
        every_s = 0.1 if moving else LINE_EVERY_S
        if self._quiet or now - self._began_s < SHOW_AFTER_S or now - self._last_s < every_s:
            return
        self._last_s = now
        self._shown = True
        share = min(1.0, max(0.0, share))
        left = self._left(share, now - self._began_s)
        if not moving:
            told = ", ".join(part for part in (f"{100 * share:.0f} %", text, left) if part)
            self._print(f"{self._title}: {told}\n")
            return
        filled = round(WIDTH * share)
        bar = "█" * filled + "░" * (WIDTH - filled)
        line = f"\r{self._title} {bar} {100 * share:3.0f} % {text[:30]}"
        self._print(f"{f'{line}  {left}' if left else line:<90}")

    def clear(self) -> None:
        """Takes the bar off the line, for something else to be printed; it comes back by itself."""
        if self._shown and self._moving():
            self._print("\r" + " " * 90 + "\r")
            self._last_s = float("-inf")

    def __exit__(self, *error: object) -> None:
        self.clear()
        if self._shown and error[0] is None:
            self._print(f"{self._title}: done in {self._clock() - self._began_s:.0f} s\n")

    def _moving(self) -> bool:
        return (self._stream or sys.stderr).isatty()

    def _print(self, text: str) -> None:
        print(text, end="", file=self._stream or sys.stderr, flush=True)

    @staticmethod
    def _left(share: float, passed_s: float) -> str:
        """How long the rest will take if it goes on as it went; empty while that is a guess."""
        if share < _GUESS_FROM or share >= 1.0 or passed_s < LINE_EVERY_S / 2:
            return ""
        left_s = round(passed_s * (1.0 - share) / share)
        return f"about {left_s // 60}:{left_s % 60:02d} left"
