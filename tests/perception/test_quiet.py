"""Descriptor 2 is muted by several threads at once, and heard again in the end."""

from __future__ import annotations

import os
import threading

import pytest

from perception.quiet import native_stderr_muted


def say(text: str) -> None:
    """As a native library does."""
    os.write(2, text.encode())


def test_it_is_muted_and_heard_again(capfd: pytest.CaptureFixture[str]) -> None:
    with native_stderr_muted():
        say("unheard")
        with native_stderr_muted():
            say("unheard")
        say("unheard")
    say("heard")
    assert capfd.readouterr().err == "heard"


def test_threads_that_overlap_leave_it_heard(capfd: pytest.CaptureFixture[str]) -> None:
    first_in, second_in = threading.Event(), threading.Event()

    def second() -> None:
        first_in.wait(20)
        with native_stderr_muted():
            second_in.set()
            first_out.wait(20)
            say("unheard")

    first_out = threading.Event()
    other = threading.Thread(target=second)
    other.start()
    with native_stderr_muted():
        first_in.set()
        second_in.wait(20)
    first_out.set()  # the first is done while the second still mutes
    other.join()
    say("heard")
    assert capfd.readouterr().err == "heard"
