"""Syllables of words as they are said, written words and figures alike."""

from __future__ import annotations

import pytest

from perception.voice.word_syllables import syllables_of


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Because,", 2),
        ("every", 3),
        ("strengths", 1),
        ("company's", 3),
        ("Kubernetes", 4),
        ("2019", 4),
        ("1900", 4),
        ("£30", 3),
        ("12,500", 6),
        ("2004", 4),
        ("95%", 5),
        ("007", 6),
        ("um", 1),
        ("…", 0),
        ("the whole team", 3),
    ],
)
def test_syllables_are_those_that_are_said(text: str, count: int) -> None:
    assert syllables_of(text) == count
