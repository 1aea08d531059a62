"""Keeps what native libraries write to descriptor 2 off a person's terminal.

ALSA and JACK report there every sound card that is not, MediaPipe's graphs warn as they start, and
no setting turns that off. What goes wrong is raised as an exception, which this does not touch.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def native_stderr_muted() -> Iterator[None]:
    """Sends descriptor 2 nowhere meanwhile; does nothing where a program has no standard error."""
    if sys.stderr is not None:
        sys.stderr.flush()
    try:
        kept = os.dup(2)
    except OSError:
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
