"""``models train turns`` on a few people: a model that can be read, and works, comes out of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.turntaking.end_of_turn import MODEL, PAUSES_S, EndOfTurn, OwnPauses, TurnCues
from tests.commandline_runs import run


@pytest.mark.slow
@pytest.mark.data
def test_it_writes_a_model_that_knows_ends_from_pauses(data_dir: Path, tmp_path: Path) -> None:
    shipped = MODEL.read_bytes()
    few = ("--people", 24, "--sittings", 1)
    result = run("models", "train", "turns", *few, "--out", tmp_path)
    assert result.status == 0, result.err
    assert "24 people" in result.out and "cut in" in result.out
    model = EndOfTurn(tmp_path / MODEL.name)
    assert model.about["made_by"].endswith("models train turns")
    said = model.completeness.tell("and that was what we did in the end so yeah")
    curve = model.log_odds(TurnCues(40.0, 5.0, 48.0, said=said), OwnPauses(), PAUSES_S)
    assert curve[-1] > curve[0]
    assert MODEL.read_bytes() == shipped


def test_too_few_people_are_refused_in_one_line(tmp_path: Path) -> None:
    result = run("models", "train", "turns", "--people", 3, "--out", tmp_path)
    assert result.status == 2 and "people" in result.line
