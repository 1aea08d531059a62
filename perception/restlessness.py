"""What counts as restless, and as a hand that moves: one rule for the recruiter and the report."""

from __future__ import annotations

FIDGET_ON, FIDGET_OFF = 0.5, 0.35
"""Where fidgeting (0...1) begins and ends: about eight and six small swings in ten seconds."""
HAND_SPEED = 0.5
"""Shoulder widths a second from which a hand moves, where nobody tells what it does."""


class FidgetDetector:
    """Tells restlessness that begins at ``FIDGET_ON`` and ends under ``FIDGET_OFF``."""

    def __init__(self) -> None:
        self.restless = False

    def detect(self, fidget: float | None) -> bool | None:
        """Takes the next value; None, which ends it, where it was not measured."""
        if fidget is None:
            self.restless = False
            return None
        self.restless = fidget >= (FIDGET_OFF if self.restless else FIDGET_ON)
        return self.restless
