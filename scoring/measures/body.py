"""Posture and hands."""

from __future__ import annotations

import numpy as np

from scoring.measures.finding import Finding, Findings, longest, share
from scoring.session import Session
from scoring.tracks import inside, runs

MIN_BODY_S = 3.0
GESTURE_SPEED = 0.5
"""Shoulder widths a second above which a hand is gesturing."""


def measure(session: Session) -> Findings:
    """All that the body readings tell; nothing where there are none."""
    track = session.body
    found: Findings = {}
    if len(track) == 0:
        return found
    duration = session.duration_s
    lean = np.isfinite(track.lean_m)
    if track.hold_s[lean].sum() >= MIN_BODY_S:
        found["posture_lean_m"] = Finding(
            float(np.median(track.lean_m[lean])), share(float(track.hold_s[lean].sum()), duration)
        )
    speech = tuple(s for a in session.answers for s in a.speech)
    speaking = inside(track.t_s, speech)
    known = speaking & (np.isfinite(track.hand_speed) | (track.hands_visible == 0))
    seconds = float(track.hold_s[known].sum())
    if seconds >= MIN_BODY_S:
        moving = known & (np.nan_to_num(track.hand_speed) >= GESTURE_SPEED)
        found["gesture_share"] = Finding(
            share(float(track.hold_s[moving].sum()), seconds),
            share(seconds, float(track.hold_s[speaking].sum())),
            longest(runs(track.t_s, track.hold_s, moving, bridge_s=0.3)),
        )
    touch = np.isfinite(track.hand_to_face)
    seconds = float(track.hold_s[touch].sum())
    if seconds >= MIN_BODY_S:
        touching = touch & (np.nan_to_num(track.hand_to_face) > 0.5)
        found["hand_to_face_share"] = Finding(
            share(float(track.hold_s[touching].sum()), seconds),
            share(seconds, duration),
            longest(runs(track.t_s, track.hold_s, touching, bridge_s=0.3)),
        )
    return found
