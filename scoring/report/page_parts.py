"""What the parts of the report's page are made of, each a pure function of the session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from perception.types import Word
from scoring.emotion.observed import DIMENSIONS
from scoring.measures.measure import MeasureSet
from scoring.measures.speech import rate_of
from scoring.record.session import Session
from scoring.report.captions import TranscriptLine, clean
from scoring.report.marked import Stretch, marked
from scoring.report.timeline import HIGH, WIDE
from scoring.report.words import doubted
from scoring.rubric import load

LANGUAGE_SURE = 0.6
"""Confidence (0...1) from which a stretch of speech is marked as being in its language."""
_REACH = 0.7
"""What is shown of -1...1: a fused impression hardly ever comes near either end."""


@dataclass(frozen=True, slots=True)
class Legend:
    """Which marks an answer has, to be explained beside it."""

    parts: tuple[str, ...]
    kinds: tuple[str, ...]
    unsure: bool
    beside: bool


@dataclass(frozen=True, slots=True)
class Told:
    """The words of an answer."""

    stretches: tuple[Stretch, ...]
    legend: Legend | None
    """None where nothing is marked."""


def answers_told(session: Session, questions: Sequence[Mapping[str, Any]]) -> tuple[Told, ...]:
    """What was said to each question of the report, in pieces.

    Args:
        session: what was recorded.
        questions: of the report.
    """
    spoken = {q.id: q.answer for q in session.questions if q.answer is not None}
    rest = iter(session.answers if not session.questions else ())
    found = []
    for entry in questions:
        answer = spoken.get(entry["id"]) or next(rest, None)
        if entry["answer"] is None or answer is None:
            found.append(Told((), None))
            continue
        stretches = marked(
            entry["answer"]["transcript"],
            answer.whole_words,
            entry["answer"]["said"],
            entry.get("highlights") or (),
        )
        found.append(Told(stretches, _legend(stretches, entry["episode"])))
    return tuple(found)


def _legend(stretches: Sequence[Stretch], episode: bool) -> Legend | None:
    runs = [run for stretch in stretches for run in stretch.runs]
    answering = [s.said for s in stretches if s.said is not None and s.said["answers"]]
    told = {said["part"] for said in answering} if episode else set()
    legend = Legend(
        tuple(part for part in load("understood")["part"] if part in told),
        tuple(k for k in ("asked", "fact", "filler", "hedge") if any(r.kind == k for r in runs)),
        any(run.unsure for run in runs),
        any(s.said is not None and not s.said["answers"] for s in stretches),
    )
    return legend if any((legend.parts, legend.kinds, legend.unsure, legend.beside)) else None


def words_of(session: Session, lines: Sequence[TranscriptLine]) -> tuple[tuple[Stretch, ...], ...]:
    """Each line of the transcript in pieces, with times where the words have them."""
    heard = _heard(session)
    return tuple(marked(line.text, heard.get(_key(line), ((), None))[0]) for line in lines)


def languages_of(session: Session, lines: Sequence[TranscriptLine]) -> tuple[str | None, ...]:
    """Language code of each line of the transcript, where it is known."""
    heard = _heard(session)
    return tuple(heard.get(_key(line), ((), None))[1] for line in lines)


def _heard(session: Session) -> dict[object, tuple[tuple[Word, ...], str | None]]:
    return {
        (each.t_start_s, each.t_end_s, clean(each.text)): (
            each.words,
            each.language if (each.language_confidence or 0.0) >= LANGUAGE_SURE else None,
        )
        for each in session.words
    }


def _key(line: TranscriptLine) -> object:
    spoken = line.speaker == "Candidate" and not line.typed
    return (line.start_s, line.end_s, line.text) if spoken else None


@dataclass(frozen=True, slots=True)
class Measured:
    """Names of measures, by whether they can be told."""

    told: tuple[tuple[str, tuple[str, ...]], ...]
    """Groups with the names of those that can."""
    untold: tuple[str, ...]
    """Labels of those for which there was not enough."""
    left_out: tuple[str, ...]
    """Labels of those that the candidate asked to leave out."""


def measured(measures: MeasureSet) -> Measured:
    """Which measures fill rows, and which are only named."""
    labels = load("labels")
    groups = {
        group: tuple(name for name in names if measures[name].value is not None)
        for group, names in labels["group"].items()
    }
    untold = [
        name for names in labels["group"].values() for name in names if measures[name].value is None
    ]
    return Measured(
        tuple((group, names) for group, names in groups.items() if names),
        tuple(labels["measure"][name] for name in untold if not measures[name].left_out),
        tuple(labels["measure"][name] for name in untold if measures[name].left_out),
    )


def paces(session: Session, measures: MeasureSet) -> list[dict[str, Any]]:
    """Words a minute of each answer in English; ``most`` is where its axis ends."""
    if measures["speech_rate_wpm"].left_out:
        return []
    numbers = {id(q.answer): f"Q{n}" for n, q in enumerate(session.questions, start=1)}
    found: list[tuple[str, float]] = []
    for place, answer in enumerate(session.answers, start=1):
        rate = rate_of(session, answer)
        if rate is not None and answer.in_english:  # "usual" is of English
            found.append((numbers.get(id(answer), f"Part {place}"), rate))
    most = max([220.0, *(1.05 * rate for _, rate in found)])
    return [{"name": name, "value": rate, "most": most} for name, rate in found]


def looks(measures: MeasureSet) -> list[dict[str, Any]]:
    """Share of time on the recruiter, while speaking and while listening."""
    found = []
    for label, name in (
        ("speaking", "gaze_on_screen_share"),
        ("listening", "gaze_on_screen_listening_share"),
    ):
        measure = measures[name]
        if measure.value is not None:
            usual = None if measure.norm is None else measure.norm.low
            doubt = doubted(measure)
            found.append({"name": label, "value": measure.value, "usual": usual, "doubt": doubt})
    return found


def courses_of(found: Mapping[str, Any] | None) -> list[dict[str, str]]:
    """Lines and bands of how somebody may have come across over time, as paths.

    Args:
        found: ``emotion`` of the report.
    """
    if found is None:
        return []
    edges = np.array([*found["times"], found["end_s"]], dtype=np.float64)
    wide = WIDE / max(float(edges[-1]), 1.0)
    x = np.round(edges * wide).astype(int)
    answers = "".join(
        f"M{round(each['start_s'] * wide)} 0H{round(each['end_s'] * wide)}V{HIGH}"
        f"H{round(each['start_s'] * wide)}z"
        for each in found["answers"]
    )
    drawn = []
    for name in DIMENSIONS:
        columns = found[name]
        line, bands = [], []
        for i, (value, low, high) in enumerate(
            zip(columns["value"], columns["low"], columns["high"], strict=True)
        ):
            if value is None:
                continue
            line.append(f"M{x[i]} {_y(value)}H{x[i + 1]}")
            bands.append(f"M{x[i]} {_y(low)}H{x[i + 1]}V{_y(high)}H{x[i]}z")
        if line:
            drawn.append(
                {"name": name, "line": "".join(line), "band": "".join(bands), "answers": answers}
            )
    return drawn


def _y(value: float) -> int:
    return round(50 - 50 * min(1.0, max(-1.0, value / _REACH)))
