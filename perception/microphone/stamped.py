"""Decoded sound at the time of its stamps, channels kept apart.

What a recording does not hold is silence of its length; what lies over something that was there
before is left out. A packet that cannot be decoded moves nothing that comes after it.
"""

from __future__ import annotations

from collections.abc import Iterator

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from perception.file_time import FileTime

_TOLERANCE_S = 0.05
"""Stamps are rounded, to 1 ms in WebM, and a sound card's clock drifts; less is no gap."""
_CHUNK_S = 10.0
"""Of a long silence, given at a time."""


def finite(samples: NDArray[np.generic]) -> NDArray[np.float32]:
    """Samples of a float format, which may hold anything, in -1...1; what is no number is 0."""
    whole = np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0)
    return np.clip(whole, -1.0, 1.0).astype(np.float32)


class StampedSound:
    """One track as sound at one rate, from the recording's beginning on.

    Args:
        begins_s: stamp at which the recording begins.
        rate_hz: samples per second wanted.
    """

    def __init__(self, begins_s: float, rate_hz: int) -> None:
        self._time = FileTime(begins_s)
        self._rate_hz = rate_hz
        self._resampler: av.AudioResampler | None = None
        self._shape: tuple[str, int, str] | None = None
        self._channels = 1
        self._due = 0.0
        """Where, in samples, what was decoded ends."""
        self._given = 0
        self._skip = 0
        """Samples to come that lie over some that were given."""

    def decode(self, packet: av.Packet) -> Iterator[NDArray[np.float32]]:
        """Sound of the next packet, silence before it included.

        Yields:
            (n, channels) samples, -1...1.
        """
        try:
            frames = packet.decode()
        except av.error.FFmpegError:
            return
        for frame in frames:
            if isinstance(frame, av.AudioFrame) and frame.samples and frame.sample_rate:
                yield from self._frame(frame)

    def flush(self) -> Iterator[NDArray[np.float32]]:
        """What is left when there are no more packets."""
        yield from self._drain()

    def _frame(self, frame: av.AudioFrame) -> Iterator[NDArray[np.float32]]:
        span_s = frame.samples / frame.sample_rate
        stamp_s: float | None = None
        if frame.pts is not None and frame.time_base is not None:
            stamp_s = float(frame.pts * frame.time_base)
        begin = self._time.place(stamp_s, span_s) * self._rate_hz
        apart = abs(begin - self._due) > _TOLERANCE_S * self._rate_hz
        shape = (frame.layout.name, frame.sample_rate, frame.format.name)
        first = self._resampler is None
        if self._resampler is None or apart or shape != self._shape:
            yield from self._drain()
            self._channels, self._shape = frame.layout.nb_channels, shape
            self._resampler = av.AudioResampler(format="fltp", rate=self._rate_hz)
        if apart or first:
            yield from self._silence(round(begin) - self._given)
            self._skip = max(0, self._given - round(begin))
            self._due = begin
        self._due += span_s * self._rate_hz
        frame.pts = None  # the resampler would make up for gaps in its own way
        for out in self._resampler.resample(frame):
            yield from self._sound(finite(out.to_ndarray()).T)

    def _drain(self) -> Iterator[NDArray[np.float32]]:
        resampler, self._resampler = self._resampler, None
        if resampler is not None:
            for out in resampler.resample(None):
                yield from self._sound(finite(out.to_ndarray()).T)

    def _sound(self, samples: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
        skipped = min(self._skip, len(samples))
        self._skip -= skipped
        self._given += len(samples) - skipped
        if skipped < len(samples):
            yield samples[skipped:]

    def _silence(self, count: int) -> Iterator[NDArray[np.float32]]:
        chunk = round(_CHUNK_S * self._rate_hz)
        for begin in range(0, count, chunk):
            length = min(chunk, count - begin)
            self._given += length
            yield np.zeros((length, self._channels), np.float32)
