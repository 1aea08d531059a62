"""The candidate's voice: whether there is speech, how loud, how high.

A block of 512 samples becomes one ``VoiceReading``; a stretch of speech becomes two events,
``speech_start`` and ``speech_end``, whose ``t_s`` in ``data`` says when it really began and ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from perception.types import AudioBlock, Event, VoiceReading

DETECTORS: dict[str, str] = {"silero": "perception.vad_silero:SileroDetector"}
"""Name to "module:Class" of speech detectors."""


class SpeechDetector(Protocol):
    """Tells how likely a block holds speech, knowing the blocks before it."""

    def probability(self, samples: NDArray[np.float32]) -> float:
        """Probability (0...1) of speech in the next 512 samples at 16 kHz."""
        ...

    def reset(self) -> None:
        """Forgets the blocks before."""
        ...


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """How speech is told from silence, and which pitches a voice may have."""

    speech_on: float = 0.5
    """Probability (0...1) of speech above which a stretch of speech begins."""
    speech_off: float = 0.35
    """Probability (0...1) below which it may end."""
    speech_min_s: float = 0.096
    """Seconds of speech before a stretch counts; a click is shorter."""
    silence_min_s: float = 0.2
    """Seconds without speech after which the stretch has ended."""
    pitch_low_hz: float = 60.0
    """Lowest pitch looked for."""
    pitch_high_hz: float = 400.0
    """Highest pitch looked for."""


class Voice:
    """Blocks of sound in, voice readings and speech events out."""

    def __init__(
        self, settings: VoiceSettings | None = None, detector: SpeechDetector | None = None
    ) -> None:
        raise NotImplementedError

    def update(self, block: AudioBlock) -> tuple[VoiceReading, list[Event]]:
        """Measures one block of 512 samples at 16 kHz."""
        raise NotImplementedError


def level_dbfs(samples: NDArray[np.float32]) -> float:
    """Root mean square level re full scale; -120 at the lowest."""
    raise NotImplementedError
