"""Pitch, loudness and steadiness of the voice."""

from __future__ import annotations

import numpy as np

from scoring.measures.finding import Finding, Findings, share
from scoring.measures.sound import answer_sounds
from scoring.measures.speech import spoken
from scoring.session import Session
from scoring.tracks import Bools, inside
from scoring.turns import total

SPEECH = 0.5
MIN_FRAMES = 20
OCTAVE_ST = 12.0
"""Farther from the median than this a pitch is a tracker's octave error."""
FULL_VOICED_S = 10.0
"""Seconds of voiced speech that characterise a voice well."""


def measure(session: Session, notes: list[str]) -> Findings:
    """Pitch and loudness from the readings, jitter and shimmer from the recorded sound."""
    answers = spoken(session)
    found: Findings = {}
    if not answers:
        return found
    voice = session.voice
    spans = tuple(s for a in answers for s in a.speech)
    here = inside(voice.t_s, spans) & (voice.speech >= SPEECH)
    covered = share(float(voice.span_s[here].sum()), total(spans))
    found.update(_pitch(session, here, covered))
    if here.sum() >= MIN_FRAMES:
        level = voice.level_dbfs[here]
        found["loudness_dbfs"] = Finding(float(np.median(level)), covered)
        found["loudness_sd_db"] = Finding(float(np.std(level)), covered)
    found.update(_steadiness(session, notes))
    return found


def _pitch(session: Session, here: Bools, covered: float) -> Findings:
    voice = session.voice
    voiced = here & np.isfinite(voice.pitch_hz)
    if voiced.sum() < MIN_FRAMES:
        return {}
    hz = voice.pitch_hz[voiced]
    median = float(np.median(hz))
    semitones = 12.0 * np.log2(hz / median)
    kept = semitones[np.abs(semitones) < OCTAVE_ST]
    seconds = float(voice.span_s[voiced].sum())
    coverage = covered * min(1.0, seconds / FULL_VOICED_S)
    return {
        "pitch_median_hz": Finding(median, coverage),
        "pitch_sd_st": Finding(float(np.std(kept)) if kept.size >= MIN_FRAMES else None, coverage),
    }


def _steadiness(session: Session, notes: list[str]) -> Findings:
    from perception.voice_quality_praat import jitter_shimmer

    answers = spoken(session)
    sounds = answer_sounds(session, answers, notes)
    if sounds is None:
        return {}
    pairs = [
        (*jitter_shimmer(samples, rate_hz), len(samples) / rate_hz)
        for _, samples, rate_hz in sounds
    ]
    found: Findings = {}
    whole = sum(p[2] for p in pairs)
    for index, name in enumerate(("jitter_pct", "shimmer_pct")):
        rows = [(p[index], p[2]) for p in pairs if p[index] is not None]
        seconds = sum(s for _, s in rows)
        if seconds > 0:
            mean = sum(v * s for v, s in rows if v is not None) / seconds
            found[name] = Finding(mean, share(seconds, whole))
    return found
