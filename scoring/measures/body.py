"""Posture and hands.

For none of these is there a norm: how people sit and move their hands differs between bodies,
chairs and cultures, so the report shows them as they were.
"""

from __future__ import annotations

import numpy as np

from perception.restlessness import FIDGET_OFF, FIDGET_ON, HAND_SPEED
from scoring.measures.finding import Finding, Findings, extremes, longest, share
from scoring.measures.windows import watched
from scoring.record.session import Session
from scoring.record.spans import overlap, total
from scoring.record.tracks import Bools, Floats, inside, runs

MIN_BODY_S = 3.0
SLOUCH_ON, SLOUCH_OFF = 0.2, 0.12
"""Shoulder widths below the resting place at which slouching begins and ends: 7 and 4 cm. Leaning
before a tilted camera alone moves shoulders by less."""
BRIDGE_S = 0.3
"""s that a state may be interrupted and still be one stretch of evidence."""


def measure(session: Session) -> Findings:
    """All that the body readings tell; nothing where there are none."""
    track = session.body
    found: Findings = {}
    if len(track) == 0:
        return found
    view = watched(session, track.t_s)
    duration = total((view,))

    def median(name: str, values: Floats) -> None:
        known = np.isfinite(values)
        seconds = float(track.hold_s[known].sum())
        if seconds >= MIN_BODY_S:
            found[name] = Finding(
                float(np.median(values[known])),
                share(seconds, duration),
                extremes(track.t_s[known], track.hold_s[known], values[known]),
            )

    def part(name: str, known: Bools, on: Bools, of_s: float) -> None:
        seconds = float(track.hold_s[known].sum())
        if seconds >= MIN_BODY_S:
            found[name] = Finding(
                share(float(track.hold_s[known & on].sum()), seconds),
                share(seconds, of_s),
                longest(runs(track.t_s, track.hold_s, known & on, bridge_s=BRIDGE_S)),
            )

    median("posture_lean_m", track.lean_m)
    median("shoulder_tilt_deg", track.shoulders_roll_deg)
    slouching = held(track.slouch, SLOUCH_ON, SLOUCH_OFF)
    part("slouch_share", np.isfinite(track.slouch), slouching, duration)
    fidgeting = held(track.fidget, FIDGET_ON, FIDGET_OFF)
    part("fidget_share", np.isfinite(track.fidget), fidgeting, duration)
    part("hands_visible_share", np.isfinite(track.hands_visible), track.hands_visible > 0, duration)
    touching = track.hand_to_face > 0.5
    part("hand_to_face_share", np.isfinite(track.hand_to_face), touching, duration)
    said = overlap(tuple(s for a in session.answers for s in a.speech), (view,))
    speaking = inside(track.t_s, said)
    moving, told = _gestures(track.gesturing, track.hand_speed, track.hands_visible)
    part("gesture_share", speaking & told, moving, float(track.hold_s[speaking].sum()))
    return found


def _gestures(gesturing: Floats, speed: Floats, visible: Floats) -> tuple[Bools, Bools]:
    """Where a hand gestures, and where that is known; by speed alone where it was not told."""
    said = np.isfinite(gesturing)
    moving = np.where(said, gesturing > 0.5, np.nan_to_num(speed) >= HAND_SPEED)
    return moving.astype(bool), said | np.isfinite(speed) | (visible == 0)


def held(values: Floats, on: float, off: float) -> Bools:
    """Where a state holds that begins at ``on`` and ends under ``off``; shape as ``values``.

    What was not measured ends it.
    """
    mask = np.zeros(values.shape, dtype=bool)
    state = False
    for i, value in enumerate(values.tolist()):
        state = bool(value >= (off if state else on))
        mask[i] = state
    return mask
