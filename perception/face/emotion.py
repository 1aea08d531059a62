"""What a face may look like to others: seven basic expressions, valence and arousal.

An impression, not a reading of what somebody feels: people smile without joy and frown without
anger, and the same face is read differently by different observers (Barrett et al. 2019). Nothing
of the interview depends on it, and ``--no-emotion`` leaves it out.

Each expression has the action units of the Emotional Facial Action Coding System as prototype
(Friesen & Ekman 1983); how well a face matches it against the others becomes a probability. Valence
and arousal are the probabilities' mean over the places of the emotion words in Russell & Mehrabian
(1977, Journal of Research in Personality 11, 273-294).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from perception.settings import InnerShare, Positive, checked
from perception.types import EmotionImpression

PROTOTYPES: Mapping[str, Mapping[int, float]] = {
    "happiness": {6: 0.6, 12: 1.6, 15: -0.6, 4: -0.3},
    "sadness": {1: 0.8, 4: 0.5, 15: 1.2, 17: 0.5, 12: -1.0, 26: -0.4},
    "surprise": {1: 0.7, 2: 0.8, 5: 0.6, 26: 1.0, 4: -0.8, 12: -0.5},
    "fear": {1: 0.7, 2: 0.3, 4: 0.6, 5: 0.8, 20: 1.0, 25: 0.2, 12: -0.8},
    "anger": {4: 1.1, 7: 0.3, 5: 0.3, 23: 0.6, 24: 0.4, 10: 0.3, 1: -0.8, 12: -0.8},
    "disgust": {9: 1.5, 10: 0.7, 15: 0.3, 17: 0.2, 12: -0.6, 5: -0.3},
}
"""Expression to the units that speak for it, and with a minus those that speak against."""

PLACES: Mapping[str, tuple[float, float]] = {
    "neutral": (0.0, 0.0),
    "happiness": (0.81, 0.51),
    "sadness": (-0.63, -0.27),
    "surprise": (0.40, 0.67),
    "fear": (-0.64, 0.60),
    "anger": (-0.51, 0.59),
    "disgust": (-0.60, 0.35),
}
"""Expression to valence and arousal, each -1...1 (Russell & Mehrabian 1977)."""

EXPRESSIONS = tuple(PLACES)


@checked
@dataclass(frozen=True, slots=True)
class EmotionSettings:
    """Whether impressions of emotion are formed, and how readily."""

    enabled: bool = True
    """False leaves them out, as ``--no-emotion`` does."""
    neutral: InnerShare = 0.42
    """Match (0...1 of a full prototype) at which an expression is as likely as none."""
    stranger_neutral: InnerShare = 0.30
    """The same for a face whose resting shape is not known yet: its movements are told smaller."""
    sharpness: Positive = 9.0
    """Odds between two expressions grow by e with every 1/sharpness of match."""


def impression(
    units: Mapping[int, float], settings: EmotionSettings | None = None, rested: bool = True
) -> EmotionImpression:
    """What a face with these action units may look like.

    Args:
        units: number to 0...1.
        settings: how readily.
        rested: whether the person's resting face was known when they were read.
    """
    s = settings or EmotionSettings()
    neutral = s.neutral if rested else s.stranger_neutral
    matches = {"neutral": neutral}
    for name, prototype in PROTOTYPES.items():
        match = sum(weight * units.get(number, 0.0) for number, weight in prototype.items())
        # the strongest units alone show the expression: a full match is what they sum to
        full = sum(sorted((w for w in prototype.values() if w > 0), reverse=True)[:2])
        matches[name] = max(-0.5, min(1.2, match / full))
    odds = {name: math.exp(s.sharpness * (matches[name] - neutral)) for name in EXPRESSIONS}
    total = sum(odds.values())
    shares = {name: value / total for name, value in odds.items()}
    return EmotionImpression(
        probabilities=shares,
        valence=sum(share * PLACES[name][0] for name, share in shares.items()),
        arousal=sum(share * PLACES[name][1] for name, share in shares.items()),
    )
