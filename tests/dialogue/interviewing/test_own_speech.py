"""Whether she holds, goes on or yields when the candidate speaks over her."""

from __future__ import annotations

import pytest

from dialogue.interviewing.own_speech import OwnSpeech
from dialogue.turntaking.turn import TurnDetector
from dialogue.types import Feedback, RecruiterAct
from perception.fusion import Fusion
from perception.types import CandidateState, Event
from tests.fakes import TICK_S, Doing, Signals, speaks

HOLD_S, QUIET_S = 0.17, 0.3
MEASURED = Event(0.1, "microphone", "echo_measured", {"heard": True})


class Scene:
    """She speaks; the candidate does what they do; what she makes of it is noted."""

    def __init__(self, *told: Event) -> None:
        self.own, self.turns = OwnSpeech(), TurnDetector()
        self.signals, self.fusion = Signals(), Fusion()
        for event in told:
            self.fusion.add(event)
        self.t_s = 0.0
        self.did: list[tuple[float, str]] = []

    def says(self, act_id: str, kind: str = "say") -> None:
        act = RecruiterAct(self.t_s, kind, "Welcome, it is good to see you here.", id=act_id)  # type: ignore[arg-type]
        self.own.add(act)
        self.own.add_feedback([Feedback(self.t_s, act_id, "start")], self.t_s)

    def ends(self, act_id: str) -> None:
        self.own.add_feedback([Feedback(self.t_s, act_id, "end")], self.t_s)

    def until(self, end_s: float, *doings: Doing) -> CandidateState:
        self.signals.add(doings)
        state = self.fusion.state(self.t_s)
        while self.t_s < end_s:
            for item in self.signals.until(self.t_s):
                self.fusion.add(item)
            state = self.fusion.state(self.t_s)
            did = self.own.attend(state, self.turns.step(state), HOLD_S, QUIET_S)
            if did is not None:
                self.did.append((self.t_s, did))
            self.t_s += TICK_S
        return state


def test_a_word_makes_her_hold_within_a_quarter_of_a_second_and_go_on_after_it() -> None:
    scene = Scene()
    scene.says("act-1")
    scene.until(6.0, speaks(1.0, 1.4))
    (hold_s, hold), (resume_s, resume) = scene.did
    assert (hold, resume) == ("hold", "resume")
    assert HOLD_S <= hold_s - 1.0 <= 0.25
    assert QUIET_S <= resume_s - 1.4 <= QUIET_S + 0.2
    assert not scene.own.held
    # what she held does not count as spoken
    assert scene.own.elapsed(scene.t_s) == pytest.approx(scene.t_s - (resume_s - hold_s), abs=0.01)


def test_she_holds_for_as_long_as_they_speak() -> None:
    scene = Scene()
    scene.says("act-1")
    state = scene.until(4.0, speaks(1.0, 5.0))
    assert [did for _, did in scene.did] == ["hold"] and scene.own.held
    view = scene.turns.step(state)
    # speech began 1 s into the line, and counts in full though her line stands still
    assert scene.own.overlap(state, view) == pytest.approx(3.0, abs=0.1)


@pytest.mark.parametrize("kind", ["acknowledge", "interrupt", "close"])
def test_sounds_of_listening_and_farewells_are_carried_through(kind: str) -> None:
    scene = Scene()
    scene.says("act-1", kind)
    scene.until(4.0, speaks(1.0, 3.0))
    assert scene.did == []


@pytest.mark.parametrize(("told", "holds"), [((), 2), ((MEASURED,), 4)])
def test_she_turns_deaf_to_echoes_only_where_her_own_voice_is_not_known(
    told: tuple[Event, ...], holds: int
) -> None:
    """Sound that sets in with hers, time and again, is her echo, unless hearing knows better."""
    scene = Scene(*told)
    for n in range(4):
        begin_s = scene.t_s
        scene.says(f"act-{n}")
        scene.until(begin_s + 5.0, speaks(begin_s + 0.1, begin_s + 0.45))
        scene.ends(f"act-{n}")
        scene.until(begin_s + 6.0)
    assert [did for _, did in scene.did] == ["hold", "resume"] * holds
    assert scene.own.deaf == (not told)
