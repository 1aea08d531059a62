"""The mouth's movement over an utterance, as weights of ARKit's expression targets."""

from __future__ import annotations

from collections.abc import Mapping

from game.voice import Utterance


class MouthTrack:
    """Moves the mouth through an utterance.

    Args:
        utterance: whose visemes to move through.
    """

    def __init__(self, utterance: Utterance) -> None:
        raise NotImplementedError

    def at(self, t_s: float) -> Mapping[str, float]:
        """ARKit name -> 0...1 at ``t_s`` seconds after the first sample; empty when at rest."""
        raise NotImplementedError

    def opening(self, t_s: float) -> float:
        """Intended gap between the lips, 0 (closed)...1 (widest)."""
        raise NotImplementedError
