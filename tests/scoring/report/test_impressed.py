"""What the report shows and says of how somebody may have come across, and a report without it."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from game.app.commands import report as report_command
from game.settings import Settings, without_impressions
from game.setup.commandline import parse
from scoring.leaving_out import left_out
from scoring.record.session import read_session
from scoring.report.analysis import analyse
from scoring.report.chart_style import svg
from scoring.report.charts_over_time import emotion as chart
from scoring.report.write import write_report
from scoring.rubric import load
from scoring.settings import ImpressionSettings
from tests.scoring.emotion.test_course import GLAD, Planted, always

LIVELY = Planted(always(0.5), always(0.5), always(0.8), (GLAD, GLAD))
SHOWN = re.compile(
    r"valence|arousal|pleasant|livelier|calmer|excit|have come across|"
    r"face may have looked|voice may have|expression\b|impression that|your face at rest",
    re.IGNORECASE,
)
"""What stands in a report only where an impression does."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return LIVELY.write(tmp_path_factory.mktemp("lively") / "s")


def texts(folder: Path) -> dict[str, str]:
    """All that a person reads of a report, by file; pictures left out."""
    page = (folder / "report.html").read_text("utf-8")
    page = re.sub(r"<style>.*?</style>|base64,[\w+/=]+", "", page, flags=re.DOTALL)
    printed = subprocess.run(
        ["pdftotext", folder / "report.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    told = json.loads((folder / "report.json").read_text("utf-8"))
    return {"html": page, "pdf": printed, "captions": (folder / "captions.vtt").read_text("utf-8"),
            "json": json.dumps({k: v for k, v in told.items() if v is not None})}  # fmt: skip


def test_the_report_has_it_by_step_and_by_answer(folder: Path) -> None:
    report = write_report(folder)
    told = report["emotion"]
    assert json.loads((folder / "report.json").read_text("utf-8"))["emotion"] == told
    assert told["from"] == ["face", "voice", "words"]
    for dimension in ("valence", "arousal"):
        columns = told[dimension]
        assert {len(columns[key]) for key in ("value", "low", "high")} == {len(told["times"])}
        for value, low, high in zip(*(columns[k] for k in ("value", "low", "high")), strict=True):
            assert (value is None) == (low is None) == (high is None)
            assert value is None or -1 <= low < value < high <= 1
    assert [a["question_id"] for a in told["answers"]] == ["q1", "q2"]
    for answer in told["answers"]:
        assert answer["valence"]["from"] == ["face", "words"]
        assert answer["arousal"]["from"] == ["face", "voice"]
        assert answer["valence"]["value"] > 0.1 and answer["valence"]["why"] is None
    assert told["said"] == (
        "You may have come across as more pleasant than usual in Q1 and Q2 and livelier than usual "
        "in Q1 and Q2."
    )
    # while she speaks, nothing of the voice is heard: the face alone tells of liveliness too little
    assert None in told["arousal"]["value"] and None not in told["valence"]["value"][1:-1]


def test_page_and_print_show_one_picture_and_one_sentence(folder: Path) -> None:
    told = write_report(folder)["emotion"]
    seen = texts(folder)
    for kind in ("html", "pdf"):
        words = re.sub(r"\s+", " ", seen[kind])
        assert words.count("How you may have come across to others") == (2 if kind == "html" else 1)
        assert told["said"] in words and "not at what you felt" in words
        assert "voice may have sounded" not in words and "face may have looked" not in words
        # nobody is called happy, or angry: impressions are no emotions
        for name in load("labels")["expression"].values():
            assert f"{name} " not in words.replace("Neutral", "")
    assert '<div class="course">' in seen["html"]


def test_no_score_comes_of_it(folder: Path) -> None:
    whole, without = write_report(folder), write_report(folder, emotion=False)
    for key in ("scores", "strengths", "improvements", "questions", "competencies"):
        assert whole[key] == without[key], key
    assert {n for n, m in whole["measures"].items() if m != without["measures"][n]} == {"sentiment"}


def test_the_same_record_gives_the_same_bytes(folder: Path) -> None:
    def written() -> list[bytes]:
        write_report(folder)
        return [(folder / f"report.{kind}").read_bytes() for kind in ("json", "html", "pdf")]

    assert written() == written()


def test_without_it_the_report_tells_of_behaviour_alone(folder: Path) -> None:
    write_report(folder)
    assert all(SHOWN.search(text) for kind, text in texts(folder).items() if kind != "captions")
    report = write_report(folder, emotion=False)
    for kind, text in texts(folder).items():
        found = SHOWN.search(text)
        assert found is None, (kind, text[max(0, found.start() - 60) : found.end() + 60])
    for key in ("emotion", "expressions", "voice_impressions"):
        assert report[key] is None
    tone = report["measures"]["sentiment"]
    assert (tone["value"], tone["why"]) == (None, "left out as you asked")
    assert load("leave_out")["emotion"]["told"] in report["notes"]
    assert report["left_out"] == []
    asked = write_report(folder, settings=ImpressionSettings(enabled=True), emotion=False)
    assert "impressions" not in asked


def test_the_command_leaves_it_out_and_so_does_a_session_made_without(tmp_path: Path) -> None:
    folder = LIVELY.write(tmp_path / "s")

    def again(*arguments: str) -> Any:
        assert report_command(parse(["report", str(folder), "--quiet", *arguments])) == 0
        return json.loads((folder / "report.json").read_text())

    assert again()["emotion"] is not None
    assert again("--no-emotion")["emotion"] is None
    both = again("--no-emotion", "--leave-out", "fillers")
    assert both["emotion"] is None and both["left_out"] == ["fillers"]
    # a session that was made without one is told without it, words and all
    settings = without_impressions(Settings())
    meta = json.loads((folder / "session.json").read_text())
    meta["settings"] = {
        "seeing": {"emotion": {"enabled": settings.seeing.emotion.enabled}},
        "hearing": {"prosody": {"impression": {"enabled": False}}},
    }
    (folder / "session.json").write_text(json.dumps(meta))
    assert again()["measures"]["sentiment"]["why"] == "left out as you asked"
    assert again("--leave-out", "none")["emotion"] is None
    # one of the two alone is no such wish
    meta["settings"]["seeing"]["emotion"]["enabled"] = True
    (folder / "session.json").write_text(json.dumps(meta))
    assert again()["emotion"] is not None


def test_what_is_left_out_takes_no_part(folder: Path) -> None:
    def told(*cues: str) -> Any:
        return analyse(read_session(folder), left_out=left_out(cues)).report["emotion"]

    assert told("face")["from"] == ["voice", "words"]
    assert told("voice")["from"] == ["face", "words"]
    assert told("face", "voice") is None


def test_where_nothing_can_be_told_the_report_says_so(tmp_path: Path) -> None:
    def seldom(t_s: float) -> float | None:
        return 0.3 if t_s % 5.0 < 1.0 else None

    folder = Planted(seldom).write(tmp_path / "s")
    told = write_report(folder)["emotion"]
    assert told["said"] == "There was not enough to tell how you came across."
    assert not any(told[name]["value"][i] for name in ("valence", "arousal") for i in range(4))
    assert told["answers"][0]["valence"]["why"] == "too little of it was seen or heard"
    assert chart(told) is None
    page = texts(folder)["html"]
    assert told["said"] in page and "The line is the best guess" not in page


def test_an_answer_of_which_nothing_is_known_is_named(tmp_path: Path) -> None:
    plain = Planted().write(tmp_path / "plain")
    turn = read_session(plain).questions[1].asked_s
    folder = Planted(lambda t_s: 0.6 if t_s < turn else None).write(tmp_path / "s")
    told = write_report(folder)["emotion"]
    assert told["said"] == (
        "You may have come across as more pleasant than usual in Q1; of how lively that was there "
        "was not enough to tell; Q2 held too little to tell."
    )


def test_the_picture_has_a_band_and_gaps(folder: Path) -> None:
    told = write_report(folder)["emotion"]
    figure = chart(told)
    assert figure is not None and len(figure.axes) == 2
    for axes, name in zip(figure.axes, ("valence", "arousal"), strict=True):
        line = max(axes.lines, key=lambda each: np.asarray(each.get_xdata()).size)
        drawn = [None if y != y else round(float(y), 3) for y in np.asarray(line.get_ydata())][::2]
        assert drawn == told[name]["value"]
        low, high = axes.get_ylim()
        known = [x for key in ("low", "high") for x in told[name][key] if x is not None]
        assert low <= min(known) and max(known) <= high
    assert [t.get_text() for t in figure.axes[0].texts] == ["Q1", "Q2"]
    assert svg(figure) == svg(chart(told) or figure)
