"""What an answer holds and lacks: by the assessor that ships, and how it works."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from dialogue.understanding import answer_quality
from dialogue.understanding.answer_quality import (
    GAP_INPUTS,
    GAPS,
    INPUTS,
    PARTS,
    AnswerAssessor,
    Question,
    gap_inputs,
    load_assessor,
)
from dialogue.understanding.embedding import embedder
from dialogue.understanding.likeness import likeness_of
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


def tags(words: int, part: str) -> WordTags:
    """As of a network that takes all words for one part."""
    table = np.full((words, len(PARTS)), np.log(0.02), np.float32)
    table[:, PARTS.index(part)] = np.log(0.9)
    nothing = np.zeros((words, 1 + 2 * len(FACTS)), np.float32)
    return WordTags(table, nothing, np.full(words, -3.0, np.float32))


def inputs(text: str, part: str = "action", question: Question | None = None) -> dict[str, float]:
    words = words_of(text)
    asked = question or Question()
    told = likeness_of(embedder(), text, words, asked.text, asked.gist)
    row = gap_inputs(words, tags(len(words), part), told, asked)
    assert np.isfinite(row).all()
    return dict(zip(INPUTS, row.tolist(), strict=True))


def test_what_the_regressions_are_given_tells_answers_apart() -> None:
    own, group = inputs("I told him that I would do it."), inputs("We told him, and they did it.")
    assert own["own"] > group["own"] and group["group"] > own["group"]
    assert own["group_only"] == 0 and group["group_only"] == 1
    assert own["own_acts"] > 0.5 > inputs("I told him that I would.", "claim")["own_acts"]
    assert own["share_action"] == own["has_action"] == 1
    assert own["words_action"] == pytest.approx(np.log1p(8))
    assert own["share_task"] == own["has_task"] == own["words_task"] == 0
    assert inputs("I did it.")["has_action"] == 0, "three words tell no action"
    assert inputs("Sales went up 30%.")["bare_number"] == 1
    assert own["few"] == 1 and inputs(TOLD)["few"] == 0
    assert inputs(TOLD)["past"] > inputs(GENERAL)["past"]


def test_relevance_is_higher_for_an_answer_to_the_question() -> None:
    beside = "On Sundays my brother and I go fishing at the lake near our parents' old house."
    near, far = inputs(TOLD, question=TASK), inputs(beside, question=TASK)
    assert near["to_question"] > 0.25 > far["to_question"]
    assert (near["unrelated"], far["unrelated"], near["asked_known"]) == (0, 1, 1)
    assert near["asks_episode"] == 1


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
    odds = {"number_no_context": 1.0, "no_result": 3.0, "short": -0.1}
    found = assessor(odds).assess("We did it.")
    assert [gap.name for gap in found.gaps] == ["no_result", "number_no_context"]
    assert found.gaps[0].confidence == pytest.approx(0.953, abs=1e-3)
    # what is lacking, whichever it is, makes the answer weaker; a number left bare does not
    assert found.strength == pytest.approx((1 - 0.953) * (1 - 0.475), abs=2e-3)
    assert assessor({}).assess("We did it.").strength > 0.99


@pytest.mark.parametrize("whole", ["short", "vague", "off_topic"])
def test_what_is_lacking_as_a_whole_is_not_told_part_by_part(whole: str) -> None:
    odds = {whole: 2.0, "no_result": 3.0, "no_own_role": 3.0, "number_no_context": 2.0}
    found = assessor(odds).assess("We did it.", TASK)
    assert {gap.name for gap in found.gaps} == {whole, "number_no_context"}


def test_only_an_episode_that_was_asked_for_can_lack_its_parts() -> None:
    odds = {"no_result": 3.0, "no_situation": 3.0}
    views = Question("Why would you like to work here?", asks_episode=False)
    assert assessor(odds).assess("We did it.", views).gaps == ()
    for asked in (TASK, None):
        found = assessor(odds).assess("We did it.", asked)
        assert {gap.name for gap in found.gaps} == set(odds)


def test_each_gap_goes_by_inputs_that_there_are() -> None:
    assert set(GAP_INPUTS) == set(GAPS)
    for gap, names in GAP_INPUTS.items():
        assert names and set(names) <= set(INPUTS) and len(set(names)) == len(names), gap


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
        assert (found.words, found.strength) == (0, 0.0)


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
@pytest.mark.parametrize("text", [TOLD, GENERAL])
def test_filled_pauses_change_neither_parts_nor_gaps(text: str) -> None:
    drawn, halting = random.Random(5), []
    for word in text.split(" "):
        halting += [drawn.choice(["um,", "uh", "ummm…"])] if drawn.random() < 0.3 else []
        halting.append(word)
    fluent, broken = (load_assessor().assess(each, TASK) for each in (text, " ".join(halting)))
    assert len(halting) > len(text.split(" ")) + 4
    assert [(p.part, p.confidence) for p in broken.parts] == [
        (p.part, p.confidence) for p in fluent.parts
    ]
    assert (broken.gaps, broken.strength) == (fluent.gaps, fluent.strength)


@needs_answers
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_answers_are_assessed_as_something(text: str) -> None:
    found = load_assessor().assess(text, TASK)
    assert 0 <= found.strength <= 1 and found.words == len(words_of(text))
    for part in found.parts:
        assert text[part.start : part.end] == part.text and 0 < part.confidence <= 1
    for gap in found.gaps:
        assert 0 < gap.confidence <= 1 and gap.name in GAPS


SIMPLE = (
    "In my village was a school with one teacher only. She was ill in winter, and forty children "
    "have no lesson. I asked the priest for the room, I wrote letters on a wall and each morning I "
    "taught them two hours. When she came back they all can read, and she still writes me."
)
HALTING = (
    "um there was there was a man in the shop and he he want shoes for his wife but he don't know "
    "the number so i i ask him how is her foot and i i draw my hand on paper and he say like this "
    "and i give him two pair and i say bring back one and next day he come with her and she wear it"
)
GENERAL_AT_LENGTH = (
    "I've been in a lot of situations like that over the years, and I'd say that what matters is "
    "having the right mindset. I'm a very proactive person, I always communicate openly with "
    "everyone involved and I make sure that expectations are managed. In general people appreciate "
    "my attitude, and I believe that's what makes me successful."
)
HELPED = Question("When did you last help somebody? What was it about?", "", asks_episode=True)


@needs_answers
@pytest.mark.parametrize("text", [SIMPLE, HALTING])
def test_who_tells_all_in_simple_words_lacks_nothing(text: str) -> None:
    found = [gap.name for gap in load_assessor().assess(text, HELPED).gaps]
    assert not {"vague", "short", "no_action", "no_result", "no_own_role"} & set(found)


@needs_answers
@pytest.mark.parametrize("text", [GENERAL, GENERAL_AT_LENGTH])
def test_generalities_are_vague_however_long_and_fluent(text: str) -> None:
    assert "vague" in [gap.name for gap in load_assessor().assess(text, HELPED).gaps]


@needs_answers
@pytest.mark.parametrize(
    "end",
    [
        "After that nobody complained any more.",
        "He still comes in every week.",
        "We got it all done by Friday.",
        "They asked me to train the others afterwards.",
        "The manager was very happy with it.",
    ],
)
def test_an_end_in_plain_words_is_not_asked_for_again(end: str) -> None:
    told = TOLD.partition(" In the end")[0]
    assessor = load_assessor()
    without = {gap.name for gap in assessor.assess(told, HELPED).gaps}
    ended = {gap.name for gap in assessor.assess(f"{told} {end}", HELPED).gaps}
    assert "no_result" in without and "no_result" not in ended


@needs_answers
def test_what_others_did_hides_the_own_part() -> None:
    told = (
        "Last spring our shop was flooded and we had to be open by noon. {} In the end we opened "
        "at eleven and sold more than ever."
    )
    theirs = told.format("They carried the stock out, they swept the floor and they rang the firm.")
    own = told.format("I carried the stock out, I swept the floor and I rang the firm.")
    assessor = load_assessor()
    assert "no_own_role" in [gap.name for gap in assessor.assess(theirs, HELPED).gaps]
    assert "no_own_role" not in [gap.name for gap in assessor.assess(own, HELPED).gaps]
