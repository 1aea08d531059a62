"""Locks of open files: held by one process at a time, and let go when it ends, however it ends.

Standard library only: set-up needs it before anything is installed.
"""

from __future__ import annotations

import functools
import os
import sys
import time

_FAR = 1 << 40
"""Byte that is locked on Windows, where a lock keeps others from reading what it is on."""
_POLL_S = 0.5
_PROBED_S = 0.5
"""s for which somebody who only looks whether a file is locked may keep it from who locks it."""
_PROBE_POLL_S = 0.01


def is_locked(fd: int) -> bool:
    """Whether somebody else holds the lock of an open file; any number may look at a time.

    Args:
        fd: of the file.

    Returns:
        False also where the file system knows no locks, which is said once.
    """
    if os.name == "nt":
        return not lock_soon(fd)  # there every lock is one's alone
    import fcntl

    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError as error:
        _say_unguarded(error)
        return False
    fcntl.flock(fd, fcntl.LOCK_UN)
    return False


def lock_soon(fd: int) -> bool:
    """As :func:`lock`, with patience for those who only look whether it is locked."""
    until_s = time.monotonic() + _PROBED_S
    while not lock(fd):
        if time.monotonic() > until_s:
            return False
        time.sleep(_PROBE_POLL_S)
    return True


def lock(fd: int, wait: bool = False) -> bool:
    """Takes the lock of an open file; closing it, or dying, lets go.

    Args:
        fd: of the file. Whoever else opened it, in this process or another, is somebody else.
        wait: until the other lets go.

    Returns:
        Whether it is ours now; True also where the file system knows no locks, which is said once.
    """
    if os.name == "nt":
        while not _lock_far_byte(fd):
            if not wait:
                return False
            time.sleep(_POLL_S)
        return True
    import fcntl

    try:
        fcntl.flock(fd, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError as error:  # some network shares know no locks: better no guard than no session
        _say_unguarded(error)
        return True
    return True


@functools.cache
def _say_once(why: str) -> None:
    print(
        f"files cannot be locked here ({why}), so nothing keeps two runs of this program from "
        "writing the same folder; run one at a time",
        file=sys.stderr,
        flush=True,
    )


def _say_unguarded(error: OSError) -> None:
    _say_once(error.strerror or str(error))


def _lock_far_byte(fd: int) -> bool:
    import msvcrt

    at = os.lseek(fd, 0, os.SEEK_CUR)
    try:
        os.lseek(fd, _FAR, os.SEEK_SET)
        msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    except OSError:
        return False
    finally:
        os.lseek(fd, at, os.SEEK_SET)
    return True
