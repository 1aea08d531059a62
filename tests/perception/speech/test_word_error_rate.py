"""Counting recognition errors."""

from __future__ import annotations

import pytest

from perception.speech.word_error_rate import word_error_rate


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
