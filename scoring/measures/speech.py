"""Pace, pauses, fillers and response time."""

from __future__ import annotations

import math
import statistics
from collections.abc import Collection
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from perception.signal.resampling import resample
from perception.types import PAUSE_S, Word
from perception.voice.pauses import find_pauses
from perception.voice.syllables import syllable_nuclei
from perception.voice.word_syllables import syllables_of
from scoring.measures.fillers import find_fillers, is_hesitation
from scoring.measures.finding import NOTHING, Finding, Findings, densest, longest, paces, share
from scoring.measures.language import trust_in_words
from scoring.measures.sound import answer_sounds, sound_start_s
from scoring.record.session import Session
from scoring.record.spans import merge, overlap, subtract, total
from scoring.record.turns import Answer
from scoring.types import Span

TRUSTED_WORDS = 0.75
"""Mean confidence (0...1) of an answer's words from which their syllables are counted: above it
Whisper's words had 2 % too many or too few on 13 recordings, peaks of loudness 8 %; where it was
less sure, the sound told better."""
FINE_SPAN_S = 0.1
"""Voice readings at least this fine can show a pause of 0.25 s."""


def spoken(session: Session) -> tuple[Answer, ...]:
    """Answers of which something was spoken."""
    return tuple(a for a in session.answers if a.spoken)


def speech_in(session: Session, answer: Answer) -> tuple[Span, ...]:
    """Stretches of speech in an answer, as finely as the record tells."""
    voice = session.voice
    if len(voice) and float(voice.span_s.max()) <= FINE_SPAN_S:
        fine = overlap(voice.speech_spans(), answer.speech)
        if total(fine) > 0.3 * total(answer.speech):
            return fine
    return answer.speech


def pauses(session: Session, answer: Answer) -> tuple[Span, ...]:
    """Silences of at least 0.25 s between stretches of speech inside one answer.

    Their edges are looked for in the recorded sound where it was kept (within 20 ms, mostly), else
    they are the detector's. Time in which the recruiter speaks, or nobody listens, is not the
    candidate's pause.
    """
    not_theirs = (*session.recruiter_speech, *session.unheard, *answer.beside)
    return tuple(p for p in _silences(session, answer) if not overlap((p,), not_theirs))


def _silences(session: Session, answer: Answer) -> tuple[Span, ...]:
    # a long "um" is a murmur, which detectors of speech take for silence
    fillers = [(w.start_s, w.end_s) for w in answer.words if is_hesitation(w.text)]
    speech = merge((*speech_in(session, answer), *fillers))
    sounds = answer_sounds(session, (answer,), [])
    if sounds is not None:
        ((_, samples, rate_hz),) = sounds
        start_s = sound_start_s(session, answer)
        inside = [(max(0.0, a - start_s), b - start_s) for a, b in speech]
        return tuple((a + start_s, b + start_s) for a, b in find_pauses(samples, rate_hz, inside))
    gaps = ((end, start) for (_, end), (start, _) in pairwise(speech))
    return tuple((a, b) for a, b in gaps if b - a >= PAUSE_S - 1e-9)


def measure(session: Session, notes: list[str], left_out: Collection[str] = ()) -> Findings:
    """Pace, pauses, fillers and response time over all answers.

    Args:
        session: what was recorded.
        notes: takes how measures were taken.
        left_out: measures of which nothing is noted, nor worked out where that takes long.
    """
    answers = spoken(session)
    found: Findings = {"response_time_s": _response_time(session)}
    if not answers:
        return found
    time_s = sum(_length(session, a) for a in answers)
    silences = tuple(p for a in answers for p in pauses(session, a))
    whole_s = sum(_whole(session, a) for a in answers)
    heard = share(time_s, whole_s) if len(session.voice) or session.candidate_speech else 0.0
    found["silence_share"] = Finding(
        share(total(silences), time_s) if time_s > 0 else None, heard, longest(silences)
    )
    lengths = [end - start for start, end in silences]
    found["pause_mean_s"] = Finding(
        statistics.fmean(lengths) if lengths else None,
        heard,
        longest(silences),
    )
    found["pause_max_s"] = Finding(max(lengths, default=None), heard, longest(silences, 1))
    found.update(_words(session, answers))
    if "articulation_rate_sps" not in left_out:
        found["articulation_rate_sps"] = _articulation(session, answers, notes)
    if any(a.estimated_times for a in answers):
        notes.append("when each word was said is a guess: speech recognition did not tell")
    return found


def _whole(session: Session, answer: Answer) -> float:
    """Seconds of an answer without what the recruiter said in it, and requests and asides."""
    other = merge((*session.recruiter_speech, *answer.beside))
    return total(subtract((answer.start_s, answer.end_s), other))


def _length(session: Session, answer: Answer) -> float:
    """The same, as far as it was heard."""
    return total(_heard(session, answer))


def _heard(session: Session, answer: Answer) -> tuple[Span, ...]:
    other = merge((*session.recruiter_speech, *answer.beside, *session.unheard))
    return subtract((answer.start_s, answer.end_s), other)


def rate_of(session: Session, answer: Answer) -> float | None:
    """Words a minute in one spoken answer; None when too short to tell (< 3 s or < 5 words).

    Filled pauses are no words, as in :func:`measure`.
    """
    seconds, count = _length(session, answer), len(_spoken_words(answer))
    if not answer.spoken or seconds < 3.0 or count < 5:
        return None
    return count / seconds * 60.0


