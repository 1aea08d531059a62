"""Which content of a person's own a session was held with, and where that lies now."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from perception.errors import InputError

_FOLDERS = ("started_in", "folder")
"""Keys of ``session.json`` that name the folder which relative paths are counted from."""


def role_of(meta: Mapping[str, Any], session: Path | None = None) -> str | None:
    """The role of a session as it can be read now.

    Where its file lies is in ``files`` of a record of today. Older ones have the path as it was
    typed; a relative one is looked for in the folder that the record names, then beside the
    session. It is not looked for where this program happens to be started: another file of that
    name would be another interview.

    Args:
        meta: what ``session.json`` holds.
        session: its folder.

    Returns:
        A name or a path; None where the record has none.

    Raises:
        InputError: it is a relative path that leads nowhere.
    """
    files = meta.get("files")
    role = files.get("role") if isinstance(files, Mapping) else None
    role = meta.get("role") if role is None else role
    if not isinstance(role, str):
        return None
    if not role.endswith(".toml") or Path(role).is_absolute():
        return role
    for folder in _folders(meta, session):
        if (folder / role).is_file():
            return str((folder / role).resolve())
    raise InputError(
        f"role {role!r}: recorded as a path from a folder that the session does not name; "
        f"copy that file beside {'the session' if session is None else session}"
    )


def _folders(meta: Mapping[str, Any], session: Path | None) -> list[Path]:
    named = [meta.get(key) for key in _FOLDERS]
    found = [Path(each) for each in named if isinstance(each, str) and Path(each).is_absolute()]
    if session is not None:
        found += [session.resolve(), session.resolve().parent]
    return found
