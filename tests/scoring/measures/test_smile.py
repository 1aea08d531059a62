"""A smile is one thing: what she returns, the report counts, and it counts nothing else."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from dialogue.content.manner import Manner
from dialogue.reacting.engine import Reactions
from dialogue.reacting.settings import ReactionSettings
from dialogue.turntaking.turn import TurnView
from perception.fusion import Fusion
from perception.types import FaceReading
from scoring.measures.face import smiling
from scoring.record.session import read_session
from scoring.record.writer import SessionWriter
from tests.scoring.sessions import META

FPS = 30
SILENCE = TurnView(False, False, False, 0.0, 0.0, 0.0, "unknown", 1.0, 1.0, 0.0)


def face(t_s: float, left: float | None, right: float | None, unit: float | None) -> FaceReading:
    corners = {"mouthSmileLeft": left, "mouthSmileRight": right}
    expressions = {name: value for name, value in corners.items() if value is not None}
    # cheeks stay down: the report once asked for them, the recruiter never did
    units = {6: 0.0} if unit is None else {6: 0.0, 12: unit}
    return FaceReading(t_s, 0.02, 0.9, expressions=expressions, action_units=units, faces=1)


def mouths(seed: int) -> list[FaceReading]:
    """A minute of a face that smiles now and then, sometimes barely, sometimes half hidden."""
    rng = np.random.default_rng(seed)
    rest, amount, readings = rng.uniform(0.0, 0.2), 0.0, []
    goal = 0.0
    for i in range(60 * FPS):
        if rng.random() < 0.02:
            goal = float(rng.choice([0.0, 0.0, 0.12, 0.2, 0.35, 0.8]))
        amount += 0.15 * (goal - amount)
        value = float(np.clip(rest + amount + rng.normal(0.0, 0.01), 0.0, 1.0))
        seen = rng.random()
        left, right = (None if seen < 0.1 else value), (None if seen < 0.2 else value)
        readings.append(face(i / FPS, left, right, value if left is right is None else 0.0))
    return readings


@pytest.mark.parametrize(
    "settings",
    [
        ReactionSettings(smile_gap_s=0.01),
        ReactionSettings(smile_gap_s=0.01, smile_on=0.4, smile_off=0.2),
        ReactionSettings(smile_gap_s=0.01, smile_on=0.1, smile_off=0.05),
    ],
    ids=["as shipped", "hard to please", "easy to please"],
)
@pytest.mark.parametrize("seed", range(4))
def test_what_she_returns_is_what_the_report_counts(
    seed: int, settings: ReactionSettings, tmp_path: Path
) -> None:
    readings = mouths(seed)
    fusion, reactions = Fusion(), Reactions(settings, Manner(smile_reciprocity=1.0))
    returned = []
    table = {"dialogue": {"reactions": asdict(settings)}}
    writer = SessionWriter(tmp_path / "session", {**META, "settings": table})
    for reading in readings:
        writer.reading(reading)
        fusion.add(reading)
        found = reactions.step(fusion.state(reading.t_s), SILENCE, listening=False, speaking=False)
        returned.append(any(reaction.gesture == "smile" for reaction in found))
    writer.close("complete", readings[-1].t_s)
    shown, known = smiling(read_session(tmp_path / "session"))
    assert known.all() and len(shown) == len(returned)
    begins = shown & ~np.concatenate([[False], shown[:-1]])
    assert np.flatnonzero(begins).tolist() == np.flatnonzero(returned).tolist()
    assert begins.any(), "a minute without a smile tells nothing"


def test_settings_that_are_not_there_mean_the_usual_rule(tmp_path: Path) -> None:
    tables: list[object] = [None, {}, {"dialogue": None}, {"dialogue": {}}, "damaged"]
    for number, settings in enumerate(tables):
        writer = SessionWriter(tmp_path / str(number), {**META, "settings": settings})
        for reading in mouths(0):
            writer.reading(reading)
        writer.close("complete", 60.0)
    found = [smiling(read_session(tmp_path / str(number)))[0].tolist() for number in range(5)]
    assert all(each == found[0] for each in found) and any(found[0])
