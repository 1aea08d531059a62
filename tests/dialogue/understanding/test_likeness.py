"""What an answer has to do with its question, and with work at all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from dialogue.understanding.embedding import embedder
from dialogue.understanding.likeness import Likeness, likeness_of, prepare_themes
from dialogue.understanding.words import words_of

PUT = "Tell me about a patient who was difficult. What did you do?"
GIST = "A real patient, what the nurse did, and how it ended."
TOLD = (
    "Last winter on the ward an elderly patient refused his medicine. I sat down with him, asked "
    "what worried him, and explained each tablet, and in the end he took them all."
)
FISHING = "On Sundays my brother and I go fishing at the lake near our parents' old house."


def relevance(text: str, put: str = PUT, gist: str = GIST) -> Likeness | None:
    return likeness_of(embedder(), text, words_of(text), put, gist)


def test_an_answer_is_like_what_was_asked_and_like_work() -> None:
    told = relevance(TOLD)
    assert told is not None
    assert told.to_question > 0.25 and told.best == max(told.to_question, told.to_gist)
    assert told.at_work > told.elsewhere


@pytest.mark.parametrize(
    "said",
    [
        FISHING,
        "The rabbit has moved into the bathroom, and the children feed it carrots in the tub.",
        "we had snow up to the windows and my uncle could not get his lorry out for a week",
        "I think that the mayor is a crook, and that the whole town council should go home.",
    ],
)
def test_what_people_talk_about_at_home_is_rather_elsewhere(said: str) -> None:
    found = relevance(said)
    assert found is not None and found.elsewhere > found.at_work + 0.05
    assert found.to_question < 0.25


def test_the_better_half_of_a_long_answer_tells() -> None:
    strayed, alone = relevance(f"{TOLD} {FISHING}"), relevance(FISHING)
    assert strayed is not None and alone is not None
    assert strayed.to_question > alone.to_question + 0.2


def test_without_a_gist_it_is_held_against_the_question_alone() -> None:
    found = relevance(TOLD, gist="")
    assert found is not None and found.to_gist == found.to_question


def test_what_is_too_short_or_was_not_asked_has_none() -> None:
    assert relevance("Yes, I did.") is None
    assert relevance(TOLD, "", "") is None


def test_its_themes_are_read_little_by_little() -> None:
    class Counts:
        """A model that tells how much it is given at once."""

        most = 0

        def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
            self.most = max(self.most, len(texts))
            return embedder().embed(texts)

    model = Counts()
    turns = 0
    while prepare_themes(model):  # type: ignore[arg-type]
        turns += 1
    assert turns >= 2 and model.most <= 24
    model.most = 0
    words = words_of(TOLD)
    found = likeness_of(model, TOLD, words, PUT, GIST)  # type: ignore[arg-type]
    assert found == relevance(TOLD) and model.most <= 4, "only the answer is read then"
