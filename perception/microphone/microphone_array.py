"""Sound from memory in a microphone's place, for tests, benches and synthetic candidates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from perception.clock import Clock
from perception.errors import InputError
from perception.microphone.base import BLOCK_SAMPLES, RATE_HZ
from perception.microphone.downmix import Downmix
from perception.microphone.stamped import finite
from perception.signal.resampling import Resampler
from perception.types import AudioBlock, Cue


class ArrayMicrophone:
    """Plays an array as a device would give it: any rate, any channels, any sample format.

    Args:
        samples: (n,) or (n, channels); floats in -1...1, or integers of full scale.
        rate_hz: samples per second of the array.
        span_s: seconds to play, over and over if need be; None for the array once.
        pace: wait for real time; False gives at once.

    Attributes:
        name: "array".
        part_over: whether everything was given.

    Raises:
        InputError: the array is empty, or has no shape or type that sound has.
    """

    def __init__(
        self,
        samples: NDArray[Any],
        *,
        rate_hz: int = RATE_HZ,
        span_s: float | None = None,
        pace: bool = True,
    ) -> None:
        if samples.ndim not in (1, 2) or samples.size == 0:
            raise InputError(
                f"microphone array of shape {samples.shape}: use (n,) or (n, channels)"
            )
        if samples.dtype.kind not in "fi":
            raise InputError(f"microphone array of {samples.dtype}: use floats or signed integers")
        if rate_hz <= 0 or (span_s is not None and span_s <= 0):
            raise InputError("microphone array: rate_hz and span_s must be positive")
        self.name = "array"
        self.part_over = False
        self._samples = samples[:, np.newaxis] if samples.ndim == 1 else samples
        self._rate_hz = rate_hz
        whole = len(samples) if span_s is None else round(span_s * rate_hz)
        self._blocks_left = -(-whole * RATE_HZ // (rate_hz * BLOCK_SAMPLES))
        self._whole = whole
        self._pace = pace
        self._clock: Clock | None = None
        self._sound: Iterator[NDArray[np.float32]] = iter(())
        self._rest = np.zeros(0, np.float32)
        self._origin_s = 0.0
        self._given = 0

    def start(self, clock: Clock) -> None:
        """Begins at the array's first sample."""
        self._clock = clock
        self._origin_s = clock.now()
        self._given = 0
        self.part_over = False
        self._sound = self._play()
        self._rest = np.zeros(0, np.float32)

    def read(self) -> AudioBlock | None:
        """The next 512 samples at 16 kHz; None after the last, which zeros fill up."""
        if self._clock is None or self.part_over:
            return None
        parts, ready = [self._rest], len(self._rest)
        while ready < BLOCK_SAMPLES and (part := next(self._sound, None)) is not None:
            parts.append(part)
            ready += len(part)
        samples = np.concatenate(parts)
        self._rest = samples[BLOCK_SAMPLES:]
        block = np.zeros(BLOCK_SAMPLES, np.float32)
        block[: min(ready, BLOCK_SAMPLES)] = samples[:BLOCK_SAMPLES]
        t_s = self._origin_s + self._given * BLOCK_SAMPLES / RATE_HZ
        self._given += 1
        self.part_over = self._given >= self._blocks_left
        if self._pace:
            self._clock.sleep(t_s + BLOCK_SAMPLES / RATE_HZ - self._clock.now())
        return AudioBlock(t_s, RATE_HZ, block)

    def cue(self, cue: Cue) -> None:
        """An array waits for nobody."""

    def close(self) -> None:
        """Stops; may be called twice."""
        self._clock = None

    def _play(self) -> Iterator[NDArray[np.float32]]:
        downmix = Downmix(self._samples.shape[1], self._rate_hz)
        resampler = None if self._rate_hz == RATE_HZ else Resampler(self._rate_hz, RATE_HZ)
        step = max(1, self._rate_hz * BLOCK_SAMPLES // RATE_HZ)
        played = 0
        while played < self._whole:
            begin = played % len(self._samples)
            chunk = self._samples[begin : begin + min(step, self._whole - played)]
            played += len(chunk)
            mono = downmix.mix(_floats(chunk))
            yield mono if resampler is None else resampler.process(mono)


def _floats(samples: NDArray[Any]) -> NDArray[np.float32]:
    if samples.dtype.kind == "f":
        return finite(samples)
    return (samples / -float(np.iinfo(samples.dtype).min)).astype(np.float32)
