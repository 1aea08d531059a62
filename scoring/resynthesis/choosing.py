"""Which answers of a session are worth hearing improved: at most two, and none that is in doubt.

Looking closely at a sound takes seconds. So what there might be to better is first told from the
record alone, and only the answers that promise most are looked at.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from perception.errors import InputError, ModelError
from perception.recorded import looked_up
from perception.signal.wav import WavReader
from perception.types import SPEECH
from perception.voice.quality_praat import LEAST_SNR_DB
from scoring.measures.doubt import SPOKEN_OF, doubts_of, recognised
from scoring.measures.fillers import find_fillers
from scoring.measures.measure import MeasureSet
from scoring.measures.speech import pauses, speech_in
from scoring.record.session import Session
from scoring.record.spans import overlap
from scoring.record.tracks import inside
from scoring.record.turns import Answer, Question
from scoring.resynthesis.answer import ImprovedAnswer, Wish, improved
from scoring.resynthesis.cuts import KEPT_S, LONG_S, Heard
from scoring.types import Span

MOST_ANSWERS = 2
MOST_S = 90.0
"""s of an answer that are worked on; of a longer one the beginning, up to a pause."""
LEAST_S = 6.0
"""s of an answer below which there is nothing to be compared."""
LEAST_GAIN = 2.0
"""What has to be gained for an answer to be offered: two fillers, or 2 s of pauses."""
USUAL_ST = 2.0
"""Standard deviation of pitch, semitones, below which a voice sounds flat where nothing is known of
this speaker's own (the green room tells that)."""

_TRIES = 3
_MARGIN_S = 0.2
"""s of sound kept beside the answer, where nobody else speaks."""
_ROUGH = 1.3
"""Readings of every 32 ms spread a pitch about this much farther than Praat does."""
_MIN_FRAMES = 20

Progress = Callable[[str, float], None]
WHAT = "letting you hear yourself improved"
"""What the progress line says meanwhile."""


def improve(
    session: Session, measures: MeasureSet, progress: Progress | None = None
) -> tuple[ImprovedAnswer, ...]:
    """The answers of a session that gain most, improved, in the order of their questions.

    None where the candidate's sound was not kept, its owner did not consent or wanted none of this,
    words or sound are in doubt, or there is nothing to better.

    Args:
        session: as it was understood.
        measures: of it.
        progress: told what is being done, and the share (0...1) of that.
    """
    told = progress or (lambda _what, _share: None)
    wish = _wish(session, measures)
    path = session.file("candidate.wav")
    if wish.nothing or path is None or not _agreed(session):
        return ()
    promising = [
        (gain, number, answer)
        for number, answer in _eligible(session)
        if (gain := _promised(session, answer, wish)) >= LEAST_GAIN
    ]
    promising.sort(key=lambda each: (-each[0], each[1]))
    found: list[ImprovedAnswer] = []
    with contextlib.suppress(InputError, ModelError), WavReader(path) as wav:
        for tried, (_, number, answer) in enumerate(promising[:_TRIES]):
            told(WHAT, tried / min(_TRIES, len(promising)))
            heard, whole = _heard(session, answer, wav)
            if heard.length_s < LEAST_S:
                continue
            one = improved(number, heard, wish, whole)
            if one.gain >= LEAST_GAIN:
                found.append(one)
            if len(found) == MOST_ANSWERS:
                break
    return tuple(sorted(found, key=lambda one: one.number))


def _agreed(session: Session) -> bool:
    """Whether the sound may be used for this: a record without a word on either says yes, as it
    holds the sound."""
    on = looked_up(session.meta, "settings", "scoring", "hear_improved")
    return on is not False and session.meta.get("consent") is not False


def _wish(session: Session, measures: MeasureSet) -> Wish:
    """What may be changed at all, by doubts and by what was left out."""
    out = measures.left_out.measures
    doubts = doubts_of(session)
    if doubts["words"].serious or doubts["sound"].serious:
        return Wish(False, False, None)
    spread = measures["pitch_sd_st"]
    snr_db = measures["snr_db"].value
    sure = (
        spread.value is not None
        and spread.trust >= SPOKEN_OF
        and not doubts["voice"].serious
        and (snr_db is None or snr_db >= LEAST_SNR_DB)
    )
    usual = USUAL_ST if spread.norm is None or spread.norm.low is None else spread.norm.low
    return Wish(
        pauses="pause_mean_s" not in out,
        fillers="fillers_per_min" not in out,
        usual_st=usual if sure and "pitch_sd_st" not in out else None,
    )


