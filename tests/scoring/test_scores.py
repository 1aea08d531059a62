"""Scores say what was done, and nothing of what was not: by sessions whose truth is known."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from perception.types import Event, FaceReading, Gaze
from scoring.record.session import read_session
from scoring.record.writer import SessionWriter
from scoring.report.analysis import build_report
from tests.scoring.sessions import MOTIVE, STORY, Answer, Script

QUESTIONS = (
    "Tell me about a time when you led a project.",
    "Why do you want this job?",
    "Tell me about a time when you managed a difficult project.",
)
UNKNOWN = "I don't know, sorry, I have no idea."
PLEA = "I did not understand the question. Could you repeat it please?"
GIBBERISH = (
    "flarn dobbit the grundle of apsy wixel nomb treddle and quav the plorish in of to sanderk "
    "wuzzle fribble tog miffen larp"
)


def reported(
    folder: Path, answers: Sequence[str | None], events: Sequence[Event] = (), **more: Any
) -> dict[str, Any]:
    """The report of an interview in which these answers were spoken."""
    asked = zip(QUESTIONS, answers, strict=False)
    script = Script(
        [(f"q{i}", q, None if a is None else Answer(a, 130.0)) for i, (q, a) in enumerate(asked)],
        **more,
    )
    script.write(folder)
    if events:
        with SessionWriter(folder, {}, resume=True) as writer:
            for event in events:
                writer.event(event)
    return build_report(folder)


def content(report: dict[str, Any]) -> float:
    value = report["scores"]["content"]["value"]
    assert isinstance(value, float), report["scores"]["content"]["why"]
    return value


@pytest.mark.parametrize("instead", [None, UNKNOWN, PLEA, GIBBERISH, "Well."])
def test_what_was_not_answered_lowers_content(tmp_path: Path, instead: str | None) -> None:
    whole = reported(tmp_path / "whole", [STORY, MOTIVE, STORY])
    part = reported(tmp_path / "part", [STORY, instead, STORY])
    assert content(part) < content(whole) - 10.0
    assert part["questions"][1]["feedback"]


def test_nothing_answered_is_worth_nothing(tmp_path: Path) -> None:
    report = reported(tmp_path / "s", [PLEA, None, UNKNOWN])
    assert content(report) < 10.0
    assert report["scores"]["overall"]["value"] is None or (
        report["scores"]["overall"]["value"] < 40.0
    )
    assert report["strengths"] == []


def test_no_number_where_the_truth_may_lie_anywhere(tmp_path: Path) -> None:
    for name, report in {
        "one": reported(tmp_path / "one", ["I like to work with people in a company like yours."]),
        "some": reported(tmp_path / "some", [STORY, MOTIVE]),
    }.items():
        for score in report["scores"].values():
            if score["value"] is None:
                assert score["why"], name
            else:
                assert score["high"] - score["low"] <= 40.0 and score["coverage"] >= 0.5


def test_where_somebody_looked_is_not_scored_without_calibration(tmp_path: Path) -> None:
    staring = reported(tmp_path / "s", [STORY, MOTIVE, STORY], gaze_cycle=(7.0, 0.0))
    presence = staring["scores"]["nonverbal"]
    assert presence["value"] is None and "calibrated" in presence["why"]
    said = [each["what"] for each in (*staring["strengths"], *staring["improvements"])]
    assert not any("ook" in what for what in said), said


def looked_at(folder: Path, share: float, eyes_error_deg: float | None = None) -> dict:
    """The report of somebody who looked at her for so much of the time, calibrated."""
    asked = zip(QUESTIONS, [STORY, MOTIVE, STORY], strict=True)
    script = Script([(f"q{i}", q, Answer(a, 130.0)) for i, (q, a) in enumerate(asked)])
    script.camera = False
    script.write(folder)
    with SessionWriter(folder, {}, resume=True) as writer:
        for i in range(int(script.end_s * 10)):
            eyes = i % 10 < 10 * share
            target = "screen" if eyes else "down"
            gaze = Gaze(0.0, 0.0, target, None, eyes, eyes_error_deg)  # type: ignore[arg-type]
            writer.reading(FaceReading(i / 10, 0.02, 0.9, 0.0, 0.0, 0.0, gaze=gaze))
    return build_report(folder)


def test_staring_is_no_virtue(tmp_path: Path) -> None:
    """With a gaze that was calibrated, most looks at her are best, and all of them are not."""
    values = {
        share: looked_at(tmp_path / str(share), share)["scores"]["nonverbal"]["value"]
        for share in (0.2, 0.7, 1.0)
    }
    assert values[0.2] < values[1.0] < values[0.7]


def test_eyes_that_are_hard_to_see_count_for_less(tmp_path: Path) -> None:
    """Behind glasses the network is less sure of a look, and the score says so."""
    plain = looked_at(tmp_path / "plain", 0.7, eyes_error_deg=2.4)["scores"]
    glasses = looked_at(tmp_path / "glasses", 0.7, eyes_error_deg=3.1)["scores"]
    clear, hidden = plain["nonverbal"], glasses["nonverbal"]
    assert clear["doubts"] == [] and clear["less_sure"] is None
    assert hidden["doubts"] == ["hidden_eyes"] and "glasses" in hidden["less_sure"]
    assert hidden["reliability"] < 0.5 * clear["reliability"]
    assert hidden["high"] - hidden["low"] > clear["high"] - clear["low"]


def test_five_seconds_of_speech_are_no_manner_of_speaking(tmp_path: Path) -> None:
    report = reported(tmp_path / "s", ["I planned it um well with two friends last year."])
    assert report["scores"]["delivery"]["value"] is None
    spoken_of = {"Few fillers", "Trade fillers for silence", "An easy pace"}
    said = {each["what"] for each in (*report["strengths"], *report["improvements"])}
    assert not said & spoken_of and not any("pace" in what for what in said)


def test_words_that_were_not_understood_are_neither_praised_nor_blamed(tmp_path: Path) -> None:
    unclear = Event(8.0, "speech_to_text", "unclear", {"message": "few words are understood"})
    report = reported(tmp_path / "s", [STORY, MOTIVE, STORY], [unclear])
    assert report["scores"]["content"]["value"] is None
    assert "few of the words were understood" in report["scores"]["content"]["why"]
    resting = {"Few fillers", "Trade fillers for silence", "An easy pace", "Concrete details"}
    resting |= {"Answers to the point", "Answers told as a story", "Polish a few phrases"}
    said = {each["what"] for each in (*report["strengths"], *report["improvements"])}
    assert not said & resting, said
    rate = report["measures"]["speech_rate_wpm"]
    assert rate["value"] is not None and rate["trust"] < 0.5 and rate["doubts"][0] == "unclear"


def test_a_microphone_that_was_away_is_nobodys_silence(tmp_path: Path) -> None:
    script = Script(
        [
            ("a", QUESTIONS[0], Answer(STORY, 130.0)),
            ("b", QUESTIONS[1], Answer(MOTIVE, 130.0)),
            ("c", QUESTIONS[2], None),
        ]
    )
    script.write(tmp_path / "s")
    asked = read_session(tmp_path / "s").questions[-1]
    before = build_report(tmp_path / "s")
    with SessionWriter(tmp_path / "s", {}, resume=True) as writer:
        writer.event(Event(asked.asked_end_s, "microphone", "lost", {"message": "gone"}))
    after = build_report(tmp_path / "s")
    assert content(after) > content(before) + 10.0
    assert after["scores"]["content"]["coverage"] < before["scores"]["content"]["coverage"]


def test_each_competency_is_rated_by_its_own_answers(tmp_path: Path) -> None:
    script = Script(
        [
            ("a", QUESTIONS[0], Answer(STORY, 130.0)),
            ("b", QUESTIONS[1], Answer(UNKNOWN, 130.0)),
            ("c", QUESTIONS[2], Answer(STORY, 130.0)),
        ],
        competencies=("planning", "motivation", "planning"),
    )
    report = build_report(script.write(tmp_path / "s"))
    planning, motivation = report["competencies"]["planning"], report["competencies"]["motivation"]
    assert planning["questions"] == ["a", "c"] and motivation["questions"] == ["b"]
    assert planning["value"] >= 4.0 > 2.0 > motivation["value"]
    assert planning["low"] <= planning["value"] <= planning["high"] <= 5.0
    assert "an episode was told" in planning["why"] or "a whole episode" in planning["why"]
    assert planning["quote"].removesuffix(" …") in STORY and planning["evidence"]
    assert motivation["quote"] is None and motivation["evidence"] == []
    whole = report["questions"][0]["ratings"]["answer"]
    assert whole["value"] >= 4.0 and whole["why"] == planning["why"]


def test_a_competency_of_which_nothing_was_understood_has_no_rating(tmp_path: Path) -> None:
    unclear = Event(8.0, "speech_to_text", "unclear", {"message": "few words are understood"})
    report = reported(tmp_path / "s", [STORY, MOTIVE, STORY], [unclear])
    (rating,) = report["competencies"].values()
    assert rating["value"] is None and "few of the words were understood" in rating["why"]


@pytest.mark.parametrize(
    ("name", "worse"),
    [
        ("salad", None),
        ("question", QUESTIONS[0]),
        ("unknown", UNKNOWN),
        (
            "praise",
            "I am really the best person for all of this, I am excellent with people and I am "
            "brilliant with numbers, everybody says that I am an outstanding and talented leader, "
            "and I would be perfect here because I am simply amazing at whatever I do.",
        ),
        ("figures", "100, overall=100, content=100, 5 5 5 5 90 80 70 60 1 2 3 4 5 6 7 8 9"),
    ],
)
def test_worse_never_scores_better(tmp_path: Path, name: str, worse: str | None) -> None:
    whole = reported(tmp_path / "whole", [STORY, MOTIVE, STORY])
    answers = [STORY, MOTIVE, STORY]
    for replaced in range(3):
        text = worse
        if text is None:
            words = answers[replaced].split()
            random.Random(replaced).shuffle(words)
            text = " ".join(words)
        answers[replaced] = text
        report = reported(tmp_path / str(replaced), answers)
        value = report["scores"]["content"]["value"]
        assert value is None or value < content(whole) - 5.0, replaced
    assert report["scores"]["content"]["value"] is None or content(report) < 45.0
    assert not {s["what"] for s in report["strengths"]} & {
        "Concrete details",
        "Answers told as a story",
        "Answers to the point",
    }


def test_where_nobody_says_what_was_asked_nothing_is_said_of_a_question(tmp_path: Path) -> None:
    asked = Script([("a", QUESTIONS[0], Answer(f"{STORY} {MOTIVE}", 130.0))])
    folder = asked.write(tmp_path / "s")
    events = folder / "events.jsonl"
    lines = events.read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if json.loads(line)["kind"] not in ("act", "progress", "block")]
    assert len(kept) < len(lines)
    events.write_text("".join(kept), "utf-8")
    report = build_report(folder)
    (only,) = report["questions"]
    ratings = only["ratings"]
    assert ratings["relevance"]["value"] is None
    assert (
        ratings["relevance"]["why"] == ratings["structure"]["why"] == "nobody says what was asked"
    )
    assert ratings["specificity"]["value"] >= 4.0
    assert "question" not in ratings["answer"]["why"]
    content = report["scores"]["content"]
    assert content["value"] is None or content["high"] - content["low"] > 20.0
    said = {each["what"] for each in (*report["strengths"], *report["improvements"])}
    assert not said & {"Answers to the point", "Come back to the question"}
