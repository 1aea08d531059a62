"""Pitch, loudness, quality of the voice, and how statements end.

With the recorded sound, pitch, quality and endings are Praat's, exactly and per answer; where it
was not kept, pitch comes from the readings of each 32 ms and quality from those of the prosody.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from perception.signal.noise_floor import over_noise_db
from perception.types import SPEECH
from perception.voice.final_prosody import FinalProsody, endings, speaker_pitch
from perception.voice.prosody_praat import pitch_track
from perception.voice.quality_praat import VoiceQuality, voice_quality
from scoring.measures.finding import (
    MAX_EVIDENCE,
    WINDOW_S,
    Finding,
    Findings,
    extremes,
    furthest,
    longest,
    share,
)
from scoring.measures.sound import answer_sounds, sound_start_s
from scoring.measures.speech import speech_in, spoken
from scoring.record.session import Session
from scoring.record.spans import total
from scoring.record.tracks import Bools, Floats, holds, inside
from scoring.record.turns import Answer
from scoring.types import Span

MIN_FRAMES = 20
OCTAVE_ST = 12.0
"""Farther from the median than this a pitch is a tracker's octave error."""
FULL_VOICED_S = 10.0
"""Seconds of voiced speech that characterise a voice well."""
PITCH_STEP_S = 0.01
"""Between two of Praat's pitch frames."""
MIN_STATEMENTS = 3
"""Stretches of speech below which a share of them says nothing."""
FULL_STATEMENTS = 10
"""Stretches whose share is worth full coverage."""
QUIET_SPEECH = 0.2
"""Probability of speech below which a reading may tell of the room."""
MARGIN_S = 0.3
"""Seconds round anybody's speech that do not count as the room's noise."""
MIN_NOISE_S = 1.0
"""Seconds of room that its noise is told from."""
LOWEST_DBFS = -90.0
"""Below this it is not a room that is heard but the silence of a file."""


@dataclass(frozen=True, slots=True)
class AnswerVoice:
    """What Praat says of one answer's sound."""

    speech_s: float
    pitch_hz: Floats
    """(n,) of the voiced frames, 10 ms each, within the stretches of speech."""
    pitch_t_s: Floats
    """(n,) when, session seconds."""
    quality: VoiceQuality
    """The times in it are those of the sound."""
    start_s: float
    """Session time of the first sample."""
    endings: tuple[FinalProsody, ...]
    """Their times are the session's."""


def measure(session: Session, notes: list[str]) -> Findings:
    """Pitch, loudness, quality and endings over all spoken answers."""
    answers = spoken(session)
    found: Findings = {}
    if not answers:
        return found
    voice = session.voice
    spans = tuple(s for a in answers for s in a.speech)
    here = inside(voice.t_s, spans) & (voice.speech >= SPEECH)
    covered = share(float(voice.span_s[here].sum()), total(spans))
    snr_db = noise_ratio_db(session, here)
    if snr_db is not None:
        found["snr_db"] = Finding(snr_db, covered, _over_the_room(session, here))
    if here.sum() >= MIN_FRAMES:
        level = voice.level_dbfs[here]
        heard = extremes(voice.t_s[here], voice.span_s[here], level)
        found["loudness_dbfs"] = Finding(float(np.median(level)), covered, heard)
        found["loudness_sd_db"] = Finding(float(np.std(level)), covered, heard)
    sounds = answer_sounds(session, answers, notes)
    if sounds is None:
        found.update(_pitch_of_readings(session, here, covered))
        found.update(_quality_of_readings(session, spans, here))
        return found
    voices = [answer_voice(session, *sound, snr_db) for sound in sounds]
    kept = share(sum(v.speech_s for v in voices), total(spans))
    found.update(_pitch(voices, kept))
    found.update(_quality(voices, kept))
    found.update(_endings(voices))
    return found


