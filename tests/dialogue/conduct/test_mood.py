"""Her mood moves slowly where it is drawn, goes home again, and shows without flickering."""

from __future__ import annotations

import itertools

import pytest

from dialogue.conduct.mood import HOLD_S, PULLS, Mood
from dialogue.content.manner import Manner, load_manner, manners

EVEN = Manner(attitude="neutral", inertia_s=20.0)


def passing(mood: Mood, seconds: float, t_s: float = 0.0, tick_s: float = 0.5) -> float:
    """Lets time pass; what time it is then."""
    for _ in range(round(seconds / tick_s)):
        t_s += tick_s
        mood.step(t_s)
    return t_s


def test_it_rests_in_its_manner_when_nothing_happens() -> None:
    mood = Mood(Manner(attitude="serious", warmth=0.2, interest=0.7, patience=2.0))
    passing(mood, 120.0)
    state = mood.state
    assert (state.interest, state.warmth, state.patience) == (0.7, 0.2, 1.0)
    assert state.attitude == "serious"


def test_nothing_moves_at_once() -> None:
    mood = Mood(EVEN)
    passing(mood, 10.0)
    before = mood.state
    mood.draw("insult")
    assert mood.state == before
    mood.step(10.1)
    assert abs(mood.state.warmth - before.warmth) < 0.03


@pytest.mark.parametrize("what", PULLS)
def test_each_event_draws_it_where_it_says_and_it_comes_home(what: str) -> None:
    mood = Mood(EVEN)
    rest = mood.state
    mood.draw(what)
    t_s = passing(mood, 8.0)
    moved = mood.state
    for pull, now, before in zip(
        PULLS[what],
        (moved.interest, moved.warmth, moved.patience),
        (rest.interest, rest.warmth, rest.patience),
        strict=True,
    ):
        if abs(pull) >= 0.05:
            assert (now - before) * pull > 0, what
    passing(mood, 400.0, t_s)
    home = mood.state
    assert home.interest == pytest.approx(rest.interest, abs=0.01)
    assert home.warmth == pytest.approx(rest.warmth, abs=0.01)
    assert home.attitude == "neutral"


def test_a_strong_answer_shows_as_interest_and_an_insult_as_seriousness() -> None:
    for what, attitude in (("strong_answer", "interested"), ("insult", "serious")):
        mood = Mood(EVEN)
        t_s = passing(mood, 10.0)
        mood.draw(what)
        mood.draw(what)
        passing(mood, 15.0, t_s)
        assert mood.state.attitude == attitude


def test_an_attitude_stays_a_while_whatever_happens() -> None:
    mood = Mood(Manner(attitude="neutral", inertia_s=1.0))
    t_s, changes, shown = 0.0, [], mood.state.attitude
    for tick in range(4000):
        t_s += 0.05
        mood.draw("strong_answer" if tick // 20 % 2 else "insult")
        mood.step(t_s)
        if mood.state.attitude != shown:
            shown = mood.state.attitude
            changes.append(t_s)
    gaps = [b - a for a, b in itertools.pairwise(changes)]
    assert changes and all(gap >= HOLD_S - 1e-6 for gap in gaps)


def test_it_never_leaves_the_scale() -> None:
    mood = Mood(Manner(inertia_s=1.0))
    t_s = 0.0
    for what in list(PULLS) * 30:
        mood.draw(what)
        t_s = passing(mood, 1.0, t_s)
        state = mood.state
        assert all(0 <= v <= 1 for v in (state.interest, state.warmth, state.patience))


def test_time_that_stands_still_or_runs_back_changes_nothing() -> None:
    mood = Mood(EVEN)
    mood.step(10.0)
    mood.draw("insult")
    mood.step(10.0)
    mood.step(3.0)
    assert mood.state.warmth == EVEN.warmth


def test_the_tick_makes_no_difference_to_where_it_goes() -> None:
    coarse, fine = Mood(EVEN), Mood(EVEN)
    for mood, tick_s in ((coarse, 0.25), (fine, 1 / 30)):
        mood.step(0.0)
        mood.draw("insult")
        passing(mood, 10.0, 0.0, tick_s)
    assert coarse.state.warmth == pytest.approx(fine.state.warmth, abs=0.01)


def test_manners_differ_in_how_far_the_same_moves_them() -> None:
    after = {}
    for name in manners():
        mood = Mood(load_manner(name).manner)
        mood.step(0.0)
        mood.draw("insult")
        passing(mood, 5.0)
        after[name] = mood.state
    assert len({(s.interest, s.warmth, s.patience) for s in after.values()}) == len(after)
