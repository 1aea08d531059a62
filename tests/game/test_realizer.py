"""Blocks of behaviour become movement at the right times and sizes."""

from __future__ import annotations

import itertools
import random

import pytest

from dialogue.types import Behaviour, BehaviourBlock
from game.players import NOD_DEG
from game.realizer import Realizer


def block(*behaviours: Behaviour, composition: str = "MERGE") -> BehaviourBlock:
    return BehaviourBlock("b", 0.0, "act-1", behaviours, composition)  # type: ignore[arg-type]


def played(*behaviours: Behaviour, at: float = 10.0, speech_s: float | None = None) -> Realizer:
    realizer = Realizer(random.Random(1))
    realizer.play(block(*behaviours), at, speech_s)
    return realizer


def test_a_nod_goes_down_and_comes_back_with_shrinking_cycles() -> None:
    nod = Behaviour("n", "head", {"lexeme": "NOD", "repetition": 2, "amount": 1.0})
    realizer = played(nod)
    pitch = [realizer.update(10.0 + i / 100).head.pitch_deg for i in range(100)]
    first, second = min(pitch[:42]), min(pitch[42:84])
    assert first == pytest.approx(-NOD_DEG, abs=0.1)
    assert -NOD_DEG < second < -0.5 * NOD_DEG
    assert max(pitch) <= 0.0
    assert pitch[-1] == 0.0


def test_a_smile_rises_holds_and_fades_without_a_jump() -> None:
    smile = Behaviour(
        "s",
        "faceLexeme",
        {"lexeme": "smile", "amount": 1.0},
        {"start": 0.0, "ready": 0.4, "relax": 1.5, "end": 2.0},
    )
    realizer = played(smile)
    course = [
        realizer.update(10.0 + i / 60).expressions.weights().get("mouthSmileLeft", 0.0)
        for i in range(150)
    ]
    assert max(course) > 0.6
    assert course[45] == max(course)
    assert course[-1] == 0.0
    assert max(abs(b - a) for a, b in itertools.pairwise(course)) < 0.08


def test_sync_references_follow_the_speech() -> None:
    speech = Behaviour("sp", "speech", {"text": "Good morning."})
    brows = Behaviour(
        "f", "faceLexeme", {"lexeme": "raiseBrows"}, {"start": "sp:end-0.2", "end": "sp:end + 1"}
    )
    realizer = played(speech, brows, speech_s=2.0)
    assert not realizer.update(11.7).expressions.weights()
    assert realizer.update(12.3).expressions.weights()["browInnerUp"] > 0.1
    assert not realizer.update(13.1).expressions.weights()


@pytest.mark.parametrize(
    ("behaviour", "word"),
    [
        (Behaviour("x", "faceLexeme", {"lexeme": "grimace"}), "grimace"),
        (Behaviour("x", "gaze", {"target": "moon"}), "moon"),
        (Behaviour("x", "head", {"lexeme": "SPIN"}), "SPIN"),
        (Behaviour("x", "faceFacs", {"au": 99}), "99"),
        (Behaviour("x", "head", {"lexeme": "NOD"}, {"start": "nothing:end"}), "nothing"),
        (Behaviour("x", "faceLexeme", {"lexeme": "smile"}, {"start": 2.0, "end": 1.0}), "order"),
    ],
)
def test_what_cannot_be_shown_is_said_and_the_rest_goes_on(behaviour: Behaviour, word: str) -> None:
    good = Behaviour("y", "faceLexeme", {"lexeme": "smile", "amount": 1.0})
    realizer = played(behaviour, good)
    assert len(realizer.warnings) == 1
    assert word in str(realizer.warnings[0])
    assert realizer.update(10.6).expressions.weights()["mouthSmileLeft"] > 0.5


def test_replace_lets_go_of_what_was_before() -> None:
    hold = {"start": 0.0, "ready": 0.1, "relax": 30.0, "end": 31.0}
    smile = Behaviour("a", "faceLexeme", {"lexeme": "smile", "amount": 1.0}, hold)
    brows = Behaviour("b", "faceLexeme", {"lexeme": "raiseBrows", "amount": 1.0}, hold)
    realizer = played(smile)
    realizer.play(block(brows, composition="REPLACE"), 12.0)
    weights = realizer.update(13.0).expressions.weights()
    assert "mouthSmileLeft" not in weights
    assert weights["browInnerUp"] > 0.5


def test_append_waits_for_what_was_before() -> None:
    first = Behaviour("a", "head", {"lexeme": "NOD", "amount": 1.0})
    realizer = played(first)
    realizer.play(block(first, composition="APPEND"), 10.0)
    low = [realizer.update(10.0 + i / 100).head.pitch_deg < -3.0 for i in range(90)]
    assert any(low[:42]) and any(low[42:])


def test_gaze_is_held_for_its_time_and_given_back() -> None:
    look = Behaviour("g", "gaze", {"target": "notes"}, {"start": 0.0, "end": 1.5})
    realizer = played(look)
    assert realizer.update(10.5).gaze == "notes"
    assert realizer.update(11.6).gaze is None
