"""Work that runs in a process of its own and never makes the parent wait.

The parent holds a :class:`WorkerProcess` and asks it once a tick for what has come
(:meth:`WorkerProcess.poll`). The child runs a :class:`Work` and talks through a :class:`Link`. Both
directions are bounded and count what they drop. A thread on each side does the waiting at the pipe,
so neither ``poll`` nor ``post`` can block, even when the other side is stopped or killed in the
middle of a message.

A child that dies or stops beating becomes an :class:`~perception.types.Event`; a child whose parent
dies ends itself.

    class Count:                                    # picklable: it travels to the child
        def run(self, link):
            link.ready()
            while not link.stopping:
                link.post(link.clock.now())
                link.clock.sleep(0.1)               # beats come with each post

    worker = WorkerProcess("counter", Count(), origin_s=time.monotonic())
    worker.start()
    ...
    for item in worker.poll(): ...
    worker.stop()
"""

from __future__ import annotations

import contextlib
import multiprocessing
import queue
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from perception import errors
from perception.clock import SessionClock
from perception.errors import RecruiterError, WorkerError
from perception.process.channel import Events
from perception.process.link import ChildSetup, Link, Work, child_main
from perception.types import Event

__all__ = ["Link", "Work", "WorkerProcess", "WorkerSettings", "interrupt_held_back"]


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """How a worker process is watched."""

    silent_after_s: float = 3.0
    """s without a sign of life after which the worker counts as lost."""
    start_within_s: float = 60.0
    """s that importing and opening may take before the worker counts as lost."""
    queue_length: int = 4096
    """Most items held between two polls; newer ones are dropped and counted."""

    def __post_init__(self) -> None:
        if self.silent_after_s <= 0 or self.start_within_s <= 0:
            raise ValueError("silent_after_s and start_within_s must be greater than 0")
        if self.queue_length < 1:
            raise ValueError(f"queue_length is {self.queue_length}; it must be at least 1")


