"""Rooms in which the microphone hears the loudspeaker: simulated, with everything known.

A loudspeaker saturates softly and has no bass, as small ones have not. Its sound reaches the
microphone directly, by some early reflections, and by a diffuse tail of noise that decays
exponentially (Polack 1988). The whole takes the sound system's time on top of the sound's own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, fftconvolve, sosfilt

from perception.microphone.base import BLOCK_SAMPLES, RATE_HZ

Sound = NDArray[np.float32]

PLAYED_DBFS = -20.0
"""Level of her voice as it is played, about; see ``game.voice.loudness``."""
CANDIDATE_DBFS = -26.0
"""Level of the candidate's voice at the microphone, about."""
_EARLY = 8
_EARLY_S = (0.0006, 0.015)


@dataclass(frozen=True, slots=True)
class Place:
    """A loudspeaker and a microphone in a room."""

    name: str
    reverberation_s: float
    """Time in which the diffuse tail decays by 60 dB."""
    direct_db: float
    """Direct sound and early reflections over the tail, dB."""
    delay_s: float
    """From the time at which a sound was to be heard to its arrival."""
    echo_db: float
    """Level of the echo re the candidate's voice at the microphone."""
    drive: float
    """How far the loudspeaker saturates: at 1 it distorts loud vowels by 7 % (third harmonic), at
    1.5 by 15 %, at 0 not at all."""
    noise_dbfs: float
    """Level of the room's own noise at the microphone."""


PLACES = (
    Place("laptop on a desk", 0.35, 8.0, 0.060, -3.0, 1.0, -60.0),
    Place("laptop in a bare kitchen", 0.6, 4.0, 0.110, 3.0, 0.5, -58.0),
    Place("monitor's loudspeakers, webcam", 0.45, 5.0, 0.200, -10.0, 0.3, -55.0),
    Place("quiet tablet at arm's length", 0.25, 9.0, 0.030, -6.0, 1.5, -62.0),
)
"""Four kinds, from near and loud to far and soft."""


class EchoRoom:
    """Turns what is played into what the microphone hears of it, block by block.

    Args:
        place: which room.
        seed: of its reflections and its noise.
    """

    def __init__(self, place: Place, seed: int = 0) -> None:
        self._rng = np.random.default_rng([seed, 0xEC40])
        self._place = place
        self._response = self._draw_response()
        self._bass = butter(2, 250.0, "highpass", fs=RATE_HZ, output="sos")
        self._state = np.zeros((len(self._bass), 2))
        self._drive = 1.5 * place.drive
        self._coming = np.zeros(len(self._response) + BLOCK_SAMPLES)
        self._gain = 10 ** ((CANDIDATE_DBFS + place.echo_db - PLAYED_DBFS) / 20)

    def echo(self, played: Sound) -> Sound:
        """What arrives of the next (512,) samples and of those before, noise left out."""
        driven = np.tanh(self._drive * played) / self._drive if self._drive else played
        heard, self._state = sosfilt(self._bass, driven, zi=self._state)
        arriving = fftconvolve(heard, self._response)
        self._coming[: len(arriving)] += self._gain * arriving
        now = self._coming[:BLOCK_SAMPLES].astype(np.float32)
        self._coming[:-BLOCK_SAMPLES] = self._coming[BLOCK_SAMPLES:]
        self._coming[-BLOCK_SAMPLES:] = 0.0
        return now

    def noise(self) -> Sound:
        """The next (512,) samples of the room's own noise."""
        level = 10 ** (self._place.noise_dbfs / 20)
        return self._rng.normal(0.0, level, BLOCK_SAMPLES).astype(np.float32)

    def move(self, share: float) -> None:
        """Somebody moves: a share (0...1) of all reflections changes."""
        other = self._draw_response()
        kept = np.sqrt(max(0.0, 1.0 - share**2))
        self._response = kept * self._response + share * other

    def delay(self, seconds: float) -> None:
        """From now on everything takes so much longer."""
        later = np.zeros(round(seconds * RATE_HZ))
        self._response = np.concatenate([later, self._response])
        self._coming = np.concatenate([self._coming, later])

    def _draw_response(self) -> NDArray[np.float64]:
        place, rng = self._place, self._rng
        count = round((place.reverberation_s * 0.9 + 0.02) * RATE_HZ)
        times = np.arange(count) / RATE_HZ
        early = np.zeros(count)
        early[0] = 1.0
        for at_s in rng.uniform(*_EARLY_S, _EARLY):
            early[round(at_s * RATE_HZ)] += rng.choice((-1.0, 1.0)) * rng.uniform(0.1, 0.5)
        early /= np.sqrt(np.sum(early**2))
        tail = rng.normal(0.0, 1.0, count) * 10 ** (-3.0 * times / place.reverberation_s)
        tail[times < 0.003] = 0.0
        tail *= 10 ** (-place.direct_db / 20) / np.sqrt(np.sum(tail**2))
        response = early + tail
        response /= np.sqrt(np.sum(response**2))
        return np.concatenate([np.zeros(round(place.delay_s * RATE_HZ)), response])


class Transport:
    """Tells the reference as a loudspeaker does: in blocks of its own, ahead of time, with jitter.

    Args:
        seed: of the jitter.
        jitter_s: standard deviation of the times told.
    """

    BLOCK = 171
    """Samples at 16 kHz of a block of 512 at 48 kHz, about."""

    def __init__(self, seed: int = 0, jitter_s: float = 0.002) -> None:
        self._rng = np.random.default_rng([seed, 0x717])
        self._jitter_s = jitter_s
        self._waiting = np.zeros(0, np.float32)
        self._position = 0

    def transmit(self, played: Sound) -> list[tuple[float, Sound, int]]:
        """Takes the next samples; gives time of the first, samples and position of full blocks."""
        self._waiting = np.concatenate([self._waiting, played])
        told = []
        while len(self._waiting) >= self.BLOCK:
            block, self._waiting = self._waiting[: self.BLOCK], self._waiting[self.BLOCK :]
            t_s = self._position / RATE_HZ + float(self._rng.normal(0.0, self._jitter_s))
            if np.max(np.abs(block)) > 0.006:
                told.append((t_s, block, self._position))
            self._position += self.BLOCK
        return told
