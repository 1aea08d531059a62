"""Records that are damaged, half written, of another version or empty: the report is written, and
says what was wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from game.app.deciding_again import replay_session
from game.synthetic.planted import Exchange, Manner, write_planted
from perception.errors import InputError
from scoring.record.session import read_session
from scoring.report.analysis import build_report

ASKED = (
    Exchange("q1", "Why do you want this job?", "I like to bake and I like to meet people."),
    Exchange("q2", "What would you change here?", "I would open at six and sell coffee, too."),
)

BECAUSE = {"rule": "next_question", "cue": "silence_s", "value": 1.0, "threshold": 0.7}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_planted(tmp_path / "s", ASKED, Manner())


def changed(path: Path, number: int, change: dict[str, Any]) -> None:
    """Changes fields of a line (from 0); ``"data.x"`` is a field of its data."""
    lines = path.read_text().splitlines()
    payload = json.loads(lines[number])
    for name, value in change.items():
        *outer, last = name.split(".")
        table = payload
        for key in outer:
            table = table[key]
        table[last] = value
    lines[number] = json.dumps(payload)
    path.write_text("\n".join(lines) + "\n")


def notes_of(folder: Path) -> str:
    report = build_report(folder)
    json.dumps(report, allow_nan=False)  # no NaN reaches it
    return "\n".join(report["notes"])


@pytest.mark.parametrize(
    ("name", "number", "change"),
    [
        ("readings.jsonl", 3, {"t_s": float("nan")}),
        ("readings.jsonl", 3, {"t_s": float("inf")}),
        ("readings.jsonl", 3, {"t_s": 1e300}),
        ("readings.jsonl", 3, {"confidence": "high"}),
        ("readings.jsonl", 3, {"gaze": [1]}),
        ("readings.jsonl", 3, {"expressions": {"jawOpen": None}}),
        ("readings.jsonl", 3, {"n": "third"}),
        ("events.jsonl", 1, {"data": 5}),
        ("events.jsonl", 1, {"data.text": 5}),
        ("events.jsonl", 1, {"data.id": ["a"]}),
        ("events.jsonl", 1, {"data.because": {}}),
        ("events.jsonl", 1, {"data.because": {**BECAUSE, "confidence": 3}}),
        ("events.jsonl", 2, {"data.t_s": "soon"}),
    ],
)
def test_a_damaged_value_costs_its_line_and_no_more(
    folder: Path, name: str, number: int, change: dict[str, Any]
) -> None:
    changed(folder / name, number, change)
    assert f"{name} line {number + 1} is damaged" in notes_of(folder)
    before = len(ASKED)
    assert before - 1 <= len(read_session(folder).questions) <= before
    replay_session_or_error(folder)


def replay_session_or_error(folder: Path) -> None:
    """Nothing but an error in one line comes of a replay: a planted record was no interview."""
    with pytest.raises(InputError):
        replay_session(folder)


def test_a_line_of_garbage_and_a_torn_end_are_told(folder: Path) -> None:
    path = folder / "readings.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    lines[5] = b'\x00\xff{"n":1,"k":"fa\n'
    path.write_bytes(b"".join(lines)[:-9])
    told = notes_of(folder)
    assert "readings.jsonl line 6 is damaged" in told
    assert "the last line is torn" in told


def test_a_later_version_is_passed_over_and_told(folder: Path) -> None:
    meta = json.loads((folder / "session.json").read_text())
    meta |= {"record_format": meta["record_format"] + 1, "aura": {"hue": "teal"}}
    (folder / "session.json").write_text(json.dumps(meta))
    eye = {"pupil_mm": 3.1, "gaze.target": "notes", "gaze.depth_m": 2.0}
    changed(folder / "readings.jsonl", 3, eye)
    changed(folder / "events.jsonl", 1, {"kind": "hologram"})
    later = {"n": 9, "k": "skin", "t_s": 1.0}
    with (folder / "readings.jsonl").open("a") as file:
        file.write(json.dumps(later) + "\n" + json.dumps(later) + "\n")
    act = {"t_s": 2.0, "source": "dialogue", "kind": "act"}
    known = {"id": "x", "t_s": 2.0, "kind": "say", "text": "Hm.", "because": {**BECAUSE, "odds": 2}}
    known["data"] = {"purpose": "greeting", "volume": 3}
    with (folder / "events.jsonl").open("a") as file:
        file.write(json.dumps({**act, "data": {"t_s": 2.0, "kind": "sing", "text": "La"}}) + "\n")
        file.write(json.dumps({**act, "data": known}) + "\n")
    told = notes_of(folder)
    assert "written by a later version" in told
    assert "record format 2, this one reads 1" in told
    assert "2 lines of kinds that this version does not know (skin)" in told
    assert "1 lines of kinds that this version does not know (act sing)" in told
    assert "2 keys that this version does not know (gaze.depth_m, pupil_mm)" in told
    assert "2 keys that this version does not know (because.odds, data.volume)" in told
    assert "session.json: 1 keys that this version does not know (aura) were passed over" in told
    assert "damaged" not in told


def test_a_session_file_with_wrong_values_is_read_as_far_as_it_goes(folder: Path) -> None:
    wrong = {"role": 5, "versions": "1", "duration_s": 1e99, "settings": [], "green_room": 3}
    meta = json.loads((folder / "session.json").read_text())
    (folder / "session.json").write_text(json.dumps({**meta, **wrong}))
    told = notes_of(folder)
    assert all(f"session.json: {name} is damaged" in told for name in wrong)
    assert 0 < read_session(folder).duration_s < 100


def test_times_in_no_order_give_the_same_measures(folder: Path) -> None:
    before = build_report(folder)["measures"]
    path = folder / "readings.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    for n, line in enumerate(reversed(lines)):
        line["n"] = n
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert build_report(folder)["measures"] == before


def test_negative_times_do_no_harm(folder: Path) -> None:
    changed(folder / "readings.jsonl", 3, {"t_s": -5.0})
    changed(folder / "events.jsonl", 2, {"t_s": -1.0})
    assert notes_of(folder) is not None


def test_an_interview_without_a_question_has_no_numbers(tmp_path: Path) -> None:
    report = build_report(write_planted(tmp_path / "s", (), Manner()))
    assert all(score["value"] is None for score in report["scores"].values())
    assert report["scores"]["responsiveness"]["why"] == "nobody says what was asked"
    assert report["strengths"] == report["improvements"] == []


def test_questions_without_a_reading_are_unanswered(tmp_path: Path) -> None:
    silent = [Exchange(e.id, e.question, "") for e in ASKED]
    folder = write_planted(tmp_path / "s", silent, None)
    (folder / "readings.jsonl").unlink()
    report = build_report(folder)
    assert "readings.jsonl is missing" in "\n".join(report["notes"])
    assert [q["answer"] for q in report["questions"]] == [None, None]
    assert report["scores"]["nonverbal"]["why"] == "there were no pictures"
    assert report["scores"]["delivery"]["why"] == "no speech was heard"
