"""Sound of files: whatever FFmpeg reads becomes mono samples at one rate.

PyAV (FFmpeg) reads WAV of any width, FLAC, MP3, Ogg, MP4 and more, sound tracks of videos included;
raw 16 kHz s16le ``.raw`` is read here.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from perception.errors import InputError
from perception.microphone.base import RATE_HZ
from perception.microphone.downmix import Downmix
from perception.signal.levels import levels_dbfs
from perception.signal.pcm import to_floats
from perception.signal.resampling import resample


def finite(samples: NDArray[Any]) -> NDArray[np.float32]:
    """Samples of a float format, which may hold anything, in -1...1; what is no number is 0."""
    whole = np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0)
    return np.clip(whole, -1.0, 1.0).astype(np.float32)


def stream_sound(path: Path, rate_hz: int = RATE_HZ) -> Iterator[NDArray[np.float32]]:
    """Decodes a file bit by bit, as mono at ``rate_hz``.

    Sound that begins later than the picture of the same file is preceded by zeros, so that a sample
    index is a time of the recording. A recording that breaks off gives what it has until there.

    Yields:
        (n,) samples, -1...1; n varies.

    Raises:
        InputError: the file is missing, empty, not a recording, has no sound track, or holds none.
    """
    _check_file(path)
    if path.suffix.lower() == ".raw":
        yield _read_raw(path, rate_hz)
        return
    heard = 0
    with _opened(path) as container:
        if not container.streams.audio:
            raise InputError(f"{path}: has no sound; give a recording with a sound track")
        for samples in _decode(container, rate_hz):
            heard += len(samples)
            yield samples
    if heard == 0:
        raise InputError(f"{path}: its sound track is empty or damaged; record it again")


def read_sound(path: Path, rate_hz: int = RATE_HZ) -> NDArray[np.float32]:
    """The whole sound of a file: (n,) mono at ``rate_hz``, -1...1.

    Raises:
        InputError: as in :func:`stream_sound`.
    """
    return _joined(stream_sound(path, rate_hz))


def probe_sound(path: Path) -> None:
    """Decodes the beginning of a file, to refuse at once what could not be played later.

    Raises:
        InputError: as in :func:`stream_sound`.
    """
    for samples in stream_sound(path):
        if len(samples):
            return


def sound_span_s(path: Path) -> float | None:
    """Seconds that a recording says it lasts; None when it does not say.

    Raises:
        InputError: the file is missing, empty or not a recording.
    """
    _check_file(path)
    if path.suffix.lower() == ".raw":
        return path.stat().st_size / 2 / RATE_HZ
    with _opened(path) as container:
        return None if container.duration is None else container.duration / av.time_base


def sound_extent(samples: NDArray[np.float32], rate_hz: int) -> tuple[float, float]:
    """Where audible sound begins and ends, in seconds from the first sample.

    Audible is a 10 ms frame above -50 dBFS or within 35 dB of the recording's loud parts, whichever
    is higher; meant as the ground truth of recorded answers, which stand in silence.
    """
    level = levels_dbfs(samples, rate_hz // 100)
    if len(level) == 0:
        return 0.0, len(samples) / rate_hz
    audible = np.flatnonzero(level > max(-50.0, float(np.percentile(level, 95)) - 35.0))
    if len(audible) == 0:
        return 0.0, len(samples) / rate_hz
    return float(audible[0]) / 100, float(audible[-1] + 1) / 100


def _check_file(path: Path) -> None:
    if not path.exists():
        raise InputError(f"{path}: no such file; check the path")
    if not path.is_file():
        raise InputError(f"{path}: not a file; name a sound or video file")
    if path.stat().st_size == 0:
        raise InputError(f"{path}: is empty; record it again")


def _opened(path: Path) -> av.container.InputContainer:
    try:
        return av.open(str(path))
    except (av.error.FFmpegError, ValueError):
        raise InputError(
            f"{path}: not a sound or video file that can be read; convert it to WAV, FLAC or MP4"
        ) from None


def _read_raw(path: Path, rate_hz: int) -> NDArray[np.float32]:
    data = path.read_bytes()
    samples = to_floats(np.frombuffer(data[: len(data) // 2 * 2], "<i2"))
    if len(samples) == 0:
        raise InputError(f"{path}: holds no whole sample; raw sound is 16 kHz s16le mono")
    return resample(samples, RATE_HZ, rate_hz)


def _decode(container: av.container.InputContainer, rate_hz: int) -> Iterator[NDArray[np.float32]]:
    stream = container.streams.audio[0]
    # Channels are kept apart here: FFmpeg's own mix would halve a voice that is on one of two.
    resampler = av.AudioResampler(format="fltp", rate=rate_hz)
    downmix: Downmix | None = None
    for frame in _frames(container, stream):
        if downmix is None:
            downmix = Downmix(frame.layout.nb_channels, rate_hz)
            yield np.zeros(round(_late_s(container, frame) * rate_hz), np.float32)
        for out in resampler.resample(frame):
            yield downmix.mix(finite(out.to_ndarray()).T)
    if downmix is not None:
        for out in resampler.resample(None):
            yield downmix.mix(finite(out.to_ndarray()).T)


def _frames(
    container: av.container.InputContainer, stream: av.audio.stream.AudioStream
) -> Iterator[av.AudioFrame]:
    frames = container.decode(stream)
    while True:
        try:
            frame = next(frames)
        except StopIteration:
            return
        except av.error.FFmpegError:
            return  # damaged from here on; what came before is still the candidate's voice
        if frame.samples:
            yield frame


def _late_s(container: av.container.InputContainer, frame: av.AudioFrame) -> float:
    if frame.pts is None or frame.time_base is None or container.start_time is None:
        return 0.0
    begin = Fraction(container.start_time, av.time_base)
    # More than a minute is a broken time stamp, not a late microphone.
    late = float(frame.pts * frame.time_base - begin)
    return late if 0.0 < late < 60.0 else 0.0


def _joined(parts: Iterator[NDArray[np.float32]]) -> NDArray[np.float32]:
    arrays = list(parts)
    return np.concatenate(arrays) if arrays else np.zeros(0, np.float32)
