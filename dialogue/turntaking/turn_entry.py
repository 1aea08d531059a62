"""The first step of taking the turn: a sound that fits whether or not the answer is over."""

from __future__ import annotations

from typing import Literal

AGAIN_S = 4.0
"""Seconds within which a second "mm-hm" would drive the candidate on; a nod does not."""

Field = Literal["short_acknowledgements", "continuers"]


class FirstSound:
    """Remembers when she made one; one per answer."""

    def __init__(self) -> None:
        self._made_s = float("-inf")
        self.withheld = False
        """Whether the last one was left out because one had just been made."""

    def due(self, t_s: float) -> bool:
        """Whether she makes a sound now; if not, a nod has to do for the moment."""
        self.withheld = t_s - self._made_s < AGAIN_S
        return not self.withheld

    def made(self, t_s: float) -> None:
        """She makes it."""
        self._made_s = t_s
        self.withheld = False


def wording(speech_s: float, short_speech_s: float) -> Field:
    """Which of the persona's short lines fits after ``speech_s`` seconds of speech.

    Args:
        speech_s: of the answer so far.
        short_speech_s: below it an answer is very short.
    """
    # thanks in the middle of an answer sound like a dismissal, however final its pause
    return "short_acknowledgements" if speech_s < short_speech_s else "continuers"
