"""The last seconds of sound whenever the voice pauses, for whoever judges how it sounds there."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from perception.types import AudioBlock, Event

SPAN_S = 8.0
"""Most seconds of sound that are kept."""
SMART_TURN = "smart_turn"
"""Source of events: ``sounds_finished`` with ``t_s``, the last sound before the pause of which it
speaks, and ``probability``; ``mode`` once, with ``message``, where its weights are damaged."""
_GAP_S = 0.05
"""Seconds between blocks from which sound was lost."""


@dataclass(frozen=True, slots=True)
class PausedSpeech:
    """Sound up to a pause, the silence that told of it included."""

    t_s: float
    """Session time of the last sound of speech, as ``speech_end`` has it."""
    rate_hz: int
    samples: NDArray[np.float32]
    """(n,) -1...1, up to :data:`SPAN_S`."""


class FinishedJudge(Protocol):
    """Tells finished speech from speech that will go on."""

    def finished(self, samples: NDArray[np.float32]) -> float:
        """Probability (0...1) that speech sounded finished, of sound at 16 kHz up to a pause."""
        ...


def finished_event(now_s: float, end_s: float, probability: float) -> Event:
    """What is told of one pause.

    Args:
        now_s: session time at which it is known.
        end_s: of the last sound of speech.
        probability: 0...1 that it sounded finished.
    """
    data = {"t_s": end_s, "probability": round(probability, 4)}
    return Event(now_s, SMART_TURN, "sounds_finished", data)


class PausedSpeechCollector:
    """Keeps the newest sound, and hands it out at each end of a stretch of speech."""

    def __init__(self) -> None:
        self._blocks: deque[AudioBlock] = deque()

    def process_block(self, block: AudioBlock, events: Sequence[Event]) -> list[PausedSpeech]:
        """Takes the next block.

        Args:
            block: sound that follows on the last block.
            events: ``speech_start`` and ``speech_end`` that became known with it.

        Returns:
            The sound so far, where speech has just been told to have ended.
        """
        if self._blocks and abs(block.t_s - _end_s(self._blocks[-1])) > _GAP_S:
            self._blocks.clear()  # what lies before lost sound is no longer next to it
        self._blocks.append(block)
        while _end_s(block) - self._blocks[0].t_s > SPAN_S + len(block.samples) / block.rate_hz:
            self._blocks.popleft()
        ends = [float(event.data["t_s"]) for event in events if event.kind == "speech_end"]
        if not ends:
            return []
        sound = np.concatenate([each.samples for each in self._blocks])
        return [PausedSpeech(ends[-1], block.rate_hz, sound[-int(SPAN_S * block.rate_hz) :])]


def _end_s(block: AudioBlock) -> float:
    return block.t_s + len(block.samples) / block.rate_hz
