"""Whether a long answer still tells something."""

from __future__ import annotations

import pytest

from dialogue.conduct.wandering import wanders
from dialogue.understanding.answer_quality import AnswerQuality, PartName, PartSpan


def told(*parts: tuple[PartName, int]) -> AnswerQuality:
    """An answer of so many words of each part, one after the other."""
    spans = tuple(PartSpan(part, 0.9, 0, 0, "word " * words) for part, words in parts)
    return AnswerQuality(sum(words for _, words in parts), spans, (), 0.3)


@pytest.mark.parametrize(
    ("parts", "off"),
    [
        ([("situation", 30), ("action", 60)], False),
        ([("situation", 90)], True),
        ([("action", 80), ("other", 60)], True),
        ([("action", 80), ("other", 20)], False),
        ([("other", 80), ("result", 12), ("other", 15), ("action", 10)], False),
        ([("claim", 100)], True),
    ],
)
def test_the_last_words_tell(parts: list[tuple[PartName, int]], off: bool) -> None:
    assert wanders(told(*parts)) is off


def test_of_what_nothing_is_known_nothing_keeps_it_going() -> None:
    assert wanders(None)
