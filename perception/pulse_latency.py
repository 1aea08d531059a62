"""PulseAudio's latency for the streams of this process, which it takes from one variable.

libpulse reads ``PULSE_LATENCY_MSEC`` whenever a stream starts, also when one starts again after it
ran dry. A microphone wants little; a loudspeaker that gets less than two of its blocks plays
nothing. So each says what it wants for as long as it is open, who wants more comes first, and when
the last one closes the variable is what it was before: nobody takes away what another has set, or
the user.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator

VARIABLE = "PULSE_LATENCY_MSEC"

_LOCK = threading.Lock()
_WISHES: list[str | None] = []
"""What is open wants; None for no variable at all."""
_USERS: list[str | None] = []
"""The user's own value while anything is open."""


@contextlib.contextmanager
def pulse_latency(ms: int | None = None, least_ms: int = 0) -> Iterator[None]:
    """Asks for a latency while a stream is open; what the user set comes first.

    Args:
        ms: milliseconds that are wanted; None for PulseAudio's own, which is more than any.
        least_ms: with less than this, whoever set it, the stream would not work.
    """
    with _LOCK:
        if not _WISHES:
            _USERS[:] = [os.environ.get(VARIABLE)]
        users = _USERS[0]
        wish = None if ms is None else str(ms)
        if users is not None and users.isdigit() and int(users) >= least_ms:
            wish = users
        _WISHES.append(wish)
        _put(_most())
    try:
        yield
    finally:
        with _LOCK:
            _WISHES.remove(wish)
            _put(_most() if _WISHES else _USERS[0])


def _most() -> str | None:
    known = [wish for wish in _WISHES if wish is not None]
    return max(known, key=int) if len(known) == len(_WISHES) else None


def _put(value: str | None) -> None:
    if value is None:
        os.environ.pop(VARIABLE, None)
    else:
        os.environ[VARIABLE] = value
