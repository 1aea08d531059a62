"""What the report says of the camera's picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from perception.types import FaceReading, PictureReading
from scoring.measures.measure import measure
from scoring.record.session import read_session
from scoring.record.writer import SessionWriter
from scoring.report.analysis import build_report
from tests.scoring.sessions import META


def session(folder: Path, *stretches: tuple[float, tuple[str, ...]], **meta: Any) -> Path:
    """A record with a judged picture every half second: seconds and problems, one after another."""
    writer = SessionWriter(folder, {**META, **meta})
    t = 0.0
    for seconds, problems in stretches:
        for _ in range(round(2 * seconds)):
            writer.reading(FaceReading(t, 0.05, 0.9, 0.0, 0.0, 0.0, (0.0, 0.0, -0.6)))
            writer.reading(PictureReading(t, 0.5, 1.0, 0.9, 0.6, 0.1, 0.0, problems))
            t += 0.5
    writer.close("complete", t)
    return folder


def test_the_share_of_time_without_a_problem_and_what_was_wrong(tmp_path: Path) -> None:
    folder = session(
        tmp_path / "s", (12, ()), (5, ("dark", "backlit")), (2, ("dark",)), (1, ("blurred",))
    )
    measures = measure(read_session(folder))
    found = measures["picture_quality_share"]
    assert found.value == pytest.approx(12 / 20)
    assert found.coverage == pytest.approx(1.0)
    assert found.evidence == ((12.0, 20.0),)
    (note,) = [note for note in measures.notes if "picture" in note]
    assert "too dark for 7 s and lit from behind you for 5 s" in note
    assert "blurred" not in note  # a second of it is not worth a word


def test_what_was_not_judged_is_not_counted(tmp_path: Path) -> None:
    folder = session(tmp_path / "s", (1, ()))
    assert measure(read_session(folder))["picture_quality_share"].value is None
    folder = session(tmp_path / "none")
    found = measure(read_session(folder))["picture_quality_share"]
    assert (found.value, found.coverage) == (None, 0.0)


@pytest.mark.parametrize(
    ("room", "said"),
    [
        (None, None),
        ({"done": True, "gaze": {"error_deg": 1.93}}, "calibrated in the green room, to about 1.9"),
        ({"done": True, "gaze": None}, "not calibrated"),
        ({"done": False}, None),
    ],
)
def test_the_report_says_whether_gaze_was_calibrated(
    tmp_path: Path, room: dict[str, Any] | None, said: str | None
) -> None:
    folder = session(tmp_path / "s", (5, ()), **({} if room is None else {"green_room": room}))
    notes = [note for note in build_report(folder)["notes"] if "calibrated" in note]
    assert len(notes) == (0 if said is None else 1)
    assert said is None or said in notes[0]
