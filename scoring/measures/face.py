"""Face, gaze and head."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np

from perception.recorded import looked_up
from perception.smile import SMILE_OFF, SMILE_ON, SmileDetector
from scoring.measures.finding import (
    NOTHING,
    Finding,
    Findings,
    densest,
    extremes,
    lasting,
    longest,
    share,
)
from scoring.measures.resting_face import resting_units
from scoring.measures.windows import watched, windows
from scoring.record.session import Session
from scoring.record.spans import overlap, total
from scoring.record.tracks import Bools, FaceTrack, Floats, inside, runs
from scoring.types import Span

BROW = 0.3
"""Rise (0...1) of a brow's action unit above its own rest from which it moves."""
BLINK_CLOSED = 0.5
MIN_FACE_S = 3.0
"""Seconds of measured face below which nothing is said of it."""
MIN_BLINKING_S = 15.0
"""Seconds of speech with eyes in view below which nothing is said of blinks: at the usual rate
there are 8 in that time, and one more or less is 4 a minute."""
SMOOTH_S = 0.2
"""Head angles are averaged over this before their speed is taken, or noise would count."""


def measure(session: Session) -> Findings:
    """All that the camera's face readings tell."""
    track = session.face
    if len(track) == 0:
        return {}
    seen_s = float(track.hold_s[track.found].sum())
    looked_s = float(track.hold_s.sum())
    view = watched(session, track.t_s)
    seen_share = share(seen_s, total((view,)))
    found: Findings = {
        "face_share": Finding(
            share(seen_s, looked_s),
            share(looked_s, total((view,))),
            longest(runs(track.t_s, track.hold_s, ~track.found, bridge_s=0.2)),
        )
    }
    if seen_s < MIN_FACE_S:
        return found
    when = windows(session)
    speaking, listening, thinking = (
        overlap(spans, (view,)) for spans in (when.speaking, when.listening, when.thinking)
    )
    found["gaze_on_screen_share"] = _gaze(session, speaking)
    found["gaze_on_screen_listening_share"] = _gaze(session, listening)
    found["gaze_on_screen_thinking_share"] = _gaze(session, thinking)
    found["eye_contact_share"] = _eye_contact(session, (*speaking, *listening))
    found["smile_share"] = _smiles(session, view)
    found["brow_activity"] = _brows(session, view)
    found.update(_gestures(session, seen_share))
    found["blinks_per_min"] = _blinks(session, speaking)
    found.update(_head(session, seen_share))
    return found


def _gaze(session: Session, spans: tuple[Span, ...]) -> Finding:
    """Share of time on the screen; the longest looks away are the evidence."""
    track = session.face
    here = inside(track.t_s, spans) & track.found & (track.target != "")
    seconds = float(track.hold_s[here].sum())
    if seconds < MIN_FACE_S:
        return Finding(None, share(seconds, total(spans)))
    on = here & (track.target == "screen")
    away = runs(track.t_s, track.hold_s, here & ~on, bridge_s=0.2)
    return Finding(
        share(float(track.hold_s[on].sum()), seconds),
        share(seconds, total(spans)),
        lasting(away, 0.7),
    )


def _eye_contact(session: Session, spans: tuple[Span, ...]) -> Finding:
    """Share of time with the look on the recruiter's eyes; its longest stretches are the evidence.

    Only a calibrated gaze can tell her eyes from the rest of the screen.
    """
    track = session.face
    here = inside(track.t_s, spans) & track.found & np.isfinite(track.eyes)
    seconds = float(track.hold_s[here].sum())
    if seconds < MIN_FACE_S:
        return Finding(None, share(seconds, total(spans)))
    met = here & (track.eyes > 0.5)
    return Finding(
        share(float(track.hold_s[met].sum()), seconds),
        share(seconds, total(spans)),
        longest(runs(track.t_s, track.hold_s, met, bridge_s=0.2)),
    )


def smiling(session: Session) -> tuple[Bools, Bools]:
    """For each face reading: whether a smile shows, and whether that could be told.

    By the same rule, with the same thresholds, that let the recruiter return a smile in this
    session: :mod:`perception.smile`.
    """
    track = session.face
    corners = track.smile()
    known = track.found & np.isfinite(corners)
    detector = SmileDetector(*_thresholds(session))
    shown = np.zeros(len(known), dtype=bool)
    for i, (t_s, value) in enumerate(zip(track.t_s.tolist(), corners.tolist(), strict=True)):
        detector.detect(t_s, value if known[i] else None)
        shown[i] = detector.smiling
    return shown, known


def _thresholds(session: Session) -> tuple[float, float]:
    """What rise the session's settings took for a smile, and below what it was over."""
    table = looked_up(session.meta, "settings", "dialogue", "reactions")
    if not isinstance(table, Mapping):
        return SMILE_ON, SMILE_OFF
    on, off = table.get("smile_on", SMILE_ON), table.get("smile_off", SMILE_OFF)
    known = isinstance(on, int | float) and isinstance(off, int | float)
    return (on, off) if known else (SMILE_ON, SMILE_OFF)


