"""The loudspeaker: plays sound without blocking and tells when it was really heard."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from perception.clock import Clock
from perception.echo.stage import Playback, PlaybackStopped
from perception.errors import DeviceError, InputError, ModelError

SPEAKERS: dict[str, str] = {
    "pyaudio": "game.sound.speaker_pyaudio:PyAudioSpeaker",
    "silent": "game.sound.speaker:SilentSpeaker",
}
"""Name to class; each is made with the session's clock."""

FADE_S = 0.02
"""Fade of a sound that is cut short; long enough not to click (two periods of a low voice), short
enough to yield at once."""


class PlayHandle(Protocol):
    """One sound on its way through the loudspeaker."""

    duration_s: float
    """Of the whole sound."""

    @property
    def started_s(self) -> float | None:
        """Session time at which the first sample was heard, the device's latency included.

        None until the loudspeaker has taken the sound; then the time may still lie a little ahead.
        """
        ...

    @property
    def position_s(self) -> float:
        """Seconds of the sound heard by now: 0 before its start, at most what is played of it."""
        ...

    @property
    def done(self) -> bool:
        """Whether it was played to its end, or was stopped and has faded."""
        ...

    @property
    def stopped(self) -> bool:
        """Whether it was cut short."""
        ...

    @property
    def heard_s(self) -> float:
        """Seconds of the sound that are, or by now will be, heard: less than all once stopped."""
        ...

    def stop(self) -> None:
        """Fades the sound out within 20 ms; does nothing to one that has ended."""
        ...

    def fade_to(self, gain: float, over_s: float) -> None:
        """Has the sound go on, from now, with another gain.

        Args:
            gain: factor on the samples, 0...1.
            over_s: seconds in which it changes, in a straight line.
        """
        ...


class Speaker(Protocol):
    """Plays sounds; several at once are mixed."""

    name: str
    notice: str | None
    """One line for the screen when nothing will be heard; otherwise None."""

    def play(
        self, samples: NDArray[np.float32], rate_hz: int, at_s: float | None = None
    ) -> PlayHandle:
        """Starts a sound and returns at once.

        Args:
            samples: (n,) mono, -1...1.
            rate_hz: samples per second.
            at_s: session time at which the first sample is to be heard; as soon as may be when
                None or past.
        """
        ...

    def listen(self, told: Callable[[Playback | PlaybackStopped], None] | None) -> None:
        """Has ``told`` called with everything that is really heard, shortly before it is.

        For whoever has to know the echo of it in the microphone. Called from the sound system's
        thread with the mix of all sounds, stretch by stretch, silence left out, and told too when
        what was announced is cut off because the loudspeaker is lost; ``told`` must not block. A
        loudspeaker that nobody hears tells nothing. None ends it.
        """
        ...

    def trouble(self) -> str | None:
        """One line once the loudspeaker is lost; sounds then only keep time. None while well."""
        ...

    def close(self) -> None:
        """Stops all sound and gives the device back."""
        ...


class TimedHandle:
    """A sound that keeps time by the session clock alone.

    Args:
        clock: tells how much of it is over.
        duration_s: of the sound.
        started_s: session time of the first sample.
    """

    def __init__(self, clock: Clock, duration_s: float, started_s: float) -> None:
        self.duration_s = duration_s
        self._clock = clock
        self._started_s = started_s
        self._cut_s: float | None = None

    @property
    def started_s(self) -> float | None:
        return self._started_s

    @property
    def heard_s(self) -> float:
        return self.duration_s if self._cut_s is None else self._cut_s

    @property
    def position_s(self) -> float:
        return min(self.heard_s, max(0.0, self._clock.now() - self._started_s))

    @property
    def done(self) -> bool:
        return self._clock.now() - self._started_s >= self.heard_s

    @property
    def stopped(self) -> bool:
        return self._cut_s is not None

    def stop(self) -> None:
        if self._cut_s is None and not self.done:
            now_s = self._clock.now() - self._started_s
            # one that has not begun is not heard at all
            self._cut_s = min(self.duration_s, now_s + FADE_S) if now_s > 0 else 0.0

    def fade_to(self, gain: float, over_s: float) -> None:
        """See ``PlayHandle.fade_to``: it takes as long, however loud it would be."""


class SilentSpeaker:
    """No loudspeaker: every sound takes its time on the session clock.

    Args:
        clock: the session's.
        notice: what to tell the person, if anything.
    """

    name = "silent"

    def __init__(self, clock: Clock, notice: str | None = None) -> None:
        self.notice = notice
        self._clock = clock
        self._lock = threading.Lock()
        self._playing: list[TimedHandle] = []

    def play(
        self, samples: NDArray[np.float32], rate_hz: int, at_s: float | None = None
    ) -> PlayHandle:
        """See ``Speaker.play``."""
        now_s = self._clock.now()
        handle = TimedHandle(
            self._clock, len(samples) / rate_hz, now_s if at_s is None else max(at_s, now_s)
        )
        with self._lock:
            self._playing = [h for h in self._playing if not h.done] + [handle]
        return handle

    def listen(self, told: Callable[[Playback | PlaybackStopped], None] | None) -> None:
        """See ``Speaker.listen``: nothing of this is heard, so nothing is told."""

    def trouble(self) -> str | None:
        """Always None: silence cannot be lost."""
        return None

    def close(self) -> None:
        """Stops what is playing."""
        with self._lock:
            for handle in self._playing:
                handle.stop()
            self._playing = []


def choose_speaker(name: str, clock: Clock) -> Speaker:
    """Opens a loudspeaker.

    Args:
        name: "pyaudio", "silent", or "auto": the loudspeaker if the machine has one, otherwise
            the silent one, whose ``notice`` says so.
        clock: the session's.

    Raises:
        InputError: no such speaker; the message names those known.
        DeviceError: "pyaudio" was asked for and there is no working loudspeaker.
        ModelError: "pyaudio" was asked for and is not installed.
    """
    if name == "auto":
        try:
            return _open("pyaudio", clock)
        except (DeviceError, ModelError) as error:
            return SilentSpeaker(clock, notice=f"{error}; lines are shown as captions meanwhile")
    if name not in SPEAKERS:
        raise InputError(f"speaker '{name}' is unknown; use auto or one of {', '.join(SPEAKERS)}")
    return _open(name, clock)


def _open(name: str, clock: Clock) -> Speaker:
    module, _, cls = SPEAKERS[name].partition(":")
    speaker: Speaker = getattr(importlib.import_module(module), cls)(clock)
    return speaker
