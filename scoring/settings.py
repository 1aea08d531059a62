"""Settings of what is told of a session."""

from __future__ import annotations

from dataclasses import dataclass

from perception.settings import checked


@checked
@dataclass(frozen=True, slots=True)
class ImpressionSettings:
    """Whether impressions are given at all."""

    enabled: bool = False
    """Whether the report says how somebody may come across. It is for researchers and whoever asks
    for it (``--impressions``), and no part of what a candidate is told."""
