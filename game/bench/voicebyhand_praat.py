"""Praat as a person would use it by hand, and voices bent with it, to hold ours against.

Nothing of this program's own measuring is used here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import parselmouth
from numpy.typing import NDArray
from parselmouth.praat import call

Floats = NDArray[np.float64]
Sound = NDArray[np.float32]

Contour = Literal["rise", "fall", "level"]

BENT_S = 0.45
"""Voiced sound at the end of a stretch, s, that is given another pitch."""

_WITHIN_S = 0.8
"""Of the last voice, s, in which that lies at the most."""
SPREAD_ST = 4.0
"""Semitones over which a bent end rises or falls."""


@dataclass(frozen=True, slots=True)
class ByHand:
    """What Praat says of one sound."""

    times_s: Floats
    """(n,) of its frames, 10 ms apart."""
    hz: Floats
    """(n,); 0 where it is not voiced."""
    median_hz: float
    jitter_pct: float
    shimmer_pct: float
    harmonicity_db: float


def by_hand(samples: Sound, rate_hz: int) -> ByHand:
    """Pitch from 60 to 400 Hz, and the voice report of the range that this pitch spans."""
    sound = parselmouth.Sound(samples.astype(np.float64), float(rate_hz))
    pitch = call(sound, "To Pitch (ac)", 0.01, 60.0, 15, "no", 0.03, 0.45, 0.01, 0.35, 0.14, 400.0)
    hz = pitch.selected_array["frequency"]
    low, high = (float(f) for f in np.percentile(hz[hz > 0], [5, 95]) * np.array([0.75, 1.5]))
    pulses = call(sound, "To PointProcess (periodic, cc)", low, high)
    harmonicity = call(sound, "To Harmonicity (cc)", 0.01, low, 0.1, 1.0)
    return ByHand(
        times_s=pitch.xs(),
        hz=hz,
        median_hz=call(pitch, "Get quantile", 0, 0, 0.5, "Hertz"),
        jitter_pct=100 * call(pulses, "Get jitter (local)", 0, 0, 1e-4, 0.02, 1.3),
        shimmer_pct=100 * call([sound, pulses], "Get shimmer (local)", 0, 0, 1e-4, 0.02, 1.3, 1.6),
        harmonicity_db=call(harmonicity, "Get mean", 0, 0),
    )


def bend_end(samples: Sound, rate_hz: int, stretch: tuple[float, float], contour: Contour) -> Sound:
    """The sound with the last voice of a stretch rising, falling or level (PSOLA).

    Args:
        samples: (n,) mono, -1...1.
        rate_hz: samples per second.
        stretch: (start_s, end_s) of the stretch.
        contour: over four semitones about the median, up or down, or on the median.
    """
    manipulation, tier, hz = _opened(samples, rate_hz)
    start, end = stretch
    times = np.array([call(tier, "Get time from index", i + 1) for i in range(len(hz))])
    inside = times[(times > start) & (times < end + 0.05)]
    if len(inside) < 4:
        return samples
    last = float(inside[-1])
    # points of the tier are 10 ms apart, where there is a voice
    first = max(last - _WITHIN_S, float(inside[max(0, len(inside) - round(BENT_S / 0.01))]))
    median = float(np.median(hz))
    step = {"rise": 1, "fall": -1, "level": 0}[contour]
    from_st, to_st = -0.25 * step * SPREAD_ST, 0.75 * step * SPREAD_ST
    call(tier, "Remove points between", first, last + 1.0)
    call(tier, "Add point", first, median * 2 ** (from_st / 12))
    call(tier, "Add point", last, median * 2 ** (to_st / 12))
    return _closed(manipulation, tier)


def shift_voice(samples: Sound, rate_hz: int, semitones: float, db: float) -> Sound:
    """The sound with all of its pitch and level moved."""
    manipulation, tier, _ = _opened(samples, rate_hz)
    call(tier, "Multiply frequencies", 0.0, len(samples) / rate_hz, 2 ** (semitones / 12))
    moved: Sound = (_closed(manipulation, tier) * 10 ** (db / 20)).astype(np.float32)
    return moved


def lengthen(samples: Sound, rate_hz: int, factor: float) -> Sound:
    """The sound so many times as long, at the same pitch (PSOLA)."""
    sound = parselmouth.Sound(samples.astype(np.float64), float(rate_hz))
    slower: Sound = call(sound, "Lengthen (overlap-add)", 60.0, 400.0, factor).values[0]
    return slower.astype(np.float32)


def _opened(samples: Sound, rate_hz: int) -> tuple[Any, Any, Floats]:
    sound = parselmouth.Sound(samples.astype(np.float64), float(rate_hz))
    manipulation = call(sound, "To Manipulation", 0.01, 60.0, 400.0)
    tier = call(manipulation, "Extract pitch tier")
    count = int(call(tier, "Get number of points"))
    hz = np.array([call(tier, "Get value at index", i + 1) for i in range(count)])
    return manipulation, tier, hz


def _closed(manipulation: Any, tier: Any) -> Sound:
    call([tier, manipulation], "Replace pitch tier")
    bent: Sound = call(manipulation, "Get resynthesis (overlap-add)").values[0].astype(np.float32)
    return bent
