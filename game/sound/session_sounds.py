"""The sounds of a session as files: joined after a break, and mixed for the film."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from game.sound.film import Film
from game.sound.mixdown import Mixdown, Part, mix
from perception.signal.wav import read_wav

FILM_RATE_HZ = 24_000
SOUNDS = ("candidate.wav", "recruiter.wav")
"""Files of the two voices; sample 0 is session time 0."""

ROOM_SOUND = "room.wav"
"""File of the room's own sounds while a film runs; it goes when they are in the film."""

OWN_VOICE_GAIN = 0.9
"""Of the candidate's own voice in the film; it is heard through the air, a little softer."""


def set_aside(folder: Path) -> None:
    """Moves the sounds of an interview that was cut off out of the way of those to come."""
    for name in SOUNDS:
        path = folder / name
        if path.is_file():
            number = len(list(folder.glob(f"{path.stem}.part-*.wav"))) + 1
            path.rename(folder / f"{path.stem}.part-{number}.wav")


def join_sounds(folder: Path, end_s: float) -> None:
    """Makes one sound of each voice again; every part begins at session time 0.

    Raises:
        StorageError: the joined sound cannot be written; its parts then stay.
    """
    for name in SOUNDS:
        path = folder / name
        earlier = sorted(folder.glob(f"{path.stem}.part-*.wav"))
        if not earlier:
            continue
        parts = []
        for each in [*earlier, path]:
            if each.is_file():
                samples, rate_hz = read_wav(each)
                parts.append(Part(0.0, samples, rate_hz))
        rate_hz = parts[0].rate_hz
        joined = folder / f"{path.stem}.joined.wav"
        with Mixdown(joined, rate_hz) as mixdown:
            mixdown.add(0.0, mix(parts, rate_hz, 0.0, end_s), rate_hz)
        joined.replace(path)
        for each in earlier:
            each.unlink()


def sound_of(film: Film, folder: Path) -> NDArray[np.float32]:
    """What was heard while the film ran: both voices and the room.

    Returns:
        (n,) samples at ``FILM_RATE_HZ``.
    """
    parts = []
    heard = (("recruiter.wav", 1.0), ("candidate.wav", OWN_VOICE_GAIN), (ROOM_SOUND, 1.0))
    for name, gain in heard:
        path = folder / name
        if path.is_file():
            samples, rate_hz = read_wav(path)
            parts.append(Part(0.0, samples, rate_hz, gain))
    start_s = film.start_s or 0.0
    return mix(parts, FILM_RATE_HZ, start_s, film.end_s)
