"""One supervisor for every worker: what it starts again, how often, and what costs nothing."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest

from perception.process.supervisor import RestartSettings, Supervisor
from perception.process.worker import WorkerProcess, WorkerSettings
from tests.perception.process.working import Echo, kinds, until

QUICK = RestartSettings(restarts=2, restart_after_s=0.05)


@pytest.fixture
def supervise() -> Iterator:
    started = []

    def make(work: Echo | None = None, settings: RestartSettings = QUICK) -> Supervisor:
        watch = WorkerSettings(silent_after_s=1.0)
        worker = WorkerProcess("thing", work or Echo(), time.monotonic(), watch)
        supervisor = Supervisor(worker, settings)
        worker.start()
        started.append(worker)
        return supervisor

    yield make
    for worker in started:
        worker.stop()


def kill(supervisor: Supervisor) -> list:
    """Kills the worker and waits for its end to be noticed."""
    assert supervisor.worker.pid is not None
    os.kill(supervisor.worker.pid, signal.SIGKILL)
    return until(supervisor, lambda items: "lost" in kinds(items))


def come_back(supervisor: Supervisor) -> list:
    return until(supervisor, lambda items: "restored" in kinds(items))


def ready(supervisor: Supervisor) -> Supervisor:
    until(supervisor, lambda items: supervisor.worker.ready)
    return supervisor


def test_a_worker_that_died_comes_back_by_itself(supervise):
    supervisor = ready(supervise())
    kill(supervisor)
    come_back(supervisor)
    supervisor.worker.send("again")
    assert until(supervisor, bool) == [("echo", "again")]
    assert supervisor.restarts == 1 and not supervisor.given_up


def test_a_worker_that_hangs_comes_back_too(supervise):
    supervisor = ready(supervise())
    supervisor.worker.send("hang")
    until(supervisor, lambda items: "lost" in kinds(items))
    come_back(supervisor)


def test_after_so_many_restarts_it_is_given_up(supervise):
    supervisor = ready(supervise())
    for _ in range(QUICK.restarts):
        kill(supervisor)
        come_back(supervisor)
    kill(supervisor)
    assert supervisor.given_up and supervisor.settled
    time.sleep(0.3)
    supervisor.poll()
    assert supervisor.restarts == QUICK.restarts and not supervisor.worker.alive
    assert not supervisor.restart(), "nor at once"


def test_good_work_makes_the_count_begin_anew(supervise):
    settings = RestartSettings(restarts=1, restart_after_s=0.05, proven_after_s=0.3)
    supervisor = ready(supervise(settings=settings))
    for times in range(1, 4):
        kill(supervisor)
        come_back(supervisor)
        proven_s = time.monotonic() + 2 * settings.proven_after_s
        while time.monotonic() < proven_s:
            supervisor.poll()
            time.sleep(0.01)
        assert supervisor.restarts == times and not supervisor.given_up


def test_a_cable_pulled_again_and_again_spends_nothing(supervise):
    supervisor = ready(supervise())
    for _ in range(5):
        supervisor.worker.send("cable")
    items = until(supervisor, lambda items: kinds(items).count("restored") == 5)
    assert kinds(items).count("lost") == 5 and supervisor.restarts == 0
    for _ in range(QUICK.restarts):
        kill(supervisor)
        come_back(supervisor)
    assert supervisor.restarts == QUICK.restarts, "all its restarts were left to it"


def test_what_cannot_be_had_is_not_tried_again(supervise):
    supervisor = supervise(Echo(stillborn=True))
    items = until(supervisor, lambda items: supervisor.given_up)
    time.sleep(0.3)
    items += supervisor.poll()
    assert kinds(items) == ["unavailable"] and supervisor.restarts == 0
    assert supervisor.settled


def test_what_may_pass_is_tried_again_and_told_once(supervise):
    supervisor = supervise(Echo(stillborn=True, helps=True))
    items = until(supervisor, lambda items: supervisor.given_up)
    items += supervisor.poll()
    assert supervisor.restarts == QUICK.restarts
    assert kinds(items) == ["unavailable"], "the same reason is not told again"


def test_each_pause_is_longer_than_the_one_before(supervise):
    settings = RestartSettings(restarts=3, restart_after_s=0.3)
    supervisor = supervise(Echo(stillborn=True, helps=True), settings)
    ends: list[float] = []
    starts: list[float] = []
    restarts = 0
    deadline = time.monotonic() + 30
    while not supervisor.given_up:
        assert time.monotonic() < deadline
        down = supervisor.worker.down
        supervisor.poll()
        if down and len(ends) == len(starts):
            ends.append(time.monotonic())
        if supervisor.restarts > restarts:
            restarts = supervisor.restarts
            starts.append(time.monotonic())
        time.sleep(0.005)
    pauses = [start - end for start, end in zip(starts, ends, strict=False)]
    assert len(pauses) == 3
    for number, pause in enumerate(pauses, start=1):
        assert pause >= 0.3 * number - 0.05, pauses


def test_a_restart_may_be_asked_for_at_once(supervise):
    supervisor = ready(supervise(settings=RestartSettings(restarts=1, restart_after_s=1000.0)))
    assert not supervisor.restart(), "it is well"
    kill(supervisor)
    assert supervisor.restart()
    come_back(supervisor)


def test_a_stop_is_not_taken_for_a_death(supervise):
    supervisor = ready(supervise())
    supervisor.worker.stop()
    time.sleep(0.2)
    assert kinds(supervisor.poll()) == [] and supervisor.restarts == 0
