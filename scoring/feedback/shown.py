"""Values and times as people read them."""

from __future__ import annotations

from scoring.leaving_out import instead
from scoring.types import Measure

_FORMATS = {
    "0–1": "{:.0%}",
    "count": "{:.0f}",
    "words/min": "{:.0f} words/min",
    "Hz": "{:.0f} Hz",
    "°": "{:z.1f}°",
    "1/min": "{:.1f} a minute",
    "1/100 words": "{:.1f} in 100 words",
    "–": "{:.0f}",
    "−1…1": "{:+z.2f}",
}
"""How people read a value of each unit; any other gets two decimals below 10 and one above.
Nothing has no minus before it (z)."""
_IN_SENTENCES = {"words/min": "{:.0f} words a minute", "s": "{:.1f} seconds"}
"""The same inside a sentence, where that reads better."""


def clock(t_s: float) -> str:
    """Minutes and seconds, as on a player."""
    seconds = max(0, int(t_s))
    return f"{seconds // 60}:{seconds % 60:02d}"


def shown(measure: Measure) -> str:
    """A value as people read it."""
    if measure.value is None:
        return instead() if measure.left_out else "not enough to tell"
    usual = ("{:z.2f} " if abs(measure.value) < 10 else "{:.1f} ") + measure.unit
    return _FORMATS.get(measure.unit, usual).format(measure.value)


def in_a_sentence(measure: Measure) -> str:
    """The same as part of a sentence."""
    if measure.value is None or measure.unit not in _IN_SENTENCES:
        return shown(measure)
    return _IN_SENTENCES[measure.unit].format(measure.value)
