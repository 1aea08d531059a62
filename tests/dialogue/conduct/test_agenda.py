"""Which question comes next: in the planned order, or by answers and time."""

from __future__ import annotations

from dialogue.conduct.agenda import Agenda
from dialogue.conduct.settings import ConductSettings
from dialogue.conduct.time_budget import TimeBudget
from dialogue.content.planning import InterviewPlan
from dialogue.content.script import Interview, Question

ADAPTIVE = ConductSettings()
STRUCTURED = ConductSettings(mode="structured")
STRONG, WEAK = [0.9, 0.8], [0.1, 0.05]


def plan(levels: list[int], spare: list[int] | None = None) -> InterviewPlan:
    """Questions of those levels, the first for warming up, and some in reserve."""
    spare = spare or []
    every = [
        Question(f"q{i}", (f"Question {i}?",), "work", "situational", difficulty=level)
        for i, level in enumerate([*levels, *spare])
    ]
    line = ("Line.",)
    interview = Interview(
        "tester", "Tests.", line, every[0], tuple(every[1:]), line, line, line, line
    )
    return InterviewPlan(interview, tuple(every[: len(levels)]), tuple(every[len(levels) :]))


def agenda(
    questions: InterviewPlan,
    settings: ConductSettings = ADAPTIVE,
    minutes: float = 0.0,
    start_at: int = 0,
) -> Agenda:
    budget = TimeBudget(minutes)
    budget.begin(0.0)
    return Agenda(questions, start_at, settings, budget)


def rest(of: Agenda, strengths: list[float], t_s: float = 0.0) -> list[int]:
    """All questions that follow, at one time."""
    found = []
    while (index := of.next(t_s, strengths)) is not None:
        found.append(index)
    return found


def test_without_answers_to_go_by_the_plan_is_kept() -> None:
    of = agenda(plan([1, 3, 1, 2]))
    assert of.first() == 0
    assert rest(of, []) == [1, 2, 3]
    assert of.progress == (4, 4) and of.likely_next is None


def test_strong_answers_bring_harder_questions_and_weak_ones_easier() -> None:
    for strengths, order in (
        (STRONG, [3, 2, 4, 1]),
        (WEAK, [1, 2, 4, 3]),
        ([0.3, 0.4], [2, 4, 1, 3]),
    ):
        of = agenda(plan([1, 1, 2, 3, 2]))
        of.first()
        assert rest(of, strengths) == order


def test_only_recent_answers_decide() -> None:
    of = agenda(plan([1, 1, 3]))
    of.first()
    assert of.next(0.0, [*WEAK, *WEAK, *STRONG]) == 2


def test_one_answer_alone_decides_nothing() -> None:
    of = agenda(plan([1, 1, 3]))
    of.first()
    assert of.next(0.0, [0.9]) == 1


def test_structured_means_the_same_order_for_everybody() -> None:
    for strengths in ([], STRONG, WEAK):
        of = agenda(plan([1, 3, 1, 2], spare=[2]), STRUCTURED)
        of.first()
        assert rest(of, strengths) == [1, 2, 3]


def test_each_question_is_asked_once() -> None:
    of = agenda(plan([1, 2, 3, 2], spare=[1, 3]), minutes=45)
    asked = [of.first(), *rest(of, STRONG)]
    assert sorted(asked) == [0, 1, 2, 3, 4, 5]


def test_without_a_limit_the_reserve_is_left_alone() -> None:
    of = agenda(plan([1, 2], spare=[2]))
    of.first()
    assert rest(of, STRONG) == [1]


def test_with_time_to_spare_the_reserve_is_asked_until_it_is_over() -> None:
    of = agenda(plan([1, 2], spare=[2, 2]), minutes=10)
    of.first()
    assert of.next(60.0, []) == 1
    assert of.next(120.0, []) == 2
    assert of.next(590.0, []) is None


def test_time_is_to_spare_where_not_even_the_reserve_would_fill_it() -> None:
    long, short = (agenda(plan([1, 2], spare=[2]), minutes=m) for m in (10, 3))
    assert long.to_spare(30.0) and not long.to_spare(500.0) and not short.to_spare(30.0)
    reserve = agenda(plan([1, 2], spare=[2] * 9), minutes=10)
    assert reserve.pace(30.0) == "ample" and not reserve.to_spare(30.0)
    assert not agenda(plan([1, 2])).to_spare(0.0), "without a limit nobody has to fill it"


def test_what_does_not_fit_is_left_out_and_the_end_is_the_end() -> None:
    of = agenda(plan([1, 2, 2, 2, 2, 2]), minutes=5)
    of.first()
    assert of.pace(60.0) == "short"
    assert of.next(60.0, []) == 1
    assert of.next(250.0, []) is None
    assert of.pace(290.0) == "over" and of.next(290.0, []) is None


def test_shorter_questions_that_fit_come_before_longer_ones_that_do_not() -> None:
    questions = plan([1, 2, 2])
    long = Question("long", ("A long one?",), "work", "situational", max_answer_s=600.0)
    questions = InterviewPlan(
        questions.interview, (*questions.questions[:1], long, questions.questions[2])
    )
    of = agenda(questions, minutes=5)
    of.first()
    index = of.next(120.0, [])
    assert index == 2 and of.skipped(index)


def test_a_question_that_was_withdrawn_comes_again() -> None:
    of = agenda(plan([1, 2, 2]))
    of.first()
    index = of.next(0.0, [])
    assert index == 1 and of.progress == (2, 3)
    of.give_back(index)
    assert of.progress == (1, 3) and of.likely_next == 1 and of.next(0.0, []) == 1


def test_an_interview_taken_up_again_goes_on_where_it_was() -> None:
    of = agenda(plan([1, 2, 2, 3]), start_at=2)
    assert of.progress == (2, 4)
    assert of.first() == 2 and of.likely_next == 3


def test_follow_ups_ask_the_clock() -> None:
    of = agenda(plan([1, 2, 2]), minutes=5)
    of.first()
    assert of.follow_up_fits(10.0) and not of.follow_up_fits(200.0)
    assert agenda(plan([1, 2])).follow_up_fits(1e6)
