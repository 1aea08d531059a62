"""A candidate's words as she says them again."""

from __future__ import annotations

import pytest

from dialogue.conduct.mirror import mirrored


@pytest.mark.parametrize(
    ("words", "hers"),
    [
        ("my supervisor Karen", "your supervisor Karen"),
        ("the night shift in Leeds", "the night shift in Leeds"),
        ("My team", "your team"),
        ("our till", "your till"),
        ("what I'm best at", "what you're best at"),
        ("a friend of mine", "a friend of yours"),
        ("I’ve", "you've"),
        ("the NHS", "the NHS"),
        ("um, my uh old boss,", "your old boss"),
        ("  two years. ", "two years"),
        ("mine", "yours"),
    ],
)
def test_who_speaks_is_turned_round_and_nothing_else(words: str, hers: str) -> None:
    assert mirrored(words) == hers


@pytest.mark.parametrize("words", ["your company", "what You told me", "yours", "yourself"])
def test_who_you_was_is_not_guessed(words: str) -> None:
    assert mirrored(words) is None


@pytest.mark.parametrize("words", ["", "...", " , ", "um"])
def test_nothing_to_say_again_is_nothing(words: str) -> None:
    assert mirrored(words) is None
