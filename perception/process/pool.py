"""Children that work for a program which may be ended in the middle of their work.

No polite end reaches them but through their parent, which tells them by SIGTERM; they then tidy up,
and whoever does not in time is killed.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any

from perception.interrupt import end_once, end_when_told, interrupt_held_back, interrupt_postponed

PATIENCE_S = 3.0
"""s for which a child may tidy up."""


@dataclass(slots=True)
class _Standing:
    """How a child of a pool stands."""

    working: bool = False
    """At a piece of work."""
    over: bool = False
    """Told to end."""


_standing = _Standing()


@contextlib.contextmanager
def process_pool(count: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that share out pieces of work, and end at once where the program does.

    Args:
        count: of processes.
    """
    with interrupt_held_back():  # its queues are the first to need multiprocessing's keeper
        pool = _Pool(count, multiprocessing.get_context("spawn"), initializer=_begin)
    try:
        yield pool
    except BaseException:
        with interrupt_postponed():
            children = list((pool._processes or {}).values())
            pool.shutdown(wait=False, cancel_futures=True)
            end_children(children)
            pool.shutdown()
        raise
    pool.shutdown()


def start_child(process: BaseProcess) -> None:
    """Starts a child that calls :func:`perception.interrupt.end_when_told`."""
    with interrupt_held_back():
        process.start()


def end_children(children: Iterable[BaseProcess], patience_s: float = PATIENCE_S) -> None:
    """Ends children and waits for that.

    Args:
        children: may have ended.
        patience_s: s for which they may tidy up.
    """
    until_s = time.monotonic() + patience_s
    alive = [child for child in children if child.is_alive()]
    for child in alive:
        child.terminate()
    for child in alive:
        child.join(max(0.0, until_s - time.monotonic()))
        if child.is_alive():
            child.kill()
            child.join()


class _Pool(ProcessPoolExecutor):
    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        with interrupt_held_back():  # the first piece of work starts the processes
            return super().submit(_unless_over, fn, *args, **kwargs)


def _begin() -> None:
    end_when_told(_end)


def _end(number: int, frame: FrameType | None) -> None:
    if not _standing.working:
        os._exit(0)  # there is nothing to tidy up, and an exception would be told at length
    end_once(number, frame)


def _unless_over(work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Does a piece of work; the executor would go on with the next after a polite end."""
    if _standing.over:
        raise KeyboardInterrupt
    _standing.working = True
    try:
        return work(*args, **kwargs)
    except KeyboardInterrupt:
        _standing.over = True
        raise
    finally:
        _standing.working = False
