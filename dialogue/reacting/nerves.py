"""Signs of nerves, taken together.

No single one says anything: people look away to think, and their hands move because they talk. So
two of them at least have to be plain. Restless hands and averted gaze are among the nervous signs
that observers count in interviews (Feiler & Powell 2016), pitch rises under stress (Giddens et al.
2013); that fillers and haste belong to them, and all borders, are ours.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

_SIGNS: Mapping[str, tuple[float, float]] = {
    "fidget": (0.3, 0.8),
    "hand_to_face": (0.2, 0.7),
    "gaze_on_screen": (0.5, 0.2),
    "fillers_per_min": (4.0, 10.0),
    "syllables_per_s": (5.3, 6.6),
}
"""Cue to where it begins to be a sign, and where it is a full one."""
_PITCH_ST = (1.5, 4.0)
"""Semitones over the candidate's usual pitch, likewise."""
PLAIN = 0.4
"""Degree (0...1) from which a sign is plain."""
_FULL = 2.0
"""Sum of degrees that makes 1: two full signs."""


def nerves(
    values: Mapping[str, float | None], usual_pitch_hz: float | None
) -> tuple[float | None, tuple[str, ...]]:
    """How nervous somebody seems.

    Args:
        values: cues of this tick.
        usual_pitch_hz: of the candidate; None where it is not known.

    Returns:
        0...1 and the signs that are plain, strongest first; 0 with fewer than two of them, None
        where fewer than two signs were measured.
    """
    degrees = {
        name: _ramp(value, *_SIGNS[name])
        for name in _SIGNS
        if (value := values.get(name)) is not None
    }
    pitch_hz = values.get("pitch_hz")
    if pitch_hz and usual_pitch_hz and pitch_hz > 0.0:
        degrees["pitch_hz"] = _ramp(12.0 * math.log2(pitch_hz / usual_pitch_hz), *_PITCH_ST)
    if len(degrees) < 2:
        return None, ()
    plain = sorted((n for n in degrees if degrees[n] >= PLAIN), key=lambda n: -degrees[n])
    if len(plain) < 2:
        return 0.0, ()
    return min(1.0, sum(degrees[name] for name in plain) / _FULL), tuple(plain)


def _ramp(value: float, begins: float, full: float) -> float:
    return min(1.0, max(0.0, (value - begins) / (full - begins)))
