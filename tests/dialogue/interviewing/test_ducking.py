"""Her voice gives way to first signs of speech, and is back where nothing comes of them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from dialogue.content.persona import load_persona
from dialogue.content.script import load_interview
from dialogue.interviewing.ducking import Ducking, DuckingSettings
from dialogue.manager import DialogueManager
from dialogue.types import Feedback, RecruiterAct, WaitData
from perception.fusion import Fusion
from perception.types import CandidateState, Event, VoiceReading
from tests.fakes import TICK_S, why

BLOCK_S = 0.032
SETTINGS = DuckingSettings()


def followed(
    signs: Sequence[float], overlap_from: int | None = None, ducking: Ducking | None = None
) -> list[tuple[float, str]]:
    """What becomes of her voice, block by block of first signs: seconds, loudness."""
    ducking = ducking or Ducking()
    did: list[tuple[float, str]] = []
    for n, sign in enumerate(signs):
        voice = VoiceReading(n * BLOCK_S, BLOCK_S, 0.0, -30.0, near_end=sign)
        overlap_s = 0.0 if overlap_from is None else max(0.0, (n - overlap_from) * BLOCK_S)
        state = CandidateState((n + 1) * BLOCK_S, voice=voice, voice_age_s=BLOCK_S)
        told = ducking.step(state, "act-1", overlap_s)
        if told is not None:
            did.append((round(state.t_s, 3), told[0]))
    return did


def test_a_sound_lowers_her_and_first_signs_of_a_voice_mute_her() -> None:
    did = followed([0.0] * 5 + [0.05, 0.2, 0.4, 0.9], overlap_from=7)
    assert did == [(0.192, "lowered"), (0.256, "muted")]


def test_after_a_cough_her_voice_is_back_at_once() -> None:
    (lowered_s, lowered), (back_s, back) = followed([0.0] * 5 + [0.02] * 6 + [0.0] * 10)
    assert (lowered, back) == ("lowered", "full")
    assert back_s - lowered_s < 6 * BLOCK_S + SETTINGS.quiet_s + BLOCK_S


def test_gaps_within_a_word_do_not_let_her_voice_flutter() -> None:
    did = followed([0.0, 0.4, 0.5, 0.0, 0.0, 0.6, 0.5, 0.0, 0.4])
    assert [loudness for _, loudness in did] == ["muted"]


def test_she_does_not_stay_unheard_where_no_speech_comes_of_it() -> None:
    ducking = Ducking()
    did = followed([0.5] * 60, ducking=ducking)
    assert [loudness for _, loudness in did] == ["muted", "full"]
    assert did[1][0] - did[0][0] == pytest.approx(SETTINGS.muted_most_s, abs=BLOCK_S)
    # nor where a lorry goes by, over which a voice is noticed all the same
    did = followed([0.05] * 40 + [0.5, 0.5])
    assert [loudness for _, loudness in did] == ["lowered", "full", "muted"]


def test_she_believes_no_more_in_mere_sounds_after_some_that_came_to_nothing() -> None:
    typing = [0.05, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    did = [loudness for _, loudness in followed(typing * 8 + [0.5])]
    assert did == ["lowered", "full"] * SETTINGS.doubts + ["muted"]


def test_what_nobody_measured_changes_nothing() -> None:
    """Sessions recorded before there were first signs replay as they were."""
    ducking = Ducking()
    for n in range(20):
        voice = VoiceReading(n * BLOCK_S, BLOCK_S, 0.99, -20.0)
        state = CandidateState((n + 1) * BLOCK_S, voice=voice, voice_age_s=BLOCK_S)
        assert ducking.step(state, "act-1", 0.0) is None


def session(
    signs: Sequence[tuple[float, float]], speech: tuple[float, float] | None
) -> list[RecruiterAct]:
    """Acts of a greeting over which there are signs (from, sign), and speech."""
    manager = DialogueManager(load_interview("sales_assistant"), load_persona("anna"), questions=2)
    fusion = Fusion()
    acts: list[RecruiterAct] = []
    feedback: list[Feedback] = []
    block = 0
    greets_s: float | None = None
    for tick in range(round(8.0 / TICK_S)):
        t_s = tick * TICK_S
        while (block + 1) * BLOCK_S <= t_s:
            from_s = block * BLOCK_S - (greets_s or 0.0)
            sign = max((s for at, s in signs if 0 <= from_s - at < BLOCK_S), default=0.0)
            talks = speech is not None and speech[0] <= from_s < speech[1]
            if talks and speech is not None and from_s - speech[0] < BLOCK_S:
                data = {"t_s": block * BLOCK_S}
                fusion.add(Event(t_s, "microphone", "speech_start", data))
            sign = 1.0 if talks else sign
            speaks = 0.95 if talks else 0.0
            if greets_s is None:
                sign = speaks = 0.0
            fusion.add(VoiceReading(block * BLOCK_S, BLOCK_S, speaks, -25.0, near_end=sign))
            block += 1
        did = manager.step(fusion.state(t_s), feedback)
        feedback = []
        for act in did:
            if act.text and greets_s is None:
                greets_s = t_s
                feedback.append(Feedback(t_s, act.id, "start"))
        acts += did
    return acts


def loudness(acts: list[RecruiterAct]) -> list[str]:
    waits = [act.data for act in acts if isinstance(act.data, WaitData)]
    return [
        wait.loudness or ("hold" if wait.hold else "stop" if wait.stop else "resume")
        for wait in waits
    ]


def test_the_dialogue_lowers_her_at_a_cough_and_never_holds_her_line() -> None:
    cough = [(1.0 + n * BLOCK_S, 0.02) for n in range(6)]
    acts = session(cough, None)
    assert loudness(acts) == ["lowered", "full"]
    lowered = next(act for act in acts if isinstance(act.data, WaitData))
    assert isinstance(lowered.data, WaitData) and lowered.data.act == "act-1"
    assert why(lowered).rule == "sound_over"


def test_the_dialogue_mutes_her_before_it_holds_her_line() -> None:
    acts = session([(1.0, 0.05)], (1.032, 3.0))
    assert loudness(acts)[:3] == ["lowered", "muted", "hold"]
    muted, hold = [act for act in acts if isinstance(act.data, WaitData)][1:3]
    assert hold.t_s - muted.t_s > 0.05
