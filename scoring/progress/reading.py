"""A score or measure of one session as a number with an error, on a scale fit for comparing.

What chance does to a number comes from three sides, added as variances:

- which answers there happened to be: the variance from answer to answer over their number. With a
  handful of answers that is itself a rough figure, so it is shrunk toward what is usual for the
  measure and its degrees of freedom are kept (moderated variance, Smyth 2004);
- the day, the devices and the program: ``drift`` in ``assets/rubrics/change.toml``;
- doubt: what is believed in part only counts as measured with a larger drift.

A score's error is that of its own stated interval of 90 %, or of which questions there happened to
be where that is more, and its drift.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scoring.curves import Z
from scoring.measures.doubt import SPOKEN_OF
from scoring.progress.sessions import ReportedSession, mapping, number
from scoring.record.turns import YOUR_QUESTIONS
from scoring.rubric import load

MEDIAN = 1.2533
"""Standard error of a median over that of a mean, of normal values."""
OVERDISPERSED = 2.0
"""Variance of counts of gestures over that of a Poisson process: they come in clusters."""
USUAL_ANSWER_S = 57.0
"""Mean length of the answers by which ``between`` was fitted; shorter ones differ more, by the
square root of how much shorter they are."""
USUAL_ANSWERS = 5
"""How many of them each session had."""
MOST_SHORT = 12.0
"""Answers shorter than a twelfth of that are taken to be so long."""
LEAST_COVERAGE = 0.25
"""Coverage below which a measure is not compared."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One number with what chance does to it."""

    value: float
    """On ``scale``."""
    raw: float
    """As the report has it, or per minute of a count."""
    error: float
    """Standard error on ``scale``."""
    sampling: float
    """The part of it that the answers make, with ``df`` degrees of freedom."""
    df: float
    """Infinite where the error is taken as known."""
    scale: str
    doubts: tuple[str, ...] = ()
    """Names in ``assets/rubrics/doubts.toml``."""

    @property
    def low(self) -> float:
        """Lower end of the interval of 90 %, as ``raw``."""
        return self._back(self.value - Z * self.error)

    @property
    def high(self) -> float:
        """Its upper end."""
        return self._back(self.value + Z * self.error)

    def _back(self, value: float) -> float:
        return 2.0 ** (value / 12.0) if self.scale == "semitones" else value


def score_reading(session: ReportedSession, name: str) -> Reading | None:
    """A score out of 100; None where the report has no number."""
    entry = session.entry("scores", name)
    value, low, high = (number(entry.get(key)) for key in ("value", "low", "high"))
    settings = load("change")["score"].get(name)
    if value is None or low is None or high is None or settings is None:
        return None
    # an interval that the scale's end cut short tells its width on the other side
    stated = max(high - value, value - low) / Z
    questions = questions_of(session)
    if 0 < questions < settings.get("least_questions", 0):
        return None
    chosen = float(settings.get("between", 0.0)) / math.sqrt(max(1, questions))
    error = math.hypot(max(stated, chosen), float(settings["drift"]))
    return Reading(value, value, error, 0.0, math.inf, "linear", doubts_in(entry))


def measure_reading(session: ReportedSession, name: str) -> Reading | None:
    """A measure; None where there is no number, it is in serious doubt, or nobody knows by how
    much it differs by itself."""
    entry = session.entry("measures", name)
    settings = load("change")["measure"].get(name)
    raw = number(entry.get("value"))
    if raw is None or settings is None or why_unusable(entry):
        return None
    scale = settings.get("scale", "linear")
    trust = max(number(entry.get("trust")) or 1.0, SPOKEN_OF)
    if scale == "per_minute":
        minutes = _minutes(session, entry)
        if minutes <= 0:
            return None
        sampling = math.sqrt(OVERDISPERSED * max(raw, 1.0)) / minutes
        raw, df = raw / minutes, math.inf
    elif scale == "semitones" and raw <= 0:
        return None
    elif not settings.get("between"):
        # what answers and days do is known together only; with less said, it is more
        sampling, df = 0.0, math.inf
        trust /= math.sqrt(max(1.0, USUAL_ANSWERS * shortness(session) / answers_of(session)))
    else:
        unit = 12.0 / (math.log(2.0) * raw) if scale == "semitones" else 1.0
        sampling, df = _sampling(session, entry, settings, unit)
    value = 12.0 * math.log2(raw) if scale == "semitones" else raw
    error = math.hypot(sampling, float(settings["drift"]) / trust)
    return Reading(value, raw, error, sampling, df, scale, doubts_in(entry))


