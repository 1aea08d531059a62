"""Quality of a voice, measured with Praat (through parselmouth).

Jitter, shimmer, harmonicity and voice breaks by Praat's definitions (Boersma & Weenink, Praat's
manual: "Voice 2" to "Voice 6"). Room noise passes for a rough voice, so what it spoils is given
only where the speech stands far enough out of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
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
_PIECE_S = 5.0
"""s over which a voice is told from itself at another time."""


@dataclass(frozen=True, slots=True)
class QualityPiece:
    """How a voice sounded in a few seconds of an answer; None where it cannot be told."""

    start_s: float
    """From the first sample."""
    end_s: float
    jitter_pct: float | None = None
    shimmer_pct: float | None = None
    harmonicity_db: float | None = None


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
    course: tuple[QualityPiece, ...] = ()
    """The same piece by piece, in order of time; without those of too little voice."""
    breaks: tuple[tuple[float, float], ...] = ()
    """(start_s, end_s) of each gap, from the first sample."""


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
    breaks, whole_s = _breaks(pulses, spans, low)
    snr = np.inf if snr_db is None else snr_db
    steady, clear = snr >= LEAST_SNR_DB, snr >= CLEAR_SNR_DB
    jitter, shimmer = _jitter_shimmer(sound, pulses) if steady else (None, None)
    times, db = _harmonicity(sound, low) if clear else (np.zeros(0), np.zeros(0))
    course = []
    for start, end in _pieces(len(samples) / rate_hz):
        voiced = _STEP_S * _within(track.times_s, start, end).sum()
        if voiced >= LEAST_VOICED_S:
            both = _jitter_shimmer(sound, pulses, start, end) if steady else (None, None)
            course.append(QualityPiece(start, end, *both, _mean(db[_within(times, start, end)])))
    return VoiceQuality(
        voiced_s=voiced_s,
        jitter_pct=jitter,
        shimmer_pct=shimmer,
        harmonicity_db=_mean(db),
        voice_breaks=len(breaks) if whole_s > 0 else None,
        voice_breaks_share=sum(end - start for start, end in breaks) / whole_s
        if whole_s > 0
        else None,
        course=tuple(course),
        breaks=breaks,
    )


def _pieces(seconds: float) -> list[tuple[float, float]]:
    """An answer cut into equal pieces, shorter ones where it does not hold two."""
    length_s = _PIECE_S if seconds >= 2 * _PIECE_S else _PIECE_S / 2
    count = max(1, int(seconds // length_s))
    edges = np.linspace(0.0, seconds, count + 1).tolist()
    return list(pairwise(edges))


def _within(times_s: NDArray[np.float64], start_s: float, end_s: float) -> NDArray[np.bool_]:
    return np.asarray((times_s >= start_s) & (times_s < end_s))


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


def _jitter_shimmer(
    sound: Any, pulses: Any, start_s: float = 0.0, end_s: float = 0.0
) -> tuple[float | None, float | None]:
    """Of a piece of the sound; of all of it where both times are 0."""
    from parselmouth.praat import call

    # shortest and longest period (s), largest ratio of neighbours, of periods and of amplitudes
    jitter = call(pulses, "Get jitter (local)", start_s, end_s, 1e-4, 0.02, 1.3)
    shimmer = call([sound, pulses], "Get shimmer (local)", start_s, end_s, 1e-4, 0.02, 1.3, 1.6)
    return _per_cent(jitter), _per_cent(shimmer)


def _harmonicity(sound: Any, low_hz: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(n,) times and (n,) dB of the voiced frames."""
    contour = sound.to_harmonicity_cc(_STEP_S, low_hz, 0.1, 1.0)
    db = contour.values.reshape(-1)
    voiced = db > -200.0  # Praat's value where there is no voice
    return np.asarray(contour.xs())[voiced], db[voiced]


def _mean(db: NDArray[np.float64]) -> float | None:
    return float(db.mean()) if db.size else None


def _breaks(
    pulses: Any, spans: Sequence[tuple[float, float]], low_hz: float
) -> tuple[tuple[tuple[float, float], ...], float]:
    """The breaks, and the seconds in which they were looked for."""
    from parselmouth.praat import call

    count = int(call(pulses, "Get number of points"))
    times = np.array([call(pulses, "Get time from index", i + 1) for i in range(count)])
    longest = 1.25 / low_hz
    breaks: list[tuple[float, float]] = []
    whole_s = 0.0
    for start, end in spans:
        inside = times[(times >= start) & (times <= end)]
        whole_s += end - start
        gaps = np.diff(inside) > longest
        # silence before the first pulse and after the last one is no break (Praat's manual)
        breaks += zip(inside[:-1][gaps].tolist(), inside[1:][gaps].tolist(), strict=True)
    return tuple(breaks), whole_s


def _per_cent(share: float) -> float | None:
    return None if np.isnan(share) else 100 * share
