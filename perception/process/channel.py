"""The two ways in which values pass between threads: newest wins, or bounded and in order.

Both count what they drop, because the record has to say so.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Latest(Generic[T]):
    """One slot; a new value replaces one that nobody took (delivery policy "latest only").

    Attributes:
        dropped: values that were replaced before anyone took them.
    """

    def __init__(self) -> None:
        self._arrived = threading.Condition()
        self._value: T | None = None
        self._closed = False
        self.dropped = 0

    @property
    def empty(self) -> bool:
        """Whether nothing waits to be taken."""
        return self._value is None

    @property
    def closed(self) -> bool:
        """Whether :meth:`close` was called."""
        return self._closed

    def put(self, value: T) -> None:
        """Stores ``value``, replacing and counting one that was not taken."""
        with self._arrived:
            if self._value is not None:
                self.dropped += 1
            self._value = value
            self._arrived.notify()

    def pop(self, wait_s: float = 0.0) -> T | None:
        """Empties the slot.

        Args:
            wait_s: patience for a value that is not there yet.

        Returns:
            None when nothing new has come, and once closed.
        """
        with self._arrived:
            if self._value is None and not self._closed and wait_s > 0.0:
                self._arrived.wait(wait_s)
            if self._closed:
                return None
            value, self._value = self._value, None
            return value

    def close(self) -> None:
        """Wakes whoever waits; nothing is given any more."""
        with self._arrived:
            self._closed = True
            self._arrived.notify_all()


class Events(Generic[T]):
    """A bounded queue in order; when it is full the newcomer is refused and counted.

    Args:
        capacity: most values held, > 0.

    Attributes:
        dropped: values refused because the queue was full.
    """

    def __init__(self, capacity: int = 1024) -> None:
        if capacity <= 0:
            raise ValueError(f"capacity must be positive, not {capacity}")
        self._lock = threading.Lock()
        self._queue: deque[T] = deque()
        self._capacity = capacity
        self.dropped = 0

    def put(self, value: T) -> bool:
        """Appends ``value``; False (and one more dropped) when the queue is full."""
        with self._lock:
            if len(self._queue) >= self._capacity:
                self.dropped += 1
                return False
            self._queue.append(value)
            return True

    def drain(self) -> list[T]:
        """All values, oldest first; the queue is empty afterwards."""
        with self._lock:
            values = list(self._queue)
            self._queue.clear()
            return values
