"""Work for the pool's own tests, which its processes import."""

from __future__ import annotations

import os
import time
from pathlib import Path

from perception.whole_file import whole_file


def write_slowly(path: str) -> None:
    """Begins to write a file, says so, and never gets to its end."""
    with whole_file(Path(path)) as part:
        part.write_text("half")
        Path(path).with_suffix(".pid").write_text(str(os.getpid()))
        time.sleep(120)


def square(number: int) -> int:
    """Something quick."""
    return number * number
