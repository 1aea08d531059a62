"""Starts workers again that died, gave up for a reason that may pass, or hang.

One rule for all of them: so many restarts, each after a longer pause, and the count begins anew
once a worker has proved itself. A device that goes and comes back is no matter of it: its worker
stays well, opens the device again by itself, and spends nothing of the budget.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from perception.process.worker import WorkerProcess
from perception.settings import CountOrZero, Positive, checked


@checked
@dataclass(frozen=True, slots=True)
class RestartSettings:
    """How workers are started again."""

    restarts: CountOrZero = 3
    """How often each worker is started again, one time after the other, before it is given up."""
    restart_after_s: Positive = 1.0
    """s from its end to the first restart; twice that to the second, and so on."""
    proven_after_s: Positive = 60.0
    """s of good work after which earlier restarts count no more."""


class Supervisor:
    """Keeps one worker alive.

    Args:
        worker: started by :meth:`start`, stopped through it.
        settings: how often, and how soon.

    Attributes:
        worker: for all else that may be asked of it.
        restarts: how often it was started again.
    """

    def __init__(self, worker: WorkerProcess, settings: RestartSettings | None = None) -> None:
        self.worker = worker
        self.restarts = 0
        self._settings = settings or RestartSettings()
        self._spent = 0
        self._down_since_s: float | None = None
        self._well_since_s: float | None = None

    @property
    def given_up(self) -> bool:
        """Whether it is down and will not be started again."""
        return self.worker.down and not self._mendable()

    @property
    def settled(self) -> bool:
        """Whether it is known how its start went: it is ready, or it cannot be had now."""
        return self.worker.ready or self.worker.error is not None or self.given_up

    def poll(self) -> list[Any]:
        """The worker's items; starts it again when its time has come. Never blocks."""
        items = self.worker.poll()
        now_s = time.monotonic()
        if not self.worker.down:
            self._down_since_s = None
            self._prove(now_s)
        elif self._mendable():
            self._well_since_s = None
            if self._down_since_s is None:
                self._down_since_s = now_s
            pause_s = self._settings.restart_after_s * (self._spent + 1)
            if now_s - self._down_since_s >= pause_s:
                self._restart()
        return items

    def restart(self) -> bool:
        """Starts at once what :meth:`poll` would start in its time; whether it did."""
        if not self.worker.down or not self._mendable():
            return False
        self._restart()
        return True

    def _prove(self, now_s: float) -> None:
        if not self.worker.ready:
            self._well_since_s = None
        elif self._well_since_s is None:
            self._well_since_s = now_s
        elif now_s - self._well_since_s >= self._settings.proven_after_s:
            self._spent = 0

    def _restart(self) -> None:
        self._spent += 1
        self.restarts += 1
        self._down_since_s = None
        self.worker.restart()

    def _mendable(self) -> bool:
        # a missing file or device stays missing; only what may pass is tried again
        error = self.worker.error
        return self._spent < self._settings.restarts and (error is None or error.retryable)
