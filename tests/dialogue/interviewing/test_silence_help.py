"""The ladder of silence, step by step."""

from __future__ import annotations

import pytest

from dialogue.interviewing.settings import DialogueSettings
from dialogue.types import RecruiterAct, SayData
from tests.dialogue.interviewing.parts import BECAUSE, Parts
from tests.fakes import data_of

S = DialogueSettings()


def climbed(
    parts: Parts, from_s: float = 10.0, until_s: float = 60.0, patience: float = 1.0
) -> tuple[list[tuple[float, RecruiterAct]], tuple[float, str] | None]:
    """Steps with the time since the answer began, and when she moved on with which words."""
    steps = []
    for tick in range(int((until_s - from_s) * 10)):
        t_s = from_s + tick / 10
        moves_on = parts.silence_help.step(parts.at(t_s), patience)
        steps += [(round(t_s - from_s, 1), act) for act in parts.acts.made]
        parts.heard_out(t_s)
        if moves_on is not None:
            return steps, (round(t_s - from_s, 1), moves_on[1])
    return steps, None


def test_a_look_other_words_an_offer_and_the_next_question() -> None:
    parts = Parts()
    parts.asked(10.0)
    ((look_s, look), (help_s, helps), (offer_s, offer)), moved = climbed(parts)
    assert (look_s, help_s, offer_s) == (S.encourage_s, S.help_s, S.offer_s)
    assert (look.kind, look.text) == ("acknowledge", "")
    assert data_of(helps, SayData).purpose == "help"
    assert helps.text == parts.lines.help(parts.standing.question.id)
    assert data_of(offer, SayData).purpose == "offer"
    assert moved is not None and moved[1]
    assert moved[0] == pytest.approx(S.offer_s + S.move_on_s, abs=0.11)


def test_patience_stretches_it() -> None:
    parts = Parts(patience=1.5)
    parts.asked(10.0)
    steps, _ = climbed(parts, patience=2.0, until_s=100.0)
    assert [t_s for t_s, _ in steps] == [3 * S.encourage_s, 3 * S.help_s, 3 * S.offer_s]


def test_who_is_at_the_keyboard_is_not_silent() -> None:
    parts = Parts()
    parts.asked(10.0)
    assert parts.silence_help.step(parts.at(30.0, typing=True), 1.0) is None
    assert parts.acts.made == ()
    steps, _ = climbed(parts, from_s=30.0, until_s=37.0)
    assert [t_s for t_s, _ in steps] == [S.encourage_s]


def test_a_follow_up_comes_again_as_it_is() -> None:
    parts = Parts()
    parts.asked(10.0)
    parts.asking.follow_up("short", "And then?", "And then?", BECAUSE)
    parts.heard_out(10.0)
    parts.answering.begin(10.0, BECAUSE)
    steps, _ = climbed(parts, until_s=21.0)
    assert steps[-1][1].text.endswith("And then?")


def test_who_has_no_questions_is_not_pressed() -> None:
    parts = Parts(understands=True)
    parts.asked(10.0)
    parts.asking.for_questions(BECAUSE, "")
    parts.heard_out(10.0)
    parts.answering.begin(10.0, BECAUSE)
    steps, moved = climbed(parts)
    assert [act.kind for _, act in steps] == ["acknowledge", "say"]
    assert moved is not None and moved[0] == S.offer_s
