"""Her first sound, and what she waits for before the floor is hers."""

from __future__ import annotations

from dataclasses import replace

from dialogue.interviewing.hand_over import CLEAR_S, TYPED_THINK_S
from dialogue.interviewing.settings import DialogueSettings
from dialogue.types import AcknowledgeData
from tests.dialogue.interviewing.parts import OVER, PAUSED, TALKING, Parts, understood
from tests.fakes import data_of

S = DialogueSettings()
TEXT = "I calmed him down and called the surgeon"


def asked(understands: bool = False) -> Parts:
    parts = Parts(understands)
    parts.asked(10.0)
    return parts


def test_her_first_sound_fits_an_answer_that_may_go_on() -> None:
    parts = asked()
    parts.at(20.0)
    parts.hand_over.first_sound(PAUSED)
    assert parts.made.text and data_of(parts.made, AcknowledgeData).gesture == "nod"
    assert parts.standing.phase == "deciding"
    assert parts.standing.answer.acknowledged.given
    # a second one would drive them on
    parts.standing.answer.acknowledged.given = False
    parts.at(22.0)
    parts.hand_over.first_sound(PAUSED)
    assert not parts.made.text


def test_what_her_line_will_answer_gets_a_nod() -> None:
    parts = asked(understands=True)
    parts.inquiries.add([understood("repeat", "Could you say that again?", 1)])
    parts.at(20.0)
    parts.hand_over.first_sound(PAUSED)
    assert parts.made.kind == "acknowledge" and not parts.made.text

    parts = asked()
    parts.standing.answer.offered = "move_on"
    parts.at(20.0)
    parts.hand_over.first_sound(PAUSED)
    assert not parts.made.text


def test_the_sound_that_she_withheld_comes_in_a_longer_silence() -> None:
    parts = asked()
    parts.standing.answer.acknowledged.made(19.0)
    parts.standing.answer.acknowledged.given = False
    parts.at(20.0)
    parts.hand_over.first_sound(PAUSED)
    for pause_s, sounds in ((S.late_sound_s - 0.1, False), (S.late_sound_s, True)):
        parts.at(21.0)
        parts.hand_over.late_sound(replace(PAUSED, pause_s=pause_s))
        assert bool(parts.acts.made) is sounds
    parts.at(21.1)
    parts.hand_over.late_sound(replace(PAUSED, pause_s=S.late_sound_s))
    assert parts.acts.made == ()


def test_words_are_waited_for_only_where_they_may_decide() -> None:
    parts = asked()
    said = parts.hand_over.answer(parts.at(20.0, answer=TEXT), replace(OVER, speech_s=2.0))
    assert said is not None
    assert (said.speech_s, said.text, said.complete) == (2.0, TEXT, False)


def test_late_words_are_waited_for_but_not_for_ever() -> None:
    parts = asked(understands=True)
    assert parts.hand_over.answer(parts.at(20.0), OVER) is None
    # she does not even think before they are there
    assert parts.acts.made == ()
    assert parts.hand_over.answer(parts.at(20.01 + S.words_wait_s), OVER) is not None


def test_she_thinks_once_while_it_is_being_understood_and_then_goes_on_without() -> None:
    parts = asked(understands=True)
    state = {"answer": TEXT, "answer_final": True}
    assert parts.hand_over.answer(parts.at(20.0, **state), OVER) is None
    assert data_of(parts.made, AcknowledgeData).gesture == "think"
    assert parts.hand_over.answer(parts.at(20.1, **state), OVER) is None
    assert parts.acts.made == ()
    late_s = S.words_wait_s + S.conduct.understanding_wait_s
    assert parts.hand_over.answer(parts.at(20.01 + late_s, **state), OVER) is not None

    parts = asked(understands=True)
    parts.inquiries.add([understood("answer", TEXT, 1)])
    assert parts.hand_over.answer(parts.at(20.0, **state), OVER) is not None


def test_a_plain_request_is_met_without_a_long_silence() -> None:
    parts = asked(understands=True)
    text = "Could you say that again, please?"
    brief = replace(PAUSED, pause_s=CLEAR_S)
    state = parts.at(20.0, answer=text, answer_final=True)
    assert not parts.hand_over.clear_request(state, brief)
    parts.inquiries.add([understood("repeat", text, 1)])
    assert parts.hand_over.clear_request(state, brief)
    assert not parts.hand_over.clear_request(state, replace(brief, pause_s=CLEAR_S - 0.1))
    assert not parts.hand_over.clear_request(state, TALKING)
    # words may still come
    assert not parts.hand_over.clear_request(parts.at(20.0, answer=text), brief)


def test_a_typed_answer_waits_for_its_meaning_too() -> None:
    parts = asked(understands=True)
    assert parts.hand_over.typed_answer(parts.at(14.0)) is None
    handed_in = parts.at(14.0, typed=TEXT)
    parts.typed.add(handed_in)
    parts.typed.take(handed_in)
    assert parts.hand_over.typed_answer(parts.at(14.5)) is None
    assert parts.acts.made == ()
    for t_s, thinks in ((14.0 + TYPED_THINK_S, True), (15.5, False)):
        assert parts.hand_over.typed_answer(parts.at(t_s)) is None
        assert len(parts.acts.made) == int(thinks), "she shows it once"
        assert not thinks or data_of(parts.made, AcknowledgeData).gesture == "think"
    late_s = 14.0 + S.conduct.typed_wait_s
    said = parts.hand_over.typed_answer(parts.at(late_s))
    assert said is not None and (said.speech_s, said.complete, said.confidence) == (None, True, 1.0)
    parts.inquiries.add([understood("answer", TEXT, 1)])
    assert parts.hand_over.typed_answer(parts.at(14.6)) is not None


def test_after_ending_an_answer_she_waits_for_them_to_stop() -> None:
    parts = asked()
    parts.own.ended_s = 30.0
    assert parts.hand_over.after_cutting_in(parts.at(30.5), TALKING) is None
    assert parts.hand_over.after_cutting_in(parts.at(30.5), PAUSED) is not None
    assert parts.hand_over.after_cutting_in(parts.at(32.6), TALKING) is not None
