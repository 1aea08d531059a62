"""The picture gives way to a busy machine, step by step, and does not swing."""

from __future__ import annotations

import itertools

import pytest

from game.app.runner import Governed, Runner
from game.stage.frame_governor import STEPS, Change, FrameGovernor
from game.stage.settings import FrameGovernorSettings
from perception.clock import FakeClock

SLOW = STEPS.index("slow")


class Machine:
    """A scene whose frames take as long as the step they are drawn at takes on some machine."""

    def __init__(self, takes_s: dict[int, float], until_s: float, loaded_s: float = 0.0) -> None:
        self.clock = FakeClock()
        self.governor = FrameGovernor()
        self.changes: list[tuple[float, Change]] = []
        self.takes_s = takes_s
        self._until_s = until_s
        self._loaded_s = loaded_s

    def step(self, t_s: float) -> bool:
        takes_s = self.takes_s.get(self.governor.step, min(self.takes_s.values()))
        self.clock.sleep(takes_s)
        return t_s < self._until_s

    def run(self) -> Runner:
        governed = Governed(
            self.governor,
            lambda change: self.changes.append((self.clock.now(), change)),
            lambda: self.clock.now() >= self._loaded_s,
        )
        runner = Runner(self.clock, governed=governed)
        runner.run(self)
        return runner


def test_a_machine_that_keeps_up_draws_all_there_is_at_an_even_pace():
    machine = Machine({0: 0.020}, 60.0)
    runner = machine.run()
    assert machine.changes == []
    assert runner.times.figures()["frames_per_s"] == pytest.approx(30.0, rel=0.01)


def test_each_step_is_taken_after_two_seconds_of_late_frames_until_frames_are_in_time():
    machine = Machine({0: 0.060, 1: 0.050, 2: 0.030}, 12.0)
    machine.run()
    assert [change.step for _, change in machine.changes] == [1, 2]
    assert machine.changes[0][0] == pytest.approx(2.0, abs=0.7)
    assert machine.changes[1][0] == pytest.approx(4.0, abs=1.2)
    assert machine.changes[0][1].frames_per_s == pytest.approx(1 / 0.060, rel=0.05)
    assert machine.governor.frame_s == pytest.approx(1 / 30)


def test_the_last_steps_draw_fewer_frames_and_spare_the_rest():
    machine = Machine({0: 0.2}, 20.0)
    machine.run()
    assert machine.governor.step == len(STEPS) - 1 > SLOW
    fewest = FrameGovernorSettings().fewest_frames_per_s
    for step in range(SLOW, len(STEPS)):
        machine.governor.step = step
        assert machine.governor.frame_s == pytest.approx(1 / fewest)


def test_a_single_stall_changes_nothing():
    machine = Machine({0: 0.020}, 30.0)
    stalls = iter([10.0, 20.0, 1e9])
    at = [next(stalls)]
    plain = machine.step

    def step(t_s: float) -> bool:
        if t_s > at[0]:
            at[0] = next(stalls)
            machine.clock.sleep(1.0)
        return plain(t_s)

    machine.step = step  # type: ignore[method-assign]
    machine.run()
    assert machine.changes == []


def test_the_picture_is_finer_again_once_there_has_long_been_time():
    machine = Machine({0: 0.060}, 60.0)
    plain = machine.step

    def step(t_s: float) -> bool:
        if t_s > 20.0:
            machine.takes_s = {0: 0.012}
        return plain(t_s)

    machine.step = step  # type: ignore[method-assign]
    machine.run()
    assert machine.governor.step < SLOW
    risen = [t_s for t_s, change in machine.changes if t_s > 20.0]
    assert risen[0] > 20.0 + FrameGovernorSettings().up_after_s - 2.5
    machine = Machine({0: 0.012}, 90.0)
    machine.governor.step = SLOW
    machine.run()
    assert machine.governor.step == 0


def test_a_step_up_that_fails_is_tried_ever_more_seldom():
    # all there is takes too long, the next step leaves time to spare: the worst case for swinging
    machine = Machine({0: 0.045, 1: 0.015}, 1200.0)
    machine.run()
    down = [t_s for t_s, change in machine.changes if change.step == 1]
    assert len(down) <= 9, "in twenty minutes"
    waits = [later - sooner for sooner, later in itertools.pairwise(down)]
    assert waits[0] == pytest.approx(17.5, abs=1.5)
    assert waits[1] == pytest.approx(2 * waits[0], abs=4)
    assert max(waits) == pytest.approx(FrameGovernorSettings().longest_wait_s, abs=5)


def test_settings_out_of_range_are_refused():
    with pytest.raises(ValueError, match="frames_per_s"):
        FrameGovernorSettings(frames_per_s=5)
    with pytest.raises(ValueError, match="fewest_frames_per_s"):
        FrameGovernorSettings(frames_per_s=20, fewest_frames_per_s=25)


def test_frames_beside_which_models_are_loaded_tell_nothing():
    machine = Machine({0: 0.060, 1: 0.020}, 14.0, loaded_s=10.0)
    machine.run()
    assert [change.step for _, change in machine.changes] == [1]
    assert machine.changes[0][0] == pytest.approx(12.0, abs=0.7)
