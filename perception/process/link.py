"""The child's side of a worker process: its work, and its link to the parent.

The parent's side, and how the two play together, is in :mod:`perception.process.worker`.
"""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol

from perception import errors
from perception.clock import SessionClock
from perception.errors import RecruiterError, WorkerError
from perception.interrupt import ignore_polite_ends
from perception.process.channel import Events
from perception.process.memory import resident_mb
from perception.types import Event

ORPHAN_GRACE_S = 3.0
"""How long a child may take to close its files after its parent has died."""

_BEAT_EVERY_S = 0.25


@dataclass(frozen=True, slots=True)
class Beat:
    """A sign of life."""

    dropped: int
    """Items that could not be queued so far."""
    memory_mb: float
    """Resident memory of the child."""


@dataclass(frozen=True, slots=True)
class Begin:
    """Asks a child to begin a new part of the session in the same process.

    What it still has to say of the part before is thrown away on its way home.
    """

    part: int
    """Number of the part."""
    origin_s: float
    """``time.monotonic()`` at the new part's session time 0."""
    work: Any
    """What is to be done from now on, as the worker's ``Work`` has it."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a child gave up; an exception itself might not survive the way."""

    kind: str
    """Name of a class in :mod:`perception.errors`."""
    message: str
    retryable: bool
    detail: str | None

    def error(self) -> RecruiterError:
        """The error again."""
        kind = getattr(errors, self.kind, WorkerError)
        error: RecruiterError = kind(self.message, retryable=self.retryable)
        return error


class Work(Protocol):
    """What the child does. An instance is pickled in the parent and run in the child."""

    def run(self, link: Link) -> None:
        """Works until done or until ``link.stopping``; calls ``link.ready()`` once it is set up.

        A :class:`~perception.errors.RecruiterError` that leaves here is shown to the person.
        """
        ...


class Link:
    """The child's end: posts results, takes commands, shows that it lives.

    Attributes:
        clock: session time, shared with the parent.
        is_ready: whether :meth:`ready` was called.
        dropped: items that could not be queued because the parent took none for too long.
    """

    def __init__(
        self, clock: SessionClock, results: Connection, commands: Connection, queue_length: int
    ) -> None:
        self.clock = clock
        self.dropped = 0
        self.is_ready = False
        self._results = results
        self._commands_pipe = commands
        self._outbox: queue.Queue[tuple[str, Any]] = queue.Queue(queue_length)
        self._inbox: Events[Any] = Events(queue_length)
        self._next_part: list[Any] = []
        self._stopping = threading.Event()
        self._last_beat = 0.0
        self._sender = threading.Thread(target=self._send, name="link-send", daemon=True)
        self._sender.start()
        threading.Thread(target=self._receive, name="link-receive", daemon=True).start()

    @property
    def stopping(self) -> bool:
        """Whether the parent has asked for an end, or is gone."""
        return self._stopping.is_set()

    def ready(self) -> None:
        """Tells the parent that setting up is done; from now on silence counts as loss."""
        self.is_ready = True
        self._put("ready", None)

    def post(self, item: Any) -> bool:
        """Sends a picklable item; never blocks. False when it had to be dropped."""
        self.beat()
        return self._put("item", item)

    def begin(self, begin: Begin) -> None:
        """Begins a new part: the clock is the new one's, and what is posted from now on is its.

        :meth:`ready` says again when it is set up.
        """
        self.clock.origin_s = begin.origin_s
        self.is_ready = False
        self._put("begin", begin.part)

    def event(self, source: str, kind: str, **data: Any) -> None:
        """Posts an :class:`~perception.types.Event` with the present session time."""
        self.post(Event(self.clock.now(), source, kind, data))

    def beat(self) -> None:
        """Shows that the main loop turns; cheap, so call it on every round."""
        now = time.monotonic()
        if now - self._last_beat >= _BEAT_EVERY_S:
            self._last_beat = now
            self._put("beat", Beat(self.dropped, resident_mb()))

    def commands(self) -> list[Any]:
        """What the parent sent since the last call, oldest first; never blocks.

        A :class:`Begin` is the last of a call: what was sent after it belongs to the new part, and
        comes with the next call.
        """
        waiting = self._next_part + self._inbox.drain()
        count = next((n + 1 for n, each in enumerate(waiting) if isinstance(each, Begin)), None)
        self._next_part = [] if count is None else waiting[count:]
        return waiting[:count]

    def wait_stopping(self, seconds: float) -> bool:
        """Sleeps up to ``seconds`` or until the parent asks for an end; whether it did."""
        return self._stopping.wait(seconds)

    def fail(self, error: RecruiterError, detail: str | None = None) -> None:
        """Tells the parent why the work cannot go on.

        Args:
            error: with one line for the person.
            detail: a traceback for the record; None when the message says all.
        """
        self._put("error", Failure(type(error).__name__, str(error), error.retryable, detail))

    def close(self, timeout_s: float = 2.0) -> None:
        """Sends what is queued and ends the sender."""
        with contextlib.suppress(queue.Full):
            self._outbox.put(("close", Beat(self.dropped, resident_mb())), timeout=timeout_s)
        self._sender.join(timeout_s)

    def _put(self, kind: str, value: Any) -> bool:
        try:
            self._outbox.put_nowait((kind, value))
        except queue.Full:
            if kind == "item":
                self.dropped += 1
            return False
        return True

    def _send(self) -> None:
        while True:
            message = self._outbox.get()
            try:
                self._results.send(message)
            except (BrokenPipeError, OSError):
                return  # the parent is gone; the receiving thread ends this process
            if message[0] == "close":
                return

    def _receive(self) -> None:
        while True:
            try:
                kind, value = self._commands_pipe.recv()
            except (EOFError, OSError):
                # Nobody is left to ask for an end: close what is open, and then go in any case.
                self._stopping.set()
                time.sleep(ORPHAN_GRACE_S)
                os._exit(1)
            if kind == "stop":
                # The pipe is read on: a parent that dies now must still end this process.
                self._stopping.set()
            else:
                self._inbox.put(value)


@dataclass(frozen=True, slots=True)
class ChildSetup:
    """What a child needs to begin; picklable."""

    work: Work
    origin_s: float
    queue_length: int
    log: Path | None


def child_main(setup: ChildSetup, results: Connection, commands: Connection) -> None:
    """Runs the work, and sends home what ended it; the target of the child process."""
    ignore_polite_ends()
    redirect_stderr(setup.log)
    link = Link(SessionClock(setup.origin_s), results, commands, setup.queue_length)
    try:
        setup.work.run(link)
    except RecruiterError as error:
        link.fail(error)
    except Exception as error:
        what = f"the worker met a fault: {type(error).__name__}: {error}".splitlines()[0]
        link.fail(WorkerError(what), traceback.format_exc())
    finally:
        link.close()


def redirect_stderr(log: Path | None) -> None:
    """Sends this process's descriptor 2 to the end of a file, or nowhere."""
    target = os.open(
        os.devnull if log is None else log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644
    )
    os.dup2(target, 2)
    os.close(target)
