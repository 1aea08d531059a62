"""What impressions are predicted from: how fast, how fluently and in which words somebody answers.

The same for a session that was measured and for interviews that others transcribed and rated, so
that a model learned from the latter may judge the former. Left out is what tells of the microphone
and the room rather than of the person (level, bandwidths of formants), what other programs define
in another way (pauses, voice breaks, syllables), and pitch, which would tell men from women.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence

from scoring.measures.doubt import SPOKEN_OF
from scoring.measures.fillers import fluent
from scoring.measures.language import tone
from scoring.measures.measure import MeasureSet
from scoring.record.session import Session
from scoring.rubric import tokens
from scoring.types import Measure

FEATURES: dict[str, str] = {
    "speech_rate_wpm": "words a minute",
    "fillers_per_100_words": "fillers",
    "distinct_words": "different words",
    "words_per_answer": "length of answers",
    "sentiment": "tone of the words",
    "word_length": "length of words",
    "jitter_pct": "jitter",
    "shimmer_pct": "shimmer",
}
"""Name of a feature, and how a report calls it."""

MEASURES = ("speech_rate_wpm", "fillers_per_min", "sentiment", "jitter_pct", "shimmer_pct")
"""What features rest on besides words. A cue that is left out has no measure, and so no feature."""

ANSWER_WORDS = 15
"""Words from which something said is an answer whose length tells something; less is small talk."""
WINDOW_WORDS = 300
"""Words among which different ones are counted: whoever speaks longer repeats more."""
LEAST_WINDOW_WORDS = 240
_STEP_WORDS = 20
MIN_WORDS = 60
"""Words below which nothing is told from words."""
LEAST_COVERAGE = 0.4

Features = Mapping[str, float | None]
"""Values by the names of :data:`FEATURES`; None for what was not measured."""


def features_of_session(session: Session, measures: MeasureSet) -> Features:
    """The features of a session; None for those not measured, or seriously doubted."""
    said = [a.transcript for a in session.answers if a.transcript.strip() and a.in_english]
    known = {name: _believed(measures[name]) for name in MEASURES}
    rate, per_min = known["speech_rate_wpm"], known["fillers_per_min"]
    per_100 = 100.0 * per_min / rate if rate and per_min is not None else None
    words = features_of_words(said)
    if measures["relevance"].trust < SPOKEN_OF:  # it rests on the words and on nothing else
        words = dict.fromkeys(words)
    return {
        "speech_rate_wpm": rate,
        "fillers_per_100_words": log_fillers(per_100),
        **words,
        # the model has learnt from this program's own tone of the words, not from a classifier's
        "sentiment": words["sentiment"] if "sentiment" in measures.judged else known["sentiment"],
        "jitter_pct": known["jitter_pct"],
        "shimmer_pct": known["shimmer_pct"],
    }


def _believed(measure: Measure) -> float | None:
    if measure.coverage < LEAST_COVERAGE or measure.trust < SPOKEN_OF:
        return None
    return measure.value


def features_of_words(answers: Sequence[str]) -> dict[str, float | None]:
    """The features that come from words alone.

    Args:
        answers: transcript of each, filled pauses and all.
    """
    said = [tokens(fluent(answer)) for answer in answers]
    words = [word for answer in said for word in answer]
    if len(words) < MIN_WORDS:
        return dict.fromkeys(("distinct_words", "words_per_answer", "sentiment", "word_length"))
    lengths = [math.log(len(answer)) for answer in said if len(answer) >= ANSWER_WORDS]
    found = tone(words, 1.0)
    return {
        "distinct_words": distinct_words(words),
        "words_per_answer": statistics.fmean(lengths) if lengths else None,
        "sentiment": found.value if found.coverage >= LEAST_COVERAGE else None,
        "word_length": statistics.fmean(map(len, words)),
    }


def log_fillers(per_100_words: float | None) -> float | None:
    """Fillers on a scale on which the first ones count most; half of one is as good as none."""
    return None if per_100_words is None else math.log(0.5 + per_100_words)


def distinct_words(words: Sequence[str]) -> float | None:
    """Root type-token ratio (Guiraud 1954), mean over windows of one length.

    Over all of a text it grows with the text; None for one shorter than most of a window.
    """
    if len(words) < LEAST_WINDOW_WORDS:
        return None
    length = min(WINDOW_WORDS, len(words))
    starts = range(0, len(words) - length + 1, _STEP_WORDS)
    counts = [len(set(words[start : start + length])) for start in starts]
    return statistics.fmean(counts) / math.sqrt(length)
