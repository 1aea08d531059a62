"""Words by which an answer shows what it holds, in simple and halting English as in fluent."""

from __future__ import annotations

import pytest

from dialogue.understanding.answer_marks import (
    AnswerMarks,
    answer_marks,
    hides_own_role,
    tells_result,
)
from dialogue.understanding.words import words_of
from tests.dialogue.understanding.test_words import HOSTILE


def marks(text: str) -> AnswerMarks:
    return answer_marks(words_of(text))


@pytest.mark.parametrize(
    "text",
    [
        "After that nobody complained any more.",
        "She still comes every week.",
        "We got it done by Friday.",
        "They asked me to train the others.",
        "now he come alone",
        "he was happy and he pay",
        "The boss was very pleased with it.",
        "We sold about forty.",
        "Since this day we did not fight.",
    ],
)
def test_an_end_told_in_plain_words_is_one(text: str) -> None:
    assert tells_result(text)
    found = marks(f"I moved the table and I called her. {text}")
    assert found.late_results >= 1 and found.results >= found.late_results


@pytest.mark.parametrize(
    "text",
    [
        "I called the doctor and I held her hand.",
        "i take a chair and i write the name",
        "We put the boxes on the shelf.",
    ],
)
def test_deeds_alone_tell_no_end(text: str) -> None:
    assert not tells_result(text) and marks(text).results == 0


@pytest.mark.parametrize(
    ("text", "own", "group"),
    [
        ("I rang the maker and I wrote it down.", 2, 0),
        ("i i go to her and i say wait", 2, 0),
        ("I'd ring for help, then I'd also tell the others.", 2, 0),
        ("We moved the beds and they called him.", 0, 2),
        ("The lads shifted the lot.", 0, 1),
        ("I am patient, I like people, I think it matters.", 0, 0),
        ("I had to find a way. I must hurry. I wanted more.", 0, 0),
        ("I. I, um, my boss did.", 0, 0),
        ("It rang.", 0, 0),
    ],
)
def test_deeds_are_what_somebody_did(text: str, own: int, group: int) -> None:
    found = marks(text)
    assert (found.own_deeds, found.group_deeds) == (own, group)


def test_generalities_and_particulars_are_told_apart_however_simple_the_english_is() -> None:
    fluent = marks(
        "I'm a passionate team player, I always give my best, and communication is really key."
    )
    simple = marks("one man he shout in the night so i bring him water and at four he sleep")
    assert fluent.general >= 4 > simple.general
    assert simple.persons >= 3 > fluent.persons
    assert simple.counted >= 2 > fluent.counted
    assert simple.own_deeds == 1


def test_what_comes_behind_the_last_deed_is_counted() -> None:
    ended = marks("I cut the bread first. Nobody went away and my boss was happy.")
    cut = marks("Nobody went away and my boss was happy, so I cut the bread.")
    assert ended.behind_deeds > 5 and cut.behind_deeds == 0
    assert ended.late_results > cut.late_results == 0
    assert marks("It was late.").behind_deeds == 0


def test_scene_and_task_have_their_words() -> None:
    found = marks("Last winter in our shop there was a leak. I had to stop it, nobody else was in.")
    assert found.scenes >= 3 and found.tasks >= 1
    # a scene stands at the beginning
    late = "stop it now and then wait and see whether it holds for all of us here right then "
    assert marks(f"{late} last winter in our shop").scenes < found.scenes


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("We moved the beds and they called him.", True),
        ("We moved the beds and I called him.", False),
        ("They called.", False),
        ("", False),
    ],
)
def test_who_tells_of_several_hides_their_own_part(text: str, hidden: bool) -> None:
    assert hides_own_role(text) is hidden


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_answers_are_counted(text: str) -> None:
    found = marks(text)
    numbers = [getattr(found, name) for name in AnswerMarks.__slots__]
    assert all(0 <= number <= len(text) for number in numbers)