def _spoken_words(answer: Answer) -> list[Word]:
    """Words of an answer without its filled pauses.

    Most recognisers leave those out; so what is counted does not depend on which one listened, and
    agrees with the transcripts on which norms of pace rest.
    """
    return [word for word in answer.words if not is_hesitation(word.text)]


def _words(session: Session, answers: tuple[Answer, ...]) -> Findings:
    with_words = [a for a in answers if a.words and a.in_english]
    time_s = sum(_length(session, a) for a in with_words)
    if time_s <= 0:
        return {"speech_rate_wpm": NOTHING, "fillers_per_min": NOTHING}
    coverage = share(time_s, sum(_whole(session, a) for a in answers))
    count = sum(len(_spoken_words(a)) for a in with_words)
    fillers = tuple(f for a in with_words for f in find_fillers(a.words))
    return {
        "speech_rate_wpm": Finding(
            count / time_s * 60.0,
            coverage,
            paces(
                sorted((w.start_s, 1.0) for a in with_words for w in _spoken_words(a)),
                [_heard(session, a) for a in with_words],
            ),
        ),
        "fillers_per_min": Finding(
            len(fillers) / time_s * 60.0,
            coverage,
            densest([(f.start_s, f.end_s) for f in fillers]),
        ),
    }


def _response_time(session: Session) -> Finding:
    rated = [q for q in session.questions if q.rated]
    times = [
        (a.response_time_s, a.start_s - a.response_time_s, a.start_s)
        for q in rated
        if (a := q.answer) is not None and a.counts and a.response_time_s is not None
    ]
    if not times:
        return NOTHING
    slowest = max(times)
    # one who begins before the question has ended takes less than no time
    evidence = ((min(slowest[1:]), max(slowest[1:])),) if slowest[0] else ()
    return Finding(statistics.median(t[0] for t in times), share(len(times), len(rated)), evidence)


_PACE = "how fast you spoke, pauses left out,"
"""What a candidate is told instead of articulation rate."""


def _articulation(session: Session, answers: tuple[Answer, ...], notes: list[str]) -> Finding:
    speech_s = sum(total(speech_in(session, a)) for a in answers)
    if speech_s <= 0:
        return NOTHING
    known = [a for a in answers if _words_known(a)]
    doubted = [a for a in answers if not _words_known(a)]
    syllables = [each for a in known for each in _word_syllables(a)]
    measured = list(known)
    for answer, samples, rate_hz in answer_sounds(session, doubted, notes) or ():
        found = _nuclei(session, answer, samples, rate_hz)
        if found is not None:
            syllables += found
            measured.append(answer)
            doubted.remove(answer)
    trust = 1.0
    if sum(_spoken_s(session, a) for a in measured) > 0:
        how = [
            *(["from the words that were recognised"] if known else []),
            *(["from the sound"] if len(measured) > len(known) else []),
        ]
        notes.append(f"{_PACE} was counted {' and '.join(how)}")
    else:
        measured = [a for a in doubted if a.words and a.in_english]
        if sum(_spoken_s(session, a) for a in measured) <= 0:
            return NOTHING
        notes.append(f"{_PACE} is a rough figure: the words are doubtful and no sound was kept")
        syllables = [each for a in measured for each in _word_syllables(a)]
        trust = 0.5
    measured_s = sum(_spoken_s(session, a) for a in measured)
    count = math.fsum(weight for _, weight in syllables)
    fluent = [_without_pauses(session, a) for a in measured]
    return Finding(
        count / measured_s,
        trust * share(measured_s, speech_s),
        paces(sorted(syllables), fluent),
    )


def _word_syllables(answer: Answer) -> list[tuple[float, float]]:
    """When each word was said, and how many syllables it has."""
    return [(w.start_s, float(syllables_of(w.text))) for w in answer.words]


def _spoken_s(session: Session, answer: Answer) -> float:
    """Seconds of an answer without its pauses."""
    return total(_without_pauses(session, answer))


def _without_pauses(session: Session, answer: Answer) -> tuple[Span, ...]:
    silences = pauses(session, answer)
    return tuple(left for span in _heard(session, answer) for left in subtract(span, silences))


def _words_known(answer: Answer) -> bool:
    """Whether the words of an answer are sure enough for their syllables to be counted."""
    if not answer.words or answer.estimated_times or not answer.in_english:
        return False
    return trust_in_words((answer,)) >= TRUSTED_WORDS


def _nuclei(
    session: Session, answer: Answer, samples: NDArray[np.float32], rate_hz: int
) -> list[tuple[float, float]] | None:
    """Syllables in the stretches of speech of an answer, each when it is and how surely it is one;
    the recruiter's echo has some as well."""
    nuclei = syllable_nuclei(resample(samples, rate_hz, 16_000), 16_000)
    if nuclei is None:
        return None
    margin = 0.1  # the detector's edges
    spoken = merge((a - margin, b + margin) for a, b in speech_in(session, answer))
    times = nuclei.times_s + sound_start_s(session, answer)
    inside = np.zeros(len(times), bool)
    for start, end in spoken:
        inside |= (times >= start) & (times <= end)
    return list(zip(times[inside].tolist(), nuclei.weights[inside].tolist(), strict=True))
