"""Behaviour blocks: what acts look like, and that their sync points make sense."""

from __future__ import annotations

import itertools
import random

import pytest

from dialogue.behaviour import Spoken, plan
from dialogue.manager import DialogueManager
from dialogue.persona import load_persona
from dialogue.script import load_interview
from dialogue.types import Because, RecruiterAct
from tests.fakes import play, smiles, speaks

ORDER = ("start", "ready", "strokeStart", "stroke", "strokeEnd", "relax", "end")
BECAUSE = Because("test", "test")


def act(kind: str, text: str = "", **data: object) -> RecruiterAct:
    return RecruiterAct(1.0, kind, text, "neutral", BECAUSE, "act-1", None, data)  # type: ignore[arg-type]


def test_all_acts_of_an_interview_become_blocks_in_order_of_their_sync_points() -> None:
    persona, rng = load_persona("anna"), random.Random(1)
    manager = DialogueManager(load_interview("nurse"), persona, seed=3, questions=4)
    answers = [[speaks(0.6, 14.0)], [speaks(0.5, 1.5)], [], [speaks(0.5, 20)], [speaks(0.5, 9)]]
    played = play(manager, [smiles(9, 11)], answers)
    blocks = [plan(each, persona, rng) for each in played.acts]
    kinds = {b.kind for block in blocks for b in block.behaviours}
    assert {"speech", "gaze", "head", "faceLexeme"} <= kinds
    for block in blocks:
        ids = [b.id for b in block.behaviours]
        assert len(set(ids)) == len(ids)
        for behaviour in block.behaviours:
            times = [behaviour.sync[p] for p in ORDER if p in behaviour.sync]
            assert all(isinstance(t, float) and t >= 0 for t in times)
            assert all(a <= b for a, b in itertools.pairwise(times)), behaviour  # type: ignore[operator]
            assert 0 <= behaviour.attributes.get("amount", 0.5) <= 1


def test_a_returned_smile_starts_at_once_and_lasts_as_smiles_do() -> None:
    smile = act("acknowledge", gesture="smile", strength=0.6)
    for seed in range(20):
        block = plan(smile, load_persona("anna"), random.Random(seed))
        (face,) = block.behaviours
        assert face.kind == "faceLexeme" and face.attributes["lexeme"] == "smile"
        start, ready, end = (float(face.sync[p]) for p in ("start", "ready", "end"))
        assert start == 0.0
        assert 0.3 <= ready <= 0.8
        assert 0.5 <= end <= 4.0


def test_nods_keep_the_pace_and_count_of_the_act() -> None:
    for repetition in (1, 2, 3):
        nod = act("acknowledge", gesture="nod", strength=0.4, repetition=repetition)
        (head,) = plan(nod, load_persona("anna"), random.Random(2)).behaviours
        assert head.attributes == {"lexeme": "NOD", "repetition": repetition, "amount": 0.4}
        rate_hz = repetition / float(head.sync["end"])
        assert 1.9 <= rate_hz <= 3.4


def test_she_looks_at_the_candidate_when_her_line_ends() -> None:
    line = "Tell me about a problem in a program that was really hard to find and to mend."
    for seed in range(20):
        block = plan(act("ask", line), load_persona("marcus"), random.Random(seed), Spoken(6.0))
        last = [b for b in block.behaviours if b.kind == "gaze"][-1]
        assert last.attributes["target"] == "candidate"
        assert float(last.sync["start"]) < 6.0 < float(last.sync["relax"])


def test_stress_falls_on_words_that_the_voice_timed() -> None:
    words = (("Tell", 0.0, 0.2), ("me", 0.2, 0.3), ("about", 0.3, 0.6), ("computers", 3.0, 3.6))
    spoken = Spoken(4.0, words)
    found = []
    for seed in range(40):
        block = plan(
            act("say", "x", purpose="help"), load_persona("anna"), random.Random(seed), spoken
        )
        for behaviour in block.behaviours:
            if behaviour.kind == "gesture":
                found.append(float(behaviour.sync["ready"]))
            elif behaviour.kind == "head":
                found.append(float(behaviour.sync["start"]))
    assert found and all(abs(t - 3.0) < 0.01 or t <= 0.5 for t in found)
    assert any(abs(t - 3.0) < 0.01 for t in found)


def test_yielding_replaces_what_is_under_way() -> None:
    stop = plan(act("wait", stop=True), load_persona("anna"), random.Random(1))
    assert stop.composition == "REPLACE"
    assert any(b.attributes.get("target") == "candidate" for b in stop.behaviours)
    assert plan(act("listen"), load_persona("anna"), random.Random(1)).composition == "MERGE"


@pytest.mark.parametrize("name", ["anna", "marcus"])
def test_the_same_chance_gives_the_same_block(name: str) -> None:
    ask = act("ask", "What do you do before you call a piece of work finished, and why so?")
    persona = load_persona(name)
    blocks = [plan(ask, persona, random.Random(9)) for _ in range(2)]
    assert blocks[0] == blocks[1]
    assert plan(ask, persona, random.Random(10)) != blocks[0]


def test_a_lively_recruiter_moves_more() -> None:
    ask = act("ask", "Tell me about a difficult decision that you made without much information.")

    def moves(name: str) -> int:
        rng = random.Random(4)
        persona = load_persona(name)
        return sum(len(plan(ask, persona, rng, Spoken(7.0)).behaviours) for _ in range(60))

    assert moves("anna") > moves("marcus")
