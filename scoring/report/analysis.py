"""All that a report says of a session, in the contract's shape: what ``report.json`` holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dialogue.types import AcknowledgeData
from perception import troubles
from scoring.competencies import CompetencyRating, competencies
from scoring.feedback import advise
from scoring.feedback.headline import headline
from scoring.feedback.next_practice import next_practice
from scoring.feedback.rewording import reworded, rewording_of
from scoring.feedback.shown_answers import rewrites_of
from scoring.feedback.story_bank import stories
from scoring.feedback.wording import wording_of
from scoring.fusion import score
from scoring.impressions import impressions
from scoring.leaving_out import (
    LeftOut,
    asked_for,
    emotion_off,
    instead,
    without_emotion,
)
from scoring.leaving_out import told as told_left_out
from scoring.made_with import made_with
from scoring.measures.measure import MeasureSet, measure
from scoring.measures.spread import Spread, spread_of
from scoring.measures.whose_face import others
from scoring.record.heard_recruiter import HEARD
from scoring.record.session import Session, read_session
from scoring.report.advised import (
    improvement_entry,
    next_entry,
    recruiter_entry,
    story_entry,
    strength_entry,
)
from scoring.report.captions import clean
from scoring.report.impressed import impressed
from scoring.report.judged import judged, judges
from scoring.report.media import media
from scoring.report.questions import questions
from scoring.report.reactions import reactions
from scoring.report.versions import SCHEMA_VERSION
from scoring.report.words import spans
from scoring.rubric import load, rubrics_of, using
from scoring.settings import ImpressionSettings
from scoring.types import Measure, OwnBaseline, Score
from scoring.understood import understood

Progress = Callable[[str, float], None]
"""Told what is being done and how much is done, 0...1."""


@dataclass(frozen=True)
class Analysis:
    """A session with all that was computed from it."""

    session: Session
    measures: MeasureSet
    scores: Mapping[str, Score]
    report: dict[str, Any]
    """Of the contract's shape; what ``report.json`` holds."""


def analyse(
    session: Session,
    settings: ImpressionSettings | None = None,
    progress: Progress | None = None,
    left_out: LeftOut | None = None,
    emotion: bool = True,
) -> Analysis:
    """Measures, scores and words of a session, of answers as they were understood.

    Args:
        session: what was recorded.
        settings: of impressions.
        progress: told what is being done.
        left_out: what is not measured; None for what the session's settings say.
        emotion: whether it is told how somebody may have come across; where the session's settings
            say that nothing of that is formed, it is not, either way.

    Raises:
        ModelError: impressions are asked for, and their model is missing or damaged.
        SettingsError: a rubric of the study's own is wrong.
    """
    rubrics, which = rubrics_of(session.meta)
    with using(rubrics):
        return analyse_by(which, session, settings, progress, left_out, emotion)


