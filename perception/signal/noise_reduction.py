"""How much noise lies under speech, and taking it out for the recogniser's sake.

Noise reduction changes the sound of a voice, so nothing but the recogniser ever hears its result.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from perception.signal.levels import LOWEST_DBFS
from perception.signal.noise_floor import NoiseFloor

_FLOOR_S = 10.0
"""s after which a room is forgotten: what banged before a long answer is not the room any more."""
_FLOOR_SHARE = 0.8
"""Share of its blocks, the quieter ones, that counts: a beginning voice is among the rest."""

_WINDOW_S, _HOP_S = 0.032, 0.008
_SMOOTHING = 0.98
"""Weight of the frame before in the a priori signal-to-noise ratio (Ephraim & Malah 1984)."""
_LEAST_PRIOR = 10 ** (-15 / 10)
"""Least a priori ratio (power); lower ones leave musical noise (Cappé 1994)."""
_QUIET_SHARE = 0.1
"""Share of a recording's frames whose power in a band is taken for noise alone."""
_QUIET_MEAN = -np.log(1 - _QUIET_SHARE)
"""That quantile of noise over its mean: power in a band of noise is exponentially distributed."""


def room_between_utterances() -> NoiseFloor:
    """A floor from the sound between stretches of speech, as :func:`snr_db` takes it."""
    return NoiseFloor(
        above_dbfs=LOWEST_DBFS,  # digital silence is no room
        forget_s=_FLOOR_S,
        quiet_share=_FLOOR_SHARE,
    )


def snr_db(
    samples: NDArray[np.float32],
    rate_hz: int,
    speech: Sequence[tuple[float, float]] = (),
    noise_dbfs: float | None = None,
) -> float | None:
    """Power of speech over that of the noise under it, in dB.

    Args:
        samples: (n,) mono, -1...1.
        rate_hz: samples per second.
        speech: (start_s, end_s) of speech, from the first sample; all of it when empty.
        noise_dbfs: level of the room, where it is known; otherwise the quietest tenth of the sound
            stands for it.

    Returns:
        -20...80; None where there is too little sound to tell.
    """
    step = rate_hz // 50
    count = len(samples) // step
    if count < 10:
        return None
    frames = samples[: count * step].astype(np.float64).reshape(count, step)
    power = (frames**2).mean(axis=1) + 1e-13
    middle_s = (np.arange(count) + 0.5) * step / rate_hz
    inside = np.zeros(count, bool)
    for start_s, end_s in speech:
        inside |= (middle_s >= start_s) & (middle_s <= end_s)
    if not inside.any():
        inside[:] = True
    if noise_dbfs is None:
        noise = float(np.percentile(power, 10))
    else:
        # A bang before the speech is not the room: that cannot be louder than pauses in speech.
        noise = min(10 ** (noise_dbfs / 10), float(np.percentile(power, 30)))
    clear = max(float(power[inside].mean()) - noise, 1e-2 * noise)
    return float(np.clip(10 * np.log10(clear / noise), -20.0, 80.0))


def treble_raised(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n,) samples with the treble raised as recognisers do it (pre-emphasis of 0.97).

    Rumble, however loud, does not hurt a recogniser; hiss does. So noise is judged in this sound
    where it is the recogniser that counts.
    """
    if not len(samples):
        return samples
    return np.append(samples[:1], samples[1:] - np.float32(0.97) * samples[:-1])


def reduce_noise(samples: NDArray[np.float32], rate_hz: int) -> NDArray[np.float32]:
    """Takes steady noise out of speech.

    Each band is scaled by the gain that gives the least mean square error of its log amplitude
    (Ephraim & Malah 1985), with the a priori ratio carried over from the frame before (the same,
    1984). The noise of a band is read off its quietest frames.

    Args:
        samples: (n,) mono, -1...1.
        rate_hz: samples per second.

    Returns:
        (n,) samples; what is shorter than two windows comes back unchanged.
    """
    window = round(_WINDOW_S * rate_hz)
    if len(samples) < 2 * window:
        return samples
    # loaded when first needed: what takes noise out is for a recogniser that few have
    from scipy.signal import ShortTimeFFT
    from scipy.signal.windows import hann

    transform = ShortTimeFFT(hann(window, sym=False), round(_HOP_S * rate_hz), rate_hz)
    spectrum = transform.stft(samples.astype(np.float64))
    power = np.abs(spectrum) ** 2
    noise = np.quantile(power, _QUIET_SHARE, axis=1) / _QUIET_MEAN + 1e-12
    cleaned = transform.istft(spectrum * _gains(power / noise[:, None]), k1=len(samples))
    return np.asarray(cleaned, np.float32)


def _gains(posterior: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gain per band and frame from the power over the noise's, both (bands, frames)."""
    from scipy.special import exp1

    gains = np.empty_like(posterior)
    before = np.ones(len(posterior))
    for frame in range(posterior.shape[1]):
        ratio = np.clip(posterior[:, frame], 1e-3, 1e4)
        prior = _SMOOTHING * before + (1 - _SMOOTHING) * np.maximum(ratio - 1, 0)
        prior = np.maximum(prior, _LEAST_PRIOR)
        share = prior / (1 + prior)
        gain = np.minimum(share * np.exp(0.5 * exp1(share * ratio)), 1.0)
        gains[:, frame] = gain
        before = gain**2 * ratio
    return gains
