"""Sessions of invented people as reports, for :mod:`game.bench.progress`.

A person has a usual value of everything and a way of varying of their own: from answer to answer,
and from day to day. A session is a handful of their answers on one day. What is drawn follows the
figures of ``assets/rubrics/change.toml`` in the mean, but each person's variance is their own, and
no session knows it: it is estimated from the answers there are, as in a real report.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from scoring.curves import Z
from scoring.made_with import made_with
from scoring.progress.reading import MEDIAN, OVERDISPERSED, USUAL_ANSWER_S
from scoring.progress.sessions import ReportedSession
from scoring.rubric import load

LEAST_ANSWERS, MOST_ANSWERS = 3, 8
_USUAL = {
    "speech_rate_wpm": (150.0, "words/min"),
    "fillers_per_min": (6.5, "1/min"),
    "silence_share": (0.4, "0–1"),
    "pause_mean_s": (0.66, "s"),
    "response_time_s": (1.2, "s"),
    "pitch_median_hz": (160.0, "Hz"),
    "loudness_dbfs": (-26.0, "dBFS"),
    "nods": (4.0, "count"),
    "blinks_per_min": (32.0, "1/min"),
    "vocabulary_mtld": (62.0, "–"),
}
"""Usual value and unit of some measures; others are shares around a half, or as their unit is."""
SCORE_ERROR = 6.0
"""Standard error in points that a score states here."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody's usual values, on the scales on which they are compared."""

    values: Mapping[str, float]
    between: Mapping[str, float]
    """Standard deviation from answer to answer."""
    scores: Mapping[str, float]


def invented(rng: np.random.Generator) -> Person:
    """Somebody."""
    values, between = {}, {}
    for name, entry in load("change")["measure"].items():
        usual, _ = _USUAL.get(name, (0.5, "0–1"))
        semitones = entry.get("scale") == "semitones"
        values[name] = 12.0 * math.log2(usual) if semitones else usual
        df = max(float(entry.get("prior_df", 1.0)), 3.0)
        # variances of people around the usual one, with that mean (scaled inverse chi-square)
        spread = float(entry.get("between", 0.0)) ** 2 * df / rng.chisquare(df)
        between[name] = math.sqrt(min(spread, 9.0 * float(entry.get("between", 0.0)) ** 2))
    scores = {name: float(rng.uniform(45, 55)) for name in load("change")["score"]}
    return Person(values, between, scores)


def changed(person: Person, kind: str, name: str, by: float) -> Person:
    """The same with one usual value changed."""
    table = dict(person.scores if kind == "scores" else person.values)
    table[name] += by
    if kind == "scores":
        return Person(person.values, person.between, table)
    return Person(table, person.between, person.scores)


def detectable(person: Person, kind: str, name: str, answers: int) -> float:
    """The smallest detectable change, 1.96 · √2 · SEM, by what chance truly does to this person.

    Args:
        person: who.
        kind: "scores" or "measures".
        name: of it.
        answers: in each session.
    """
    entry = load("change")["score" if kind == "scores" else "measure"][name]
    drift = float(entry["drift"])
    if kind == "scores":
        chosen = float(entry.get("between", 0.0)) / math.sqrt(answers)
        error = math.hypot(max(SCORE_ERROR, chosen), drift)
    elif entry.get("scale") == "per_minute":
        # a count that rises varies more: what it does at twice the usual
        rate = 2.0 * person.values[name]
        error = math.hypot(math.sqrt(OVERDISPERSED * rate / _minutes(answers)), drift)
    else:
        sampling = person.between[name] / math.sqrt(answers)
        error = math.hypot(sampling * (MEDIAN if entry.get("median") else 1.0), drift)
    error = max(error, float(entry.get("retest_sd", 0.0)) / math.sqrt(2.0))
    return 1.96 * math.sqrt(2.0) * error


def session_of(
    person: Person, rng: np.random.Generator, name: str, created: str, answers: int | None = None
) -> ReportedSession:
    """One session of somebody, as its report would tell it.

    Args:
        person: who.
        rng: draws the day and the answers.
        name: of the folder, which is not made.
        created: when.
        answers: how many; drawn by default.
    """
    count = int(rng.integers(LEAST_ANSWERS, MOST_ANSWERS + 1)) if answers is None else answers
    measures = {name: _measured(person, rng, name, count) for name in person.values}
    scores = {}
    for score, usual in person.scores.items():
        drift = float(load("change")["score"][score]["drift"])
        chosen = float(load("change")["score"][score].get("between", 0.0)) / math.sqrt(count)
        value = usual + rng.normal(0.0, math.hypot(max(SCORE_ERROR, chosen), drift))
        half = Z * SCORE_ERROR
        scores[score] = _score(min(100.0, max(0.0, value)), half)
    questions = [
        {"answer": {"start_s": 70.0 * i, "end_s": 70.0 * i + USUAL_ANSWER_S, "transcript": "said"}}
        for i in range(count)
    ]
    report: dict[str, Any] = {
        "created": created,
        "role": "nurse",
        "persona": "anna",
        "duration_s": 60.0 * _minutes(count),
        "made_with": copy.copy(made_with()),
        "questions": questions,
        "measures": measures,
        "scores": scores,
        "improvements": [],
        "left_out": [],
    }
    meta = {"kind": "practice", "manner": None, "questions": count}
    return ReportedSession(Path(name), report, meta)


def _minutes(answers: int) -> float:
    return answers * 70.0 / 60.0


def _score(value: float, half: float) -> dict[str, Any]:
    return {
        "value": value,
        "low": max(0.0, value - half),
        "high": min(100.0, value + half),
        "coverage": 1.0,
        "measures": ["speech_rate_wpm"],
        "doubts": [],
    }


def _measured(person: Person, rng: np.random.Generator, name: str, count: int) -> dict[str, Any]:
    entry = load("change")["measure"][name]
    _, unit = _USUAL.get(name, (0.5, "0–1"))
    day = person.values[name] + rng.normal(0.0, float(entry["drift"]))
    spread = None
    if entry.get("scale") == "per_minute":
        # counts that come in clusters: a Poisson mean that is itself gamma distributed
        mean = max(day, 0.0) * _minutes(count)
        shape = mean / (OVERDISPERSED - 1.0)
        rate = rng.gamma(shape, OVERDISPERSED - 1.0) if shape > 0 else 0.0
        value = float(rng.poisson(rate))
    elif not entry.get("between"):
        value = day
    else:
        each = day + rng.normal(0.0, person.between[name], count)
        middle = float(np.median(each) if entry.get("median") else each.mean())
        semitones = entry.get("scale") == "semitones"
        value = float(2.0 ** (middle / 12.0)) if semitones else middle
        own = 2.0 ** (each / 12.0) if semitones else each
        spread = {"sd": float(own.std(ddof=1)), "answers": count, "effective": float(count)}
    return {
        "value": value,
        "unit": unit,
        "coverage": 1.0,
        "trust": 1.0,
        "doubts": [],
        "norm": None,
        "between_answers": spread,
    }
