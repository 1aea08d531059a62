"""All measures of a session, from its record.

``measure(session)`` gives every measure of the contract, in the contract's order; one that could
not be taken is there with value None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce

from scoring.classifier_folder import Purpose, classifiers_of
from scoring.leaving_out import NOTHING_LEFT_OUT, LeftOut, asked_for
from scoring.measures import body, content, face, language, picture, speech, voice
from scoring.measures.baseline import own_baselines
from scoring.measures.classified import Judgement, judge_session, pooled_tone
from scoring.measures.content import AnswerContent
from scoring.measures.doubt import (
    NO_DOUBT,
    SPOKEN_OF,
    Concern,
    Doubt,
    doubt_by,
    doubts_of,
)
from scoring.measures.finding import Finding, Findings, longest
from scoring.measures.hidden_parts import hidden_note
from scoring.measures.whose_face import others
from scoring.record.session import Session
from scoring.record.spans import subtract
from scoring.record.whose_voice import voice_notes
from scoring.rubric import load, norms
from scoring.types import Measure, Norm, OwnBaseline

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
    "gaze_on_screen_thinking_share": "0–1",
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
    "own_role_share": "0–1",
    "coherence": "0–1",
    "well_formed": "0–1",
    "hedges_per_100_words": "1/100 words",
}
"""Name and unit of every measure, in the contract's order."""

_CONCERNS: dict[Concern, tuple[str, ...]] = {
    "words": (
        *("speech_rate_wpm", "fillers_per_min", "grammar_issues_per_100_words"),
        *("vocabulary_mtld", "sentiment", "relevance", "structure_star", "specificity"),
        *("own_role_share", "coherence", "well_formed", "hedges_per_100_words"),
    ),
    "sound": (
        *("articulation_rate_sps", "pause_mean_s", "pause_max_s", "silence_share"),
        *("response_time_s", "speech_rate_wpm", "fillers_per_min"),
    ),
    "voice": (
        *("pitch_median_hz", "pitch_sd_st", "loudness_dbfs", "loudness_sd_db", "jitter_pct"),
        *("shimmer_pct", "harmonicity_db", "voice_breaks_share", "final_rises_share"),
        "trailing_off_share",
    ),
    "gaze": (
        *("gaze_on_screen_share", "gaze_on_screen_listening_share"),
        *("gaze_on_screen_thinking_share", "eye_contact_share"),
    ),
    "face": (
        *("smile_share", "brow_activity", "nods", "shakes", "tilts", "head_yaw_deg"),
        *("head_pitch_deg", "head_movement_dps", "blinks_per_min"),
    ),
    "body": (
        *("posture_lean_m", "gesture_share", "hand_to_face_share", "shoulder_tilt_deg"),
        *("slouch_share", "fidget_share", "hands_visible_share"),
    ),
}
"""What measures rest on; a measure that is not here rests on nothing that is ever doubted."""

_OF_SPEECH = {
    *(name for about in ("words", "sound", "voice") for name in _CONCERNS[about]),
    "snr_db",
} - {"response_time_s"}
"""What is measured of what the candidate says; the moments that show it are theirs alone."""
_HER_TURN_S = 1.0
"""Length (s) from which what the recruiter says is no word of approval beside an answer."""

_LEFT_WITH: Mapping[Purpose, Callable[[LeftOut], bool]] = {
    "sentiment": lambda out: "sentiment" in out.measures,
    "relevance": lambda out: "relevance" in out.measures,
    "emotion": lambda out: "emotion" in out.sections,
}
"""Classifiers that are not run where what they judge was left out."""
AGREED = 0.9
"""How well a classifier and this program's own measure have to agree for nothing to be said."""

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
    left_out: LeftOut = NOTHING_LEFT_OUT
    """What the candidate asked to have left out."""
    judged: Mapping[Purpose, Judgement] = field(default_factory=dict)
    """What classifiers of one's own say, by what they judge."""

    def __getitem__(self, name: str) -> Measure:
        return self.values[name]


