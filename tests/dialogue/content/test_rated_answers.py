"""The written answers by which ratings are learned and judged."""

from __future__ import annotations

from collections import Counter

import pytest

from dialogue.content.rated_answers import RATED_ANSWERS, read_rated_answers
from dialogue.content.script import load_interview, roles

ROLES = roles()


def test_the_files_are_those_of_the_roles() -> None:
    assert {path.stem for path in RATED_ANSWERS.glob("*.toml")} == set(ROLES)


@pytest.mark.parametrize("role", ROLES)
def test_every_question_has_one_of_each_worth(role: str) -> None:
    interview = load_interview(role)
    asked = [q.id for q in (interview.warm_up, *interview.questions)]
    found = Counter((a.question, a.rating) for a in read_rated_answers(role))
    assert found == Counter((each, rating) for each in asked for rating in (1, 3, 5))


@pytest.mark.parametrize("role", ROLES)
def test_length_alone_does_not_tell_what_they_are_worth(role: str) -> None:
    lengths: dict[int, list[int]] = {1: [], 3: [], 5: []}
    for answer in read_rated_answers(role):
        lengths[answer.rating].append(len(answer.text.split()))
    middling = sorted(lengths[3])[len(lengths[3]) // 2]
    assert max(lengths[1]) >= middling
    assert min(lengths[5]) < max(lengths[3])


@pytest.mark.parametrize("role", ROLES)
def test_nobody_says_what_is_expected_word_for_word(role: str) -> None:
    interview = load_interview(role)
    expected = {
        q.id: [*q.points, q.gist, *q.ratings.values()]
        for q in (interview.warm_up, *interview.questions)
    }
    for answer in read_rated_answers(role):
        said = _runs(answer.text)
        for line in expected[answer.question]:
            assert not said & _runs(line), (answer.question, answer.rating)


def _runs(text: str, length: int = 6) -> set[tuple[str, ...]]:
    words = "".join(c if c.isalnum() or c == "'" else " " for c in text.lower()).split()
    return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}
