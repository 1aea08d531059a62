"""All people at once, in as many processes as the machine has cores for."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
from collections.abc import Sequence
from multiprocessing.process import BaseProcess
from typing import Any

from game.bake.cache import Progress, ensure_baked
from perception.errors import ModelError, RecruiterError
from perception.interrupt import end_when_told, interrupt_held_back, interrupt_postponed
from perception.process.pool import end_children, start_child

MOST_WORKERS = 4
"""A bake takes some 700 MB; more at once help little."""
_LOOK_EVERY_S = 0.2


def bake_everyone(names: Sequence[str], progress: Progress, workers: int | None = None) -> None:
    """Bakes those who are not baked yet.

    Args:
        names: identities.
        progress: told the share done of all, and what was finished last.
        workers: processes; by default as many as there are cores, at most ``MOST_WORKERS``.

    Raises:
        InputError: there is no such identity.
        ModelError: ``anny`` is missing, or a process died.
        StorageError: the cache folder cannot be written.
    """
    count = min(workers or min(MOST_WORKERS, os.cpu_count() or 1), len(names))
    if count <= 1:
        for number, name in enumerate(names):
            _bake_one(name, number, len(names), progress)
        return
    context = multiprocessing.get_context("spawn")
    with interrupt_held_back():  # these are the first to need multiprocessing's keeper
        waiting: Any = context.Queue()
        told: Any = context.Queue()
    for name in names:
        waiting.put(name)
    for _ in range(count):
        waiting.put(None)
    processes = [
        context.Process(target=_work, args=(waiting, told), daemon=True) for _ in range(count)
    ]
    try:
        for process in processes:
            start_child(process)
        _watch(processes, told, names, progress)
    finally:
        with interrupt_postponed():
            end_children(processes)


def _bake_one(name: str, number: int, of: int, progress: Progress) -> None:
    ensure_baked(name, lambda share, text: progress((number + share) / of, text))
    progress((number + 1) / of, f"{name}: done")


def _watch(
    processes: Sequence[BaseProcess], told: Any, names: Sequence[str], progress: Progress
) -> None:
    shares = dict.fromkeys(names, 0.0)
    done: set[str] = set()
    while len(done) < len(names):
        try:
            name, share, text = told.get(timeout=_LOOK_EVERY_S)
        except queue.Empty:
            if any(process.exitcode not in (None, 0) for process in processes):
                raise ModelError(
                    "a process that bakes people ended early; is there enough memory? "
                    "Start again, it goes on where it was"
                ) from None
            continue
        if isinstance(text, RecruiterError):
            raise text
        shares[name] = share
        if share >= 1.0:
            done.add(name)
        progress(sum(shares.values()) / len(names), text)


class _Teller:
    """Passes one bake's progress on; its end is told when the file is in place."""

    def __init__(self, told: Any, name: str) -> None:
        self._told, self._name = told, name

    def __call__(self, share: float, text: str) -> None:
        self._told.put((self._name, 0.99 * share, text))


def _work(waiting: Any, told: Any) -> None:
    """A worker: bakes names until there are no more, or until it is told to end."""
    with contextlib.suppress(KeyboardInterrupt):
        end_when_told()
        while (name := waiting.get()) is not None:
            try:
                ensure_baked(name, _Teller(told, name))
            except RecruiterError as error:
                told.put((name, 0.0, error))
                return
            told.put((name, 1.0, f"{name}: done"))
