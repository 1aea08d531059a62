"""Folders of sessions that nobody named: what they are called, and that each is one session's.

A folder is claimed by making it, which only one process can do; whoever comes second takes the next
number. The names hold on every file system that a folder may be carried to: on some of them letters
differ by neither case nor Unicode form, on others a name is short, or lacks some signs.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from perception.errors import StorageError
from perception.paths import sessions_dir
from perception.private_files import FOLDER_MODE

LONGEST_BYTES = 100
"""Of the part of a name that is a recording's, in UTF-8: what stands around it, and an encrypted
home folder (143 bytes), leave no more."""
_DIGEST = 8
"""Letters that tell two long names apart: 32 bits."""
_MOST_NUMBERS = 10_000
_REFUSED = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]')
"""What Windows refuses, what moves a terminal's cursor or turns its line round, and bytes that
are no text."""
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
"""Names that Windows keeps for itself, whatever comes behind a dot."""


def new_folder(prefix: str = "session") -> Path:
    """A folder for a session that begins now; it is not made: see :func:`claim`."""
    stamp = datetime.datetime.now().strftime("%Y-%m-%d-%H%M%S")
    return sessions_dir() / f"{prefix}-{stamp}"


def claim(folder: Path) -> Path:
    """Makes a folder that nothing else has, for the user alone.

    Args:
        folder: as it is to be called; where there is one already, it gets a number.

    Returns:
        The folder that was made.

    Raises:
        StorageError: none can be made.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        for place in _numbered(folder):
            with contextlib.suppress(FileExistsError):
                place.mkdir(mode=FOLDER_MODE)
                return place
    except OSError as error:
        raise StorageError(
            f"{folder}: cannot be made ({error.strerror or error}); free some space or name "
            "another place with --out"
        ) from None
    raise StorageError(f"{folder}: there are {_MOST_NUMBERS} of that name; clear some away")


def give_back(folder: Path) -> None:
    """Takes a claimed folder away again, if nothing came to be in it; else leaves it."""
    with contextlib.suppress(OSError):
        folder.rmdir()


def names_of(recordings: Iterable[Path]) -> Iterator[str]:
    """A name for the folder of each recording, different from all others whatever it lies on.

    Args:
        recordings: files; two may be called the same.
    """
    taken: set[str] = set()
    for recording in recordings:
        name = folder_name(recording.stem)
        found = next(each for each in _with_numbers(name) if folded(each) not in taken)
        taken.add(folded(found))
        yield found


def folder_name(stem: str) -> str:
    """What a folder may be called after a file, on any file system.

    Args:
        stem: name of the file without its suffix.
    """
    name = _REFUSED.sub("_", unicodedata.normalize("NFC", stem)).strip().strip(".").strip()
    if _DEVICES.fullmatch(name):
        name = f"_{name}"
    if len(name.encode()) > LONGEST_BYTES:
        digest = hashlib.sha256(stem.encode("utf-8", "surrogateescape")).hexdigest()[:_DIGEST]
        name = f"{_shortened(name, LONGEST_BYTES - _DIGEST - 1)}-{digest}"
    return name or "recording"


def folded(name: str) -> str:
    """A name as a file system sees it that knows neither case nor Unicode form."""
    apart = unicodedata.normalize("NFD", name)
    return unicodedata.normalize("NFD", apart.casefold())


def _shortened(name: str, most_bytes: int) -> str:
    """The beginning of a name, ending with a whole letter and its marks."""
    cut = name.encode()[:most_bytes].decode(errors="ignore")
    while cut and unicodedata.combining(name[len(cut)]):
        cut = cut[:-1]
    return cut.rstrip(" .")


def _numbered(folder: Path) -> Iterator[Path]:
    return (folder.with_name(name) for name in _with_numbers(folder.name))


def _with_numbers(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}-{number}" for number in range(2, _MOST_NUMBERS))
