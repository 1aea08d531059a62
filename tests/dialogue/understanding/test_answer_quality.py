"""What an answer holds and lacks: by the assessor that ships, and how it works."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from dialogue.understanding import answer_quality
from dialogue.understanding.answer_quality import (
    GAPS,
    INPUTS,
    PARTS,
    AnswerAssessor,
    Question,
    bare_numbers,
    gap_inputs,
    load_assessor,
    relevances,
)
from dialogue.understanding.embedding import embedder
from dialogue.understanding.tagger import WordTags
from dialogue.understanding.types import FACTS
from dialogue.understanding.words import words_of
from perception.errors import ModelError
from tests.dialogue.understanding.test_words import HOSTILE
from tests.understanding_models import needs_answers

TOLD = (
    "Last winter on the ward an elderly patient refused his medicine, and the night shift had "
    "given up. I had to make sure that he took it before noon. I sat down with him, asked what "
    "worried him, and explained each tablet. In the end he took them all, and he has asked for me "
    "since."
)
GENERAL = "I am a very reliable person and I always give my best. Teamwork is important to me."
TASK = Question(
    "Tell me about a patient who was difficult. What did you do?",
    "A real patient, what the nurse did, and how it ended.",
    asks_episode=True,
)


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
        ("", []),
    ],
)
def test_a_share_without_a_base_is_found(text: str, numbers: list[str]) -> None:
    assert bare_numbers(words_of(text)) == numbers


def tags(words: int, part: str) -> WordTags:
    """As of a network that takes all words for one part."""
    table = np.full((words, len(PARTS)), np.log(0.02), np.float32)
    table[:, PARTS.index(part)] = np.log(0.9)
    nothing = np.zeros((words, 1 + 2 * len(FACTS)), np.float32)
    return WordTags(table, nothing, np.full(words, -3.0, np.float32))


def inputs(text: str, part: str = "action", question: Question | None = None) -> dict[str, float]:
    words = words_of(text)
    asked = question or Question()
    told = relevances(embedder(), text, words, asked)
    row = gap_inputs(words, tags(len(words), part), told, asked)
    assert np.isfinite(row).all()
    return dict(zip(INPUTS, row.tolist(), strict=True))


def test_what_the_regressions_are_given_tells_answers_apart() -> None:
    own, group = inputs("I told him that I would do it."), inputs("We told him, and they did it.")
    assert own["own"] > group["own"] and group["group"] > own["group"]
    assert own["group_only"] == 0 and group["group_only"] == 1
    assert own["own_acts"] > 0.5 > inputs("I told him that I would.", "claim")["own_acts"]
    assert own["share_action"] == pytest.approx(0.9) and own["mass_action"] > own["mass_task"]
    assert inputs("Sales went up 30%.")["bare_number"] == 1
    assert own["few"] == 1 and inputs(TOLD)["few"] == 0
    assert inputs(TOLD)["past"] > inputs(GENERAL)["past"]


def test_relevance_is_higher_for_an_answer_to_the_question() -> None:
    beside = "On Sundays my brother and I go fishing at the lake near our parents' old house."
    near, far = inputs(TOLD, question=TASK), inputs(beside, question=TASK)
    assert near["to_question"] > 0.25 > far["to_question"]
    assert (near["unrelated"], far["unrelated"], near["asked_known"]) == (0, 1, 1)
    assert near["asks_episode"] == 1


def test_what_is_too_short_or_was_not_asked_has_no_relevance() -> None:
    assert relevances(embedder(), "Yes, I did.", words_of("Yes, I did."), TASK) is None
    assert relevances(embedder(), TOLD, words_of(TOLD), Question()) is None


class Says:
    """A network that takes all words for one part."""

    def __init__(self, part: str) -> None:
        self._part = part

    def tag(self, states: NDArray[np.float32], cues: NDArray[np.float32]) -> WordTags:
        return tags(len(states), self._part)


def assessor(constants: dict[str, float], part: str = "action") -> AnswerAssessor:
    """Of constant odds of each gap; -9 where none is given."""
    weights = np.zeros((len(GAPS), len(INPUTS) + 1), np.float32)
    weights[:, -1] = [constants.get(gap, -9.0) for gap in GAPS]
    size = len(INPUTS)
    return AnswerAssessor(
        Says(part),  # type: ignore[arg-type]
        weights,
        np.zeros(size, np.float32),
        np.ones(size, np.float32),
        np.full(len(GAPS), 0.5, np.float32),
        embedder(),
    )


def test_gaps_likelier_than_not_are_told_the_surest_first() -> None:
    found = assessor({"vague": 1.0, "no_result": 3.0, "short": -0.1}).assess("We did it.")
    assert [gap.name for gap in found.gaps] == ["no_result", "vague"]
    assert found.gaps[0].confidence == pytest.approx(0.953, abs=1e-3)
    # what is lacking, whichever it is, makes the answer weaker
    assert found.strength == pytest.approx((1 - 0.953) * (1 - 0.731) * (1 - 0.475), abs=2e-3)
    assert assessor({}).assess("We did it.").strength > 0.99


def test_a_number_without_context_is_quoted() -> None:
    (gap,) = assessor({"number_no_context": 2.0}).assess("It grew. We were 30% up.").gaps
    assert gap.quote == "30%"


def test_parts_lie_where_their_words_are() -> None:
    found = assessor({}, "result").assess(" In the end, they paid. ")
    (part,) = found.parts
    assert (part.part, part.text, part.start, part.end) == (
        "result",
        "In the end, they paid",
        1,
        22,
    )
    assert found.words == 5 and found.found("result") and not found.found("action")


def test_no_words_are_a_short_answer() -> None:
    for text in ("", " ... "):
        found = assessor({}).assess(text, TASK)
        assert [gap.name for gap in found.gaps] == ["short"]
        assert (found.words, found.strength, found.relevance) == (0, 0.0, None)


def test_regressions_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="the regressions are"):
        AnswerAssessor(
            Says("action"),  # type: ignore[arg-type]
            np.zeros((2, 3), np.float32),
            np.zeros(2, np.float32),
            np.ones(2, np.float32),
            np.zeros(2, np.float32),
            embedder(),
        )


def test_a_missing_model_is_told_with_the_command_that_makes_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(answer_quality, "MODEL", tmp_path / "answers.npz")
    with pytest.raises(ModelError, match=r"missing or damaged .*models train answers$"):
        load_assessor.__wrapped__()


@needs_answers
def test_an_episode_is_stronger_than_general_words() -> None:
    told, general = (load_assessor().assess(text, TASK) for text in (TOLD, GENERAL))
    assert told.strength > 0.5 > general.strength
    assert told.found("situation") and told.found("action") and told.found("result")
    assert not general.found("action")
    assert "vague" in [gap.name for gap in general.gaps]
    assert "no_result" not in [gap.name for gap in told.gaps]


@needs_answers
def test_an_episode_without_its_end_lacks_the_result() -> None:
    cut = TOLD.partition(" In the end")[0]
    assert "no_result" in [gap.name for gap in load_assessor().assess(cut, TASK).gaps]


@needs_answers
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_answers_are_assessed_as_something(text: str) -> None:
    found = load_assessor().assess(text, TASK)
    assert 0 <= found.strength <= 1 and found.words == len(words_of(text))
    for part in found.parts:
        assert text[part.start : part.end] == part.text and 0 < part.confidence <= 1
    for gap in found.gaps:
        assert 0 < gap.confidence <= 1 and gap.name in GAPS
