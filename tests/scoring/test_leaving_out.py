"""Cues that a person asked to leave out: not measured, not spoken of, no part of any score."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from markupsafe import escape

from game.app.commands import report as report_command
from game.settings import Settings, leaving_out, load_settings
from game.setup.commandline import parse
from perception.errors import InputError, SettingsError
from scoring.feedback import advise
from scoring.fusion import measure_points, score
from scoring.leaving_out import left_out
from scoring.measures.measure import UNITS, measure
from scoring.record.session import read_session
from scoring.report.analysis import analyse
from scoring.report.html import render_html
from scoring.report.write import write_report
from scoring.rubric import load
from scoring.types import Score
from tests.conftest import ROOT
from tests.scoring.sessions import MOTIVE, STORY, Answer, Script

CUES = load("leave_out")["cue"]
SAY = "left out as you asked"
HALTING = (
    "um So I uh have five year of experience and um I am agree that you know this job is uh very "
    "interesting for me because um I like to help customers in the shop every uh single day and I "
    "have learned much about the planning of um projects in a team of twelve people last year"
)


def faulty() -> Script:
    """Slow, halting and late answers, whose speaker looks away, and knows where the screen is."""
    halts = {8: 4.0, 30: 5.0}
    return Script(
        [
            ("q1", "Why do you want this job?", Answer(HALTING, 62.0, 4.0, halts)),
            ("q2", "Tell me about a time when you led a project.", Answer(STORY, 62.0, 5.0, halts)),
            ("q3", "Why do you want to manage projects?", Answer(MOTIVE, 60.0, 4.5, halts)),
        ],
        gaze_cycle=(1.0, 9.0),
        gaze_error_deg=1.0,
        nods=6,
    )


def fluent(**more: Any) -> Script:
    """Two good answers and a third."""
    return Script(
        [
            ("q1", "Why do you want this project manager job?", Answer(MOTIVE, 150.0)),
            ("q2", "Tell me about a time when you led a project.", Answer(STORY, 140.0)),
            ("q3", "Tell me about a time when a project failed.", Answer(STORY, 145.0)),
        ],
        gaze_error_deg=1.0,
        **more,
    )


SAID = {
    "gaze": ("Look back at the recruiter", "Look at the recruiter during the question"),
    "pauses": ("Shorten the longest pauses", "Begin a little sooner", "There was a pause of"),
    "fillers": ("Trade fillers for silence", " fillers ("),
    "pace": ("Pick up the pace", "words a minute", "how fast you spoke, pauses left out,"),
    "grammar": ("Polish a few phrases", "smoother:"),
}
"""What the report says of what the faulty interview lacks, by cue."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return faulty().write(tmp_path_factory.mktemp("faulty") / "s")


