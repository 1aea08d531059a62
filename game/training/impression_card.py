"""The model card of what predicts impressions, written with its figures whenever it is trained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scoring.impression_features import FEATURES

CARD = "impressions.md"

_CARD = """\
# Model card: impressions of interviews

`impressions.npz`, made by `{made_by} --data DIR`; this card is written with it.

## What it does

It predicts how judges who only watched would rate an interview, from {count} features of words and
voice that this program measures in any session: {features}. What is predicted is the mean of a
linear support vector regression and of eight small networks. It is shown on request only
(`--impressions`), on a scale on which 50 is the mean of the interviews below and 15 points are one
standard deviation between them, always with a 90 % interval.

## What it was learned from

{source}: {interviews} interviews of {people} people, rated from {scale}. No sound, word or rating
of anybody is in the file; it holds means, spreads and weights.

## How good it is

Nested cross-validation by person: {folds} folds, {rounds} time(s), all interviews of a person left
out at once; features and cost are chosen anew within the rest each time. Intervals are 90 %, by
bootstrap over people. *Left* is the spread of what stays unexplained, in standard deviations of the
ratings; *within* is the share of ratings inside the interval that a report would give.

| impression | r | interval | left | within | features |
|---|---|---|---|---|---|
{rows}

An interval spans two fifths of the scale: it tells who came across far better or worse than usual,
and little else.

## What it must not be used for

- To choose among people, or to reject or invite anybody. It learned what judges said, their
  prejudices included, and is wrong about individuals more often than about groups.
- As a measure of what somebody is like or feels.
- Of people unlike those above: other languages, ages, cultures, ways of speaking. Somebody who
  stutters, speaks with an accent or is not heard well is marked down by features that say nothing
  of how they would work.

## What was done about known faults

- Slower speech and more fillers never raise `invite_again`, whatever a small sample would have.
- Left out: loudness, formants and their bandwidths, which predict ratings where everybody sits at
  the same microphone and tell of the microphone elsewhere; pitch, which tells men from women;
  pauses, voice breaks and syllables, which the data and this program count differently.
- A feature that was not measured, or is seriously doubted, counts as the mean, and the interval
  grows by what it would have explained. Where nothing is known of the voice, what learned from
  words alone predicts. Jitter and shimmer far from those learned from count as not measured: near a
  microphone shimmer is half as large as across a table.

## Known faults

- Recognisers leave out many fillers, which transcribers write down; so whoever is heard by a
  recogniser comes out somewhat too well.
- Few people of one university rated by few judges: intervals are those of such people.
"""


def card(about: Mapping[str, Any]) -> str:
    """The card as Markdown, of what the model's file says of itself."""
    rows = [
        *(_row(f"`{name}`", told) for name, told in about["impressions"].items()),
        *(_row(f"`{n}` of words alone", told) for n, told in about["without_voice"].items()),
    ]
    used = {f for t in about["impressions"].values() for f in t["features"]}
    named = [label for name, label in FEATURES.items() if name in used]
    return _CARD.format(
        **{k: about[k] for k in ("made_by", "source", "scale", "interviews", "people")},
        folds=about["folds"],
        rounds=about["rounds"],
        count=len(named),
        features=", ".join(named),
        rows="\n".join(rows),
    )


def _row(name: str, told: Mapping[str, Any]) -> str:
    return (
        f"| {name} | {told['r']:.2f} | {told['r_low']:.2f} – {told['r_high']:.2f} "
        f"| {told['error']:.2f} | {100 * told['covered']:.0f} % "
        f"| {', '.join(FEATURES[f] for f in told['features'])} |"
    )
