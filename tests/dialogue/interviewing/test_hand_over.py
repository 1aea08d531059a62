"""She acknowledges once what was said, and goes on with her next line."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from dialogue.content.persona import load_persona
from dialogue.content.script import load_interview
from dialogue.manager import DialogueManager
from dialogue.turntaking.turn_entry import SAID_S
from dialogue.types import AskData, RecruiterAct, SayData, WaitData
from tests.fakes import Doing, Played, play, presses_keys, speaks, types, why

PERSONAS = ("anna", "priya")
LONG = speaks(0.6, 12.0, ending="final")
SHORT = speaks(0.5, 1.6, ending="final")


def manager(questions: int = 3, seed: int = 1, persona: str = "anna") -> DialogueManager:
    interview = load_interview("software_developer")
    return DialogueManager(interview, load_persona(persona), None, seed, questions=questions)


def acknowledges(act: RecruiterAct, m: DialogueManager, persona: str) -> bool:
    """Whether a spoken act is an acknowledgement, or begins with one."""
    if act.kind == "acknowledge":
        # "sorry, go on" gives the floor back
        return bool(act.text) and why(act).rule != "answer_goes_on"
    lines = load_persona(persona).lines
    begins = act.text.startswith((*lines.acknowledgements, *lines.typed, *lines.moves_on))
    return act.kind == "ask" and begins


def hand_overs(played: Played) -> list[list[RecruiterAct]]:
    """Her spoken acts after each stretch of speech that is more than a word or a breath."""
    said = sorted(d.end_s for d in played.doings if d.kind == "type" or _long(d))
    spoken = [act for act in played.acts if act.text]
    ends = [*said[1:], float("inf")]
    return [
        [act for act in spoken if from_s < act.t_s <= to_s]
        for from_s, to_s in zip(said, ends, strict=True)
    ]


def _long(doing: Doing) -> bool:
    return doing.kind == "speech" and doing.end_s - doing.start_s >= SAID_S


def most(played: Played, m: DialogueManager, persona: str = "anna") -> int:
    """Most acknowledgements after one stretch of speech, her help in a silence left out."""
    return max(sum(acknowledges(act, m, persona) for act in acts) for acts in hand_overs(played))


def ragged(rng: random.Random) -> list[Doing]:
    """An answer in phrases; a breath, a word or an echo may follow a pause or its end."""
    t, doings = rng.uniform(0.4, 1.5), []
    for _ in range(rng.randint(1, 8)):
        length = rng.uniform(1.0, 4.0)
        doings.append(speaks(t, t + length, ending=rng.choice(["final", "unknown", "held"])))
        t += length
        if rng.random() < 0.4:
            t += rng.uniform(0.5, 1.4)
            doings.append(speaks(t, t + rng.uniform(0.1, 0.5)))
            t = doings[-1].end_s
        t += max(0.15, rng.lognormvariate(-0.69, 0.6))
    return doings


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("seed", range(3))
def test_no_stretch_of_speech_is_acknowledged_twice(seed: int, persona: str) -> None:
    rng = random.Random(seed)
    m = manager(5, seed, persona)
    played = play(m, answers=[ragged(rng) for _ in range(10)], seconds=700)
    assert m.finished
    assert most(played, m, persona) == 1


def between(played: Played, from_s: float) -> list[str]:
    """Kinds of her spoken acts from a time up to her next question."""
    found: list[str] = []
    for act in played.acts:
        if act.t_s > from_s and act.text:
            found.append(act.kind)
            if act.kind in ("ask", "close"):
                break
    return found


def test_after_a_sound_of_listening_comes_the_question() -> None:
    m = manager()
    played = play(m, answers=[[speaks(0.6, 12.0)], [LONG], [LONG], [LONG]])
    end_s = played.answers_from_s[0] + 12.0
    assert between(played, end_s) == ["acknowledge", "ask"]
    asked = next(a for a in played.of("ask") if a.t_s > end_s)
    assert not acknowledges(asked, m, "anna")


def test_a_breath_after_her_sound_brings_no_second_one() -> None:
    played = play(
        manager(), answers=[[speaks(0.6, 12.0), speaks(13.6, 13.9)], [LONG], [LONG], [LONG]]
    )
    end_s = played.answers_from_s[0] + 12.0
    assert between(played, end_s) == ["acknowledge", "ask"]


def test_a_floor_taken_at_once_is_taken_with_one_line() -> None:
    text = "And in the end we shipped it on time, and that was it."
    answer = [speaks(0.6, 14.0, text, "final", words_delay_s=0.1, confidence=0.95)]
    m = manager(seed=2)
    played = play(m, answers=[answer] * 4)
    direct = [a for a in played.of("ask") if why(a).rule == "end_of_turn_model"]
    assert direct
    for asked in direct:
        assert between(played, asked.t_s - 3.0) == ["ask"]
        assert acknowledges(asked, m, "anna")
        assert isinstance(asked.data, AskData) and asked.text.endswith(asked.data.question)
        assert not asked.data.question.startswith(load_persona("anna").lines.acknowledgements)


def test_thanks_come_with_the_question_and_are_rendered_ahead() -> None:
    text = "And in the end we shipped it on time, and that was it."
    answer = [speaks(0.6, 14.0, text, "final", words_delay_s=0.1, confidence=0.95)]
    m = manager(seed=2)
    known: set[str] = set(m.upcoming())
    late: list[str] = []
    step = m.step

    def watched(state, feedback=()):
        acts = step(state, feedback)
        late.extend(a.text for a in acts if a.kind == "ask" and a.text not in known)
        known.update(m.upcoming())
        return acts

    m.step = watched  # type: ignore[method-assign,assignment]
    played = play(m, answers=[answer] * 4)
    assert any(acknowledges(a, m, "anna") for a in played.of("ask"))
    assert late == []


def test_who_goes_on_after_her_sound_is_acknowledged_again_at_the_end() -> None:
    answer = [speaks(0.5, 8.0), speaks(9.4, 16.0)]
    played = play(manager(), answers=[answer, [LONG], [LONG], [LONG]])
    from_s = played.answers_from_s[0]
    within = [a for a in played.acts if a.text and from_s + 8.0 < a.t_s < from_s + 16.0]
    assert [a.kind for a in within] == ["acknowledge"]
    assert between(played, from_s + 16.0) == ["acknowledge", "ask"]


def test_a_word_of_assent_in_a_pause_is_all_the_thanks_there_is() -> None:
    # persons of many sounds, so that a backchannel falls into the last pause for some seed
    met = 0
    for seed in range(8):
        m = manager(2, seed, "priya")
        played = play(m, answers=[[speaks(0.5, 9.0), speaks(9.5, 17.0)]] * 4, seconds=90)
        sounds = [a for a in played.by("backchannel_pause") if a.text]
        met += bool(sounds)
        assert most(played, m, "priya") == 1
        for sound in sounds:
            # none comes once the turn is hers
            assert sound.t_s - max(d.end_s for d in played.doings if d.end_s < sound.t_s) < 1.1
    assert met >= 1


def test_thanks_for_a_typed_answer_are_said_once() -> None:
    text = "I studied maths and then I built a small web shop that is still in use today."
    m = manager(2)
    played = play(m, microphone=False, answers=[[types(5.0, text)], [types(5.0, text)]])
    assert m.finished
    assert most(played, m) == 1
    first = played.by("typed_answer")[0]
    following = next(a for a in played.acts if a.text and a.t_s > first.t_s)
    assert following.kind in ("ask", "close")
    # her question does not wait for the end of her thanks: it is said right after them
    assert following.t_s - first.t_s < 0.1


def test_a_spoken_beginning_that_is_typed_to_its_end_is_thanked_for_once() -> None:
    text = "And the rest is easier to write, so here it is, word for word, as I would say it."
    answer = [speaks(0.5, 8.0), presses_keys(9.5, 10.2), types(10.3, text)]
    m = manager(2)
    played = play(m, answers=[answer, [LONG], [LONG], [LONG]], seconds=120)
    typed = played.by("typed_answer")[0]
    after = played.answers_from_s[0] + 8.0
    kinds = between(played, after)
    assert kinds.count("acknowledge") == 1 and kinds[-1] in ("ask", "close")
    assert typed.t_s > after


def test_an_offer_that_is_taken_up_is_answered_by_her_next_line_alone() -> None:
    m = manager(2)
    probe = play(manager(2), seconds=90)
    offer = next(a for a in probe.of("say") if a.data == SayData("offer"))
    yes_s = offer.t_s + 6.0 - probe.answers_from_s[0]
    played = play(m, answers=[[speaks(yes_s, yes_s + 0.9, ending="final")], [LONG], [LONG]])
    assert between(played, played.answers_from_s[0] + yes_s + 0.9) == ["ask"]


def test_a_question_that_was_cut_off_is_asked_again_without_thanks() -> None:
    asked_s = play(manager(1), seconds=40).of("ask")[0].t_s
    m = manager(1)
    played = play(m, [speaks(asked_s + 1.0, asked_s + 4.5)], answers=[[], [LONG]], seconds=60)
    again = played.by("question_cut_off")
    assert again and again[0].kind == "ask"
    assert between(played, asked_s + 4.5) == ["ask"]


def test_the_farewell_thanks_by_itself() -> None:
    for seed in range(4):
        m = manager(1, seed)
        played = play(m, answers=[[LONG]] * 3)
        close = played.of("close")[0]
        end_s = max(d.end_s for d in played.doings if d.end_s < close.t_s)
        before = [a for a in played.acts if a.text and end_s < a.t_s < close.t_s]
        thanks = load_persona("anna").lines.acknowledgements
        assert len(before) <= 1
        assert not any(a.text in thanks for a in before)
        assert "hank" in close.text


def test_who_says_nothing_is_not_acknowledged() -> None:
    m = manager(2)
    played = play(m)
    assert m.finished
    assert not [a for a in played.acts if a.kind == "acknowledge" and a.text]


def test_her_question_follows_sooner_than_after_two_lines_of_thanks() -> None:
    answers: Sequence[Sequence[Doing]] = [[speaks(0.6, 12.0)], [LONG], [LONG], [LONG]]
    played = play(manager(), answers=answers)
    end_s = played.answers_from_s[0] + 12.0
    asked = next(a for a in played.of("ask") if a.t_s > end_s)
    assert played.heard_s(asked) - end_s < 2.7


def test_thanks_give_way_to_who_goes_on() -> None:
    text = "And in the end we shipped it on time, and that was it."
    probe = play(
        manager(seed=2),
        answers=[[speaks(0.6, 14.0, text, "final", words_delay_s=0.1, confidence=0.95)]] * 4,
    )
    asked = next(a for a in probe.of("ask") if acknowledges(a, manager(), "anna"))
    at = probe.of("ask").index(asked)
    answers: list[list[Doing]] = [
        [speaks(0.6, 14.0, text, "final", words_delay_s=0.1, confidence=0.95)] for _ in range(4)
    ]
    again_s = probe.heard_s(asked) + 0.3 - probe.answers_from_s[at - 1]
    answers[at - 1].append(speaks(again_s, again_s + 5.0))
    m = manager(seed=2)
    played = play(m, answers=answers)
    assert m.finished
    stop = played.by("answer_goes_on")[0]
    assert isinstance(stop.data, WaitData) and stop.data.stop
