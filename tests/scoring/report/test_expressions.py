"""What the report says of how a face may have looked, of eye contact and of tilts."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from perception.face.actionunits import action_units
from perception.face.emotion import impression
from perception.types import EmotionImpression, FaceReading, Gaze, HeadGesture
from scoring.emotion.expressions import expressions
from scoring.feedback import shown
from scoring.measures.measure import measure
from scoring.record.session import read_session
from scoring.record.writer import SessionWriter
from scoring.report.analysis import build_report
from scoring.report.write import write_report
from scoring.rubric import load
from scoring.types import Measure
from tests.scoring.sessions import META, interview

STEP_S = 0.1
SMILE = impression(action_units({"mouthSmileLeft": 0.9, "mouthSmileRight": 0.9, "jawOpen": 0.1}))
REST = impression(action_units({}))


def look(eyes: bool | None, target: str = "screen") -> Gaze:
    return Gaze(0.0, 0.0, target, 0.8, eyes)  # type: ignore[arg-type]


def record(
    folder: Path,
    seconds: float,
    impressed: Callable[[float], EmotionImpression | None] = lambda t_s: None,
    gaze: Callable[[float], Gaze | None] = lambda t_s: None,
) -> Path:
    """A record of a face that is there all the time, ten readings a second."""
    with SessionWriter(folder, META) as writer:
        for i in range(round(seconds / STEP_S)):
            t_s = i * STEP_S
            writer.reading(
                FaceReading(
                    t_s, 0.02, 0.9, 0.0, 0.0, 0.0, (0.0, 0.0, -0.6), gaze(t_s),
                    impression=impressed(t_s),
                )
            )  # fmt: skip
        writer.close("complete", seconds)
    return folder


def with_looks(folder: Path, gaze: Callable[[float], Gaze | None]) -> Path:
    """A whole interview in which the candidate looks as told, second by second."""
    script = interview()
    script.camera, script.nods = False, 0
    script.write(folder)
    with SessionWriter(folder, {}, resume=True) as writer:
        for i in range(round(script.end_s / STEP_S)):
            t_s = i * STEP_S
            writer.reading(FaceReading(t_s, 0.02, 0.9, 0.0, 0.0, 0.0, (0.0, 0.0, -0.6), gaze(t_s)))
        writer.close("complete", script.end_s)
    return folder


def test_impressions_are_weighed_by_time(tmp_path: Path) -> None:
    folder = record(tmp_path / "s", 20.0, lambda t_s: SMILE if t_s < 5.0 else REST)
    found = expressions(read_session(folder))
    assert found is not None
    for name, share in found.shares.items():
        wanted = 0.25 * SMILE.probabilities[name] + 0.75 * REST.probabilities[name]
        assert share == pytest.approx(wanted, abs=0.005), name
    assert sum(found.shares.values()) == pytest.approx(1.0)
    assert found.valence == pytest.approx(0.25 * SMILE.valence + 0.75 * REST.valence, abs=0.005)
    assert found.arousal == pytest.approx(0.25 * SMILE.arousal + 0.75 * REST.arousal, abs=0.005)
    assert found.coverage == pytest.approx(1.0)


def test_what_was_not_told_is_not_counted_and_lowers_the_coverage(tmp_path: Path) -> None:
    folder = record(tmp_path / "s", 20.0, lambda t_s: SMILE if t_s < 5.0 else None)
    found = expressions(read_session(folder))
    assert found is not None
    assert found.shares == pytest.approx(dict(SMILE.probabilities))
    assert found.coverage == pytest.approx(0.25, abs=0.01)
    assert expressions(read_session(record(tmp_path / "few", 2.0, lambda t_s: SMILE))) is None


def test_one_now_and_then_speaks_for_the_frames_between(tmp_path: Path) -> None:
    def impressed(t_s: float) -> EmotionImpression | None:
        if round(t_s / STEP_S) % 3:
            return None
        return SMILE if t_s < 5.0 else REST

    found = expressions(read_session(record(tmp_path / "s", 20.0, impressed)))
    assert found is not None
    assert found.coverage == pytest.approx(1.0, abs=0.02)
    assert found.valence == pytest.approx(0.25 * SMILE.valence + 0.75 * REST.valence, abs=0.01)


def test_the_report_shows_them_with_what_they_are_not(tmp_path: Path) -> None:
    folder = record(tmp_path / "s", 20.0, lambda t_s: SMILE if t_s < 15.0 else REST)
    report = write_report(folder)
    told = json.loads((folder / "report.json").read_text(encoding="utf-8"))["expressions"]
    assert told == report["expressions"]
    assert set(told) == {"shares", "valence", "arousal", "coverage", "disclaimer"}
    assert set(told["shares"]) == set(load("labels")["expression"])
    assert max(told["shares"], key=told["shares"].get) == "happiness" and told["valence"] > 0.3
    page = (folder / "report.html").read_text(encoding="utf-8")
    pdf = subprocess.run(
        ["pdftotext", folder / "report.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    for text in (page, pdf):
        words = re.sub(r"\s+", " ", text)
        assert "How you may have come across to others" in words
        assert "not at what you felt" in words and "--no-emotion" in words
    # the movements are the measures; nothing of this goes into a score
    without = build_report(record(tmp_path / "without", 20.0))
    assert report["scores"] == without["scores"] and report["measures"] == without["measures"]


def test_without_impressions_the_report_is_silent(tmp_path: Path) -> None:
    folder = record(tmp_path / "s", 10.0)
    assert write_report(folder)["expressions"] is None
    assert "may have come across" not in (folder / "report.html").read_text(encoding="utf-8")
    text = subprocess.run(
        ["pdftotext", folder / "report.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "may have come across" not in text


def test_eye_contact_is_the_share_of_what_could_be_told(tmp_path: Path) -> None:
    def gaze(t_s: float) -> Gaze | None:
        if t_s % 10.0 >= 8.0:
            return look(None)  # doubtful for a moment
        return look(True) if t_s % 4.0 < 3.0 else look(False, "away")

    found = measure(read_session(with_looks(tmp_path / "s", gaze)))["eye_contact_share"]
    assert found.value == pytest.approx(0.75, abs=0.04)
    assert found.coverage == pytest.approx(0.8, abs=0.04)
    assert found.evidence and all(e - s > 1.5 for s, e in found.evidence)
    assert found.norm is not None and "average" in found.norm.source


def test_a_gaze_that_was_not_calibrated_tells_no_eye_contact_and_is_called_coarse(
    tmp_path: Path,
) -> None:
    coarse = with_looks(tmp_path / "coarse", lambda t_s: look(None))
    found = measure(read_session(coarse))
    assert (found["eye_contact_share"].value, found["eye_contact_share"].coverage) == (None, 0.0)
    assert found["gaze_on_screen_share"].value == pytest.approx(1.0)
    assert any("not calibrated" in note for note in build_report(coarse)["notes"])
    fine = with_looks(tmp_path / "fine", lambda t_s: look(True))
    assert not any("calibrated" in note for note in build_report(fine)["notes"])


def test_only_readings_with_a_gaze_count_towards_its_coverage(tmp_path: Path) -> None:
    folder = with_looks(tmp_path / "s", lambda t_s: look(None) if t_s % 2.0 < 1.0 else None)
    found = measure(read_session(folder))
    assert found["gaze_on_screen_share"].value == pytest.approx(1.0)
    assert found["gaze_on_screen_share"].coverage == pytest.approx(0.5, abs=0.05)


def test_moments_lead_only_to_lines_that_are_there(tmp_path: Path) -> None:
    # brows up for two seconds, and not a word said: there is no transcript to lead to
    with SessionWriter(tmp_path / "s", META) as writer:
        for i in range(100):
            t_s = i * STEP_S
            up = 0.8 if 3.0 <= t_s < 5.0 else 0.0
            units = {1: up, 2: up, 4: 0.0}
            writer.reading(
                FaceReading(
                    t_s, 0.02, 0.9, 0.0, 0.0, 0.0, (0.0, 0.0, -0.6), action_units=units, faces=1
                )
            )
        writer.close("complete", 10.0)
    assert write_report(tmp_path / "s")["measures"]["brow_activity"]["evidence"]
    page = (tmp_path / "s/report.html").read_text(encoding="utf-8")
    assert '<span class="at">0:03</span>' in page and "#line" not in page


def test_nothing_has_no_minus_before_it() -> None:
    for unit in ("m", "°", "−1…1"):
        assert "-" not in shown(Measure("x", -0.0004, unit, 1.0, (), None))
        assert "-" in shown(Measure("x", -0.6, unit, 1.0, (), None))


def test_tilts_are_counted(tmp_path: Path) -> None:
    folder = record(tmp_path / "s", 10.0)
    with SessionWriter(folder, {}, resume=True) as writer:
        for t_s in (2.0, 6.0):
            writer.reading(HeadGesture("tilt", t_s, t_s + 0.8, 12.0, t_s + 0.9))
        writer.close("complete", 10.0)
    found = measure(read_session(folder))
    assert found["tilts"].value == 2.0 and found["nods"].value == 0.0
    assert found["tilts"].norm is None
