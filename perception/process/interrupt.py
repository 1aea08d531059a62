"""Ctrl-C where it would do harm: in the start of a child, in the import of a compiled module."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from multiprocessing import resource_tracker
from types import FrameType


@contextlib.contextmanager
def interrupt_held_back() -> Iterator[None]:
    """Starts a child that Ctrl-C does not reach.

    A child inherits a blocked SIGINT, so Ctrl-C, which the terminal sends to the whole group,
    reaches the parent alone, from the child's very first instruction. Ours is only postponed.
    """
    if sys.platform == "win32":
        yield
        return
    # multiprocessing starts its keeper of shared memory with the first child, and in doing so lets
    # SIGINT through again
    resource_tracker.ensure_running()
    old = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, old)


@contextlib.contextmanager
def interrupt_postponed() -> Iterator[None]:
    """Has a Ctrl-C that comes within take effect at the end.

    Some compiled modules swallow a KeyboardInterrupt that meets them while they import others.

    Raises:
        KeyboardInterrupt: at the end, where one came.
    """
    old = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(old):
        yield  # it ends the process without Python, or not at all
        return
    came = False

    def note(_number: int, _frame: FrameType | None) -> None:
        nonlocal came
        came = True

    signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, old)
    if came:
        raise KeyboardInterrupt
