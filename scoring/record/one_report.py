"""One report of a session is written at a time, whoever asks for it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from perception.file_lock import lock
from scoring.record.lines import READINGS_FILE, SESSION_FILE


@contextlib.contextmanager
def one_report(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Holds a session against every other process that would write its report, and waits for one
    that does already.

    The lock is on a file of the record that nothing replaces once the session has ended: nothing
    more comes to lie in its folder. Where none can be opened, or the file system knows no locks,
    nothing is held.

    Args:
        folder: of a session that has ended.
        waiting: told once when somebody else is at it.
    """
    fd = _opened(folder)
    if fd is None:
        yield
        return
    try:
        if not lock(fd):
            waiting()
            lock(fd, wait=True)
        yield
    finally:
        os.close(fd)


def _opened(folder: Path) -> int | None:
    for name in (READINGS_FILE, SESSION_FILE):
        with contextlib.suppress(OSError):
            return os.open(folder / name, os.O_RDWR | getattr(os, "O_BINARY", 0))
    return None
