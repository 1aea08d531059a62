"""Cameras and microphones as a person names them: an index, a device's name, files, or none."""

from __future__ import annotations

from typing import Any

from perception.camera.base import BACKENDS, CameraSettings
from perception.camera.camera_file import probe
from perception.errors import InputError
from perception.microphone.base import MICROPHONES
from perception.microphone.decoding import probe_sound
from perception.named_file import exists
from perception.source import SourceSpec
from perception.source_names import camera_file, microphone_files


def camera_spec(
    name: str,
    settings: CameraSettings | None = None,
    *,
    loop: bool = True,
    realtime: bool = True,
    start_s: float | None = None,
    await_begin: bool = False,
    tile: str = "",
) -> SourceSpec | None:
    """Describes the camera that a person named on the command line.

    Args:
        name: a device index ("0"), a video or picture file, or "none".
        settings: size and rate to ask for.
        loop: whether a file begins again at its end, with session time running on.
        realtime: whether a file is paced by the session clock; otherwise as fast as possible.
        start_s: session time of a file's first frame; None for the moment of the first read.
        await_begin: a file shows its first frame until the cue ``begin``.
        tile: the part of the picture in which the candidate is; empty for all of it.

    Returns:
        None for "none".

    Raises:
        InputError: the file is missing, empty or not a video; ``name`` is neither.
    """
    settings = settings or CameraSettings()
    if name == "none":
        return None
    path = camera_file(name)
    if path is None:
        return SourceSpec(
            BACKENDS["opencv"],
            {
                "index": int(name),
                "width": settings.width,
                "height": settings.height,
                "fps": settings.fps,
                "tile": tile,
            },
        )
    if not exists(path):
        raise InputError(f"camera '{name}': no such file; give a device index, a file or 'none'")
    probe(path)
    return SourceSpec(
        BACKENDS["file"],
        {
            "path": str(path),
            "loop": loop,
            "realtime": realtime,
            "start_s": start_s,
            "await_begin": await_begin,
            "still_fps": settings.fps,
            "max_width": settings.max_width,
            "tile": tile,
        },
        "recording",
    )


def microphone_spec(argument: str | None, *, continuous: bool = False) -> SourceSpec:
    """Turns the value of ``--microphone`` into a source that a worker process can open.

    Args:
        argument: None or "" for the default device; "none"; one or several sound files separated by
            commas; otherwise the (part of the) name of a device.
        continuous: play files straight through, not one answer per question.

    Raises:
        InputError: the value looks like a file name, but there is no such file; or a file holds no
            sound that can be read.
    """
    if argument is None or argument == "":
        return SourceSpec(MICROPHONES["pyaudio"], {})
    if argument == "none":
        return SourceSpec(MICROPHONES["none"], {}, "none")
    paths = microphone_files(argument)
    if not paths:
        return SourceSpec(MICROPHONES["pyaudio"], {"device": argument})
    for path in paths:
        probe_sound(path)
    options: dict[str, Any] = {
        "paths": tuple(str(path) for path in paths),
        "mode": "continuous" if continuous else "answers",
        "await_begin": continuous,
    }
    return SourceSpec(MICROPHONES["file"], options, "recording")
