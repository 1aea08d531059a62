"""The recordings that lie beside a report, and when each begins on the session's clock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av

from perception.errors import InputError
from perception.open_media import open_media, pictures_of, sounds_of
from scoring.record.session import Session

Entry = dict[str, Any]


def media(session: Session) -> Entry:
    """What of the recording was kept, in the contract's shape.

    Besides: of each file ``end_s``; ``pictures``, where the camera was opened more than once, all
    of them in order; and ``original``, the name of the video that was analysed, which may be
    anywhere by now.

    Args:
        session: what was recorded.
    """
    analysed = session.meta.get("kind") == "analysis"
    pictures = _pictures(session.folder)
    seen = analysed and bool(session.faces)
    name = session.meta.get("recording") if seen else None
    return {
        "picture": pictures[0] if pictures else None,
        "pictures": pictures,
        "sounds": _sounds(session, analysed),
        "original": name if isinstance(name, str) and name else None,
    }


def _sounds(session: Session, analysed: bool) -> list[Entry]:
    """Both voices. A recording that was analysed has everybody in one file."""
    starts = {"candidate": session.sound_origin_s, "recruiter": 0.0}
    found = []
    for speaker, start_s in starts.items():
        path = session.file(f"{speaker}.wav")
        length_s = None if path is None else _sound_s(path)
        if path is not None and length_s:
            found.append(
                {
                    "file": path.name,
                    "start_s": round(start_s, 3),
                    "end_s": round(start_s + length_s, 3),
                    "speaker": "everybody" if analysed else speaker,
                }
            )
    return found


def _sound_s(path: Path) -> float | None:
    """Seconds of sound in a WAV file; None where it cannot be read."""
    try:
        with open_media(path) as container:
            for stream in sounds_of(container):
                if stream.duration and stream.time_base is not None:
                    return float(stream.duration * stream.time_base)
    except InputError:
        return None
    return None


def _pictures(folder: Path) -> list[Entry]:
    """The camera's files; a second one was begun where the first was cut off."""
    paths = [folder / "camera.mp4", *sorted(folder.glob("camera-*.mp4"), key=_number)]
    found = []
    for path in paths:
        span = _picture_span(path) if path.is_file() else None
        if span is not None:
            start_s, end_s = span
            found.append({"file": path.name, "start_s": start_s, "end_s": end_s})
    return found


def _number(path: Path) -> tuple[int, str]:
    tail = path.stem.rpartition("-")[2]
    return (int(tail) if tail.isdecimal() else 0, path.name)


def _picture_span(path: Path) -> tuple[float, float] | None:
    """When its first picture was taken and its last one ends; None where it cannot be read.

    The times in the file are those of the session.
    """
    try:
        with open_media(path) as container:
            if not pictures_of(container):
                return None
            stream = pictures_of(container)[0]
            if stream.time_base is None or stream.start_time is None:
                return None
            start_s = float(stream.start_time * stream.time_base)
            length = stream.duration
            if length is not None:
                length_s = float(length * stream.time_base)
            else:
                length_s = (container.duration or 0) / av.time_base
    except InputError:
        return None
    return round(start_s, 3), round(start_s + length_s, 3)