def analyse_by(
    which: Sequence[str],
    session: Session,
    settings: ImpressionSettings | None = None,
    progress: Progress | None = None,
    left_out: LeftOut | None = None,
    emotion: bool = True,
) -> Analysis:
    """The same by the rubrics in use, whichever the session names.

    Args:
        which: notes on where those rubrics are from.
        session, settings, progress, left_out, emotion: as of :func:`analyse`.
    """
    out = asked_for(session.meta) if left_out is None else left_out
    if not emotion or emotion_off(session.meta):
        out = without_emotion(out)
    told: list[str] = []
    meta = session.meta
    session = understood(session, told)
    measures = measure(session, progress, out)
    spreads = spread_of(session, measures.answers)
    scores = score(session, measures)
    wording = wording_of(session)
    strengths, improvements = advise(session, measures)
    rewording = rewording_of(meta, told)
    strengths, improvements = reworded(strengths, rewording), reworded(improvements, rewording)
    rewrites = rewrites_of(improvements, session, measures, wording)
    less_sure = _less_sure(scores["overall"])
    come_across = impressed(session, out, measures.judged.get("emotion"))
    report = {
        "schema_version": SCHEMA_VERSION,
        "session_id": session.id,
        "created": meta.get("created"),
        "duration_s": session.duration_s,
        "role": meta.get("role"),
        "persona": meta.get("persona"),
        "recruiter": recruiter_entry(wording.recruiter),
        "headline": headline(session, scores, strengths, improvements, less_sure, wording),
        "versions": dict(meta.get("versions") or {}),
        "made_with": made_with(),
        "measures": {name: _measure(m, spreads.get(name)) for name, m in measures.values.items()},
        "questions": questions(session, measures),
        "competencies": {
            name: _competency(c) for name, c in competencies(session, measures).items()
        },
        "scores": {name: _score(s) for name, s in scores.items()},
        **_impressions(session, measures, settings or ImpressionSettings(), out),
        **judged(measures),
        **come_across,
        "strengths": [strength_entry(a) for a in strengths],
        "improvements": [
            improvement_entry(a, rewrite) for a, rewrite in zip(improvements, rewrites, strict=True)
        ],
        "stories": [story_entry(s) for s in stories(session, measures, wording)],
        "next_practice": next_entry(next_practice(session, strengths, improvements, wording)),
        "reactions": reactions(session, out),
        "latency": _latency(session),
        "media": media(session),
        "notes": [
            *session.notes,
            *_trouble(session),
            *_heard_questions(session),
            *([] if "gaze" in out.cues else _green_room(session)),
            *_uneven(measures),
            *told,
            *([] if rewording is None else [rewording.note]),
            *measures.notes,
            *judges(measures, come_across["emotion"]),
            *told_left_out(out),
            *which,
        ],
        "left_out": list(out.cues),
        "disclaimers": list(load("disclaimers")["lines"]),
    }
    return Analysis(session, measures, scores, report)


def build_report(session: Session | Path, settings: ImpressionSettings | None = None) -> dict:
    """The contract's ``report.json`` of a session or its folder.

    Raises:
        InputError: the folder holds no session.
    """
    if not isinstance(session, Session):
        session = read_session(Path(session))
    return analyse(session, settings).report


def _green_room(session: Session) -> list[str]:
    """Whether gaze was calibrated: as the green room says, else as the gaze itself tells."""
    room = session.meta.get("green_room")
    if not isinstance(room, Mapping) or not room.get("done") or not session.faces:
        # only a calibrated gaze can tell the recruiter's eyes from the rest of the screen
        gazes = [face.gaze for face in session.faces if face.gaze is not None]
        if not gazes or any(gaze.eyes is not None for gaze in gazes):
            return []
        return ["where you looked is only roughly known: it was not calibrated to your eyes"]
    gaze = room.get("gaze")
    error = gaze.get("error_deg") if isinstance(gaze, Mapping) else None
    if isinstance(error, int | float):
        return [f"where you looked was calibrated in the green room, to about {error:.1f} degrees"]
    return [
        "where you looked is only roughly known: it was not calibrated to your eyes "
        "in the green room"
    ]


def _heard_questions(session: Session) -> list[str]:
    """That nobody said what was asked."""
    if not any(act.because is not None and act.because.rule == HEARD for act in session.acts):
        return []
    return [
        "the questions were taken from what is heard in the recording and may be wrong; "
        "to say what was asked, analyze it again with --questions FILE"
    ]


def _uneven(measures: MeasureSet) -> list[str]:
    """A warning for each measure that is known to come out differently for different people."""
    labels = load("labels")["measure"]
    return [
        f"{labels[name]}: in tests where everybody did the same, this figure came out up to "
        f"{table['gap_pct']:.0f} % apart between {table['between']}; take it with care"
        for name, table in load("fairness").items()
        if name in measures.values and measures.values[name].value is not None
    ]


def _impressions(
    session: Session, measures: MeasureSet, settings: ImpressionSettings, out: LeftOut
) -> dict[str, Any]:
    """The entry of impressions; empty where nobody asked for them."""
    if not settings.enabled or "impressions" in out.sections:
        return {}
    found = impressions(session, measures)
    return {
        "impressions": {
            name: {"value": i.value, "low": i.low, "high": i.high, "basis": i.basis}
            for name, i in found.items()
        }
    }


