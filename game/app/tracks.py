"""What a recording contains, as its head says: told before anything is loaded to analyse it."""

from __future__ import annotations

from pathlib import Path

from perception.errors import InputError
from perception.file_time import length_s
from perception.microphone.decoding import is_raw, sound_span_s
from perception.open_media import is_still, open_media, pictures_of, sounds_of


def tracks(recording: Path) -> tuple[bool, bool, float]:
    """Whether there are pictures and sound, and how long the recording is in seconds.

    Raises:
        InputError: the file is missing, may not be read, is empty, or neither video nor sound.
    """
    if is_raw(recording):
        return False, True, sound_span_s(recording) or 0.0
    with open_media(recording) as container:
        if is_still(container):
            raise InputError(f"{recording}: a single picture; give a video, or sound alone")
        pictures, sound = bool(pictures_of(container)), bool(sounds_of(container))
    return pictures, sound, length_s(recording) or 0.0
