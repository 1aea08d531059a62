"""Work that numpy does, on all cores at once: it lets other threads work meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")


def on_all_cores(work: Callable[[Item], Made], items: Sequence[Item]) -> list[Made]:
    """What comes of each item, in order; of a single one no thread is made."""
    if len(items) < 2:
        return [work(item) for item in items]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(work, items))
