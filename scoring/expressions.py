"""Impressions of expression over a session: how a face may have looked to others.

Each camera frame may carry one (:mod:`perception.emotion`), formed from the movements seen in it.
People do not look the way they feel, and observers disagree (Barrett et al. 2019), so this is shown
apart from the measures, changes no score, and is left out where nothing was recorded
(``--no-emotion``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from scoring.measures.finding import share
from scoring.session import Session
from scoring.tracks import holds

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
    """0...1, share of the session of which there are impressions."""


def expressions(session: Session) -> Expressions | None:
    """The session's impressions put together; None where there are too few, or none."""
    faces = sorted(session.faces, key=lambda reading: reading.t_s)
    hold_s = holds(np.array([reading.t_s for reading in faces], dtype=np.float64))
    told = [
        (held, reading.impression)
        for held, reading in zip(hold_s.tolist(), faces, strict=True)
        if reading.impression is not None
    ]
    seconds = sum(held for held, _ in told)
    if seconds < MIN_SHOWN_S:
        return None
    shares: dict[str, float] = {}
    for held, impression in told:
        for name, probability in impression.probabilities.items():
            shares[name] = shares.get(name, 0.0) + held * probability / seconds
    return Expressions(
        shares=shares,
        valence=sum(held * impression.valence for held, impression in told) / seconds,
        arousal=sum(held * impression.arousal for held, impression in told) / seconds,
        coverage=share(seconds, session.duration_s),
    )
