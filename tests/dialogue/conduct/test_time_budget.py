"""How the time of an interview is kept: what is left, what fits, and when to close."""

from __future__ import annotations

import pytest

from dialogue.conduct.time_budget import CLOSING_S, TimeBudget, questions_for
from dialogue.content.script import Question


def question(name: str = "q", longest_s: float = 120.0) -> Question:
    return Question(name, ("Tell me about it.",), "work", "situational", max_answer_s=longest_s)


def begun(minutes: float, t_s: float = 0.0) -> TimeBudget:
    budget = TimeBudget(minutes)
    budget.begin(t_s)
    return budget


def test_without_a_limit_everything_fits_for_ever() -> None:
    budget = begun(0)
    assert not budget.limited and budget.judge(1e6, [question()]) == "unlimited"
    assert budget.fits(1e6, question()) and budget.follow_up_fits(1e6, [question()] * 50)
    assert budget.left_s(1e6) == float("inf")


def test_time_counts_from_the_beginning() -> None:
    budget = begun(10, t_s=100.0)
    assert budget.limited and budget.left_s(100.0) == 600.0 and budget.left_s(400.0) == 300.0


def test_the_pace_of_time_goes_from_ample_to_over() -> None:
    budget = begun(10)
    left = [question(str(i)) for i in range(4)]
    told = [budget.judge(t, left) for t in (0.0, 240.0, 420.0, 570.0)]
    assert told == ["ample", "normal", "short", "over"]
    assert budget.judge(590.0, []) == "over" and budget.judge(0.0, []) == "ample"


def test_who_answers_at_length_needs_more_and_who_is_brief_less() -> None:
    slow, usual, brief = begun(10), begun(10), begun(10)
    for n in range(4):
        slow.answered(str(n), 48.0, 110.0)
        brief.answered(str(n), 48.0, 10.0)
    assert slow.pace > 1.5 > usual.pace == 1.0 > 0.6 > brief.pace
    needs = [budget.needed_s(question()) for budget in (slow, usual, brief)]
    assert needs == sorted(needs, reverse=True)
    # however long the answers: never beyond what there is a use for
    for n in range(50):
        slow.answered(str(n), 1.0, 600.0)
    assert slow.pace == 2.2
    slow.answered("none", 0.0, 0.0)
    assert slow.pace <= 2.2


def test_only_recent_answers_count() -> None:
    budget = begun(10)
    for n in range(6):
        budget.answered(f"slow {n}", 48.0, 120.0)
    for n in range(6):
        budget.answered(f"usual {n}", 48.0, 48.0)
    assert budget.pace == 1.0


def test_a_request_is_no_quick_answer() -> None:
    asks, answers = begun(10), begun(10)
    for n in range(3):
        asks.answered(str(n), 48.0, 4.0)  # "say that again?"
        asks.answered(str(n), 48.0, 70.0)
        answers.answered(str(n), 48.0, 70.0)
    assert asks.pace == answers.pace > 1.0


def test_a_question_fits_until_there_is_only_time_to_close() -> None:
    budget = begun(5)
    needed = budget.needed_s(question(), 0.0)
    assert budget.fits(300.0 - needed - CLOSING_S, question())
    assert not budget.fits(300.0 - needed + 1.0, question())
    assert budget.fits(240.0, question("brief", 10.0)) and not budget.fits(
        240.0, question("long", 600.0)
    )


def test_follow_ups_give_way_to_the_questions_that_are_left() -> None:
    budget = begun(5)
    assert budget.follow_up_fits(0.0, [question()])
    assert budget.follow_up_fits(150.0, [question()])
    assert not budget.follow_up_fits(150.0, [question()] * 3)
    assert not budget.follow_up_fits(260.0, [])


@pytest.mark.parametrize(("minutes", "least", "most"), [(1, 1, 1), (5, 2, 5), (20, 12, 18)])
def test_questions_suit_the_time(minutes: float, least: int, most: int) -> None:
    assert least <= questions_for(minutes) <= most


def test_more_time_is_never_fewer_questions() -> None:
    counts = [questions_for(minutes) for minutes in range(1, 61)]
    assert counts == sorted(counts) and counts[0] == 1


def test_the_candidates_turn_fits_while_it_runs_over_by_a_tenth_at_most() -> None:
    assert TimeBudget().turn_fits(1e6)
    budget = TimeBudget(10.0)
    budget.begin(5.0)
    last_s = 5.0 + 660.0 - CLOSING_S
    assert budget.turn_fits(last_s) and not budget.turn_fits(last_s + 0.1)