@pytest.fixture(scope="module", autouse=True)
def _all_advice() -> Iterator[None]:
    """All of it, however much there is: one piece may push another off the page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scoring.feedback.choose.MAX_IMPROVEMENTS", 50)
        patch.setattr("scoring.feedback.choose.MAX_STRENGTHS", 50)
        yield


@pytest.fixture(scope="module")
def whole(folder: Path) -> dict[str, Any]:
    return analyse(read_session(folder)).report


@pytest.mark.parametrize("cue", CUES)
def test_a_cue_that_is_left_out_is_nowhere_in_the_report(
    folder: Path, whole: dict[str, Any], cue: str
) -> None:
    analysis = analyse(read_session(folder), left_out=left_out([cue]))
    out = analysis.report
    for name, found in out["measures"].items():
        if name in CUES[cue]["measures"]:
            assert (found["value"], found["coverage"]) == (None, 0.0)
            assert found["evidence"] == [] and found["why"] == SAY
        else:
            assert found == whole["measures"][name]
            assert found["why"] is None
    assert any(whole["measures"][name]["value"] is not None for name in CUES[cue]["measures"]) or (
        cue == "body"  # nothing of this session tells of a body
    )
    assert out["left_out"] == [cue] and whole["left_out"] == []
    assert any(CUES[cue]["name"] in note for note in out["notes"])
    # what was said of it is not said any more, and nothing else is lost
    told, kept = _sentences(whole), _sentences(out)
    for other, sentences in SAID.items():
        for sentence in sentences:
            assert sentence in told
            assert (sentence in kept) == (other != cue), sentence
    page = render_html(analysis)
    (named,) = re.findall(f"<b>{SAY[0].upper()}{SAY[1:]}:</b> ([^<]+)[.]</p>", page)
    labels = load("labels")["measure"]
    assert set(named.split("; ")) == {str(escape(labels[n])) for n in CUES[cue]["measures"]}
    for name in CUES[cue]["measures"]:
        assert f'<th scope="row">{escape(labels[name])}</th>' not in page


def _sentences(report: dict[str, Any]) -> str:
    """All that the report says."""
    said = {key: report[key] for key in ("strengths", "improvements", "questions", "notes")}
    return json.dumps(said, ensure_ascii=False)


def test_advice_rests_on_no_measure_that_is_left_out(folder: Path) -> None:
    session = read_session(folder)
    for cue in CUES:
        strengths, improvements = advise(session, measure(session, None, left_out([cue])))
        assert not {a.measure for a in (*strengths, *improvements)} & set(CUES[cue]["measures"])


@pytest.mark.parametrize(
    ("cue", "changes"),
    [
        ("gaze", {"gaze_cycle": (1000.0, 0.1)}),
        ("gaze", {"gaze_error_deg": 6.0}),
        ("face", {"smile_cycle": (9.0, 1.0)}),
        ("head", {"nods": 12}),
        ("voice", {"pitch": (90.0, 260.0)}),
    ],
)
def test_what_is_left_out_may_be_as_it_likes(
    tmp_path: Path, cue: str, changes: dict[str, Any]
) -> None:
    first, second = fluent().write(tmp_path / "a"), tmp_path / "b"
    dataclasses.replace(fluent(), **changes).write(second)
    for folder in (first, second):
        write_report(folder)
    assert _bytes(first) != _bytes(second)
    for folder in (first, second):
        write_report(folder, left_out=left_out([cue]))
    assert _bytes(first) == _bytes(second)


def _bytes(folder: Path) -> list[bytes]:
    return [(folder / f"report.{kind}").read_bytes() for kind in ("json", "html", "pdf")]


@pytest.mark.parametrize("cue", CUES)
def test_what_is_left_out_makes_no_score_less_sure(folder: Path, cue: str) -> None:
    """As it would be, had the rubric never held it; what is only missing widens it."""
    session = read_session(folder)
    whole = measure(session)
    out = measure(session, None, left_out([cue]))
    missing = dataclasses.replace(
        whole,
        values={
            name: dataclasses.replace(m, value=None, coverage=0.0)
            if name in CUES[cue]["measures"]
            else m
            for name, m in whole.values.items()
        },
    )
    asked, lost = score(session, out), score(session, missing)
    _weighed_by_what_is_believed(asked)
    assert asked["content"] == score(session, whole)["content"]
    for group in ("delivery", "nonverbal", "responsiveness"):
        entries = {n: e for n, e in load("scores")[group].items() if isinstance(e, dict)}
        kept = {n: e for n, e in entries.items() if n not in CUES[cue]["measures"]}
        found = asked[group]
        if not kept:
            assert found.value is None and found.why == SAY
            continue
        points = {n: measure_points(group, out[n]) for n in kept}
        assert all(points.values()), group
        weights = {n: float(e["weight"]) for n, e in kept.items()}
        weight = sum(weights.values())
        # each keeps of its weight what is believed of it
        precise = {n: w * out[n].trust ** 2 * out[n].coverage for n, w in weights.items()}
        mean = sum(precise[n] * p[0] for n, p in points.items() if p) / sum(precise.values())
        assert found.value == pytest.approx(mean, abs=0.06)
        assert found.reliability == pytest.approx(sum(precise.values()) / weight)
        assert found.coverage == pytest.approx(
            sum(weights[n] * out[n].coverage for n in kept) / weight
        )
        if kept != entries and lost[group].value is not None:
            assert found.value == lost[group].value
            assert _width(found) < _width(lost[group])
    assert asked["overall"].value is not None


def _width(found: Any) -> float:
    return float(found.high - found.low)


def test_looking_away_lowers_nothing_once_it_is_left_out(tmp_path: Path) -> None:
    """Not even the score of the whole, which goes on without."""
    away = fluent(gaze_cycle=(0.3, 20.0)).write(tmp_path / "away")
    held = write_report(away)["scores"]
    free = write_report(away, left_out=left_out(["gaze"]))["scores"]
    assert held["nonverbal"]["value"] < 40.0
    assert free["nonverbal"]["value"] is None and free["nonverbal"]["why"] == SAY
    assert free["overall"]["value"] > held["overall"]["value"] + 5.0
    for group in ("content", "delivery"):
        assert free[group] == held[group]
    assert free["responsiveness"]["value"] > held["responsiveness"]["value"]


def test_what_is_left_of_a_score_may_not_have_been_measured(tmp_path: Path) -> None:
    folder = fluent(camera=False).write(tmp_path / "s")
    found = write_report(folder, left_out=left_out(["pauses"]))["scores"]["responsiveness"]
    assert found["value"] is None and SAY in found["why"] and "the rest" in found["why"]


def test_all_may_be_left_out_but_what_is_said(tmp_path: Path) -> None:
    report = write_report(fluent().write(tmp_path / "s"), left_out=left_out(list(CUES)))
    content = report["scores"]["content"]["value"]
    assert report["scores"]["overall"]["value"] == pytest.approx(content, abs=0.1)
    for group in ("delivery", "nonverbal", "responsiveness"):
        assert report["scores"][group] == {
            **report["scores"][group], "value": None, "coverage": 0.0, "why": SAY
        }  # fmt: skip
    assert report["expressions"] is None and report["voice_impressions"] is None
    assert not list((tmp_path / "s").glob("*.tmp"))


def test_a_report_is_written_again_as_the_session_was_made(tmp_path: Path) -> None:
    folder = fluent().write(tmp_path / "s")
    meta = json.loads((folder / "session.json").read_text())
    chosen = leaving_out(Settings(), ("gaze", "grammar"))
    meta["settings"] = {"scoring": {"leave_out": list(chosen.scoring.leave_out)}}
    (folder / "session.json").write_text(json.dumps(meta))

    def again(*arguments: str) -> list[str]:
        assert report_command(parse(["report", str(folder), "--quiet", *arguments])) == 0
        left: list[str] = json.loads((folder / "report.json").read_text())["left_out"]
        return left

    assert again() == ["gaze", "grammar"]
    assert again("--leave-out", "pace, fillers") == ["fillers", "pace"]
    assert again("--leave-out", "none") == []
    assert again() == ["gaze", "grammar"]


@pytest.mark.parametrize("kept", [{"scoring": 3}, {"scoring": {"leave_out": [3, "warp"]}}, 7, None])
def test_a_record_of_another_version_leaves_out_what_is_known(tmp_path: Path, kept: Any) -> None:
    folder = fluent().write(tmp_path / "s")
    meta = json.loads((folder / "session.json").read_text())
    (folder / "session.json").write_text(json.dumps({**meta, "settings": kept}))
    assert measure(read_session(folder)).left_out.cues == ()


@pytest.mark.parametrize(
    "command", [["practice"], ["demo"], ["analyze", "README.md"], ["report", "tests"]]
)
@pytest.mark.parametrize("names", ["gays", "", "gaze,fidgets"])
def test_an_unknown_cue_is_told_with_those_there_are(command: list[str], names: str) -> None:
    with pytest.raises(InputError) as refused:
        parse([*command, "--leave-out", names])
    said = str(refused.value)
    assert "\n" not in said and all(cue in said for cue in CUES)


def test_settings_files_may_leave_cues_out(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[scoring]\nleave_out = ["gaze", "fillers"]\n')
    settings = load_settings(path)
    assert settings.scoring.leave_out == ("gaze", "fillers")
    assert leaving_out(settings, None) == settings
    assert leaving_out(settings, ()).scoring.leave_out == ()
    path.write_text('[scoring]\nleave_out = ["warp"]\n')
    with pytest.raises(SettingsError, match=r"mine\.toml: scoring: .*'warp'; use some of gaze, "):
        load_settings(path)


def test_the_table_of_cues_names_what_there_is() -> None:
    texts, labels = load("feedback")["answer"], load("labels")
    for cue in CUES.values():
        assert set(cue["measures"]) <= set(UNITS)
        assert set(cue.get("sentences", ())) <= set(texts)
        assert set(cue.get("ratings", ())) <= set(labels["rating"])
        assert set(cue.get("sections", ())) <= {"expressions", "voice_impressions"}
    measured = [name for cue in CUES.values() for name in cue["measures"]]
    assert len(measured) == len(set(measured))
    readme = (ROOT / "README.md").read_text("utf-8")
    assert all(f"`{cue}`" in readme for cue in CUES)


def _weighed_by_what_is_believed(scores: Mapping[str, Score]) -> None:
    weights = load("scores")["overall"]
    known = [
        (float(weights[group]) * scores[group].reliability, value)
        for group in weights
        if (value := scores[group].value) is not None
    ]
    mean = sum(w * v for w, v in known) / sum(w for w, _ in known)
    assert scores["overall"].value == pytest.approx(mean, abs=0.06)
