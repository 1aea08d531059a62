"""Prosody of a finished answer, measured with Praat (through parselmouth).

All functions take an answer's samples and give None where the sound does not tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from perception.errors import ModelError
from perception.signal.levels import LOWEST_DBFS

SHORTEST_S = 0.3
"""Below this a sound holds too little for any of these measures."""

_NUCLEUS_DIP_DB = 2.0
"""Least dip of intensity between two syllable nuclei (De Jong & Wempe 2009)."""

_NUCLEUS_RANGE_DB = 25.0
"""Nuclei lie within this range below the loudest (99th percentile) part (same source)."""


@dataclass(frozen=True, slots=True)
class PitchTrack:
    """Fundamental frequency of the voiced frames of an answer."""

    times_s: NDArray[np.float64]
    """(n,) from the first sample."""
    hz: NDArray[np.float64]
    """(n,); frames without voice are left out of all arrays."""
    strength: NDArray[np.float64]
    """(n,) 0...1, how well a frame repeats itself after one period (Boersma 1993): above 0.9 in
    clear voice, below 0.7 in whispers that seem to have a pitch."""


@dataclass(frozen=True, slots=True)
class IntensityTrack:
    """Loudness over an answer."""

    times_s: NDArray[np.float64]
    """(n,) from the first sample."""
    dbfs: NDArray[np.float64]
    """(n,) re full scale; never below -120."""


def syllable_nuclei(samples: NDArray[np.float32], rate_hz: int) -> NDArray[np.float64] | None:
    """Times of syllable nuclei, by the method of De Jong & Wempe (2009).

    A nucleus is a voiced peak of intensity that stands above the answer's quiet parts and is parted
    from the nucleus before it by a dip of at least 2 dB.

    Args:
        samples: (n,) mono, -1...1.
        rate_hz: samples per second.

    Returns:
        (n,) seconds from the first sample; empty for sound without syllables; None when the sound
        is shorter than 0.3 s.
    """
    sound = praat_sound(samples, rate_hz)
    if sound is None:
        return None
    contour = sound.to_intensity(minimum_pitch=50.0)
    times, db = contour.xs(), contour.values[0]
    loud, quiet = float(np.percentile(db, 99)), float(db.min())
    threshold = max(loud - _NUCLEUS_RANGE_DB, quiet)
    peaks = np.flatnonzero((db[1:-1] > db[:-2]) & (db[1:-1] >= db[2:])) + 1
    peaks = peaks[db[peaks] > threshold]
    pitch = sound.to_pitch_ac(time_step=0.02, pitch_floor=30.0, pitch_ceiling=450.0)
    nuclei = []
    afters = np.append(peaks, len(db) - 1)[1:]
    for here, after in zip(peaks, afters, strict=True):
        # The dip that follows parts a peak from the next; the last one has the end for a dip.
        dip = float(db[here : after + 1].min())
        voiced = not np.isnan(pitch.get_value_at_time(times[here]))
        if db[here] - dip >= _NUCLEUS_DIP_DB and voiced:
            nuclei.append(float(times[here]))
    return np.array(nuclei)


def pitch_track(
    samples: NDArray[np.float32],
    rate_hz: int,
    low_hz: float = 60.0,
    high_hz: float = 400.0,
) -> PitchTrack | None:
    """Pitch every 10 ms by Praat's autocorrelation (Boersma 1993).

    Args:
        samples: (n,) mono, -1...1.
        rate_hz: samples per second.
        low_hz: lowest pitch looked for, Hz.
        high_hz: highest pitch looked for, Hz.

    Returns:
        The voiced frames; None when there are none or the sound is shorter than 0.3 s.
    """
    sound = praat_sound(samples, rate_hz)
    if sound is None:
        return None
    pitch = sound.to_pitch_ac(time_step=0.01, pitch_floor=low_hz, pitch_ceiling=high_hz)
    hz, strength = pitch.selected_array["frequency"], pitch.selected_array["strength"]
    voiced = hz > 0
    if not voiced.any():
        return None
    return PitchTrack(pitch.xs()[voiced], hz[voiced], strength[voiced])


def intensity(samples: NDArray[np.float32], rate_hz: int) -> IntensityTrack | None:
    """Intensity every 10 ms; None when the sound is shorter than 0.3 s.

    Args:
        samples: (n,) mono, -1...1.
        rate_hz: samples per second.
    """
    sound = praat_sound(samples, rate_hz)
    if sound is None:
        return None
    contour = sound.to_intensity(minimum_pitch=60.0, time_step=0.01)
    # Praat's reference is 20 micropascals: full scale (mean square 1) is 93.98 dB.
    dbfs = contour.values[0] + 20 * np.log10(2e-5)
    return IntensityTrack(contour.xs(), np.maximum(dbfs, LOWEST_DBFS))


def praat_sound(samples: NDArray[np.float32], rate_hz: int) -> Any | None:
    """(n,) samples as Praat has them; None when shorter than 0.3 s.

    Raises:
        ModelError: Praat is not installed.
    """
    try:
        import parselmouth
    except ModuleNotFoundError:
        raise ModelError(
            "prosody needs Praat; install it with: pip install praat-parselmouth"
        ) from None
    if len(samples) < SHORTEST_S * rate_hz:
        return None
    return parselmouth.Sound(samples.astype(np.float64), float(rate_hz))
