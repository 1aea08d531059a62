"""Every rule by which the recruiter acts has words for a candidate, by name and pronouns."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialogue.reacting.rules import load_rules
from dialogue.types import AcknowledgeData, AskData, Because, RecruiterAct, SayData, WaitData
from dialogue.understanding.answer_quality import GAPS
from dialogue.understanding.types import AGAIN
from scoring.feedback.recruiter import Recruiter, recruiter_of
from scoring.feedback.wording import Wording
from scoring.record.heard_recruiter import HEARD
from scoring.report.analysis import build_report
from scoring.report.reactions import plain_words
from scoring.rubric import load
from tests.scoring.talks import Talk

ROOT = Path(__file__).resolve().parents[3]
MAKERS = {"Because": 0, "act_reason": 0, "gap_reason": 0, "yield_floor": 2}
"""What makes a reason, and which of its arguments is the rule."""
WITHIN = {"act": AGAIN, "name": GAPS, "offer": ("stop", "move_on", "repeat", "break", "more")}
"""What may stand in a rule whose name is put together."""
SHE = Recruiter("Maya", "she", "her", "her")
HE = Recruiter("David", "he", "him", "his")


def _rules() -> Iterator[str]:
    """Every rule of the dialogue manager: of the files, and in the code."""
    yield from (rule.name for rule in load_rules())
    for path in sorted((ROOT / "dialogue").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call):
                yield from _rules_of(call)


def _rules_of(call: ast.Call) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    place = MAKERS.get(name)
    if place is None or len(call.args) <= place:
        return
    rule = call.args[place]
    if isinstance(rule, ast.Constant):
        yield str(rule.value)
    elif isinstance(rule, ast.JoinedStr):
        head, inner = rule.values[0], rule.values[-1]
        assert isinstance(head, ast.Constant) and isinstance(inner, ast.FormattedValue)
        known = WITHIN[ast.unparse(inner.value).rpartition(".")[2]]
        yield from (str(head.value) + each for each in known)


RULES = sorted(set(_rules()))


def test_the_walk_finds_the_rules_of_files_and_code() -> None:
    assert {"return_smile", "end_of_turn_model", "barge_in", "asked_to_repeat"} <= set(RULES)
    assert {"follow_up_no_result", "offer_stop", "long_silence"} <= set(RULES)
    assert len(RULES) > 60


def _reason(rule: str) -> Because:
    gap = rule.removeprefix("follow_up_")
    if gap in GAPS:
        return Because(rule, "gap", gap, None, confidence=0.9)
    if rule == "contradiction" or rule.startswith("offer_"):
        return Because(rule, "reply", "no", "yes")
    return Because(rule, "silence_s (falling ending)", 2.618, 0.7)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_words(rule: str) -> None:
    words = load("understood")
    known = rule in words["you"] or rule in words["she"] or rule in words["seen"]
    assert known or _reason(rule).cue == "gap"
    for recruiter in (SHE, HE, Recruiter()):
        act = RecruiterAct(1.0, "acknowledge", "", "warm", _reason(rule), "act-1", "q")
        told = plain_words(act, Wording("s", recruiter))
        assert told[0].isupper() and told.endswith(".") and len(told.split()) >= 4
        assert not re.search(r"[{}_]|\bNone\b|2\.618|probability|silence_s", told), told
        others = {"she", "her", "hers", "he", "him", "his", "they", "them", "their"} - {
            recruiter.subject, recruiter.object, recruiter.possessive,
        }  # fmt: skip
        assert not others & set(re.findall(r"[a-z]+", told.lower())), told


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (("wait", WaitData(stop=True)), "stopped speaking"),
        (("wait", WaitData(hold=True)), "fell silent"),
        (("wait", WaitData(resume=True)), "went on speaking"),
        (("acknowledge", AcknowledgeData("tilt")), "tilted his head"),
        (("acknowledge", AcknowledgeData("nod", repetition=3)), "nodded a few times"),
        (("say", SayData("greeting")), "greeted you"),
        (("ask", AskData()), "went on to the next question"),
        (("ask", AskData(follow_up_of="q")), "asked on"),
        (("interrupt", None), "cut in"),
        (("listen", None), "turned to you"),
        (("close", None), "closed the interview"),
    ],
)
def test_what_was_done_is_told_of_every_kind_of_act(act: tuple, told: str) -> None:
    kind, data = act
    reason = Because("rule_of_a_later_version", "cue", 0.5, 0.4)
    said = plain_words(RecruiterAct(1.0, kind, "", "warm", reason, data=data), Wording("s", HE))
    assert said.startswith("David ") and told in said and "later_version" not in said


def test_seconds_are_told_as_people_say_them() -> None:
    because = Because(
        "end_of_turn_model", "probability_over (silence, 2.618 s of silence)", 0.9, 0.8
    )
    act = RecruiterAct(1.0, "ask", "Why?", "warm", because, data=AskData())
    told = plain_words(act, Wording("s", HE))
    assert "2.6 seconds of silence" in told and told.startswith(
        "David went on to the next question"
    )
    said = RecruiterAct(1.0, "acknowledge", "Mm-hm.", "warm", because, data=AcknowledgeData("nod"))
    assert plain_words(said, Wording("s", HE)).startswith("David nodded and said “Mm-hm.”, ")


def test_the_recruiter_is_named_by_name_and_pronouns(tmp_path: Path) -> None:
    persona = tmp_path / "sam.toml"
    persona.write_text('display_name = "sam"\n')
    known = {
        "anna": Recruiter("Anna", "she", "her", "her"),
        "david": Recruiter("David", "he", "him", "his"),
        "Anna": Recruiter("Anna", "she", "her", "her"),
        str(persona): Recruiter("Sam", "they", "them", "their"),
        "somebody_gone": Recruiter("Somebody_gone", "they", "them", "their"),
    }
    assert {name: recruiter_of({"persona": name}) for name in known} == known
    for meta in ({}, {"persona": None}, {"persona": 7}, {"persona": " "}):
        assert recruiter_of(meta) == Recruiter()
    assert Recruiter().called == "the recruiter"


def test_a_report_of_a_man_speaks_of_no_woman(tmp_path: Path) -> None:
    story = "In May we moved the shop and I packed every shelf myself in two days"
    with Talk(tmp_path / "s", persona="david") as talk:
        talk.ask("move", "Tell me about a change.", asks_episode=True)
        talk.hears([("repeat", "Sorry, could you say that again?", 0.9)])
        because = Because("asked_to_repeat", "act", "repeat", None, act="repeat", confidence=0.6)
        talk.ask("move", "Tell me about a change.", because, asks_episode=True)
        talk.hears([("answer", story)], [("action", story)])
        talk.ask("why", "Why us?", Because("told_before", "question", "move", None))
        talk.hears([("decline", "I would rather not.", 0.9)])
        talk.close(because=Because("offer_more", "reply", "no", "yes", quote="No."))
    report = build_report(tmp_path / "s")
    assert report["recruiter"] == {
        "name": "David", "subject": "he", "object": "him", "possessive": "his",
    }  # fmt: skip
    told = json.dumps([{k: v for k, v in report.items() if k != "versions"}])
    assert not re.search(r"\b(she|her|hers)\b", told, re.I)
    plain = [each["plain"] for each in report["reactions"]]
    assert "He took it that you asked him to repeat the question; he asked it again." in plain
    assert all(plain)


def test_a_recording_without_a_persona_speaks_of_the_recruiter() -> None:
    act = RecruiterAct(
        1.0, "ask", "Why?", "warm", Because(HEARD, "speech", None, None), data=AskData()
    )
    assert plain_words(act, Wording("s")).startswith("The recruiter ")
    unsure = Because("unsure", "act", "question", 0.5, act="question", confidence=0.4)
    told = plain_words(RecruiterAct(1.0, "say", "Sorry?", "warm", unsure), Wording("s"))
    assert told == "They were not sure what you meant; they replied."
