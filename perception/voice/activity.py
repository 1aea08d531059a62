"""The candidate's voice: whether there is speech, how loud, how high.

A block of 512 samples becomes one ``VoiceReading``; a stretch of speech becomes two events,
``speech_start`` and ``speech_end``, whose ``t_s`` in ``data`` says when it really began and ended.
"""

from __future__ import annotations

import importlib
from collections import deque
from dataclasses import dataclass
from typing import Annotated, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from perception.errors import InputError
from perception.settings import InnerShare, NotNegative, Positive, between, checked, in_order
from perception.signal.levels import LOWEST_DBFS, level_dbfs, levels_dbfs
from perception.signal.noise_floor import NoiseFloor
from perception.types import VOICE_LIKELY, AudioBlock, Event, VoiceReading
from perception.voice.onset import OnsetEvidence
from perception.voice.pitch import PitchEstimator

DETECTORS: dict[str, str] = {"silero": "perception.voice.vad_silero:SileroDetector"}
"""Name to "module:Class" of speech detectors."""

OWN_SPEECH = 0.05
"""Most that the probability of the candidate's speech may be while only the recruiter is heard."""

SURE_AT_FIRST, SURE = 0.9, 0.6
"""Mean probability over two blocks (64 ms) that what is left of her voice never has: when it is
only just known (6 s of it; 0.77 was met), and after 16 s (the highest was 0.42 in 12 min of
four simulated rooms)."""


SOUND_OVER_FLOOR_DB = 10.0
"""dB above the room's noise from which a block holds a sound of somebody's, where the recruiter is
not heard."""

SIGN = 0.1
"""Probability of speech that bears out slight signs of a sound beside the recruiter's voice: in
15 min of her voice alone, in four simulated rooms, no block had both."""


class SpeechDetector(Protocol):
    """Tells how likely a block holds speech, knowing the blocks before it."""

    def probability(self, samples: NDArray[np.float32]) -> float:
        """Probability (0...1) of speech in the next 512 samples at 16 kHz."""
        ...

    def reset(self) -> None:
        """Forgets the blocks before."""
        ...


@checked
@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """How speech is told from silence, and which pitches a voice may have."""

    detector: str = "silero"
    """Name of the speech detector."""
    speech_on: InnerShare = 0.5
    """Probability (0...1) of speech above which a stretch of speech begins."""
    speech_off: InnerShare = 0.35
    """Probability (0...1) below which it may end."""
    speech_sure: InnerShare = 0.8
    """Probability (0...1) up to which a voice is certainly still there."""
    speech_min_s: NotNegative = 0.096
    """Seconds of speech before a stretch counts; a click is shorter."""
    silence_min_s: Positive = 0.2
    """Seconds without speech after which the stretch has ended."""
    onset_reach_s: NotNegative = 0.3
    """Seconds before the detector's first sign in which the true start is looked for."""
    over_floor_db: Positive = 8.0
    """dB above the room's noise from which sound beside detected speech belongs to it."""
    pitch_low_hz: Annotated[float, between(40, 1000)] = 60.0
    """Lowest pitch looked for, Hz."""
    pitch_high_hz: Annotated[float, between(40, 1000)] = 400.0
    """Highest pitch looked for, Hz."""

    def __post_init__(self) -> None:
        in_order(self, "speech_off <= speech_on <= speech_sure", "pitch_low_hz < pitch_high_hz")


def create_detector(name: str) -> SpeechDetector:
    """Loads the speech detector called ``name``.

    Raises:
        InputError: no such detector.
        ModelError: its package or network is missing.
    """
    if name not in DETECTORS:
        raise InputError(f"speech detector '{name}': unknown; use one of {', '.join(DETECTORS)}")
    module, _, cls = DETECTORS[name].partition(":")
    detector: SpeechDetector = getattr(importlib.import_module(module), cls)()
    return detector


