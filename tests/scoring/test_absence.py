"""What may be said to be absent from an answer: only what its words would show."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scoring.absence import Absent, absent_from
from scoring.measures.doubt import SPOKEN_OF

PLAIN = (
    "I like to work with people and I always do my best. When there is a problem, we talk about it "
    "until it is solved, and then I make sure that it does not happen again."
)


def test_what_nothing_shows_is_absent() -> None:
    assert absent_from(PLAIN, 1.0) == Absent(names=True, numbers=True)


def test_nothing_is_said_of_few_words_nor_of_words_hardly_believed() -> None:
    assert absent_from("The red fox has read many books.", 1.0) == Absent(False, False)
    assert absent_from(PLAIN, SPOKEN_OF - 0.01) == Absent(False, False)


@pytest.mark.parametrize("written", [str.lower, str.upper, str.title])
def test_without_casing_nobody_knows_of_names(written: Callable[[str], str]) -> None:
    assert absent_from(written(PLAIN), 1.0) == Absent(names=False, numbers=True)


@pytest.mark.parametrize(
    "more",
    [
        "We sold ninety.",
        "It was twenty-five in all.",
        "Twice.",
        "That was last year.",
        "I did 3.",
        "About one in the end.",
        "It went up by fifty per cent.",
        "It doubled.",
        "It cost £5.",
    ],
)
def test_numbers_in_words_are_numbers(more: str) -> None:
    assert absent_from(f"{PLAIN} {more}", 1.0).numbers is False
    assert absent_from(f"{PLAIN} {more}".lower(), 1.0).numbers is False


def test_nobody_is_no_number() -> None:
    assert absent_from(f"{PLAIN} No one knew, and a couple of us went.", 1.0).numbers is True


@pytest.mark.parametrize(
    "more",
    [
        "I met Quentin there.",
        "Then Wolverton came.",
        "Sarah taught me that.",
        "So I like Kafka.",
        "California is warm.",
        "Sarah's idea helped.",
    ],
)
def test_a_name_that_was_not_understood_is_not_absent(more: str) -> None:
    assert absent_from(f"{PLAIN} {more}", 1.0).names is False
