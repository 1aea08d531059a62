"""In which order, and how often, utterances are understood."""

from __future__ import annotations

from dialogue.understanding.inquiry_queue import PARTIAL_EVERY_S, PARTIAL_SHARE, InquiryQueue
from dialogue.understanding.understander import Inquiry


def said(text: str, answer: int = 1, complete: bool = True) -> Inquiry:
    return Inquiry("error", answer, text, complete)


def next_s(queue: InquiryQueue, from_s: float) -> float:
    """When the queue gives something next, to a hundredth."""
    for hundredth in range(round(from_s * 100), round(from_s * 100) + 6000):
        if queue.take(hundredth / 100) is not None:
            return hundredth / 100
    raise AssertionError("it gives nothing")


def test_one_is_under_way_at_a_time_and_the_same_is_no_news() -> None:
    queue = InquiryQueue()
    queue.put(said("one"))
    assert queue.take(0.0) == said("one") == queue.under_way
    queue.put(said("one"))
    assert not queue and queue.take(0.1) is None
    queue.put(said("two"))
    assert queue and queue.take(0.2) is None, "the first has no reply yet"
    queue.done(0.3)
    assert queue.take(0.3) == said("two")


def test_words_so_far_give_way_to_newer_ones_and_what_is_complete_to_none() -> None:
    queue = InquiryQueue()
    for each in (said("I", 1, False), said("I ran", 1), said("Next", 2, False), said("So", 2)):
        queue.put(each)
    taken = []
    while queue:
        taken.append(queue.take(1.0))
        queue.done(1.0)
    assert taken == [said("I ran", 1), said("So", 2)]


def test_words_so_far_take_no_more_than_their_share_of_the_time() -> None:
    for took_s, pause_s in ((0.05, PARTIAL_EVERY_S), (2.0, 2.0 / PARTIAL_SHARE)):
        queue = InquiryQueue()
        queue.put(said("I worked", complete=False))
        assert next_s(queue, 1.0) == 1.0
        queue.done(1.0 + took_s)
        queue.put(said("I worked in a", complete=False))
        assert abs(next_s(queue, 1.0 + took_s) - (1.0 + pause_s)) < 0.02


def test_what_is_complete_does_not_wait_on_a_busy_machine() -> None:
    queue = InquiryQueue()
    queue.put(said("I worked", complete=False))
    queue.take(1.0)
    queue.done(4.0)
    queue.put(said("I worked in a hospital."))
    assert next_s(queue, 4.0) == 4.0


def test_what_was_lost_on_its_way_waits_again_before_the_rest() -> None:
    queue = InquiryQueue()
    queue.put(said("one"))
    queue.take(0.0)
    queue.put(said("next", 2))
    queue.put_back()
    assert queue.take(1.0) == said("one")
    queue.done(2.0)
    queue.put_back()  # nothing is under way
    assert queue.take(2.0) == said("next", 2)
    assert not queue


def test_what_was_lost_is_let_go_where_newer_words_of_it_wait() -> None:
    queue = InquiryQueue()
    queue.put(said("I", complete=False))
    queue.take(0.0)
    queue.put(said("I ran the till."))
    queue.put_back()
    assert queue.take(1.0) == said("I ran the till.")
    queue.done(1.0)
    assert not queue
