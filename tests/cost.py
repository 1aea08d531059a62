"""What a piece of code costs, in a unit that means the same on every machine."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable


def additions() -> None:
    """10,000 additions in Python."""
    total = 0
    for number in range(10_000):
        total += number


def cost(do: Callable[[], object], times: int, beside: Callable[[], object] = additions) -> float:
    """CPU time of some code beside that of other code, measured in turns.

    Seconds would say as much about the machine and its other work as about the code.

    Args:
        do: what is measured.
        times: how often; the median counts.
        beside: the unit.
    """
    ratios = []
    for _ in range(times):
        began_s = time.thread_time()
        do()
        between_s = time.thread_time()
        beside()
        ratios.append((between_s - began_s) / (time.thread_time() - between_s))
    return statistics.median(ratios)
