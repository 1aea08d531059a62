"""From an empty room to the first question."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogue.interviewing.settings import DialogueSettings
from dialogue.types import RecruiterAct, SayData
from perception.types import FaceReading
from tests.dialogue.interviewing.parts import SILENT, TALKING, Parts, understood
from tests.fakes import data_of

GAP_S = DialogueSettings().greeting_gap_s
FACE = FaceReading(0.0, 0.04, 0.95)


def begun() -> Parts:
    parts = Parts()
    parts.opening.begin(100.0)
    return parts


def greeting(parts: Parts, t_s: float, **more: object) -> RecruiterAct | None:
    parts.opening.settle(parts.at(t_s, **more))
    return parts.made if parts.acts.made else None


@pytest.mark.parametrize(
    ("seen", "after_s"),
    [
        ({"face": FACE}, 1.0),
        ({"speaking": True}, 1.0),
        ({"trouble": ("camera",)}, 1.0),
        ({}, 4.0),
    ],
)
def test_she_greets_who_is_there_and_does_not_wait_for_ever(
    seen: dict[str, object], after_s: float
) -> None:
    parts = begun()
    assert greeting(parts, 100.0 + after_s - 0.1, **seen) is None
    assert parts.standing.phase == "settling"
    act = greeting(parts, 100.0 + after_s, **seen)
    assert act is not None
    assert data_of(act, SayData).purpose == "greeting"
    assert act.text == parts.lines.greeting
    assert parts.standing.phase == "greeting"


def test_a_face_that_is_hardly_made_out_is_nobody() -> None:
    assert greeting(begun(), 102.0, face=replace(FACE, confidence=0.1)) is None


def greeted(parts: Parts, ended_s: float = 105.0) -> Parts:
    parts.opening.settle(parts.at(101.0, face=FACE))
    parts.heard_out(ended_s)
    return parts


def test_she_leaves_them_a_moment_to_greet_her_back() -> None:
    parts = greeted(begun())
    assert parts.opening.greeted(parts.at(104.9 + GAP_S), SILENT) is None
    asks = parts.opening.greeted(parts.at(105.1 + GAP_S), SILENT)
    assert asks is not None and asks[1] == ""


def test_she_hears_them_out_but_not_for_ever() -> None:
    parts = greeted(begun())
    assert parts.opening.greeted(parts.at(107.0), TALKING) is None
    just_over = replace(TALKING, talking=False, pause_s=0.4)
    assert parts.opening.greeted(parts.at(107.0), just_over) is None
    assert parts.opening.greeted(parts.at(113.5), TALKING) is not None


def test_she_asks_nothing_while_nobody_could_be_heard_to_answer() -> None:
    parts = greeted(begun())
    assert parts.opening.greeted(parts.at(110.0, opening=True), SILENT) is None
    assert parts.opening.greeted(parts.at(111.0), SILENT) is not None


def test_without_a_microphone_she_first_says_that_typing_is_fine() -> None:
    parts = greeted(begun())
    assert parts.opening.greeted(parts.at(106.0, trouble=("microphone",)), SILENT) is None
    assert data_of(parts.made, SayData).purpose == "no_microphone"


def test_she_replies_to_small_talk() -> None:
    parts = Parts(understands=True)
    parts.opening.begin(100.0)
    greeted(parts)
    parts.typed.add(parts.at(105.2, typed="Hello, how are you?"))
    text = parts.typed.waiting
    parts.inquiries.step(parts.at(105.2), SILENT, parts.standing, text, False)
    # it is being understood
    assert parts.opening.greeted(parts.at(105.1 + GAP_S), SILENT) is None
    parts.inquiries.add([understood("small_talk", text, 0)])
    asks = parts.opening.greeted(parts.at(105.2 + GAP_S), SILENT)
    assert asks is not None and asks[1]
    assert parts.typed.waiting == ""


def test_she_does_not_wait_for_ever_for_what_it_means() -> None:
    parts = Parts(understands=True)
    parts.opening.begin(100.0)
    greeted(parts)
    parts.inquiries.step(parts.at(105.2), SILENT, parts.standing, "Hello.", False)
    asks = parts.opening.greeted(parts.at(107.1), SILENT)
    assert asks is not None and asks[1] == ""


def test_a_greeting_that_her_own_echo_cut_off_comes_again_up_to_twice() -> None:
    parts = greeted(begun())
    parts.barge_in.echoed = True
    for t_s in (106.0, 108.0):
        assert parts.opening.greeted(parts.at(t_s), SILENT) is None
        assert parts.made.text == parts.lines.greeting
        parts.heard_out(t_s + 1.0)
    assert parts.opening.greeted(parts.at(109.1 + GAP_S), SILENT) is not None
