"""Understanding with a latency on the fake clock: what is asked when, and what comes of it."""

from __future__ import annotations

import itertools

from dialogue.understanding.types import Asked, Understanding
from dialogue.understanding.understander import Inquiry, Understood
from game.synthetic.conversation.inline import InlineUnderstanding, KeptUnderstanding


class Listener:
    """Understands nothing, and counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def understand(self, inquiry: Inquiry) -> Understood:
        self.asked.append(inquiry.text)
        return Understood(inquiry, Understanding(inquiry.text))


def run(inquiries: dict[float, Inquiry], seconds: float = 3.0) -> list[tuple[float, str]]:
    """Time and text of each reply; each inquiry stands until the next one."""
    understanding = InlineUnderstanding(Listener())  # type: ignore[arg-type]
    found, current = [], None
    for tick in range(int(seconds * 100)):
        t_s = tick / 100
        current = inquiries.get(t_s, current)
        found += [(t_s, told.inquiry.text) for told in understanding.step(t_s, current)]
    return found


def said(text: str, answer: int = 1, complete: bool = True) -> Inquiry:
    return Inquiry("error", answer, text, complete)


def test_a_reply_comes_after_the_latency_and_once() -> None:
    assert run({0.5: said("one")}) == [(0.56, "one")]


def test_words_so_far_are_understood_now_and_then_only() -> None:
    partial = {round(0.1 * i, 2): said(f"so far {i}", complete=False) for i in range(1, 20)}
    times = [t_s for t_s, _ in run(partial)]
    gaps = [b - a for a, b in itertools.pairwise(times)]
    assert len(times) >= 3 and min(gaps) >= 0.6


class Recogniser:
    """Counts the texts it is shown."""

    def __init__(self) -> None:
        self.calls = 0

    def understand(self, text: str, asked: Asked | None = None) -> Understanding:
        self.calls += 1
        return Understanding(text)


def test_what_a_text_means_is_worked_out_once_for_each_kind_of_question() -> None:
    recogniser = Recogniser()
    kept = KeptUnderstanding(recogniser, recogniser)  # type: ignore[arg-type]
    question = Asked("question", "Why?")
    assert kept.understand("Because.", question) is kept.understand("Because.", question)
    kept.understand("Because.", Asked("question", "Who?"))
    assert recogniser.calls == 2
