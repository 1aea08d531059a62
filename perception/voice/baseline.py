"""What an ear learns in the green room: how the room sounds, and the candidate's own voice.

Voices differ more from each other than one voice does from itself, so what follows is judged from
where this one usually is: how high, how fast, how loud. The sound of the one sentence that is read
for this is held in memory meanwhile, measured, and dropped.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from perception.calibration import VoiceBaseline
from perception.signal.audio_quality import AudioQualityMonitor
from perception.types import SPEECH, AudioBlock, Event, VoiceReading
from perception.voice.prosody_praat import pitch_track
from perception.voice.syllables import syllable_nuclei

Lesson = Literal["voice", "noise"]
"""What can be learned in the green room by listening."""

LONGEST_S = 30.0
"""s of sound that a lesson holds at the most; later sound is not taken."""

WHISPERED = 0.2
"""Share of speech that is clearly voiced, below which it is whispered. Five sentences that were
read aloud had 0.4 to 0.8; whispered (their spectra, with noise for the vocal folds) under 0.1."""

_MARGIN_S = 0.2
"""s of sound kept round the speech: the detector hears soft beginnings late."""
_LEAST_SPEECH_S = 1.0
"""s of speech below which neither pace nor range means anything."""
_LEAST_VOICED_S = 0.5
_CLEAR = 0.7
"""Strength of voicing that counts as clear, see ``PitchTrack``."""
_FRAME_S = 0.01
"""s between two values of ``pitch_track``."""
_WIDEST_HZ = (60.0, 600.0)
_FIRST_QUARTILE, _THIRD_QUARTILE = 0.75, 1.5
"""The range of a voice from its first look: 0.75 times the first quartile to 1.5 times the third
(De Looze & Hirst 2008), which keeps the second look free of octave errors."""
_CLIPPED = 0.995


@dataclass(frozen=True, slots=True)
class Learn:
    """Asks the ear to begin or end a lesson."""

    what: Lesson
    on: bool


class Lessons:
    """The lessons of one ear.

    A lesson begins, takes every block, and tells at its end what it learned.
    """

    def __init__(self) -> None:
        self._open: dict[Lesson, _Lesson] = {}

    def switch(self, what: Lesson, on: bool, t_s: float) -> list[Event]:
        """Begins a lesson anew, or ends it.

        Args:
            what: which.
            on: whether it begins.
            t_s: session time of now.

        Returns:
            At its end the event ``learned`` of source "voice", with ``what`` and what was learned;
            nothing for a lesson that was not begun.
        """
        if on:
            self._open[what] = VoiceLesson() if what == "voice" else NoiseLesson()
            return []
        lesson = self._open.pop(what, None)
        if lesson is None:
            return []
        return [Event(t_s, "voice", "learned", {"what": what, **lesson.learned()})]

    def add_block(self, block: AudioBlock, reading: VoiceReading) -> None:
        """Hands the next block, its offset taken out, to the lessons that are open."""
        for lesson in self._open.values():
            lesson.add_block(block, reading)


class _Lesson(Protocol):
    def add_block(self, block: AudioBlock, reading: VoiceReading) -> None: ...

    def learned(self) -> dict[str, Any]: ...


class NoiseLesson:
    """Listens to a room in which nobody speaks."""

    def __init__(self) -> None:
        self._watch = AudioQualityMonitor()
        self._faults: dict[str, str] = {}

    def add_block(self, block: AudioBlock, reading: VoiceReading) -> None:
        """Takes the next block and what was heard in it."""
        events = [*self._watch.process_block(block), *self._watch.update_noise(block, reading)]
        for event in events:
            if event.kind == "restored":
                self._faults.clear()
            else:
                self._faults[event.kind] = str(event.data["message"])

    def learned(self) -> dict[str, Any]:
        """What was found.

        Returns:
            ``noise_dbfs`` (None where less than a second of noise was heard) and ``faults``: kind
            ("noisy", "hum" ...) to a line that says what to do.
        """
        return {"noise_dbfs": self._watch.noise_dbfs, "faults": dict(self._faults)}


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """What the sound of one read sentence says."""

    baseline: VoiceBaseline
    speech_s: float
    """s of speech, pauses not counted."""
    span_s: float
    """s from the first speech to the last."""
    syllables: float | None
    """Counted in the sound; None where there was too little of it."""
    voiced_share: float | None
    """0...1 of the speech that is clearly voiced; whispered speech hardly is. None without
    speech."""
    clipped_share: float | None
    """0...1 of the samples of speech at full scale; None without speech."""


class VoiceLesson:
    """Listens to one sentence.

    Nothing is written: the sound is held until :meth:`learned` has measured it.
    """

    def __init__(self) -> None:
        self._blocks: list[NDArray[np.float32]] = []
        self._speech: list[bool] = []
        self._levels: list[float] = []
        self._held_s = 0.0
        self._rate_hz = 16_000

    def add_block(self, block: AudioBlock, reading: VoiceReading) -> None:
        """Takes the next block and what was heard in it; nothing once ``LONGEST_S`` is held."""
        if self._held_s >= LONGEST_S:
            return
        self._rate_hz = block.rate_hz
        self._held_s += len(block.samples) / block.rate_hz
        self._blocks.append(block.samples)
        self._speech.append(reading.speech >= SPEECH)
        self._levels.append(reading.level_dbfs)

    def learned(self) -> dict[str, Any]:
        """Measures what was held and lets go of it.

        Returns:
            :class:`ReadSentence` and its :class:`VoiceBaseline` as values by name.
        """
        read = self.measure()
        self._blocks, self._speech, self._levels = [], [], []
        values = asdict(read)
        return {**values.pop("baseline"), **values}

    def measure(self) -> ReadSentence:
        """What the held sound says; takes some 10 ms for each second of it."""
        said = np.flatnonzero(self._speech)
        if said.size == 0:
            return ReadSentence(VoiceBaseline(), 0.0, 0.0, None, None, None)
        block_s = len(self._blocks[0]) / self._rate_hz
        speech_s = float(said.size * block_s)
        span_s = float((said[-1] + 1 - said[0]) * block_s)
        margin = round(_MARGIN_S / block_s)
        sound = np.concatenate(self._blocks[max(0, said[0] - margin) : said[-1] + 1 + margin])
        speech = np.concatenate([self._blocks[number] for number in said])
        level = float(np.median([self._levels[number] for number in said]))
        clear = _clear_pitch(sound, self._rate_hz, *_WIDEST_HZ)
        voiced_s = len(clear) * _FRAME_S
        nuclei = syllable_nuclei(sound, self._rate_hz)
        syllables = None if nuclei is None else nuclei.count
        enough = speech_s >= _LEAST_SPEECH_S
        pace = syllables / speech_s if enough and syllables else None
        baseline = VoiceBaseline(pace_sps=pace, level_dbfs=level)
        if enough and voiced_s >= max(_LEAST_VOICED_S, WHISPERED * speech_s):
            hz = _own_pitch(clear, sound, self._rate_hz)
            low, middle, high = (float(value) for value in np.percentile(hz, [5, 50, 95]))
            baseline = VoiceBaseline(middle, low, high, pace, level)
        return ReadSentence(
            baseline,
            speech_s,
            span_s,
            syllables,
            min(1.0, voiced_s / speech_s),
            float(np.mean(np.abs(speech) >= _CLIPPED)),
        )


def _clear_pitch(
    sound: NDArray[np.float32], rate_hz: int, low_hz: float, high_hz: float
) -> NDArray[np.float64]:
    """(n,) Hz of the clearly voiced frames."""
    track = pitch_track(sound, rate_hz, low_hz, high_hz)
    return np.zeros(0) if track is None else track.hz[track.strength >= _CLEAR]


def _own_pitch(
    clear: NDArray[np.float64], sound: NDArray[np.float32], rate_hz: int
) -> NDArray[np.float64]:
    """(n,) Hz, looked for again in the range in which the first look found the voice."""
    low, high = (float(value) for value in np.percentile(clear, [25, 75]))
    floor = max(_WIDEST_HZ[0], _FIRST_QUARTILE * low)
    return _clear_pitch(sound, rate_hz, floor, _THIRD_QUARTILE * high)
