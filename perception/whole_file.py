"""Files that appear whole or not at all. Standard library only: set-up writes some, too."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Gives the place to write a file to, which takes its name when it is whole.

    Whatever ends it before, a full disk or a polite end, takes what is half written away. The place
    is this process's own: two that write the same file do not meet there.

    Args:
        path: of the file; one that is there stays until the new one is whole.

    Raises:
        OSError: as the system says.
    """
    part = path.with_name(f"{path.stem}.{os.getpid()}.part{path.suffix}")
    try:
        yield part
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
