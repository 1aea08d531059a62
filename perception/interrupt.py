"""The polite ends of this program, which are one end, and where they would do harm.

Ctrl-C, the system's request to end (SIGTERM) and a terminal that goes (SIGHUP; on Windows a console
that is closed, SIGBREAK) all arrive as a KeyboardInterrupt. They would do harm in the start of a
child, in the import of a compiled module, and where a film is being closed.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from multiprocessing import resource_tracker
from types import FrameType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
POLITE = tuple(getattr(signal, name) for name in _NAMES if hasattr(signal, name))
"""The signals that ask this program to end, of those that this system knows."""
_ONCE = tuple(number for number in POLITE if number != signal.SIGINT)
"""Those that nobody sends to hurry: a terminal's end and a service manager's come twice."""

_came: list[int] = []
"""The one of them that has come to this process."""


def end_politely() -> None:
    """From now on every polite end of this process is a KeyboardInterrupt in its main thread.

    What ends without a person at the keyboard takes effect once, however often it is sent. A signal
    that whoever started us has ignored (``nohup``) stays ignored.
    """
    _came.clear()
    for number in _ONCE:
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, end_once)
    if hasattr(signal, "pthread_sigmask"):  # one that came while this program was being replaced
        signal.pthread_sigmask(signal.SIG_UNBLOCK, set(POLITE))


def hold_for_successor() -> None:
    """Before this program gives its process to another, which calls :func:`end_politely`.

    A polite end that comes in between waits until that one has begun, and is told as any other.
    """
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, set(POLITE))


def ignore_polite_ends() -> None:
    """For a child, which ends when its parent does: what is sent to all is not for it."""
    for number in POLITE:
        signal.signal(number, signal.SIG_IGN)


def end_when_told(told: Callable[[int, FrameType | None], None] | None = None) -> None:
    """For a child whose parent ends it by SIGTERM: it tidies up as for Ctrl-C.

    What a terminal sends to all is not for it: its parent has had that and tells it.

    Args:
        told: what SIGTERM does; by default a KeyboardInterrupt, once.
    """
    ignore_polite_ends()
    if sys.platform != "win32":
        signal.signal(signal.SIGTERM, told or end_once)
        # a child of :func:`interrupt_held_back` has it blocked
        signal.pthread_sigmask(signal.SIG_UNBLOCK, set(POLITE))


def end_once(number: int, _frame: FrameType | None) -> None:
    """Handler of a signal: a KeyboardInterrupt, the first time that one comes."""
    leave_lost_terminals()
    if not _came:
        _came.append(number)
        raise KeyboardInterrupt(signal.Signals(number).name)


@contextlib.contextmanager
def interrupt_says(kept: str | Callable[[], str]) -> Iterator[None]:
    """Has a polite end that comes within say what is kept, and where.

    The innermost says it: it knows best.

    Args:
        kept: one line, without a full stop; or what tells it then.
    """
    try:
        yield
    except KeyboardInterrupt as end:
        if not kept_after(end):
            end.add_note(kept if isinstance(kept, str) else kept())
        raise


def kept_after(end: BaseException) -> str:
    """What a polite end says is kept; empty where nothing was said."""
    return next(iter(getattr(end, "__notes__", ())), "")


def leave_lost_terminals() -> bool:
    """What is printed goes nowhere where the terminal is gone: it would end us before the report.

    A terminal that has gone refuses even nothing; files and pipes take it.

    Returns:
        Whether one was gone.
    """
    lost = False
    for stream in (1, 2):
        try:
            os.write(stream, b"")
        except OSError:
            lost = True
            with contextlib.suppress(OSError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, stream)
                os.close(nowhere)
    return lost


@contextlib.contextmanager
def interrupt_held_back() -> Iterator[None]:
    """Starts a child that no polite end reaches, or what needs multiprocessing's keeper of shared
    memory, which is a child, too.

    A child inherits blocked signals, so Ctrl-C, which the terminal sends to the whole group,
    reaches the parent alone, from the child's very first instruction. Ours are only postponed.
    """
    if sys.platform == "win32":
        yield
        return
    old = signal.pthread_sigmask(signal.SIG_BLOCK, set(POLITE))
    try:
        # multiprocessing starts its keeper of shared memory with the first child; it guards itself
        # against two of ours, and in doing so lets these through again
        resource_tracker.ensure_running()
        signal.pthread_sigmask(signal.SIG_BLOCK, set(POLITE))
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, old)


@contextlib.contextmanager
def interrupt_postponed() -> Iterator[None]:
    """Has a polite end that comes within take effect at the end.

    Some compiled modules swallow a KeyboardInterrupt that meets them while they import others, and
    a film that is being closed would be none.

    Raises:
        KeyboardInterrupt: at the end, where one came.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # one that is not callable ends the process without Python, or not at all
    before = {n: old for n in POLITE if callable(old := signal.getsignal(n))}
    came: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        came.append(number)

    for number in before:
        signal.signal(number, note)
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
    for number in came:
        before[number](number, None)