def _eligible(session: Session) -> list[tuple[int, Answer]]:
    """Number of the question and answer, of those that one person gave in words that are known."""
    return [
        (number, question.answer)
        for number, question in enumerate(session.questions, start=1)
        if question.answer is not None and _may_be_used(session, question, question.answer)
    ]


def _may_be_used(session: Session, question: Question, answer: Answer) -> bool:
    if not (question.rated and answer.counts and answer.spoken and answer.words):
        return False
    if answer.typed or answer.estimated_times or not answer.in_english:
        return False
    span = (answer.start_s, answer.end_s)
    if overlap([span], session.recruiter_speech) or overlap([span], session.unheard):
        return False
    if any(said.act == "aside" for said in answer.said):
        return False  # whoever they spoke to may be heard as well
    return not recognised(session, (answer,)).serious


def _promised(session: Session, answer: Answer, wish: Wish) -> float:
    """About how much there is to be gained, in the terms of :attr:`ImprovedAnswer.gain`."""
    gain = 0.0
    if wish.pauses:
        gaps = [b - a for (_, a), (b, _) in pairwise(speech_in(session, answer))]
        gain += sum(gap - KEPT_S for gap in gaps if gap > LONG_S)
    if wish.fillers:
        gain += 1.5 * len(find_fillers(answer.words))
    if wish.usual_st is not None:
        voice = session.voice
        here = inside(voice.t_s, answer.speech) & (voice.speech >= SPEECH)
        hz = voice.pitch_hz[here & np.isfinite(voice.pitch_hz)]
        if hz.size >= _MIN_FRAMES:
            away = np.abs(12.0 * np.log2(hz / np.median(hz)))
            # the middle half of a normal spread reaches 0.67 standard deviations: not moved by
            # octave errors
            if float(np.median(away)) / 0.674 < _ROUGH * wish.usual_st:
                gain += LEAST_GAIN
    return gain


def _heard(session: Session, answer: Answer, wav: WavReader) -> tuple[Heard, bool]:
    """The answer's sound with what is known of it, and whether it is all of the answer."""
    silences = pauses(session, answer)
    start_s, end_s = _excerpt(session, answer, silences)
    origin_s, rate_hz = session.sound_origin_s, wav.rate_hz
    begin = max(0, round((start_s - origin_s) * rate_hz))
    samples = wav.read(begin, round((end_s - origin_s) * rate_hz))
    zero_s = origin_s + begin / rate_hz
    last_s = zero_s + len(samples) / rate_hz
    words = tuple(
        replace(word, start_s=word.start_s - zero_s, end_s=word.end_s - zero_s)
        for word in answer.whole_words
        if word.end_s <= last_s
    )
    within = tuple((a - zero_s, b - zero_s) for a, b in silences if b <= last_s)
    return Heard(samples, rate_hz, words, within), end_s >= answer.end_s


def _excerpt(session: Session, answer: Answer, silences: tuple[Span, ...]) -> Span:
    """From when to when an answer is heard."""
    others = session.recruiter_speech
    start_s, end_s = answer.start_s, answer.end_s
    if not overlap([(start_s - 2 * _MARGIN_S, start_s)], others):
        start_s -= _MARGIN_S
    if end_s - start_s > MOST_S:
        ends = [(a + b) / 2 for a, b in silences if (a + b) / 2 <= start_s + MOST_S]
        return start_s, max(ends, default=start_s)  # without a pause there is no place to end
    if not overlap([(end_s, end_s + 2 * _MARGIN_S)], others):
        end_s += _MARGIN_S
    return start_s, end_s


def offered(
    questions: list[dict[str, Any]], answers: tuple[ImprovedAnswer, ...]
) -> Mapping[str, bytes]:
    """Tells of improved answers in a report's questions, and gives the files they name."""
    files: dict[str, bytes] = {}
    for answer in answers:
        questions[answer.number - 1]["improved"] = answer.entry()
        files.update(answer.files())
    return files
