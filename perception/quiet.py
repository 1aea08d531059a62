"""Keeps what native libraries write to descriptor 2 off a person's terminal.

ALSA and JACK report there every sound card that is not, MediaPipe's graphs warn as they start, and
no setting turns that off. What goes wrong is raised as an exception, which this does not touch.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator

_lock = threading.Lock()
_kept: list[int] = []
"""Descriptor 2 as it was before the first of those who mute it at the moment, one copy for each."""


@contextlib.contextmanager
def native_stderr_muted() -> Iterator[None]:
    """Sends descriptor 2 nowhere meanwhile; does nothing where a program has no standard error.

    Threads may mute it at the same time: it is heard again when the last of them is done.
    """
    if sys.stderr is not None:
        sys.stderr.flush()
    try:
        _mute()
    except OSError:
        yield
        return
    try:
        yield
    finally:
        _unmute()


def _mute() -> None:
    with _lock:
        if _kept:
            _kept.append(os.dup(_kept[0]))
            return
        kept = os.dup(2)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)
        _kept.append(kept)


def _unmute() -> None:
    with _lock:
        kept = _kept.pop()
        if not _kept:
            os.dup2(kept, 2)
        os.close(kept)
