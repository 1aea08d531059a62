"""The one loop of frames: what it counts, how it paces, when it ends."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from game.app.runner import Filming, MemoryWatch, Runner
from perception.clock import FakeClock, SessionClock
from perception.errors import StorageError


class Works:
    """A scene whose frames take as long as is listed."""

    def __init__(self, clock: FakeClock, takes_s: list[float]) -> None:
        self._clock = clock
        self._takes_s = takes_s
        self.seen_s: list[float] = []

    def step(self, t_s: float) -> bool:
        self.seen_s.append(t_s)
        self._clock.sleep(self._takes_s[len(self.seen_s) - 1])
        return len(self.seen_s) < len(self._takes_s)


class Tape:
    """Stands in for a film's encoder: takes time of the clock, or cannot."""

    backlog = 0

    def __init__(self, clock: FakeClock, takes_s: float = 0.0, full: bool = False) -> None:
        self._clock, self._takes_s, self._full = clock, takes_s, full
        self.times_s: list[float] = []

    def fitted(self, picture: np.ndarray) -> np.ndarray:
        return picture

    def add_picture(self, t_s: float, picture: np.ndarray) -> None:
        if self._full:
            raise StorageError("the film cannot be written; make room")
        self._clock.sleep(self._takes_s)
        self.times_s.append(t_s)


def filming(tape: Tape, failed: Callable[[StorageError], None] | None = None) -> Filming:
    return Filming(tape, lambda: np.zeros((4, 4, 3), np.uint8), failed)  # type: ignore[arg-type]


def test_frames_come_evenly_and_none_is_late_where_there_is_time():
    clock = FakeClock()
    scene = Works(clock, [0.01] * 6)
    runner = Runner(clock, frame_s=0.05)
    assert runner.run(scene) is True
    assert scene.seen_s == pytest.approx([0.0, 0.05, 0.10, 0.15, 0.20, 0.25])
    assert runner.times.gaps_s == pytest.approx([0.05] * 5)
    assert runner.times.work_s == pytest.approx([0.01] * 6)
    assert runner.times.late == 0
    assert runner.times.figures()["frames_per_s"] == pytest.approx(20.0)


def test_a_frame_that_takes_too_long_skips_those_it_stood_in_the_way_of():
    clock = FakeClock()
    scene = Works(clock, [0.01, 0.13, 0.01, 0.01])
    runner = Runner(clock, frame_s=0.05)
    runner.run(scene)
    assert runner.times.late == 1
    # the one after the long one comes at once, and then the old beat goes on
    assert scene.seen_s == pytest.approx([0.0, 0.05, 0.18, 0.20])


def test_all_that_is_done_between_two_frames_is_in_the_figures():
    # the film's share was once left out of the program's own figures
    clock = FakeClock()
    runner = Runner(clock, frame_s=0.05, filming=filming(Tape(clock, takes_s=0.02)))
    runner.run(Works(clock, [0.01] * 5))
    assert runner.times.work_s == pytest.approx([0.03] * 5)
    unpaced = Runner(clock, filming=filming(Tape(clock, takes_s=0.02)))
    unpaced.run(Works(clock, [0.01] * 5))
    work, gaps = unpaced.times.work_s, unpaced.times.gaps_s
    assert gaps == pytest.approx(work[:-1]), "without a wait nothing lies between the frames"


def test_every_frame_is_filmed_with_the_time_it_was_drawn_for():
    clock = FakeClock()
    tape = Tape(clock)
    scene = Works(clock, [0.01, 0.07, 0.01])
    Runner(clock, frame_s=0.05, filming=filming(tape)).run(scene)
    assert tape.times_s == scene.seen_s


def test_a_closed_window_ends_a_scene_before_its_end():
    clock = FakeClock()
    scene = Works(clock, [0.01] * 10)
    runner = Runner(clock, lambda: len(scene.seen_s) < 3, frame_s=0.05)
    assert runner.run(scene) is False
    assert len(scene.seen_s) == 3


def test_ctrl_c_is_not_a_closed_window():
    class Interrupted:
        def step(self, t_s: float) -> bool:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Runner(FakeClock(), lambda: True).run(Interrupted())


def test_a_film_that_cannot_grow_is_told_once_a_frame_and_the_scene_goes_on():
    clock = FakeClock()
    told: list[StorageError] = []
    runner = Runner(clock, filming=filming(Tape(clock, full=True), told.append))
    assert runner.run(Works(clock, [0.01] * 3)) is True
    assert len(told) == 3
    with pytest.raises(StorageError, match="make room"):
        Runner(clock, filming=filming(Tape(clock, full=True))).run(Works(clock, [0.01]))


def test_nothing_in_the_loop_asks_the_system_for_processes(monkeypatch: pytest.MonkeyPatch):
    import psutil

    def asked(*_: object, **__: object) -> None:
        raise AssertionError("the process tree was scanned inside a frame")

    monkeypatch.setattr(psutil, "process_iter", asked)
    monkeypatch.setattr(psutil.Process, "children", asked)
    clock = SessionClock()
    watch = MemoryWatch(lambda: 100.0)
    with watch:
        Runner(clock, frame_s=0.001).run(_Counts(20))
    assert watch.peak_mb > 120.0, "its own memory and that of the others"


class _Counts:
    def __init__(self, frames: int) -> None:
        self._left = frames

    def step(self, t_s: float) -> bool:
        self._left -= 1
        return self._left > 0
