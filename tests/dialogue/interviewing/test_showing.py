"""How reactions become acts, and remarks come before her next line or in its place."""

from __future__ import annotations

from dialogue.conduct.moves import Move
from dialogue.reacting.rules import Condition, Does, Rule, Says, Sound
from dialogue.reacting.suppositions import Supposition
from dialogue.types import AcknowledgeData, AskData
from tests.dialogue.interviewing.parts import BECAUSE, TALKING, Parts
from tests.fakes import data_of

STRONG = Condition("strength", at_least=0.5)
NOD = (Does("nod", 0.5),)
HUMS = Rule("hums", when=STRONG, does=NOD, cool_down_s=0.0, sound=Sound("continuers"))
SPEAK_UP = Rule("quiet", when=STRONG, cool_down_s=0.0, says=Says("speak_up"))
WONDERS = Rule("wonders", when=STRONG, cool_down_s=0.0, says=Says("speak_up", asks=True))


def reacting(*rules: Rule, understands: bool = False, questions: int = 3) -> Parts:
    """She has heard a strong answer, which all rules are about, for three seconds."""
    supposed = [Supposition("strength", 0.9, 11.0, 20.0)]
    parts = Parts(understands, questions, rules=rules, supposed=supposed)
    parts.asked(10.0)
    return parts


def show(parts: Parts, t_s: float) -> None:
    parts.showing.step(parts.at(t_s), TALKING, True, False, None, 90.0)


def test_a_reaction_becomes_an_act_and_its_sound_acknowledges() -> None:
    parts = reacting(HUMS)
    show(parts, 10.5)
    assert parts.acts.made == ()
    show(parts, 12.0)
    assert data_of(parts.made, AcknowledgeData).gesture == "nod"
    assert parts.made.because is not None and parts.made.because.rule == "hums"
    assert parts.made.text
    assert parts.standing.answer.acknowledged.given


def test_no_sound_comes_while_she_takes_the_turn() -> None:
    parts = reacting(HUMS)
    parts.standing.phase = "deciding"
    show(parts, 12.0)
    assert not parts.made.text
    assert not parts.standing.answer.acknowledged.given


def test_a_remark_comes_before_the_next_line() -> None:
    parts = reacting(SPEAK_UP)
    show(parts, 12.0)
    assert parts.acts.made == ()
    assert not parts.remarking.remark(parts.at(13.0), None)
    assert parts.made.kind == "acknowledge"
    assert parts.made.text == parts.made.text.strip() != ""
    assert not parts.remarking.remark(parts.at(14.0), None)
    assert parts.acts.made == ()


def test_a_remark_that_asks_takes_the_place_of_the_next_question() -> None:
    parts = reacting(WONDERS)
    show(parts, 12.0)
    assert parts.remarking.remark(parts.at(13.0), Move("next", BECAUSE, say="I see."))
    assert parts.made.text.startswith("I see. ")
    main = parts.standing.question.id
    assert parts.made.question_id == f"{main}/wonders"
    assert data_of(parts.made, AskData).follow_up_of == main


def test_nothing_is_remarked_on_where_she_does_not_go_on() -> None:
    for move in (Move("stay", BECAUSE), Move("close", BECAUSE), Move("ask_again", BECAUSE)):
        parts = reacting(SPEAK_UP)
        show(parts, 12.0)
        assert not parts.remarking.remark(parts.at(13.0), move)
        assert parts.acts.made == ()
    parts = reacting(SPEAK_UP)
    show(parts, 12.0)
    assert not parts.remarking.remark(parts.at(13.0, part_over=True), None)
    assert parts.acts.made == ()


def test_a_remark_that_asks_waits_where_something_else_is_asked() -> None:
    parts = reacting(WONDERS)
    show(parts, 12.0)
    follow_up = Move("follow_up", BECAUSE, ask="And then?", follow_up="no_result")
    assert not parts.remarking.remark(parts.at(13.0), follow_up)
    assert parts.reactions.remark is not None
