"""Folders and files that hold a person's data: for the user who made them, and nobody else.

Modes are set where a file is made, not by a mask of the process, so that it holds whoever writes.
On Windows a profile's folders are the user's own already, and modes say nothing there.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600


def private_folder(folder: Path) -> None:
    """Makes a folder, or takes one that is there, for the user alone.

    Raises:
        OSError: it cannot be made, or belongs to somebody else.
    """
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    if os.name == "posix":
        folder.chmod(FOLDER_MODE)


def private_file(path: Path) -> Path:
    """Makes a file, or takes one that is there, for the user alone; what it holds is kept.

    To be called before whatever writes it, which then finds it.

    Returns:
        The path.

    Raises:
        OSError: it cannot be made.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0), FILE_MODE)
    try:
        found = os.fstat(handle).st_mode
        # a device, as in tests of full disks, is nobody's file
        if os.name == "posix" and stat.S_ISREG(found) and found & 0o077:
            os.fchmod(handle, FILE_MODE)
    finally:
        os.close(handle)
    return path


def make_private(folder: Path) -> None:
    """Takes a folder and all that lies in it for the user alone.

    Raises:
        OSError: something in it belongs to somebody else.
    """
    private_folder(folder)
    if os.name != "posix":
        return
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(FOLDER_MODE if path.is_dir() else FILE_MODE)
