"""eGeMAPS v02's functionals by Praat and numpy, for those who may not or need not use openSMILE.

86 of the 88 are given, under openSMILE's names, as they mean the same. Over 29 recordings the means
of pitch, loudness, cepstra, spectral balance, flux and level correlate with openSMILE's by 0.92 to
1.00 (in unvoiced sound 0.8 and more), lengths of segments by 0.8 to 0.94, jitter and shimmer by 0.5
and 0.7; rising slopes of pitch, formants, their amplitudes and H1-H2 hardly at all (0.7 and less),
so compare those only among sessions measured the same way. What differs:

- Pitch, harmonicity and formants are Praat's. openSMILE's pitch is subharmonic summation, over a
  wider range; its formants are roots of a predictor without Praat's limits.
- Jitter and shimmer are Praat's for all of the sound at once, not frame by frame; so their spread
  (``jitterLocal_sma3nz_stddevNorm``, ``shimmerLocaldB_sma3nz_stddevNorm``) is left out.
- Amplitudes of formants are means over voiced frames; openSMILE counts unvoiced ones as -201 dB.
- Loudness and spectral flux are smaller by 0.8 to 0.9. Rising and falling slopes of pitch are taken
  within voiced segments, openSMILE's across gaps, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from perception.voice.descriptors import STEP_S, Descriptors, Floats, describe, smooth
from perception.voice.final_prosody import speaker_pitch
from perception.voice.prosody_praat import SHORTEST_S, praat_sound
from perception.voice.quality_praat import pitch_range

_SEMITONE_HZ = 27.5
"""Zero of the semitone scale: the lowest key of a piano."""

_HARMONIC_WINDOW_S = 0.06
"""Window of harmonics' amplitudes; openSMILE's for pitch."""

Values = dict[str, float]


class PraatFunctionals:
    """Functionals by Praat and numpy.

    Raises:
        ModelError: Praat is not installed, when first asked.
    """

    name = "praat"

    def extract(self, samples: NDArray[np.float32], rate_hz: int) -> Mapping[str, float]:
        """Functionals of (n,) mono samples, -1...1; empty for less than 0.3 s."""
        if len(samples) < SHORTEST_S * rate_hz:
            return {}
        frames = describe(samples, rate_hz)
        hz = _pitch_at(samples, rate_hz, frames.times_s)
        voiced = hz > 0
        values: Values = {}
        values.update(_loudness(frames))
        values.update(_spectrum(frames, voiced))
        values.update(_segments(voiced))
        if voiced.any():
            values.update(_pitch(hz))
            values.update(_quality(samples, rate_hz))
            values.update(_formants(samples, rate_hz, frames.times_s, hz))
        power = float(np.mean(samples.astype(np.float64) ** 2))
        if power > 0:
            values["equivalentSoundLevel_dBp"] = 10 * float(np.log10(power))
        return {name: value for name, value in values.items() if np.isfinite(value)}


def _pitch_at(samples: NDArray[np.float32], rate_hz: int, times_s: Floats) -> Floats:
    """(n,) Hz at each frame; 0 where it is not voiced."""
    track = speaker_pitch(samples, rate_hz)
    hz = np.zeros(len(times_s))
    if track is None:
        return hz
    at = np.clip(np.searchsorted(track.times_s, times_s), 0, len(track.times_s) - 1)
    before = np.maximum(at - 1, 0)
    nearer = np.abs(track.times_s[before] - times_s) < np.abs(track.times_s[at] - times_s)
    at = np.where(nearer, before, at)
    close = np.abs(track.times_s[at] - times_s) <= STEP_S / 2 + 1e-6
    hz[close] = track.hz[at[close]]
    return hz


def _pitch(hz: Floats) -> Values:
    voiced = hz > 0
    semitones = np.where(voiced, 12 * np.log2(np.maximum(hz, 1.0) / _SEMITONE_HZ), 0.0)
    for start, end in _runs(voiced):
        semitones[start:end] = smooth(semitones[start:end])
    slopes = [s for start, end in _runs(voiced) for s in _slopes(semitones[start:end])]
    return _contour("F0semitoneFrom27.5Hz_sma3nz", semitones[voiced], np.array(slopes))


def _loudness(frames: Descriptors) -> Values:
    loudness = smooth(frames.loudness)
    values = _contour("loudness_sma3", loudness, np.array(list(_slopes(loudness))))
    inner = loudness[1:-1]
    peaks = (inner > loudness[:-2]) & (inner >= loudness[2:]) & (inner > loudness.mean())
    values["loudnessPeaksPerSec"] = float(peaks.sum()) / (len(loudness) * STEP_S)
    return values


def _spectrum(frames: Descriptors, voiced: NDArray[np.bool_]) -> Values:
    values: Values = {}
    cepstra = {f"mfcc{i + 1}": smooth(frames.mfcc[:, i]) for i in range(4)}
    flux = smooth(frames.flux)
    for name, column in {"spectralFlux": flux, **cepstra}.items():
        values.update(_both(f"{name}_sma3", column))
        values.update(_both(f"{name}V_sma3nz", column[voiced]))
    balance = {
        "alphaRatio{}": frames.alpha_ratio,
        "hammarbergIndex{}": frames.hammarberg,
        "slope{}0-500": frames.slope_0_500,
        "slope{}500-1500": frames.slope_500_1500,
    }
    for name, column in balance.items():
        smoothed = smooth(column)
        values.update(_both(f"{name.format('V')}_sma3nz", smoothed[voiced]))
        values.update(_mean(f"{name.format('UV')}_sma3nz", smoothed[~voiced]))
    values.update(_mean("spectralFluxUV_sma3nz", flux[~voiced]))
    return values


def _segments(voiced: NDArray[np.bool_]) -> Values:
    whole_s = len(voiced) * STEP_S
    runs = list(_runs(voiced))
    lengths = np.array([end - start for start, end in runs]) * STEP_S
    gaps = np.array([end - start for start, end in _runs(~voiced)]) * STEP_S
    values = {"VoicedSegmentsPerSec": len(runs) / whole_s}
    for name, spans in (("VoicedSegmentLengthSec", lengths), ("UnvoicedSegmentLength", gaps)):
        if len(spans):
            values[f"Mean{name}"] = float(spans.mean())
            values[f"Stddev{name}"] = float(spans.std())
    return values


def _quality(samples: NDArray[np.float32], rate_hz: int) -> Values:
    from parselmouth.praat import call

    track = speaker_pitch(samples, rate_hz)
    sound = praat_sound(samples, rate_hz)
    if track is None or sound is None:
        return {}
    low, high = pitch_range(track)
    pulses = call(sound, "To PointProcess (periodic, cc)", low, high)
    contour = sound.to_harmonicity_ac(STEP_S, low, 0.1, 4.5)
    harmonicity = contour.values[contour.values > -200.0]
    return {
        "jitterLocal_sma3nz_amean": call(pulses, "Get jitter (local)", 0, 0, 1e-4, 0.02, 1.3),
        "shimmerLocaldB_sma3nz_amean": call(
            [sound, pulses], "Get shimmer (local_dB)", 0, 0, 1e-4, 0.02, 1.3, 1.6
        ),
        **_both("HNRdBACF_sma3nz", harmonicity),
    }


def _formants(samples: NDArray[np.float32], rate_hz: int, times_s: Floats, hz: Floats) -> Values:
    sound = praat_sound(samples, rate_hz)
    if sound is None:
        return {}
    voiced = hz > 0
    # five formants below 5 kHz for low voices, 5.5 kHz for high ones, as Praat's manual advises
    ceiling = 5000.0 if float(np.median(hz[voiced])) < 165.0 else 5500.0
    found = sound.to_formant_burg(STEP_S, 5.0, ceiling)
    at = times_s[voiced]
    frequency = np.array([[found.get_value_at_time(n, t) for t in at] for n in (1, 2, 3)])
    bandwidth = np.array([[found.get_bandwidth_at_time(n, t) for t in at] for n in (1, 2, 3)])
    levels = _harmonics(samples.astype(np.float64), rate_hz, at, hz[voiced], frequency)
    values: Values = {}
    for n in range(3):
        values.update(_both(f"F{n + 1}frequency_sma3nz", frequency[n]))
        values.update(_both(f"F{n + 1}bandwidth_sma3nz", bandwidth[n]))
        values.update(_both(f"F{n + 1}amplitudeLogRelF0_sma3nz", levels[2 + n] - levels[0]))
    values.update(_both("logRelF0-H1-H2_sma3nz", levels[0] - levels[1]))
    values.update(_both("logRelF0-H1-A3_sma3nz", levels[0] - levels[4]))
    return values


def _harmonics(
    samples: Floats, rate_hz: int, times_s: Floats, hz: Floats, formants: Floats
) -> Floats:
    """(5, n) dB: the first and second harmonic, and the strongest near each of three formants."""
    half = int(_HARMONIC_WINDOW_S * rate_hz / 2)
    padded = np.pad(samples, half)
    window = np.hanning(2 * half)
    size = 4096
    bin_hz = rate_hz / size
    levels = np.full((5, len(times_s)), np.nan)
    for i, (t_s, f0) in enumerate(zip(times_s, hz, strict=True)):
        begin = round(t_s * rate_hz)
        piece = padded[begin : begin + 2 * half]
        if len(piece) < 2 * half:
            continue
        db = 20 * np.log10(np.abs(np.fft.rfft(piece * window, size)) + 1e-9)
        places = [(f0, 0.25 * f0), (2 * f0, 0.25 * f0)]
        places += [(formant, max(0.2 * formant, 0.5 * f0)) for formant in formants[:, i]]
        for row, (centre, reach) in enumerate(places):
            if np.isfinite(centre):
                low, high = (int((centre + sign * reach) / bin_hz) for sign in (-1, 1))
                near = db[max(1, low) : high + 1]
                levels[row, i] = near.max() if len(near) else np.nan
    return levels


def _runs(mask: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Begin and end of each stretch of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(np.int8), [0]))))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        yield int(start), int(end)


def _slopes(values: Floats) -> Iterator[float]:
    """Change per second of each stretch in which the values only rise or only fall."""
    turns = np.flatnonzero(np.diff(np.sign(np.diff(values)))) + 1
    corners = np.concatenate(([0], turns, [len(values) - 1]))
    for a, b in pairwise(corners.tolist()):
        if b > a:
            yield float(values[b] - values[a]) / ((b - a) * STEP_S)


def _contour(name: str, values: Floats, slopes: Floats) -> Values:
    p20, p50, p80 = np.percentile(values, [20, 50, 80])
    found = {
        **_both(name, values),
        f"{name}_percentile20.0": float(p20),
        f"{name}_percentile50.0": float(p50),
        f"{name}_percentile80.0": float(p80),
        f"{name}_pctlrange0-2": float(p80 - p20),
    }
    for way, kept in (("Rising", slopes[slopes > 0]), ("Falling", -slopes[slopes < 0])):
        if len(kept):
            found[f"{name}_mean{way}Slope"] = float(kept.mean())
            found[f"{name}_stddev{way}Slope"] = float(kept.std())
    return found


def _both(name: str, values: Floats) -> Values:
    """Mean, and standard deviation over it, of the finite values."""
    kept = values[np.isfinite(values)]
    if len(kept) == 0:
        return {}
    mean = float(kept.mean())
    found = {f"{name}_amean": mean}
    if mean != 0:
        found[f"{name}_stddevNorm"] = float(kept.std()) / mean
    return found


def _mean(name: str, values: Floats) -> Values:
    return {f"{name}_amean": float(values.mean())} if len(values) else {}
