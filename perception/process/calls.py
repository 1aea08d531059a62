"""A process that answers calls, one at a time, and keeps between them what it has loaded.

Unlike a :class:`~perception.process.worker.WorkerProcess` it has no session and no clock: what is
asked of it is finite, and whoever asks waits for it. Ctrl-C does not reach it; it ends when whoever
holds it stops it or dies, in the middle of a call as soon as it next tells how far it is.

    class Squares:
        def answer(self, tell, number):
            tell("multiplying")
            return number * number

        def close(self):
            pass

    with CallProcess("squares", "some.module:Squares") as squares:
        squares.call(7)
        print(squares.result())
"""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import pickle
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Protocol

from perception.errors import RecruiterError, WorkerError
from perception.interrupt import ignore_polite_ends, interrupt_held_back
from perception.process.link import redirect_stderr

TELL_EVERY_S = 0.1
"""Least seconds between two things that are told: more would only fill the pipe."""

Tell = Callable[[Any], None]


class Answerer(Protocol):
    """What answers the calls; made and used in the child."""

    def answer(self, tell: Tell, *arguments: Any) -> Any:
        """Answers one call.

        Args:
            tell: says how far it is, to be called often: it raises KeyboardInterrupt when nobody
                waits for the answer any more.
            arguments: as they were given to :meth:`CallProcess.call`.

        Returns:
            Something picklable.
        """
        ...

    def close(self) -> None:
        """Frees what it holds."""
        ...


class CallProcess:
    """The caller's handle of such a process, which starts at once.

    Args:
        name: of the process.
        answerer: ``"module:name"`` of a class or function that makes what answers; imported and
            called in the child alone.

    Attributes:
        told: what was told last of the present call; None before anything was.
    """

    def __init__(self, name: str, answerer: str) -> None:
        self.told: Any = None
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        # no daemon, for these may not have children of their own
        self._process = context.Process(target=_answer_calls, name=name, args=(answerer, theirs))
        self._outcome: tuple[str, Any] | None = None
        with interrupt_held_back():
            self._process.start()
        theirs.close()  # so that its death is an end of file here

    def __enter__(self) -> CallProcess:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def connection(self) -> Connection:
        """For ``multiprocessing.connection.wait``; to be read by :meth:`poll` only."""
        return self._connection

    @property
    def pid(self) -> int | None:
        """Process id."""
        return self._process.pid

    @property
    def gone(self) -> bool:
        """Whether it was found killed, in the present call or before."""
        return self._outcome is not None and self._outcome[0] == "gone"

    @property
    def alive(self) -> bool:
        """Whether it runs; one that was killed is found out here before its next call."""
        return self._process.is_alive()

    def call(self, *arguments: Any) -> None:
        """Asks for an answer; the one before must have been taken.

        Args:
            arguments: picklable.
        """
        self.told, self._outcome = None, None
        # one that has died meanwhile is found out by whoever waits for its answer
        with contextlib.suppress(OSError):
            self._connection.send(arguments)

    def poll(self, timeout_s: float = 0.0) -> bool:
        """Takes in what has come.

        Args:
            timeout_s: patience for something to come.

        Returns:
            Whether the present call is over.
        """
        patience_s = timeout_s
        try:
            while self._outcome is None and self._connection.poll(patience_s):
                patience_s = 0.0
                kind, value = self._connection.recv()
                if kind == "told":
                    self.told = value
                else:
                    self._outcome = kind, value
        except (EOFError, OSError):
            self._outcome = "gone", None
        return self._outcome is not None

    def result(self) -> Any:
        """Waits for the answer to the present call.

        Raises:
            WorkerError: the process was killed.
            Exception: whatever the call raised.
        """
        while not self.poll(60.0):
            pass
        assert self._outcome is not None
        kind, value = self._outcome
        if kind == "gone":
            raise WorkerError(f"the process {self._process.name} was killed; run this again")
        if kind == "raised":
            raise value
        return value

    def release(self) -> None:
        """Lets go of the process, which ends by itself; returns at once."""
        self._connection.close()

    def stop(self, patience_s: float = 5.0) -> None:
        """Ends the process and waits for that.

        Args:
            patience_s: s until it is killed.
        """
        self.release()
        try:
            self._process.join(patience_s)
        finally:  # also where somebody presses Ctrl-C meanwhile
            if self._process.is_alive():
                self._process.kill()
            self._process.join()


def _answer_calls(name: str, connection: Connection) -> None:
    """Answers until the other side is gone; the target of the child process."""
    ignore_polite_ends()
    redirect_stderr(None)
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        try:
            module, _, maker = name.partition(":")
            answerer: Answerer = getattr(importlib.import_module(module), maker)()
        except Exception as error:
            connection.send(("raised", _sendable(error)))
            return
        with contextlib.closing(answerer):
            while True:
                connection.send(_outcome(answerer, connection))


def _outcome(answerer: Answerer, connection: Connection) -> tuple[str, Any]:
    told_s = float("-inf")

    def tell(value: Any) -> None:
        nonlocal told_s
        if connection.poll():  # during a call nothing comes but the end
            raise KeyboardInterrupt
        if time.monotonic() - told_s >= TELL_EVERY_S:
            told_s = time.monotonic()
            connection.send(("told", value))

    data = connection.recv_bytes()
    try:
        return "answered", answerer.answer(tell, *pickle.loads(data))
    except Exception as error:
        return "raised", _sendable(error)


def _sendable(error: Exception) -> Exception:
    """The error as it can be raised elsewhere; one of the program has its traceback with it."""
    if not isinstance(error, RecruiterError):
        error.add_note("".join(traceback.format_exception(error)))
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # whatever an exception's own pickling raises
        named = RuntimeError(f"{type(error).__name__}: {error}")
        named.add_note("".join(traceback.format_exception(error)))
        return named
    return error
