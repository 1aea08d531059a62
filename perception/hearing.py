"""Hearing: the process that listens to the candidate, and the handle the program holds of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from perception.source import SourceSpec
from perception.types import Cue, Event, VoiceReading, Words
from perception.voice import VoiceSettings

Heard = VoiceReading | Words | Event


@dataclass(frozen=True, slots=True)
class HearingSettings:
    """What the hearing process does with sound."""

    voice: VoiceSettings = field(default_factory=VoiceSettings)
    """Speech activity and pitch."""
    speech_to_text: str = "auto"
    """Recogniser: auto, whisper, pocketsphinx or none."""


class Hearing:
    """Handle of the hearing process.

    Args:
        source: the microphone, opened in the worker.
        origin_s: ``time.monotonic()`` at session time 0.
        settings: what to do with the sound.
        record_to: WAV file to write the candidate's sound to; sample index = session time * rate.
    """

    def __init__(
        self,
        source: SourceSpec,
        origin_s: float,
        settings: HearingSettings | None = None,
        record_to: Path | None = None,
    ) -> None:
        raise NotImplementedError

    def start(self) -> None:
        """Starts the worker; does not wait for it."""
        raise NotImplementedError

    def poll(self) -> list[Heard]:
        """All that was heard since the last call, in order; never blocks."""
        raise NotImplementedError

    def cue(self, cue: Cue) -> None:
        """Passes a cue to a recorded or synthetic candidate."""
        raise NotImplementedError

    def stop(self) -> None:
        """Ends the worker, finishes the recording; may be called twice."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class SoundObservation:
    """All that was heard in a recording."""

    duration_s: float
    readings: tuple[VoiceReading, ...]
    """One per 32 ms."""
    words: tuple[Words, ...]
    """Finished utterances in order."""
    segments: tuple[tuple[float, float], ...]
    """(start_s, end_s) of stretches of speech."""
    events: tuple[Event, ...]
    """speech_start, speech_end, silent, clipping ... as a live session would have posted them."""
    heard: tuple[Heard, ...]
    """Readings, words and events merged in order of their time: what ``poll`` would have given."""


def observe_sound(
    path: Path,
    settings: HearingSettings | None = None,
    progress: Callable[[float], None] | None = None,
) -> SoundObservation:
    """Listens to a recording as fast as possible, for reports of recorded interviews.

    Args:
        path: any sound or video file that PyAV reads.
        settings: as in a live session.
        progress: called with the share (0...1) that is done.

    Raises:
        InputError: the file is missing, empty, not sound, or a video without sound.
    """
    raise NotImplementedError
