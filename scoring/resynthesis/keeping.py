"""The files of improved answers in a session's folder: private, and gone with the sound itself."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from perception.errors import StorageError
from perception.private_files import private_folder
from scoring.resynthesis.answer import FOLDER

_OURS = re.compile(r"question_\d+(?:_original)?\.wav(?:\.part)?")


def keep_only(folder: Path, names: Collection[str]) -> None:
    """Makes ready the place for some files, and removes those of an earlier report.

    Args:
        folder: of the session.
        names: within it, of the files that are to be there; none where the sound is gone, or its
            owner withdrew their consent.

    Raises:
        StorageError: the folder cannot be written.
    """
    place = folder / FOLDER
    try:
        if names:
            private_folder(place)
        if place.is_dir():
            _remove(place, names)
    except OSError as error:
        raise StorageError(
            f"{place}: cannot be written ({error.strerror or error}); "
            "free some space or check the folder's permissions"
        ) from None


def _remove(place: Path, names: Collection[str]) -> None:
    for path in place.iterdir():
        if _OURS.fullmatch(path.name) and f"{FOLDER}/{path.name}" not in names:
            path.unlink()
    if not names and not any(place.iterdir()):
        place.rmdir()
