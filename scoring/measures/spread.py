"""How much a measure differs from answer to answer within one session.

From this, a later comparison of sessions knows how far a measure would have come out otherwise with
other questions on the same day. Each answer gives one value, taken as the measure itself is taken;
answers too short to tell give none.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scoring.measures.content import AnswerContent
from scoring.measures.face import smiling
from scoring.measures.fillers import find_fillers
from scoring.measures.finding import share
from scoring.measures.speech import pauses, rate_of, spoken
from scoring.measures.windows import windows
from scoring.record.session import Session
from scoring.record.spans import overlap, total
from scoring.record.tracks import Bools, inside
from scoring.record.turns import Answer
from scoring.types import Span

LEAST_S = 3.0
"""Seconds of an answer below which it has no value of its own."""
_LEAST_VOICED = 20
"""Voiced readings of an answer below which its pitch is not told."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Of one measure over the answers of a session."""

    sd: float
    """Standard deviation from answer to answer, in the measure's unit, long answers counting for
    more; with n - 1 below."""
    answers: int
    """How many answers have a value, 2 or more."""
    effective: float
    """How many answers of equal length would tell as much, 1 to ``answers`` (Kish 1965)."""


_MOST_WORDS = 150
"""Words from which an answer counts for no more, as in :mod:`scoring.measures.content`."""

_Row = tuple[float, float]
"""Value in one answer, and its weight: seconds, or 1 each."""


def spread_of(session: Session, contents: Sequence[AnswerContent]) -> Mapping[str, Spread]:
    """The spread of every measure for which answers have values of their own.

    Args:
        session: what was recorded.
        contents: what each answer says, in the order of ``session.answers``.
    """
    rows: dict[str, list[_Row]] = {**_of_speech(session), **_of_voice(session)}
    rows.update(_of_face(session))
    rows.update(_of_words(contents))
    found = {name: _spread([r for r in each if r[1] > 0]) for name, each in rows.items()}
    return {name: spread for name, spread in found.items() if spread is not None}


def _spread(rows: Sequence[_Row]) -> Spread | None:
    if len(rows) < 2:
        return None
    values, weights = (np.array(column, dtype=np.float64) for column in zip(*rows, strict=True))
    shares = weights / weights.sum()
    effective = 1.0 / float((shares**2).sum())
    around = float((shares * (values - float((shares * values).sum())) ** 2).sum())
    if effective <= 1.0 + 1e-9:
        return None
    return Spread(math.sqrt(around * effective / (effective - 1.0)), len(rows), effective)


def _of_speech(session: Session) -> dict[str, list[_Row]]:
    rows: dict[str, list[_Row]] = {
        name: [] for name in ("speech_rate_wpm", "fillers_per_min", "silence_share", "pause_mean_s")
    }
    for answer in spoken(session):
        length_s = answer.end_s - answer.start_s
        if length_s < LEAST_S:
            continue
        rate = rate_of(session, answer)
        if rate is not None and answer.in_english:
            rows["speech_rate_wpm"].append((rate, length_s))
            count = len(find_fillers(answer.words))
            rows["fillers_per_min"].append((count / length_s * 60.0, length_s))
        silences = pauses(session, answer)
        rows["silence_share"].append((share(total(silences), length_s), length_s))
        if silences:
            mean = statistics.fmean(end - start for start, end in silences)
            rows["pause_mean_s"].append((mean, float(len(silences))))
    times = [
        given.response_time_s
        for question in session.questions
        if question.rated and (given := question.answer) is not None and given.counts
    ]
    rows["response_time_s"] = [(t, 1.0) for t in times if t is not None]
    return rows


def _of_voice(session: Session) -> dict[str, list[_Row]]:
    """Of the readings taken while they spoke, which there are with or without the sound."""
    voice = session.voice
    rows: dict[str, list[_Row]] = {
        name: [] for name in ("pitch_median_hz", "pitch_sd_st", "loudness_dbfs", "loudness_sd_db")
    }
    if not len(voice):
        return rows
    for answer in spoken(session):
        here = inside(voice.t_s, answer.speech)
        seconds = float(voice.span_s[here].sum())
        if seconds < LEAST_S:
            continue
        level = voice.level_dbfs[here]
        rows["loudness_dbfs"].append((float(np.median(level)), seconds))
        rows["loudness_sd_db"].append((float(np.std(level)), seconds))
        hz = voice.pitch_hz[here & np.isfinite(voice.pitch_hz)]
        if hz.size >= _LEAST_VOICED:
            middle = float(np.median(hz))
            rows["pitch_median_hz"].append((middle, seconds))
            rows["pitch_sd_st"].append((float(np.std(12.0 * np.log2(hz / middle))), seconds))
    return rows


def _of_face(session: Session) -> dict[str, list[_Row]]:
    track = session.face
    if not len(track):
        return {}
    when = windows(session)
    known, on = track.found & (track.target != ""), track.target == "screen"
    met = track.eyes > 0.5
    told = track.found & np.isfinite(track.eyes)
    smile, seen = smiling(session)
    pieces = tuple(_pieces(session))

    def rows(spans: tuple[Span, ...] | None, of: Bools, yes: Bools) -> list[_Row]:
        found = []
        for piece in pieces:
            within = (piece,) if spans is None else overlap(spans, (piece,))
            here = inside(track.t_s, within) & of
            seconds = float(track.hold_s[here].sum())
            if seconds >= LEAST_S:
                found.append((share(float(track.hold_s[here & yes].sum()), seconds), seconds))
        return found

    return {
        "gaze_on_screen_share": rows(when.speaking, known, on),
        "gaze_on_screen_listening_share": rows(when.listening, known, on),
        "eye_contact_share": rows((*when.speaking, *when.listening), told, met),
        "smile_share": rows(None, seen, smile),
    }


def _pieces(session: Session) -> Iterator[Span]:
    """From each question to the next; where none is known, each answer."""
    asked = [q.asked_s for q in session.questions]
    if asked:
        yield from zip(asked, [*asked[1:], session.duration_s], strict=True)
    else:
        yield from ((a.start_s, a.end_s) for a in spoken(session))


def _of_words(contents: Sequence[AnswerContent]) -> dict[str, list[_Row]]:
    """By their words, as the measures of content weigh them."""
    read: dict[str, Callable[[AnswerContent], float | None]] = {
        "relevance": lambda a: a.relevance,
        "structure_star": lambda a: a.structure if a.behavioural else None,
        "specificity": lambda a: a.specificity,
    }
    judged = [a for a in contents if _judged(a.answer)]
    return {
        name: [(v, float(min(a.words, _MOST_WORDS))) for a in judged if (v := value(a)) is not None]
        for name, value in read.items()
    }


def _judged(answer: Answer) -> bool:
    return answer.in_english and bool(answer.transcript.strip())
