"""What capitals are worth, by how a text is written."""

from __future__ import annotations

import numpy as np
import pytest

from dialogue.understanding.answer_quality import INPUTS, Question, gap_inputs
from dialogue.understanding.casing import capital_names, casing_of
from dialogue.understanding.corpus import read_utterances
from dialogue.understanding.tagger import WordTags
from dialogue.understanding.types import ACTS, FACTS
from dialogue.understanding.words import words_of

STORY = "At Glenfield I met Priya. The red fox ran on Monday, and I told Dr Okafor about it."


def names(text: str) -> list[str]:
    words = words_of(text)
    return [words[i].text for i in capital_names(words)]


@pytest.mark.parametrize(
    ("text", "casing"),
    [
        (STORY, "told"),
        (STORY.lower(), "small"),
        (STORY.upper(), "capitals"),
        (STORY.title(), "capitals"),
        ("I worked at Leeds Building Society.", "told"),
        ("The red", "unknown"),
        ("um", "unknown"),
        ("", "unknown"),
        ("The Red Fox has read many books, but there's always more to read.", "told"),
    ],
)
def test_how_a_text_is_written(text: str, casing: str) -> None:
    assert casing_of(words_of(text)) == casing


def test_capitals_name_something_within_a_sentence_only() -> None:
    assert names(STORY) == ["Glenfield", "Priya", "Dr", "Okafor"]
    assert names("The red fox. Then The End of My day came, as I said on Tuesday.") == ["End"]
    for written in (STORY.lower(), STORY.upper(), STORY.title()):
        assert names(written) == []


def test_what_people_write_is_nearly_never_taken_for_capitals() -> None:
    written = [u for u in read_utterances() if u.text != u.text.upper()]
    taken = [u.text for u in written if casing_of(words_of(u.text)) == "capitals"]
    assert len(taken) <= 0.001 * len(written), taken[:5]


def test_a_text_in_capitals_has_no_more_names_than_in_small_letters() -> None:
    at = INPUTS.index("names")

    def counted(text: str) -> float:
        words = words_of(text)
        rows = len(words), len(ACTS)
        tags = WordTags(
            np.zeros(rows, np.float32),
            np.zeros((len(words), 1 + 2 * len(FACTS)), np.float32),
            np.zeros(len(words), np.float32),
        )
        return float(gap_inputs(words, tags, None, Question())[at])

    assert counted(STORY) > 1.0
    assert counted(STORY.upper()) == counted(STORY.title()) == counted(STORY.lower()) == 0.0
