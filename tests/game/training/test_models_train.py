"""``models train`` as a whole, on very few pictures: networks that can be read come out of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from perception.face.networks import EyeNetwork, FaceNetwork
from perception.models.modelfile import MODELS
from perception.voice.fillers import FillerNetwork
from perception.voice.sustained_sounds import FEATURES
from tests.commandline_runs import run

pytestmark = [pytest.mark.slow, pytest.mark.render]


def test_it_writes_both_networks_and_tells_what_they_are_worth(tmp_path: Path) -> None:
    shipped = {path.name: path.read_bytes() for path in MODELS.glob("*.npz")}
    result = run("models", "train", "expression", "--people", 2, "--sittings", 1, "--out", tmp_path)
    assert result.status == 0, result.err
    assert "on 1 of 2 people" in result.out
    for figure in ("expression: correlation", "head pose: error", "gaze: error", "eyes shut"):
        assert figure in result.out
    face, eyes = FaceNetwork(tmp_path / "face.npz"), EyeNetwork(tmp_path / "eyes.npz")
    assert face.about["people"] == [1, 2] and face.about["held_out"] == [2]
    assert face.names == FaceNetwork().names
    told = face.tell(np.zeros((478, 3)), (0.0, 0.0, 0.0), None)
    assert np.isfinite(told.coefficients).all() and np.isfinite(told.turn_deg).all()
    assert eyes.about["pipeline"] == face.about["pipeline"]
    assert {path.name: path.read_bytes() for path in MODELS.glob("*.npz")} == shipped


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "taken"
    file.write_text("")
    result = run("models", "train", "expression", "--out", file)
    assert result.status == 2 and "--out" in result.line


def test_the_fillers_network_is_made_anew(tmp_path: Path) -> None:
    shipped = (MODELS / "fillers.npz").read_bytes()
    result = run("models", "train", "fillers", "--people", 4, "--sittings", 8, "--out", tmp_path)
    assert result.status == 0, result.err
    for figure in ("precision", "recall", "kind", "held sounds"):
        assert figure in result.out
    network = FillerNetwork(tmp_path / "fillers.npz")
    chances, kinds = network.tell(np.zeros((3, len(FEATURES)), np.float32))
    assert chances.shape == kinds.shape == (3,) and ((chances > 0) & (chances < 1)).all()
    assert (MODELS / "fillers.npz").read_bytes() == shipped
