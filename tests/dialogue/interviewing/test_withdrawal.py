"""A question that she has decided on and not begun to say, when the candidate goes on."""

from __future__ import annotations

import pytest

from dialogue.content.persona import load_persona
from dialogue.content.script import load_interview
from dialogue.manager import DialogueManager
from dialogue.types import AskData, Feedback, ListenData, RecruiterAct, WaitData, spoken_s
from tests.dialogue.interviewing.parts import BECAUSE, TALKING, Parts
from tests.fakes import Loudspeaker, Played, data_of, play, speaks

UNSURE = speaks(0.5, 9.0)
LONG = speaks(0.6, 12.0, ending="final")


def manager(questions: int = 3) -> DialogueManager:
    interview = load_interview("software_developer")
    return DialogueManager(interview, load_persona("anna"), None, 1, questions=questions)


def drawling() -> Loudspeaker:
    """Her sounds of listening take three seconds, so that what follows has to wait."""
    return Loudspeaker(lambda text: 3.0 if len(text) < 12 else spoken_s(text))


def tardy() -> Loudspeaker:
    """Lines sound a second after they were decided on, as if they had to be rendered first."""
    return Loudspeaker(delay_s=1.0)


def ask_after(played: Played, answer: int) -> RecruiterAct:
    """The question that she decides on after an answer."""
    begun_s = played.answers_from_s[answer]
    return next(act for act in played.of("ask") if act.t_s > begun_s)


def phases(played: Played, act: RecruiterAct) -> list[str]:
    return [told.phase for told in played.feedback if told.act_id == act.id]


def goes_on(speaker: str, after_s: float = 0.1, for_s: float = 5.0) -> tuple[Played, RecruiterAct]:
    """A run in which the first answer goes on after she has decided to ask, and that question."""
    make = {"behind her sound": drawling, "before its sound": tardy}[speaker]
    probe = play(manager(), answers=[[UNSURE], *[[LONG]] * 5], speaker=make())
    ask = ask_after(probe, 0)
    assert phases(probe, ask) == ["start", "end"]
    again_s = ask.t_s + after_s - probe.answers_from_s[0]
    more = speaks(again_s, again_s + for_s, ending="final")
    m = manager()
    played = play(m, answers=[[UNSURE, more], *[[LONG]] * 5], speaker=make())
    assert m.finished
    return played, next(act for act in played.of("ask") if act.id == ask.id)


WAITING = pytest.mark.parametrize("speaker", ["behind her sound", "before its sound"])


@WAITING
def test_it_is_withdrawn_unheard_and_comes_once_when_the_answer_is_over(speaker: str) -> None:
    played, ask = goes_on(speaker)
    assert phases(played, ask) == ["stopped"]
    (wait,) = [act for act in played.of("wait") if data_of(act, WaitData).withdraw]
    assert data_of(wait, WaitData).act == ask.id
    assert wait.because is not None and wait.because.rule == "answer_goes_on"
    assert 0.0 < wait.t_s - ask.t_s < 0.5
    going_on = [a for a in played.of("listen") if a.t_s == wait.t_s]
    assert [data_of(a, ListenData).answer for a in going_on] == ["continues"]
    # nothing had been heard of it, so she excuses nothing
    assert not [act for act in played.by("answer_goes_on") if act.text]
    same = [a for a in played.of("ask") if a.question_id == ask.question_id and a is not ask]
    assert len(same) == 1
    assert phases(played, same[0]) == ["start", "end"]
    end_s = max(d.end_s for d in played.doings if d.end_s < same[0].t_s)
    assert 0.0 < same[0].t_s - end_s < 2.6
    assert data_of(same[0], AskData).question in same[0].text


@WAITING
def test_the_questions_are_those_of_an_interview_without_it(speaker: str) -> None:
    plain = play(manager(), answers=[[UNSURE], *[[LONG]] * 5])
    played, _ = goes_on(speaker)

    def heard(run: Played) -> list[str | None]:
        return [act.question_id for act in run.of("ask") if "end" in phases(run, act)]

    assert heard(played) == heard(plain)


