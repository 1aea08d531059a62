"""Behaviour blocks: what acts look like, and that their sync points make sense."""

from __future__ import annotations

import itertools
import random

import pytest

from dialogue.behaviour.gesture_selection import Memory
from dialogue.behaviour.planner import plan
from dialogue.content.persona import load_persona
from dialogue.content.script import load_interview
from dialogue.manager import DialogueManager
from dialogue.types import (
    AcknowledgeData,
    ActKind,
    Because,
    BehaviourBlock,
    ListenData,
    RecruiterAct,
    Spoken,
    act_data,
)
from tests.fakes import play, smiles, speaks

ORDER = ("start", "ready", "strokeStart", "stroke", "strokeEnd", "relax", "end")
BECAUSE = Because("test", "test")


def act(kind: str, text: str = "", **data: object) -> RecruiterAct:
    return RecruiterAct(1.0, kind, text, "neutral", BECAUSE, "act-1", None, act_data(kind, data))  # type: ignore[arg-type]


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
                found.append(float(behaviour.sync["stroke"]))
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


def timed(text: str, word_s: float = 0.35) -> Spoken:
    words = text.split()
    times = tuple((word, i * word_s, (i + 0.8) * word_s) for i, word in enumerate(words))
    return Spoken(len(words) * word_s, times)


def gestures(block: BehaviourBlock) -> list[tuple[str, float]]:
    return [
        (str(b.attributes["lexeme"]), float(b.sync.get("stroke", b.sync["start"])))
        for b in block.behaviours
        if b.kind == "gesture"
    ]


@pytest.mark.parametrize(
    ("line", "lexeme", "word"),
    [
        ("There are some points: first the people, and second the work itself.", "ENUMERATE", 4),
        ("I was reading with interest in your CV that you worked abroad.", "POINT_CV", 7),
        ("We can begin here or there, it is entirely up to you whichever.", "SHRUG", 11),
    ],
)
def test_gestures_fit_what_is_said_on_the_very_word(line: str, lexeme: str, word: int) -> None:
    spoken, persona = timed(line), load_persona("priya")
    hits = []
    for seed in range(60):
        block = plan(act("say", line), persona, random.Random(seed), spoken)
        hits += [when for name, when in gestures(block) if name == lexeme]
    assert len(hits) > 10
    starts = {round(start, 3) for _, start, _ in spoken.words}
    assert all(when in starts for when in hits)
    assert any(abs(when - spoken.words[word][1]) < 0.05 for when in hits)


def test_fingers_count_what_she_counts() -> None:
    line = "There are some points here: first the people, and then at last, third, the payment."
    shown = {
        (float(b.sync["stroke"]), b.attributes["number"])
        for seed in range(60)
        for b in plan(
            act("say", line), load_persona("priya"), random.Random(seed), timed(line)
        ).behaviours
        if b.attributes.get("lexeme") == "ENUMERATE"
    }
    spoken = timed(line).words
    assert {(round(when, 2), number) for when, number in shown} == {
        (round(spoken[5][1], 2), 1),
        (round(spoken[12][1], 2), 3),
    }


def test_no_gesture_comes_twice_in_a_row_and_hands_do_one_thing_at_a_time() -> None:
    rng, memory, persona = random.Random(5), Memory(), load_persona("priya")
    line = "Please describe a difficult decision, what you considered, and which result it brought?"
    names: list[str] = []
    for number in range(80):
        ask = RecruiterAct(30.0 * number, "ask", line, "neutral", BECAUSE, f"act-{number}")
        block = plan(ask, persona, rng, timed(line), memory)
        made = [b for b in block.behaviours if b.kind == "gesture"]
        made.sort(key=lambda b: float(b.sync["start"]))
        for one, other in itertools.pairwise(made):
            assert float(one.sync["end"]) <= float(other.sync["start"]) + 1e-6
        names += [str(b.attributes["lexeme"]) for b in made]
    assert len(names) > 80
    assert all(one != other for one, other in itertools.pairwise(names))
    assert len(set(names)) >= 3


