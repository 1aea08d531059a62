"""``models train turns`` on a few people: a model that can be read, and works, comes out of it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from dialogue.turntaking.end_of_turn import MODEL, PAUSES_S, EndOfTurn, OwnPauses, TurnCues
from game.synthetic.interviews import TRANSCRIPTS
from tests.commandline_runs import run


def shortened(data_dir: Path, folder: Path, turns: int) -> Path:
    """The same interviews, each cut off after so many turns."""
    with (data_dir / TRANSCRIPTS).open(encoding="utf-8", errors="replace", newline="") as file:
        rows = list(csv.DictReader(file))
    path = folder / TRANSCRIPTS
    path.parent.mkdir(parents=True)
    (folder / "manifest.csv").touch()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["participant", "transcript"])
        writer.writeheader()
        for row in rows:
            transcript = "|".join(row["transcript"].split("|")[:turns])
            writer.writerow({"participant": row["participant"], "transcript": transcript})
    return folder


@pytest.mark.slow
@pytest.mark.data
@pytest.mark.parametrize("turns", [6, pytest.param(10_000, marks=pytest.mark.whole)])
def test_it_writes_a_model_that_knows_ends_from_pauses(
    turns: int, data_dir: Path, tmp_path: Path
) -> None:
    shipped = MODEL.read_bytes()
    few = ("--people", 24, "--sittings", 1)
    data = shortened(data_dir, tmp_path / "data", turns)
    result = run(
        *("models", "train", "turns", *few, "--out", tmp_path), RECRUITER_TEST_DATA=str(data)
    )
    assert result.status == 0, result.err
    assert "24 people" in result.out and "cut in" in result.out
    model = EndOfTurn(tmp_path / MODEL.name)
    assert model.about["made_by"].endswith("models train turns")
    said = model.completeness.assess("and that was what we did in the end so yeah")
    curve = model.log_odds(TurnCues(40.0, 5.0, 48.0, said=said), OwnPauses(), PAUSES_S)
    assert curve[-1] > curve[0]
    assert MODEL.read_bytes() == shipped


def test_too_few_people_are_refused_in_one_line(tmp_path: Path) -> None:
    result = run("models", "train", "turns", "--people", 3, "--out", tmp_path)
    assert result.status == 2 and "people" in result.line
