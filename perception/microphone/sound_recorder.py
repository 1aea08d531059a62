"""Writes the candidate's sound to a WAV file that stays readable whatever happens."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from perception.errors import StorageError
from perception.signal.pcm import to_int16
from perception.signal.wav import GrowingWav
from perception.types import AudioBlock

_SEAM_S = 0.02
"""Sound that is further off its time than this was lost or comes twice: it is put where it belongs,
with a seam. What is less is drift."""
_DRIFT_SAMPLES = 8
"""Half a millisecond at 16 kHz: nearer to its time sound need not be."""
_MOST_SPLICES = 5
"""In a block of 512: 1 % faster or slower."""


def spliced(samples: NDArray[np.float32], more: int) -> NDArray[np.float32]:
    """The (n,) samples with ``more`` of them doubled, or as many left out when negative.

    A doubled sample becomes the mean of two neighbours, and a sample is left out, where the sound
    before and behind moves least: in a pause if there is one, otherwise at a crest. The error is a
    part of the smallest step in the block, which lies far below the sound itself.
    """
    n = len(samples)
    count = min(abs(more), n // 32)
    if count == 0:
        return samples
    # One place in each of ``count`` equal parts, so that no two fall together.
    moves = np.abs(np.diff(samples, n=1, prepend=samples[:1], append=samples[-1:]))
    around = np.maximum(moves[:-1], moves[1:])
    around[[0, -1]] = np.inf
    width = n // count
    places = [
        part * width + int(np.argmin(around[part * width :][:width])) for part in range(count)
    ]
    if more < 0:
        return np.delete(samples, places)
    between = [(samples[at] + samples[at + 1]) / 2 for at in places]
    return np.insert(samples, [at + 1 for at in places], between).astype(np.float32)


class SoundRecorder:
    """16-bit mono WAV whose sample index is session time times the rate.

    Missing sound is filled with zeros. A device that runs faster or slower than the session's clock
    is kept in step by one sample left out or doubled now and then, at the place of the block where
    neighbouring samples differ least; all others are written as they came. The header is brought up
    to date twice a second, so a killed process leaves a file that any player opens, at most one
    second short. An existing file (of a process that was killed) is continued.

    Args:
        path: file to write.
        rate_hz: samples per second.

    Raises:
        StorageError: the file cannot be written.
    """

    def __init__(self, path: Path, rate_hz: int) -> None:
        self._path = path
        self._rate_hz = rate_hz
        try:
            self._wav = GrowingWav(path, rate_hz, resume=True)
        except OSError as error:
            raise self._failure(error) from None

    def write(self, block: AudioBlock) -> None:
        """Puts a block at its time.

        Raises:
            StorageError: the disk is full or gone.
        """
        samples, begin = block.samples, self._wav.length
        gap = round(block.t_s * self._rate_hz) - begin
        if gap > _SEAM_S * self._rate_hz:
            begin += gap
        elif gap < -_SEAM_S * self._rate_hz:
            samples = samples[-gap:]
        elif abs(gap) > _DRIFT_SAMPLES:
            samples = spliced(samples, max(-_MOST_SPLICES, min(_MOST_SPLICES, gap // 8)))
        try:
            self._wav.write(begin, to_int16(samples))
            if self._wav.length - self._wav.in_header >= self._rate_hz // 2:
                self._wav.update_header()
        except OSError as error:
            raise self._failure(error) from None

    def close(self) -> None:
        """Finishes the file; may be called twice.

        Raises:
            StorageError: the disk is full or gone.
        """
        if self._wav.closed:
            return
        try:
            self._wav.update_header()
        except OSError as error:
            raise self._failure(error) from None
        finally:
            self._wav.close()

    def _failure(self, error: OSError) -> StorageError:
        return StorageError(
            f"{self._path}: cannot be written ({error.strerror}); free some space or choose "
            "another folder with --out"
        )
