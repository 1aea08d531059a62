"""Worker processes: nothing blocks, nothing is lost in silence, nobody is orphaned."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from perception.errors import DeviceError, WorkerError
from perception.process.link import Link
from perception.process.worker import WorkerProcess, WorkerSettings
from perception.types import Event

ROOT = Path(__file__).resolve().parents[3]


class Echo:
    """Posts back what it is sent, and misbehaves on request."""

    def run(self, link: Link) -> None:
        link.ready()
        while not link.stopping:
            link.beat()
            for command in link.commands():
                if command == "give up":
                    raise DeviceError("the thing is not there; plug it in")
                if command == "fault":
                    raise ZeroDivisionError("oh")
                if command == "hang":
                    time.sleep(60)
                if command == "end":
                    return
                if command == "flood":
                    for number in range(50_000):
                        link.post(number)
                link.post(("echo", command))
            link.wait_stopping(0.01)


def until(worker: WorkerProcess, done: Callable[[list], bool], patience_s: float = 20.0) -> list:
    """Polls until ``done`` of all items so far."""
    items: list = []
    deadline = time.monotonic() + patience_s
    while not done(items):
        assert time.monotonic() < deadline, f"waited in vain; got {items[-5:]}"
        items += worker.poll()
        time.sleep(0.01)
    return items


def kinds(items: list) -> list[str]:
    return [item.kind for item in items if isinstance(item, Event)]


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
            from tests.perception.process.test_worker import Echo, until
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
