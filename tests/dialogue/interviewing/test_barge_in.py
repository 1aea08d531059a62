"""What she does about somebody who speaks over her, tick by tick."""

from __future__ import annotations

from dialogue.interviewing.settings import DialogueSettings
from dialogue.types import Feedback, RecruiterAct, WaitData
from perception.fusion import Fusion
from tests.dialogue.interviewing.parts import BECAUSE, Parts
from tests.fakes import TICK_S, Doing, Signals, data_of, speaks

LINE = "Tell me about a time at which everything went wrong, and what you did about it."


def spoken_over(parts: Parts, *doings: Doing, until_s: float) -> list[RecruiterAct]:
    """Her acts from the moment on at which her line begins; she yields where she may."""
    signals, fusion = Signals(), Fusion()
    signals.add(doings)
    found: list[RecruiterAct] = []
    for tick in range(int(until_s / TICK_S)):
        t_s = tick * TICK_S
        for item in signals.until(t_s):
            fusion.add(item)
        state = fusion.state(t_s)
        parts.at(t_s)
        view = parts.turn.step(state)
        if tick == 0:
            act = parts.acts.make("ask", BECAUSE, LINE)
            parts.own.add_feedback([Feedback(0.0, act.id, "start")], 0.0)
        parts.barge_in.step(state, view)
        if not parts.barge_in.spoken_through:
            parts.barge_in.yield_if_spoken_over(state, view)
        found += parts.acts.made
    return found[1:]


def asking() -> Parts:
    parts = Parts()
    parts.standing.phase = "asking"
    return parts


def test_she_holds_at_a_word_and_goes_on_after_it() -> None:
    hold, resume = spoken_over(asking(), speaks(1.0, 1.4), until_s=4.0)
    assert data_of(hold, WaitData) == WaitData(hold=True, act="act-1")
    assert data_of(resume, WaitData) == WaitData(resume=True, act="act-1")
    assert 1.0 < hold.t_s < 1.3 < 1.4 < resume.t_s


def test_she_yields_to_more_than_a_word() -> None:
    parts = asking()
    _, stop = spoken_over(parts, speaks(1.0, 3.0), until_s=4.0)
    assert data_of(stop, WaitData) == WaitData(stop=True, stops="act-1")
    assert stop.because is not None and stop.because.rule == "barge_in"
    assert 0.65 < stop.t_s - 1.0 < 0.9
    assert not parts.own.speaking


def test_after_two_interruptions_she_speaks_a_question_through() -> None:
    parts = asking()
    for _ in range(2):
        assert spoken_over(parts, speaks(1.0, 3.0), until_s=4.0)
    assert parts.barge_in.spoken_through
    assert spoken_over(parts, speaks(1.0, 3.0), until_s=4.0) == []
    parts.barge_in.begin_question()
    parts.own.drop(4.0, 0.0)
    assert len(spoken_over(parts, speaks(1.0, 3.0), until_s=4.0)) == 2


def test_only_questions_are_spoken_through() -> None:
    parts = Parts(settings=DialogueSettings(yields_per_question=0))
    parts.standing.phase = "listening"
    assert parts.barge_in.spoken_through
    (hold,) = spoken_over(parts, speaks(1.0, 3.0), until_s=2.5)
    assert data_of(hold, WaitData).hold


def test_an_echo_of_hers_is_found_out_once_she_is_silent() -> None:
    parts = asking()
    # it sets in with her line, and stops when she does
    spoken_over(parts, speaks(0.1, 0.95), until_s=0.95)
    assert not parts.own.speaking and not parts.barge_in.echoed
    signals, fusion = Signals(), Fusion()
    heard: list[bool] = []
    for tick in range(30):
        t_s = 1.0 + tick * TICK_S
        for item in signals.until(t_s):
            fusion.add(item)
        state = fusion.state(t_s)
        parts.barge_in.step(state, parts.turn.step(state))
        heard.append(parts.barge_in.echoed)
    assert heard.count(True) == 1