def test_her_sound_of_listening_is_said_to_its_end() -> None:
    played, ask = goes_on("behind her sound")
    before = [a for a in played.of("acknowledge") if a.text and a.t_s < ask.t_s]
    assert phases(played, before[-1]) == ["start", "end"]


def test_a_breath_does_not_withdraw_it() -> None:
    played, ask = goes_on("behind her sound", for_s=0.12)
    assert phases(played, ask)[:1] == ["start"]


def test_the_same_run_again_gives_the_same_acts() -> None:
    one, other = goes_on("behind her sound")[0], goes_on("behind her sound")[0]
    assert one.acts == other.acts


@pytest.mark.parametrize("delay_s", [0.06, 0.4, 1.0])
def test_what_she_hears_of_herself_withdraws_nothing(delay_s: float) -> None:
    m = manager()
    speaker = Loudspeaker(delay_s=delay_s)
    played = play(m, answers=[[UNSURE], *[[LONG]] * 5], speaker=speaker, echo=True)
    assert m.finished
    assert not [act for act in played.of("wait") if data_of(act, WaitData).withdraw]


def test_the_first_question_waits_for_what_is_said_after_the_greeting() -> None:
    probe = play(manager(), answers=[[LONG]] * 6, speaker=tardy())
    ask = probe.of("ask")[0]
    hello = speaks(ask.t_s + 0.2, ask.t_s + 2.0)
    m = manager()
    played = play(m, [hello], answers=[[LONG]] * 6, speaker=tardy())
    assert m.finished
    first, second = played.of("ask")[:2]
    assert first.id == ask.id
    assert phases(played, first) == ["stopped"]
    assert first.question_id == second.question_id
    assert second.t_s > hello.end_s
    assert phases(played, second) == ["start", "end"]


def test_an_answer_that_goes_on_over_her_question_is_the_answer_before() -> None:
    parts = Parts()
    parts.asked(10.0)
    first, answer = parts.standing.asked, parts.standing.answer
    parts.advancing.advance(parts.at(20.0), BECAUSE)
    second = parts.made
    parts.own.add_feedback([Feedback(20.2, second.id, "start")], 20.2)
    state = parts.at(20.9, speech_started_s=20.5, speaking=True)
    overlap_s = parts.own.overlap(state, TALKING)
    assert parts.withdrawal.resumable(state, overlap_s)
    parts.withdrawal.let_go_on(state, TALKING)
    assert [act.kind for act in parts.acts.made] == ["wait", "acknowledge", "listen"]
    wait, excuse, listens = parts.acts.made
    assert data_of(wait, WaitData).stops == second.id
    assert excuse.text
    assert data_of(listens, ListenData).answer == "continues"
    assert (wait.question_id, listens.question_id) == (second.question_id, parts.plan.every[0].id)
    assert (parts.standing.asked, parts.standing.answer) == (first, answer)
    assert parts.standing.phase == "listening"
    assert not parts.own.saying, "all that is left to say is her excuse"


def test_what_is_said_later_over_her_question_is_no_rest_of_the_answer() -> None:
    parts = Parts()
    parts.asked(10.0)
    parts.advancing.advance(parts.at(20.0), BECAUSE)
    parts.own.add_feedback([Feedback(20.2, parts.made.id, "start")], 20.2)
    limit_s = 20.2 + parts.settings.resume_s
    late = parts.at(limit_s + 0.6, speech_started_s=limit_s + 0.1, speaking=True)
    assert not parts.withdrawal.resumable(late, parts.own.overlap(late, TALKING))


def test_over_a_question_that_comes_again_no_answer_goes_on() -> None:
    parts = Parts()
    parts.asked(10.0)
    parts.at(20.0)
    parts.asking.repeat(BECAUSE)
    parts.own.add_feedback([Feedback(20.2, parts.made.id, "start")], 20.2)
    state = parts.at(20.9, speech_started_s=20.5, speaking=True)
    assert not parts.withdrawal.resumable(state, parts.own.overlap(state, TALKING))
