"""Speech to text: a stretch of sound becomes words with times.

Recognisers stand behind one protocol and one table. They run in a process of their own, because a
decoder that holds the interpreter (pocketsphinx does, for seconds) would make the ear miss sound.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from perception.errors import InputError, ModelError
from perception.types import AudioBlock, Event, Words
from perception.weights import path_of

RECOGNISERS: dict[str, str] = {
    "whisper": "perception.speech_whisper:WhisperRecogniser",
    "pocketsphinx": "perception.speech_pocketsphinx:PocketsphinxRecogniser",
}
"""Name to "module:Class"; a new recogniser is one file and one line here."""

WHISPER_WEIGHTS = ("whisper-base.en", "whisper-tiny.en")
"""Weights that serve the whisper recogniser, best first."""


class Recogniser(Protocol):
    """Turns whole utterances into words.

    Attributes:
        name: key in the table; becomes ``Words.source``.
    """

    name: str

    def transcribe(self, samples: NDArray[np.float32], rate_hz: int, t_start_s: float) -> Words:
        """Recognises one utterance.

        Args:
            samples: (n,) mono, -1...1.
            rate_hz: samples per second.
            t_start_s: session time of the first sample; word times count from session time 0.

        Returns:
            Words; their text is empty when nothing was understood.
        """
        ...


@dataclass(frozen=True, slots=True)
class SpeechSettings:
    """How speech is cut into utterances for the recogniser."""

    recogniser: str = "auto"
    """auto, whisper, pocketsphinx or none."""
    join_pause_s: float = 0.5
    """Seconds of pause below which stretches of speech are recognised as one utterance."""
    long_s: float = 6.0
    """Seconds of utterance after which any pause ends it, so that words come soon."""
    longest_s: float = 15.0
    """Seconds after which an utterance without pause is cut at its quietest place."""
    pre_roll_s: float = 0.2
    """Seconds of sound before the start of speech that the recogniser hears too."""
    tail_s: float = 0.2
    """Seconds of sound after the end of speech that the recogniser hears too."""
    niceness: int = 5
    """0...19; how far the recogniser stands back for the picture when the machine is busy."""

    def __post_init__(self) -> None:
        if self.recogniser not in ("auto", "none", *RECOGNISERS):
            known = ", ".join(("auto", "none", *RECOGNISERS))
            raise ValueError(f"recogniser is {self.recogniser!r}; use one of {known}")
        if self.join_pause_s <= 0 or self.pre_roll_s < 0 or self.tail_s < 0:
            raise ValueError("join_pause_s must be positive, pre_roll_s and tail_s not negative")
        if not 1.0 <= self.long_s <= self.longest_s <= 28.0:
            raise ValueError("use 1 <= long_s <= longest_s <= 28 (whisper hears 30 s at once)")
        if not 0 <= self.niceness <= 19:
            raise ValueError(f"niceness is {self.niceness}; use 0 to 19")


def choose(name: str = "auto") -> str:
    """The recogniser to use: whisper where its weights are, otherwise pocketsphinx.

    Raises:
        InputError: no such recogniser; the message names those that are.
        ModelError: it was asked for by name and its weights or package are missing.
    """
    if name == "none":
        return name
    if name == "auto":
        has_whisper = any(map(path_of, WHISPER_WEIGHTS)) and _installed("whisper")
        return "whisper" if has_whisper else "pocketsphinx"
    if name not in RECOGNISERS:
        known = ", ".join(("auto", *RECOGNISERS, "none"))
        raise InputError(f"speech to text '{name}': unknown; use one of {known}")
    if name == "whisper" and not any(map(path_of, WHISPER_WEIGHTS)):
        raise ModelError(
            "speech to text 'whisper': its weights are not here; "
            f"fetch them with: python3 run.py models get {WHISPER_WEIGHTS[-1]}"
        )
    return name


def create(name: str) -> Recogniser:
    """Loads the recogniser called ``name``, "auto" included; takes a second or more.

    Raises:
        InputError: no such recogniser.
        ModelError: its package or weights are missing or damaged.
    """
    name = choose(name)
    if name == "none":
        raise InputError("speech to text 'none' recognises nothing; use auto")
    module, _, cls = RECOGNISERS[name].partition(":")
    recogniser: Recogniser = getattr(importlib.import_module(module), cls)()
    return recogniser


@dataclass(frozen=True, slots=True)
class Utterance:
    """A stretch of speech on its way to the recogniser."""

    number: int
    """Counts from 0."""
    t_start_s: float
    """Session time of the first sample."""
    rate_hz: int
    samples: NDArray[np.int16]
    """(n,) full scale 32768; half the size of floats on the way between processes."""
    continues: bool = False
    """Whether it was cut and speech goes on in the next utterance."""

    @property
    def span_s(self) -> float:
        """Seconds of sound."""
        return len(self.samples) / self.rate_hz

    def floats(self) -> NDArray[np.float32]:
        """(n,) samples in -1...1."""
        return self.samples.astype(np.float32) / 32768


@dataclass(frozen=True, slots=True)
class Transcription:
    """The recogniser's answer to one utterance."""

    number: int
    words: Words
    took_s: float
    """Seconds that recognition took."""


