"""How she acknowledges what was said: by one sound each time the candidate hands over.

The first step of taking the turn is a sound that fits whether or not the answer is over. Where she
has made it, and where she has said "mm-hm" in the pause before it was over, her next line thanks
nobody again: a recruiter who says "okay", "mm-hm" and "thank you" one after the other sounds as if
she had not listened.
"""

from __future__ import annotations

import copy
from typing import Literal

from dialogue.turntaking.turn import TurnView

AGAIN_S = 4.0
"""Seconds within which a second "mm-hm" would drive the candidate on; a nod does not."""

SAID_S = 0.8
"""Seconds of speech after her sound that are worth another one. A breath, a word of assent to her
question, and what a microphone hears of her own sound are shorter."""

Field = Literal["short_acknowledgements", "continuers"]


class Acknowledgement:
    """Whether she has acknowledged by voice what was said last; one per answer."""

    def __init__(self) -> None:
        self._made_s = float("-inf")
        self.given = False
        """Whether nothing worth an acknowledgement was said since she made one."""
        self.withheld = False
        """Whether the last one was left out only because one had just been made."""

    def follow(self, view: TurnView) -> None:
        """Takes the answer as of one tick."""
        if view.talking and view.stretch_s >= SAID_S:
            self.given = False

    def due(self, t_s: float) -> bool:
        """Whether she makes a sound now; if not, a nod has to do for the moment."""
        self.withheld = not self.given and t_s - self._made_s < AGAIN_S
        return not (self.given or self.withheld)

    def copy(self) -> Acknowledgement:
        """As it stands now."""
        return copy.copy(self)

    def made(self, t_s: float) -> None:
        """She makes one, or says a line that is one."""
        self._made_s = t_s
        self.given, self.withheld = True, False


def wording(speech_s: float, short_speech_s: float) -> Field:
    """Which of the persona's short lines fits after ``speech_s`` seconds of speech.

    Args:
        speech_s: of the answer so far.
        short_speech_s: below it an answer is very short.
    """
    # thanks in the middle of an answer sound like a dismissal, however final its pause
    return "short_acknowledgements" if speech_s < short_speech_s else "continuers"
