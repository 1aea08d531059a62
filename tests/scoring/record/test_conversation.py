"""The conversation as the record tells it: what was decided and never said is no part of it."""

from __future__ import annotations

from perception.types import Event
from scoring.record.conversation import Told, find_turns
from scoring.record.tracks import VoiceTrack
from tests.dialogue.interviewing.test_withdrawal import LONG, goes_on, manager
from tests.fakes import Played, play, speaks


def told_of(played: Played) -> Told:
    """What a record of a run would tell."""
    events = [
        Event(t_s, "microphone", kind, {"t_s": t_s})
        for doing in played.doings
        for kind, t_s in (("speech_start", doing.start_s), ("speech_end", doing.end_s))
    ]
    return Told(
        tuple(played.acts),
        tuple(played.feedback),
        tuple(sorted(events, key=lambda event: event.t_s)),
        (),
        (),
        VoiceTrack.of([]),
        played.states[-1].t_s,
    )


def test_a_question_that_was_withdrawn_unheard_parts_no_answer() -> None:
    played, withdrawn = goes_on("behind her sound")
    turns = find_turns(told_of(played))
    assert withdrawn.id not in [line.act_id for line in turns.lines]
    ids = [question.id for question in turns.questions]
    assert len(ids) == len(set(ids)) == 3
    first = turns.questions[0].answer
    assert first is not None
    assert first.end_s > withdrawn.t_s + 4.0  # the rest of the answer, said after it


def test_an_answer_that_went_on_over_the_next_question_is_one_answer() -> None:
    probe = play(manager(2), answers=[[speaks(0.5, 9.0, ending="final")]], seconds=60)
    again_s = probe.heard_s(probe.of("ask")[1]) - probe.answers_from_s[0] + 0.4
    first = [speaks(0.5, 9.0, ending="final"), speaks(again_s, again_s + 6, ending="final")]
    played = play(manager(2), answers=[first, [LONG], [LONG], [LONG]])
    stopped = {f.act_id for f in played.feedback if f.phase == "stopped"}
    (given_up,) = [act for act in played.of("ask") if act.id in stopped]
    turns = find_turns(told_of(played))
    assert given_up.id in [line.act_id for line in turns.lines], "some of it was heard"
    ids = [question.id for question in turns.questions]
    assert len(ids) == len(set(ids)) == 2
    one, other = (question.answer for question in turns.questions)
    assert one is not None and other is not None
    assert one.end_s > given_up.t_s + 5.0
    assert other.start_s > one.end_s and turns.questions[1].asked_s > one.end_s
