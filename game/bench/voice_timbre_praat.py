"""What tells one voice from another, measured with Praat: pitch, how it moves, and formants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import parselmouth
from numpy.typing import NDArray

from game.voice.base import RenderedSpeech

_FLOOR_HZ, _CEILING_HZ = 60.0, 500.0
_FORMANTS = 4
_CEILINGS_HZ = {
    "female": (5000.0, 5250.0, 5500.0, 5750.0, 6000.0, 6250.0),
    "male": (4000.0, 4250.0, 4500.0, 4750.0, 5000.0),
}
"""Of the range in which Praat looks for five formants, about the 5500 and 5000 Hz of its manual;
each voice has the one at which its formants vary least (after Escudero et al. 2009)."""
_VOWELS = ("aa", "E", "I", "O", "U")
_SOUND_CM_PER_S = 35_000.0
_PITCH_STEP_ST = 1.95
_TRACT_STEP_ST = 1.73
"""Least differences between voices that listeners notice (Gaudrain & Baskent 2018)."""
_TRIED = 8
_STEP_S = 0.01
_HIGH_ST = 1.0


@dataclass(frozen=True, slots=True)
class Timbre:
    """One voice over many lines."""

    pitch_hz: float
    """Median."""
    pitch_sd_st: float
    """Standard deviation within a line, in semitones; mean of the lines."""
    formants_hz: tuple[float, ...]
    """Medians of the first four, in the middle of voiced vowels."""

    @property
    def tract_cm(self) -> float:
        """Length of a tube closed at one end that has the upper formants: (2i - 1)·c / 4F.

        The first two say more of the vowel than of the speaker (Lammert & Narayanan 2015).
        """
        lengths = [
            (2 * i - 1) * _SOUND_CM_PER_S / (4 * self.formants_hz[i - 1]) for i in (3, _FORMANTS)
        ]
        return float(np.mean(lengths))


def timbre_of(lines: Sequence[RenderedSpeech], kind: str) -> Timbre:
    """Measures a voice.

    Args:
        lines: what it said.
        kind: female or male.
    """
    pitch: list[NDArray[np.float64]] = []
    moves: list[float] = []
    vowels: list[tuple[parselmouth.Sound, list[float]]] = []
    for line in lines:
        sound = _sound(line)
        track = sound.to_pitch_ac(pitch_floor=_FLOOR_HZ, pitch_ceiling=_CEILING_HZ)
        hz = track.selected_array["frequency"]
        voiced = hz[hz > 0]
        pitch.append(voiced)
        moves.append(float(np.std(12 * np.log2(voiced))))
        middles = [(v.start_s + v.end_s) / 2 for v in line.visemes if v.name in _VOWELS]
        vowels.append((sound, [t for t in middles if track.get_value_at_time(t) > 0]))
    # ceilings are tried on some of the lines
    some = vowels[:: max(1, len(vowels) // _TRIED)]
    ceiling = min(_CEILINGS_HZ[kind], key=lambda hz: _spread(_formants(some, hz)))
    medians = np.nanmedian(_formants(vowels, ceiling), axis=0)
    return Timbre(
        float(np.median(np.concatenate(pitch))),
        float(np.mean(moves)),
        tuple(float(value) for value in medians),
    )


def _formants(
    vowels: Sequence[tuple[parselmouth.Sound, list[float]]], ceiling_hz: float
) -> NDArray[np.float64]:
    """(vowels, 4) in Hz, NaN where Praat found none."""
    found = []
    for sound, middles in vowels:
        track = sound.to_formant_burg(maximum_formant=ceiling_hz)
        found += [[track.get_value_at_time(i + 1, t) for i in range(_FORMANTS)] for t in middles]
    return np.array(found)


def _spread(formants: NDArray[np.float64]) -> float:
    """Sum of the upper formants' variances, which vowels change little; in log units."""
    return float(np.nansum(np.nanvar(np.log(formants[:, 2:]), axis=0)))


def apart(one: Timbre, other: Timbre) -> float:
    """How far two voices lie apart in pitch and tract, in differences that are just noticed."""
    pitch = 12 * np.log2(one.pitch_hz / other.pitch_hz) / _PITCH_STEP_ST
    tract = 12 * np.log2(one.tract_cm / other.tract_cm) / _TRACT_STEP_ST
    return float(np.hypot(pitch, tract))


def nearest(voices: dict[str, Timbre]) -> tuple[str, str, float]:
    """The two voices that are likest, and how far they lie apart."""
    found = [(apart(voices[a], voices[b]), a, b) for a, b in combinations(voices, 2)]
    distance, one, other = min(found)
    return one, other, distance


def ending_of(line: RenderedSpeech) -> tuple[float, float]:
    """How a line's melody ends.

    Creak, an octave and more below the line's median, is left out.

    Returns:
        Semitones by which its last 50 ms of voice lie above the line's median, and by which pitch
        rises over its last 150 ms of voice.
    """
    hz = _sound(line).to_pitch_ac(_STEP_S, _FLOOR_HZ, pitch_ceiling=_CEILING_HZ)
    voiced = hz.selected_array["frequency"]
    voiced = voiced[voiced > 0]
    middle = float(np.median(voiced))
    height = 12 * np.log2(voiced[voiced > middle / 2] / middle)
    return float(np.median(height[-5:])), float(np.median(height[-5:]) - np.median(height[-15:-10]))


def ends_high(line: RenderedSpeech) -> bool:
    """Whether a line ends as a question does that asks for yes or no."""
    height, movement = ending_of(line)
    return height > _HIGH_ST and movement > -_HIGH_ST


def ends_falling(line: RenderedSpeech) -> bool:
    """Whether a line ends as a statement does: low, or on the way down from its last accent."""
    height, movement = ending_of(line)
    return height < 0 or movement < 0


def _sound(line: RenderedSpeech) -> parselmouth.Sound:
    return parselmouth.Sound(line.samples.astype(np.float64), line.rate_hz)
