"""A bar that moves on a terminal, and lines with share and time left in a log file."""

from __future__ import annotations

import io

from game.progressbar import LINE_EVERY_S, ProgressBar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def work(stream: io.StringIO, seconds: int, quiet: bool = False) -> str:
    """A piece of work that tells of itself ten times a second."""
    now = 100.0
    with ProgressBar("analyzing a.mp4", quiet, stream, lambda: now) as bar:
        for tenth in range(10 * seconds):
            now = 100.0 + tenth / 10
            bar.set_progress(tenth / (10 * seconds), "seeing")
        now = 100.0 + seconds
    return stream.getvalue()


def test_a_log_file_has_a_line_every_ten_seconds_with_share_and_time_left() -> None:
    lines = work(io.StringIO(), 60).splitlines()
    assert lines[0] == "analyzing a.mp4: 2 %, seeing"
    assert lines[1] == "analyzing a.mp4: 18 %, seeing, about 0:49 left"
    assert lines[-1] == "analyzing a.mp4: done in 60 s"
    assert len(lines) == 60 // LINE_EVERY_S + 1
    assert not any("\r" in line for line in lines)


def test_a_terminal_has_a_bar_that_moves_in_its_line() -> None:
    shown = work(Terminal(), 60)
    bars = shown.split("\r")
    assert len(bars) > 300 and shown.endswith("analyzing a.mp4: done in 60 s\n")
    assert any("█" in bar and "50 %" in bar and "about 0:30 left" in bar for bar in bars)


def test_what_is_done_at_once_or_quietly_shows_nothing() -> None:
    assert work(io.StringIO(), 1) == ""
    assert work(io.StringIO(), 60, quiet=True) == ""


def test_work_that_fails_is_not_told_to_be_done() -> None:
    stream, now = io.StringIO(), 0.0
    try:
        with ProgressBar("x", stream=stream, clock=lambda: now) as bar:
            now = 5.0
            bar.set_progress(0.5)
            raise OSError
    except OSError:
        pass
    assert stream.getvalue() == "x: 50 %, about 0:05 left\n"
