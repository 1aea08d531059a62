"""Stretches of speech on their way to the recogniser, and how sound is cut into them.

An utterance reaches the recogniser twice: in chunks while it is being spoken, so that it can be
understood meanwhile, and whole when it has ended. The chunks may get lost without harm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perception.signal.levels import level_dbfs
from perception.signal.noise_reduction import room_between_utterances
from perception.signal.pcm import to_floats, to_int16
from perception.speech.base import SpeechSettings
from perception.types import AudioBlock, Event

_CHUNK_S = 0.25
"""s of an open utterance that are handed on at a time."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """A stretch of speech that has ended."""

    number: int
    """Counts from 0."""
    t_start_s: float
    """Session time of the first sample."""
    rate_hz: int
    samples: NDArray[np.int16]
    """(n,) full scale 32768; half the size of floats on the way between processes."""
    continues: bool = False
    """Whether it was cut and speech goes on in the next utterance."""
    speech: tuple[tuple[float, float], ...] = ()
    """(start_s, end_s) in session time of the speech detected in it; empty when nobody looked."""
    noise_dbfs: float | None = None
    """Level of the room between stretches of speech; None before any was heard."""

    @property
    def span_s(self) -> float:
        """Seconds of sound."""
        return len(self.samples) / self.rate_hz

    def floats(self) -> NDArray[np.float32]:
        """(n,) samples in -1...1."""
        return to_floats(self.samples)


@dataclass(frozen=True, slots=True)
class UtteranceChunk:
    """The next stretch of an utterance that is still being spoken."""

    number: int
    """Of the utterance it will be part of."""
    t_start_s: float
    """Session time of the utterance's first sample, not of this chunk."""
    offset: int
    """Samples of the utterance before this chunk."""
    rate_hz: int
    samples: NDArray[np.int16]
    """(n,) full scale 32768."""
    paused: bool = False
    """Whether the voice has paused after it: if it stays so, this was the utterance's end."""


class UtteranceCollector:
    """Cuts sound into utterances: at pauses, and where speech never pauses, at its quietest place.

    Args:
        settings: where to cut.
        chunks: whether open utterances are handed on chunk by chunk too.
    """

    def __init__(self, settings: SpeechSettings | None = None, chunks: bool = False) -> None:
        self._settings = settings or SpeechSettings()
        self._wants_chunks = chunks
        self._blocks: list[AudioBlock] = []
        self._speech_from_s: float | None = None
        self._speech_to_s: float | None = None
        self._spans: list[tuple[float, float]] = []
        self._span_from_s = 0.0
        self._taken_to_s = 0.0
        self._number = 0
        self._sent = 0
        self._said_paused = False
        self._room = room_between_utterances()

    def process_block(
        self, block: AudioBlock, events: Sequence[Event]
    ) -> list[Utterance | UtteranceChunk]:
        """Takes the next block and what the voice says of it; gives what became known.

        Args:
            block: sound that follows on the last block.
            events: ``speech_start`` and ``speech_end`` that became known with it.
        """
        done: list[Utterance | UtteranceChunk] = []
        if self._blocks and abs(block.t_s - _end_s(self._blocks[-1])) > 0.05:
            done += self.flush()  # sound is missing between: times would go wrong
        self._blocks.append(block)
        for event in events:
            if event.kind == "speech_start":
                self._begin(float(event.data["t_s"]))
            elif event.kind == "speech_end":
                self._end(float(event.data["t_s"]))
        if self._speech_from_s is None:
            self._room.add_level(level_dbfs(block.samples), block.t_s)
            self._forget(_end_s(block) - self._settings.pre_roll_s - 1.0)
            return done
        done += self._cut(_end_s(block))
        if self._speech_from_s is not None and self._wants_chunks:
            done += self._grow(_end_s(block))
        return done

    def flush(self) -> list[Utterance]:
        """Ends an open utterance."""
        if self._speech_from_s is None:
            self._blocks = []
            return []
        to_s = self._speech_to_s or _end_s(self._blocks[-1])
        return [self._take(to_s + self._settings.tail_s, continues=False)]

    def _begin(self, t_s: float) -> None:
        if self._speech_from_s is None:
            self._speech_from_s = t_s
        self._span_from_s = t_s
        self._speech_to_s = None
        self._said_paused = False

    def _end(self, t_s: float) -> None:
        self._speech_to_s = t_s
        self._spans.append((self._span_from_s, t_s))

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

    def _grow(self, now_s: float) -> list[UtteranceChunk]:
        begin = self._begin_sample()
        first = self._blocks[0]
        to_s, paused = now_s, False
        if self._speech_to_s is not None:
            to_s = min(now_s, self._speech_to_s + self._settings.tail_s)
            paused = to_s < now_s and not self._said_paused
        new = round((to_s - first.t_s) * first.rate_hz) - begin - self._sent
        if not paused and new < _CHUNK_S * first.rate_hz:
            return []
        offset = self._sent
        samples = self._sound(begin + offset, begin + offset + new)
        self._sent += len(samples)
        self._said_paused = self._said_paused or paused
        start_s = first.t_s + begin / first.rate_hz
        return [UtteranceChunk(self._number, start_s, offset, first.rate_hz, samples, paused)]

    def _quietest_s(self, now_s: float) -> float:
        rate = self._blocks[-1].rate_hz
        tail = [b for b in self._blocks if b.t_s >= now_s - self._settings.longest_s / 3]
        sound = np.concatenate([b.samples for b in tail]).astype(np.float64)
        window = rate // 10
        power = np.convolve(sound**2, np.ones(window) / window, mode="valid")
        return tail[0].t_s + (int(np.argmin(power)) + window / 2) / rate

    def _take(self, to_s: float, continues: bool) -> Utterance:
        first = self._blocks[0]
        rate = first.rate_hz
        begin = self._begin_sample()
        end = round((to_s - first.t_s) * rate)
        if not continues:
            end = max(end, begin + self._sent)  # what the recogniser has had already
        samples = self._sound(begin, end)
        start_s, end_s = first.t_s + begin / rate, first.t_s + (begin + len(samples)) / rate
        spans = list(self._spans)
        if self._speech_to_s is None:
            spans.append((self._span_from_s, end_s))
        room_dbfs = self._room.level_dbfs()
        utterance = Utterance(
            self._number, start_s, rate, samples, continues, tuple(spans), room_dbfs
        )
        self._number += 1
        self._taken_to_s = end_s
        self._speech_from_s = end_s if continues else None
        self._span_from_s = end_s
        self._speech_to_s = None
        self._spans = []
        self._sent = 0
        self._said_paused = False
        self._forget(end_s)
        return utterance

    def _begin_sample(self) -> int:
        """Index of the open utterance's first sample among those that are kept."""
        assert self._speech_from_s is not None
        first = self._blocks[0]
        from_s = max(self._speech_from_s - self._settings.pre_roll_s, self._taken_to_s)
        return max(0, round((from_s - first.t_s) * first.rate_hz))

    def _sound(self, begin: int, end: int) -> NDArray[np.int16]:
        sound = np.concatenate([b.samples for b in self._blocks])[begin : max(begin, end)]
        return to_int16(sound)

    def _forget(self, before_s: float) -> None:
        keep = 0
        while keep < len(self._blocks) and _end_s(self._blocks[keep]) <= before_s:
            keep += 1
        del self._blocks[:keep]


def _end_s(block: AudioBlock) -> float:
    return block.t_s + len(block.samples) / block.rate_hz
