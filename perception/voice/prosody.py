"""How the candidate sounds while they speak: pitch, loudness, pace and quality, at 4 Hz.

The ear must take a block every 32 ms, so nearly everything here is a statistic of what the blocks
already told, kept for some seconds. Praat's jitter and shimmer are worked out once a second;
readings in between say None for them.
"""

from __future__ import annotations

import functools
from collections import deque
from dataclasses import dataclass, field
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from perception.settings import between, checked, in_order
from perception.signal.noise_floor import NoiseFloor, over_noise_db
from perception.types import SPEECH, AudioBlock, ProsodyReading, VoiceImpression, VoiceReading
from perception.voice.impression import ArousalRating, VoiceCues, VoiceImpressionSettings
from perception.voice.quality_praat import CLEAR_SNR_DB, LEAST_SNR_DB, steadiness
from perception.voice.syllables import SyllableCounter

LEAST_S = 0.25
"""Speech, or voiced sound, that a statistic of it needs."""


@checked
@dataclass(frozen=True, slots=True)
class ProsodySettings:
    """What is told of a voice while it speaks."""

    enabled: bool = True
    """False tells nothing."""
    every_s: Annotated[float, between(0.05, 2)] = 0.25
    """Seconds between readings."""
    span_s: Annotated[float, between(0.5, 60)] = 4.0
    """Seconds that a reading looks back."""
    quality_s: Annotated[float, between(0.5, 60)] = 1.0
    """Seconds of sound whose jitter and shimmer are taken; Praat needs some 5 ms for each."""
    pace_s: Annotated[float, between(0.5, 60)] = 2.0
    """Seconds of sound whose syllables are counted."""
    impression: VoiceImpressionSettings = field(default_factory=VoiceImpressionSettings)
    """Whether an impression is formed of how excited the voice sounds."""

    def __post_init__(self) -> None:
        in_order(self, "quality_s <= span_s", "pace_s <= span_s")


class _Block(NamedTuple):
    """What one block said."""

    t_s: float
    end_s: float
    samples: NDArray[np.float32]
    level_dbfs: float
    speech: bool
    pitch_hz: float | None
    harmonicity_db: float | None
    brightness_db: float | None


class Prosody:
    """Blocks with their readings in, prosody readings out.

    Args:
        settings: what is told.
        arousal: what rates the voice; a new one by the settings when None.
    """

    def __init__(
        self, settings: ProsodySettings | None = None, arousal: ArousalRating | None = None
    ) -> None:
        self._settings = settings or ProsodySettings()
        self._blocks: deque[_Block] = deque()
        self._noise = NoiseFloor(lowest_dbfs=_LOWEST_DBFS)
        self._arousal = arousal or ArousalRating(self._settings.impression)
        self._syllables = SyllableCounter(self._settings.span_s)
        self._due_s: float | None = None
        self._learned_s = -np.inf
        self._turn = 0

    def measure_block(
        self, block: AudioBlock, reading: VoiceReading, harmonicity_db: float | None = None
    ) -> ProsodyReading | None:
        """Takes the next block and what was measured of it.

        Args:
            block: mono sound.
            reading: of the same block.
            harmonicity_db: harmonics over noise of the block's pitch; None where it has none.

        Returns:
            A reading when one is due and the candidate speaks.
        """
        if not self._settings.enabled:
            return None
        now_s = block.t_s + reading.span_s
        self._keep(block, reading, harmonicity_db, now_s)
        if reading.speech < 0.2 and not any(b.speech for b in list(self._blocks)[-6:]):
            self._noise.add_level(reading.level_dbfs, reading.t_s)
        if self._due_s is None or now_s - self._due_s > 1.0:
            self._due_s = now_s
        if now_s < self._due_s - 1e-6:
            return None
        self._due_s += self._settings.every_s
        recent = [b for b in self._blocks if b.t_s >= now_s - 0.5]
        if not any(b.speech for b in recent):
            return None
        return self._reading(now_s, block.rate_hz)

    def _keep(
        self,
        block: AudioBlock,
        reading: VoiceReading,
        harmonicity_db: float | None,
        now_s: float,
    ) -> None:
        if self._blocks and abs(block.t_s - self._blocks[-1].end_s) > 0.1:
            self._blocks.clear()  # sound was lost: what came before does not go on here
            self._syllables.reset()
        self._syllables.add(block.samples)
        voiced = reading.pitch_hz is not None
        self._blocks.append(
            _Block(
                block.t_s,
                now_s,
                block.samples,
                reading.level_dbfs,
                reading.speech >= SPEECH,
                reading.pitch_hz,
                harmonicity_db,
                _brightness_db(block.samples, block.rate_hz) if voiced else None,
            )
        )
        while self._blocks[0].end_s < now_s - self._settings.span_s:
            self._blocks.popleft()

    def _reading(self, now_s: float, rate_hz: int) -> ProsodyReading:
        spoken = [b for b in self._blocks if b.speech]
        pitch = np.array([b.pitch_hz for b in spoken if b.pitch_hz is not None])
        levels = np.array([b.level_dbfs for b in spoken])
        block_s = self._blocks[-1].end_s - self._blocks[-1].t_s
        voiced = len(pitch) * block_s >= LEAST_S
        enough = len(levels) * block_s >= LEAST_S
        median_hz = float(np.median(pitch)) if voiced else None
        noise = self._noise.level_dbfs(_LEAST_NOISE)
        snr_db = over_noise_db(levels, noise) if enough and noise is not None else None
        jitter, shimmer = self._steadiness(now_s, rate_hz, pitch, snr_db)
        return ProsodyReading(
            t_s=now_s,
            span_s=now_s - self._blocks[0].t_s,
            pitch_hz=median_hz,
            pitch_sd_st=None if median_hz is None else _spread_st(pitch, median_hz),
            level_dbfs=float(np.median(levels)) if enough else None,
            level_sd_db=float(np.std(levels)) if enough else None,
            syllables_per_s=self._pace(now_s),
            jitter_pct=jitter,
            shimmer_pct=shimmer,
            harmonicity_db=_harmonicity(spoken, block_s, snr_db),
            snr_db=snr_db,
            impression=self._impression(now_s, spoken, block_s),
        )

    def _steadiness(
        self, now_s: float, rate_hz: int, pitch: NDArray[np.float64], snr_db: float | None
    ) -> tuple[float | None, float | None]:
        """Jitter and shimmer, about once a second; else None."""
        self._turn = (self._turn + 1) % max(1, round(1.0 / self._settings.every_s))
        quiet = snr_db is None or snr_db >= LEAST_SNR_DB
        if self._turn != 0 or not quiet or len(pitch) < 8:
            return None, None
        low, high = np.percentile(pitch, [5, 95]) * np.array([0.75, 1.5])
        sound = self._sound(now_s, self._settings.quality_s)
        return steadiness(sound, rate_hz, float(low), float(high))

    def _pace(self, now_s: float) -> float | None:
        window_s = self._settings.pace_s
        blocks = [b for b in self._blocks if b.t_s >= now_s - window_s - 1e-6]
        spoken_s = sum(b.end_s - b.t_s for b in blocks if b.speech)
        if spoken_s < 0.5 * window_s:
            return None
        return self._syllables.rate(window_s, spoken_s)

    def _sound(self, now_s: float, last_s: float) -> NDArray[np.float32]:
        parts = [b.samples for b in self._blocks if b.t_s >= now_s - last_s - 1e-6]
        return np.concatenate(parts)

    def _impression(
        self, now_s: float, spoken: list[_Block], block_s: float
    ) -> VoiceImpression | None:
        if not self._settings.impression.enabled:
            return None
        if now_s - self._learned_s >= 1.0:
            cues = _cues([b for b in spoken if b.t_s >= now_s - 1.0], block_s)
            if cues is not None:
                self._arousal.learn(cues)
                self._learned_s = now_s
        cues = _cues(spoken, block_s)
        return None if cues is None else self._arousal.rate(cues)


