"""The report by what was understood: parts, gaps, follow-ups, notes, questions back, reactions."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from dialogue.types import Because
from dialogue.understanding.answer_quality import GAPS, PARTS, Gap
from dialogue.understanding.contradictions import Contradiction
from dialogue.understanding.types import ACTS
from dialogue.understanding.understander import QuestionTopic
from scoring.measures.story import STAR_PARTS
from scoring.record.session import read_session
from scoring.report.analysis import analyse, build_report
from scoring.report.html import render_html
from scoring.report.questions_pdf import questions as pdf_questions
from scoring.report.write import write_report
from scoring.rubric import load
from tests.scoring.talks import Talk

SITUATION = "On the night shift in Leeds a man came in for his first dialysis."
TASK = "I was asked to settle him before the line went in."
ACTION = "I fetched a chair, sat down with him and went through every tube in order."
RESULT = "He slept in the end and it began on time."
BACK = "How many nurses are there at night?"
REPEAT = "Sorry, could you say that again please?"
CLAIM = "I like people and I have worked in care for three years and I like it every single day."


def because(rule: str, act: str, confidence: float, quote: str) -> Because:
    return Because(rule, "act", act, None, act=act, confidence=confidence, quote=quote)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interview with a request, a follow-up, a refusal and questions of the candidate's."""
    folder = tmp_path_factory.mktemp("understood") / "s"
    with Talk(folder, wpm=140.0) as talk:
        talk.ask("calm", "Tell me about a time when you calmed somebody.", asks_episode=True)
        talk.hears([("repeat", REPEAT, 0.97)])
        again = because("asked_to_repeat", "repeat", 0.97, REPEAT)
        talk.ask(
            "calm",
            "Tell me about a time when you calmed somebody.",
            again,
            lead="Of course.",
            asks_episode=True,
        )
        talk.hears(
            [("answer", f"{SITUATION} {TASK} {ACTION}", 0.98), ("question", BACK, 0.95)],
            [("situation", SITUATION, 0.93), ("task", TASK, 0.8), ("action", ACTION, 0.96)],
            gaps=[Gap("no_result", 0.88)],
            facts=[("place", "Leeds", 0.95), ("time", "first", 0.5)],
            topics=[QuestionTopic(BACK, "staffing", 0.7)],
        )
        why = Because("follow_up_no_result", "gap", "no_result", None, confidence=0.88)
        talk.ask("calm/no_result", "How did it end?", why, lead="Two of us.", asks_episode=False)
        talk.hears([("answer", RESULT)], [("result", RESULT)])
        talk.ask("error", "Tell me about a mistake.", asks_episode=True)
        talk.reads([("decline", "I'd rather not, sorry.", 0.7)])
        talk.ask(
            "why",
            "Why do you want to work here?",
            because("declined", "decline", 0.7, "I'd rather not, sorry."),
            asks_episode=False,
        )
        talk.hears(
            [("answer", CLAIM)],
            [("claim", CLAIM)],
            gaps=[Gap("vague", 0.8), Gap("no_result", 0.7), Gap("short", 0.4)],
            contradiction=Contradiction("two years", "three years", "care"),
            confidence=0.5,
        )
        talk.ask("your_questions", "Any questions for me?", competency="your_questions")
        asked = ["Is there a canteen?", "And do you pay for parking?"]
        topics = [QuestionTopic(asked[0], "food", 0.8), QuestionTopic(asked[1], "")]
        talk.hears([("question", each, 0.96) for each in asked], topics=topics)
        talk.say("There is one. I do not know.", because("asked_back", "question", 0.96, asked[0]))
        talk.hears([("answer", "No, that's it.")], [("other", "No, that's it.")])
        talk.close(because=Because("offer_more", "reply", "no", "yes", quote="No, that's it."))
    write_report(folder)
    return folder


@pytest.fixture(scope="module")
def report(folder: Path) -> dict:
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    text = (folder / "report.html").read_text(encoding="utf-8")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def recruiter(report: dict) -> dict:
    """By what pronouns the page speaks of whom nobody knows more."""
    return report.get("recruiter") or {"subject": "they", "possessive": "their"}


def question(report: dict, identity: str) -> dict:
    return next(q for q in report["questions"] if q["id"] == identity)


def test_the_parts_of_an_episode_come_with_their_words_times_and_doubt(report: dict) -> None:
    parts = {part["part"]: part for part in question(report, "calm")["parts"]}
    assert {name: part["status"] for name, part in parts.items()} == {
        "situation": "told",
        "task": "told",
        "action": "told",
        "result": "missing",
    }
    assert parts["action"]["quote"] == ACTION and parts["result"]["quote"] == ""
    assert parts["situation"]["confidence"] == pytest.approx(0.93 * 0.9, abs=0.001)
    (start, end), (after, _) = parts["situation"]["evidence"][0], parts["task"]["evidence"][0]
    assert start < end <= after
    assert parts["result"]["evidence"] == []


