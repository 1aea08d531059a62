"""Answers that nobody understood at the time are understood when the report is made, by the same
code."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.conduct.context import context_of
from dialogue.content.employer import load_employer
from dialogue.content.planning import plan_of
from dialogue.content.script import load_interview
from dialogue.understanding.understander import AskedQuestion, InterviewContext, Understander
from perception.errors import ModelError
from scoring.record.session import read_session
from scoring.report.write import write_report
from scoring.understood import context_of_session, understood
from tests.scoring.sessions import MOTIVE, STORY, Answer, Script
from tests.scoring.talks import Talk

ASKED = "Tell me about a time when you managed a difficult project."


def test_an_older_record_is_understood_and_says_so(tmp_path: Path) -> None:
    script = Script(
        [
            ("story", ASKED, Answer(STORY)),
            ("why", "Why do you want this job?", Answer("Sorry, could you repeat that?")),
            ("weak", "What is your greatest weakness?", Answer("I'd rather not say.", typed=True)),
            ("motive", "Why us?", Answer(MOTIVE, typed=True)),
            ("future", "Where do you see yourself?", None),
        ],
        camera=False,
    )
    report = write_report(script.write(tmp_path / "s"))
    kinds = [q["answer"] and q["answer"]["kind"] for q in report["questions"]]
    assert kinds == ["answer", "asked_back", "declined", "answer", None]
    assert any("gone through after the interview" in note for note in report["notes"])
    story, why, *_ = report["questions"]
    assert {p["part"] for p in story["parts"] if p["quote"]} >= {"situation", "action", "result"}
    action = next(p for p in story["parts"] if p["part"] == "action")
    assert action["quote"] in STORY and action["evidence"]
    assert why["ratings"] == {} and why["answer"]["answering"] == ""
    assert all(q["facts"] == [] for q in report["questions"]), "nobody took notes"


def test_it_is_judged_as_it_would_have_been_in_the_interview(tmp_path: Path) -> None:
    told = [
        ("error", "Tell me of a mistake, please.", f"{STORY} Since then we keep a list in Leeds."),
        ("error/no_result", "And then?", "It took a fortnight, and nobody was hurt."),
        ("error/presses", "What came of it exactly?", "We lost two days."),
        ("says_no", "What if somebody says no?", "I sit down and ask what they are afraid of."),
        ("made_up", "Do you like tea?", "I have done that for two years."),
    ]
    script = Script([(i, q, Answer(a)) for i, q, a in told], camera=False)
    record = read_session(script.write(tmp_path / "s"))
    record.meta["role"] = "nurse"
    later = [u.understood for u in understood(record, []).utterances]
    context = context_of(plan_of(load_interview("nurse"), 3, 5), load_employer("nurse"))
    assert context_of_session(record).topics == context.topics
    live = Understander(context)
    for found, (question_id, _, text) in zip(later[:-1], told, strict=False):
        assert (found.inquiry.question_id, found.inquiry.text) == (question_id, text)
        assert found == live.understand(found.inquiry), question_id
    assert later[0].quality is not None
    alone = Understander(InterviewContext({"made_up": AskedQuestion("Do you like tea?")}))
    assert later[-1].quality == alone.understand(later[-1].inquiry).quality, "by the record's words"


def test_an_answer_that_was_missed_is_understood_beside_those_that_were_not(tmp_path: Path) -> None:
    with Talk(tmp_path / "s") as talk:
        talk.ask("story", ASKED)
        told = talk.hears([("answer", STORY)], [("situation", STORY)])
        talk.ask("motive", "Why us?")
        talk.hears([("answer", MOTIVE)], [("claim", MOTIVE)])
        talk.close()
    events = tmp_path / "s" / "events.jsonl"
    lines = events.read_text().splitlines(True)
    lost = next(i for i, line in enumerate(lines) if '"understood"' in line and "agree" in line)
    events.write_text("".join(lines[:lost] + lines[lost + 1 :]))
    notes: list[str] = []
    session = understood(read_session(tmp_path / "s"), notes)
    assert [(u.question_id, u.live) for u in session.utterances] == [
        ("story", True),
        ("motive", False),
    ]
    assert session.utterances[0].understood == told, "what she understood stays"
    assert [a.kind for a in session.answers] == ["answer", "answer"]
    assert notes == [
        "some of your answers were gone through after the interview only, not during it"
    ]


def test_a_recording_without_questions_is_understood_as_one_answer(tmp_path: Path) -> None:
    Script([("q", "x", Answer(STORY))], camera=False).write(tmp_path / "s")
    events = tmp_path / "s" / "events.jsonl"
    kept = [x for x in events.read_text().splitlines(True) if '"dialogue"' not in x]
    events.write_text("".join(kept))
    session = understood(read_session(tmp_path / "s"), [])
    (answer,) = session.answers
    assert answer.question_id is None and answer.kind == "answer" and answer.transcript == STORY


def test_without_the_models_all_is_as_before_and_a_note_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object) -> None:
        raise ModelError("the model of answers is missing; run: python3 run.py models check")

    monkeypatch.setattr("scoring.understood.Understander", missing)
    script = Script([("story", ASKED, Answer(STORY)), ("w", "Why?", Answer("Could you repeat?"))])
    report = write_report(script.write(tmp_path / "s"))
    story, why = report["questions"]
    assert [q["answer"]["kind"] for q in (story, why)] == [None, None]
    assert story["ratings"]["structure"]["value"] == 5.0, "by cues"
    assert story["parts"] is None and story["missing"] is None and story["answer"]["said"] == []
    assert why["ratings"] and why["answer"]["transcript"] == "Could you repeat?"
    assert any("models check" in note for note in report["notes"])
