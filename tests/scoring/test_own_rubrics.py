"""A study's own norms take the place of those that ship, and a slip in them is one plain line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from game.settings import load_settings
from perception.errors import SettingsError
from scoring.report.analysis import build_report
from scoring.report.write import write_report
from scoring.rubric import RUBRICS, norms, using
from tests.commandline_runs import run_here
from tests.scoring.sessions import MOTIVE, STORY, Answer, Script
from tests.scoring.test_rubric import change

QUESTIONS = ("Tell me about a time when you led a project.", "Why do you want this job?")


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A folder of rubrics with nothing but slower norms, and a settings file beside it."""
    folder = tmp_path / "slower"
    folder.mkdir()
    shutil.copy(RUBRICS / "norms.toml", folder)
    change(folder / "norms.toml", "low = 120.0", "low = 80.0")
    (tmp_path / "study.toml").write_text('[scoring]\nrubrics = "slower"\n', "utf-8")
    return folder


def interview(folder: Path, rubrics: str = "") -> Path:
    answers = zip(QUESTIONS, (STORY, MOTIVE), strict=True)
    script = Script([(f"q{i}", q, Answer(a, 90.0)) for i, (q, a) in enumerate(answers)])
    script.write(folder)
    meta = json.loads((folder / "session.json").read_text("utf-8"))
    meta["settings"] = {"scoring": {"rubrics": rubrics}}
    (folder / "session.json").write_text(json.dumps(meta), "utf-8")
    return folder


def test_the_settings_name_a_folder_as_seen_from_their_file(study: Path) -> None:
    settings = load_settings(study.parent / "study.toml")
    assert settings.scoring.rubrics == str(study.resolve())


def test_norms_and_the_curves_that_follow_them_are_the_studys(study: Path, tmp_path: Path) -> None:
    usual = build_report(interview(tmp_path / "usual"))
    own = build_report(interview(tmp_path / "own", str(study)))
    rate = {name: r["measures"]["speech_rate_wpm"] for name, r in (("usual", usual), ("own", own))}
    assert rate["usual"]["value"] == rate["own"]["value"] < 100.0
    assert (rate["usual"]["norm"]["low"], rate["own"]["norm"]["low"]) == (120.0, 80.0)
    assert "Pick up the pace a little" in {each["what"] for each in usual["improvements"]}
    assert "Pick up the pace a little" not in {each["what"] for each in own["improvements"]}
    assert "rubrics of this study, slower, were used for: norms" in own["notes"]
    assert not any("rubrics" in note for note in usual["notes"])
    assert norms()["speech_rate_wpm"].low == 120.0, "and nobody else's afterwards"


def test_the_page_and_the_pdf_are_written_by_them(study: Path, tmp_path: Path) -> None:
    folder = interview(tmp_path / "own", str(study))
    write_report(folder)
    assert "80 – 180" in (folder / "report.html").read_text("utf-8")
    assert (folder / "report.pdf").stat().st_size > 1000


def test_a_folder_that_is_gone_is_said(study: Path, tmp_path: Path) -> None:
    folder = interview(tmp_path / "s", str(study))
    shutil.rmtree(study)
    report = build_report(folder)
    assert report["measures"]["speech_rate_wpm"]["norm"]["low"] == 120.0
    assert "the rubrics of slower are not there any more; the usual were used" in report["notes"]


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("norms.toml", "low = 80.0", 'low = "slow"', "norms.toml: speech_rate_wpm: low is"),
        ("norms.toml", "high = 180.0\n", "", "points have a corner at 'high'"),
        ("scorse.toml", "", "", "scorse.toml: no rubric of that name; use some of "),
        ("", "", "", "holds no rubric; copy norms.toml there"),
        (".", "", "", "no such folder of rubrics"),
    ],
)
def test_a_slip_is_one_line_before_the_interview(
    study: Path, name: str, old: str, new: str, said: str
) -> None:
    if name == ".":
        shutil.rmtree(study)
    elif not name:
        (study / "norms.toml").unlink()
    elif old:
        change(study / name, old, new)
    else:
        (study / name).write_text("", "utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings(study.parent / "study.toml")
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_rubrics_in_use_end_with_their_use(study: Path) -> None:
    with using(study):
        assert norms()["speech_rate_wpm"].low == 80.0
    assert norms()["speech_rate_wpm"].low == 120.0


def test_a_report_is_written_again_by_other_rubrics(study: Path, tmp_path: Path) -> None:
    folder = interview(tmp_path / "s")
    report = write_report(folder, rubrics=study)
    assert report["measures"]["speech_rate_wpm"]["norm"]["low"] == 80.0
    options = ["report", str(folder), "--quiet", "--settings", str(study.parent / "study.toml")]
    assert run_here(*options).status == 0
    again = json.loads((folder / "report.json").read_text("utf-8"))
    assert again["measures"]["speech_rate_wpm"]["norm"]["low"] == 80.0
