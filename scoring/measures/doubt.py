"""Doubt: how far what was measured may be believed, one value that travels with what it concerns.

Every doubt is found once, here, from the record. It goes along with each measure that rests on what
it concerns, from there into scores, and whoever writes a sentence asks it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Literal

import numpy as np

from scoring.measures.language import trust_in_words
from scoring.measures.whose_face import others
from scoring.record.session import Session
from scoring.record.spans import total
from scoring.record.turns import Answer
from scoring.record.whose_voice import doubtful_voice
from scoring.rubric import load
from scoring.types import Measure

Concern = Literal["words", "sound", "voice", "gaze", "face", "body"]
"""What a measure rests on: what was said; that something was said, and when; how it sounded; where
they looked; what their face and head did; how they sat and moved their hands."""

SPOKEN_OF = 0.5
"""Trust (0...1) from which something may be said of what was measured."""

_SURE, _LOST = 0.75, 0.25
"""Mean confidence of words from which they are believed fully, and below which hardly."""
_OF_WHISPER = (0.90, 0.62)
"""The same for faster-whisper, which is sure of wrong words as well: 0.93 where 2 % were wrong,
0.86 where 18 %, 0.80 where 23 % (speakers with an accent, whose scores widen but stay), 0.72 where
40 %, at which content is off by some twenty points and is not told."""
TOLD_UNSURE = 0.8
"""Trust below which words are called unsure, and mistakes in them are nobody's."""
_PART = 0.1
"""Share of the time from which something that happened is a doubt."""
_GOOD_SNR_DB = 10.0
_FINE_GAZE_DEG = 3.0
"""Error of a calibrated gaze up to which it is believed fully."""
_USUAL_EYES_DEG, _CLEAR_EYES_DEG = 2.4, 2.8
"""The network's own error of a look for eyes that are plain to see, and up to which they are."""
_GOOD_PICTURE = 0.7
"""Share of the time without a problem from which the picture serves."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """How far something may be believed, and why not further."""

    trust: float = 1.0
    """0...1."""
    reasons: tuple[str, ...] = ()
    """Names in ``assets/rubrics/doubts.toml``, the gravest first."""

    @classmethod
    def of(cls, measure: Measure) -> Doubt:
        """In a measure."""
        return cls(measure.trust, measure.doubts)

    def __and__(self, other: Doubt) -> Doubt:
        """What is left where both doubt."""
        reasons = tuple(dict.fromkeys((*self.reasons, *other.reasons)))
        return Doubt(self.trust * other.trust, reasons)

    @property
    def serious(self) -> bool:
        """Whether nothing may be said of what it concerns."""
        return self.trust < SPOKEN_OF

    @property
    def by_program(self) -> bool:
        """Whether the candidate has no part in it."""
        return all(load("doubts")[name]["program"] for name in self.reasons)

    def in_words(self) -> str:
        """Its gravest reason, a clause for a person; empty without doubt."""
        return str(load("doubts")[self.reasons[0]]["say"]) if self.reasons else ""


NO_DOUBT = Doubt()


def doubts_of(session: Session) -> Mapping[Concern, Doubt]:
    """The doubts of a session, by what they concern."""
    words = _both(_words(session), _in_other_language(session))
    voice = voice_doubt(session)
    whose = _whose(session)
    seen = _both(_picture(session), _visited(session) if whose == NO_DOUBT else whose)
    return {
        "words": _both(words, voice),
        "sound": _both(_happened(session, "microphone", "lost", "microphone_away"), voice),
        "voice": _both(
            _happened(session, "microphone", "clipping", "clipping"),
            _happened(session, "microphone", "noisy", "noisy"),
            voice,
        ),
        "gaze": _both(_gaze(session), _eyes(session), seen),
        "face": seen,
        "body": whose,
    }


def voice_doubt(session: Session) -> Doubt:
    """Doubt about whose voice was measured."""
    name = doubtful_voice(session)
    return NO_DOUBT if name is None else doubt_by(name)


def doubt_by(name: str, trust: float | None = None) -> Doubt:
    """A doubt of one reason, of the trust that the rubric leaves or of a given one."""
    return Doubt(float(load("doubts")[name]["trust"]) if trust is None else trust, (name,))


def _both(*doubts: Doubt) -> Doubt:
    return reduce(lambda a, b: a & b, sorted(doubts, key=lambda d: d.trust), NO_DOUBT)


def _words(session: Session) -> Doubt:
    spoken = [a for a in session.answers if a.words]
    if not spoken:
        return _happened(session, "speech_to_text", "lost", "recogniser_away")
    return _both(
        recognised(session, spoken),
        _happened(session, "speech_to_text", "unclear", "unclear"),
        _happened(session, "speech_to_text", "lost", "recogniser_away"),
    )


def recognised(session: Session, answers: Sequence[Answer]) -> Doubt:
    """Doubt in the words of answers, from who recognised them and how sure of them; none in typed
    ones."""
    sure = on_scale(session, trust_in_words(answers))
    found = doubt_by("unsure_words", sure) if sure < TOLD_UNSURE else Doubt(sure)
    coarse = any(words.source == "pocketsphinx" for words in session.words)
    if coarse and any(answer.words for answer in answers):
        found &= doubt_by("coarse_recogniser")
    return found


def on_scale(session: Session, confidence: float) -> float:
    """How far words of a mean confidence (0...1) may be believed, 0.05...1, by who recognised them:
    some are sure of wrong ones as well."""
    whisper = any(words.source.startswith("faster-whisper") for words in session.words)
    full, lost = _OF_WHISPER if whisper else (_SURE, _LOST)
    return float(np.clip((confidence - lost) / (full - lost), 0.05, 1.0))


def _in_other_language(session: Session) -> Doubt:
    whole = sum(max(a.end_s - a.start_s, 0.0) for a in session.answers)
    other = sum(a.end_s - a.start_s for a in session.answers if not a.in_english)
    told = any(e.source == "speech_to_text" and e.kind == "other_language" for e in session.events)
    if told or (whole > 0 and other / whole > _PART):
        return doubt_by("other_language")
    return NO_DOUBT


def _happened(session: Session, source: str, kind: str, reason: str) -> Doubt:
    """A doubt where something was so for a tenth of the time and more."""
    spans = spans_of(session, source, kind)
    if not spans or total(spans) < _PART * session.duration_s:
        return NO_DOUBT
    return doubt_by(reason)


def spans_of(session: Session, source: str, kind: str) -> tuple[tuple[float, float], ...]:
    """When a trouble lasted: from its event until the source is well again, or to the end."""
    found: list[tuple[float, float]] = []
    since: float | None = None
    for event in sorted(session.events, key=lambda e: e.t_s):
        if event.source != source:
            continue
        if event.kind == kind and since is None:
            since = event.t_s
        elif event.kind == "restored" and since is not None:
            found.append((since, event.t_s))
            since = None
    if since is not None:
        found.append((since, session.duration_s))
    return tuple(found)


def _gaze(session: Session) -> Doubt:
    """Uncalibrated gaze takes every other look at notes for one at the screen, or the reverse."""
    room = session.meta.get("green_room")
    gaze = room.get("gaze") if isinstance(room, Mapping) else None
    error = gaze.get("error_deg") if isinstance(gaze, Mapping) else None
    if isinstance(error, int | float) and math.isfinite(error):
        if error <= _FINE_GAZE_DEG:
            return NO_DOUBT
        return doubt_by("coarse_gaze", min(1.0, _FINE_GAZE_DEG / float(error)))
    gazes = [face.gaze for face in session.faces if face.gaze is not None]
    if gazes and all(each.eyes is None for each in gazes):
        return doubt_by("uncalibrated")
    return NO_DOUBT


def _eyes(session: Session) -> Doubt:
    """Behind glasses, hair or glare the network is less sure, and rightly: with frames drawn over
    the eyes of three filmed people its own error rose from 2.0-2.7 to 3.0-3.2 degrees at the
    median, and the share of looks at the screen moved by up to 0.2 (``bench audit``)."""
    told = [face.gaze.eyes_error_deg for face in session.faces if face.gaze is not None]
    known = [error for error in told if error is not None]
    error = float(np.median(known)) if known else 0.0
    if error <= _CLEAR_EYES_DEG:
        return NO_DOUBT
    return doubt_by("hidden_eyes", max(0.3, (_USUAL_EYES_DEG / error) ** 2))


def _picture(session: Session) -> Doubt:
    found = NO_DOUBT
    judged = session.pictures
    if len(judged) >= 2:
        bad = sum(bool(reading.problems) for reading in judged) / len(judged)
        if 1.0 - bad < _GOOD_PICTURE:
            found &= doubt_by("picture")
    return found


def _whose(session: Session) -> Doubt:
    """Whose face it was."""
    found = others(session)
    return NO_DOUBT if found is None else doubt_by(found.reason)


def _visited(session: Session) -> Doubt:
    """Others who came by, where nobody stayed but the candidate."""
    if len(session.face) and float(np.mean(session.face.faces > 1)) > _PART:
        return doubt_by("other_people")
    return NO_DOUBT
