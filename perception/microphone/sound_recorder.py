"""Writes the candidate's sound to a WAV file that stays readable whatever happens."""

from __future__ import annotations

import errno
import os
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from perception.errors import StorageError
from perception.private_files import private_file
from perception.types import AudioBlock

_HEADER_BYTES = 44
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
        self._samples = 0
        self._header_at = 0
        try:
            exists = path.exists() and path.stat().st_size > _HEADER_BYTES
            # Unbuffered: what a killed process has written is in the system's hands, and a full
            # disk is met where it can be told, not when the file is closed.
            self._file = private_file(path).open("r+b" if exists else "w+b", buffering=0)
            if exists:
                self._samples = (path.stat().st_size - _HEADER_BYTES) // 2
        except OSError as error:
            raise self._failure(error) from None
        try:
            self._write_header()
            self._file.seek(_HEADER_BYTES + 2 * self._samples)
        except OSError as error:
            self._file.close()
            raise self._failure(error) from None

    def write(self, block: AudioBlock) -> None:
        """Puts a block at its time.

        Raises:
            StorageError: the disk is full or gone.
        """
        samples = block.samples
        gap = round(block.t_s * self._rate_hz) - self._samples
        try:
            if gap > _SEAM_S * self._rate_hz:
                self._pad(gap)
            elif gap < -_SEAM_S * self._rate_hz:
                samples = samples[-gap:]
            elif abs(gap) > _DRIFT_SAMPLES:
                samples = spliced(samples, max(-_MOST_SPLICES, min(_MOST_SPLICES, gap // 8)))
            scaled = np.clip(np.round(samples * 32768), -32768, 32767).astype("<i2")
            self._put(scaled.tobytes())
            self._samples += len(scaled)
            if self._samples - self._header_at >= self._rate_hz // 2:
                self._write_header()
        except OSError as error:
            raise self._failure(error) from None

    def close(self) -> None:
        """Finishes the file; may be called twice.

        Raises:
            StorageError: the disk is full or gone.
        """
        if self._file.closed:
            return
        try:
            self._write_header()
        except OSError as error:
            raise self._failure(error) from None
        finally:
            self._file.close()

    def _pad(self, samples: int) -> None:
        zeros = bytes(2 * self._rate_hz)
        left = 2 * samples
        while left > 0:
            self._put(zeros[:left])
            left -= len(zeros)
        self._samples += samples

    def _put(self, data: bytes) -> None:
        if self._file.write(data) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _write_header(self) -> None:
        size = 2 * self._samples
        header = b"RIFF" + struct.pack("<I", 36 + size) + b"WAVEfmt "
        # 16-byte format chunk: PCM, 1 channel, rate, bytes a second, bytes a frame, bits a sample
        header += struct.pack("<IHHIIHH", 16, 1, 1, self._rate_hz, 2 * self._rate_hz, 2, 16)
        header += b"data" + struct.pack("<I", size)
        end = self._file.tell()
        self._file.seek(0)
        self._put(header)
        self._file.seek(max(end, _HEADER_BYTES))
        self._header_at = self._samples

    def _failure(self, error: OSError) -> StorageError:
        return StorageError(
            f"{self._path}: cannot be written ({error.strerror}); free some space or choose "
            "another folder with --out"
        )