_LOWEST_DBFS = -90.0
"""The least noise of a room and its microphone that is believed."""
_LEAST_NOISE = 16
"""Blocks without speech, half a second, that a room needs to be known by."""

_OCTAVE_ST = 12.0
"""Farther from the median than this a pitch is the tracker's octave error."""

_EDGE_HZ = 500.0
_BOTTOM_HZ, _TOP_HZ = 80.0, 4000.0
"""Of what is compared; telephones and headsets differ most beyond."""


@functools.lru_cache(maxsize=4)
def _bands(n: int, rate_hz: int) -> tuple[NDArray[np.float64], slice, slice]:
    """Window of n samples, and the bins of its spectrum below and above the edge."""
    bottom, edge, top = (round(hz * n / rate_hz) for hz in (_BOTTOM_HZ, _EDGE_HZ, _TOP_HZ))
    return np.hanning(n), slice(bottom, edge), slice(edge, top)


def _brightness_db(samples: NDArray[np.float32], rate_hz: int) -> float:
    window, low, high = _bands(len(samples), rate_hz)
    spectrum = np.abs(np.fft.rfft(samples * window)) ** 2
    below, above = float(spectrum[low].sum()), float(spectrum[high].sum())
    return float(10 * np.log10((above + 1e-12) / (below + 1e-12)))


def _spread_st(pitch: NDArray[np.float64], median_hz: float) -> float:
    semitones = 12.0 * np.log2(pitch / median_hz)
    return float(np.std(semitones[np.abs(semitones) < _OCTAVE_ST]))


def _harmonicity(spoken: list[_Block], block_s: float, snr_db: float | None) -> float | None:
    if snr_db is not None and snr_db < CLEAR_SNR_DB:
        return None
    known = [b.harmonicity_db for b in spoken if b.harmonicity_db is not None]
    return float(np.mean(known)) if len(known) * block_s >= LEAST_S else None


def _cues(spoken: list[_Block], block_s: float) -> VoiceCues | None:
    pitch = [b.pitch_hz for b in spoken if b.pitch_hz is not None]
    bright = [b.brightness_db for b in spoken if b.brightness_db is not None]
    if len(pitch) * block_s < LEAST_S or not bright:
        return None
    return VoiceCues(
        log_pitch=float(np.log(np.median(pitch))),
        level_db=float(np.median([b.level_dbfs for b in spoken])),
        brightness_db=float(np.median(bright)),
    )
