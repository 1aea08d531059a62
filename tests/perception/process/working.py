"""A work for worker processes that does as it is told, and waiting for what comes of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from perception.errors import DeviceError, ModelError
from perception.process.link import Begin, Link
from perception.process.supervisor import Supervisor
from perception.process.worker import WorkerProcess
from perception.types import Event


@dataclass(frozen=True)
class Echo:
    """Posts back what it is sent, and misbehaves on request."""

    name: str = "echo"
    stillborn: bool = False
    """Whether it gives up before it is set up."""
    helps: bool = False
    """Whether it says that trying again helps when it gives up."""
    gate: Path | None = None
    """File without which it does not get set up."""

    def run(self, link: Link) -> None:
        if self.stillborn:
            raise self.gone()
        while self.gate is not None and not self.gate.exists():
            time.sleep(0.01)
        link.ready()
        work = self
        while not link.stopping:
            link.beat()
            for command in link.commands():
                if isinstance(command, Begin):
                    link.begin(command)
                    work = command.work
                    link.ready()
                    break  # the last of what it is given at once
                if command == "doze":
                    time.sleep(0.3)
                if command == "give up":
                    raise work.gone()
                if command == "fault":
                    raise ZeroDivisionError("oh")
                if command == "hang":
                    time.sleep(60)
                if command == "toil":
                    until_s = time.monotonic() + 6.0
                    while time.monotonic() < until_s:
                        pass
                if command == "end":
                    return
                if command == "cable":
                    link.event("thing", "lost", message="the cable is out")
                    link.event("thing", "restored", message="the cable is in")
                if command == "flood":
                    for number in range(50_000):
                        link.post(number)
                link.post((work.name, command))
            link.wait_stopping(0.01)

    def gone(self) -> DeviceError:
        return DeviceError("the thing is not there; plug it in", retryable=self.helps)


@dataclass(frozen=True)
class Heavy:
    """Work whose model cannot be loaded."""

    def load(self) -> None:
        raise ModelError("its model is damaged; fetch it again")

    def run(self, link: Link) -> None:
        self.load()


def until(
    polled: WorkerProcess | Supervisor, done: Callable[[list], bool], patience_s: float = 20.0
) -> list:
    """Polls until ``done`` of all items so far."""
    items: list = []
    deadline = time.monotonic() + patience_s
    while not done(items):
        assert time.monotonic() < deadline, f"waited in vain; got {items[-5:]}"
        items += polled.poll()
        time.sleep(0.01)
    return items


def kinds(items: list) -> list[str]:
    return [item.kind for item in items if isinstance(item, Event)]
