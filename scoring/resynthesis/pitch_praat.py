"""A livelier pitch, by Praat's overlap-add (through parselmouth).

Pitch-synchronous overlap and add (Moulines & Charpentier 1990) as Praat has it: pulses of the voice
are put down farther apart or closer together. Nothing else of a voice changes, neither its timbre
nor its timing, and what has no voice stays as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from perception.voice.prosody_praat import praat_sound

LEAST_VOICED_S = 3.0
"""s of voice that the spread of a pitch is told from."""
OCTAVE_ST = 12.0
"""Farther from the median than this a pitch is a tracker's octave error, and is left alone."""

_STEP_S = 0.01
_RANGE_HZ = (60.0, 400.0)
"""In which the report looks for pitch, too."""


@dataclass(frozen=True, slots=True)
class Intonation:
    """The pitch of an answer."""

    median_hz: float
    spread_st: float
    """Standard deviation, semitones; as the measure ``pitch_sd_st`` has it."""
    sound: Any
    pitch: Any


def intonation(samples: NDArray[np.float32], rate_hz: int) -> Intonation | None:
    """The pitch of (n,) samples in -1...1; None where too little of them has voice.

    Raises:
        ModelError: Praat is not installed.
    """
    sound = praat_sound(samples, rate_hz)
    if sound is None:
        return None
    low, high = _RANGE_HZ
    pitch = sound.to_pitch_ac(time_step=_STEP_S, pitch_floor=low, pitch_ceiling=high)
    hz = pitch.selected_array["frequency"]
    hz = hz[hz > 0]
    if len(hz) * _STEP_S < LEAST_VOICED_S:
        return None
    median = float(np.median(hz))
    semitones = 12.0 * np.log2(hz / median)
    spread = float(np.std(semitones[np.abs(semitones) < OCTAVE_ST]))
    return Intonation(median, spread, sound, pitch)


def livelier(spoken: Intonation, factor: float) -> NDArray[np.float32]:
    """The same sound with its pitch farther from its median.

    Args:
        spoken: by :func:`intonation`.
        factor: on each distance from the median, in semitones.

    Returns:
        (n,) samples, none louder than full scale.
    """
    from parselmouth.praat import call

    manipulation = call([spoken.sound, spoken.pitch], "To Manipulation")
    tier = call(manipulation, "Extract pitch tier")
    median = spoken.median_hz
    away = f"12 * ln(self / {median:.6f}) / ln(2)"
    wider = f"{median:.6f} * (self / {median:.6f}) ^ {factor:.6f}"
    call(tier, "Formula", f"if abs({away}) < {OCTAVE_ST} then {wider} else self fi")
    call([tier, manipulation], "Replace pitch tier")
    sound = call(manipulation, "Get resynthesis (overlap-add)")
    samples = np.asarray(sound.values[0], np.float32)[: spoken.sound.n_samples]
    peak = float(np.abs(samples).max(initial=0.0))
    return samples / peak if peak > 1.0 else samples
