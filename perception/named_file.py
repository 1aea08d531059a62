"""Files and folders that a person names: what keeps one from being read, told in one line.

Python's own ``Path.is_file`` and its like raise where a folder on the way may not be entered.

Needs nothing but the standard library: options are checked before anything is installed.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from perception.errors import InputError


def check_file(path: Path, named: str = "", *, may_be_empty: bool = False) -> None:
    """Refuses what is no file, or none that may be read, without ever waiting for one.

    Args:
        path: as a person named it.
        named: what to call it in the message; its path where that is empty.
        may_be_empty: whether a file of no bytes will do.

    Raises:
        InputError: it is missing, a folder, a device or a pipe, empty, or may not be read.
    """
    named = named or str(path)
    with _told(path, named):
        found = os.stat(path)
        if stat.S_ISDIR(found.st_mode):
            raise InputError(f"{named}: a folder; name a file in it")
        if not stat.S_ISREG(found.st_mode):
            raise InputError(f"{named}: a device or a pipe, not a file; save it to a file first")
        if found.st_size == 0 and not may_be_empty:
            raise InputError(f"{named}: the file is empty; record or copy it again")
        _try_to_read(path)


def check_folder(path: Path, named: str = "", *, advice: str = "check the path") -> None:
    """Refuses what is no folder, or none that may be looked into.

    Args:
        path: as a person named it.
        named: what to call it in the message; its path where that is empty.
        advice: what to do where there is none.

    Raises:
        InputError: it is missing, a file, or may not be looked into.
    """
    named = named or str(path)
    if not is_folder(path, named):
        raise InputError(f"{named}: no such folder; {advice}")
    with _told(path, named), os.scandir(path):
        os.stat(path / ".")  # names may be listed without leave to open what is called so


def exists(path: Path, named: str = "") -> bool:
    """Whether anything lies there; a name that nothing can have is nothing's.

    Raises:
        InputError: its folder may not be entered.
    """
    return _mode(path, named) is not None


def is_file(path: Path, named: str = "") -> bool:
    """Whether a file lies there.

    Raises:
        InputError: its folder may not be entered.
    """
    mode = _mode(path, named)
    return mode is not None and stat.S_ISREG(mode)


def is_folder(path: Path, named: str = "") -> bool:
    """Whether a folder lies there.

    Raises:
        InputError: the folder that it is in may not be entered.
    """
    mode = _mode(path, named)
    return mode is not None and stat.S_ISDIR(mode)


def _mode(path: Path, named: str) -> int | None:
    """What lies there, as the system has it; None for nothing."""
    try:
        return os.stat(path).st_mode
    except PermissionError:
        raise InputError(f"{named or path}: {_NO_LEAVE}") from None
    except (OSError, ValueError):
        return None


_NO_LEAVE = "may not be read; check its permissions, and those of its folder"


@contextlib.contextmanager
def _told(path: Path, named: str) -> Iterator[None]:
    """What goes wrong with a file or folder, in one line."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError):
        if os.path.islink(path):
            target = os.readlink(path)
            raise InputError(
                f"{named}: a link to {target}, which is not there; name the file itself"
            ) from None
        raise InputError(f"{named}: no such file; check the path") from None
    except PermissionError:
        raise InputError(f"{named}: {_NO_LEAVE}") from None
    except OSError as error:
        raise InputError(f"{named}: cannot be read ({error.strerror}); check the path") from None
    except ValueError:  # a null byte, which no name has
        raise InputError(f"{named!r}: no such file; check the path") from None


def _try_to_read(path: Path) -> None:
    """Rights are known for sure only by using them."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        os.read(handle, 1)
    finally:
        os.close(handle)


def shown_name(name: str) -> str:
    """A file's name as text: bytes of it that are no UTF-8 become question marks."""
    return name.encode("utf-8", "replace").decode("utf-8")
