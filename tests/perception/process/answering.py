"""What answers the calls of the tests in a process of its own."""

from __future__ import annotations

import os
import time
from typing import Any

from perception.errors import InputError
from perception.interrupt import POLITE
from perception.process.calls import Tell


class Counting:
    """Does as it is told, and counts the calls."""

    def __init__(self) -> None:
        self._calls = 0

    def answer(self, tell: Tell, what: str, *more: Any) -> Any:
        """Misbehaves on request."""
        self._calls += 1
        if what == "refuse":
            raise InputError(f"{more[0]}: cannot be")
        if what == "fault":
            raise ZeroDivisionError("oh")
        if what == "odd":
            raise Odd("cannot", "travel")
        if what == "work":
            while True:
                tell(self._calls)
                time.sleep(0.02)
        if what == "hang":
            tell("deaf from now on")
            time.sleep(120.0)
        if what == "interrupt":
            for number in POLITE:
                os.kill(os.getpid(), number)
        return what, more, self._calls

    def close(self) -> None:
        """Nothing to free."""


class Odd(Exception):
    """An exception that does not survive pickling."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


class Stillborn:
    """Cannot be made."""

    def __init__(self) -> None:
        raise InputError("it cannot be made")
