"""What hearing makes of a candidate: sound, words with confidences, keys."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from game.synthetic.conversation.candidate import Candidate, load_candidate
from game.synthetic.conversation.phrasing import phrased
from game.synthetic.conversation.speech import Speech, utterance_of
from game.synthetic.conversation.utterance import Intended, Segment, Utterance
from perception.fusion import Fusion, Input
from perception.types import CandidateState, Event, ProsodyReading, VoiceReading, Words

TEXT = (
    "I took evening classes, got a place at Keele as the oldest in my year, and worked as a care "
    "assistant at weekends to pay for it. Then I qualified."
)


def said(who: Candidate, seconds: float = 40.0, stop_s: float | None = None, text: str = TEXT):
    """An utterance from second 1 on: itself, all inputs with their times, and the states."""
    speech = Speech(who, random.Random(1))
    utterance = utterance_of(Intended("answer", "about_you", (Segment("answer", text, "task"),)), 0)
    inputs: list[tuple[float, Input]] = []
    states: list[CandidateState] = []
    fusion = Fusion()
    for tick in range(int(seconds * 30)):
        t_s = tick / 30
        if tick == 30:
            speech.begin(utterance, t_s)
        if stop_s is not None and abs(t_s - stop_s) < 1e-6:
            speech.stop(t_s)
        for item in speech.until(t_s):
            inputs.append((t_s, item))
            fusion.add(item)
        states.append(fusion.state(t_s))
    return utterance, inputs, states


def length_s(utterance: Utterance) -> float:
    return utterance.end_s - utterance.start_s


def test_all_words_reach_the_state_and_end_it() -> None:
    utterance, inputs, states = said(load_candidate("confident"))
    assert states[-1].answer == TEXT and states[-1].answer_final
    assert not states[-1].speaking
    assert states[-1].speech_ended_s == pytest.approx(utterance.end_s, abs=0.1)
    told = [item for _, item in inputs if isinstance(item, Words) and item.final]
    low, high = load_candidate("confident").delivery.confidence
    assert all(low <= (w.confidence or 0.0) <= high for each in told for w in each.words)
    assert any(isinstance(i, Words) and not i.final for _, i in inputs), "words so far, too"


def test_who_speaks_slower_takes_longer() -> None:
    slow, fast = load_candidate("non_native"), load_candidate("interrupting")
    ratio = fast.delivery.words_per_min / slow.delivery.words_per_min
    lengths = [length_s(said(who, 60.0)[0]) for who in (slow, fast)]
    assert lengths[0] / lengths[1] == pytest.approx(ratio, rel=0.15)


def test_words_per_minute_are_those_of_the_delivery() -> None:
    who = load_candidate("rambling")
    story = " ".join([TEXT] * 4)
    utterance, _, _ = said(who, 90.0, text=story)
    rate = len(story.split()) / length_s(utterance) * 60.0
    assert rate == pytest.approx(who.delivery.words_per_min, rel=0.15)


def test_the_same_words_come_in_the_same_way() -> None:
    who = load_candidate("anxious")
    segments = (Segment("answer", TEXT),)
    first = phrased(segments, who.delivery, who.name)
    assert first == phrased(segments, who.delivery, who.name)
    assert first != phrased(segments, who.delivery, "somebody else")
    assert [p.last for p in first] == [False] * (len(first) - 1) + [True]


def test_who_is_stopped_ends_with_the_word_and_has_not_said_the_rest() -> None:
    who = load_candidate("confident")
    whole, _, _ = said(who)
    cut, _, states = said(who, stop_s=3.0)
    assert cut.cut and not whole.cut
    assert length_s(cut) < length_s(whole) - 2.0
    assert 3.0 <= cut.end_s < 4.0
    assert cut.said == () and whole.said != ()
    assert 0 < len(states[-1].answer.split()) < len(TEXT.split())


def test_a_flat_voice_is_measured_as_flat() -> None:
    def spread(who: Candidate) -> float:
        readings = [i for _, i in said(who)[1] if isinstance(i, ProsodyReading)]
        return max(r.pitch_sd_st or 0.0 for r in readings)

    assert spread(load_candidate("monotone")) < 0.5 < 1.5 < spread(load_candidate("joking"))


def test_who_types_is_not_heard_and_hands_in_once() -> None:
    who = load_candidate("text_only")
    utterance, inputs, states = said(who, 60.0, text="short answer here")
    kinds = [item.kind for _, item in inputs if isinstance(item, Event)]
    assert kinds[0] == "unavailable" and "typing" in kinds
    assert not any(isinstance(item, VoiceReading) for _, item in inputs)
    assert [s.typed for s in states if s.typed] == ["short answer here"]
    assert utterance.typed and utterance.said != ()


def test_hesitations_are_heard_where_a_candidate_has_them() -> None:
    who = load_candidate("anxious")
    always = replace(who, delivery=replace(who.delivery, hesitates=1.0))
    _, _, states = said(always)
    assert states[-1].answer.split()[0] in ("Um,", "Uh,", "So,")
