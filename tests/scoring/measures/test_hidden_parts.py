"""Shares of expression are of what was seen; what was hidden is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from perception.types import FaceReading
from scoring.measures.measure import MeasureSet, measure
from scoring.record.session import read_session
from scoring.record.writer import SessionWriter
from tests.scoring.sessions import STORY, Answer, Script

MOUTH = {"mouthSmileLeft": 0.1, "mouthSmileRight": 0.1}


def measured(folder: Path, hidden: tuple[str, ...], until_s: float) -> MeasureSet:
    """Of an interview in which parts were hidden until some time."""
    script = Script([("a", "Tell me about a project.", Answer(STORY, 130.0))], camera=False)
    script.write(folder)
    with SessionWriter(folder, {}, resume=True) as writer:
        for i in range(int(script.end_s * 10)):
            covered = hidden if i / 10 < until_s else ()
            mouth, brows = "mouth" not in covered, "brow_left" not in covered
            units = {4: 0.1, 12: 0.1}
            units = {n: v for n, v in units.items() if (mouth if n == 12 else brows)}
            writer.reading(
                FaceReading(
                    *(i / 10, 0.02, 0.9, 0.0, 0.0, 0.0),
                    expressions=MOUTH if mouth else {},
                    action_units=units,
                    faces=1,
                    hidden=covered,
                )
            )
        writer.close("complete", script.end_s)
    return measure(read_session(folder))


def notes_on(found: MeasureSet) -> list[str]:
    return [note for note in found.notes if "hid" in note]


def test_a_mouth_that_was_hidden_throughout_has_no_smile(tmp_path: Path) -> None:
    found = measured(tmp_path / "s", ("mouth",), 1e9)
    assert found["smile_share"].value is None and found["smile_share"].coverage == 0.0
    assert found["brow_activity"].value is not None
    assert found["face_share"].value == pytest.approx(1.0, abs=0.01)
    (note,) = notes_on(found)
    assert "your mouth all the time" in note


def test_what_was_hidden_for_a_while_is_a_share_of_the_rest(tmp_path: Path) -> None:
    found = measured(tmp_path / "s", ("mouth",), 10.0)
    whole = found["brow_activity"]
    assert found["smile_share"].value is not None
    assert found["smile_share"].coverage < whole.coverage - 0.1
    (note,) = notes_on(found)
    assert "your mouth for 10 s" in note


def test_brows_that_were_hidden_have_no_activity(tmp_path: Path) -> None:
    found = measured(tmp_path / "s", ("brow_right", "brow_left"), 1e9)
    assert found["brow_activity"].value is None and found["brow_activity"].coverage == 0.0
    assert found["smile_share"].value is not None
    assert "your brows all the time" in notes_on(found)[0]


def test_nothing_is_said_where_nothing_was_hidden(tmp_path: Path) -> None:
    assert notes_on(measured(tmp_path / "s", (), 1e9)) == []
