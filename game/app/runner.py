"""The one loop of frames: every scene that a person sees or that is filmed runs in it.

A scene is told the session time once a frame, and does all that is due then without blocking; the
runner paces, films, times the frames and notices that the window was closed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Protocol

import numpy as np

from game.sound.film import Film
from game.stage.frame_governor import Change, FrameGovernor
from perception.clock import Clock
from perception.errors import StorageError
from perception.process.memory import resident_mb

FILM_WAITING = 8
"""Pictures that may wait for the encoder before the next is drawn, where nothing is live."""

MEMORY_EVERY_S = 2.0
"""Seconds from look to look at how much memory is held."""


class Scene(Protocol):
    """What happens in front of the candidate for a while."""

    def step(self, t_s: float) -> bool:
        """One frame: takes what came, decides and draws.

        Args:
            t_s: session time of the frame.

        Returns:
            Whether the scene goes on.
        """
        ...


@dataclass(slots=True)
class FrameTimes:
    """How long the frames of a scene took."""

    work_s: list[float] = field(default_factory=list)
    """Seconds of each frame: all that was done between two frames but the wait for the next."""
    gaps_s: list[float] = field(default_factory=list)
    """Seconds from each frame to the next."""
    late: int = 0
    """Frames that were skipped because the one before took too long."""

    def figures(self) -> dict[str, float | int | None]:
        """Frames a second and times of a tick, for the record."""
        work = np.array(self.work_s) if self.work_s else None
        gaps = np.array(self.gaps_s) if self.gaps_s else None
        return {
            "frames": len(self.work_s),
            "frames_per_s": None if gaps is None else float(1.0 / gaps.mean()),
            "tick_p50_ms": None if work is None else float(1e3 * np.percentile(work, 50)),
            "tick_p99_ms": None if work is None else float(1e3 * np.percentile(work, 99)),
            "late_frames": self.late,
        }


@dataclass(slots=True)
class Governed:
    """A picture that gives way where frames come late."""

    governor: FrameGovernor
    changed: Callable[[Change], None]
    """Draws as the step says from now on."""
    counts: Callable[[], bool] = lambda: True
    """Whether frames count now: those beside which models are still being loaded tell nothing."""


@dataclass(slots=True)
class Filming:
    """A film of a scene."""

    film: Film
    picture: Callable[[], Any]
    """Gives the newest frame, (H, W, 3) uint8 RGB."""
    failed: Callable[[StorageError], None] | None = None
    """Told when the film cannot grow any more, which ends it; raised where None."""
    wait: bool = False
    """Whether a frame waits for the encoder, where nothing is live."""

    def add(self, t_s: float) -> None:
        """Films the frame of session time ``t_s``.

        Raises:
            StorageError: the film cannot grow, and nobody is told of it otherwise.
        """
        while self.wait and self.film.backlog >= FILM_WAITING:
            time.sleep(0.002)
        try:
            self.film.add_picture(t_s, self.film.fitted(self.picture()))
        except StorageError as error:
            if self.failed is None:
                raise
            self.failed(error)


class Runner:
    """Runs a scene to its end.

    Args:
        clock: session time.
        window_open: tells whether there is still somebody to see it; None where nobody can leave.
        frame_s: least seconds from frame to frame; 0 where the screen's refresh paces them.
        filming: takes each frame; None for no film.
        governed: makes the picture simpler where frames come late; None for one that stays as it
            is. It sets the time from frame to frame, which is then never less than ``frame_s``.

    Attributes:
        times: how long the frames took.
    """

    def __init__(
        self,
        clock: Clock,
        window_open: Callable[[], bool] | None = None,
        frame_s: float = 0.0,
        filming: Filming | None = None,
        governed: Governed | None = None,
    ) -> None:
        self._clock = clock
        self._window_open = window_open
        self._least_s = frame_s
        self._frame_s = frame_s if governed is None else self._governed_s(governed)
        self._filming = filming
        self._governed = governed
        self.times = FrameTimes()

    def run(self, scene: Scene) -> bool:
        """Runs a scene.

        Returns:
            True when it came to its end, False when the window was closed before.
        """
        next_s = self._clock.now()
        last_s: float | None = None
        while self._window_open is None or self._window_open():
            began_s = self._clock.now()
            gap_s = None if last_s is None else began_s - last_s
            if gap_s is not None:
                self.times.gaps_s.append(gap_s)
            last_s = began_s
            goes_on = scene.step(began_s)
            if self._filming is not None:
                self._filming.add(began_s)
            self.times.work_s.append(self._clock.now() - began_s)
            if not goes_on:
                return True
            if self._governed is not None and gap_s is not None and self._governed.counts():
                self._give_way(self._governed, began_s, gap_s)
            next_s = self._wait(next_s)
        return False

    def _give_way(self, governed: Governed, began_s: float, gap_s: float) -> None:
        change = governed.governor.add_frame(began_s, gap_s, self.times.work_s[-1])
        if change is not None:
            self._frame_s = self._governed_s(governed)
            governed.changed(change)

    def _governed_s(self, governed: Governed) -> float:
        return max(self._least_s, governed.governor.frame_s)

    def _wait(self, next_s: float) -> float:
        if self._frame_s <= 0.0:
            return next_s
        next_s += self._frame_s
        now = self._clock.now()
        if now < next_s:
            self._clock.sleep(next_s - now)
            return next_s
        behind = int((now - next_s) / self._frame_s)
        self.times.late += behind
        return next_s + behind * self._frame_s


class MemoryWatch:
    """Notes in a thread of its own how much memory is held, where no frame waits for it.

    Args:
        others_mb: memory of the processes that belong to this one, as they tell it.

    Attributes:
        peak_mb: the most of this process and those together, so far.
    """

    def __init__(self, others_mb: Callable[[], float]) -> None:
        self.peak_mb = 0.0
        self._others_mb = others_mb
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="memory-watch", daemon=True)

    def __enter__(self) -> MemoryWatch:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
        self._look()

    def _watch(self) -> None:
        while not self._over.wait(MEMORY_EVERY_S):
            self._look()

    def _look(self) -> None:
        self.peak_mb = max(self.peak_mb, resident_mb() + self._others_mb())
