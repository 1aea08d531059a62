"""Keeps a process of the tests small: what one test has left behind is given back before the next.

A plugin of pytest, which ``conftest.py`` brings in. Thousands of tests in one process would add up
to gigabytes: models that only the garbage collector finds, people kept for whoever asks for them
next, and memory that the C library holds on to.
"""

from __future__ import annotations

import ctypes
import gc
import sys

from perception.process.memory import resident_mb

GROWN_MB = 100.0
"""Growth after which it is looked for what can be given back; looking takes half a second."""

_LEFT_MB = [0.0]
"""Memory held after the last look."""


def pytest_runtest_logfinish(nodeid: str, location: tuple[str, int | None, str]) -> None:
    """After a test and the fixtures that it was the last to need."""
    held_mb = resident_mb()
    if held_mb < _LEFT_MB[0] + GROWN_MB:
        return
    gc.collect()
    for name, module in list(sys.modules.items()):
        if name.startswith("game."):
            for kept in list(vars(module).values()):
                if hasattr(kept, "cache_clear"):
                    kept.cache_clear()
    gc.collect()
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).malloc_trim(0)
    _LEFT_MB[0] = resident_mb()
