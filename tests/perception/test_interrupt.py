"""Ctrl-C waits where it would do harm, and is never lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from perception.interrupt import (
    end_politely,
    interrupt_postponed,
    interrupt_says,
    kept_after,
)
from tests.commandline_runs import hearing_ctrl_c
from tests.conftest import ROOT


@pytest.fixture(autouse=True)
def as_python_has_it():
    """Gives back the usual effect of Ctrl-C where the tests run in the background of a shell."""
    old = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, old)


def press(times: int = 1) -> None:
    for _ in range(times):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.01)


def test_it_takes_effect_at_the_end() -> None:
    done = []
    with pytest.raises(KeyboardInterrupt), interrupt_postponed():
        press(3)
        done.append("all of it")
    assert done == ["all of it"]


def test_another_thread_that_gets_the_signal_changes_nothing() -> None:
    # the system hands it to any thread that does not block it; Python runs the handler in ours
    over = threading.Event()
    other = threading.Thread(target=over.wait)
    other.start()
    done = []
    with pytest.raises(KeyboardInterrupt), interrupt_postponed():
        press()
        done.append("all of it")
    over.set()
    other.join()
    assert done == ["all of it"]


def test_without_one_nothing_happens_and_the_next_one_counts() -> None:
    with interrupt_postponed():
        pass
    with pytest.raises(KeyboardInterrupt):
        press()


def test_an_error_within_goes_before() -> None:
    with pytest.raises(ZeroDivisionError), interrupt_postponed():
        press()
        raise ZeroDivisionError


def test_where_it_is_ignored_it_stays_ignored() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with interrupt_postponed():
        press()


def test_in_another_thread_there_is_nothing_to_postpone() -> None:
    entered = []

    def work() -> None:
        with interrupt_postponed():
            entered.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert entered == [True]


def test_the_first_child_of_a_program_is_held_back_like_any_other() -> None:
    # multiprocessing starts its keeper of shared memory with it, and unblocks SIGINT then
    code = (
        "import multiprocessing, signal, time\n"
        "from perception.interrupt import interrupt_held_back\n"
        "process = multiprocessing.get_context('spawn').Process(target=time.sleep, args=(0,))\n"
        "with interrupt_held_back():\n"
        "    process.start()\n"
        "    print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ()))\n"
        "print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ()))\n"
        "process.join()\n"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]


# -- every polite end ------------------------------------------------------------------------------

ENDING = """
import os, signal, sys, time
from perception.interrupt import end_politely, interrupt_postponed
end_politely()
number = getattr(signal, sys.argv[1])
try:
    with interrupt_postponed():
        os.kill(os.getpid(), number)
        done = "to the end"
    done = "never told"
except KeyboardInterrupt:
    os.kill(os.getpid(), number)  # service managers and terminals send it twice
    time.sleep(0.05)
    print(done)
"""

only_posix = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")


@only_posix
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_it_is_one_end_however_often_it_is_sent(name: str) -> None:
    command = [sys.executable, "-c", ENDING, name]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("to the end\n", "")


@only_posix
def test_what_was_ignored_by_whoever_started_us_stays_ignored() -> None:
    old = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    try:
        end_politely()
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, old)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


@only_posix
def test_one_that_comes_while_the_program_is_replaced_is_told_by_its_successor() -> None:
    after = (
        "from perception.interrupt import end_politely\n"
        "try:\n    end_politely()\nexcept KeyboardInterrupt as end:\n    print(end)\n"
    )
    code = (
        "import os, signal, sys\n"
        "from perception.interrupt import end_politely, hold_for_successor\n"
        "end_politely()\nhold_for_successor()\n"
        "os.kill(os.getpid(), signal.SIGINT)\n"
        f"os.execv(sys.executable, [sys.executable, '-c', {after!r}])\n"
    )
    command = [sys.executable, "-c", code]
    with hearing_ctrl_c():
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("\n", "")


def test_the_innermost_says_what_is_kept() -> None:
    with (
        pytest.raises(KeyboardInterrupt) as caught,
        interrupt_says("all of it"),
        interrupt_says(lambda: "the report"),
    ):
        raise KeyboardInterrupt
    assert kept_after(caught.value) == "the report"
    assert kept_after(KeyboardInterrupt()) == ""


@only_posix
def test_a_terminal_that_goes_does_not_keep_the_work_from_its_end(tmp_path: Path) -> None:
    import pty

    wrote = tmp_path / "report"
    code = (
        "import os, pathlib, signal, sys\n"
        "from perception.interrupt import end_politely\n"
        "end_politely()\n"
        "try:\n"
        "    print('ready', flush=True)\n"
        "    while True: signal.pause()\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted', flush=True)\n"
        f"    pathlib.Path({str(wrote)!r}).write_text('whole')\n"
    )
    ours, theirs = pty.openpty()
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=theirs, stderr=theirs)
    os.close(theirs)
    assert b"ready" in os.read(ours, 100)
    os.close(ours)
    process.send_signal(signal.SIGHUP)
    assert process.wait(20) == 0
    assert wrote.read_text() == "whole"
