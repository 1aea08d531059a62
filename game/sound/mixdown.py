"""Sound of the session on one time line: what the recruiter said, as a WAV file that grows."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from game.sound.levels import soft_limit
from game.sound.speaker import FADE_S
from perception.errors import InputError, StorageError
from perception.private_files import private_file
from perception.signal.resampling import resample

_HEADER_BYTES = 44
_LARGEST_DATA = 0xFFFF_FFFF - _HEADER_BYTES
_PAD_SAMPLES = 1 << 16  # silence is written in stretches of 128 KiB


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


def read_wav(path: Path) -> tuple[NDArray[np.float32], int]:
    """Reads a 16-bit PCM WAV file, also one whose header was never finished.

    Args:
        path: the file; several channels are averaged.

    Returns:
        (n,) mono -1...1, and the rate in Hz.

    Raises:
        InputError: there is no such file, or it is not 16-bit PCM WAV.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check the path") from None
    if raw[:4] != b"RIFF" or raw[8:12] != b"WAVE":
        raise InputError(f"{path}: not a WAV file; convert it to 16-bit PCM WAV")
    at, channels, rate_hz, bits = 12, 0, 0, 0
    while at + 8 <= len(raw):
        name, size = raw[at : at + 4], struct.unpack_from("<I", raw, at + 4)[0]
        at += 8
        if name == b"fmt " and at + 16 <= len(raw):
            kind, channels, rate_hz, _, _, bits = struct.unpack_from("<HHIIHH", raw, at)
            if kind not in (1, 0xFFFE) or bits != 16 or channels < 1 or rate_hz < 1:
                break
        elif name == b"data" and bits == 16:
            # a killed writer leaves size 0 or too large: the file's own length counts then
            end = at + size if 0 < size <= len(raw) - at else len(raw)
            end -= (end - at) % (2 * channels)
            data = np.frombuffer(raw[at:end], "<i2").astype(np.float32) / 32768
            return (data if channels == 1 else data.reshape(-1, channels).mean(axis=1)), rate_hz
        at += size + (size & 1)
    raise InputError(f"{path}: not 16-bit PCM sound; convert it to 16-bit PCM WAV")


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
        self._length = 0  # samples in the file
        try:
            self._file: BinaryIO = open(private_file(path), "w+b")  # noqa: SIM115  (open for the session)
            self._write_header()
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
        return self.start_s + self._length / self.rate_hz

    def add(
        self, t_s: float, samples: NDArray[np.float32], rate_hz: int, gain: float = 1.0
    ) -> Piece:
        """Mixes a sound in; sounds may come in any order and overlap.

        Args:
            t_s: session time of its first sample.
            samples: (n,) mono, -1...1.
            rate_hz: samples per second.
            gain: factor on the samples.

        Returns:
            The piece, by which it can be cut short later.

        Raises:
            StorageError: the disk is full or the file is gone.
        """
        first = round((t_s - self.start_s) * self.rate_hz)
        sound = resample(samples, rate_hz, self.rate_hz)[max(0, -first) :] * np.float32(gain)
        quantised = np.round(np.clip(sound, -1, 1) * 32767).astype(np.int32)
        first = max(0, first)
        self._change(first, quantised)
        return Piece(self, first, quantised)

    def write_wav(self, path: Path, t0_s: float, t1_s: float) -> None:
        """Copies a stretch of session time into a WAV file of its own, padded with silence.

        Raises:
            StorageError: ``path`` cannot be written.
        """
        with Mixdown(path, self.rate_hz, start_s=t0_s) as copy:
            first = round((t0_s - self.start_s) * self.rate_hz)
            last = round((t1_s - self.start_s) * self.rate_hz)
            for at in range(first, last, _PAD_SAMPLES):
                block = self._read(at, min(_PAD_SAMPLES, last - at))
                copy._change(at - first, block)

    def close(self, end_s: float | None = None) -> None:
        """Pads with silence up to session time ``end_s``, if given, and closes the file."""
        if self._file.closed:
            return
        try:
            if end_s is not None:
                self._pad(round((end_s - self.start_s) * self.rate_hz))
                self._write_header()
        except OSError as error:
            raise self._cannot_write(error) from None
        finally:
            self._file.close()

    def _read(self, first: int, count: int) -> NDArray[np.int32]:
        """(count,) samples of the file, zeros where it has none."""
        out = np.zeros(count, np.int32)
        low, high = max(0, first), min(self._length, first + count)
        if high > low:
            self._file.seek(_HEADER_BYTES + 2 * low)
            data = np.frombuffer(self._file.read(2 * (high - low)), "<i2")
            out[low - first : low - first + len(data)] = data
        return out

    def _change(self, first: int, difference: NDArray[np.int32]) -> None:
        """Adds ``difference`` to the file's samples from ``first`` on."""
        if len(difference) == 0:
            return
        if _HEADER_BYTES + 2 * (first + len(difference)) > _LARGEST_DATA:
            raise StorageError(f"{self.path}: over 4 GB, more than WAV can hold; end the session")
        try:
            self._pad(first)
            total = np.clip(self._read(first, len(difference)) + difference, -32768, 32767)
            self._file.seek(_HEADER_BYTES + 2 * first)
            self._file.write(total.astype("<i2").tobytes())
            self._length = max(self._length, first + len(difference))
            self._write_header()
        except (OSError, ValueError) as error:
            raise self._cannot_write(error) from None

    def _pad(self, length: int) -> None:
        self._file.seek(_HEADER_BYTES + 2 * self._length)
        while self._length < length:
            count = min(_PAD_SAMPLES, length - self._length)
            self._file.write(bytes(2 * count))
            self._length += count

    def _write_header(self) -> None:
        size = 2 * self._length
        self._file.seek(0)
        self._file.write(b"RIFF" + struct.pack("<I", 36 + size) + b"WAVE")
        rate = self.rate_hz
        self._file.write(b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, rate, 2 * rate, 2, 16))
        self._file.write(b"data" + struct.pack("<I", size))
        self._file.flush()

    def _cannot_write(self, error: Exception) -> StorageError:
        why = getattr(error, "strerror", None) or str(error)
        return StorageError(f"{self.path}: cannot be written ({why}); free some space there")


class Piece:
    """One sound in a ``Mixdown``."""

    def __init__(self, mixdown: Mixdown, first: int, quantised: NDArray[np.int32]) -> None:
        self._mixdown = mixdown
        self._first = first
        self._quantised = quantised

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
        self._quantised = kept[:keep]