def test_the_rating_of_the_story_rests_on_them(report: dict) -> None:
    rating = question(report, "calm")["ratings"]["structure"]
    assert rating["why"] == "heard: situation, task, action; not heard: result"
    assert rating["low"] < rating["value"] < rating["high"]
    assert len(rating["evidence"]) == 3
    ends = load("feedback")["answer"]["missing_result"]
    assert set(ends) & set(question(report, "calm")["feedback"])
    assert report["measures"]["structure_star"]["value"] == pytest.approx(0.75)


def test_doubtful_words_widen_what_is_said_of_the_story(tmp_path: Path) -> None:
    widths = []
    for confidence in (0.95, 0.5):
        with Talk(tmp_path / f"s{confidence}") as talk:
            talk.ask("calm", "Tell me about a time.", asks_episode=True)
            parts = [("situation", SITUATION), ("action", ACTION)]
            gaps = [Gap("no_result", 0.9), Gap("no_situation", 0.6)]
            talk.hears(
                [("answer", f"{SITUATION} {ACTION}")], parts, gaps=gaps, confidence=confidence
            )
            talk.close()
        rating = write_report(tmp_path / f"s{confidence}")["questions"][0]["ratings"]["structure"]
        assert rating["why"] == "heard: action; not clear: situation, task; not heard: result"
        widths.append(rating["high"] - rating["low"])
    assert widths[0] < widths[1]


def test_what_was_missing_names_the_follow_up_and_what_came_of_it(report: dict) -> None:
    (missing,) = question(report, "calm")["missing"]
    assert missing["gap"] == "no_result" and missing["confidence"] == 0.88
    assert missing["follow_up"] == "calm/no_result" and missing["told_then"] is True
    follow_up = question(report, "calm/no_result")
    assert follow_up["follow_up_of"] == "calm" and follow_up["follow_up_about"] == "no_result"
    assert follow_up["asked_because"]["why"] == "she would have liked to hear how it ended"
    assert follow_up["asked_because"]["confidence"] == 0.88
    assert follow_up["ratings"]["structure"]["value"] is None, "it asks for no whole episode"


def test_an_unsure_gap_is_told_only_where_she_asked_about_it(tmp_path: Path) -> None:
    with Talk(tmp_path / "s") as talk:
        talk.ask("calm", "Tell me about a time.", asks_episode=True)
        gaps = [Gap("no_result", 0.4), Gap("no_task", 0.4)]
        talk.hears([("answer", f"{SITUATION} {ACTION}")], [("situation", SITUATION)], gaps=gaps)
        why = Because("follow_up_no_result", "gap", "no_result", None, confidence=0.4)
        talk.ask("calm/no_result", "How did it end?", why)
        talk.close()
    first, _ = write_report(tmp_path / "s")["questions"]
    assert [(m["gap"], m["follow_up"]) for m in first["missing"]] == [
        ("no_result", "calm/no_result")
    ]
    assert first["missing"][0]["told_then"] is None, "nothing was said to it"


def test_gaps_of_an_episode_are_none_where_none_was_asked_for(report: dict) -> None:
    why = question(report, "why")
    assert [m["gap"] for m in why["missing"]] == ["vague"]
    assert why["missing"][0]["follow_up"] is None and why["missing"][0]["told_then"] is None
    assert why["parts"] is None


@pytest.mark.parametrize(("confidence", "told"), [(0.9, True), (0.5, False)])
def test_what_was_told_otherwise_before_is_told_of_words_that_were_surely_said(
    tmp_path: Path, confidence: float, told: bool
) -> None:
    with Talk(tmp_path / "s") as talk:
        talk.ask("why", "Why do you want to work here?", asks_episode=False)
        talk.hears(
            [("answer", CLAIM)],
            [("claim", CLAIM)],
            contradiction=Contradiction("two years", "three years", "care"),
            confidence=confidence,
        )
        talk.close()
    feedback = " ".join(question(build_report(tmp_path / "s"), "why")["feedback"])
    assert ("“three years” here and “two years” earlier" in feedback) is told


def test_a_request_is_shown_and_not_rated(report: dict, page: str) -> None:
    answer = question(report, "calm")["answer"]
    assert answer["kind"] == "answer"
    assert answer["answering"] == f"{SITUATION} {TASK} {ACTION}"
    assert answer["transcript"] == f"{REPEAT} {SITUATION} {TASK} {ACTION} {BACK}"
    beside = [each["text"] for each in answer["said"] if not each["answers"]]
    assert beside == [REPEAT, BACK]
    assert f"asks to repeat {REPEAT}" in page and f"asks back {BACK}" in page


def test_a_refusal_is_no_answer_that_could_be_rated(report: dict) -> None:
    error = question(report, "error")
    assert error["answer"]["kind"] == "declined" and error["ratings"] == {}
    assert error["answer"]["transcript"] == "I'd rather not, sorry."
    assert error["feedback"] == [load("feedback")["answer"]["kind_declined"]]


def test_her_notes_hold_what_was_surely_told_and_surely_heard(report: dict, page: str) -> None:
    leeds = {"kind": "place", "text": "Leeds", "confidence": 0.95}
    assert question(report, "calm")["facts"] == [leeds]
    assert question(report, "why")["facts"] == []
    assert f"{recruiter(report)['possessive'].capitalize()} notes Leeds" in page


