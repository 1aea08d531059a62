"""How somebody may come across; not traits, not feelings, and no part of a candidate's report.

Given only where asked for. Two of them, whether judges would invite somebody again and how excited
they seemed, come from a model that learned from rated interviews (:mod:`scoring.impression_model`);
others from published links of single cues to people's judgments, or not at all. Intervals are as
wide as those are weak. Nothing here says what a person is like, what they feel, or whether anyone
should hire them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scoring.curves import Z
from scoring.fusion import Amount, amount_of
from scoring.impression_features import FEATURES, MEASURES, MIN_WORDS, features_of_session
from scoring.impression_model import Prediction, impression_model
from scoring.leaving_out import instead
from scoring.measures.doubt import SPOKEN_OF, Doubt
from scoring.measures.measure import MeasureSet
from scoring.record.session import Session
from scoring.rubric import load

NAMES = (
    "openness",
    "conscientiousness",
    "extraversion",
    "agreeableness",
    "calmness",
    "invite_again",
    "excited",
)
LABEL = "how it may come across; not fit for hiring decisions"
MIN_SPEECH_S = 30.0
SD_POINTS = 15.0
"""Points that are one standard deviation of judgments between people, by convention of this
program."""
LEAST_KNOWN = 0.5
"""Share of the features of a prediction that have to be there."""


@dataclass(frozen=True, slots=True)
class Impression:
    """One impression out of 100, where 50 is what an average speaker makes."""

    value: float | None
    low: float | None
    high: float | None
    basis: str


UNKNOWN = "no published link to these cues that this program could rest on"
TOO_LITTLE = "not enough to tell"


def impressions(session: Session, measures: MeasureSet) -> dict[str, Impression]:
    """All impressions, in the contract's order; without values where there is nothing to go by.

    Raises:
        ModelError: the model is missing or damaged.
    """
    why = _why_none(measures, amount_of(session, measures))
    if why:
        return {name: Impression(None, None, None, why) for name in NAMES}
    predicted = impression_model().predict(features_of_session(session, measures))
    table = load("impressions")
    return {
        name: _predicted(predicted[name], measures)
        if name in predicted
        else _linked(table.get(name), measures)
        for name in NAMES
    }


def _why_none(measures: MeasureSet, amount: Amount) -> str:
    """Why there can be none; empty where there can."""
    words = measures["relevance"]  # it rests on the words and on nothing else
    if words.trust < SPOKEN_OF:
        return f"{TOO_LITTLE}: {Doubt.of(words).in_words()}"
    if amount.speech_s < MIN_SPEECH_S or amount.words < MIN_WORDS:
        return f"{TOO_LITTLE}: it takes {MIN_SPEECH_S:.0f} s of speech and {MIN_WORDS} words"
    return ""


def _predicted(found: Prediction, measures: MeasureSet) -> Impression:
    if len(found.used) < LEAST_KNOWN * (len(found.used) + len(found.missing)):
        asked = any(measures[name].left_out for name in MEASURES)
        return Impression(None, None, None, instead() if asked else TOO_LITTLE)
    model = impression_model()
    basis = (
        f"learned from ratings of {model.about['people']} people's interviews, with which it "
        f"agrees by r = {found.r:.2f} where it did not know the person; from {_listed(found.used)}"
    )
    if found.missing:
        basis += f"; without {_listed(found.missing)}"
    return _impression(found.value * SD_POINTS, found.error * SD_POINTS, basis)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(FEATURES[name] for name in names)


def _linked(entry: dict | None, measures: MeasureSet) -> Impression:
    """By single cues, as strongly as others found them to go with judgments."""
    if entry is None:
        return Impression(None, None, None, UNKNOWN)
    labels = load("labels")["measure"]
    total, used, names = 0.0, 0.0, []
    whole = sum(abs(float(c["weight"])) for c in entry["cue"])
    for cue in entry["cue"]:
        measure = measures[cue["measure"]]
        if measure.value is None or measure.coverage < 0.4 or measure.trust < SPOKEN_OF:
            continue
        z = (measure.value - float(cue["usual"])) / float(cue["spread"])
        weight = float(cue["weight"])
        total += weight * max(-2.0, min(2.0, z))
        used += abs(weight)
        names.append(str(labels[cue["measure"]]).lower())
    if used < 0.6 * whole:
        asked = any(measures[cue["measure"]].left_out for cue in entry["cue"])
        return Impression(None, None, None, instead() if asked else TOO_LITTLE)
    r = float(entry["r"])
    # What the link leaves unexplained, widened by the cues that are missing.
    error = SD_POINTS * math.sqrt(1.0 - r * r) * math.sqrt(whole / used)
    basis = f"{entry['basis']}; from {', '.join(names)}"
    return _impression(SD_POINTS * r * total / used, error, basis)


def _impression(above: float, error: float, basis: str) -> Impression:
    """An impression of so many points above the average."""
    value = min(100.0, max(0.0, 50.0 + above))
    return Impression(
        round(value, 1),
        round(max(0.0, value - Z * error), 1),
        round(min(100.0, value + Z * error), 1),
        f"{basis}; {LABEL}",
    )
