"""Which way leads on from a question: the next one, the candidate's own, or the farewell."""

from __future__ import annotations

from typing import Literal

import pytest

from dialogue.conduct.conduct import Conduct
from dialogue.conduct.settings import ConductSettings
from dialogue.content.manner import Manner
from dialogue.content.persona import load_persona
from dialogue.interviewing.advancing import Advancing
from dialogue.interviewing.settings import DialogueSettings
from dialogue.types import CloseData
from dialogue.understanding.types import Fact, Understanding
from dialogue.understanding.understander import Inquiry, Understood
from tests.dialogue.interviewing.parts import BECAUSE, Parts
from tests.fakes import data_of

SURELY = Manner(recall_rate=1.0)
"""She comes back to what was told whenever she can."""


def through(parts: Parts) -> list[str]:
    """Kinds and questions of all acts from the first question on, with nothing said between."""
    parts.asked()
    found = []
    for tick in range(10):
        if parts.standing.phase == "closing":
            break
        parts.advancing.advance(parts.at(20.0 + tick), BECAUSE)
        found.append(f"{parts.made.kind} {parts.standing.question_id}")
    return found


def test_the_questions_come_in_their_order_and_then_the_farewell() -> None:
    parts = Parts(understands=False, questions=3)
    second, third = (q.id for q in parts.plan.questions[1:])
    assert through(parts) == [f"ask {second}", f"ask {third}", f"close {third}"]
    assert not data_of(parts.made, CloseData).early


def test_who_is_understood_may_ask_before_it() -> None:
    parts = Parts(understands=True, questions=2)
    second = parts.plan.questions[1].id
    assert through(parts) == [f"ask {second}", "ask your_questions", "close your_questions"]
    assert not data_of(parts.made, CloseData).early


@pytest.mark.parametrize(
    ("minutes", "mode", "t_s", "asks"),
    [
        (5.0, "adaptive", 290.0, True),
        (5.0, "adaptive", 305.0, False),
        (5.0, "structured", 305.0, True),
        (30.0, "adaptive", 1900.0, True),
    ],
)
def test_the_candidates_turn_may_run_over_but_not_far(
    minutes: float, mode: Literal["adaptive", "structured"], t_s: float, asks: bool
) -> None:
    conduct = ConductSettings(minutes=minutes, mode=mode)
    parts = Parts(understands=True, questions=1, settings=DialogueSettings(conduct=conduct))
    parts.budget.begin(0.0)
    parts.asked()
    parts.advancing.advance(parts.at(t_s), BECAUSE, lead="I see.")
    assert parts.standing.candidate_asks == asks
    assert parts.made.kind == ("ask" if asks else "close")
    if not asks:
        over = load_persona("anna", 1).says
        assert over is not None
        assert any(parts.made.text.startswith(f"I see. {line}") for line in over.time_over)


@pytest.mark.parametrize("understands", [False, True])
def test_where_nothing_more_is_to_come_she_closes_early(understands: bool) -> None:
    parts = Parts(understands, questions=3)
    parts.asked()
    parts.advancing.advance(parts.at(20.0, part_over=True), BECAUSE, lead="Never mind.")
    assert parts.made.kind == "close"
    assert data_of(parts.made, CloseData).early
    assert parts.made.text == parts.lines.early_closing


def test_thanks_for_an_answer_acknowledge_it() -> None:
    parts = Parts()
    parts.asked()
    answer = parts.standing.answer
    parts.advancing.advance(parts.at(20.0), BECAUSE, thanks=True)
    assert answer.acknowledged.given
    assert parts.made.text == parts.lines.ask(1, thanks=True)


@pytest.mark.parametrize("cut_short", [False, True])
def test_after_an_answer_that_she_ended_she_does_not_come_back_to_it(cut_short: bool) -> None:
    told = "I was at Lidl then."
    fact = Fact("organisation", "Lidl", 0.9, 9, 13)
    came_back = []
    for seed in range(12):
        parts = Parts(understands=True)
        conduct = Conduct(parts.lines, SURELY, None, ConductSettings(), seed, parts.mood)
        conduct.notes.take(Understood(Inquiry("x", 1, told), Understanding(told, facts=(fact,))))
        parts.asked()
        parts.standing.answer.cut_short = cut_short
        advancing = Advancing(
            parts.standing, parts.lines, parts.asking, parts.agenda, conduct, True, True
        )
        while not parts.standing.question.asks_episode or parts.standing.index == 0:
            advancing.advance(parts.at(20.0), BECAUSE)
        came_back.append("Lidl" in parts.made.text)
    assert any(came_back) is not cut_short


@pytest.mark.parametrize(("lead", "thanks"), [("", True), ("That's clear.", True), ("", False)])
def test_the_last_answer_is_thanked_for_once(lead: str, thanks: bool) -> None:
    parts = Parts(understands=True, questions=1)
    parts.asked()
    parts.advancing.advance(parts.at(20.0), BECAUSE, lead=lead, thanks=thanks)
    assert parts.standing.question_id == "your_questions"
    persona = load_persona("anna", 1)
    said = parts.made.text
    assert said.startswith(persona.lines.acknowledgements) is (thanks and not lead)
    assert said.startswith(lead)


def test_what_leads_over_takes_the_place_of_what_usually_does() -> None:
    parts = Parts()
    parts.asked()
    parts.advancing.advance(parts.at(20.0), BECAUSE, lead="Never mind.")
    assert parts.made.text == f"Never mind. {parts.lines.questions[1]}"
