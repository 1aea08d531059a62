"""What ``assets/rubrics/change.toml`` must look like: its keys, and the range of every number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from perception.settings import NotNegative, Positive, checked


@checked
@dataclass(frozen=True, slots=True)
class _OfScore:
    drift: NotNegative
    source: str
    between: NotNegative = 0.0
    least_questions: NotNegative = 0


@checked
@dataclass(frozen=True, slots=True)
class _OfMeasure:
    drift: NotNegative
    source: str
    between: NotNegative = 0.0
    prior_df: Positive = 1.0
    scale: Literal["linear", "semitones", "per_minute"] = "linear"
    median: bool = False
    retest_sd: NotNegative = 0.0


@checked
@dataclass(frozen=True, slots=True)
class _Condition:
    say: str
    blocks: tuple[str, ...]


@checked
@dataclass(frozen=True, slots=True)
class _Verdict:
    real: str
    chance: str
    luck: str
    not_comparable: str
    unknown: str
    rising: str
    falling: str
    steady: str
    few: str
    one_question: str
    family: str
    again: str


@checked
@dataclass(frozen=True, slots=True)
class _Practice:
    nine: Positive
    about_nine: str
    spacing: str
    as_before: str
    harder: str
    as_hard: str
    longer: str
    gaps_days: tuple[int, ...]
    rests_after: Positive

    def __post_init__(self) -> None:
        if not self.gaps_days or min(self.gaps_days) < 1:
            raise ValueError("gaps_days holds whole days of 1 and more")


@checked
@dataclass(frozen=True, slots=True)
class Change:
    """The file as a whole."""

    practice_gain: str
    score: dict[str, _OfScore]
    measure: dict[str, _OfMeasure]
    condition: dict[str, _Condition]
    verdict: _Verdict
    practice: _Practice
