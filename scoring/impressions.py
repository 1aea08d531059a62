"""First impressions that such cues tend to make on listeners; not traits, not feelings.

Only cues whose link to listeners' judgments was published are used, and the interval is as wide as
those links are weak. An impression without such a link stays None. Nothing here says what a person
is like, what they feel, or whether anyone should hire them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from perception.settings import checked
from scoring.fusion import Amount
from scoring.measures.measure import MeasureSet
from scoring.rubric import load

NAMES = (
    "openness",
    "conscientiousness",
    "extraversion",
    "agreeableness",
    "calmness",
    "hireable",
)
LABEL = "how such cues tend to come across; not fit for hiring decisions"
MIN_SPEECH_S = 30.0
SD_POINTS = 15.0
"""Spread of listeners' judgments on the scale of 100, by convention of this program."""
Z = 1.64


@dataclass(frozen=True, slots=True)
class Impression:
    """One impression out of 100, where 50 is what an average speaker makes."""

    value: float | None
    low: float | None
    high: float | None
    basis: str


@checked
@dataclass(frozen=True, slots=True)
class ImpressionSettings:
    """Whether impressions are given at all."""

    enabled: bool = True
    """False leaves every impression out of the report."""


OFF = "turned off"
UNKNOWN = "no published link to these cues that this program could rest on"
TOO_LITTLE = "not enough to tell"


def impressions(
    measures: MeasureSet, amount: Amount, settings: ImpressionSettings | None = None
) -> dict[str, Impression]:
    """All impressions, in the contract's order."""
    if not (settings or ImpressionSettings()).enabled:
        return {name: Impression(None, None, None, OFF) for name in NAMES}
    table = load("impressions")
    return {name: _one(table.get(name), measures, amount) for name in NAMES}


def _one(entry: dict | None, measures: MeasureSet, amount: Amount) -> Impression:
    if entry is None:
        return Impression(None, None, None, UNKNOWN)
    if amount.speech_s < MIN_SPEECH_S:
        return Impression(None, None, None, TOO_LITTLE)
    total, used, names = 0.0, 0.0, []
    whole = sum(abs(float(c["weight"])) for c in entry["cue"])
    for cue in entry["cue"]:
        measure = measures[cue["measure"]]
        if measure.value is None or measure.coverage < 0.4:
            continue
        z = (measure.value - float(cue["usual"])) / float(cue["spread"])
        weight = float(cue["weight"])
        total += weight * max(-2.0, min(2.0, z))
        used += abs(weight)
        names.append(cue["measure"])
    if used < 0.6 * whole:
        return Impression(None, None, None, TOO_LITTLE)
    r = float(entry["r"])
    value = 50.0 + SD_POINTS * r * total / used
    # What the link leaves unexplained, widened by the cues that are missing.
    half = Z * SD_POINTS * math.sqrt(1.0 - r * r) * math.sqrt(whole / used)
    return Impression(
        round(value, 1),
        round(max(0.0, value - half), 1),
        round(min(100.0, value + half), 1),
        f"{entry['basis']}; from {', '.join(names)}; {LABEL}",
    )
