"""A webcam and a microphone for the real processes where there are none to plug in.

What their drivers would give is made up; all around them is real. They note in a file when they
are opened and closed, so that a test sees what a person sees of a camera: its lamp.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from perception.clock import Clock
from perception.errors import DeviceError
from perception.microphone.base import BLOCK_SAMPLES, RATE_HZ
from perception.source import SourceSpec
from perception.types import AudioBlock, Cue, Frame

FPS = 15.0


def webcam(log: Path, picture: Path, kind: str = "device") -> SourceSpec:
    """A webcam that shows a picture and notes its openings in ``log``."""
    options = {"log": str(log), "picture": str(picture)}
    return SourceSpec(f"{__name__}:Webcam", options, kind)  # type: ignore[arg-type]


def microphone(log: Path, broken: Path | None = None) -> SourceSpec:
    """A microphone that hums and notes its openings in ``log``; lost while ``broken`` exists."""
    options = {"log": str(log), "broken": None if broken is None else str(broken)}
    return SourceSpec(f"{__name__}:Hum", options)


def lamp(log: Path) -> list[str]:
    """What was noted: "open" and "close", in turn."""
    return log.read_text().split() if log.exists() else []


def _note(log: str, word: str) -> None:
    with open(log, "a") as file:
        file.write(word + "\n")


class Webcam:
    """Gives the same picture again and again, at :data:`FPS`."""

    nominal_fps = FPS

    def __init__(self, log: str, picture: str) -> None:
        self._log = log
        image = Image.open(picture).convert("RGB")
        self._image = np.asarray(image.resize((640, 360)))
        self.size = (640, 360)
        self._index = 0
        self._open = False

    def start(self, clock: Clock) -> None:
        self._clock = clock
        self._open = True
        _note(self._log, "open")

    def read(self) -> Frame:
        time.sleep(1 / FPS)
        self._index += 1
        return Frame(self._clock.now(), self._index, self._image)

    def cue(self, cue: Cue) -> None:
        """A device answers no question."""

    def close(self) -> None:
        if self._open:
            _note(self._log, "close")
        self._open = False


class Hum:
    """A quiet tone, in real time."""

    name = "hum"
    part_over = False

    def __init__(self, log: str, broken: str | None) -> None:
        self._log = log
        self._broken = None if broken is None else Path(broken)
        self._open = False

    def start(self, clock: Clock) -> None:
        self._clock = clock
        self._lose_if_broken()
        self._begun_s = clock.now()
        self._blocks = 0
        self._open = True
        _note(self._log, "open")

    def read(self) -> AudioBlock:
        self._lose_if_broken()
        at_s = self._begun_s + self._blocks * BLOCK_SAMPLES / RATE_HZ
        self._blocks += 1
        self._clock.sleep(at_s + BLOCK_SAMPLES / RATE_HZ - self._clock.now())
        return AudioBlock(at_s, RATE_HZ, self._tone(at_s))

    def cue(self, cue: Cue) -> None:
        """A device answers no question."""

    def close(self) -> None:
        if self._open:
            _note(self._log, "close")
        self._open = False

    def _tone(self, at_s: float) -> NDArray[np.float32]:
        t = at_s + np.arange(BLOCK_SAMPLES) / RATE_HZ
        return (0.01 * np.sin(2 * np.pi * 300 * t)).astype(np.float32)

    def _lose_if_broken(self) -> None:
        if self._broken is not None and self._broken.exists():
            raise DeviceError("the microphone was unplugged; plug it in again", retryable=True)
