"""Levels of rendered speech: pauses at the ends cut, one loudness for every engine, no clipping."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from game.sound.levels import soft_limit
from game.voice.visemes import voiced_spans

SPEECH_DBFS = -20.0
"""Root mean square level that speech is brought to, pauses left out."""
_LEAD_S = 0.02
_TAIL_S = 0.06


def trim(samples: NDArray[np.float32], rate_hz: int) -> tuple[NDArray[np.float32], float]:
    """Cuts the silence at both ends.

    A soft onset and the last of a fading sound are kept (20 and 60 ms around what is louder than
    the peak less 35 dB).

    Args:
        samples: (n,) mono.
        rate_hz: samples per second.

    Returns:
        The sound and the seconds that were cut at its start. Sound without any speech is returned
        as it is.
    """
    spans = voiced_spans(samples, rate_hz)
    if not spans:
        return samples, 0.0
    first = max(0, round((spans[0][0] - _LEAD_S) * rate_hz))
    last = min(len(samples), round((spans[-1][1] + _TAIL_S) * rate_hz))
    return samples[first:last], first / rate_hz


def level(
    samples: NDArray[np.float32], rate_hz: int, target_dbfs: float = SPEECH_DBFS
) -> NDArray[np.float32]:
    """Brings the loud stretches to ``target_dbfs`` and keeps every sample within -1...1."""
    spans = voiced_spans(samples, rate_hz)
    if not spans:
        return samples
    speech = np.concatenate([samples[int(s * rate_hz) : int(e * rate_hz)] for s, e in spans])
    rms = float(np.sqrt(np.mean(np.square(speech, dtype=np.float64))))
    return soft_limit(samples * np.float32(10 ** (target_dbfs / 20) / max(rms, 1e-9)))
