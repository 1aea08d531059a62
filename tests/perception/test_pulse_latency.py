"""One variable for microphones and loudspeakers: nobody takes away what another has set."""

from __future__ import annotations

import os

import pytest

from perception.pulse_latency import VARIABLE, pulse_latency


def now() -> str | None:
    return os.environ.get(VARIABLE)


def test_a_microphone_has_its_latency_while_it_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with pulse_latency(20):
        assert now() == "20"
    assert now() is None


def test_a_loudspeaker_gives_back_what_the_microphone_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with pulse_latency(20):
        with pulse_latency(least_ms=100):
            assert now() is None
        assert now() == "20"
    assert now() is None


def test_whoever_closes_first_leaves_the_other_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    microphone, loudspeaker = pulse_latency(20), pulse_latency(least_ms=100)
    microphone.__enter__()
    loudspeaker.__enter__()
    microphone.__exit__(None, None, None)
    assert now() is None
    with pulse_latency(20):
        assert now() is None
    loudspeaker.__exit__(None, None, None)
    assert now() is None


@pytest.mark.parametrize(
    ("users", "microphone", "loudspeaker"), [("250", "250", "250"), ("30", "30", None)]
)
def test_what_the_user_set_comes_first_where_it_can(
    monkeypatch: pytest.MonkeyPatch, users: str, microphone: str, loudspeaker: str | None
) -> None:
    monkeypatch.setenv(VARIABLE, users)
    with pulse_latency(20):
        assert now() == microphone
    with pulse_latency(least_ms=100):
        assert now() == loudspeaker
    assert now() == users
