"""Counting recognition errors."""

from __future__ import annotations

import pytest

from perception.speech.word_error_rate import comparable_words, word_error_rate


@pytest.mark.parametrize(
    ("reference", "heard", "rate"),
    [
        ("The red fox.", "the red fox", 0.0),
        ("the red fox", "the fox", 1 / 3),
        ("the red fox", "the big red fox", 1 / 3),
        ("the red fox", "a red box", 2 / 3),
        ("the red fox", "", 1.0),
    ],
)
def test_each_wrong_missing_or_added_word_counts_once(
    reference: str, heard: str, rate: float
) -> None:
    assert word_error_rate(reference, heard) == pytest.approx(rate)


def test_digits_compare_however_they_are_written() -> None:
    said = comparable_words("one zero zero nine oh two, and oh dear, twenty")
    assert said == ["1", "0", "0", "9", "0", "2", "and", "oh", "dear", "twenty"]
    assert comparable_words("10 09 02. And oh dear, twenty") == said
