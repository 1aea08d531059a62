"""Downloadable weights: what there is, where it lies, how to fetch and check it.

Weights lie in ``$RECRUITER_MODELS``, else in ``$XDG_DATA_HOME/recruiter/models``
(``~/.local/share/recruiter/models``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class Weights:
    """One downloadable file."""

    name: str
    what: str
    """What it is for, one line for a person."""
    url: str
    sha256: str
    size_bytes: int
    """About; exact where ``size_exact``."""
    file_name: str
    licence: str


WEIGHTS: dict[str, Weights] = {}
"""Name to weights."""

State = Literal["present", "missing", "partial", "damaged"]


@dataclass(frozen=True, slots=True)
class WeightsState:
    """Where one file stands on this machine."""

    weights: Weights
    path: Path
    state: State


def models_dir() -> Path:
    """Folder of downloaded weights."""
    raise NotImplementedError


def list_weights() -> list[WeightsState]:
    """All known weights and whether they are here (by presence and size, not checksum)."""
    raise NotImplementedError


def check(name: str) -> WeightsState:
    """Compares the checksum of one file."""
    raise NotImplementedError


def get(name: str, progress: Callable[[int, int], None] | None = None) -> Path:
    """Fetches one file (resuming a partial one) and checks it.

    Args:
        name: key of ``WEIGHTS``.
        progress: called with bytes done and bytes in all.

    Raises:
        InputError: no such name.
        ModelError: no network, or what came is not the file it should be.
        StorageError: the disk is full or the folder cannot be written.
    """
    raise NotImplementedError


def path_of(name: str) -> Path | None:
    """Where the weights lie; None when they are not (wholly) here."""
    raise NotImplementedError
