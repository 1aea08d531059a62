"""Where things lie: one rule for each kind, for every room.

========================  =======================  ==============================================
what                      variable                 else
========================  =======================  ==============================================
what can be made again    ``RECRUITER_CACHE``      the system's place for caches
fetched weights           ``RECRUITER_MODELS``     the system's place for data
sessions                  ``RECRUITER_SESSIONS``   ``sessions`` beside run.py
recordings for tests      ``RECRUITER_TEST_DATA``  ``../shared/data``
========================  =======================  ==============================================

A variable may begin with ``~`` and name other variables, and what it says is counted from where the
program was started: :func:`named_folder` makes an absolute path of it, whoever asks.

The cache is asked for before anything is installed, so its rule is written here with the standard
library; the rest is platformdirs'.
"""

from __future__ import annotations

import os
import re
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from perception.errors import InputError, StorageError

ROOT = Path(__file__).resolve().parents[1]
"""Folder of run.py."""

ASSETS = ROOT / "assets"
"""Content that ships with the program."""

FOLDERS = (
    *("RECRUITER_CACHE", "RECRUITER_MODELS", "RECRUITER_SESSIONS", "RECRUITER_TEST_DATA"),
    "RECRUITER_VENV",
)
"""Variables that name a folder of this program's."""

_NAME = "recruiter"


def named_folder(variable: str) -> Path | None:
    """The folder that a variable names, absolute; None where it is not set, or blank.

    ``~`` and other variables in it are filled in: what starts programs (a service, a desktop entry,
    an ``.env`` file) often hands them on as they were written.

    Raises:
        InputError: it names a variable that is not set, or a user who does not exist.
    """
    given = os.environ.get(variable, "").strip()
    if not given:
        return None
    path = os.path.expanduser(os.path.expandvars(given))
    left = re.search(r"^~[^/\\]*|\$\{?\w+\}?", path)
    if left and not os.path.exists(path):
        what = "user" if left.group().startswith("~") else "variable"
        raise InputError(
            f"{variable} is '{given}', and there is no {what} {left.group()}; name a folder in full"
        )
    return Path(os.path.abspath(path))


def make_absolute() -> None:
    """Writes into the environment what its variables mean: other processes start elsewhere.

    Raises:
        InputError: as in :func:`named_folder`.
    """
    for variable in FOLDERS:
        folder = named_folder(variable)
        if folder is not None:
            os.environ[variable] = str(folder)


def cache_dir() -> Path:
    """Folder for what can be made again: baked people and rooms, logs. Made if missing.

    ``RECRUITER_CACHE``; else the system's usual place (on Linux ``$XDG_CACHE_HOME/recruiter`` or
    ``~/.cache/recruiter``); else, where neither can be written, a folder of the user's own in the
    shared temporary folder.

    Raises:
        StorageError: none of them can be written, or somebody else's folder is in the way.
    """
    folder = named_folder("RECRUITER_CACHE")
    if folder is not None:
        if _made(folder):
            return folder
        raise StorageError(
            f"{folder}: the cache cannot be written; make it writable or set RECRUITER_CACHE to "
            "another folder"
        )
    for folder in _usual_caches():
        if _made(folder):
            return folder
    return _shared_cache()


def _usual_caches() -> Iterator[Path]:
    usual = named_folder("XDG_CACHE_HOME")
    if usual is not None:
        yield usual / _NAME
    try:
        home = Path.home()
    except RuntimeError:
        return  # a user without a home folder
    if os.name == "nt":
        yield (named_folder("LOCALAPPDATA") or home) / _NAME / "cache"
    elif sys.platform == "darwin":
        yield home / "Library" / "Caches" / _NAME
    else:
        yield home / ".cache" / _NAME


def _made(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)


def _shared_cache() -> Path:
    """A folder in the temporary folder, which every user of the machine may write to.

    Somebody else could have made it, or put a link in its place, to have us load what is theirs: so
    it has to be a real folder, of this user, that no one else may write to.
    """
    user = os.getuid() if hasattr(os, "getuid") else "user"
    folder = Path(tempfile.gettempdir()) / f"{_NAME}-{user}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise StorageError(
            f"no cache folder can be written ({error.strerror}); name one in RECRUITER_CACHE"
        ) from None
    theirs = hasattr(os, "getuid") and found.st_uid != os.getuid()
    if theirs or not stat.S_ISDIR(found.st_mode) or (os.name == "posix" and found.st_mode & 0o022):
        raise StorageError(
            f"{folder}: not this user's own folder; remove it, or name another cache in "
            "RECRUITER_CACHE"
        )
    return folder


def models_dir() -> Path:
    """Folder of downloaded weights: ``RECRUITER_MODELS``, else in the system's place for data.

    On Linux that is ``$XDG_DATA_HOME/recruiter/models`` or ``~/.local/share/recruiter/models``. It
    need not exist yet.
    """
    import platformdirs

    folder = named_folder("RECRUITER_MODELS")
    if folder is not None:
        return folder
    if sys.platform.startswith("linux") and (data := named_folder("XDG_DATA_HOME")) is not None:
        return data / _NAME / "models"  # platformdirs takes "~" for a folder's name
    return platformdirs.user_data_path(_NAME, appauthor=False) / "models"


def sessions_dir() -> Path:
    """Where sessions go that were given no folder: ``RECRUITER_SESSIONS``, or beside run.py."""
    return named_folder("RECRUITER_SESSIONS") or ROOT / "sessions"


def data_dir() -> Path | None:
    """Folder of real recordings: RECRUITER_TEST_DATA, or ../shared/data; None where absent."""
    folder = named_folder("RECRUITER_TEST_DATA") or ROOT.parent / "shared" / "data"
    return folder.resolve() if (folder / "manifest.csv").is_file() else None
