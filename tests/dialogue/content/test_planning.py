"""Which questions an interview has, by its length, its kinds and how hard it is made."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import pytest

from dialogue.content.planning import RANGE, Difficulty, InterviewPlan, plan_of
from dialogue.content.script import load_interview, roles

FULL = [role for role in roles() if len(load_interview(role).questions) >= 20]
DIFFICULTIES = get_args(Difficulty)


def kinds(plan: InterviewPlan) -> list[str]:
    return [question.kind for question in plan.questions]


@pytest.mark.parametrize("role", FULL)
def test_an_interview_has_a_beginning_a_middle_and_an_end(role: str) -> None:
    for seed in range(20):
        plan = plan_of(load_interview(role), 8, seed)
        assert kinds(plan)[:2] == ["opening", "motivation"] and kinds(plan)[-1] == "closing"
        middle = Counter(kinds(plan)[2:-1])
        assert set(middle) == {"behavioural", "situational", "technical"}
        assert middle["behavioural"] >= 2
        assert len({q.competency for q in plan.questions[2:-1]}) == 5


@pytest.mark.parametrize("difficulty", DIFFICULTIES)
@pytest.mark.parametrize("role", FULL)
def test_questions_are_as_demanding_as_it_is_hard(role: str, difficulty: Difficulty) -> None:
    least, most = RANGE[difficulty]
    for count in (1, 2, 4, 6, 10):
        plan = plan_of(load_interview(role), count, 7, difficulty=difficulty)
        assert len(plan.questions) == count
        middle = [
            q for q in plan.questions if q.kind in ("behavioural", "situational", "technical")
        ]
        assert all(least <= q.difficulty <= most for q in middle)


@pytest.mark.parametrize(
    ("difficulty", "told"),
    [
        ("friendly", set()),
        ("usual", {"curveball"}),
        ("demanding", {"curveball"}),
        ("stress", {"stress", "curveball"}),
    ],
)
def test_who_wants_it_friendly_is_not_pressed(difficulty: Difficulty, told: set[str]) -> None:
    for role in FULL:
        plan = plan_of(load_interview(role), 10, 3, difficulty=difficulty)
        assert set(kinds(plan)) & {"stress", "curveball"} == told
        assert not {q.kind for q in plan.spare} & {"stress", "curveball", "closing", "motivation"}


def test_two_sessions_have_different_questions_and_one_has_them_again() -> None:
    interview = load_interview(FULL[0])
    first, again, other = (plan_of(interview, 8, seed) for seed in (1, 1, 2))
    assert first == again and first.questions != other.questions
    common = set(first.questions) & set(other.questions)
    assert len(common) <= 5


def test_structured_keeps_to_the_banks_order_whatever_the_seed() -> None:
    interview = load_interview(FULL[0])
    plans = {plan_of(interview, 6, seed, structured=True).questions for seed in range(5)}
    assert plans == {(interview.warm_up, *interview.questions[:5])}