class VoiceActivity:
    """Blocks of sound in, voice readings and speech events out.

    Args:
        settings: thresholds and ranges.
        detector: loaded by the settings' name when None.
    """

    def __init__(
        self, settings: VoiceSettings | None = None, detector: SpeechDetector | None = None
    ) -> None:
        settings = settings or VoiceSettings()
        self._detector = detector or create_detector(settings.detector)
        self._segments = SpeechSegmenter(settings)
        self.heard = 0.0
        """Probability (0...1) of speech in the last block, whoever spoke."""
        self._pitch = PitchEstimator(low_hz=settings.pitch_low_hz, high_hz=settings.pitch_high_hz)
        self._onset = OnsetEvidence(settings.pitch_low_hz, settings.pitch_high_hz)

    @property
    def speaking(self) -> bool:
        """Whether a stretch of speech has begun and not ended."""
        return self._segments.speaking

    @property
    def harmonicity_db(self) -> float | None:
        """Harmonics over noise of the last block, dB; None where it was not voiced."""
        return self._pitch.harmonicity_db

    def measure_block(
        self,
        block: AudioBlock,
        detect: NDArray[np.float32] | None = None,
        near_end: bool | None = None,
        clean: float | None = None,
        beside: bool = False,
    ) -> tuple[VoiceReading, list[Event]]:
        """Measures one block of 512 samples at 16 kHz.

        Args:
            block: the candidate's sound.
            detect: (512,) what the speech detector is to hear instead, where the block still holds
                some of the recruiter's voice.
            near_end: whether anybody but the recruiter makes a sound; False means that speech in
                the block is hers. None where she is not heard.
            clean: how surely (0...1) ``detect`` holds so little of her that a voice which is plain
                in it is the candidate's, whatever ``near_end`` says; None where it does not.
            beside: whether a sound beside the recruiter's is certain, of a voice or not.

        Returns:
            The block's reading, and ``speech_start``/``speech_end`` as far as they are now known.
        """
        before = self.heard
        self.heard = self._detector.probability(block.samples if detect is None else detect)
        speech = self.heard
        plain = False
        if clean is not None:
            plain = (before + speech) / 2 >= SURE_AT_FIRST + clean * (SURE - SURE_AT_FIRST)
        if near_end is False and not plain:
            speech = min(speech, OWN_SPEECH)
        level = level_dbfs(block.samples)
        # Hum and music have a pitch too; only that of a voice is wanted.
        pitch = self._pitch.estimate(block.samples, wanted=speech >= 0.3)
        span_s = len(block.samples) / block.rate_hz
        sound = beside or plain or (near_end is True and speech >= SIGN)
        if near_end is None:
            sound = self._segments.stands_out(level)
        signs = self._onset.add_block(block.samples, sound, self.heard)
        reading = VoiceReading(block.t_s, span_s, speech, level, pitch, signs)
        levels = fine_levels(block.samples)
        heard = None if clean is None else self.heard
        begun = near_end is not None and signs >= VOICE_LIKELY
        return reading, self._segments.add_reading(reading, levels, heard, begun)

    def flush(self) -> list[Event]:
        """Ends a stretch of speech that is still open: the sound has ended or was lost."""
        self._detector.reset()
        self._pitch.reset()
        return self._segments.flush()


_TRIM_S = 0.16
"""Most that the end of speech is moved back from where the detector was last sure."""
_FINE = 128  # samples of a fine level: 8 ms
_BELOW_LOUD_DB = 27.0  # of the loudest near an edge of speech: softer is breath, or the room
_DIP = 3  # fine levels below the edge that a start is looked for across
_LEAST_FLOOR_DBFS = -65.0  # or breath would stand out of digital silence


def fine_levels(samples: NDArray[np.float32]) -> tuple[float, ...]:
    """Levels of stretches of 8 ms in a block, dBFS; of the whole block where it is shorter."""
    if len(samples) < _FINE:
        return (level_dbfs(samples),)
    return tuple(levels_dbfs(samples, _FINE).tolist())


class _Past(NamedTuple):
    t_s: float
    end_s: float
    speech: float
    levels: tuple[float, ...]

    def fine(self) -> list[tuple[float, float, float]]:
        """Start, end and level of each of its fine stretches."""
        span = (self.end_s - self.t_s) / len(self.levels)
        return [
            (self.t_s + n * span, self.t_s + (n + 1) * span, level)
            for n, level in enumerate(self.levels)
        ]


