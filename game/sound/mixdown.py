"""Sound of the session on one time line: what the recruiter said, as a WAV file that grows."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from game.sound.levels import GainRamp, soft_limit
from game.sound.speaker import FADE_S
from perception.errors import StorageError
from perception.signal.resampling import resample
from perception.signal.wav import GrowingWav


@dataclass(frozen=True, slots=True)
class Part:
    """A sound and when it begins."""

    t_s: float
    """Session time of the first sample."""
    samples: NDArray[np.float32]
    """(n,) mono, -1...1."""
    rate_hz: int
    gain: float = 1.0
    """Factor on the samples."""


def mix(parts: Iterable[Part], rate_hz: int, t0_s: float, t1_s: float) -> NDArray[np.float32]:
    """Adds sounds up over a stretch of session time.

    Args:
        parts: sounds; what lies outside the stretch is left out.
        rate_hz: of the result.
        t0_s: session time of the result's first sample.
        t1_s: session time of its end.

    Returns:
        (n,) within -1...1, n = (t1 - t0) · rate.
    """
    total = np.zeros(max(0, round((t1_s - t0_s) * rate_hz)), np.float32)
    for part in parts:
        sound = resample(part.samples, part.rate_hz, rate_hz)
        first = round((part.t_s - t0_s) * rate_hz)
        skip, first = max(0, -first), max(0, first)
        taken = sound[skip : skip + max(0, len(total) - first)]
        total[first : first + len(taken)] += taken * np.float32(part.gain)
    return soft_limit(total)


class Mixdown:
    """Grows a 16-bit mono WAV file on disk; sample 0 is session time ``start_s``.

    Every sound is in the file, and its header right, as soon as ``add`` returns, so that a killed
    process keeps what was said. Nothing but the newest sounds is held in memory.

    Args:
        path: the file; replaced if it is there.
        rate_hz: samples per second.
        start_s: session time of sample 0; what is earlier is left out.

    Raises:
        StorageError: the file cannot be written.
    """

    def __init__(self, path: Path, rate_hz: int = 24_000, start_s: float = 0.0) -> None:
        self.path = path
        self.rate_hz = rate_hz
        self.start_s = start_s
        try:
            self._wav = GrowingWav(path, rate_hz)
        except OSError as error:
            raise self._cannot_write(error) from None

    def __enter__(self) -> Mixdown:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def end_s(self) -> float:
        """Session time of the end of what is in the file."""
        return self.start_s + self._wav.length / self.rate_hz

    def add(
        self, t_s: float, samples: NDArray[np.float32], rate_hz: int, gain: float = 1.0
    ) -> MixedSound:
        """Mixes a sound in; sounds may come in any order and overlap.

        Args:
            t_s: session time of its first sample.
            samples: (n,) mono, -1...1.
            rate_hz: samples per second.
            gain: factor on the samples.

        Returns:
            The sound in the mix, by which it can be cut short later.

        Raises:
            StorageError: the disk is full or the file is gone.
        """
        first = round((t_s - self.start_s) * self.rate_hz)
        sound = resample(samples, rate_hz, self.rate_hz)[max(0, -first) :] * np.float32(gain)
        quantised = np.round(np.clip(sound, -1, 1) * 32767).astype(np.int32)
        first = max(0, first)
        self._change(first, quantised)
        return MixedSound(self, first, quantised)

    def close(self, end_s: float | None = None) -> None:
        """Pads with silence up to session time ``end_s``, if given, and closes the file."""
        if self._wav.closed:
            return
        try:
            if end_s is not None:
                self._wav.pad(round((end_s - self.start_s) * self.rate_hz))
                self._wav.update_header()
        except OSError as error:
            raise self._cannot_write(error) from None
        finally:
            self._wav.close()

    def _change(self, first: int, difference: NDArray[np.int32]) -> None:
        """Adds ``difference`` to the file's samples from ``first`` on."""
        if len(difference) == 0:
            return
        try:
            total = np.clip(self._wav.read(first, len(difference)) + difference, -32768, 32767)
            self._wav.write(first, total.astype(np.int16))
            self._wav.update_header()
        except (OSError, ValueError) as error:
            raise self._cannot_write(error) from None

    def _cannot_write(self, error: Exception) -> StorageError:
        why = getattr(error, "strerror", None) or str(error)
        return StorageError(f"{self.path}: cannot be written ({why}); free some space there")


class MixedSound:
    """A sound that is part of a ``Mixdown``."""

    def __init__(self, mixdown: Mixdown, first: int, quantised: NDArray[np.int32]) -> None:
        self._mixdown = mixdown
        self._first = first
        self._full = self._quantised = quantised
        self._gain = GainRamp()
        self._ramped = 0

    def fade_to(self, t_s: float, gain: float, over_s: float) -> None:
        """Goes over to another gain from session time ``t_s`` on.

        Args:
            t_s: not before that of an earlier change.
            gain: factor on the sound as it came.
            over_s: seconds in which it changes.
        """
        rate = self._mixdown.rate_hz
        at = round((t_s - self._mixdown.start_s) * rate) - self._first
        at = min(max(at, self._ramped), len(self._quantised))
        self._gain.apply(np.zeros(at - self._ramped, np.float32))
        self._ramped = at
        self._gain.fade_to(gain, round(over_s * rate))
        changed = self._quantised.copy()
        changed[at:] = np.round(deepcopy(self._gain).apply(self._full[at:].astype(np.float32)))
        self._mixdown._change(self._first + at, changed[at:] - self._quantised[at:])
        self._quantised = changed

    def cut(self, end_s: float) -> None:
        """Takes out what comes after session time ``end_s``, fading over the 30 ms before it."""
        rate = self._mixdown.rate_hz
        keep = round((end_s - self._mixdown.start_s) * rate) - self._first
        if keep >= len(self._quantised):
            return
        keep = max(0, keep)
        fade = min(keep, round(FADE_S * rate))
        kept = self._quantised.copy()
        kept[keep:] = 0
        ramp = np.linspace(1.0, 0.0, fade, endpoint=False)
        kept[keep - fade : keep] = np.round(kept[keep - fade : keep] * ramp).astype(np.int32)
        self._mixdown._change(self._first, kept - self._quantised)
        self._quantised, self._full = kept[:keep], self._full[:keep]
