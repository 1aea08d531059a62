"""What a timeline of an answer is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from game.synthetic.interviews import Said

BLOCK_S = 0.032
"""One reading, 512 samples at 16 kHz; a tick of a timeline too."""

VOICE_DELAY_S = 0.03
"""Seconds from the end of a block to its reading."""

ONSET_KNOWN_S = 0.096

OFFSET_KNOWN_S = 0.2
"""Seconds of speech, and of silence, before a start and an end of speech are told."""

Contour = Literal["high_rise", "plateau", "low_rise", "fall", "none"]


@dataclass(frozen=True, slots=True)
class Speaker:
    """One person's way of speaking, and the ears that hear it."""

    words_per_s: float
    pause_factor: float
    longest_pause_s: float
    pitch_hz: float
    liveliness_st: float
    """Half the range of the syllables' pitch, semitones."""
    level_dbfs: float
    recogniser: Literal["none", "pocketsphinx", "whisper"]
    word_errors: float
    """Share (0...1) of words that the recogniser gets wrong."""
    partials: bool
    """Whether words are told while they speak."""
    hears_fillers: float
    """Share (0...1) of fillers that become words."""
    follows_pitch: float
    """Share (0...1) of voiced readings whose pitch is found."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word with its times, in seconds from the start of the answer."""

    said: Said
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """Speech without a pause."""

    words: tuple[Spoken, ...]
    place: str
    """Kind of place at which it ends: a key of :data:`CONTOURS`."""
    contour: Contour
    pause_s: float
    """Seconds of silence after it; infinite after the last."""
    trails_off: bool
    finished: float | None = None
    """What Smart Turn says of its end, 0...1; None where it is not asked."""

    @property
    def start_s(self) -> float:
        """Of its first word."""
        return self.words[0].start_s

    @property
    def end_s(self) -> float:
        """Of its last word."""
        return self.words[-1].end_s


@dataclass(frozen=True, slots=True)
class AnswerTimeline:
    """One answer as it is spoken."""

    speaker: Speaker
    expected_s: float
    stretches: tuple[Stretch, ...]

    @property
    def end_s(self) -> float:
        """End of the answer's last sound."""
        return self.stretches[-1].end_s
