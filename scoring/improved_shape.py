"""What ``assets/rubrics/improved.toml`` must look like: its keys, and what each sentence holds."""

from __future__ import annotations

from dataclasses import dataclass

from perception.settings import checked


@checked
@dataclass(frozen=True, slots=True)
class _Change:
    one: str
    many: str


@checked
@dataclass(frozen=True, slots=True)
class Improved:
    """How it is told what was changed in an answer."""

    sentence: str
    part: str
    pauses: _Change
    fillers: _Change
    pitch: _Change

    def __post_init__(self) -> None:
        if "{changes}" not in self.sentence or "{duration}" not in self.part:
            raise ValueError("use {changes} in sentence, and {duration} in part")