class UtteranceCollector:
    """Cuts sound into utterances: at pauses, and where speech never pauses, at its quietest place.

    Args:
        settings: where to cut.
    """

    def __init__(self, settings: SpeechSettings | None = None) -> None:
        self._settings = settings or SpeechSettings()
        self._blocks: list[AudioBlock] = []
        self._speech_from_s: float | None = None
        self._speech_to_s: float | None = None
        self._taken_to_s = 0.0
        self._number = 0

    def update(self, block: AudioBlock, events: Sequence[Event]) -> list[Utterance]:
        """Takes the next block and what the voice says of it; gives utterances that are complete.

        Args:
            block: sound that follows on the last block.
            events: ``speech_start`` and ``speech_end`` that became known with it.
        """
        done = []
        if self._blocks and abs(block.t_s - _end_s(self._blocks[-1])) > 0.05:
            done += self.flush()  # sound is missing between: times would go wrong
        self._blocks.append(block)
        for event in events:
            if event.kind == "speech_start":
                if self._speech_from_s is None:
                    self._speech_from_s = float(event.data["t_s"])
                self._speech_to_s = None
            elif event.kind == "speech_end":
                self._speech_to_s = float(event.data["t_s"])
        if self._speech_from_s is None:
            self._forget(_end_s(block) - self._settings.pre_roll_s - 1.0)
        else:
            done += self._cut(_end_s(block))
        return done

    def flush(self) -> list[Utterance]:
        """Ends an open utterance."""
        if self._speech_from_s is None:
            self._blocks = []
            return []
        to_s = self._speech_to_s or _end_s(self._blocks[-1])
        return [self._take(to_s + self._settings.tail_s, continues=False)]

    def _cut(self, now_s: float) -> list[Utterance]:
        s = self._settings
        assert self._speech_from_s is not None
        if self._speech_to_s is not None:
            pause_s = now_s - self._speech_to_s
            long = self._speech_to_s - self._speech_from_s >= s.long_s
            if pause_s >= (s.tail_s if long else s.join_pause_s):
                return [self._take(self._speech_to_s + s.tail_s, continues=False)]
        elif now_s - self._speech_from_s >= s.longest_s:
            return [self._take(self._quietest_s(now_s), continues=True)]
        return []

    def _quietest_s(self, now_s: float) -> float:
        rate = self._blocks[-1].rate_hz
        tail = [b for b in self._blocks if b.t_s >= now_s - self._settings.longest_s / 3]
        sound = np.concatenate([b.samples for b in tail]).astype(np.float64)
        window = rate // 10
        power = np.convolve(sound**2, np.ones(window) / window, mode="valid")
        return tail[0].t_s + (int(np.argmin(power)) + window / 2) / rate

    def _take(self, to_s: float, continues: bool) -> Utterance:
        assert self._speech_from_s is not None
        from_s = max(self._speech_from_s - self._settings.pre_roll_s, self._taken_to_s)
        first = self._blocks[0]
        rate = first.rate_hz
        sound = np.concatenate([b.samples for b in self._blocks])
        begin = max(0, round((from_s - first.t_s) * rate))
        end = min(len(sound), max(begin, round((to_s - first.t_s) * rate)))
        scaled = np.clip(np.round(sound[begin:end] * 32768), -32768, 32767).astype(np.int16)
        utterance = Utterance(self._number, first.t_s + begin / rate, rate, scaled, continues)
        self._number += 1
        self._taken_to_s = first.t_s + end / rate
        self._speech_from_s = self._taken_to_s if continues else None
        self._speech_to_s = None
        self._forget(self._taken_to_s)
        return utterance

    def _forget(self, before_s: float) -> None:
        keep = 0
        while keep < len(self._blocks) and _end_s(self._blocks[keep]) <= before_s:
            keep += 1
        del self._blocks[:keep]


def _end_s(block: AudioBlock) -> float:
    return block.t_s + len(block.samples) / block.rate_hz


def _installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None
