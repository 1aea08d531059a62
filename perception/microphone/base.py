"""Microphones: where the candidate's sound comes from.

A microphone delivers 16 kHz mono sound in blocks of 32 ms, in real time, silence included. What it
is (a device, recorded answers, a synthetic candidate, nothing at all) is hidden behind one protocol
and one table.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from perception.clock import Clock
from perception.types import AudioBlock, Cue, Event

RATE_HZ = 16_000
"""Samples per second of every microphone; what silero, whisper and pocketsphinx were trained on."""

BLOCK_SAMPLES = 512
"""Samples in a block: 32 ms, one step of the silero speech detector."""

MICROPHONES: dict[str, str] = {
    "pyaudio": "perception.microphone.microphone_pyaudio:PyAudioMicrophone",
    "file": "perception.microphone.microphone_file:FileMicrophone",
    "array": "perception.microphone.microphone_array:ArrayMicrophone",
    "none": "perception.microphone.base:NoMicrophone",
}
"""Name to "module:Class"; a new microphone is one file and one line here."""


def blocks_of(samples: NDArray[np.float32], t_s: float = 0.0) -> Iterator[AudioBlock]:
    """Whole blocks of (n,) samples at 16 kHz, the first at session time ``t_s``."""
    for begin in range(0, len(samples) - BLOCK_SAMPLES + 1, BLOCK_SAMPLES):
        sound = samples[begin : begin + BLOCK_SAMPLES]
        yield AudioBlock(t_s + begin / RATE_HZ, RATE_HZ, sound)


class Microphone(Protocol):
    """A source of the candidate's sound, opened and read inside the hearing process.

    Attributes:
        name: what a person would call it; appears in messages.
        part_over: a recorded or scripted candidate has nothing more to say. Silence goes on.
    """

    name: str
    part_over: bool

    def start(self, clock: Clock) -> None:
        """Opens the source; blocks carry times of ``clock`` from here on.

        Raises:
            DeviceError: there is no such device, or it cannot be opened.
            InputError: a file cannot be used.
        """
        ...

    def read(self) -> AudioBlock | None:
        """Waits for the next 512 samples; None when nothing will ever come.

        Raises:
            DeviceError: the device was unplugged or has stalled.
        """
        ...

    def cue(self, cue: Cue) -> None:
        """Tells a recorded or synthetic candidate what the interview expects; devices ignore it."""
        ...

    def close(self) -> None:
        """Releases the source; may be called twice."""
        ...


@runtime_checkable
class PostsEvents(Protocol):
    """A microphone that knows more than its sound, such as when each recorded answer began."""

    def events(self) -> list[Event]:
        """Events since the last call, oldest first."""
        ...


class NoMicrophone:
    """No microphone at all: answers come typed, and nothing is measured."""

    def __init__(self) -> None:
        self.name = "none"
        self.part_over = False

    def start(self, clock: Clock) -> None:
        """Nothing to open."""

    def read(self) -> AudioBlock | None:
        """Says at once that no sound will ever come."""
        return None

    def cue(self, cue: Cue) -> None:
        """A microphone that is not there answers no question."""

    def close(self) -> None:
        """Nothing to release."""
