"""A progress bar for anything over two seconds, on standard error."""

from __future__ import annotations

import sys
import time

WIDTH = 24
SHOW_AFTER_S = 1.0
"""Work that is done sooner shows nothing."""


class ProgressBar:
    """Shows how far a piece of work is; a plain line per piece where there is no terminal.

    Args:
        title: what is being done.
        quiet: show nothing.
    """

    def __init__(self, title: str, quiet: bool = False) -> None:
        self._title = title
        self._quiet = quiet
        self._shown = False
        self._last_s = 0.0

    def __enter__(self) -> ProgressBar:
        self._began_s = time.monotonic()
        return self

    def set_progress(self, share: float, text: str = "") -> None:
        """Moves the bar.

        Args:
            share: 0...1 of the work that is done.
            text: what is being done right now.
        """
        now = time.monotonic()
        if self._quiet or now - self._began_s < SHOW_AFTER_S or now - self._last_s < 0.1:
            return
        self._last_s = now
        if not sys.stderr.isatty():
            if not self._shown:
                print(f"{self._title} ...", file=sys.stderr, flush=True)
            self._shown = True
            return
        self._shown = True
        filled = round(WIDTH * min(1.0, max(0.0, share)))
        bar = "█" * filled + "░" * (WIDTH - filled)
        line = f"\r{self._title} {bar} {100 * share:3.0f} % {text[:30]}"
        print(f"{line:<90}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Takes the bar off the line, for something else to be printed; it comes back by itself."""
        if self._shown and sys.stderr.isatty():
            print("\r" + " " * 90 + "\r", end="", file=sys.stderr, flush=True)
            self._last_s = 0.0

    def __exit__(self, *error: object) -> None:
        self.clear()
        if self._shown and error[0] is None:
            taken = time.monotonic() - self._began_s
            print(f"{self._title}: done in {taken:.0f} s", file=sys.stderr, flush=True)