def measure(
    session: Session, progress: Progress | None = None, left_out: LeftOut | None = None
) -> MeasureSet:
    """Takes all measures.

    Args:
        session: what was recorded.
        progress: told what is being done.
        left_out: what is not measured; None for what the session's settings say.
    """
    out = asked_for(session.meta) if left_out is None else left_out
    told = progress or (lambda what, share: None)
    told("speech", 0.0)
    found: Findings = {}
    notes: list[str] = []
    found.update(speech.measure(session, notes, out.measures))
    notes += voice_notes(session)
    told("voice", 0.2)
    found.update(voice.measure(session, notes))
    told("face", 0.4)
    found.update(picture.measure(session, notes))
    covered = hidden_note(session)
    if covered is not None:
        notes.append(covered)
    other = others(session)
    if other is not None:
        notes.append(other.note(session.meta.get("kind") == "analysis"))
    found.update(face.measure(session))
    found.update(body.measure(session))
    told("language", 0.6)
    found.update(language.measure(session, notes, out.measures))
    classified = judge_session(
        session,
        classifiers_of(session.meta),
        notes,
        lambda what, share: told(what, 0.65 + 0.2 * share),
        {purpose for purpose, left in _LEFT_WITH.items() if left(out)},
    )
    apart: dict[str, Doubt] = {}
    if "sentiment" in classified:
        found["sentiment"], pooled = pooled_tone(
            session, found["sentiment"], classified["sentiment"]
        )
        if pooled is not None and pooled.agreement < AGREED:
            apart["sentiment"] = doubt_by("judges_apart", max(SPOKEN_OF, pooled.agreement))
    told("answers", 0.85)
    answers = content.rate_answers(session, notes, classified.get("relevance"))
    found.update(content.measure(session, answers))
    told("measured", 1.0)
    _keep_own_moments(found, session)
    bands, doubts, own = norms(), doubts_of(session), own_baselines(session)
    values = {
        name: _left_out(name, unit, bands.get(name))
        if name in out.measures
        else _measure(
            name,
            unit,
            found.get(name),
            bands.get(name),
            _doubt(name, doubts) & apart.get(name, NO_DOUBT),
            own.get(name),
        )
        for name, unit in UNITS.items()
    }
    return MeasureSet(values, tuple(notes), answers, out, classified)


def _keep_own_moments(found: Findings, session: Session) -> None:
    """Cuts what the recruiter says out of the moments that show how the candidate speaks.

    Such a moment may be seconds long and reach from one answer into the next; of what is left of it
    the longest piece is kept.
    """
    hers = tuple(s for s in session.recruiter_speech if s[1] - s[0] >= _HER_TURN_S)
    for name in _OF_SPEECH & found.keys():
        own = [longest(subtract(span, hers) or (span,), 1)[0] for span in found[name].evidence]
        found[name] = replace(found[name], evidence=tuple(own))


def _left_out(name: str, unit: str, norm: Norm | None) -> Measure:
    return Measure(name, None, unit, 0.0, norm=norm, left_out=True)


def _doubt(name: str, doubts: Mapping[Concern, Doubt]) -> Doubt:
    """Of all that a measure rests on."""
    found = [doubts[concern] for concern, names in _CONCERNS.items() if name in names]
    gap = load("fairness").get(name)
    if gap is not None and gap.get("trust") != 1.0:
        found.append(doubt_by("uneven", gap.get("trust")))
    return reduce(lambda a, b: a & b, sorted(found, key=lambda d: d.trust), NO_DOUBT)


def _measure(
    name: str,
    unit: str,
    finding: Finding | None,
    norm: Norm | None,
    doubt: Doubt,
    own: OwnBaseline | None = None,
) -> Measure:
    finding = finding or Finding(None, 0.0)
    return Measure(
        name=name,
        value=None if finding.value is None else float(finding.value),
        unit=unit,
        coverage=min(1.0, max(0.0, float(finding.coverage))),
        evidence=tuple((float(a), float(b)) for a, b in finding.evidence),
        norm=norm if norm is not None or own is None else own.band,
        baseline=own,
        trust=doubt.trust,
        doubts=doubt.reasons,
    )
