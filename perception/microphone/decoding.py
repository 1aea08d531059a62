"""Sound of files: whatever FFmpeg reads becomes mono samples at one rate.

PyAV (FFmpeg) reads WAV of any width, FLAC, MP3, Ogg, MP4 and more, sound tracks of videos included;
raw 16 kHz s16le ``.raw`` is read here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from perception.errors import InputError
from perception.file_time import begins_s, length_s, packets_of
from perception.microphone.base import RATE_HZ
from perception.microphone.sound_part import Pick, SoundPart
from perception.microphone.stamped import StampedSound
from perception.named_file import check_file
from perception.open_media import open_media, sounds_of
from perception.signal.levels import levels_dbfs
from perception.signal.pcm import to_floats
from perception.signal.resampling import resample


def stream_sound(
    path: Path, rate_hz: int = RATE_HZ, part: SoundPart | None = None
) -> Iterator[NDArray[np.float32]]:
    """Decodes a file bit by bit, as mono at ``rate_hz``.

    A sample's index is its time in the recording, by the file's time stamps: where nothing was
    recorded there are zeros. A recording that breaks off gives what it has until there.

    Args:
        path: of the file.
        rate_hz: samples per second wanted.
        part: which of its sound; None for the channels of its first track, mixed.

    Yields:
        (n,) samples, -1...1; n varies.

    Raises:
        InputError: the file is missing, empty, not a recording, has no sound track, or holds none;
            or it has no such part.
    """
    part = part or SoundPart()
    check_file(path)
    if is_raw(path):
        yield _read_raw(path, rate_hz)
        return
    heard = 0
    pick: Pick | None = None
    for channels in stream_channels(path, part.track, rate_hz):
        if pick is None or pick.channels != channels.shape[1]:
            pick = Pick(part.channel, channels.shape[1], rate_hz, path)
        heard += len(channels)
        yield pick.mono(channels)
    if heard == 0:
        raise InputError(f"{path}: its sound track is empty or damaged; record it again")


def stream_channels(
    path: Path, track: int = 1, rate_hz: int = RATE_HZ
) -> Iterator[NDArray[np.float32]]:
    """Decodes one sound track bit by bit, its channels kept apart.

    Yields:
        (n, channels) samples, -1...1.

    Raises:
        InputError: as in :func:`stream_sound`.
    """
    with open_media(path) as container:
        stream = _track(container, path, track)
        sound = StampedSound(begins_s(container), rate_hz)
        for packet in packets_of(container, [stream]):
            yield from sound.decode(packet)
        yield from sound.flush()


def _track(
    container: av.container.InputContainer, path: Path, track: int
) -> av.audio.stream.AudioStream:
    streams = sounds_of(container)
    if not streams:
        raise InputError(f"{path}: has no sound; give a recording with a sound track")
    if track > len(streams):
        count = "1 sound track" if len(streams) == 1 else f"{len(streams)} sound tracks"
        raise InputError(f"{path}: has {count}, no track {track}; name one that it has")
    return streams[track - 1]


def read_sound(
    path: Path, rate_hz: int = RATE_HZ, part: SoundPart | None = None
) -> NDArray[np.float32]:
    """The whole sound of a file, or a part of it: (n,) mono at ``rate_hz``, -1...1.

    Raises:
        InputError: as in :func:`stream_sound`.
    """
    return _joined(stream_sound(path, rate_hz, part))


def probe_sound(path: Path) -> None:
    """Decodes the beginning of a file, to refuse at once what could not be played later.

    Raises:
        InputError: as in :func:`stream_sound`.
    """
    for samples in stream_sound(path):
        if len(samples):
            return


def sound_span_s(path: Path) -> float | None:
    """Seconds that a recording lasts, see :func:`~perception.file_time.length_s`.

    Raises:
        InputError: the file is missing, empty or not a recording.
    """
    check_file(path)
    if is_raw(path):
        return path.stat().st_size / 2 / RATE_HZ
    return length_s(path)


def is_raw(path: Path) -> bool:
    """Whether a file is bare samples, which say nothing of themselves."""
    return path.suffix.lower() == ".raw"


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


def _read_raw(path: Path, rate_hz: int) -> NDArray[np.float32]:
    data = path.read_bytes()
    samples = to_floats(np.frombuffer(data[: len(data) // 2 * 2], "<i2"))
    if len(samples) == 0:
        raise InputError(f"{path}: holds no whole sample; raw sound is 16 kHz s16le mono")
    return resample(samples, RATE_HZ, rate_hz)


def _joined(parts: Iterator[NDArray[np.float32]]) -> NDArray[np.float32]:
    arrays = list(parts)
    return np.concatenate(arrays) if arrays else np.zeros(0, np.float32)
