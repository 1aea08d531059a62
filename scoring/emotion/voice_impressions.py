"""Impressions of the voice, answer by answer: how excited it may have sounded to others.

Formed while the candidate spoke (:mod:`perception.voice.impression`), against their own usual
voice; shown apart from the measures, part of no score, and absent where nothing was recorded
(``--no-emotion``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.measures.speech import spoken
from scoring.record.session import Session

MIN_READINGS = 12
"""Of an answer, a quarter of a second each, below which nothing is said of it."""


@dataclass(frozen=True, slots=True)
class AnswerImpression:
    """How one answer may have sounded."""

    question_id: str | None
    start_s: float
    arousal: float
    """Mean; -1 calmer than all that was heard of this voice before, 1 more excited."""
    low: float
    high: float
    """The middle four fifths of the readings."""


def voice_impressions(session: Session) -> tuple[AnswerImpression, ...]:
    """One for each answer of which there are enough readings, in order."""
    found = []
    for answer in spoken(session):
        values = [
            reading.impression.arousal
            for reading in session.prosodies
            if reading.impression is not None and answer.start_s <= reading.t_s <= answer.end_s
        ]
        if len(values) >= MIN_READINGS:
            low, high = np.percentile(values, [10, 90])
            mean = float(np.mean(values))
            found.append(
                AnswerImpression(answer.question_id, answer.start_s, mean, float(low), float(high))
            )
    return tuple(found)
