"""Shares and changes that are told without what they are of."""

from __future__ import annotations

import pytest

from dialogue.understanding.bare_numbers import bare_numbers
from dialogue.understanding.words import words_of
from tests.dialogue.understanding.test_words import HOSTILE


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("We improved sales by 30%.", ["30%"]),
        ("It went up twenty per cent.", ["twenty per cent"]),
        ("It doubled.", ["doubled"]),
        ("Half was gone.", ["half"]),
        ("Sales rose from 20% to 30%.", []),
        ("It doubled within six months.", []),
        ("30% of the patients came back.", []),
        ("I was there three years.", []),
        ("We were faster. Sales rose 15 percent. From then on all was well.", ["15 percent"]),
        ("It went up by twenty, and she was glad.", ["twenty"]),
        ("we got it down by forty percent and i left", ["forty percent"]),
        ("we were plus seventy in that evening", ["seventy"]),
        ("It was thirty percent faster and my boss took a picture of it.", ["thirty percent"]),
        ("We came in fifteen per cent under.", ["fifteen per cent"]),
        ("They were twice as quick.", ["twice as quick"]),
        # what stands before it says nothing of it
        ("She lost not a day, and we kept ninety-five per cent.", ["ninety-five per cent"]),
        ("Two of my maps are used and it is up by ninety per cent.", ["ninety per cent"]),
        # what is counted, when it was, and how often say all
        ("We sold three hundred coats and half of the hats.", []),
        ("They were all out by eight and asleep by half past nine.", []),
        ("I went there three times and paid half.", []),
        ("Seventy per cent voted for it.", []),
        ("It fell from fourteen to three, by nearly eighty percent.", []),
        ("It took half an hour.", []),
        ("", []),
    ],
)
def test_a_share_without_a_base_is_found(text: str, numbers: list[str]) -> None:
    assert bare_numbers(words_of(text)) == numbers


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_answers_hold_no_share(text: str) -> None:
    assert bare_numbers(words_of(text)) == []