def _measure(m: Measure, spread: Spread | None) -> dict[str, Any]:
    norm = None
    if m.norm is not None:
        norm = {"low": m.norm.low, "high": m.norm.high, "source": m.norm.source}
    return {
        "value": m.value,
        "unit": m.unit,
        "coverage": m.coverage,
        "evidence": spans(m.evidence),
        "norm": norm,
        "baseline": None if m.baseline is None else _baseline(m.baseline),
        "trust": round(m.trust, 3),
        "doubts": list(m.doubts),
        "why": instead() if m.left_out else None,
        "between_answers": None if spread is None or m.value is None else _spread(spread),
    }


def _spread(spread: Spread) -> dict[str, Any]:
    return {
        "sd": round(spread.sd, 6),
        "answers": spread.answers,
        "effective": round(spread.effective, 3),
    }


def _baseline(own: OwnBaseline) -> dict[str, Any]:
    band = own.band
    return {"value": own.value, "low": band.low, "high": band.high, "source": band.source}


def _score(s: Score) -> dict[str, Any]:
    return {
        "value": s.value,
        "low": s.low,
        "high": s.high,
        "coverage": s.coverage,
        "measures": list(s.measures),
        "evidence": spans(s.evidence),
        "why": s.why or None,
        "doubts": list(s.doubts),
        "less_sure": _less_sure(s),
        "reliability": round(s.reliability, 3),
    }


def _less_sure(s: Score) -> str | None:
    """What makes a number less sure, a clause for a person."""
    if s.value is None or not s.doubts:
        return None
    return "less sure, as " + " and ".join(load("doubts")[name]["say"] for name in s.doubts[:2])


def _competency(c: CompetencyRating) -> dict[str, Any]:
    return {
        "value": c.value,
        "low": c.low,
        "high": c.high,
        "why": c.why,
        "quote": clean(c.quote) or None,
        "evidence": spans(c.evidence),
        "questions": list(c.questions),
    }


def _latency(session: Session) -> dict[str, dict[str, float | None]]:
    started = {f.act_id: f.t_s for f in reversed(session.progress) if f.phase == "start"}
    reactions = []
    for act in session.acts:
        if act.kind == "acknowledge" and act.id in started:
            # A rule that knows when its cue was seen says so; else the moment it decided counts.
            cue_s = act.data.cue_t_s if isinstance(act.data, AcknowledgeData) else None
            seen_s = act.t_s if cue_s is None else cue_s
            reactions.append(started[act.id] - seen_s)
    first_audio = []
    previous_end = 0.0
    for line in session.turns.lines:
        ends = [end for _, end in session.candidate_speech if previous_end < end <= line.start_s]
        if ends and line.act_id in started:
            first_audio.append(line.start_s - max(ends))
        previous_end = line.end_s
    return {"reaction_ms": _percentiles(reactions), "first_audio_ms": _percentiles(first_audio)}


def _percentiles(seconds: list[float]) -> dict[str, float | None]:
    if not seconds:
        return {"p50": None, "p95": None}
    p50, p95 = np.percentile(np.array(seconds) * 1000.0, [50, 95])
    return {"p50": round(float(p50), 1), "p95": round(float(p95), 1)}


def _trouble(session: Session) -> list[str]:
    """What the devices reported, each kind once, in the order of time."""
    found: dict[str, None] = {}
    elsewhere = session.meta.get("kind") == "analysis"
    for event in session.events:
        if event.kind in troubles.REPORTED:
            said = str(event.data.get("message") or f"{event.source} {event.kind}")
            if elsewhere and event.source in ("camera", "microphone"):
                said = said.partition(";")[0]  # what to do about a device comes too late
            found[clean(said)] = None
    if session.meta.get("status") == "interrupted":
        found["the interview was interrupted; the report covers what was recorded"] = None
    elif session.meta.get("status") == "running":
        found["the recording was cut off; the report covers what was recorded"] = None
    if session.faces and not any(face.yaw_deg is not None for face in session.faces):
        found["no face was found in the picture"] = None
    if session.voices and not session.candidate_speech:
        found["no speech was heard"] = None
    several = len(session.face) and np.mean(session.face.faces > 1) > 0.1
    if several and others(session) is None:  # else the notes say more
        found["more than one face was in the picture for part of the time"] = None
    return list(found)
