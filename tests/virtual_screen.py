"""A screen that nobody sees, for tests that open windows."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest


@contextlib.contextmanager
def virtual_screen(size: str) -> Iterator[str]:
    """Xvfb with a screen of a size ("640x480"); gives its name. Skips where there is no Xvfb."""
    if shutil.which("Xvfb") is None:
        pytest.skip("needs Xvfb: apt-get install xvfb")
    read, write = os.pipe()
    server = subprocess.Popen(
        [
            *("Xvfb", "-displayfd", str(write), "-screen", "0", f"{size}x24"),
            *("-nolisten", "tcp"),
        ],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as pipe:
        display = pipe.readline().strip()
    assert display
    yield f":{display}"
    server.terminate()
    server.wait()
