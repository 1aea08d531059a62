"""Follow-up questions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FollowUpSettings:
    """When a follow-up is asked."""
