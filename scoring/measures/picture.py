"""How well the camera's picture served, so that a reader knows what the other measures rest on."""

from __future__ import annotations

import numpy as np

from scoring.measures.finding import NOTHING, Finding, Findings, longest, share
from scoring.measures.windows import watched
from scoring.record.session import Session
from scoring.record.spans import total
from scoring.record.tracks import runs

MIN_PICTURE_S = 3.0
"""Seconds of judged picture below which nothing is said of it."""
MAX_HOLD_S = 2.0
"""A picture is judged about once a second; a judgement speaks no longer than this."""
WORTH_SAYING_S = 3.0
"""Seconds that a problem must have lasted in all to be named."""

WORDS = {
    "no_face": "without your face",
    "frozen": "standing still",
    "dark": "too dark",
    "backlit": "lit from behind you",
    "bright": "too bright",
    "cut_off": "cutting off part of your face",
    "near": "taken from very near",
    "far": "taken from far away",
    "off_centre": "showing you at its edge",
    "blurred": "blurred",
}
"""Each problem as it goes on after "the picture was"."""


def measure(session: Session, notes: list[str]) -> Findings:
    """The share of time without a problem; what was wrong, and for how long, goes to ``notes``."""
    pictures = sorted(session.pictures, key=lambda reading: reading.t_s)
    if len(pictures) < 2:
        return {}
    t_s = np.array([reading.t_s for reading in pictures])
    gaps = np.diff(t_s)
    hold_s = np.clip(np.append(gaps, np.median(gaps)), 0.0, MAX_HOLD_S)
    seconds = float(hold_s.sum())
    if seconds < MIN_PICTURE_S:
        return {"picture_quality_share": NOTHING}
    bad = np.array([bool(reading.problems) for reading in pictures])
    lasted: dict[str, float] = {}
    for reading, held in zip(pictures, hold_s.tolist(), strict=True):
        for problem in reading.problems:
            lasted[problem] = lasted.get(problem, 0.0) + held
    said = [
        f"{WORDS[name]} for {lasted[name]:.0f} s"
        for name in sorted(lasted, key=lambda name: -lasted[name])
        if name in WORDS and lasted[name] >= WORTH_SAYING_S
    ]
    if said:
        notes.append(f"the camera's picture was {_joined(said)}; what was seen then is less sure")
    finding = Finding(
        share(float(hold_s[~bad].sum()), seconds),
        share(seconds, total((watched(session, t_s),))),
        longest(runs(t_s, hold_s, bad, bridge_s=0.3)),
    )
    return {"picture_quality_share": finding}


def _joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
