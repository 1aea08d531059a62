"""Where there is no number the reason is what was so; doubted words carry no sentence."""

from __future__ import annotations

from pathlib import Path

from scoring.report.analysis import build_report
from tests.scoring.sessions import Answer, Script

QUESTION = "Why do you want to work here?"
SHORT = Answer("I like bread and I like people a lot.")


def why(report: dict, name: str) -> str:
    return str(report["scores"][name]["why"])


def test_no_camera_is_no_brief_face(tmp_path: Path) -> None:
    script = Script([("q1", QUESTION, SHORT)], camera=False)
    assert why(build_report(script.write(tmp_path / "s")), "nonverbal") == "there were no pictures"


def test_silence_is_told_as_silence(tmp_path: Path) -> None:
    report = build_report(Script([("q1", QUESTION, None)] * 4).write(tmp_path / "s"))
    assert why(report, "delivery") == "no speech was heard"
    assert "too briefly" not in why(report, "nonverbal")


def test_words_that_are_hardly_believed_get_no_advice(tmp_path: Path) -> None:
    sure, unsure = (
        Script([("q1", QUESTION, SHORT)], confidence=confidence).write(tmp_path / f"{confidence}")
        for confidence in (0.95, 0.3)
    )
    advice = "This answer was very short. Add one example from your own experience."
    assert advice in build_report(sure)["questions"][0]["feedback"]
    assert advice not in build_report(unsure)["questions"][0]["feedback"]
