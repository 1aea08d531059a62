"""One speaker's sound made another person's: other formants, another pitch, the same times.

Pitch-synchronous overlap and add (Moulines & Charpentier 1990): the sound is cut into grains of two
periods, one at each pitch mark; the grains are resampled, which moves their formants, and put down
again where the new pitch has its marks. Praat's "Change gender" does the same, and sounds the same
to a model of listeners; but it has to look for the pitch, which is known here, it needs five times
as long, and it holds Python's lock all the while, so that no picture is drawn meanwhile.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from game.voice.vocoder import FRAME, RATE_HZ
from perception.signal.resampling import resample

_VOICED_HZ = 60.0
_NEW_HZ = (50.0, 500.0)
_UNVOICED_HZ = 200.0
"""Grains a second where there is no voice."""
_FINE = 200
"""Formants are moved in steps of one part in so many: half a per cent, less than is heard."""
_OFFSETS = 10
"""Places within a period that are tried for its mark."""
_AROUND = 25
"""Samples over which loudness is taken there: 1 ms, about the time the glottis takes to close."""


def change_voice(
    samples: NDArray[np.float32],
    pitch_hz: NDArray[np.float32],
    formant_ratio: float,
    pitch_ratio: float,
    pitch_range: float,
) -> NDArray[np.float32]:
    """Gives a voice other formants and another pitch.

    Args:
        samples: (300 · F,) mono at ``RATE_HZ``.
        pitch_hz: (F,) of each frame; below 40 where there is no voice.
        formant_ratio: factor on the formants: below 1 for a longer vocal tract.
        pitch_ratio: factor on the median of the pitch.
        pitch_range: factor on how far pitch goes from its median.

    Returns:
        (300 · F,) samples.
    """
    at = (np.arange(len(samples)) + 0.5) / FRAME - 0.5
    pitch = np.interp(at, np.arange(len(pitch_hz)), pitch_hz.astype(np.float64))
    voiced = pitch > _VOICED_HZ
    if not voiced.any():
        return samples
    middle = float(np.median(pitch[voiced]))
    wanted = pitch_ratio * (middle + pitch_range * (pitch - middle))
    own = np.where(voiced, pitch, _UNVOICED_HZ)
    new = np.where(voiced, np.clip(wanted, *_NEW_HZ), _UNVOICED_HZ)
    sources = _marks_at_peaks(samples, own, voiced)
    targets = _crossings(np.cumsum(new / RATE_HZ))
    if len(sources) < 2 or len(targets) < 2:
        return samples
    after = np.clip(np.searchsorted(sources, targets), 1, len(sources) - 1)
    nearest = after - (targets - sources[after - 1] < sources[after] - targets)
    moved = resample(samples.astype(np.float64), round(_FINE * formant_ratio), _FINE)
    return _laid_down(moved, own, new, voiced, sources[nearest], targets)


def _crossings(turns: NDArray[np.float64]) -> NDArray[np.intp]:
    """Samples at which another period begins."""
    return np.flatnonzero(np.diff(np.floor(turns), prepend=np.floor(turns[:1])) > 0)


def _marks_at_peaks(
    samples: NDArray[np.float32], own_hz: NDArray[np.float64], voiced: NDArray[np.bool_]
) -> NDArray[np.intp]:
    """One mark a period, where its sound is loudest over the stretch of voice that it lies in."""
    window = np.hanning(_AROUND)
    loudness = np.convolve(np.square(samples, dtype=np.float64), window, mode="same")
    turns = np.cumsum(own_hz / RATE_HZ)
    edges = [0, *(np.flatnonzero(np.diff(voiced)) + 1).tolist(), len(samples)]
    marks: list[NDArray[np.intp]] = []
    for begin, end in pairwise(edges):
        tried = [
            begin + _crossings(turns[begin:end] + offset / _OFFSETS)
            for offset in range(_OFFSETS if voiced[begin] else 1)
        ]
        marks.append(max(tried, key=lambda found: float(loudness[found].sum() / (len(found) + 1))))
    return np.unique(np.concatenate(marks))


def _laid_down(
    moved: NDArray[np.float32],
    own_hz: NDArray[np.float64],
    new_hz: NDArray[np.float64],
    voiced: NDArray[np.bool_],
    sources: NDArray[np.intp],
    targets: NDArray[np.intp],
) -> NDArray[np.float32]:
    """Adds the grains up."""
    length = len(own_hz)
    scale = len(moved) / length
    margin = round(2 * RATE_HZ / _VOICED_HZ)
    padded = np.pad(moved, margin)
    laid = np.zeros(length + 2 * margin)
    windows: dict[int, NDArray[np.float64]] = {}
    # A grain of the same energy, laid down more often or resampled to another length, would change
    # the loudness of voice beside that of noise, whose grains add up without regard to phase.
    of_noise = np.sqrt(scale**-1 / 0.75) if abs(scale - 1.0) > 1e-3 else 1.0
    gains = np.where(voiced[sources], np.sqrt(own_hz[sources] / new_hz[targets] / scale), of_noise)
    halves = np.round(RATE_HZ / own_hz[sources] * scale).astype(int)
    centres = np.round(sources * scale).astype(int) + margin
    for half, centre, target, gain in zip(
        halves.tolist(), centres.tolist(), (targets + margin).tolist(), gains.tolist(), strict=True
    ):
        if half not in windows:
            windows[half] = 0.5 + 0.5 * np.cos(np.pi * np.arange(-half, half + 1) / half)
        grain = padded[centre - half : centre + half + 1] * windows[half]
        laid[target - half : target + half + 1] += gain * grain
    return laid[margin : margin + length].astype(np.float32)
