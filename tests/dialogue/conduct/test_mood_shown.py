"""What shows of her mood: one attitude at a time, in all that she does, and without flickering."""

from __future__ import annotations

import itertools
import random

import pytest

from dialogue.conduct.mood import HOLD_S, PULLS, Mood
from dialogue.content.manner import Attitude, Manner, load_manner, manners
from dialogue.content.persona import load_persona
from dialogue.content.script import load_interview
from dialogue.manager import DialogueManager
from dialogue.types import AcknowledgeData, RecruiterAct
from tests.fakes import Doing, leaves, looks, moves, nods, play, smiles, speaks

TICK_S = 0.1


def passes(mood: Mood, from_s: float, to_s: float) -> list[tuple[float, Attitude]]:
    """Each attitude that shows, with when it began to."""
    found: list[tuple[float, Attitude]] = []
    for tick in range(round(from_s / TICK_S), round(to_s / TICK_S)):
        mood.step(tick * TICK_S)
        if not found or found[-1][1] != mood.attitude:
            found.append((tick * TICK_S, mood.attitude))
    return found


def test_at_rest_she_is_as_her_manner_has_her() -> None:
    for name in manners():
        manner = load_manner(name).manner
        mood = Mood(manner)
        assert passes(mood, 0.0, 60.0) == [(0.0, manner.attitude)]
        assert mood.amount("nod") == mood.amount("smile") == mood.praise == 1.0


def test_what_happens_moves_her_slowly_and_fades_again() -> None:
    mood = Mood(Manner(inertia_s=20.0))
    mood.step(0.0)
    mood.draw("strong_answer")
    mood.draw("strong_answer")
    assert mood.state.interest == 0.5, "nothing moves at once"
    passes(mood, 0.1, 10.0)
    high = mood.state.interest
    assert high > 0.7
    assert mood.attitude == "interested"
    passes(mood, 10.0, 200.0)
    assert mood.state.interest == pytest.approx(0.5, abs=0.02)
    assert mood.attitude == "neutral"


def test_a_manner_of_less_inertia_moves_sooner() -> None:
    levels = []
    for inertia_s in (8.0, 40.0):
        mood = Mood(Manner(inertia_s=inertia_s))
        mood.step(0.0)
        mood.draw("insult")
        passes(mood, 0.1, 3.0)
        levels.append(mood.state.warmth)
    assert levels[0] < levels[1] - 0.1


def test_interest_nods_deeper_warmth_smiles_more_broadly() -> None:
    mood = Mood(Manner())
    mood.step(0.0)
    for _ in range(3):
        mood.draw("strong_answer")
        mood.draw("insult")
    passes(mood, 0.1, 8.0)
    assert mood.amount("nod") > 1.0 > mood.amount("smile") >= 0.6
    assert mood.amount("tilt") == 1.0


def test_praise_comes_easier_when_interested_than_when_doubtful() -> None:
    praises = []
    for what in ("strong_answer", "vague"):
        mood = Mood(Manner())
        mood.step(0.0)
        for _ in range(3):
            mood.draw(what)
        passes(mood, 0.1, 10.0)
        praises.append(mood.praise)
    assert praises[0] > 1.0 > praises[1]


@pytest.mark.parametrize("name", manners())
@pytest.mark.parametrize("seed", range(5))
def test_whatever_happens_at_most_one_change_in_six_seconds(name: str, seed: int) -> None:
    rng = random.Random(seed)
    mood = Mood(load_manner(name).manner)
    wanted: list[Attitude] = ["warm", "interested", "concerned", "encouraging", "serious"]
    changes, last = [], mood.attitude
    for tick in range(3000):
        t_s = tick * TICK_S
        mood.step(t_s)
        if rng.random() < 0.1:
            mood.draw(rng.choice(list(PULLS)))
        if rng.random() < 0.1:
            mood.show(rng.choice(wanted))
        if mood.attitude != last:
            last = mood.attitude
            changes.append(t_s)
    assert len(changes) > 10, "nothing would be told by a mood that never moves"
    assert all(b - a >= HOLD_S - 1e-9 for a, b in itertools.pairwise(changes))


WILD: list[Doing] = [
    *(smiles(5 + 7 * i, 6.2 + 7 * i) for i in range(30)),
    *(nods(8 + 9 * i) for i in range(20)),
    *(looks(20 + 40 * i, 30 + 40 * i, "down") for i in range(5)),
    leaves(60, 64),
    leaves(120, 125),
    moves(0, 250, fidget=0.9, hand_to_face=True),
]


@pytest.mark.parametrize("manner", ["warm", "stressing"])
def test_her_face_never_flickers_in_an_interview(manner: str) -> None:
    persona = load_persona("anna", manner=manner)
    m = DialogueManager(load_interview("nurse"), persona, None, 2, questions=4)
    shown: list[tuple[float, str]] = []
    original = m.step

    def step(state, feedback=()):
        acts = original(state, feedback)
        if not shown or shown[-1][1] != m.mood.attitude:
            shown.append((state.t_s, m.mood.attitude))
        return acts

    m.step = step  # type: ignore[method-assign,assignment]
    talk = [speaks(0.6 + 4 * i, 4.0 + 4 * i) for i in range(8)]
    played = play(m, WILD, answers=[talk, [speaks(0.5, 1.5)], talk, [], talk, talk], seconds=250)
    assert len(shown) > 4
    changes = [t_s for t_s, _ in shown[1:]]
    assert all(b - a >= HOLD_S - 1e-9 for a, b in itertools.pairwise(changes))
    # what she shows without a word is what shows of her mood
    for act in played.acts:
        if isinstance(act.data, AcknowledgeData) and not act.text:
            assert act.attitude == attitude_at(shown, act), act


def attitude_at(shown: list[tuple[float, str]], act: RecruiterAct) -> str:
    return [attitude for t_s, attitude in shown if t_s <= act.t_s][-1]


def test_a_line_has_the_attitude_of_its_words_and_she_stays_in_it() -> None:
    m = DialogueManager(load_interview("nurse"), load_persona("david"), None, 2, questions=1)
    played = play(m, answers=[[speaks(0.5, 1.4)], [speaks(0.5, 9.0)]], seconds=60)
    greeting, first = played.acts[0], played.of("ask")[0]
    assert greeting.attitude == "warm"
    assert first.attitude in ("warm", "serious"), "hers at the moment, never a third"
    follow_up = played.of("ask")[1]
    assert follow_up.attitude == "interested"
    listens = next(a for a in played.of("listen") if a.t_s > follow_up.t_s)
    assert listens.attitude == "interested"
