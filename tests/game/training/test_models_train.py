"""``models train`` as a whole, on very few pictures: networks that can be read come out of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from perception.models.modelfile import MODELS
from perception.voice.fillers import FillerNetwork
from perception.voice.sustained_sounds import FEATURES
from tests.commandline_runs import run

pytestmark = [pytest.mark.slow, pytest.mark.render]


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "taken"
    file.write_text("")
    result = run("models", "train", "expression", "--out", file)
    assert result.status == 2 and "--out" in result.line


@pytest.mark.parametrize(
    ("people", "sittings"), [(2, 4), pytest.param(4, 8, marks=pytest.mark.whole)]
)
def test_the_fillers_network_is_made_anew(people: int, sittings: int, tmp_path: Path) -> None:
    shipped = (MODELS / "fillers.npz").read_bytes()
    few = ("--people", people, "--sittings", sittings)
    result = run("models", "train", "fillers", *few, "--out", tmp_path)
    assert result.status == 0, result.err
    for figure in ("precision", "recall", "kind", "held sounds"):
        assert figure in result.out
    network = FillerNetwork(tmp_path / "fillers.npz")
    chances, kinds = network.predict(np.zeros((3, len(FEATURES)), np.float32))
    assert chances.shape == kinds.shape == (3,) and ((chances > 0) & (chances < 1)).all()
    assert (MODELS / "fillers.npz").read_bytes() == shipped
