"""Whether the microphone's signal is any good: muted, overdriven, noisy, humming, off its middle.

Everything downstream takes a signal for granted. This is where its faults are noticed, each told
as one event whose message says what to do about it; and where a constant offset is taken out.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from perception.settings import InnerShare, Level, Positive, between, checked
from perception.signal.levels import level_dbfs
from perception.signal.mains_hum import MainsHumDetector
from perception.signal.noise_floor import NoiseFloor
from perception.types import AudioBlock, Cue, Event, VoiceReading

_SECOND = 31
"""Blocks of 32 ms in a second."""
_DIGITAL_SILENCE_DBFS = -100.0
"""Below this nothing was recorded at all (16 bits reach to -98): there is no room to measure."""


@checked
@dataclass(frozen=True, slots=True)
class AudioQualitySettings:
    """When a microphone's signal is no good."""

    silent_dbfs: Level = -70.0
    """Level (dBFS) below which a microphone gives no sound at all; rooms are louder."""
    silent_after_s: Positive = 10.0
    """Seconds of that, while the candidate is expected to speak, that are reported."""
    clipped_share: InnerShare = 0.002
    """Share (0...1) of samples at full scale within a second that is reported."""
    clipped_again_s: Positive = 30.0
    """Seconds before clipping is reported again."""
    offset: InnerShare = 0.05
    """Distance (0...1 of full scale) of the signal's mean from zero that is reported."""
    noisy_snr_db: Annotated[float, between(0, 60)] = 10.0
    """Speech over noise (dB) below which the room is reported as noisy; the words of recognisers
    become unreliable about there."""
    noisy_dbfs: Level = -35.0
    """Noise (dBFS) that is reported while no speech was heard to compare it with."""
    noisy_after_s: Positive = 3.0
    """Seconds without speech that a judgement of the noise needs."""
    hum_share: InnerShare = 0.5
    """Share (0...1) of the noise's power at multiples of the mains' frequency that is reported."""
    hum_dbfs: Level = -55.0
    """Level (dBFS) below which a hum disturbs nobody."""
    again_s: Positive = 60.0
    """Seconds before noise or hum, once better, is reported again."""


class OffsetRemover:
    """Takes a constant offset (direct current) out of the signal.

    The offset is the mean of blocks, averaged over the last second or two, and what is taken away
    runs straight from one block's value to the next: nothing above about 1 Hz is changed, so pitch,
    loudness and timing of a voice pass as they are. A block of one repeated value is no sound and
    becomes zeros.

    Attributes:
        offset: the present estimate, -1...1.
    """

    _KEEP = 0.98
    """Weight of the past at each block of 32 ms: a time constant of 1.6 s."""

    def __init__(self) -> None:
        self.offset = 0.0
        self._blocks = 0

    def process_block(self, block: AudioBlock) -> AudioBlock:
        """The block (n samples) without its offset."""
        if len(block.samples) == 0 or np.ptp(block.samples) == 0:
            return AudioBlock(block.t_s, block.rate_hz, np.zeros_like(block.samples))
        # At first a plain mean of all blocks so far, or an offset would fade in for seconds.
        keep = min(self._KEEP, self._blocks / (self._blocks + 1))
        before = self.offset
        mean = float(np.mean(block.samples, dtype=np.float64))
        self.offset = keep * before + (1 - keep) * mean
        if self._blocks == 0:
            before = self.offset
        self._blocks += 1
        slope = np.linspace(before, self.offset, len(block.samples), dtype=np.float32)
        return AudioBlock(block.t_s, block.rate_hz, block.samples - slope)


