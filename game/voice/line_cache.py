"""Rendered lines kept on disk, so that a line said in an earlier session is there at once.

A file holds one line: its length and checksum, then what it was made of and when its sounds come,
as JSON, then its samples as 16-bit integers. It is written under another name and put in place
whole, so that a reader meets no half of it, whatever other processes write; one that is damaged all
the same is taken for missing. The folder keeps to its size: the least recently used files go first.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import struct
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from game.voice.base import RenderedSpeech
from game.voice.visemes import Viseme
from perception.errors import StorageError
from perception.paths import ASSETS, ROOT, cache_dir
from perception.private_files import private_folder
from perception.types import Word

FOLDER = "spoken"
_DECIDING = (ROOT / "game" / "voice", ROOT / "game" / "text_analysis", ASSETS / "voice")
MOST_BYTES = 96_000_000
"""About half an hour of speech, or eight hundred lines."""
_HEAD = struct.Struct("<4sI32s")  # magic, length of the JSON, sha256 of all that follows
_MAGIC = b"RRL1"
FULL_SCALE = 32_767
"""Of the samples as integers; voices that are cached give samples that are multiples of it."""


class LineCache:
    """Lines of one voice.

    Args:
        made_with: everything besides the text on which the sound depends, in JSON's types.
        folder: where the files lie; the program's cache by default.
        most_bytes: that they may take together.
    """

    def __init__(
        self, made_with: Any, folder: Path | None = None, most_bytes: int = MOST_BYTES
    ) -> None:
        self._made_with = json.dumps(made_with, sort_keys=True)
        self._given = folder
        self._most_bytes = most_bytes
        self._since_tidied = most_bytes  # tidy with the first line that is kept

    def move_to(self, folder: Path) -> None:
        """Keeps lines elsewhere from now on."""
        self._given = folder

    def get(self, text: str, detail: Any = None) -> RenderedSpeech | None:
        """The line, if it is here and whole.

        Args:
            text: of the line.
            detail: how it is said, in JSON's types: words that stand out.
        """
        try:
            path = self._path(text, detail)
            data = path.read_bytes()
        except (OSError, StorageError):
            return None
        found = _unpack(data, text)
        if found is not None:
            with contextlib.suppress(OSError):
                os.utime(path)  # used now
        return found

    def put(self, line: RenderedSpeech, detail: Any = None) -> None:
        """Keeps a line; where it cannot be written it is not kept, and will be rendered again."""
        try:
            path = self._path(line.text, detail)
            private_folder(path.parent)
            data = _pack(line)
            # mkstemp makes files that only this user can read
            handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                Path(name).replace(path)
            except BaseException:  # a full disk, or a polite end
                Path(name).unlink(missing_ok=True)
                raise
            self._since_tidied += len(data)
            if self._since_tidied > self._most_bytes // 8:
                self._since_tidied = 0
                _tidy(path.parent, self._most_bytes)
        except (OSError, StorageError):
            return

    def kept(
        self, text: str, make: Callable[[], RenderedSpeech], detail: Any = None
    ) -> RenderedSpeech:
        """The line from disk, or one that is made and kept now.

        Args:
            text: of the line.
            make: renders it.
            detail: as in ``get``.
        """
        found = self.get(text, detail)
        if found is None:
            found = make()
            self.put(found, detail)
        return found

    def _path(self, text: str, detail: Any) -> Path:
        folder = self._given if self._given is not None else cache_dir() / FOLDER
        key = json.dumps([self._made_with, text, detail])
        return folder / f"{hashlib.sha256(key.encode()).hexdigest()[:40]}.line"


def _pack(line: RenderedSpeech) -> bytes:
    told = {
        "text": line.text,
        "rate_hz": line.rate_hz,
        "visemes": [[v.start_s, v.end_s, v.name] for v in line.visemes],
        "words": [asdict(word) for word in line.words],
    }
    head = json.dumps(told).encode()
    body = head + np.round(line.samples * FULL_SCALE).astype("<i2").tobytes()
    return _HEAD.pack(_MAGIC, len(head), hashlib.sha256(body).digest()) + body


def _unpack(data: bytes, text: str) -> RenderedSpeech | None:
    """The line that a file holds; None where it is damaged or holds another one."""
    if len(data) < _HEAD.size:
        return None
    magic, length, sum_ = _HEAD.unpack_from(data)
    body = data[_HEAD.size :]
    if magic != _MAGIC or hashlib.sha256(body).digest() != sum_:
        return None
    told = json.loads(body[:length])
    if told["text"] != text:
        return None
    samples = np.frombuffer(body[length:], "<i2").astype(np.float32) / np.float32(FULL_SCALE)
    return RenderedSpeech(
        text=text,
        samples=samples,
        rate_hz=told["rate_hz"],
        visemes=tuple(Viseme(*each) for each in told["visemes"]),
        words=tuple(Word(**each) for each in told["words"]),
    )


def _tidy(folder: Path, most_bytes: int) -> None:
    """Removes the least recently used files until the others take half of what they may."""
    files = []
    for path in folder.iterdir():
        with contextlib.suppress(OSError):  # another process may have removed it
            found = path.stat()
            files.append((found.st_mtime, found.st_size, path))
    total = sum(size for _, size, _ in files)
    if total <= most_bytes:
        return
    for _, size, path in sorted(files):
        with contextlib.suppress(OSError):
            path.unlink()
        total -= size
        if total <= most_bytes // 2:
            return


def as_kept(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n,) samples, -1...1, as a line holds them that comes from disk, in 16 bits, to the bit."""
    return np.round(samples * FULL_SCALE).astype(np.float32) / np.float32(FULL_SCALE)


@functools.lru_cache(maxsize=1)
def program_sha256() -> str:
    """Of all that decides how a text sounds: what another version rendered is another sound."""
    found = hashlib.sha256()
    for folder in _DECIDING:
        for path in sorted(folder.glob("*.*")):
            if path.is_file():
                found.update(path.read_bytes())
    return found.hexdigest()
