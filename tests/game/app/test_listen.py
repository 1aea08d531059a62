"""Command ``interviews listen``: a line in, an object out, whatever the line is."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from dialogue.content.script import load_interview
from dialogue.understanding.types import ACTS, FACTS
from game.app.listen import heard
from game.synthetic.planted import Exchange, Manner, write_planted
from scoring.report.analysis import build_report
from tests.commandline_runs import command, environment, run_here
from tests.understanding_models import needs_acts, needs_answers

pytestmark = needs_acts

HANDOVER = (
    "On my last ward we had four new patients one night. I wrote down for each of them what was "
    "open, told my colleague at the bedside, and asked her to repeat it. Nothing was forgotten."
)


def objects(*arguments: object) -> list[dict[str, Any]]:
    """What listening prints, read again."""
    result = run_here("interviews", "listen", *arguments)
    assert (result.status, result.err) == (0, ""), result.err
    return [json.loads(line) for line in result.out.splitlines()]


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "lines.txt"
    path.write_text(
        "I ran the till for two years. What is the staffing like here?\n"
        "\n"
        "Could you repeat the question, please?\n",
        encoding="utf-8",
    )
    return path


def sound(table: dict[str, Any]) -> None:
    """An object has the promised form, and its spans are its words."""
    assert {"text", "acts", "facts"} <= set(table)
    for act in table["acts"]:
        start, end = act["span"]
        assert table["text"][start:end] == act["text"]
        assert act["name"] in ACTS and 0 <= act["confidence"] <= 1
    for fact in table["facts"]:
        start, end = fact["span"]
        assert table["text"][start:end] == fact["text"]
        assert fact["kind"] in FACTS and 0 <= fact["confidence"] <= 1


def test_each_line_is_an_object_with_acts_facts_and_spans(lines: Path) -> None:
    first, empty, last = objects(lines)
    assert first["text"] == "I ran the till for two years. What is the staffing like here?"
    assert [act["name"] for act in first["acts"]] == ["answer", "question"]
    assert first["acts"][1]["text"] == "What is the staffing like here?"
    assert any(fact["kind"] == "time" and "two years" in fact["text"] for fact in first["facts"])
    assert empty == {"text": "", "acts": [], "facts": []}
    assert [act["name"] for act in last["acts"]] == ["repeat"]
    for table in (first, empty, last):
        sound(table)


def test_lines_are_answered_as_they_come() -> None:
    process = subprocess.Popen(
        command("interviews", "listen"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    assert process.stdin is not None and process.stdout is not None
    for said in ("Hello there.", "", "Could you repeat that?"):
        process.stdin.write(f"{said}\n".encode())
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["text"] == said
    process.stdin.write(b"no end of line")
    out, err = process.communicate(timeout=60)
    assert json.loads(out)["text"] == "no end of line"
    assert (process.returncode, err) == (0, b"")


def test_several_files_follow_each_other(lines: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    assert [each["text"] for each in objects(lines, empty, lines)] == [
        each["text"] for each in objects(lines)
    ] * 2


def hostile() -> list[bytes]:
    rng = random.Random(4)
    return [
        b"a" * 100_000,
        b"I did it. " * 300,
        bytes(rng.randrange(256) for _ in range(4000)).replace(b"\n", b" "),
        b"\x00\x00 null \x00",
        b"\xed\xa0\x80 half a pair \xed\xb0\x80",
        "\u202emirrored\u202c \u200f مرحبا".encode(),
        "\U0001f600\U0001f389\U0001f44d\U0001f3fd".encode(),
        b"{" * 100_000,
        b"[" * 100_000,
        b'{"text": 3}',
        b'{"text": "x", "role": ["nurse"], "question": {}}',
        b'{"text": "half a pair \\ud800", "role": null}',
        b'{"text": "x", "role": "' + b"r" * 5000 + b'.toml"}',
        b'{"text": "x", "role": "a\\u0000b.toml"}',
        b'{"text": "x", "question": "nothing"}',
        b'{"n": ' + b"9" * 10_000 + b"}",
        b"." * 100_000,
        b"a-" * 50_000,
        "\ufeffwith a mark at its beginning".encode(),
        b"   \t ",
    ]


def test_hostile_lines_are_objects_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "hostile.txt"
    path.write_bytes(b"\n".join(hostile()))
    found = objects(path)
    assert len(found) == len(hostile())
    for table in found:
        sound(table)
    emoji, mark = found[6], found[-2]
    assert emoji["text"] == "\U0001f600\U0001f389\U0001f44d\U0001f3fd" and emoji["acts"] == []
    assert mark["text"] == "with a mark at its beginning"
    problems = [table["text"] for table in found if "problem" in table]
    assert problems == ["x"] * 4


def test_what_a_line_cannot_mean_is_told_beside_what_was_understood() -> None:
    table = heard(b'{"text": "I did.", "role": "astronaut", "question": "moon"}')
    assert "astronaut" in table["problem"] and "nurse" in table["problem"]
    assert table["acts"] and "role" not in table and "quality" not in table


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--role", "nurse", "--question", "moon"), "nurse does not ask it; use one of about_you"),
        (("--role", "nurse", "--question", "handover/moon"), "nurse does not ask it"),
    ],
)
def test_an_unknown_question_is_refused_with_those_there_are(
    arguments: tuple[str, ...], words: str, lines: Path
) -> None:
    result = run_here("interviews", "listen", lines, *arguments)
    assert (result.status, result.out) == (2, "") and words in result.line


@needs_answers
def test_with_a_question_it_is_told_how_good_the_answer_is() -> None:
    line = {"text": HANDOVER, "role": "nurse", "question": "handover"}
    table = heard(json.dumps(line).encode())
    sound(table)
    assert (table["role"], table["question"], table["term"]) == ("nurse", "handover", "")
    quality = table["quality"]
    assert set(quality) == {"words", "parts", "gaps", "relevance", "strength"}
    assert quality["words"] == len(HANDOVER.split()) and 0 <= quality["strength"] <= 1
    assert 0 <= quality["relevance"] <= 1
    assert {part["name"] for part in quality["parts"]} >= {"action"}
    for part in quality["parts"]:
        start, end = part["span"]
        assert table["text"][start:end] == part["text"]


@needs_answers
def test_what_is_to_the_point_is_told_from_what_is_not() -> None:
    said = (
        "I would like to work as a nurse on your ward because I did my training there and I know "
        "how the team looks after old people.",
        "On Sundays my brother and I go fishing at the lake near our parents' old house.",
    )
    lines = [{"text": text, "role": "nurse", "question": "why_ward"} for text in said]
    near, far = (heard(json.dumps(line).encode())["quality"]["relevance"] for line in lines)
    assert far < 0.2 < near


@needs_answers
def test_an_answer_is_as_relevant_as_in_the_report(tmp_path: Path) -> None:
    line = {"text": f"Um, {HANDOVER}", "role": "nurse", "question": "handover"}
    told = heard(json.dumps(line).encode())["quality"]["relevance"]
    (question,) = (q for q in load_interview("nurse").questions if q.id == "handover")
    exchange = Exchange("handover", question.text[0], HANDOVER)
    report = build_report(write_planted(tmp_path / "s", [exchange], Manner(filler_every=8)))
    assert report["measures"]["relevance"]["value"] == told


@needs_answers
def test_parts_of_an_answer_lie_in_the_line_whatever_stands_between() -> None:
    said = f"Could you wait a second? Thanks. {HANDOVER} By the way, what do you pay?"
    table = heard(json.dumps({"text": said, "role": "nurse", "question": "handover"}).encode())
    for part in table["quality"]["parts"]:
        start, end = part["span"]
        assert said[start:end] == part["text"]
    assert "what do you pay" not in " ".join(part["text"] for part in table["quality"]["parts"])
    assert "pay" in [topic["topic"] for topic in table["topics"]]


@needs_answers
def test_questions_have_their_topic_and_terms_are_found(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_text("What do you mean by handover?\nWhat would I earn here?\n", encoding="utf-8")
    term, topic = objects(path, "--role", "nurse", "--question", "handover")
    assert term["term"] == "handover" and term["quality"] is None
    assert [each["topic"] for each in topic["topics"]] == ["pay"]
    # without a question, still the employer's topics
    assert objects(path, "--role", "nurse")[1]["topics"] == topic["topics"]


@needs_answers
def test_no_line_depends_on_those_before_it(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    said = ["I was at Siemens for three years.", "I was at Siemens for two years.", HANDOVER]
    path.write_text("\n".join([*said, *reversed(said)]), encoding="utf-8")
    found = objects(path, "--role", "nurse", "--question", "about_you")
    assert found[:3] == found[:2:-1]


@needs_answers
def test_a_line_may_tell_its_own_role_and_question() -> None:
    from game.app.listen import _Line

    default = _Line("", "nurse", "handover")
    for given, role, question in (
        ({}, "nurse", "handover"),
        ({"question": "about_you"}, "nurse", "about_you"),
        ({"role": "nurse"}, "nurse", "handover"),
        ({"role": "sales_assistant"}, "sales_assistant", None),
        ({"question": "your_questions"}, "nurse", "your_questions"),
    ):
        table = heard(json.dumps({"text": "Well, yes.", **given}).encode(), default)
        assert (table.get("role"), table.get("question")) == (role, question)
