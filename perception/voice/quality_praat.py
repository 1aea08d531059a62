"""Quality of a voice, measured with Praat (through parselmouth).

Jitter, shimmer, harmonicity and voice breaks by Praat's definitions (Boersma & Weenink, Praat's
manual: "Voice 2" to "Voice 6"). Room noise passes for a rough voice, so what it spoils is given
only where the speech stands far enough out of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from perception.voice.prosody_praat import PitchTrack, pitch_track, praat_sound

LEAST_VOICED_S = 0.5
"""Voiced sound that jitter, shimmer and harmonicity need to mean anything."""

LEAST_SNR_DB = 15.0
"""Speech over noise, dB, below which jitter and shimmer are not told: with white noise mixed in at
this ratio, jitter is off by 8 % in the median recording (``bench hearing``)."""

CLEAR_SNR_DB = 20.0
"""The same for harmonicity, which counts the room's noise as the voice's: about 1 dB too low at
20 dB, 2 at 15 and 6 at 10."""

_STEP_S = 0.01


@dataclass(frozen=True, slots=True)
class VoiceQuality:
    """How steadily and clearly a voice sounded; None where it cannot be told."""

    voiced_s: float
    """Voiced sound that was measured, s."""
    jitter_pct: float | None = None
    """Jitter (local): mean difference of neighbouring periods over the mean period, %."""
    shimmer_pct: float | None = None
    """Shimmer (local): the same of neighbouring periods' amplitudes, %."""
    harmonicity_db: float | None = None
    """Mean harmonics-to-noise ratio of the voiced frames, dB."""
    voice_breaks: int | None = None
    """Gaps between neighbouring pulses longer than 1.25 periods of the lowest pitch."""
    voice_breaks_share: float | None = None
    """Degree of voice breaks: those gaps' time over all time measured, 0...1."""


def voice_quality(
    samples: NDArray[np.float32],
    rate_hz: int,
    stretches: Sequence[tuple[float, float]] | None = None,
    snr_db: float | None = None,
    pitch: PitchTrack | None = None,
) -> VoiceQuality:
    """Measures an answer's voice.

    Args:
        samples: (n,) mono, -1...1.
        rate_hz: samples per second.
        stretches: (start_s, end_s) of speech, from the first sample, in which breaks are counted,
            so that a pause to think is none; all of it when None.
        snr_db: speech over noise; below ``LEAST_SNR_DB`` and ``CLEAR_SNR_DB`` what noise spoils is
            None. None counts as quiet enough.
        pitch: of this sound, where it is known already.
    """
    track = pitch or pitch_track(samples, rate_hz)
    if track is None:
        return VoiceQuality(0.0)
    voiced_s = len(track.hz) * _STEP_S
    if voiced_s < LEAST_VOICED_S:
        return VoiceQuality(voiced_s)
    low, high = pitch_range(track)
    sound = praat_sound(samples, rate_hz)
    pulses = _pulses(sound, low, high)
    spans = stretches if stretches is not None else ((0.0, len(samples) / rate_hz),)
    breaks, share = _breaks(pulses, spans, low)
    snr = np.inf if snr_db is None else snr_db
    jitter, shimmer = _jitter_shimmer(sound, pulses) if snr >= LEAST_SNR_DB else (None, None)
    return VoiceQuality(
        voiced_s=voiced_s,
        jitter_pct=jitter,
        shimmer_pct=shimmer,
        harmonicity_db=_harmonicity(sound, low) if snr >= CLEAR_SNR_DB else None,
        voice_breaks=breaks,
        voice_breaks_share=share,
    )


def steadiness(
    samples: NDArray[np.float32], rate_hz: int, low_hz: float, high_hz: float
) -> tuple[float | None, float | None]:
    """Local jitter and local shimmer of a short piece whose pitch is known already.

    Args:
        samples: (n,) mono, -1...1.
        rate_hz: samples per second.
        low_hz: lowest pitch of this voice.
        high_hz: highest pitch of this voice.

    Returns:
        Both in per cent; None where fewer pulses were found than 0.5 s of voice has, or Praat
        cannot tell.
    """
    from parselmouth.praat import call

    sound = praat_sound(samples, rate_hz)
    if sound is None:
        return None, None
    pulses = _pulses(sound, low_hz, high_hz)
    if call(pulses, "Get number of points") < LEAST_VOICED_S * low_hz / 0.75:
        return None, None
    return _jitter_shimmer(sound, pulses)


def pitch_range(track: PitchTrack) -> tuple[float, float]:
    """Lowest and highest pitch to look for in this voice, Hz.

    Within the voice's own range, as Praat's manual advises: a wide one finds octave errors. The
    factors are those of De Looze & Hirst (2008), about percentiles that octave errors do not move.
    """
    low, high = np.percentile(track.hz, [5, 95]) * np.array([0.75, 1.5])
    return float(low), float(high)


def _pulses(sound: Any, low_hz: float, high_hz: float) -> Any:
    from parselmouth.praat import call

    return call(sound, "To PointProcess (periodic, cc)", low_hz, high_hz)


def _jitter_shimmer(sound: Any, pulses: Any) -> tuple[float | None, float | None]:
    from parselmouth.praat import call

    # shortest and longest period (s), largest ratio of neighbours, of periods and of amplitudes
    jitter = call(pulses, "Get jitter (local)", 0, 0, 1e-4, 0.02, 1.3)
    shimmer = call([sound, pulses], "Get shimmer (local)", 0, 0, 1e-4, 0.02, 1.3, 1.6)
    return _per_cent(jitter), _per_cent(shimmer)


def _harmonicity(sound: Any, low_hz: float) -> float | None:
    contour = sound.to_harmonicity_cc(_STEP_S, low_hz, 0.1, 1.0)
    db = contour.values[contour.values > -200.0]  # Praat's value where there is no voice
    return float(db.mean()) if db.size else None


def _breaks(
    pulses: Any, spans: Sequence[tuple[float, float]], low_hz: float
) -> tuple[int | None, float | None]:
    from parselmouth.praat import call

    count = int(call(pulses, "Get number of points"))
    times = np.array([call(pulses, "Get time from index", i + 1) for i in range(count)])
    longest = 1.25 / low_hz
    breaks, gone_s, whole_s = 0, 0.0, 0.0
    for start, end in spans:
        inside = times[(times >= start) & (times <= end)]
        whole_s += end - start
        gaps = np.diff(inside)
        breaks += int((gaps > longest).sum())
        # silence before the first pulse and after the last one is no break (Praat's manual)
        gone_s += float(gaps[gaps > longest].sum())
    return (breaks, gone_s / whole_s) if whole_s > 0 else (None, None)


def _per_cent(share: float) -> float | None:
    return None if np.isnan(share) else 100 * share
