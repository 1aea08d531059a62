"""The ladder of silence: what she does for a candidate who says nothing.

First an encouraging look, then the question in other words, then an offer to move on, and when
that is not taken either the next question.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dialogue.interviewing.settings import DialogueSettings
from dialogue.types import Because

Step = Literal["look", "help", "offer", "move_on"]


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of the ladder that is due."""

    step: Step
    because: Because


class SilenceLadder:
    """Climbs while the candidate stays silent; one per answer."""

    def __init__(self) -> None:
        self._taken = 0
        self._offered = False

    @property
    def offered(self) -> bool:
        """Whether she has offered to move on."""
        return self._offered

    def climb(
        self, silent_s: float, since_own_s: float, settings: DialogueSettings, patience: float
    ) -> Rung | None:
        """The step that is due now, once.

        Args:
            silent_s: seconds of silence since she began to wait.
            since_own_s: seconds since her own last line ended.
            settings: pace of the interview.
            patience: factor on its times.
        """
        s = settings
        if self._offered:
            limit = s.move_on_s * patience
            if since_own_s < limit:
                return None
            cue = Because("no_answer", "silence_after_offer_s", round(since_own_s, 2), limit)
            return Rung("move_on", cue)
        limits = (s.encourage_s * patience, s.help_s * patience, s.offer_s * patience)
        if silent_s < limits[self._taken]:
            return None
        because = Because("long_silence", "silence_s", round(silent_s, 2), limits[self._taken])
        self._taken += 1
        self._offered = self._taken == len(limits)
        steps: tuple[Step, ...] = ("look", "help", "offer")
        return Rung(steps[self._taken - 1], because)
