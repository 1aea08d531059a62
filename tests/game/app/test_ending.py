"""What the end card says, what follows, and that nothing but a report of this machine is opened."""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dialogue.content.persona import load_persona
from game.app.ending import (
    PRACTICE_QUESTIONS,
    Ending,
    Focus,
    ending_of,
    open_in_browser,
)
from game.app.following import following
from game.app.plan import Candidate, Plan
from game.settings import Settings
from perception.paths import sessions_dir
from scoring.report.analysis import build_report
from tests.scoring.sessions import interview

NEXT = {
    "focus": "pause_mean_s",
    "what": "Shorten the longest pauses",
    "command": "python3 run.py practice --role nurse --persona marcus --questions 2",
}


def ended(folder: Path, **report: Any) -> Ending:
    folder.mkdir(exist_ok=True)
    (folder / "report.json").write_text(json.dumps(report), encoding="utf-8")
    return ending_of(folder)


def test_a_report_is_told_in_three_lines(tmp_path: Path) -> None:
    score = {"value": 61.6, "low": 50.2, "high": 73.9}
    found = ended(
        tmp_path / "s", headline="A clear interview.", scores={"overall": score}, next_practice=NEXT
    )
    assert found.headline == "A clear interview."
    assert found.overall == "Overall: about 62 points out of 100, likely between 50 and 74."
    assert found.focus == Focus("Shorten the longest pauses", 2, "nurse", "marcus")


def test_a_real_report_is_understood(tmp_path: Path) -> None:
    report = build_report(interview().write(tmp_path / "s"))
    found = ended(tmp_path / "s", **json.loads(json.dumps(report)))
    improvements = report["improvements"]
    wanted = (report.get("next_practice") or (improvements or [{}])[0]).get("what")
    assert (found.focus.what if found.focus else None) == wanted
    assert bool(found.overall) == (report["scores"]["overall"]["value"] is not None)


def test_without_a_number_none_is_told_and_older_reports_have_a_focus(tmp_path: Path) -> None:
    found = ended(
        tmp_path / "s",
        scores={"overall": {"value": None, "low": None, "high": None}},
        improvements=[{"what": "Slow down"}, {"what": "Smile"}],
    )
    assert found == Ending(focus=Focus("Slow down", PRACTICE_QUESTIONS))
    assert ended(tmp_path / "s", improvements=[]) == Ending()


@pytest.mark.parametrize(
    "text", ["", "[1]", "{", '{"headline": 3, "scores": [], "improvements": [4]}', "null"]
)
def test_a_damaged_report_leaves_a_card_without_it(tmp_path: Path, text: str) -> None:
    (tmp_path / "report.json").write_text(text)
    assert ending_of(tmp_path) == Ending()
    assert ending_of(tmp_path / "nowhere") == Ending()


@pytest.mark.parametrize(
    "command",
    [
        "rm -rf /",
        "python3 run.py practice --role ../x --persona 'un",
        "--questions 999999",
        "--role",
    ],
)
def test_of_a_command_only_what_is_known_is_taken(tmp_path: Path, command: str) -> None:
    found = ended(tmp_path / "s", next_practice={"what": "Breathe", "command": command}).focus
    assert found is not None and (found.role, found.persona) == (None, None)
    assert 1 <= found.questions <= 50


# -- what follows ----------------------------------------------------------------------------------


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return Plan(
        settings=Settings(),
        role="sales_assistant",
        persona=load_persona("anna", 5),
        questions=5,
        seed=5,
        candidate=Candidate(None, None),
        folder=tmp_path / "mine",
        offscreen=False,
        film=tmp_path / "mine" / "room.mp4",
        voice="silent",
        quiet=True,
        start_at=2,
        resume=True,
        extra={"green_room": {"done": True}, "phrased": ["of that one"]},
    )


def test_trying_again_asks_anew_in_a_folder_of_its_own(plan: Plan, tmp_path: Path) -> None:
    again = following(plan, "again", Focus("Slow down", 2, "nurse", "marcus"))
    assert (again.role, again.questions, again.persona.name) == ("sales_assistant", 5, "anna")
    assert again.seed != plan.seed
    assert again.folder == tmp_path / "mine-2" and again.film == tmp_path / "mine-2" / "room.mp4"
    assert not again.resume and again.start_at == 0 and again.prepared
    assert again.extra == {"green_room": {"done": True}}
    again.folder.mkdir()
    (tmp_path / "mine-3").mkdir()
    assert following(again, "again").folder == tmp_path / "mine-4"
    apart = replace(plan, film=tmp_path / "film.mp4")
    assert following(apart, "again").film == tmp_path / "film-2.mp4"


def test_practising_takes_up_what_the_report_says(plan: Plan) -> None:
    then = following(plan, "practise", Focus("Slow down", 2, "nurse", "marcus"))
    assert (then.role, then.questions, then.persona.name) == ("nurse", 2, "marcus")
    assert then.extra["focus"] == "Slow down"
    assert "focus" not in following(then, "again").extra
    same = following(plan, "practise", Focus("Slow down"))
    assert (same.role, same.persona.name) == ("sales_assistant", "anna")
    assert following(plan, "practise").questions == 5, "nothing is known to practise"


def test_sessions_in_their_usual_place_go_on_there(plan: Plan) -> None:
    usual = replace(plan, folder=sessions_dir() / "session-2026-01-01-120000")
    found = following(usual, "again").folder
    assert found.parent == sessions_dir() and found != usual.folder


# -- the browser -----------------------------------------------------------------------------------

posix = pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="needs a shell script")


@posix
def test_a_page_of_this_machine_is_opened_by_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "open" if sys.platform == "darwin" else "xdg-open"
    told = tmp_path / "told"
    opener = tmp_path / name
    opener.write_text(f'#!/bin/sh\nprintf %s "$*" > "{told}.part" && mv "{told}.part" "{told}"\n')
    opener.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    page = tmp_path / "my report.html"
    assert not open_in_browser(page), "it is not there"
    page.write_text("<p>report</p>")
    assert open_in_browser(page)
    until = time.monotonic() + 10.0
    while not told.exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert told.read_text() == page.as_uri()
    assert told.read_text().startswith("file:///") and "%20" in told.read_text()


@posix
def test_a_system_that_refuses_is_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opener = tmp_path / ("open" if sys.platform == "darwin" else "xdg-open")
    opener.write_text("#!/bin/sh\nexit 3\n")
    opener.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    page = tmp_path / "report.html"
    page.write_text("<p>report</p>")
    assert not open_in_browser(page)


@posix
def test_without_a_browser_the_person_is_told_where_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    page = tmp_path / "report.html"
    page.write_text("<p>report</p>")
    assert not open_in_browser(page)
