"""report.json against the schema that ships, and reports of older and newer versions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from game.synthetic.planted import Exchange, Manner, write_planted
from perception.errors import InputError
from scoring.leaving_out import left_out
from scoring.record.writer import pretty
from scoring.report.analysis import build_report
from scoring.report.versions import SCHEMA_VERSION, of_later_version, read_report
from scoring.report.write import write_report
from scoring.rubric import load
from tests.scoring.schema import faults, validator
from tests.scoring.sessions import Answer, Script

SAID = "In my last job the oven broke. I called two bakeries and we delivered 38 of 40 orders."


def some(folder: Path) -> Path:
    answers = [("q1", "Tell me about a time.", Answer(SAID)), ("q2", "Why us?", None)]
    return Script(answers, gaze_error_deg=2.0).write(folder)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return build_report(some(tmp_path_factory.mktemp("schema") / "s"))


def test_a_report_fits_and_names_its_version(report: dict[str, Any]) -> None:
    assert report["schema_version"] == SCHEMA_VERSION
    assert next(iter(report)) == "schema_version"
    assert faults(pretty(report)) == []


def test_every_key_of_a_report_is_described(report: dict[str, Any]) -> None:
    """A new key is written into the schema before anybody reads it."""
    described = validator().schema["properties"]
    assert set(report) <= set(described)
    one = validator().schema["$defs"]
    for kind, values in {"measure": report["measures"], "score": report["scores"]}.items():
        assert all(set(value) <= set(one[kind]["properties"]) for value in values.values())
    for question in report["questions"]:
        assert set(question) <= set(one["question"]["properties"])


@pytest.mark.parametrize(
    "make", ["no_camera", "silent", "nobody", "cut_off", "nothing", "left_out"]
)
def test_where_nothing_was_measured_null_stands(tmp_path: Path, make: str) -> None:
    folder = tmp_path / "s"
    if make == "no_camera":
        Script([("q", "Why?", Answer("No.", typed=True))], camera=False).write(folder)
    elif make == "silent":
        write_planted(folder, [Exchange("q", "Why?", "")], None)
    elif make == "nobody":
        write_planted(folder, (), Manner())
    elif make == "cut_off":
        Script([("q", "Why?", Answer(SAID))], finish=False).write(folder)
    elif make == "nothing":
        folder.mkdir()
        (folder / "events.jsonl").write_bytes(b"")
    else:
        some(folder)
    cues = left_out(list(load("leave_out")["cue"])) if make == "left_out" else None
    report = write_report(folder, left_out=cues)
    assert faults((folder / "report.json").read_bytes()) == []
    assert sum(each["value"] is None for each in report["measures"].values()) > 10
    assert (report["scores"]["overall"]["value"] is None) == (make != "left_out")


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("scores", "overall", "value"), 140),
        (("measures", "nods", "coverage"), None),
        (("measures", "nods", "value"), "3"),
        (("questions", 0, "answer", "start_s"), None),
        (("created",), 5),
        (("schema_version",), "one"),
    ],
)
def test_what_does_not_fit_is_found(
    report: dict[str, Any], where: tuple[str | int, ...], value: object
) -> None:
    changed = json.loads(pretty(report))
    *outer, last = where
    table = changed
    for key in outer:
        table = table[key]
    table[last] = value
    assert faults(json.dumps(changed).encode())


def test_keys_of_a_later_version_fit(report: dict[str, Any]) -> None:
    later = {**report, "schema_version": "1.7", "aura": {"hue": "teal"}}
    assert faults(pretty(later)) == [] and of_later_version(later) is None


@pytest.mark.parametrize(
    ("version", "told"),
    [("2.0", True), ("10.1", True), ("1.9", False), (None, False), ("x", False)],
)
def test_only_another_first_number_is_told(version: str | None, told: bool) -> None:
    note = of_later_version({"schema_version": version})
    assert (note is not None) == told
    assert note is None or (version and version in note)


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b'{"a": NaN}', b"\xff\xfe", b"\x00"])
def test_a_damaged_report_is_one_line_that_says_how_to_get_another(
    tmp_path: Path, data: bytes
) -> None:
    (tmp_path / "report.json").write_bytes(data)
    with pytest.raises(InputError, match=r"run\.py report") as error:
        read_report(tmp_path)
    assert "\n" not in str(error.value)