def _smiles(session: Session, view: Span) -> Finding:
    track = session.face
    smile, known = smiling(session)
    seconds = float(track.hold_s[known].sum())
    if seconds < MIN_FACE_S:
        return NOTHING
    spans = runs(track.t_s, track.hold_s, smile, bridge_s=0.3)
    return Finding(
        share(float(track.hold_s[smile].sum()), seconds),
        share(seconds, total((view,))),
        lasting(spans, 0.4),
    )


def _brows(session: Session, view: Span) -> Finding:
    track = session.face
    units = np.stack([track.action_unit(n) for n in (1, 2, 4)])
    known = track.found & np.isfinite(units).any(axis=0)
    seconds = float(track.hold_s[known].sum())
    if seconds < MIN_FACE_S:
        return NOTHING
    rest = resting_units(track)
    levels = np.array([rest.get(n, 0.0) for n in (1, 2, 4)])[:, None]
    active = known & (np.nan_to_num(units - levels).max(axis=0) >= BROW)
    spans = runs(track.t_s, track.hold_s, active, bridge_s=0.2)
    return Finding(
        share(float(track.hold_s[active].sum()), seconds),
        share(seconds, total((view,))),
        lasting(spans, 0.3),
    )


def _gestures(session: Session, seen_share: float) -> Findings:
    """Nods, shakes and tilts, where a head was seen that could make them."""
    track = session.face
    found: Findings = {}
    known = track.found & np.isfinite(np.stack([track.yaw_deg, track.pitch_deg])).all(axis=0)
    seconds = float(track.hold_s[known].sum())
    for kind, name in (("nod", "nods"), ("shake", "shakes"), ("tilt", "tilts")):
        spans = tuple((g.t_start_s, g.t_end_s) for g in session.gestures if g.kind == kind)
        if spans or seconds >= MIN_FACE_S:
            found[name] = Finding(float(len(spans)), seen_share, longest(spans))
    return found


def _blinks(session: Session, speaking: tuple[Span, ...]) -> Finding:
    """Blinks a minute of speech in which the eyes were seen; the densest ten seconds show it.

    By the same detector as during the interview; records that lack it are counted by their lids.
    """
    track = session.face
    here = inside(track.t_s, speaking) & track.found
    lids = (track.expression("eyeBlinkLeft") + track.expression("eyeBlinkRight")) / 2
    open_or_shut = here & np.isfinite(lids)
    told = [g for g in session.gestures if g.kind == "blink"]
    known = open_or_shut if open_or_shut.any() or not told else here
    seconds = float(track.hold_s[known].sum())
    if seconds < MIN_BLINKING_S:
        return Finding(None, share(seconds, total(speaking)))
    shut = [(g.t_start_s, g.t_end_s) for g in told] if told else _shut(track, lids)
    when = inside(np.array([start for start, _ in shut], np.float64), speaking)
    shut = list(itertools.compress(shut, when.tolist()))
    return Finding(len(shut) / seconds * 60.0, share(seconds, total(speaking)), densest(shut, 1))


def _shut(track: FaceTrack, lids: Floats) -> list[Span]:
    """When both lids shut: the first readings that show it."""
    known = np.isfinite(lids)
    closed = lids[known] >= BLINK_CLOSED
    first = np.flatnonzero(closed[1:] & ~closed[:-1]) + 1
    starts, ends = track.t_s[known], (track.t_s + track.hold_s)[known]
    return list(zip(starts[first].tolist(), ends[first].tolist(), strict=True))


def _head(session: Session, seen_share: float) -> Findings:
    track = session.face
    found: Findings = {}
    for name, angle in (("head_yaw_deg", track.yaw_deg), ("head_pitch_deg", track.pitch_deg)):
        known = track.found & np.isfinite(angle)
        if track.hold_s[known].sum() >= MIN_FACE_S:
            found[name] = Finding(
                float(np.median(angle[known])),
                seen_share,
                extremes(track.t_s[known], track.hold_s[known], angle[known]),
            )
    angles = np.stack([track.yaw_deg, track.pitch_deg, track.roll_deg])
    known = track.found & np.isfinite(angles).all(axis=0)
    if track.hold_s[known].sum() >= MIN_FACE_S:
        speed = _mean_speed(track.t_s[known], angles[:, known])
        if speed is not None:
            found["head_movement_dps"] = Finding(speed[0], seen_share, speed[1])
    return found


def _mean_speed(t_s: Floats, angles: Floats) -> tuple[float, tuple[Span, ...]] | None:
    """Mean angular speed in °/s over readings that follow each other closely; angles (3, n).

    With the ten seconds in which the head was stillest, and those in which it moved most.
    """
    step = float(np.median(np.diff(t_s)))
    width = max(1, round(SMOOTH_S / step)) if step > 0 else 1
    if t_s.size < width + 2:
        return None
    kernel = np.ones(width) / width
    smooth = np.stack([np.convolve(row, kernel, mode="valid") for row in angles])
    times = np.convolve(t_s, kernel, mode="valid")
    gaps = np.diff(times)
    near = (gaps > 0) & (gaps < 3 * step)
    if not near.any():
        return None
    way = np.linalg.norm(np.diff(smooth, axis=1), axis=0)[near]
    gaps = gaps[near]
    return float(way.sum() / gaps.sum()), extremes(times[:-1][near], gaps, way / gaps)