def test_she_writes_a_note_now_and_then_and_only_in_a_long_answer() -> None:
    persona = load_persona("david")
    short = long = 0
    for seed in range(40):
        rng, memory = random.Random(seed), Memory()
        plan(RecruiterAct(0.0, "listen", data=ListenData("new")), persona, rng, None, memory)
        for at_s in range(4, 60, 4):
            nod = AcknowledgeData("nod", 0.4)
            block = plan(
                RecruiterAct(float(at_s), "acknowledge", data=nod), persona, rng, None, memory
            )
            notes = [name for name, _ in gestures(block) if name == "WRITE_NOTE"]
            if at_s < 20:
                short += len(notes)
            else:
                long += len(notes)
    assert short == 0
    assert 20 <= long <= 40  # at most one a minute


def test_a_hand_is_offered_at_greeting_and_farewell() -> None:
    line, persona = "Good morning, and thank you very much for coming in to see us.", "anna"
    for kind, data in (("say", {"purpose": "greeting"}), ("close", {})):
        offered = [
            when
            for seed in range(30)
            for name, when in gestures(
                plan(
                    act(kind, line, **data), load_persona(persona), random.Random(seed), timed(line)
                )
            )
            if name == "HANDSHAKE"
        ]
        assert len(offered) > 15
        assert all(when < 1.5 if kind == "say" else when > 2.0 for when in offered)


def in_attitude(attitude: str, t_s: float = 0.0, text: str = "") -> RecruiterAct:
    kind: ActKind = "say" if text else "acknowledge"
    return RecruiterAct(t_s, kind, text, attitude, BECAUSE, f"act-{t_s:g}")


def test_posture_and_eyes_change_with_her_attitude_and_only_then() -> None:
    memory, rng, persona = Memory(), random.Random(1), load_persona("anna")

    def shown(attitude: str, text: str = "") -> dict[str, list]:
        block = plan(in_attitude(attitude, 0.0, text), persona, rng, None, memory)
        found: dict[str, list] = {}
        for behaviour in block.behaviours:
            found.setdefault(behaviour.kind, []).append(behaviour)
        return found

    assert "postureShift" not in shown("neutral")
    interested = shown("interested")
    (lean,) = interested["postureShift"]
    assert lean.attributes["lean_deg"] > 0
    assert interested["gaze"][0].attributes["target"] == "candidate"
    assert not {"postureShift", "gaze"} & set(shown("interested")), "nothing has changed"
    doubtful = shown("doubtful")
    assert doubtful["postureShift"][0].attributes["lean_deg"] < 0
    assert doubtful["gaze"][0].attributes["target"] == "notes"
    said = shown("warm", "That is good to hear, thank you very much for telling me about it.")
    assert len(said["postureShift"]) == 1
    assert said["gaze"][-1].attributes["target"] == "candidate", "as her lines end"


def test_after_she_was_cut_off_she_leans_as_she_did_again() -> None:
    memory, rng, persona = Memory(), random.Random(1), load_persona("anna")
    plan(in_attitude("interested"), persona, rng, None, memory)
    plan(act("wait", stop=True), persona, rng, None, memory)  # which lets go of all she does
    again = plan(in_attitude("interested", 2.0), persona, rng, None, memory)
    assert any(b.kind == "postureShift" for b in again.behaviours)


def test_a_remark_is_spoken_like_a_line_and_a_sound_of_listening_is_not() -> None:
    persona = load_persona("anna")
    remark = act("acknowledge", "Could you speak up a little for me, please? I'd like to hear all.")
    sound = act("acknowledge", "Mm-hm.")
    kinds = [
        {b.kind for b in plan(each, persona, random.Random(3)).behaviours}
        for each in (remark, sound)
    ]
    assert "gaze" in kinds[0] and "gaze" not in kinds[1]
