"""Plays the room: its tone without end, and what chair, pen, paper and keys do meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np

from game.sound import roomtone
from game.sound.mixdown import Mixdown
from game.sound.roomtone import RATE_HZ, Sound
from game.sound.speaker import PlayHandle, Speaker
from perception.errors import StorageError
from perception.settings import between, checked

_PIECE_S = 20.0
_FADE_S = 1.5
_AHEAD_S = 1.0
_TONE_S = 47.0
"""Seconds of tone that are made; pieces begin anywhere in it, so that it does not come round."""
TYPING_ROOMS = ("corporate", "startup")
"""Rooms behind whose wall somebody works."""


@dataclass(frozen=True, slots=True)
class Noise:
    """Something that she does and that can be heard."""

    kind: Literal["pen", "page", "chair"]
    t_s: float
    """Session time at which it begins."""
    seconds: float = 0.0
    """How long she writes; other noises have a length of their own."""


@checked
@dataclass(frozen=True, slots=True)
class AmbienceSettings:
    """The sounds of the room."""

    play: bool = True
    """Whether the room is heard at all."""
    gain_db: Annotated[float, between(-40, 12)] = 0.0
    """Decibels on all its sounds, -40 to 12; at 0 the room's tone lies at -60 dBFS."""


class Ambience:
    """The room's own sounds.

    Args:
        speaker: plays them beside her voice.
        seed: of the session.
        room: name of the room.
        settings: whether and how loud.
        mixdown: keeps what was heard, for the film; None to keep nothing.

    Attributes:
        storage_error: why the room is no longer recorded; it sounds on.
    """

    def __init__(
        self,
        speaker: Speaker,
        seed: int,
        room: str,
        settings: AmbienceSettings | None = None,
        mixdown: Mixdown | None = None,
    ) -> None:
        self._speaker = speaker
        self._settings = settings or AmbienceSettings()
        self._mixdown = mixdown
        self._rng = np.random.default_rng([seed, 0x5EA7])
        self._gain = np.float32(10 ** (self._settings.gain_db / 20))
        roomtone.prepare()
        self._tone = roomtone.tone(_TONE_S, self._rng) if self._settings.play else None
        self._types = room in TYPING_ROOMS
        self._next_tone_s: float | None = None
        self._next_keys_s: float | None = None
        self._next_creak_s = 0.0
        self._playing: list[PlayHandle] = []
        self.storage_error: StorageError | None = None

    def keep_playing(self, t_s: float) -> None:
        """Keeps the tone going; call once a frame."""
        if self._tone is None:
            return
        if self._next_tone_s is None:
            self._next_tone_s = t_s
            self._next_keys_s = t_s + float(self._rng.uniform(8.0, 25.0))
        if t_s >= self._next_tone_s - _AHEAD_S:
            begin_s = max(t_s, self._next_tone_s)
            self._play(self._piece(self._tone), begin_s)
            self._next_tone_s = begin_s + _PIECE_S - _FADE_S
        if self._types and self._next_keys_s is not None and t_s >= self._next_keys_s:
            self._play(roomtone.keys(int(self._rng.integers(5, 22)), self._rng), t_s)
            self._next_keys_s = t_s + float(self._rng.uniform(12.0, 50.0))

    def hear(self, noises: Iterable[Noise]) -> None:
        """Plays what she does; a chair does not creak every time she shifts."""
        if self._tone is None:
            return
        for noise in noises:
            if noise.kind == "pen":
                self._play(roomtone.pen(noise.seconds, self._rng), noise.t_s)
            elif noise.kind == "page":
                self._play(roomtone.paper(self._rng), noise.t_s)
            elif noise.t_s >= self._next_creak_s and self._rng.random() > 0.35:
                self._next_creak_s = noise.t_s + 6.0
                self._play(roomtone.creak(self._rng), noise.t_s)

    def close(self) -> None:
        """Fades out what still sounds."""
        for handle in self._playing:
            handle.stop()
        self._playing = []

    def _piece(self, tone: Sound) -> Sound:
        """Twenty seconds from anywhere in the tone, fading in and out by equal power."""
        count, fade = round(_PIECE_S * RATE_HZ), round(_FADE_S * RATE_HZ)
        first = int(self._rng.integers(len(tone)))
        piece = np.take(tone, np.arange(first, first + count), mode="wrap")
        ramp = np.sin(0.5 * np.pi * np.linspace(0.0, 1.0, fade, dtype=np.float32))
        piece[:fade] *= ramp
        piece[-fade:] *= ramp[::-1]
        return piece

    def _play(self, sound: Sound, at_s: float) -> None:
        heard = sound * self._gain
        self._playing = [handle for handle in self._playing if not handle.done]
        self._playing.append(self._speaker.play(heard, RATE_HZ, at_s))
        if self._mixdown is None or self.storage_error is not None:
            return
        try:
            self._mixdown.add(at_s, heard, RATE_HZ)
        except StorageError as error:
            self.storage_error = error
