"""A share is of the time in which it could be measured: a camera that opens late hides nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from perception.types import BodyReading, Event, FaceReading, Gaze, PictureReading
from scoring.measures.measure import MeasureSet, measure
from scoring.record.session import read_session
from scoring.record.writer import SessionWriter
from tests.scoring.sessions import MOTIVE, STORY, Answer, Script

QUESTION = "Tell me about a time when you led a project."
UNITS = {"browInnerUp": 0.1, "mouthSmileLeft": 0.1, "mouthSmileRight": 0.1}


def watched_from(
    folder: Path, opened_s: float, *events: Event, hidden_s: float = 0.0
) -> MeasureSet:
    """Measures of an interview whose camera gives its first reading at ``opened_s``.

    For the first ``hidden_s`` of what it sees there is no face.
    """
    script = Script(
        [("a", QUESTION, Answer(f"{STORY} {MOTIVE}", 130.0)), ("b", QUESTION, Answer(STORY, 130.0))]
    )
    script.camera = False
    script.write(folder)
    with SessionWriter(folder, {}, resume=True) as writer:
        for event in events:
            writer.event(event)
        for i in range(round(opened_s * 10), int(script.end_s * 10)):
            t_s = i / 10
            face = FaceReading(t_s, 0.02, 0.0)
            if t_s >= opened_s + hidden_s:
                face = FaceReading(
                    *(t_s, 0.02, 0.9, 0.0, 0.0, 0.0),
                    gaze=Gaze(0.0, 0.0, "screen", 0.9),
                    expressions=UNITS,
                    action_units={1: 0.1, 2: 0.1, 4: 0.1, 6: 0.1, 12: 0.1},
                    faces=1,
                )
            writer.reading(face)
            writer.reading(BodyReading(t_s, 0.0, 0.0, 2, 0.1, False, 0.0, 0.1, False, 0.9))
            if i % 5 == 0:
                writer.reading(PictureReading(t_s, 0.5))
        writer.close("complete", script.end_s)
    return measure(read_session(folder))


WHOLE = ("face_share", "smile_share", "brow_activity", "nods", "head_yaw_deg", "head_movement_dps")
OF_PARTS = ("gaze_on_screen_share", "gaze_on_screen_listening_share", "picture_quality_share")
OF_BODY = ("hands_visible_share", "hand_to_face_share", "gesture_share", "posture_lean_m")


def test_seconds_before_the_camera_opened_count_in_no_share(tmp_path: Path) -> None:
    found = watched_from(tmp_path / "s", 12.0)
    assert found["face_share"].value == pytest.approx(1.0, abs=0.001)
    for name in (*WHOLE, *OF_PARTS, *OF_BODY):
        assert found[name].value is not None, name
        assert found[name].coverage == pytest.approx(1.0, abs=0.02), name


def test_a_face_that_is_missing_once_the_camera_is_open_is_missed(tmp_path: Path) -> None:
    found = watched_from(tmp_path / "s", 12.0, hidden_s=12.0)
    seen_share = found["face_share"].value
    assert seen_share is not None and 0.4 < seen_share < 0.95
    assert found["smile_share"].coverage == pytest.approx(seen_share, abs=0.01)
    assert found["face_share"].coverage == pytest.approx(1.0, abs=0.01)


def test_a_camera_that_was_gone_at_first_was_missed(tmp_path: Path) -> None:
    gone = Event(1.0, "camera", "unavailable", {"message": "no camera; plug one in"})
    found = watched_from(tmp_path / "s", 12.0, gone)
    assert found["face_share"].value == pytest.approx(1.0, abs=0.001)
    assert found["face_share"].coverage < 0.9 and found["smile_share"].coverage < 0.9
