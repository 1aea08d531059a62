"""Stepping down where recognition falls behind what is said, and up again.

A busy machine is a real user's machine. Words that come late are of no use to a conversation, and
a recogniser that runs after them takes from the picture what it needs. So it does less: first it
shows words more rarely, then only when an utterance has ended and with a smaller model where there
is one, and what is too old by then is left to the second pass, which writes the report's words from
the sound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from perception.settings import Positive, at_least, checked, in_order
from perception.types import Event

FULL, RARE, ENDED = range(3)
"""Words so far as often as is useful; more rarely; only words of ended utterances."""


@checked
@dataclass(frozen=True, slots=True)
class PaceSettings:
    """When recognition steps down."""

    rare_behind_s: Positive = 2.5
    """s between something being said and the recogniser hearing it from which it shows words so far
    more rarely."""
    ended_behind_s: Positive = 5.0
    """s from which it shows none, and hears utterances when they have ended."""
    left_behind_s: Positive = 20.0
    """s from which an utterance is left to the second pass."""
    rare_every_s: Annotated[float, at_least(0.5)] = 3.0
    """s between words so far that come more rarely."""
    again_below_s: Positive = 1.0
    """s below which it counts as being in time."""
    again_after_s: Positive = 20.0
    """s of being in time after which it takes one step up."""

    def __post_init__(self) -> None:
        in_order(self, "again_below_s <= rare_behind_s < ended_behind_s < left_behind_s")


class RecognitionPace:
    """Follows how far recognition is behind.

    Args:
        settings: when to step down.

    Attributes:
        step: ``FULL``, ``RARE`` or ``ENDED``.
    """

    def __init__(self, settings: PaceSettings | None = None) -> None:
        self.settings = settings or PaceSettings()
        self.step = FULL
        self._in_time_since_s: float | None = None
        self._told = False

    def note(self, behind_s: float, now_s: float) -> list[Event]:
        """Takes how far behind the newest sound is that has come to be heard.

        Args:
            behind_s: seconds from its end to now.
            now_s: session time.

        Returns:
            ``slow`` when it first shows no words so far any more, ``restored`` once it does again.
        """
        s = self.settings
        if behind_s >= s.ended_behind_s:
            self.step = ENDED
        elif behind_s >= s.rare_behind_s:
            self.step = max(self.step, RARE)
        if behind_s >= s.again_below_s:
            self._in_time_since_s = None
        elif self._in_time_since_s is None:
            self._in_time_since_s = now_s
        elif self.step != FULL and now_s - self._in_time_since_s >= s.again_after_s:
            self.step -= 1
            self._in_time_since_s = now_s
        if self.step == ENDED and not self._told:
            self._told = True
            message = (
                "this computer is busy, so your words are written down late; go on speaking, "
                "the report will have them all"
            )
            data = {"message": message, "behind_s": round(behind_s, 1)}
            return [Event(now_s, "speech_to_text", "slow", data)]
        if self.step == FULL and self._told:
            self._told = False
            message = "your words are written down in time again"
            return [Event(now_s, "speech_to_text", "restored", {"message": message})]
        return []

    def leaves(self, behind_s: float) -> bool:
        """Whether an utterance that ended so long ago is left to the second pass."""
        return behind_s >= self.settings.left_behind_s
