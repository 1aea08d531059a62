"""The story bank and the words that count, out of an interview that was understood."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from dialogue.understanding.answer_quality import Gap
from scoring.report.analysis import build_report
from tests.scoring.talks import Talk

SITUATION = "Last winter at the bakery in Leeds, the oven broke."
TASK = "We had a deadline for two hundred loaves."
ACTION = "Um I asked my colleague to call the baker, I made a list and we helped each other."
RESULT = "In the end the customers got their bread."
PLAN = "I would maybe ask the customer first and then I would look for a way that works."


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict:
    folder = tmp_path_factory.mktemp("stories") / "s"
    with Talk(folder) as talk:
        talk.ask(
            "oven", "Tell me about a problem with customers.", competency="teamwork",
            asks_episode=True,
        )  # fmt: skip
        talk.hears(
            [("answer", f"{SITUATION} {TASK} {ACTION} {RESULT}")],
            [("situation", SITUATION), ("task", TASK), ("action", ACTION), ("result", RESULT)],
            facts=[("place", "Leeds", 0.9), ("number", "two hundred loaves", 0.9)],
        )
        talk.ask("plan", "What would you do?", competency="judgement", asks_episode=False)
        talk.hears([("answer", PLAN)], [("action", PLAN)], gaps=[Gap("vague", 0.8)])
        talk.ask("old", "Tell me about a mistake.", asks_episode=True)
        talk.hears(
            [("answer", f"{SITUATION} {ACTION}")],
            [("situation", SITUATION), ("action", ACTION)],
            confidence=0.4,
        )
        talk.ask("typed", "Tell me about a time.", competency="drive", asks_episode=True)
        talk.reads(
            [("answer", f"{TASK} {RESULT} {SITUATION}")],
            [("task", TASK), ("result", RESULT), ("situation", SITUATION)],
        )
        talk.close()
    return build_report(folder)


def test_stories_are_those_in_which_something_happened(report: dict) -> None:
    told = {story["question_id"]: story for story in report["stories"]}
    assert set(told) == {"oven", "typed"}, "not a plan, nor words that nobody could make out"
    oven = told["oven"]
    assert oven["title"] == "Last winter at the bakery in Leeds,".rstrip(",")
    assert oven["parts"]["situation"] == SITUATION and oven["parts"]["result"] == RESULT
    assert oven["evidence"] == sorted(oven["evidence"]) and len(oven["evidence"]) == 4
    assert told["typed"]["evidence"] == [] and told["typed"]["parts"]["action"] is None


def test_a_story_serves_others_by_words_in_it(report: dict) -> None:
    (oven,) = (story for story in report["stories"] if story["question_id"] == "oven")
    serves = {each["name"]: each["why"] for each in oven["competencies"]}
    assert "teamwork" not in serves, "it was told for that"
    assert "“deadline” and “list”" in serves["organisation"] or (
        "“list” and “deadline”" in serves["organisation"]
    )
    said = f"{SITUATION} {TASK} {ACTION} {RESULT}".lower()
    for why in serves.values():
        words = [each.partition("”")[0] for each in why.split("“")[1:]]
        assert len(words) >= 2 and all(word in said for word in words)


def test_the_words_that_count_stand_where_they_were_said(report: dict) -> None:
    oven = next(q for q in report["questions"] if q["id"] == "oven")
    transcript = oven["answer"]["transcript"]
    found: dict[str, list[str]] = {}
    for each in oven["highlights"]:
        assert transcript[each["start"] : each["end"]] == each["text"]
        start, end = each["span"]
        assert oven["answer"]["start_s"] - 0.01 <= start < end <= oven["answer"]["end_s"] + 0.01
        found.setdefault(each["kind"], []).append(each["text"])
    assert found == {
        "fact": ["Leeds", "two hundred loaves"],
        "filler": ["Um"],
        "asked": ["customers"],
    }
    places = [(each["start"], each["end"]) for each in oven["highlights"]]
    assert places == sorted(places)
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(places))
    plan = next(q for q in report["questions"] if q["id"] == "plan")
    assert [e["text"] for e in plan["highlights"] if e["kind"] == "hedge"] == ["maybe"]


def test_words_of_which_nobody_is_sure_are_not_shown_as_what_was_asked_for(report: dict) -> None:
    unsure = next(q for q in report["questions"] if q["id"] == "old")
    assert not {"asked", "fact"} & {each["kind"] for each in unsure["highlights"]}
    typed = next(q for q in report["questions"] if q["id"] == "typed")
    assert all(each["span"] is None for each in typed["highlights"])


def test_left_out_fillers_are_not_shown(tmp_path: Path) -> None:
    with Talk(tmp_path / "s", settings={"scoring": {"leave_out": ["fillers"]}}) as talk:
        talk.ask("oven", "Tell me about a time.")
        talk.hears([("answer", ACTION)], [("action", ACTION)])
    (question,) = build_report(tmp_path / "s")["questions"]
    assert "filler" not in {each["kind"] for each in question["highlights"]}
