"""A child that waits for its work with all loaded that takes long, and nothing opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from perception.process.link import Begin, Link, Work

_WAKE_S = 0.02


@runtime_checkable
class Loading(Work, Protocol):
    """Work of which something can be done ahead of time."""

    def load(self) -> None:
        """Imports packages and reads models; opens no device and keeps nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Standby:
    """Loads what some work needs, and waits until it is begun.

    Importing the packages and reading the models of a sense takes seconds; opening its device takes
    a moment. So the first can be done while a person still reads what they are about to agree to.
    """

    work: Work
    """What is to be loaded; what is begun in the end comes with the
    :class:`~perception.process.link.Begin`."""

    def run(self, link: Link) -> None:
        """Loads, waits for a ``Begin``, and goes on with the work that it brings."""
        if isinstance(self.work, Loading):
            self.work.load()
        while not link.wait_stopping(_WAKE_S):
            link.beat()
            for command in link.commands():
                # what belongs to no part yet is of no use to the one that comes
                if isinstance(command, Begin):
                    link.begin(command)
                    command.work.run(link)
                    return
