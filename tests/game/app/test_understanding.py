"""Understanding in a process of its own, with its real networks."""

from __future__ import annotations

import time
from collections.abc import Iterator

import psutil
import pytest

from dialogue.conduct.context import context_of
from dialogue.content.employer import load_employer
from dialogue.content.planning import plan_of
from dialogue.content.script import load_interview
from dialogue.understanding.record import understood_in
from dialogue.understanding.understander import Inquiry, Understood
from game.app.understanding import LiveUnderstanding
from tests.understanding_models import needs_acts, needs_answers

pytestmark = [needs_acts, needs_answers]

PATIENCE_S = 120.0


class Clocked:
    """An understanding that is stepped on a clock of the test's, at its own pace."""

    def __init__(self) -> None:
        plan = plan_of(load_interview("nurse"), 2)
        self.question = plan.every[1].id
        self.live = LiveUnderstanding(context_of(plan, load_employer("nurse")))
        self.t_s = 0.0
        self.kinds: list[str] = []

    def until_understood(self, inquiry: Inquiry, tick_s: float = 0.01) -> Understood:
        """Steps until this inquiry has its reply."""
        give_up = time.monotonic() + PATIENCE_S
        while time.monotonic() < give_up:
            for event in self.live.step(self.t_s, inquiry):
                self.kinds.append(event.kind)
                found = understood_in(event)
                if found is not None and found.inquiry == inquiry:
                    return found
            self.t_s += tick_s
            time.sleep(0.01)
        raise AssertionError("it never was")

    def until(self, name: str, value: object) -> None:
        """Steps until something of its own has come true."""
        give_up = time.monotonic() + PATIENCE_S
        while getattr(self.live, name) != value:
            assert time.monotonic() < give_up, f"{name} never was {value}"
            self.live.step(self.t_s, None)
            self.t_s += 0.5
            time.sleep(0.005)

    @property
    def process(self) -> psutil.Process:
        """Of it."""
        return psutil.Process(self.live._process.pid)


@pytest.fixture
def clocked() -> Iterator[Clocked]:
    """Ended behind each test."""
    made = Clocked()
    yield made
    made.live.close()


def test_what_is_complete_is_understood_with_its_facts_and_topics(clocked: Clocked) -> None:
    said = "I ran the night shift in Leeds for two years. What is the staffing like here?"
    found = clocked.until_understood(Inquiry(clocked.question, 1, said))
    assert [part.act for part in found.understanding.acts] == ["answer", "question"]
    assert any(fact.text == "Leeds" for fact in found.understanding.facts)
    assert [topic.topic for topic in found.topics] == ["staffing"]


def test_topics_are_made_ready_while_there_is_nothing_to_understand(clocked: Clocked) -> None:
    clocked.until("_unprepared", True)  # it is loaded
    clocked.until("_unprepared", False)
    before_s = clocked.process.cpu_times().user
    for _ in range(20):
        assert clocked.live.step(clocked.t_s, None) == []
        clocked.t_s += 0.5
        time.sleep(0.005)
    assert clocked.process.cpu_times().user - before_s < 0.1, "it has nothing more to do"


def test_a_killed_process_is_started_again_and_what_was_open_understood(clocked: Clocked) -> None:
    clocked.until_understood(Inquiry(clocked.question, 1, "Yes, I did."))
    clocked.process.kill()
    found = clocked.until_understood(Inquiry(clocked.question, 2, "Could you repeat that, please?"))
    assert [part.act for part in found.understanding.acts] == ["repeat"]
    assert "lost" not in clocked.kinds