def answer_voice(
    session: Session,
    answer: Answer,
    samples: NDArray[np.float32],
    rate_hz: int,
    snr_db: float | None = None,
) -> AnswerVoice:
    """Measures one answer's (n,) samples, as ``answer_sounds`` cuts them."""
    origin_s = sound_start_s(session, answer)
    spans = [(a - origin_s, b - origin_s) for a, b in speech_in(session, answer)]
    track = pitch_track(samples, rate_hz)
    quality = voice_quality(samples, rate_hz, spans, snr_db, track)
    hz = t_s = np.zeros(0)
    if track is not None:
        within = inside(track.times_s, spans)
        hz, t_s = track.hz[within], track.times_s[within] + origin_s
    found = endings(samples, rate_hz, spans, pitch=speaker_pitch(samples, rate_hz, track))
    ends = tuple(
        replace(end, start_s=end.start_s + origin_s, end_s=end.end_s + origin_s) for end in found
    )
    return AnswerVoice(total(tuple(spans)), hz, t_s, quality, origin_s, ends)


def noise_ratio_db(session: Session, here: Bools) -> float | None:
    """Power of the speech over that of the room between, dB; None where no room was heard.

    Args:
        session: its voice readings.
        here: which of them hold the candidate's speech.
    """
    voice = session.voice
    room = _of_the_room(session)
    if float(voice.span_s[room].sum()) < MIN_NOISE_S or here.sum() < MIN_FRAMES:
        return None
    noise = float(np.median(voice.level_dbfs[room]))
    return over_noise_db(voice.level_dbfs[here], noise)


def _of_the_room(session: Session) -> Bools:
    """Which voice readings hold the room and nobody's speech."""
    voice = session.voice
    busy = [(a - MARGIN_S, b + MARGIN_S) for a, b in session.candidate_speech]
    busy += [(a - MARGIN_S, b + MARGIN_S) for a, b in session.recruiter_speech]
    room = (voice.speech < QUIET_SPEECH) & ~inside(voice.t_s, busy)
    return np.asarray(room & (voice.level_dbfs > LOWEST_DBFS))


def _over_the_room(session: Session, here: Bools) -> tuple[Span, ...]:
    """The ten seconds in which speech stood out least of the room round about it, and most."""
    voice = session.voice
    room = _of_the_room(session)
    room_t, room_db = voice.t_s[room], voice.level_dbfs[room]
    usual = float(np.median(room_db))
    t_s = voice.t_s[here]
    noise = np.full(t_s.shape, usual)
    bins = np.floor(t_s / WINDOW_S)
    for number in np.unique(bins).tolist():
        near = slice(*np.searchsorted(room_t, ((number - 1) * WINDOW_S, (number + 2) * WINDOW_S)))
        if float(voice.span_s[room][near].sum()) >= MIN_NOISE_S:
            noise[bins == number] = np.median(room_db[near])
    return extremes(t_s, voice.span_s[here], voice.level_dbfs[here] - noise)


def _pitch(voices: list[AnswerVoice], kept: float) -> Findings:
    """Of what was said, ``kept`` is the share whose sound there is."""
    hz = np.concatenate([v.pitch_hz for v in voices])
    t_s = np.concatenate([v.pitch_t_s for v in voices])
    shown = extremes(t_s, np.full(t_s.shape, 0.02), hz)  # half of speech is voiced
    return _pitch_findings(hz, kept * voiced_coverage(hz.size * PITCH_STEP_S), shown)


def _pitch_of_readings(session: Session, here: Bools, covered: float) -> Findings:
    voice = session.voice
    voiced = here & np.isfinite(voice.pitch_hz)
    seconds = float(voice.span_s[voiced].sum())
    hz = voice.pitch_hz[voiced]
    shown = extremes(voice.t_s[voiced], voice.span_s[voiced], hz)
    return _pitch_findings(hz, covered * voiced_coverage(seconds), shown)


