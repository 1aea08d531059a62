"""What a person means by a camera or a microphone: a device, files, or none.

Needs nothing but the standard library: options are checked before anything is installed.
"""

from __future__ import annotations

from pathlib import Path

from perception.named_file import exists

_MEDIA_SUFFIXES = frozenset(
    (
        *(".aac", ".aiff", ".avi", ".flac", ".m4a", ".mkv", ".mov", ".mp3", ".mp4", ".mpeg"),
        *(".mpg", ".oga", ".ogg", ".ogv", ".opus", ".raw", ".wav", ".webm", ".wma", ".wmv", ".3gp"),
    )
)


def camera_file(name: str) -> Path | None:
    """The file that plays a camera's part; None for a device's number and for ``none``."""
    return None if name == "none" or name.isdecimal() else Path(name)


def microphone_files(argument: str) -> tuple[Path, ...]:
    """The files that play a microphone's part; empty for a device's name and for ``none``.

    They are separated by commas, and a comma may also be part of a name: of what lies there, the
    longest name goes first. One of them that looks like a file is enough: the others are files,
    too, though they may be missing.

    Raises:
        InputError: a folder on the way may not be entered.
    """
    if argument == "none":
        return ()
    parts = argument.split(",")
    names: list[str] = []
    begin = 0
    while begin < len(parts):
        ends = range(len(parts), begin + 1, -1)
        joined = {end: ",".join(parts[begin:end]) for end in ends}
        end = next((end for end, name in joined.items() if exists(Path(name))), begin + 1)
        names.append(joined.get(end, parts[begin]))
        begin = end
    paths = tuple(Path(name) for name in names if name)
    return paths if any(_looks_like_file(path) for path in paths) else ()


def _looks_like_file(path: Path) -> bool:
    """Whether it is one, or is called as recordings are: a device may be "Jabra 2.0, hw:0"."""
    return path.suffix.lower() in _MEDIA_SUFFIXES or len(path.parts) > 1 or exists(path)
