"""Every error a person can meet, in one tree.

    RecruiterError            exit status 2
    ├── InputError            2   a file, a name or an argument is not usable
    │   └── SettingsError     2   a settings or content file has a bad key or value
    ├── DeviceError           3   a camera, microphone, loudspeaker or screen is missing or lost
    ├── ModelError            3   weights or a package are not there
    ├── WorkerError           3   a worker process died or went silent
    └── StorageError          3   the disk is full, or a folder cannot be written

A message is one line: what is wrong, where, and what to do about it. ``retryable`` says whether
trying again helps without anybody's doing: of a WorkerError always, of others where they say so.
"""

from __future__ import annotations


class RecruiterError(Exception):
    """Base of all errors that are shown to a person as one line.

    Args:
        message: one line.
        retryable: whether trying again helps, where this one differs from its kind.

    Attributes:
        exit_code: status that ``run.py`` ends with when this error reaches it.
        retryable: whether the same may work a little later although nobody mends anything here: a
            device that another program holds, a worker that met a fault, a network that is down.
    """

    exit_code = 2
    retryable = False

    def __init__(self, message: str = "", *, retryable: bool | None = None) -> None:
        super().__init__(message)
        if retryable is not None:
            self.retryable = retryable


class InputError(RecruiterError):
    """A file, name or argument that a person gave cannot be used."""


class SettingsError(InputError):
    """A settings or content file holds an unknown key or a value out of range."""


class DeviceError(RecruiterError):
    """A camera, microphone, loudspeaker or screen is missing, busy or was lost."""

    exit_code = 3


class ModelError(RecruiterError):
    """A model's weights or the package that runs them are missing or damaged."""

    exit_code = 3


class WorkerError(RecruiterError):
    """A worker process died or stopped answering."""

    exit_code = 3
    retryable = True


class StorageError(RecruiterError):
    """The session folder cannot be written: full disk, no permission, read-only."""

    exit_code = 3
