"""Worker processes: nothing blocks, nothing is lost in silence, nobody is orphaned."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from perception.errors import DeviceError, WorkerError
from perception.process.worker import COMMANDS_WAITING, WorkerProcess, WorkerSettings
from tests.perception.process.working import Echo, Heavy, kinds, until

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def worker():
    settings = WorkerSettings(silent_after_s=1.0, queue_length=1000)
    worker = WorkerProcess("thing", Echo(), time.monotonic(), settings)
    worker.start()
    until(worker, lambda items: worker.ready)
    yield worker
    worker.stop()


def test_commands_go_down_and_items_come_back_in_order(worker):
    for number in range(20):
        worker.send(number)
    items = until(worker, lambda items: len(items) >= 20)
    assert items == [("echo", number) for number in range(20)]


def test_an_end_in_order_is_no_loss(worker):
    worker.send("end")
    until(worker, lambda items: worker.finished)
    assert kinds(worker.poll()) == [] and worker.error is None


def test_a_killed_child_is_told_once_and_can_be_started_again(worker):
    os.kill(worker.pid, signal.SIGKILL)
    (event,) = until(worker, lambda items: "lost" in kinds(items))
    assert "killed by signal 9" in event.data["message"]
    assert worker.poll() == [] and not worker.well
    worker.restart()
    until(worker, lambda items: "restored" in kinds(items))
    worker.send("again")
    assert until(worker, bool) == [("echo", "again")]


def test_a_child_that_hangs_is_lost_and_replaced(worker):
    worker.send("hang")
    (event,) = until(worker, lambda items: "lost" in kinds(items))
    assert "not answered" in event.data["message"] and worker.alive
    worker.restart()
    until(worker, lambda items: "restored" in kinds(items))


@pytest.mark.parametrize(("command", "lost"), [("toil", False), ("hang", True)])
def test_a_child_that_works_is_not_taken_for_one_that_hangs(command: str, lost: bool) -> None:
    settings = WorkerSettings(silent_after_s=0.5, hung_after_s=60.0)
    worker = WorkerProcess("thing", Echo(), time.monotonic(), settings)
    worker.start()
    try:
        until(worker, lambda items: worker.ready)
        worker.send(command)
        items = until(worker, bool, 20.0)
        assert (kinds(items) == ["lost"]) == lost
        assert lost or items == [("echo", "toil")]
    finally:
        worker.stop(timeout_s=0.1)


def test_a_child_that_works_for_ever_is_lost_in_the_end() -> None:
    settings = WorkerSettings(silent_after_s=0.5, hung_after_s=2.0)
    worker = WorkerProcess("thing", Echo(), time.monotonic(), settings)
    worker.start()
    try:
        until(worker, lambda items: worker.ready)
        worker.send("toil")
        assert kinds(until(worker, bool, 20.0)) == ["lost"]
    finally:
        worker.stop(timeout_s=0.1)


def test_a_child_that_gives_up_says_why_in_one_line(worker):
    worker.send("give up")
    (event,) = until(worker, lambda items: "unavailable" in kinds(items))
    assert event.data == {"message": "the thing is not there; plug it in", "error": "DeviceError"}
    assert isinstance(worker.error, DeviceError)
    time.sleep(0.1)
    assert worker.poll() == [], "it said so itself: no second event for its end"


def test_a_fault_keeps_its_traceback_for_the_record(worker):
    worker.send("fault")
    (event,) = until(worker, lambda items: "unavailable" in kinds(items))
    assert "ZeroDivisionError" in event.data["message"] and "\n" not in event.data["message"]
    assert "Traceback" in event.data["detail"]
    assert isinstance(worker.error, WorkerError)


def test_what_nobody_polls_is_dropped_and_counted(worker):
    worker.send("flood")
    worker.send("end")
    deadline = time.monotonic() + 20
    while not worker.finished and time.monotonic() < deadline:
        time.sleep(0.01)
    assert worker.finished
    kept = len(worker.poll())
    assert kept <= 1000
    assert kept + worker.dropped == 50_001  # and the echo


def test_a_healthy_child_is_not_restarted(worker):
    with pytest.raises(WorkerError, match="stop it before"):
        worker.restart()


def stop_the_process(worker: WorkerProcess) -> None:
    """Leaves the child alive and deaf, as a machine that swaps or a debugger does."""
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGSTOP)


@pytest.mark.parametrize("size", [1, 100_000], ids=["short", "longer than the pipe"])
def test_a_stop_ends_a_child_that_takes_no_commands_any_more(worker, size):
    stop_the_process(worker)
    sent = [worker.send("x" * size) for _ in range(COMMANDS_WAITING + 50)]
    assert not sent[-1] or size == 1, "a full outbox refuses, and never makes the caller wait"
    began_s = time.monotonic()
    worker.stop(timeout_s=0.5)
    assert time.monotonic() - began_s < 6.0 and not worker.alive


def test_a_stop_after_the_childs_death_ends_at_once(worker):
    # its forwarder is gone with it, and nobody empties the outbox
    os.kill(worker.pid, signal.SIGKILL)
    until(worker, lambda items: "lost" in kinds(items))
    for number in range(COMMANDS_WAITING + 50):
        worker.send(number)
    began_s = time.monotonic()
    worker.stop()
    assert time.monotonic() - began_s < 2.0


def test_a_stop_is_not_lost_behind_a_full_outbox(worker):
    stop_the_process(worker)
    while worker.send("x" * 100_000):
        pass
    worker.request_stop()
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGCONT)
    deadline = time.monotonic() + 20
    while worker.alive:
        assert time.monotonic() < deadline, "it was never told to stop"
        worker.poll()
        time.sleep(0.01)
    assert worker.finished, "it ended in order, not by force"


def test_what_a_lost_child_says_late_is_not_taken_for_its_successors(tmp_path):
    # it hangs, is given up, and comes to itself while its successor is being set up
    gate = tmp_path / "gate"
    gate.touch()
    settings = WorkerSettings(silent_after_s=1.0)
    worker = WorkerProcess("thing", Echo(gate=gate), time.monotonic(), settings)
    worker.start()
    until(worker, lambda items: worker.ready)
    first = worker.pid
    assert first is not None
    stop_the_process(worker)
    until(worker, lambda items: "lost" in kinds(items))
    gate.unlink()
    worker.start()
    os.kill(first, signal.SIGCONT)
    beats_until_s = time.monotonic() + 1.0
    while time.monotonic() < beats_until_s:
        worker.poll()
        assert not worker.ready, "what the old one says does not make the new one ready"
        time.sleep(0.01)
    gate.touch()
    until(worker, lambda items: worker.ready)
    os.kill(first, signal.SIGKILL)
    time.sleep(0.2)
    assert "lost" not in kinds(worker.poll()), "nor does its end take the new one with it"
    assert worker.well
    worker.stop()


def test_a_new_part_begins_in_the_same_process(worker):
    pid = worker.pid
    worker.send("before")
    until(worker, bool)
    worker.begin(Echo("second part"), time.monotonic())
    assert not worker.ready
    until(worker, lambda items: worker.ready)
    worker.send("after")
    assert until(worker, bool) == [("second part", "after")]
    assert worker.pid == pid


def test_what_was_said_before_a_new_part_is_thrown_away(worker):
    for number in range(200):
        worker.send(number)
    worker.begin(Echo("second part"), time.monotonic())
    worker.send("after")
    assert until(worker, bool) == [("second part", "after")]


def test_what_is_sent_right_after_a_part_began_reaches_that_part(worker):
    worker.send("doze")  # so that all that follows waits together
    worker.begin(Echo("second part"), time.monotonic())
    worker.send("after")
    assert until(worker, bool) == [("second part", "after")]


@pytest.fixture
def prepared():
    worker = WorkerProcess("thing", Echo("never done"), time.monotonic())
    worker.prepare()
    yield worker
    worker.stop()


def test_a_child_that_was_prepared_does_nothing_until_it_is_begun(prepared):
    pid = prepared.pid
    prepared.send("too early")
    deadline = time.monotonic() + 20
    while prepared.memory_mb == 0.0:  # its first sign of life
        assert time.monotonic() < deadline
        assert prepared.poll() == [] and not prepared.ready
        time.sleep(0.01)
    prepared.begin(Echo("the work"), time.monotonic())
    prepared.send("in time")
    assert until(prepared, bool) == [("the work", "in time")]
    assert prepared.ready and prepared.pid == pid


def test_what_keeps_a_child_from_loading_is_told_once_it_is_begun():
    worker = WorkerProcess("thing", Heavy(), time.monotonic())
    worker.prepare()
    try:
        until(worker, lambda items: not worker.alive)
        worker.begin(Heavy(), time.monotonic())
        told = until(worker, lambda items: "unavailable" in kinds(items))
        assert told[-1].data["message"] == "its model is damaged; fetch it again"
    finally:
        worker.stop()


def test_a_child_that_was_prepared_ends_when_asked(prepared):
    prepared.stop()
    assert not prepared.alive
    assert prepared.poll() == [], "and nobody counts it as lost"


def test_a_child_that_gave_up_gets_another_with_the_new_part(worker):
    worker.send("give up")
    until(worker, lambda items: "unavailable" in kinds(items))
    first = worker.pid
    worker.begin(Echo(stillborn=True), time.monotonic())
    until(worker, lambda items: "unavailable" in kinds(items))  # the new part is told anew
    worker.begin(Echo("at last"), time.monotonic())
    until(worker, lambda items: worker.ready)
    assert worker.pid != first and worker.well and worker.error is None


def test_whether_trying_again_helps_travels_with_the_error():
    for helps in (True, False):
        worker = WorkerProcess("thing", Echo(stillborn=True, helps=helps), time.monotonic())
        worker.start()
        until(worker, lambda items: "unavailable" in kinds(items))
        assert worker.error is not None and worker.error.retryable is helps
        worker.stop()


def test_ctrl_c_reaches_the_parent_only(worker):
    os.kill(worker.pid, signal.SIGINT)
    worker.send("still here")
    assert until(worker, bool) == [("echo", "still here")]


def test_a_child_ends_when_its_parent_is_killed(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(
        textwrap.dedent(
            """
            import os, signal, sys, time
            from perception.process.worker import WorkerProcess
            from tests.perception.process.working import Echo, until
            if __name__ == "__main__":
                worker = WorkerProcess("thing", Echo(), time.monotonic())
                worker.start()
                until(worker, lambda items: worker.ready)
                print(worker.pid, flush=True)
                os.kill(os.getpid(), signal.SIGKILL)
            """
        )
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, env=environment, check=False
    )
    child = int(done.stdout)
    deadline = time.monotonic() + 15
    while Path(f"/proc/{child}").exists() and "Z" not in _state(child):
        assert time.monotonic() < deadline, "the child outlived its parent"
        time.sleep(0.05)


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return "Z"
