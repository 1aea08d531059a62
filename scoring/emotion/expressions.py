"""Impressions of expression over a session: how a face may have looked to others.

Some times a second a frame carries one (:mod:`perception.face.emotion`), formed from the movements
seen in it; they are told against the face's own rest (:mod:`scoring.emotion.own_rest`). People do
not look the way they feel, and observers disagree (Barrett et al. 2019), so this is shown apart
from the measures, changes no score, and is left out where nothing was recorded (``--no-emotion``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from scoring.emotion.own_rest import impressions
from scoring.measures.finding import share
from scoring.measures.windows import watched
from scoring.record.session import Session
from scoring.record.spans import total
from scoring.record.tracks import holds

MIN_SHOWN_S = 3.0
"""Seconds of impressions below which nothing is said of them."""


@dataclass(frozen=True, slots=True)
class Expressions:
    """What a face looked like, all in all."""

    shares: Mapping[str, float]
    """Expression to its mean probability, 0...1, weighed by time; they sum to 1."""
    valence: float
    """Mean; -1 unpleasant...1 pleasant."""
    arousal: float
    """Mean; -1 calm...1 excited."""
    coverage: float
    """0...1, share of the time since the camera opened of which there are impressions."""


def expressions(session: Session) -> Expressions | None:
    """The session's impressions put together; None where there are too few, or none."""
    impressed = [(t_s, impression) for t_s, _, impression in impressions(session)]
    # impressions come less often than frames: each speaks until the next, but not for long
    hold_s = holds(np.array([t_s for t_s, _ in impressed], dtype=np.float64)).tolist()
    told = [(held, each) for held, (_, each) in zip(hold_s, impressed, strict=True)]
    seconds = sum(held for held, _ in told)
    if seconds < MIN_SHOWN_S:
        return None
    shares: dict[str, float] = {}
    for held, impression in told:
        for name, probability in impression.probabilities.items():
            shares[name] = shares.get(name, 0.0) + held * probability / seconds
    return Expressions(
        shares={name: min(1.0, value) for name, value in shares.items()},  # sums round
        valence=sum(held * impression.valence for held, impression in told) / seconds,
        arousal=sum(held * impression.arousal for held, impression in told) / seconds,
        coverage=share(seconds, total((watched(session, session.face.t_s),))),
    )
