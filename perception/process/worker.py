"""Work that runs in a process of its own and never makes the parent wait.

The parent holds a :class:`WorkerProcess` and asks it once a tick for what has come
(:meth:`WorkerProcess.poll`). The child runs a :class:`~perception.process.link.Work` and talks
through a :class:`~perception.process.link.Link`. Both directions are bounded and count what they
drop. A thread on each side does the waiting at the pipe, so neither ``poll`` nor ``post`` can
block, even when the other side is stopped or killed in the middle of a message.

A child that dies or stops beating becomes an :class:`~perception.types.Event`; a child whose parent
dies ends itself. Each child is a generation of its own: what a lost one still says on its way out
is handed on, and changes nothing of what is known of its successor.

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

import multiprocessing
import queue
import threading
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from perception.clock import SessionClock
from perception.errors import RecruiterError, WorkerError
from perception.interrupt import interrupt_held_back
from perception.process.channel import Events
from perception.process.link import Beat, Begin, ChildSetup, Failure, Work, child_main
from perception.process.processor import processor_s
from perception.process.standby import Standby
from perception.settings import Count, Positive, checked
from perception.types import Event

_LOOK_AGAIN_S = 5.0
"""s between two looks at the processor time of a child."""
_LEAST_WORK = 0.01
"""Share of a core below which a child does nothing; starved by others it still has more."""

COMMANDS_WAITING = 256
"""Commands that may wait for a child that takes none; more are refused."""


@checked
@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """How a worker process is watched."""

    silent_after_s: Positive = 3.0
    """s without a sign of life after which the worker counts as lost."""
    hung_after_s: Positive | None = None
    """s of silence up to which one that uses its processor counts as working; None where work never
    keeps it from giving signs of life."""
    start_within_s: Positive = 60.0
    """s that importing and opening may take before the worker counts as lost."""
    queue_length: Count = 4096
    """Most items held between two polls; newer ones are dropped and counted."""


class WorkerProcess:
    """The parent's handle of a child process, and of those that take its place.

    Args:
        source: what the events call it: "camera", "microphone", ...
        work: runs in the child; picklable.
        origin_s: ``time.monotonic()`` at session time 0.
        settings: how it is watched.
        log: file that takes the child's standard error (native libraries write there as they
            like); None throws that away. What matters comes back through :meth:`poll`.
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
        self.settings = settings or WorkerSettings()
        self._work = work
        self._log = log
        self._clock = SessionClock(origin_s)
        self._child: _Child | None = None
        self._retired: list[_Child] = []
        self._dropped = 0
        self._part = 0
        self._lost = False
        self._said_error: str | None = None
        self._stopped = True
        self._replacing = False

    @property
    def pid(self) -> int | None:
        """Process id of the child; None before :meth:`start`."""
        return None if self._child is None else self._child.process.pid

    @property
    def alive(self) -> bool:
        """Whether the child process runs."""
        return self._child is not None and self._child.process.is_alive()

    @property
    def ready(self) -> bool:
        """Whether the child has said that it is set up, for the present part of the session."""
        child = self._child
        return child is not None and child.ready and child.part == self._part

    @property
    def well(self) -> bool:
        """Whether the child runs and was not found lost."""
        return self.alive and not self._lost

    @property
    def down(self) -> bool:
        """Whether it should run and does not: it died, gave up, or hangs."""
        child = self._child
        if child is None or self._stopped or self._replacing or child.finished:
            return False
        return not child.process.is_alive() or self._quiet_too_long(child)

    @property
    def finished(self) -> bool:
        """Whether the child has ended its work of its own accord and in order."""
        return self._child is not None and self._child.finished

    @property
    def error(self) -> RecruiterError | None:
        """What a child that gave up said, for whoever needs it; None while all is well."""
        return None if self._child is None else self._child.error

    @property
    def dropped(self) -> int:
        """Items lost on the way because nobody polled."""
        return self._dropped + sum(child.dropped for child in self._all())

    @property
    def memory_mb(self) -> float:
        """Resident memory of the child at its last sign of life."""
        return 0.0 if self._child is None else self._child.memory_mb

    def begin(self, work: Work, origin_s: float) -> None:
        """Begins a new part of the session in the same process, with a clock of its own.

        What the child still says of the part before is thrown away; until it has begun the new one
        it counts as not ready. One that gave up or died gets a successor, which says anew what is
        wrong.

        Args:
            work: what it does from now on; it takes this as a
                :class:`~perception.process.link.Begin` among its commands.
            origin_s: ``time.monotonic()`` at the new session time 0.
        """
        self._work = work
        self._clock.origin_s = origin_s
        self._part += 1
        self._lost, self._said_error = False, None
        if not self.alive or self.error is not None:
            self.start()
        elif not self.send(Begin(self._part, origin_s, work)):
            self._replace()  # it has taken no command for long

    def prepare(self) -> None:
        """Starts a child that loads what its work needs and waits for :meth:`begin`.

        Returns at once. See :class:`~perception.process.standby.Standby`.
        """
        self._start(Standby(self._work))

    def start(self) -> None:
        """Starts the child; returns at once, before it is ready."""
        self._start(self._work)

    def _start(self, work: Work) -> None:
        if self._child is not None:
            self._retired.append(self._child)
        self._replacing = self._stopped = False
        setup = ChildSetup(work, self._clock.origin_s, self.settings.queue_length, self._log)
        self._child = _Child(self.source, setup, self._part)

    def poll(self) -> list[Any]:
        """Everything that came since the last call, oldest first; never blocks.

        Holds the children's items, and events of this handle: ``lost`` when the child died or fell
        silent, ``unavailable`` when it gave up with a message, ``restored`` when one is back.
        """
        items: list[Any] = []
        for child in self._all():
            present = child.part == self._part  # asked before: a part begins with an empty queue
            said = child.items.drain()
            items += said if present else []
        for child in [each for each in self._retired if each.silent]:
            self._retired.remove(child)
            self._dropped += child.dropped
        if self._replacing and not self.alive:
            self.start()
        event = self._watch()
        return items if event is None else [*items, event]

    def send(self, command: Any) -> bool:
        """Hands the child a picklable command; never blocks. False when it had to be dropped."""
        return self._child is not None and self._child.send(command)

    def request_stop(self) -> None:
        """Asks the child to end, without waiting for it."""
        self._stopped, self._replacing = True, False
        if self._child is not None:
            self._child.request_stop()

    def stop(self, timeout_s: float = 5.0) -> None:
        """Ends the child and waits for it; what it still sent can be polled afterwards.

        Args:
            timeout_s: patience before it is killed.
        """
        self.request_stop()
        for child in self._all():
            child.end(timeout_s if child is self._child else 0.0)

    def restart(self) -> None:
        """Puts a new child in place of one that was lost; ``restored`` follows when it is ready.

        Never blocks: one that hangs is killed now, and :meth:`poll` starts its successor once it
        is gone.

        Raises:
            WorkerError: the present child is well.
        """
        if self.well:
            raise WorkerError(f"the {self.source} worker is running; stop it before a restart")
        self._lost = True
        self._replace()

    def _replace(self) -> None:
        if self._child is not None and self.alive:
            self._child.process.kill()
            self._replacing, self._stopped = True, False
        else:
            self.start()

    def _all(self) -> list[_Child]:
        """All generations that may still have something to say, oldest first."""
        return self._retired if self._child is None else [*self._retired, self._child]

    def _watch(self) -> Event | None:
        child = self._child
        if child is None or self._replacing:
            return None
        now = self._clock.now()
        if child.error is not None:
            return self._say_unavailable(now, child)
        if self._stopped:
            return None
        if not child.process.is_alive():
            return self._watch_dead(now, child)
        return self._watch_living(now, child)

    def _watch_living(self, now: float, child: _Child) -> Event | None:
        if self._quiet_too_long(child):
            quiet_s = time.monotonic() - child.heard_s
            return self._say_lost(
                now, f"the {self.source} worker has not answered for {quiet_s:.0f} s"
            )
        if self._lost and child.ready:
            self._lost, self._said_error = False, None
            return Event(now, self.source, "restored", {"message": f"the {self.source} is back"})
        return None

    def _quiet_too_long(self, child: _Child) -> bool:
        begun = child.ready and child.part == self._part
        patience_s = self.settings.silent_after_s if begun else self.settings.start_within_s
        quiet_s = time.monotonic() - child.heard_s
        if quiet_s <= patience_s:
            return False
        hung_after_s = self.settings.hung_after_s
        return hung_after_s is None or quiet_s > hung_after_s or not child.works()

    def _watch_dead(self, now: float, child: _Child) -> Event | None:
        if child.finished or not child.silent:
            return None  # it ended in order, or its last words are still being read
        code = child.process.exitcode
        how = f"was killed by signal {-code}" if code is not None and code < 0 else "ended"
        return self._say_lost(now, f"the {self.source} worker {how} unexpectedly (status {code})")

    def _say_lost(self, now: float, message: str) -> Event | None:
        if self._lost:
            return None
        self._lost = True
        return Event(now, self.source, "lost", {"message": message, "worker": True})

    def _say_unavailable(self, now: float, child: _Child) -> Event | None:
        """Says why a child gave up: once, also where its successors give up for the same reason."""
        message = str(child.error)
        self._lost = True
        if child.told_error or self._said_error == message:
            return None
        child.told_error = True
        self._said_error = message
        data: dict[str, Any] = {"message": message, "error": type(child.error).__name__}
        if child.detail is not None:
            data["detail"] = child.detail
        return Event(now, self.source, "unavailable", data)


