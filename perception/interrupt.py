"""The polite ends of this program, which are one end, and where they would do harm.

Ctrl-C, the system's request to end (SIGTERM) and a terminal that goes (SIGHUP; on Windows a console
that is closed, SIGBREAK) all arrive as a KeyboardInterrupt. They would do harm in the start of a
child, in the import of a compiled module, and where a film is being closed.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from multiprocessing import resource_tracker
from types import FrameType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
POLITE = tuple(getattr(signal, name) for name in _NAMES if hasattr(signal, name))
"""The signals that ask this program to end, of those that this system knows."""
_ONCE = tuple(number for number in POLITE if number != signal.SIGINT)
"""Those that nobody sends to hurry: a terminal's end and a service manager's come twice."""


def end_politely() -> None:
    """From now on every polite end of this process is a KeyboardInterrupt in its main thread.

    What ends without a person at the keyboard takes effect once, however often it is sent. A signal
    that whoever started us has ignored (``nohup``) stays ignored.
    """
    asked = False

    def end(number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        _leave_lost_terminals()
        if asked:
            return
        asked = True
        raise KeyboardInterrupt(signal.Signals(number).name)

    for number in _ONCE:
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, end)


def ignore_polite_ends() -> None:
    """For a child, which ends when its parent does: what is sent to all is not for it."""
    for number in POLITE:
        signal.signal(number, signal.SIG_IGN)


def _leave_lost_terminals() -> None:
    """What is printed goes nowhere where the terminal is gone: it would end us before the report.

    A terminal that has gone refuses even nothing; files and pipes take it.
    """
    for stream in (1, 2):
        try:
            os.write(stream, b"")
        except OSError:
            with contextlib.suppress(OSError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, stream)
                os.close(nowhere)


@contextlib.contextmanager
def interrupt_held_back() -> Iterator[None]:
    """Starts a child that no polite end reaches.

    A child inherits blocked signals, so Ctrl-C, which the terminal sends to the whole group,
    reaches the parent alone, from the child's very first instruction. Ours are only postponed.
    """
    if sys.platform == "win32":
        yield
        return
    # multiprocessing starts its keeper of shared memory with the first child, and in doing so lets
    # SIGINT through again
    resource_tracker.ensure_running()
    old = signal.pthread_sigmask(signal.SIG_BLOCK, set(POLITE))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, old)


@contextlib.contextmanager
def interrupt_postponed() -> Iterator[None]:
    """Has a polite end that comes within take effect at the end.

    Some compiled modules swallow a KeyboardInterrupt that meets them while they import others, and
    a film that is being closed would be none.

    Raises:
        KeyboardInterrupt: at the end, where one came.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # one that is not callable ends the process without Python, or not at all
    before = {n: old for n in POLITE if callable(old := signal.getsignal(n))}
    came: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        came.append(number)

    for number in before:
        signal.signal(number, note)
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
    for number in came:
        before[number](number, None)
