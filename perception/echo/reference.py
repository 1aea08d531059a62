"""What the recruiter's loudspeaker plays, laid out on the session's time line.

The loudspeaker tells of every stretch that it takes; the ear asks for the stretch that it needs to
find its echo. A stream that counts its samples keeps them exactly as far apart as they are played,
whatever the jitter of the times that the sound system gives.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perception.microphone.base import RATE_HZ
from perception.signal.resampling import Resampler, resample

KEPT_S = 3.0
"""Seconds of the past that can still be asked for."""
_JUMP_S = 0.015
_USUAL = 0.02  # of each deviation that goes into what is usual


@dataclass(frozen=True, slots=True)
class Playback:
    """A stretch of sound on its way out of a real loudspeaker."""

    t_s: float
    """Session time at which the first sample is heard."""
    rate_hz: int
    """Samples per second."""
    samples: NDArray[np.float32]
    """(n,) mono, -1...1, as loud as they are played."""
    position: int | None = None
    """Number of the first sample since the loudspeaker's stream began. Stretches of one stream are
    laid out by it; ``t_s`` then only tells where the stream as a whole lies. None for a sound by
    itself."""


@dataclass(frozen=True, slots=True)
class PlaybackStopped:
    """All sound is cut off at a session time."""

    t_s: float


class ReferenceTimeline:
    """Mixes stretches of played sound at 16 kHz; sample ``i`` is session time ``i / 16000``."""

    def __init__(self) -> None:
        self._pieces: deque[tuple[int, NDArray[np.float32]]] = deque()
        self._stream: _Stream | None = None

    def add(self, playback: Playback) -> None:
        """Takes a stretch, heard or still to be heard."""
        if not len(playback.samples):
            return
        if playback.position is None:
            begin = round(playback.t_s * RATE_HZ)
            samples = resample(playback.samples, playback.rate_hz, RATE_HZ)
        else:
            if self._stream is None or self._stream.rate_hz != playback.rate_hz:
                self._stream = _Stream(playback.rate_hz)
            begin, samples = self._stream.add_playback(playback, playback.position)
        if len(samples):
            self._pieces.append((begin, samples))

    def cut(self, t_s: float) -> None:
        """Takes back what would be heard from ``t_s`` on."""
        end = round(t_s * RATE_HZ)
        self._pieces = deque(
            (begin, samples[: max(0, end - begin)])
            for begin, samples in self._pieces
            if begin < end
        )

    def shift(self, samples: int) -> None:
        """Moves sample 0 so much later."""
        self._pieces = deque((begin - samples, sound) for begin, sound in self._pieces)
        if self._stream is not None:
            self._stream.shift(samples)

    def sounds(self, begin: int, count: int) -> bool:
        """Whether any stretch reaches into ``count`` samples from ``begin`` on."""
        end = begin + count
        return any(b < end and b + len(s) > begin for b, s in self._pieces)

    def read(self, begin: int, count: int) -> NDArray[np.float32]:
        """(count,) samples from number ``begin`` on; zeros where nothing is played."""
        mixed = np.zeros(count, np.float32)
        for start, samples in self._pieces:
            first, last = max(begin, start), min(begin + count, start + len(samples))
            if first < last:
                mixed[first - begin : last - begin] += samples[first - start : last - start]
        return mixed

    def forget(self, before: int) -> None:
        """Drops what ended ``KEPT_S`` before sample ``before``."""
        edge = before - round(KEPT_S * RATE_HZ)
        while self._pieces and self._pieces[0][0] + len(self._pieces[0][1]) < edge:
            self._pieces.popleft()


class _Stream:
    """Lays out the stretches of a loudspeaker's stream by their sample numbers."""

    def __init__(self, rate_hz: int) -> None:
        self.rate_hz = rate_hz
        self._origin_s: float | None = None
        self._off: deque[float] = deque(maxlen=8)
        self._usual_s = 0.0
        self._resampler = Resampler(rate_hz, RATE_HZ)
        self._next_position = -1
        self._next_index = 0

    def add_playback(self, playback: Playback, position: int) -> tuple[int, NDArray[np.float32]]:
        """The stretch at 16 kHz, and the number of its first sample."""
        jumped = self._follow(playback.t_s - position / self.rate_hz)
        if jumped or position != self._next_position:
            self._resampler = Resampler(self.rate_hz, RATE_HZ)
            assert self._origin_s is not None
            self._next_index = round((self._origin_s + position / self.rate_hz) * RATE_HZ)
        self._next_position = position + len(playback.samples)
        samples = self._resampler.process(playback.samples)
        begin = self._next_index
        self._next_index += len(samples)
        return begin, samples

    def shift(self, samples: int) -> None:
        """Moves sample 0 of the time line so much later."""
        if self._origin_s is not None:
            self._origin_s -= samples / RATE_HZ
        self._next_index -= samples

    def _follow(self, origin_s: float) -> bool:
        """Keeps the stream's session time of sample 0; whether it had to jump.

        It does not follow jitter or drift. The samples count: where microphone and loudspeaker
        share a clock there is no drift between them, and where not, the delay is what drifts. It
        jumps where the stream itself did: it ran dry, or the device was changed.
        """
        if self._origin_s is None:
            self._origin_s = origin_s
            return True
        off_s = origin_s - self._origin_s
        self._off.append(off_s)
        jump_s = float(np.median(self._off)) - self._usual_s
        if len(self._off) == self._off.maxlen and abs(jump_s) > _JUMP_S:
            self._origin_s += jump_s
            self._off.clear()
            return True
        self._usual_s += _USUAL * (off_s - self._usual_s)
        return False
