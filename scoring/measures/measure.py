"""All measures of a session, from its record.

``measure(session)`` gives every measure of the contract, in the contract's order; one that could
not be taken is there with value None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scoring.measures import body, content, face, language, picture, speech, voice
from scoring.measures.content import AnswerContent
from scoring.measures.finding import Finding, Findings
from scoring.record.session import Session
from scoring.rubric import norms
from scoring.types import Measure, Norm

UNITS: dict[str, str] = {
    "speech_rate_wpm": "words/min",
    "articulation_rate_sps": "syllables/s",
    "pause_mean_s": "s",
    "pause_max_s": "s",
    "silence_share": "0–1",
    "fillers_per_min": "1/min",
    "response_time_s": "s",
    "pitch_median_hz": "Hz",
    "pitch_sd_st": "semitones",
    "loudness_dbfs": "dBFS",
    "loudness_sd_db": "dB",
    "jitter_pct": "%",
    "shimmer_pct": "%",
    "harmonicity_db": "dB",
    "voice_breaks_share": "0–1",
    "final_rises_share": "0–1",
    "trailing_off_share": "0–1",
    "snr_db": "dB",
    "picture_quality_share": "0–1",
    "face_share": "0–1",
    "gaze_on_screen_share": "0–1",
    "gaze_on_screen_listening_share": "0–1",
    "eye_contact_share": "0–1",
    "smile_share": "0–1",
    "brow_activity": "0–1",
    "nods": "count",
    "shakes": "count",
    "tilts": "count",
    "head_yaw_deg": "°",
    "head_pitch_deg": "°",
    "head_movement_dps": "°/s",
    "blinks_per_min": "1/min",
    "posture_lean_m": "m",
    "gesture_share": "0–1",
    "hand_to_face_share": "0–1",
    "shoulder_tilt_deg": "°",
    "slouch_share": "0–1",
    "fidget_share": "0–1",
    "hands_visible_share": "0–1",
    "grammar_issues_per_100_words": "1/100 words",
    "vocabulary_mtld": "–",
    "sentiment": "−1…1",
    "relevance": "0–1",
    "structure_star": "0–1",
    "specificity": "0–1",
}
"""Name and unit of every measure, in the contract's order."""

Progress = Callable[[str, float], None]
"""Told what is being done and how much is done, 0...1."""


@dataclass(frozen=True)
class MeasureSet:
    """Everything measured in one session."""

    values: Mapping[str, Measure]
    notes: tuple[str, ...]
    """How some measures were taken, in plain words."""
    answers: tuple[AnswerContent, ...]
    """What each answer says, in the order of ``session.answers``."""

    def __getitem__(self, name: str) -> Measure:
        return self.values[name]


def measure(session: Session, progress: Progress | None = None) -> MeasureSet:
    """Takes all measures."""
    told = progress or (lambda what, share: None)
    told("speech", 0.0)
    found: Findings = {}
    notes: list[str] = []
    found.update(speech.measure(session, notes))
    told("voice", 0.2)
    found.update(voice.measure(session, notes))
    told("face", 0.4)
    found.update(picture.measure(session, notes))
    found.update(face.measure(session))
    found.update(body.measure(session))
    told("language", 0.6)
    found.update(language.measure(session, notes))
    told("answers", 0.8)
    answers = content.rate_answers(session, notes)
    found.update(content.measure(session, answers))
    told("measured", 1.0)
    bands = norms()
    values = {
        name: _measure(name, unit, found.get(name), bands.get(name)) for name, unit in UNITS.items()
    }
    return MeasureSet(values, tuple(notes), answers)


def _measure(name: str, unit: str, finding: Finding | None, norm: Norm | None) -> Measure:
    finding = finding or Finding(None, 0.0)
    return Measure(
        name=name,
        value=None if finding.value is None else float(finding.value),
        unit=unit,
        coverage=min(1.0, max(0.0, float(finding.coverage))),
        evidence=tuple((float(a), float(b)) for a, b in finding.evidence),
        norm=norm,
    )
