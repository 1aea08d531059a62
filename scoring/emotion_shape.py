"""What ``assets/rubrics/emotion.toml`` must look like: its keys, and the range of every number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from perception.settings import Positive, Share, between, checked


@checked
@dataclass(frozen=True, slots=True)
class _Source:
    agreement: Annotated[float, between(0.01, 0.99)]
    usual: Annotated[float, between(-1, 1)]
    spread: Positive
    source: str


@checked
@dataclass(frozen=True, slots=True)
class _FaceSources:
    valence: _Source
    arousal: _Source


@checked
@dataclass(frozen=True, slots=True)
class _VoiceSources:
    arousal: _Source


@checked
@dataclass(frozen=True, slots=True)
class _WordsSources:
    valence: _Source


@checked
@dataclass(frozen=True, slots=True)
class _EmotionSay:
    title: str
    axis_valence: tuple[str, str]
    axis_arousal: tuple[str, str]
    valence_high: str
    valence_low: str
    arousal_high: str
    arousal_low: str
    leans: str
    usual: str
    unknown: str
    of_valence: str
    of_arousal: str
    missing: str
    missing_in: str
    short: str
    wide: str
    caption: str


@checked
@dataclass(frozen=True, slots=True)
class Emotion:
    """The whole file."""

    prior_sd: Annotated[float, between(0.01, 1)]
    widest: Annotated[float, between(0.01, 2)]
    min_coverage: Share
    leaning: Annotated[float, between(0.5, 0.999)]
    step_s: Annotated[float, between(0.5, 600)]
    most_steps: Annotated[int, between(1, 10_000)]
    full_tone_words: Annotated[int, between(1, 1000)]
    face: _FaceSources
    voice: _VoiceSources
    words: _WordsSources
    say: _EmotionSay