def _pitch_findings(hz: Floats, coverage: float, shown: tuple[Span, ...]) -> Findings:
    if hz.size < MIN_FRAMES:
        return {}
    median = float(np.median(hz))
    semitones = 12.0 * np.log2(hz / median)
    kept = semitones[np.abs(semitones) < OCTAVE_ST]
    return {
        "pitch_median_hz": Finding(median, coverage, shown),
        "pitch_sd_st": Finding(
            float(np.std(kept)) if kept.size >= MIN_FRAMES else None, coverage, shown
        ),
    }


QUALITIES = ("jitter_pct", "shimmer_pct", "harmonicity_db", "voice_breaks_share")


def voiced_coverage(seconds: float) -> float:
    """Coverage, 0...1, of whatever is told of a voice's tone: by the voiced sound that it rests on.

    The same for pitch and quality, which are measured on the same sound.
    """
    return share(seconds, FULL_VOICED_S)


def _quality(voices: list[AnswerVoice], kept: float) -> Findings:
    found: Findings = {}
    whole_s = sum(v.quality.voiced_s for v in voices)
    frames_s = sum(v.pitch_hz.size for v in voices) * PITCH_STEP_S
    for name in QUALITIES:
        # an answer counts by the voice it holds, the rest of it tells nothing of these
        rows = [(getattr(v.quality, name), v.quality.voiced_s) for v in voices]
        known = [row for row in rows if row[0] is not None]
        voiced_s = sum(seconds for _, seconds in known)
        if voiced_s > 0:
            mean = sum(value * seconds for value, seconds in known) / voiced_s
            coverage = kept * share(voiced_s, whole_s) * voiced_coverage(frames_s)
            found[name] = Finding(mean, coverage, _shown(voices, name))
    return found


def _shown(voices: list[AnswerVoice], name: str) -> tuple[Span, ...]:
    """The seconds in which a quality was lowest, and those in which it was highest; of breaks of
    the voice the longest."""
    if name == "voice_breaks_share":
        broken = [(v.start_s + a, v.start_s + b) for v in voices for a, b in v.quality.breaks]
        return longest(tuple(broken))
    return furthest(
        [
            (value, (v.start_s + piece.start_s, v.start_s + piece.end_s))
            for v in voices
            for piece in v.quality.course
            if (value := getattr(piece, name)) is not None
        ]
    )


def _quality_of_readings(session: Session, spans: tuple[Span, ...], here: Bools) -> Findings:
    readings = session.prosodies
    within = inside(np.array([r.t_s for r in readings], dtype=np.float64), spans)
    heard = [reading for reading, kept in zip(readings, within.tolist(), strict=True) if kept]
    voiced = here & np.isfinite(session.voice.pitch_hz)
    enough = voiced_coverage(float(session.voice.span_s[voiced].sum()))
    found: Findings = {}
    for name in QUALITIES[:3]:
        rows = [(r.t_s, value) for r in heard if (value := getattr(r, name)) is not None]
        if len(rows) >= MIN_STATEMENTS:
            t_s, values = np.array(rows).T
            found[name] = Finding(
                float(np.median(values)),
                share(len(rows), total(spans)) * enough,  # each speaks of about one second
                extremes(t_s, holds(t_s), values),
            )
    return found


def _endings(voices: list[AnswerVoice]) -> Findings:
    ends = [end for v in voices for end in v.endings]
    return {
        "final_rises_share": _share_of(ends, [end.rises for end in ends]),
        "trailing_off_share": _share_of(ends, [end.trails_off for end in ends]),
    }


def _share_of(ends: list[FinalProsody], told: list[bool | None]) -> Finding:
    known = [yes for yes in told if yes is not None]
    if len(known) < MIN_STATEMENTS:
        return Finding(None, 0.0)
    moments = [
        (max(end.start_s, end.end_s - 1.5), end.end_s)
        for end, yes in zip(ends, told, strict=True)
        if yes
    ]
    coverage = share(len(known), len(told)) * share(len(known), FULL_STATEMENTS)
    return Finding(sum(known) / len(known), coverage, tuple(moments[:MAX_EVIDENCE]))
