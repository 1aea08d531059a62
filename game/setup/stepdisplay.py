"""Progress of the set-up in a terminal or a log, with nothing but the standard library.

In a terminal the running step is one line that is drawn over itself; elsewhere (a log, CI) each
step is a line when it starts and when it ends, and one every half minute in between, so that nobody
takes a long download for a hang.
"""

from __future__ import annotations

import shutil
import sys
import threading
import time
from typing import TextIO

BAR_CELLS = 24
"""Width of the bar, characters."""

REDRAW_S = 0.1
"""Time between drawings in a terminal."""

REMIND_S = 30.0
"""Time between lines of one step where there is no terminal."""


class StepDisplay:
    """Shows steps one after the other.

    Args:
        total: number of steps.
        quiet: show nothing.
        stream: where to; standard error, so that a command's own output stays clean.
    """

    def __init__(self, total: int, quiet: bool = False, stream: TextIO | None = None) -> None:
        self._total = total
        self._quiet = quiet
        self._stream = stream or sys.stderr
        self._live = not quiet and self._stream.isatty()
        self._number = 0
        self._title = ""
        self._detail = ""
        self._share: float | None = None
        self._began = 0.0
        self._reminded = 0.0
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._painter: threading.Thread | None = None

    def start(self, title: str) -> None:
        """Begins the next step."""
        with self._lock:
            self._number += 1
            self._title, self._detail, self._share = title, "", None
            self._began = self._reminded = time.monotonic()
        if self._live:
            self._stop.clear()
            self._painter = threading.Thread(target=self._paint, daemon=True)
            self._painter.start()
        else:
            self._line(f"{self._head()} {title} ...")

    def set_progress(self, detail: str, share: float | None = None) -> None:
        """Says what the step is at.

        Args:
            detail: a few words.
            share: how much of the step is done, 0...1; None when that is not known.
        """
        with self._lock:
            self._detail, self._share = detail, share
            now = time.monotonic()
            due = not self._live and now - self._reminded >= REMIND_S
            if due:
                self._reminded = now
        if due:
            percent = "" if share is None else f" {100 * share:.0f} %"
            self._line(f"{self._head()} {self._title}:{percent} {detail} ({self._elapsed()})")

    def end(self, outcome: str = "done") -> None:
        """Ends the step with a word on how it went."""
        self._halt()
        mark = "✓" if outcome == "done" else "–"
        text = f"{self._head()} {mark} {self._title} ({self._elapsed()})"
        if outcome != "done":
            text += f": {outcome}"
        self._line(text, over=True)

    def fail(self) -> None:
        """Ends the step as broken; the reason is the caller's error message."""
        self._halt()
        self._line(f"{self._head()} ✗ {self._title} ({self._elapsed()})", over=True)

    def note(self, text: str) -> None:
        """Prints a line that stays, between steps."""
        self._line(text)

    def _head(self) -> str:
        return f"[{self._number}/{self._total}]"

    def _elapsed(self) -> str:
        seconds = int(time.monotonic() - self._began)
        return f"{seconds // 60}:{seconds % 60:02d}"

    def _halt(self) -> None:
        if self._painter is not None:
            self._stop.set()
            self._painter.join()
            self._painter = None

    def _line(self, text: str, over: bool = False) -> None:
        if self._quiet:
            return
        erase = "\r\x1b[2K" if over and self._live else ""
        try:
            self._stream.write(f"{erase}{text}\n")
        except UnicodeEncodeError:  # a terminal set to plain ASCII
            self._stream.write(f"{erase}{text}\n".encode("ascii", "replace").decode())
        self._stream.flush()

    def _paint(self) -> None:
        turn = 0
        while not self._stop.wait(REDRAW_S):
            turn += 1
            with self._lock:
                text = f"{self._head()} {self._title} {self._bar(turn)} {self._elapsed()}"
                if self._detail:
                    text += f"  {self._detail}"
            columns = shutil.get_terminal_size().columns
            try:
                self._stream.write("\r\x1b[2K" + text[: columns - 1])
            except UnicodeEncodeError:
                self._stream.write("\r" + text.encode("ascii", "replace").decode()[: columns - 1])
            self._stream.flush()

    def _bar(self, turn: int) -> str:
        if self._share is None:  # something is going on, nobody knows how long
            at = turn % (2 * (BAR_CELLS - 3))
            at = min(at, 2 * (BAR_CELLS - 3) - at)
            return "░" * at + "███" + "░" * (BAR_CELLS - 3 - at)
        full = round(min(max(self._share, 0.0), 1.0) * BAR_CELLS)
        return "█" * full + "░" * (BAR_CELLS - full)
