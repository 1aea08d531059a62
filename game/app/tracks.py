"""What a recording contains, as its head says: told before anything is loaded to analyse it."""

from __future__ import annotations

from pathlib import Path

from perception.camera.camera_file import probe
from perception.errors import InputError
from perception.file_time import length_s
from perception.microphone.decoding import is_raw, probe_sound, sound_span_s
from perception.named_file import check_file
from perception.open_media import is_still, open_media, pictures_of, sounds_of


def check_recording(recording: Path) -> None:
    """Decodes the beginning of a recording: what could not be analysed is refused in milliseconds.

    Raises:
        InputError: as in :func:`tracks`, or nothing in it can be decoded.
    """
    pictures, _ = _kinds(recording)
    if pictures:
        probe(recording)
    else:
        probe_sound(recording)


def tracks(recording: Path) -> tuple[bool, bool, float]:
    """Whether there are pictures and sound, and how long the recording is in seconds.

    Raises:
        InputError: the file is missing, may not be read, is empty, or neither video nor sound.
    """
    pictures, sound = _kinds(recording)
    if is_raw(recording):
        return pictures, sound, sound_span_s(recording) or 0.0
    return pictures, sound, length_s(recording) or 0.0


def _kinds(recording: Path) -> tuple[bool, bool]:
    """Whether there are pictures, and whether there is sound."""
    if is_raw(recording):
        check_file(recording)
        return False, True
    with open_media(recording) as container:
        if is_still(container):
            raise InputError(f"{recording}: a single picture; give a video, or sound alone")
        return bool(pictures_of(container)), bool(sounds_of(container))
