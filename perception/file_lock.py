"""Locks of open files: held by one process at a time, and let go when it ends, however it ends.

Standard library only: set-up needs it before anything is installed.
"""

from __future__ import annotations

import os
import time

_FAR = 1 << 40
"""Byte that is locked on Windows, where a lock keeps others from reading what it is on."""
_POLL_S = 0.5


def lock(fd: int, wait: bool = False) -> bool:
    """Takes the lock of an open file; closing it, or dying, lets go.

    Args:
        fd: of the file. Whoever else opened it, in this process or another, is somebody else.
        wait: until the other lets go.

    Returns:
        Whether it is ours now; True also where the file system knows no locks.
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
    except OSError:  # some network shares know no locks: better no guard than no session
        return True
    return True


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
