"""Means and shares over the last seconds, and what is usual with one candidate."""

from __future__ import annotations

import math
from collections import deque

LONGEST_STEP_S = 0.25
"""Seconds that one look at the candidate stands for, at most: what lies in a longer gap between two
looks was not seen."""


class ShareWindow:
    """Share of the last seconds in which something was so.

    Args:
        window_s: how far back it reaches, in seconds.
        least_s: seconds that have to have been measured before there is a share.
    """

    def __init__(self, window_s: float, least_s: float) -> None:
        self._window_s = window_s
        self._least_s = least_s
        self._steps: deque[tuple[float, float, bool]] = deque()
        self._last_s: float | None = None
        self._known_s = self._on_s = 0.0

    def add(self, t_s: float, on: bool | None) -> None:
        """It is so, or not, at a moment; None where it was not measured."""
        passed = 0.0 if self._last_s is None else min(t_s - self._last_s, LONGEST_STEP_S)
        self._last_s = t_s
        if on is not None and passed > 0:
            self._steps.append((t_s, passed, on))
            self._count(passed, on)
        while self._steps and t_s - self._steps[0][0] > self._window_s:
            _, gone_s, was = self._steps.popleft()
            self._count(-gone_s, was)

    def clear(self) -> None:
        """Forgets all of it."""
        self._steps.clear()
        self._known_s = self._on_s = 0.0

    @property
    def share(self) -> float | None:
        """0...1; None while too little was measured."""
        if self._known_s < self._least_s:
            return None
        return min(1.0, max(0.0, self._on_s / self._known_s))

    def _count(self, seconds: float, on: bool) -> None:
        self._known_s += seconds
        if on:
            self._on_s += seconds


class MeanWindow:
    """Mean of what was measured in the last seconds.

    Args:
        window_s: how far back it reaches, in seconds; infinite until it is cleared.
        least: measurements that it takes.
        most: measurements that count, the newest; None for all in the window.
    """

    def __init__(self, window_s: float, least: int, most: int | None = None) -> None:
        self._window_s = window_s
        self._least = least
        self._most = most
        self._values: deque[tuple[float, float]] = deque()
        self._sum = 0.0

    def add(self, t_s: float, value: float) -> None:
        """Takes what was measured at a moment."""
        self._values.append((t_s, value))
        self._sum += value
        if self._most is not None and len(self._values) > self._most:
            self._sum -= self._values.popleft()[1]

    def clear(self) -> None:
        """Forgets all of it."""
        self._values.clear()
        self._sum = 0.0

    def mean(self, t_s: float) -> float | None:
        """As of now; None while too little was measured."""
        while self._values and t_s - self._values[0][0] > self._window_s:
            self._sum -= self._values.popleft()[1]
        count = len(self._values)
        return self._sum / count if count >= max(1, self._least) else None


class Usual:
    """What is usual with this candidate, learnt all the time and slowly.

    Args:
        within_s: seconds in which it goes two thirds of the way to what is so now.
        least_s: seconds that have to have been measured before it is known.
        known: where it was measured before.
    """

    def __init__(self, within_s: float, least_s: float, known: float | None = None) -> None:
        self._within_s = within_s
        self._least_s = least_s
        self._value = known
        self._seen_s = 0.0 if known is None else least_s
        self._last_s: float | None = None

    def learn(self, t_s: float, value: float) -> None:
        """Takes what was measured at a moment."""
        passed = 0.0 if self._last_s is None else min(t_s - self._last_s, LONGEST_STEP_S)
        self._last_s = t_s
        self._seen_s += max(0.0, passed)
        if self._value is None:
            self._value = value
            return
        # a plain mean at first, so that the first moment does not weigh more than others
        within_s = min(self._within_s, max(self._seen_s, LONGEST_STEP_S))
        self._value += (1.0 - math.exp(-passed / within_s)) * (value - self._value)

    @property
    def value(self) -> float | None:
        """None before it is known."""
        return self._value if self._seen_s >= self._least_s else None
