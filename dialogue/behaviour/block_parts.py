"""Collects the behaviours of one block, with the movements that many acts share."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from dialogue.types import Behaviour, BehaviourKind


class BlockParts:
    """The behaviours of one block, in the order in which they were added.

    Args:
        rng: variation.

    Attributes:
        made: those so far.
    """

    made: list[Behaviour]

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.made = []

    def add(self, kind: BehaviourKind, attributes: Mapping[str, Any], **sync: float | str) -> None:
        """Adds one.

        Args:
            kind: BML's element.
            attributes: of it.
            sync: seconds from the block's start by sync point, or a reference.
        """
        rounded = {k: round(v, 3) if isinstance(v, float) else v for k, v in sync.items()}
        name = "speech" if kind == "speech" else f"{kind}-{len(self.made) + 1}"
        self.made.append(Behaviour(name, kind, dict(attributes), rounded))

    def smile(self, amount: float, start: float, hold_s: float) -> None:
        """A smile, open where it is a broad one.

        Args:
            amount: 0...1.
            start: when it begins to rise, in seconds of the block.
            hold_s: seconds for which it stays.
        """
        lexeme = "openSmile" if amount > 0.85 else "smile"
        onset, offset = self._rng.uniform(0.4, 0.7), self._rng.uniform(0.8, 1.3)
        ready = start + onset
        face = {"lexeme": lexeme, "amount": round(min(1.0, amount), 3)}
        self.add(
            "faceLexeme",
            face,
            start=start,
            ready=ready,
            relax=ready + hold_s,
            end=ready + hold_s + offset,
        )

    def brows(self, amount: float, at: float, hold_s: float) -> None:
        """Raised brows.

        Args:
            amount: 0...1.
            at: when they begin to rise, in seconds of the block.
            hold_s: seconds for which they stay up.
        """
        face = {"lexeme": "raiseBrows", "amount": round(min(1.0, amount), 3)}
        ready = at + 0.2
        self.add(
            "faceLexeme",
            face,
            start=at,
            ready=ready,
            relax=ready + hold_s,
            end=ready + hold_s + 0.3,
        )
