"""Whether a voice is quick enough for a conversation."""

from __future__ import annotations

import time

from game.voice.base import USERS_VOICES, Voice
from perception.errors import ModelError

SLOWEST_LIVE = 0.3
"""Seconds that a second of speech may take in a conversation: a reply of three seconds is then
there in 0.9, as the slower ones of the voice agents that are sold (500 to 920 ms)."""
_TIMED_LINE = "Thank you, that gives me a clear picture of what you did."


def require_live(voice: Voice) -> None:
    """Refuses a voice that would keep a person waiting.

    The engines that the program brings are known to be quick enough; how long a user's own voice
    takes is measured, which takes some seconds.

    Raises:
        ModelError: it takes too long here; the message says how long.
    """
    if voice.name.partition(":")[0] not in USERS_VOICES:
        return
    voice.render("Hello.")  # the first call also sets things up
    factors = []
    for _ in range(2):  # the better one tells what it can do: another program may have been at work
        began_s = time.perf_counter()
        spoken = voice.render(_TIMED_LINE)
        factors.append((time.perf_counter() - began_s) / spoken.duration_s)
    factor = min(factors)
    if factor > SLOWEST_LIVE:
        raise ModelError(
            f"voice {voice.name} takes {factor:.2f} s for a second of speech here, too long for a "
            f"conversation (at most {SLOWEST_LIVE:g}); it can be used with perform, where lines "
            "are known ahead; for an interview choose another --voice"
        )
