"""Where it is doubtful whose face was measured that is said, and nothing is made of it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from perception.types import Event
from scoring.measures.measure import MeasureSet, measure
from scoring.record.session import read_session
from scoring.record.writer import SessionWriter
from scoring.report.analysis import build_report
from tests.scoring.sessions import META, STORY, Answer, Script

QUESTION = "Tell me about a time when you led a project."
OF_THE_FACE = ("smile_share", "nods", "head_yaw_deg", "gaze_on_screen_share")


def session_with(folder: Path, *events: Event, kind: str = "analysis") -> Path:
    script = Script([("a", QUESTION, Answer(STORY, 130.0)), ("b", QUESTION, Answer(STORY, 130.0))])
    script.gaze_error_deg = 1.5
    script.write(folder)
    with SessionWriter(folder, {**META, "kind": kind}, resume=True) as writer:
        for event in events:
            writer.event(event)
    return folder


def measured(folder: Path, *events: Event, kind: str = "analysis") -> MeasureSet:
    session = read_session(session_with(folder, *events))
    return measure(replace(session, meta={**session.meta, "kind": kind}))


def of_the_face(report: dict[str, Any]) -> list[str]:
    """Strengths and advice on what is seen of a face."""
    told = [item["what"] for item in (*report["strengths"], *report["improvements"])]
    return [what for what in told if re.search("look|smil|nod|screen|face", what.lower())]


def company(t_s: float, faces: int, place: str = "") -> Event:
    kind = "several_faces" if faces > 1 else "alone"
    return Event(t_s, "face", kind, {"message": "m", "faces": faces, "place": place})


def test_of_several_who_stay_the_one_taken_is_named_and_no_advice_is_given(tmp_path: Path) -> None:
    folder = session_with(tmp_path / "s", company(1.0, 3, "left"))
    report = build_report(read_session(folder))
    for name in OF_THE_FACE:
        assert report["measures"][name]["trust"] < 0.5, name
        assert report["measures"][name]["doubts"][0] == "several_faces", name
    assert report["scores"]["nonverbal"]["value"] is None
    assert "several faces" in report["scores"]["nonverbal"]["why"]
    (note,) = [each for each in report["notes"] if "faces stayed" in each]
    assert note.startswith("3 faces stayed in the picture. The one on the left")
    plain = build_report(read_session(session_with(tmp_path / "plain")))
    assert of_the_face(plain) and not of_the_face(report)


@pytest.mark.parametrize(("kind", "told"), [("analysis", True), ("practice", False)])
def test_a_recording_can_be_analysed_again_with_another_face(
    tmp_path: Path, kind: str, told: bool
) -> None:
    found = measured(tmp_path / "s", company(1.0, 2, "top-left"), kind=kind)
    (note,) = [each for each in found.notes if "faces stayed" in each]
    assert "at the top left" in note and ("--face" in note) == told


def test_company_for_a_while_leaves_the_candidates_face_theirs(tmp_path: Path) -> None:
    found = measured(tmp_path / "s", company(10.0, 2, "left"), company(14.0, 1))
    assert "several_faces" not in found["smile_share"].doubts
    assert not any("faces stayed" in each for each in found.notes)


def test_two_people_one_after_the_other_are_not_one(tmp_path: Path) -> None:
    another = Event(25.0, "face", "other_person", {"message": "m"})
    found = measured(tmp_path / "s", another)
    assert found["smile_share"].doubts[0] == "changed_person" and found["smile_share"].trust < 0.5
    assert any("one after the other" in each for each in found.notes)


def test_who_came_for_the_last_seconds_changes_nothing(tmp_path: Path) -> None:
    end_s = read_session(session_with(tmp_path / "a")).duration_s
    found = measured(tmp_path / "s", Event(end_s - 3.0, "face", "other_person", {"message": "m"}))
    assert "changed_person" not in found["smile_share"].doubts
