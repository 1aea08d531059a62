"""Reactions of a listener."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReactionSettings:
    """How a listener reacts."""
