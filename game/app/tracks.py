"""What a recording contains, as its head says: told before anything is loaded to analyse it."""

from __future__ import annotations

from pathlib import Path

import av
import av.error

from perception.errors import InputError
from perception.file_time import length_s


def tracks(recording: Path) -> tuple[bool, bool, float]:
    """Whether there are pictures and sound, and how long the recording is in seconds.

    Raises:
        InputError: the file is missing, empty, or neither video nor sound.
    """
    if not recording.is_file():
        raise InputError(f"{recording}: no such file; check the path")
    if recording.stat().st_size == 0:
        raise InputError(f"{recording}: the file is empty; record or copy it again")
    try:
        with av.open(str(recording)) as container:
            videos = [s for s in container.streams.video if s.codec_context is not None]
            audios = list(container.streams.audio)
        length = length_s(str(recording))
    except (av.error.FFmpegError, ValueError):
        raise InputError(
            f"{recording}: not a recording that can be read; give a video with sound"
        ) from None
    if not videos and not audios:
        raise InputError(f"{recording}: has neither pictures nor sound; give a video with sound")
    return bool(videos), bool(audios), length or 0.0