class WorkerProcess:
    """The parent's handle of a child process.

    Args:
        source: what the events call it: "camera", "microphone", ...
        work: runs in the child; picklable.
        origin_s: ``time.monotonic()`` at session time 0.
        settings: how it is watched.
        log: file that takes the child's standard error (native libraries write there as they
            like); None throws that away. What matters comes back through :meth:`poll`.

    Attributes:
        error: what a worker that gave up said, or None; to be raised by whoever needs this worker.
    """

    def __init__(
        self,
        source: str,
        work: Work,
        origin_s: float,
        settings: WorkerSettings | None = None,
        log: Path | None = None,
    ) -> None:
        self.source = source
        self.error: RecruiterError | None = None
        self.settings = settings or WorkerSettings()
        self._work = work
        self._log = log
        self._clock = SessionClock(origin_s)
        self._items: Events[Any] = Events(self.settings.queue_length)
        self._child_dropped = 0
        self._process: multiprocessing.process.BaseProcess | None = None
        self._commands: Connection | None = None
        self._outbox: queue.Queue[tuple[str, Any]] = queue.Queue(256)
        self._reader: threading.Thread | None = None
        self._heard_s = 0.0
        self._ready = False
        self._finished = False
        self._lost = False
        self._stopped = True

    @property
    def pid(self) -> int | None:
        """Process id of the child; None before :meth:`start`."""
        return None if self._process is None else self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the child process runs."""
        return self._process is not None and self._process.is_alive()

    @property
    def ready(self) -> bool:
        """Whether the child has said that it is set up."""
        return self._ready

    @property
    def well(self) -> bool:
        """Whether the child runs and was not found lost."""
        return self.alive and not self._lost

    @property
    def finished(self) -> bool:
        """Whether the child has ended its work of its own accord and in order."""
        return self._finished

    @property
    def dropped(self) -> int:
        """Items lost on the way because nobody polled."""
        return self._child_dropped + self._items.dropped

    def start(self) -> None:
        """Starts the child; returns at once, before it is ready."""
        context = multiprocessing.get_context("spawn")
        results, results_child = context.Pipe(duplex=False)
        commands_child, commands = context.Pipe(duplex=False)
        process = context.Process(
            target=child_main,
            name=f"{self.source}-worker",
            args=(
                ChildSetup(self._work, self._clock.origin_s, self.settings.queue_length, self._log),
                results_child,
                commands_child,
            ),
            daemon=True,
        )
        with interrupt_held_back():
            process.start()
        # Only the child may hold these ends: a dead child must be an end of file on ours.
        results_child.close()
        commands_child.close()
        self._process, self._commands = process, commands
        self._outbox = queue.Queue(256)
        self._ready = self._finished = self._stopped = False
        self.error = None
        self._heard_s = time.monotonic()
        self._reader = threading.Thread(
            target=self._receive, args=(results,), name=f"{self.source}-receive", daemon=True
        )
        self._reader.start()
        threading.Thread(
            target=_forward, args=(self._outbox, commands), name=f"{self.source}-send", daemon=True
        ).start()

    def poll(self) -> list[Any]:
        """Everything that came since the last call, oldest first; never blocks.

        Holds the child's items, and events of this handle: ``lost`` when the child died or fell
        silent, ``unavailable`` when it gave up with a message, ``restored`` when it is back.
        """
        items = self._items.drain()
        event = self._watch()
        return items if event is None else [*items, event]

    def send(self, command: Any) -> bool:
        """Hands the child a picklable command; never blocks. False when it had to be dropped."""
        try:
            self._outbox.put_nowait(("command", command))
        except queue.Full:
            return False
        return True

    def request_stop(self) -> None:
        """Asks the child to end, without waiting for it."""
        if not self._stopped:
            self._stopped = True
            with contextlib.suppress(queue.Full):
                self._outbox.put_nowait(("stop", None))

    def stop(self, timeout_s: float = 5.0) -> None:
        """Ends the child and waits for it; what it still sent can be polled afterwards.

        Args:
            timeout_s: patience before it is killed.
        """
        self.request_stop()
        process = self._process
        if process is None:
            return
        process.join(timeout_s)
        if process.is_alive():
            process.kill()
            process.join(2.0)
        if self._reader is not None:
            self._reader.join(2.0)
        if self._commands is not None:
            self._outbox.put(("stop", None))  # wakes the forwarding thread for the last time
            self._commands.close()
            self._commands = None

    def restart(self) -> None:
        """Starts a new child in place of one that was lost; ``restored`` follows when it is ready.

        Raises:
            WorkerError: the present child is well.
        """
        if self.alive and not self._lost:
            raise WorkerError(f"the {self.source} worker is running; stop it before a restart")
        process = self._process
        if process is not None and process.is_alive():
            process.kill()
            process.join(2.0)
        if self._commands is not None:
            self._commands.close()
        lost = self._lost
        self.start()
        self._lost = lost

    def _watch(self) -> Event | None:
        if self._process is None or self._stopped or self.error is not None:
            return None  # a child that gave up has said so itself
        now = self._clock.now()
        if not self._process.is_alive():
            return self._watch_dead(now)
        quiet_s = time.monotonic() - self._heard_s
        patience_s = self.settings.silent_after_s if self._ready else self.settings.start_within_s
        if quiet_s > patience_s:
            return self._say_lost(
                now, f"the {self.source} worker has not answered for {quiet_s:.0f} s"
            )
        if self._lost and self._ready:
            self._lost = False
            return Event(now, self.source, "restored", {"message": f"the {self.source} is back"})
        return None

    def _watch_dead(self, now: float) -> Event | None:
        assert self._process is not None
        if self._finished:
            return None
        if self._reader is not None and self._reader.is_alive():
            return None  # its last words are still being read
        if self.error is not None:
            return None
        code = self._process.exitcode
        how = f"was killed by signal {-code}" if code is not None and code < 0 else "ended"
        return self._say_lost(now, f"the {self.source} worker {how} unexpectedly (status {code})")

    def _say_lost(self, now: float, message: str) -> Event | None:
        if self._lost:
            return None
        self._lost = True
        return Event(now, self.source, "lost", {"message": message, "worker": True})

    def _receive(self, results: Connection) -> None:
        while True:
            try:
                kind, value = results.recv()
            except (EOFError, OSError):
                results.close()
                return
            self._heard_s = time.monotonic()
            if kind == "item":
                self._items.put(value)
            elif kind == "ready":
                self._ready = True
            elif kind == "beat":
                self._child_dropped = value
            elif kind == "error":
                self._note_error(*value)
            elif kind == "close":
                self._child_dropped = value
                if self.error is None:
                    self._finished = True

    def _note_error(self, class_name: str, message: str, detail: str | None) -> None:
        cls = getattr(errors, class_name, WorkerError)
        data: dict[str, Any] = {"message": message, "error": cls.__name__}
        if detail is not None:
            data["detail"] = detail
        self.error = cls(message)
        self._lost = True
        self._items.put(Event(self._clock.now(), self.source, "unavailable", data))


@contextlib.contextmanager
def interrupt_held_back() -> Iterator[None]:
    """Starts a child that Ctrl-C does not reach.

    A child inherits a blocked SIGINT, so Ctrl-C, which the terminal sends to the whole group,
    reaches the parent alone, from the child's very first instruction. Ours is only postponed.
    """
    if sys.platform == "win32":
        yield
        return
    old = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, old)


def _forward(outbox: queue.Queue[tuple[str, Any]], pipe: Connection) -> None:
    while True:
        message = outbox.get()
        try:
            pipe.send(message)
        except (BrokenPipeError, OSError):
            return  # the child is gone; the handle notices by its end of file
        if message[0] == "stop":
            return