class SpeechSegmenter:
    """Finds stretches of speech in voice readings, with hysteresis, and their true ends.

    The detector needs some 90 ms of a voice to believe in it, and longer for soft onsets. So the
    start is looked for backwards from its first sign, as far as sound stands above the room's
    noise; the end likewise.
    """

    def __init__(self, settings: VoiceSettings) -> None:
        self._settings = settings
        self._past: deque[_Past] = deque()
        self._floor = NoiseFloor(lowest_dbfs=_LEAST_FLOOR_DBFS)
        self._first_sign_s: float | None = None
        self._ended_s = self._started_s = self._sure_s = 0.0
        self._speech_s = 0.0
        self._believed = False
        self.speaking = False

    def add_reading(
        self,
        reading: VoiceReading,
        levels: tuple[float, ...] | None = None,
        heard: float | None = None,
        begun: bool = False,
    ) -> list[Event]:
        """Takes the next reading; gives the events that it makes certain.

        Args:
            reading: of one block.
            levels: of equal parts of that block, dBFS, for edges finer than blocks.
            heard: probability of speech of whoever it is, where the reading's is lower because
                nothing showed yet that it is not the recruiter's. Once it shows, the speech
                before counts, too.
            begun: whether first signs of a voice show that a stretch has begun, which the detector
                need not have believed for so long then.
        """
        s = self._settings
        levels = levels or (reading.level_dbfs,)
        now = _Past(reading.t_s, reading.t_s + reading.span_s, reading.speech, levels)
        self._past.append(now)
        while now.end_s - self._past[0].t_s > s.onset_reach_s + s.speech_min_s + 1.0:
            self._past.popleft()
        if not self.speaking and reading.speech < s.speech_off:
            self._floor.add_level(reading.level_dbfs, reading.t_s)
        if self.speaking:
            return self._while_speaking(now)
        return self._while_quiet(now, reading.speech if heard is None else heard, begun)

    def stands_out(self, level_dbfs: float) -> bool:
        """Whether a block of such a level holds more than the room's noise so far."""
        floor = self._floor.level_dbfs()
        return floor is not None and level_dbfs >= floor + SOUND_OVER_FLOOR_DB

    def flush(self) -> list[Event]:
        """Ends an open stretch where speech was last heard."""
        events = []
        if self.speaking:
            events.append(self._end(self._past[-1].end_s))
        self._first_sign_s = None
        self._past.clear()
        return events

    def _while_quiet(self, now: _Past, heard: float, begun: bool) -> list[Event]:
        s = self._settings
        if heard >= s.speech_on or begun:
            if self._first_sign_s is None:
                self._first_sign_s, self._speech_s, self._believed = now.t_s, 0.0, False
        elif heard < s.speech_off:
            self._first_sign_s = None
        if self._first_sign_s is None:
            return []
        self._speech_s += now.end_s - now.t_s
        self._believed = self._believed or heard >= s.speech_on
        if self._speech_s < s.speech_min_s - 1e-6 or now.speech < s.speech_off:
            return []
        if not self._believed:
            return []
        self.speaking = True
        start_s = self._true_start(self._first_sign_s)
        self._ended_s, self._started_s = now.end_s, start_s
        if now.speech >= s.speech_sure:
            self._sure_s = now.end_s
        return [Event(now.end_s, "microphone", "speech_start", {"t_s": start_s})]

    def _while_speaking(self, now: _Past) -> list[Event]:
        s = self._settings
        if now.speech >= s.speech_sure:
            self._sure_s = now.end_s
        if now.speech >= s.speech_off:
            self._ended_s = now.end_s
            return []
        # The detector's belief fades for some 100 ms after a voice has ended; the pause is counted
        # from where it was still sure, and ends the stretch once two blocks say silence.
        silent = now.end_s - self._ended_s >= 2 * (now.end_s - now.t_s) - 1e-6
        if not silent or now.end_s - max(self._sure_s, self._started_s) < s.silence_min_s - 1e-6:
            return []
        return [self._end(now.end_s)]

    def _end(self, now_s: float) -> Event:
        self.speaking = False
        self._first_sign_s = None
        sure = self._sure_s > self._started_s
        end_s = self._true_end(self._sure_s if sure else self._ended_s)
        return Event(now_s, "microphone", "speech_end", {"t_s": end_s})

    def _true_start(self, first_sign_s: float) -> float:
        reach_s = first_sign_s - self._settings.onset_reach_s
        near = [past for past in self._past if past.t_s >= max(reach_s, self._ended_s - 1e-6)]
        edge = self._edge(near, self._settings.over_floor_db)
        start, below = first_sign_s, 0
        for begin_s, _, level in reversed([part for past in near for part in past.fine()]):
            if level >= edge:
                start, below = begin_s, 0
            elif begin_s < first_sign_s:
                below += 1
                if below > _DIP:
                    break
        return start

    def _true_end(self, last_sign_s: float) -> float:
        near = [past for past in self._past if last_sign_s - 0.4 <= past.t_s < last_sign_s - 1e-6]
        edge = self._edge(near, self._settings.over_floor_db / 2)
        end = last_sign_s
        for begin_s, end_s, level in reversed([part for past in near for part in past.fine()]):
            if level >= edge or last_sign_s - begin_s > _TRIM_S:
                end = end_s
                break
        return max(end, self._started_s)

    def _edge(self, near: list[_Past], over_db: float) -> float:
        """Level from which sound near the edge of speech belongs to it, dBFS."""
        loud = max((level for past in near for level in past.levels), default=LOWEST_DBFS)
        floor = self._floor.level_dbfs()
        floor = _LEAST_FLOOR_DBFS if floor is None else floor
        return max(floor + over_db, loud - _BELOW_LOUD_DB)