def test_questions_of_the_candidate_are_listed_with_what_she_could_answer(
    report: dict, page: str
) -> None:
    own = question(report, "your_questions")
    assert own["ratings"] == {} and own["feedback"] == []
    assert [(a["text"], a["answered"], a["reply"]) for a in own["asked"]] == [
        ("Is there a canteen?", True, "There is one. I do not know."),
        ("And do you pay for parking?", False, None),
    ]
    (back,) = question(report, "calm")["asked"]
    assert back["answered"] is True and back["reply"] == "Two of us.", "without the follow-up"
    she = recruiter(report)["subject"]
    assert f"“And do you pay for parking?” – {she} could not answer that" in page


def test_reactions_say_in_plain_words_what_she_understood(report: dict, page: str) -> None:
    plain = {r["because"]["rule"]: r for r in report["reactions"] if r["plain"]}
    repeat = plain["asked_to_repeat"]
    assert repeat["plain"] == "You asked her to repeat the question; she asked it again."
    assert repeat["because"]["act"] == "repeat" and repeat["because"]["confidence"] == 0.97
    assert repeat["because"]["quote"] == REPEAT
    told = plain["declined"]["plain"]
    assert told == "She took it that you would rather not answer; she went on.", "0.7 is not sure"
    missed = "She would have liked to hear how it ended; she asked about that."
    assert plain["follow_up_no_result"]["plain"] == missed
    assert plain["asked_back"]["plain"] == "You asked her a question; she replied."
    assert "took your reply for a no" in plain["offer_more"]["plain"]
    assert repeat["plain"] in page and f"“{REPEAT}”" in page


def test_parts_are_legible_in_black_and_white(folder: Path) -> None:
    page = (folder / "report.html").read_text(encoding="utf-8")
    letters = re.findall(r'<span class="part (\w+)" title="[^"]+"><b dir="ltr">(\w)</b>', page)
    assert letters == [("situation", "S"), ("task", "T"), ("action", "A"), ("result", "R")]
    if shutil.which("pdftotext"):
        printed = subprocess.run(
            ["pdftotext", folder / "report.pdf", "-"], capture_output=True, text=True, check=True
        ).stdout
        text = " ".join(printed.split())
        assert f"[S] {SITUATION} [T] {TASK} [A]" in text
        assert f"⟨asks to repeat: {REPEAT}⟩" in text
        assert "Missing: how it ended (88 % sure); she asked about it (question 2)" in text


def test_there_are_words_for_every_act_part_and_gap() -> None:
    words = load("understood")
    assert set(words["act"]) == set(ACTS)
    assert set(words["part"]) == set(STAR_PARTS) < set(PARTS)
    assert set(words["gap"]) == set(GAPS)
    assert len({name[0] for name in words["part"].values()}) == len(STAR_PARTS)


def test_the_same_record_gives_the_same_bytes(folder: Path) -> None:
    names = ("report.json", "report.html", "report.pdf")
    before = [(folder / name).read_bytes() for name in names]
    write_report(folder)
    assert [(folder / name).read_bytes() for name in names] == before


def test_damage_is_told(tmp_path: Path) -> None:
    with Talk(tmp_path / "s") as talk:
        talk.ask("calm", "Tell me about a time.")
        talk.hears([("answer", ACTION)], [("action", ACTION)])
        talk.close()
    events = tmp_path / "s" / "events.jsonl"
    events.write_text(events.read_text().replace('"inquiry":', '"enquiry":'))
    assert any("1 damaged line in the record" in n for n in write_report(tmp_path / "s")["notes"])


def test_of_an_answer_that_was_partly_typed_it_says_what_was_spoken(tmp_path: Path) -> None:
    with Talk(tmp_path / "s", wpm=120.0) as talk:
        talk.ask("calm", "Tell me about a time.", asks_episode=True)
        talk.hears([("answer", ACTION)], [("action", ACTION)])
        both = [("answer", f"{ACTION} {RESULT}")]
        talk.reads(both, [("action", ACTION), ("result", RESULT)], keyed=RESULT)
        talk.ask("why", "Why do you want to work here?")
        talk.reads([("answer", CLAIM)], [("claim", CLAIM)])
        talk.close()
    analysis = analyse(read_session(tmp_path / "s"))
    mixed, typed = (entry["answer"] for entry in analysis.report["questions"])
    assert mixed["typed"] and mixed["spoken"]["text"] == ACTION
    assert mixed["answering"] == f"{ACTION} {RESULT}"
    assert typed["typed"] and typed["spoken"] is None
    why = [entry["ratings"]["pace"]["why"] for entry in analysis.report["questions"]]
    assert why == ["about 120 words a minute in what was spoken", "a typed answer has no pace"]
    told = f"artly typed; spoken, and measured as speech: “{ACTION}”"
    assert told in render_html(analysis)
    assert any(told in str(entry["spoken"]) for entry in pdf_questions(analysis.report))