class AudioQualityMonitor:
    """Notices a microphone that is muted, stuck or overdriven, noise, mains hum and an offset.

    Silence counts only while speech is expected: a recorded candidate gives digital silence while
    the recruiter talks. Noise is measured then too, in blocks that hold no speech.

    ``silent``, ``noisy`` and ``hum`` are followed by ``restored`` when that is over.
    """

    def __init__(self, settings: AudioQualitySettings | None = None) -> None:
        self._settings = settings or AudioQualitySettings()
        self._expected = True
        self._sound_s: float | None = None
        self._silent = self._blank = False
        self._clipped: deque[float] = deque(maxlen=_SECOND)
        self._clipping_said_s: float | None = None
        self._means: deque[float] = deque(maxlen=_SECOND)
        self._offset_said = False
        self._levels = _Levels(round(self._settings.noisy_after_s * _SECOND))
        self._noise = _Complaint("noisy", self._settings.again_s)
        self._judge_in = _SECOND
        self._hum = MainsHumDetector(self._settings.hum_share, self._settings.hum_dbfs)
        self._humming = _Complaint("hum", self._settings.again_s)

    @property
    def noise_dbfs(self) -> float | None:
        """Level of the room without speech; None until a second of it was heard."""
        return self._levels.noise_dbfs

    @property
    def snr_db(self) -> float | None:
        """Speech over the noise under it, in dB, -20...80; None until both are known.

        At -20 the noise is louder than all speech heard so far: how much louder cannot be told.
        """
        return self._levels.snr_db

    def cue(self, cue: Cue) -> None:
        """Learns from the interview whose turn it is."""
        self._expected = cue.kind == "turn"
        self._sound_s = None
        self._hum.interrupt()

    def process_block(self, block: AudioBlock) -> list[Event]:
        """Takes the next block as the microphone gave it, before anything is done to it.

        Returns:
            ``silent`` (and its ``restored``), ``clipping`` and ``offset`` when that begins.
        """
        return [
            *self._watch_silence(block),
            *self._watch_clipping(block),
            *self._watch_offset(block),
        ]

    def update_noise(self, block: AudioBlock, reading: VoiceReading) -> list[Event]:
        """Takes the same block without its offset, and whether it holds speech.

        Returns:
            ``noisy`` and ``hum`` when that begins, ``restored`` when it is over.
        """
        if not self._expected or self._silent or self._blank:
            self._hum.interrupt()
            return []
        quiet = self._levels.add_level(level_dbfs(block.samples), reading)
        if not quiet:
            self._hum.interrupt()
        judged = quiet and self._hum.add_block(block)
        events = self._judge_hum(block.t_s) if judged else []
        self._judge_in -= 1
        if self._judge_in > 0:
            return events
        self._judge_in = _SECOND
        return [*events, *self._judge_noise(block.t_s)]

    def _watch_silence(self, block: AudioBlock) -> list[Event]:
        mean = float(np.mean(block.samples)) if len(block.samples) else 0.0
        # A converter that hangs repeats one value, which is a level but no sound.
        level = level_dbfs(block.samples - np.float32(mean))
        self._blank = level < _DIGITAL_SILENCE_DBFS
        if level > self._settings.silent_dbfs:
            self._sound_s = block.t_s
            if self._silent:
                self._silent = False
                return [_event(block.t_s, "restored", "the microphone gives sound again")]
            return []
        if self._sound_s is None:
            self._sound_s = block.t_s
        quiet_s = block.t_s - self._sound_s
        if self._silent or not self._expected or quiet_s < self._settings.silent_after_s:
            return []
        self._silent = True
        if level_dbfs(block.samples) > self._settings.silent_dbfs:
            message = (
                f"the microphone has given one and the same value for {quiet_s:.0f} s; "
                "unplug it and plug it in again"
            )
            return [_event(block.t_s, "silent", message, value=round(mean, 4))]
        message = (
            f"the microphone has given no sound for {quiet_s:.0f} s; check that it is not muted"
        )
        return [_event(block.t_s, "silent", message)]

    def _watch_clipping(self, block: AudioBlock) -> list[Event]:
        self._clipped.append(float(np.mean(np.abs(block.samples) >= 0.995)))
        said = self._clipping_said_s
        if said is not None and block.t_s - said < self._settings.clipped_again_s:
            return []
        share = sum(self._clipped) / len(self._clipped)
        full = len(self._clipped) == self._clipped.maxlen
        if not full or share < self._settings.clipped_share:
            return []
        self._clipping_said_s = block.t_s
        message = "the microphone is overdriven; turn its level down or move away from it"
        return [_event(block.t_s, "clipping", message, share=round(share, 4))]

    def _watch_offset(self, block: AudioBlock) -> list[Event]:
        self._means.append(float(np.mean(block.samples)) if len(block.samples) else 0.0)
        if self._offset_said or len(self._means) < _SECOND:
            return []
        # An offset is in every block; a shout that is cut off on one side is not.
        low, high = min(self._means), max(self._means)
        offset = max(low, 0.0) + min(high, 0.0)
        if abs(offset) < self._settings.offset:
            return []
        self._offset_said = True
        message = (
            f"the microphone's signal lies {abs(offset):.0%} off its middle, which is taken out; "
            "if you hear crackling, use another input or cable"
        )
        return [_event(block.t_s, "offset", message, value=round(offset, 4))]

    def _judge_noise(self, t_s: float) -> list[Event]:
        noise, snr = self._levels.settled_dbfs, self._levels.snr_db
        if noise is None or self._humming.told:  # a hum has its own, better advice
            return []
        s = self._settings
        # 4 dB between bad and good again, so that one room is not both by turns
        if snr is None:
            bad, good = noise > s.noisy_dbfs, noise < s.noisy_dbfs - 4
        else:
            bad, good = snr < s.noisy_snr_db, snr > s.noisy_snr_db + 4
        message = (
            "it is too noisy to hear you well; close windows, switch fans off, or use a headset"
        )
        values = {"noise_dbfs": round(noise, 1)}
        if snr is not None:
            values["snr_db"] = round(snr, 1)
        return self._noise.judge(t_s, bad, good, message, "it is quiet enough now", values)

    def _judge_hum(self, t_s: float) -> list[Event]:
        found = self._hum.found()
        bad = found is not None
        message = (
            f"a mains hum ({found or 50} Hz) is in the sound; use another cable or socket, or keep "
            "the microphone away from chargers and lamps"
        )
        level = self._hum.level_dbfs
        values = {} if level is None else {"hum_dbfs": round(level, 1)}
        return self._humming.judge(
            t_s, bad, self._hum.gone(), message, "the mains hum has gone", values
        )


