"""WAV files of 16-bit sound: read also where they were never finished, and grown on disk.

A file that grows is for its user alone, and can be read at any moment: a killed process leaves all
that it has written.
"""

from __future__ import annotations

import errno
import os
import struct
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from perception.errors import InputError, StorageError
from perception.private_files import private_file
from perception.signal.pcm import to_floats

HEADER_BYTES = 44
"""Of a file with a format chunk and sound, and nothing else."""
_LARGEST_BYTES = 0xFFFF_FFFF - HEADER_BYTES
_PAD_SAMPLES = 1 << 16  # silence is written in stretches of 128 KiB
_PCM, _EXTENSIBLE = 1, 0xFFFE


def wav_header(rate_hz: int, length: int) -> bytes:
    """(44,) bytes before ``length`` samples of 16-bit mono sound."""
    size = 2 * length
    # 16-byte format chunk: PCM, 1 channel, rate, bytes a second, bytes a frame, bits a sample
    form = struct.pack("<IHHIIHH", 16, _PCM, 1, rate_hz, 2 * rate_hz, 2, 16)
    riff = b"RIFF" + struct.pack("<I", HEADER_BYTES - 8 + size) + b"WAVE"
    return riff + b"fmt " + form + b"data" + struct.pack("<I", size)


class GrowingWav:
    """16-bit mono WAV file that grows.

    Samples are in the system's hands as soon as they are written, and silence lies where none were.
    The header tells of them once :meth:`update_header` was called: after a kill, players find what
    the last one told of.

    Args:
        path: the file.
        rate_hz: samples per second.
        resume: whether a file that is there is gone on with; it is replaced otherwise.

    Attributes:
        path: the file.
        rate_hz: samples per second.
        length: samples in the file.
        in_header: samples that its header tells of.

    Raises:
        OSError: the file cannot be written; so do all methods.
    """

    def __init__(self, path: Path, rate_hz: int, resume: bool = False) -> None:
        self.path = path
        self.rate_hz = rate_hz
        self.length = self.in_header = 0
        goes_on = resume and path.exists() and path.stat().st_size > HEADER_BYTES
        # Unbuffered: what a killed process has written is in the system's hands, and a full disk is
        # met where it can be told, not when the file is closed.
        self._file = private_file(path).open("r+b" if goes_on else "w+b", buffering=0)
        if goes_on:
            self.length = (path.stat().st_size - HEADER_BYTES) // 2
        try:
            self.update_header()
        except OSError:
            self._file.close()
            raise

    @property
    def closed(self) -> bool:
        """Whether :meth:`close` was called."""
        return self._file.closed

    def read(self, first: int, count: int) -> NDArray[np.int16]:
        """(count,) samples from number ``first`` on; zeros where the file has none."""
        found = np.zeros(count, np.int16)
        known = min(count, self.length - first)
        if known > 0:
            self._file.seek(HEADER_BYTES + 2 * first)
            data = np.frombuffer(self._file.read(2 * known), "<i2")
            found[: len(data)] = data
        return found

    def write(self, first: int, samples: NDArray[np.int16]) -> None:
        """Puts (n,) samples in the place of those from number ``first`` on.

        Raises:
            StorageError: the file would be larger than WAV can tell.
        """
        if HEADER_BYTES + 2 * (first + len(samples)) > _LARGEST_BYTES:
            raise StorageError(f"{self.path}: over 4 GB, more than WAV can hold; end the session")
        self.pad(first)
        self._put(HEADER_BYTES + 2 * first, samples.astype("<i2").tobytes())
        self.length = max(self.length, first + len(samples))

    def pad(self, length: int) -> None:
        """Adds silence where the file is shorter than ``length`` samples."""
        while self.length < length:
            count = min(_PAD_SAMPLES, length - self.length)
            self._put(HEADER_BYTES + 2 * self.length, bytes(2 * count))
            self.length += count

    def update_header(self) -> None:
        """Has the header tell of all samples."""
        self._put(0, wav_header(self.rate_hz, self.length))
        self.in_header = self.length

    def close(self) -> None:
        """Closes the file as it is; may be called twice."""
        self._file.close()

    def _put(self, at: int, data: bytes) -> None:
        self._file.seek(at)
        left = memoryview(data)
        while left:
            written = self._file.write(left)
            if not written:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            left = left[written:]


class WavReader:
    """A 16-bit PCM WAV file, also one whose header was never finished.

    Args:
        path: the file.

    Attributes:
        rate_hz: samples per second.
        length: samples of each channel.

    Raises:
        InputError: there is no such file, or it is not 16-bit PCM WAV.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({error.strerror}); check the path") from None
        try:
            self._find_sound(path)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> WavReader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._file.close()

    def read(self, first: int = 0, last: int | None = None) -> NDArray[np.float32]:
        """(n,) samples -1...1 from number ``first`` to before ``last``, as far as there are any.

        Several channels are averaged.
        """
        first = min(max(0, first), self.length)
        last = self.length if last is None else min(max(first, last), self.length)
        frame = 2 * self._channels
        self._file.seek(self._begin + frame * first)
        samples = to_floats(np.frombuffer(self._file.read(frame * (last - first)), "<i2"))
        if self._channels == 1:
            return samples
        return np.asarray(samples.reshape(-1, self._channels).mean(axis=1), np.float32)

    def _find_sound(self, path: Path) -> None:
        end = self._file.seek(0, os.SEEK_END)
        self._file.seek(0)
        head = self._file.read(12)
        if head[:4] != b"RIFF" or head[8:] != b"WAVE":
            raise InputError(f"{path}: not a WAV file; convert it to 16-bit PCM WAV")
        at, bits = 12, 0
        while at + 8 <= end:
            self._file.seek(at)
            name, size = struct.unpack("<4sI", self._file.read(8))
            at += 8
            if name == b"fmt " and at + 16 <= end:
                kind, self._channels, self.rate_hz, _, _, bits = struct.unpack(
                    "<HHIIHH", self._file.read(16)
                )
                known = kind in (_PCM, _EXTENSIBLE) and bits == 16
                if not known or self._channels < 1 or self.rate_hz < 1:
                    break
            elif name == b"data" and bits == 16:
                # a killed writer leaves size 0 or too large: the file's own length counts then
                whole = size if 0 < size <= end - at else end - at
                self._begin, self.length = at, whole // (2 * self._channels)
                return
            at += size + (size & 1)
        raise InputError(f"{path}: not 16-bit PCM sound; convert it to 16-bit PCM WAV")


def read_wav(path: Path) -> tuple[NDArray[np.float32], int]:
    """Reads a whole 16-bit PCM WAV file, also one whose header was never finished.

    Args:
        path: the file; several channels are averaged.

    Returns:
        (n,) mono -1...1, and the rate in Hz.

    Raises:
        InputError: there is no such file, or it is not 16-bit PCM WAV.
    """
    with WavReader(path) as wav:
        return wav.read(), wav.rate_hz
