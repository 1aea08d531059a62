"""The candidate's own voice, as the green room heard it, and how far from it is still as usual.

What the green room learns of face and gaze is already in the readings: expressions are read against
the resting face, gaze with its own offsets, leaning against the resting place. Of the voice, it is
here that pitch, its variation, loudness and pace are held against their owner.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from perception.calibration import VoiceBaseline
from perception.recorded import looked_up
from scoring.record.session import Session
from scoring.rubric import load
from scoring.types import Norm, OwnBaseline


def own_baselines(session: Session) -> dict[str, OwnBaseline]:
    """By measure; empty where no sentence was read, or nothing of it can be believed."""
    voice = _voice(session.meta)
    if voice is None:
        return {}
    found = {}
    for name, entry in load("baselines").items():
        value = getattr(voice, entry["of"])
        if value is None or not math.isfinite(value):
            continue
        value = float(value) * float(entry.get("times", 1.0))
        within, by = float(entry["within"]), entry["by"]
        if by == "unit":
            low, high = value - within, value + within
        elif value <= 0:
            continue
        else:
            factor = 2.0 ** (within / 12.0) if by == "semitones" else within
            low, high = value / factor, value * factor
        found[name] = OwnBaseline(
            round(value, 2), Norm(round(low, 1), round(high, 1), entry["source"])
        )
    return found


def _voice(meta: Mapping[str, object]) -> VoiceBaseline | None:
    at = looked_up(meta, "green_room", "calibration", "voice")
    if not isinstance(at, Mapping):
        return None
    try:
        return VoiceBaseline.of_table(at)
    except (TypeError, ValueError):
        return None  # a newer or damaged record; its measures are shown without