def _event(t_s: float, kind: str, message: str, **values: float) -> Event:
    return Event(t_s, "microphone", kind, {"message": message, **values})


class _Complaint:
    """Tells of a fault once, and once that it is over."""

    def __init__(self, kind: str, again_s: float) -> None:
        self._kind = kind
        self._again_s = again_s
        self._over_s: float | None = None
        self.told = False

    def judge(
        self, t_s: float, bad: bool, good: bool, message: str, over: str, values: dict[str, float]
    ) -> list[Event]:
        if self.told and good:
            self.told, self._over_s = False, t_s
            return [_event(t_s, "restored", over, **values)]
        rested = self._over_s is None or t_s - self._over_s >= self._again_s
        if self.told or not bad or not rested:
            return []
        self.told = True
        return [_event(t_s, self._kind, message, **values)]


class _Levels:
    """Levels of the last seconds of noise, and of speech."""

    _SPEECH_FREE = 0.2
    """Probability of speech up to which a block counts as noise..."""
    _SPEECH = 0.8
    """...and from which as speech."""
    _TAIL = 8
    """Blocks after speech that may still hold its end and the room's echo of it: 0.25 s."""
    _SPEECH_BLOCKS = 10 * _SECOND

    def __init__(self, blocks: int) -> None:
        self._settled = blocks
        self._noise = NoiseFloor(max(blocks, _SECOND))
        self._speech: deque[float] = deque(maxlen=self._SPEECH_BLOCKS)
        self._since_speech = self._TAIL

    def add_level(self, level: float, reading: VoiceReading) -> bool:
        """Takes a block's level and what was heard in it; whether the block is noise only."""
        self._since_speech = self._since_speech + 1 if reading.speech <= self._SPEECH_FREE else 0
        if reading.speech >= self._SPEECH:
            self._speech.append(level)
        quiet = self._since_speech > self._TAIL
        if quiet:
            self._noise.add_level(level, reading.t_s)
        return quiet

    @property
    def noise_dbfs(self) -> float | None:
        return self._noise.level_dbfs(_SECOND)

    @property
    def settled_dbfs(self) -> float | None:
        """The noise, once enough of it was heard to complain."""
        return self._noise.level_dbfs(self._settled)

    @property
    def snr_db(self) -> float | None:
        noise = self.noise_dbfs
        if noise is None or len(self._speech) < 2 * _SECOND:
            return None
        both = float(np.mean(10 ** (np.array(self._speech) / 10)))
        under = 10 ** (noise / 10)
        # A later noise may be louder than the speech before it, which would leave no power at all.
        alone = max(both - under, 1e-2 * under)
        return min(float(10 * np.log10(alone / under)), 80.0)