class _Child:
    """One generation: a process, the pipes to and from it, and what it has said.

    Its threads change nothing but this, so that what an earlier child says late stays its own.
    """

    def __init__(self, source: str, setup: ChildSetup, part: int) -> None:
        self.items: Events[Any] = Events(setup.queue_length)
        self.part = part
        self.ready = False
        self.finished = False
        self.error: RecruiterError | None = None
        self.detail: str | None = None
        self.told_error = False
        self.memory_mb = 0.0
        self.heard_s = time.monotonic()
        self._dropped = 0
        self._outbox: queue.Queue[tuple[str, Any] | None] = queue.Queue(COMMANDS_WAITING)
        self._stopping = threading.Event()
        self._looked = (float("-inf"), 0.0, True)
        context = multiprocessing.get_context("spawn")
        results, results_child = context.Pipe(duplex=False)
        commands_child, self._commands = context.Pipe(duplex=False)
        self.process = context.Process(
            target=child_main,
            name=f"{source}-worker",
            args=(setup, results_child, commands_child),
            daemon=True,
        )
        with interrupt_held_back():
            self.process.start()
        # Only the child may hold these ends: a dead child must be an end of file on ours.
        results_child.close()
        commands_child.close()
        self._reader = threading.Thread(
            target=self._receive, args=(results,), name=f"{source}-receive", daemon=True
        )
        self._sender = threading.Thread(target=self._forward, name=f"{source}-send", daemon=True)
        self._reader.start()
        self._sender.start()

    @property
    def silent(self) -> bool:
        """Whether all it said has been read, and nothing more can come."""
        return not self._reader.is_alive()

    @property
    def dropped(self) -> int:
        return self._dropped + self.items.dropped

    def send(self, command: Any) -> bool:
        return self._put(("command", command))

    def works(self) -> bool:
        """Whether it has used its processor lately."""
        now_s, used_s = time.monotonic(), processor_s(self.process.pid)
        if used_s is None:
            return False
        looked_s, had_s, working = self._looked
        if now_s - looked_s >= _LOOK_AGAIN_S:
            # looked at for the first time in long, it has the benefit of the doubt
            fresh = now_s - looked_s <= 3 * _LOOK_AGAIN_S
            working = not fresh or used_s - had_s >= _LEAST_WORK * (now_s - looked_s)
            self._looked = now_s, used_s, working
        return working

    def request_stop(self) -> None:
        """Asks it to end, after the commands before; a full outbox cannot swallow this."""
        self._stopping.set()
        self._put(None)  # wakes a sender that waits; one that is at work looks by itself

    def end(self, timeout_s: float) -> None:
        """Ends process and threads; blocks for ``timeout_s`` and a little more at the most."""
        self.request_stop()
        self.process.join(timeout_s)
        if self.process.is_alive():
            self.process.kill()
            self.process.join(2.0)
        self._reader.join(2.0)
        self._commands.close()  # a sender that hangs at a pipe which nobody reads gets an error
        self._sender.join(2.0)

    def _put(self, message: tuple[str, Any] | None) -> bool:
        try:
            self._outbox.put_nowait(message)
        except queue.Full:
            return False
        return True

    def _forward(self) -> None:
        try:
            while not (self._stopping.is_set() and self._outbox.empty()):
                message = self._outbox.get()
                if message is not None:
                    self._commands.send(message)
            self._commands.send(("stop", None))
        except (OSError, ValueError, TypeError):
            # the child is gone, or the pipe was closed, its handle in the middle of a message
            return

    def _receive(self, results: Connection) -> None:
        while True:
            try:
                kind, value = results.recv()
            except (EOFError, OSError):
                results.close()
                return
            self.heard_s = time.monotonic()
            if kind == "item":
                self.items.put(value)
            elif kind == "ready":
                self.ready = True
            elif kind == "begin":
                self.items.drain()
                self.part, self.ready = value, False
            elif isinstance(value, Failure):
                self.error, self.detail = value.error(), value.detail
            elif isinstance(value, Beat):
                self._dropped, self.memory_mb = value.dropped, value.memory_mb
                self.finished = kind == "close" and self.error is None
