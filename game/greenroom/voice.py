"""The recruiter's line in the green room that tries the loudspeaker."""

from __future__ import annotations

import contextlib

import numpy as np
from numpy.typing import NDArray

from game.sound.speaker import PlayHandle, Speaker
from game.voice.base import Renderer
from game.voice.loudness import level
from perception.errors import RecruiterError
from perception.types import Event

LINE = "Hello! I am only checking how I sound where you sit."
"""About 3 s, twice what the ear needs to find an echo."""

CHIME_HZ = 24_000
_NOTES_HZ = (392.0, 523.25, 659.25, 784.0, 659.25, 880.0)
_NOTE_S = 0.5
_PARTIALS = ((1.0, 1.0, 0.25), (2.0, 0.45, 0.18), (3.01, 0.3, 0.12), (5.04, 0.2, 0.08))
"""Frequency over the note's, size, and seconds in which it fades to 1/e: a soft glockenspiel."""
_BRUSH_S = 0.16
_BRUSH = 1.5
"""Size of the brush's stroke against the note's. An echo is told from broad noise; notes alone,
which repeat themselves every few milliseconds, fit at any delay."""


class LoudspeakerCheck:
    """Plays the line once, or a chime where there is no voice; nothing of it blocks.

    Args:
        speaker: which is to be tried.
        renderer: of the recruiter's voice; None for the chime.
    """

    def __init__(self, speaker: Speaker, renderer: Renderer | None = None) -> None:
        self._speaker = speaker
        self._renderer = renderer
        self._wanted = self._told = self._lost = False
        self._handle: PlayHandle | None = None
        if renderer is not None and renderer.voice.name == "silent":
            self._renderer = None
        if self._renderer is not None:
            self._renderer.request(LINE)

    def play(self) -> None:
        """Begins the line, as soon as it is rendered."""
        self._wanted = True

    def stop(self) -> None:
        """Fades out what sounds, and gives up what does not yet."""
        self._wanted = False
        if self._handle is not None:
            self._handle.stop()

    def advance(self, t_s: float) -> list[Event]:
        """Goes on.

        Returns:
            Event ``playing`` of source "loudspeaker" once it sounds, at the time of its first
            sample and with its ``duration_s``; ``lost`` when the loudspeaker is.
        """
        trouble = self._speaker.trouble()
        if trouble is not None and not self._lost:
            self._lost = True
            return [Event(t_s, "loudspeaker", "lost", {"message": trouble.partition(";")[0]})]
        if self._wanted and self._handle is None:
            self._begin()
        handle = self._handle
        if handle is None or self._told or handle.started_s is None:
            return []
        self._told = True
        data = {"duration_s": handle.duration_s}
        return [Event(handle.started_s, "loudspeaker", "playing", data)]

    def _begin(self) -> None:
        sound: tuple[NDArray[np.float32], int] | None = None
        if self._renderer is not None:
            with contextlib.suppress(RecruiterError):  # a voice that fails leaves the chime
                said = self._renderer.poll(LINE)
                if said is None:
                    return
                sound = (said.samples, said.rate_hz)
        samples, rate_hz = sound or (chime(), CHIME_HZ)
        self._handle = self._speaker.play(samples, rate_hz)


def chime() -> NDArray[np.float32]:
    """Six soft notes of 0.5 s, each struck with a brush, as loud as speech.

    Returns:
        (n,) float32 at ``CHIME_HZ``; the same at every call.
    """
    whole = round((_NOTE_S * len(_NOTES_HZ) + 0.4) * CHIME_HZ)
    sound = np.zeros(whole)
    stroke = _speech_shaped(whole)
    for number, hz in enumerate(_NOTES_HZ):
        at = round(number * _NOTE_S * CHIME_HZ)
        t_s = np.arange(whole - at) / CHIME_HZ
        for ratio, size, fade_s in _PARTIALS:
            note = size * np.sin(2 * np.pi * hz * ratio * t_s) * np.exp(-t_s / fade_s)
            sound[at:] += np.minimum(1.0, t_s / 0.004) * note
        swell = np.minimum(1.0, t_s / 0.03) * np.exp(-t_s / _BRUSH_S)
        sound[at:] += _BRUSH * swell * stroke[: whole - at]
        stroke = np.roll(stroke, CHIME_HZ // 3)  # no two strokes are alike
    fade = round(0.2 * CHIME_HZ)
    sound[-fade:] *= np.linspace(1.0, 0.0, fade)
    return level(sound.astype(np.float32), CHIME_HZ)


def _speech_shaped(count: int) -> NDArray[np.float64]:
    """(count,) noise as bright as speech, root mean square 1.

    Level to 500 Hz and 6 dB down per octave above, as the long-term spectrum of speech about is
    (Byrne et al. 1994).
    """
    hz = np.fft.rfftfreq(count, 1 / CHIME_HZ)
    size = np.where(hz < 120.0, 0.0, 1.0 / np.maximum(1.0, hz / 500.0))
    phases = np.random.default_rng(1994).uniform(0, 2 * np.pi, len(hz))
    noise: NDArray[np.float64] = np.fft.irfft(size * np.exp(1j * phases), count)
    return noise / np.sqrt(np.mean(noise**2))