def _sampling(
    session: ReportedSession, entry: Mapping[str, Any], settings: Mapping[str, Any], unit: float
) -> tuple[float, float]:
    """Standard error by the answers, and its degrees of freedom.

    Args:
        session: whose answers count where the report does not say how they differ.
        entry: of the measure.
        settings: of the measure in ``change.toml``.
        unit: of the comparing scale in units of the report's.
    """
    prior_df = float(settings["prior_df"])
    usual = float(settings["between"]) * math.sqrt(shortness(session))
    told = mapping(entry.get("between_answers"))
    sd, answers = number(told.get("sd")), number(told.get("answers"))
    if sd is None or answers is None or answers < 2:
        variance, df = usual**2, prior_df
        effective = float(answers_of(session))
    else:
        df = prior_df + answers - 1.0
        variance = (prior_df * usual**2 + (answers - 1.0) * (sd * unit) ** 2) / df
        effective = max(1.0, number(told.get("effective")) or answers)
    error = math.sqrt(variance / effective)
    return (error * MEDIAN if settings.get("median") else error), df


def shortness(session: ReportedSession) -> float:
    """How many of its answers make one of usual length, 1 or more; 1 where nobody says."""
    lengths = [
        end - start
        for answer in _answers(session)
        if (start := number(answer.get("start_s"))) is not None
        and (end := number(answer.get("end_s"))) is not None
        and end > start
    ]
    if not lengths:
        return 1.0
    return min(MOST_SHORT, max(1.0, USUAL_ANSWER_S * len(lengths) / sum(lengths)))


def answers_of(session: ReportedSession) -> int:
    """Answers with words in them, 1 or more."""
    return max(1, sum(bool(answer.get("transcript")) for answer in _answers(session)))


def questions_of(session: ReportedSession) -> int:
    """Questions that an answer was held against; 0 where nobody says."""
    told = session.report.get("questions")
    asked = [mapping(each) for each in told] if isinstance(told, list) else []
    return sum(each.get("competency") != YOUR_QUESTIONS for each in asked)


def _answers(session: ReportedSession) -> list[Mapping[str, Any]]:
    questions = session.report.get("questions")
    found = questions if isinstance(questions, list) else []
    return [mapping(mapping(each).get("answer")) for each in found]


def _minutes(session: ReportedSession, entry: Mapping[str, Any]) -> float:
    """Time in which something could be counted."""
    return session.duration_s / 60.0 * (number(entry.get("coverage")) or 0.0)


def why_unusable(entry: Mapping[str, Any]) -> str:
    """Why an entry's number may not be compared, a clause; empty where it may."""
    if entry.get("value") is None:
        return str(entry.get("why") or "there was not enough to tell")
    trust, coverage = number(entry.get("trust")), number(entry.get("coverage"))
    if trust is not None and trust < SPOKEN_OF:
        doubts = doubts_in(entry)
        return said_doubt(doubts[0]) if doubts else "it is in serious doubt"
    if coverage is not None and coverage < LEAST_COVERAGE:
        return "too little of it was measured"
    return ""


def doubts_in(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of the doubts that go with an entry."""
    found = entry.get("doubts")
    return tuple(str(each) for each in found) if isinstance(found, list) else ()


def said_doubt(name: str) -> str:
    """A doubt as a clause; its bare name where another version named it."""
    return str(mapping(load("doubts").get(name)).get("say") or name.replace("_", " "))
