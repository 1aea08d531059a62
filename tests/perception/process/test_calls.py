"""A process that answers calls: what comes back, what it says meanwhile, and how it ends."""

from __future__ import annotations

import multiprocessing
import signal
import time
import traceback
from collections.abc import Iterator

import psutil
import pytest

from perception.errors import InputError, WorkerError
from perception.process.calls import CallProcess
from tests.commandline_runs import wait_for

COUNTING = "tests.perception.process.answering:Counting"


@pytest.fixture
def counting() -> Iterator[CallProcess]:
    with CallProcess("counting", COUNTING) as process:
        yield process


def ask(process: CallProcess, *arguments: object) -> object:
    process.call(*arguments)
    return process.result()


def ended(pid: int | None) -> bool:
    assert pid is not None
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def at_work(process: CallProcess) -> None:
    """Waits until it has told something of the present call."""

    def told() -> bool:
        return not process.poll(0.05) and process.told is not None

    wait_for(told)


def test_calls_are_answered_by_one_that_remembers(counting: CallProcess) -> None:
    assert ask(counting, "a", 1, None) == ("a", (1, None), 1)
    assert ask(counting, "b") == ("b", (), 2)


def test_what_is_told_comes_before_the_answer(counting: CallProcess) -> None:
    counting.call("work")
    at_work(counting)
    assert counting.told == 1


def test_an_error_is_raised_here_and_the_next_call_answered(counting: CallProcess) -> None:
    with pytest.raises(InputError, match="this: cannot be") as refusal:
        ask(counting, "refuse", "this")
    assert refusal.value.exit_code == 2
    assert ask(counting, "c") == ("c", (), 2)


def test_a_fault_brings_its_traceback(counting: CallProcess) -> None:
    with pytest.raises(ZeroDivisionError) as fault:
        ask(counting, "fault")
    assert "in answer" in "".join(traceback.format_exception(fault.value))


def test_an_error_that_cannot_travel_is_named(counting: CallProcess) -> None:
    with pytest.raises(RuntimeError, match="Odd: cannottravel"):
        ask(counting, "odd")


def test_one_that_cannot_be_made_says_why() -> None:
    with CallProcess("stillborn", "tests.perception.process.answering:Stillborn") as process:
        process.call("a")
        with pytest.raises(InputError, match="cannot be made"):
            process.result()


def test_one_that_is_killed_is_found_gone(counting: CallProcess) -> None:
    counting.call("hang")
    at_work(counting)
    psutil.Process(counting.pid).kill()
    with pytest.raises(WorkerError, match="counting was killed"):
        counting.result()
    assert counting.gone
    counting.call("again")
    with pytest.raises(WorkerError):
        counting.result()


def test_ctrl_c_does_not_reach_it(counting: CallProcess) -> None:
    assert ask(counting, "interrupt") == ("interrupt", (), 1)
    assert counting.pid is not None
    psutil.Process(counting.pid).send_signal(signal.SIGINT)
    assert ask(counting, "d") == ("d", (), 2)


def test_it_ends_in_the_middle_of_a_call_that_nobody_waits_for(counting: CallProcess) -> None:
    counting.call("work")
    at_work(counting)
    counting.release()
    wait_for(lambda: ended(counting.pid), 20)


def test_one_that_does_not_listen_is_killed(counting: CallProcess) -> None:
    counting.call("hang")
    at_work(counting)
    counting.stop(0.2)
    assert ended(counting.pid)


def test_it_ends_with_its_caller() -> None:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    caller = context.Process(target=hold_one, args=(theirs,))
    caller.start()
    pid = ours.recv()
    assert not ended(pid)
    caller.kill()
    caller.join()
    wait_for(lambda: ended(pid), 20)


def hold_one(told) -> None:
    """Has one at work until it is killed itself."""
    process = CallProcess("counting", COUNTING)
    process.call("work")
    at_work(process)
    told.send(process.pid)
    time.sleep(120.0)
