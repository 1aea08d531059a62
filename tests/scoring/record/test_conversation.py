"""The conversation as the record tells it: what was decided and never said is no part of it."""

from __future__ import annotations

from perception.types import Event
from scoring.record.conversation import Told, find_turns
from scoring.record.tracks import VoiceTrack
from tests.dialogue.test_withdrawal import goes_on


def test_a_question_that_was_withdrawn_unheard_parts_no_answer() -> None:
    played, withdrawn = goes_on("behind her sound")
    events = [
        Event(t_s, "microphone", kind, {"t_s": t_s})
        for doing in played.doings
        for kind, t_s in (("speech_start", doing.start_s), ("speech_end", doing.end_s))
    ]
    told = Told(
        tuple(played.acts),
        tuple(played.feedback),
        tuple(sorted(events, key=lambda event: event.t_s)),
        (),
        (),
        VoiceTrack.of([]),
        played.states[-1].t_s,
    )
    turns = find_turns(told)
    assert withdrawn.id not in [line.act_id for line in turns.lines]
    ids = [question.id for question in turns.questions]
    assert len(ids) == len(set(ids)) == 3
    first = turns.questions[0].answer
    assert first is not None
    assert first.end_s > withdrawn.t_s + 4.0  # the rest of the answer, said after it
