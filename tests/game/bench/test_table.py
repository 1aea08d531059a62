"""Benches: rows, their aims, and what happens when one cannot run here."""

from __future__ import annotations

import argparse
import ast
import json
from dataclasses import asdict
from pathlib import Path

import pytest

from game.bench import table
from game.bench.calibration import Calibration, calibrate, rows_of
from game.bench.row import Row
from perception.errors import DeviceError, InputError
from tests.conftest import ROOT


def test_an_aim_is_met_or_not_or_unknown() -> None:
    assert Row.at_least("room", "frames/s", 60.0, "1/s", 60.0).met is True
    assert Row.at_least("room", "frames/s", 59.9, "1/s", 60.0).met is False
    assert Row.at_most("room", "latency", 251.0, "ms", 250.0).met is False
    unmeasured = Row.at_most("room", "latency", None, "ms", 250.0)
    assert (unmeasured.met, unmeasured.aim) == (None, "≤ 250")


def test_every_bench_that_is_built_has_its_function() -> None:
    assert table.built()
    for name in table.built():
        module, _, function = table.BENCHES[name].partition(":")
        tree = ast.parse((ROOT / (module.replace(".", "/") + ".py")).read_text("utf-8"))
        found = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert function in found, name
        arguments = {argument.arg for argument in found[function].args.args}
        assert {"quick", "data_dir"} <= arguments, name


def test_an_unknown_bench_is_refused_before_any_is_run() -> None:
    with pytest.raises(InputError, match="nothing is not known"):
        table.run(["room", "nothing"])


def test_one_that_cannot_run_does_not_cost_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    good = Row("hearing", "real-time factor", 0.25, "–")

    def measure(name: str, quick: bool) -> list[Row]:
        assert quick
        if name == "room":
            raise DeviceError("nothing to draw with")
        return [good]

    monkeypatch.setattr(table, "_measure", measure)
    monkeypatch.setattr(table, "calibrate", lambda _data_dir: Calibration(None, 10.0))
    file = tmp_path / "new" / "bench.json"
    options = argparse.Namespace(
        names=["room", "hearing"], quick=True, quiet=True, json=file, show=None, faults=False
    )
    with pytest.raises(DeviceError):
        table.bench(options)
    shown = capsys.readouterr()
    assert "real-time factor" in shown.out and "nothing to draw with" in shown.err
    assert json.loads(file.read_text()) == [
        {
            "bench": "hearing",
            "figure": "real-time factor",
            "value": 0.25,
            "unit": "–",
            "aim": "",
            "met": None,
        },
        *json.loads(
            json.dumps([plain(row) for row in rows_of("hearing", Calibration(None, 10.0))])
        ),
    ]


def plain(row: Row) -> dict[str, object]:
    """A row as it is written, where nothing was amiss."""
    return {key: value for key, value in asdict(row).items() if key != "faults"}


def test_every_bench_is_told_beside_how_fast_the_machine_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    measured = iter([Calibration(4.0, 10.0), Calibration(6.0, 20.0), Calibration(None, 30.0)])
    monkeypatch.setattr(table, "calibrate", lambda _data_dir: next(measured))
    monkeypatch.setattr(table, "_measure", lambda name, quick: [Row(name, "figure", 1.0, "")])
    rows, broken = table.run(["room", "lips"])
    assert not broken
    assert [(row.bench, row.value) for row in rows] == [
        *[("room", 1.0), ("room", 5.0), ("room", 15.0)],
        # the clip was gone the second time: not measured, and not made up
        *[("lips", 1.0), ("lips", None), ("lips", 25.0)],
    ]


def test_figures_are_judged_as_times_of_bare_face_mesh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "calibrate", lambda _data_dir: Calibration(4.0, 10.0))
    monkeypatch.setattr(table, "_ratios", lambda name: {"tick p99": 10.0})
    measured = [
        Row("interview", "one: tick p99", 50.0, "ms"),
        Row("interview", "other: tick p99", 36.0, "ms"),
        Row("interview", "third: tick p99", None, "ms"),
        Row("interview", "one: frames/s", 30.0, "1/s"),
    ]
    monkeypatch.setattr(table, "_measure", lambda name, quick: measured)
    rows, _ = table.run(["interview"])
    told = [(row.figure, row.value, row.aim, row.met) for row in rows if row.unit == "×"]
    assert told == [
        ("one: tick p99, over bare FaceMesh", 12.5, "≤ 10", False),
        ("other: tick p99, over bare FaceMesh", 9.0, "≤ 10", True),
        ("third: tick p99, over bare FaceMesh", None, "≤ 10", None),
    ]


@pytest.mark.data
def test_this_machine_is_measured(data_dir: Path) -> None:
    measured = calibrate(data_dir)
    assert measured.face_mesh_ms is not None
    assert 0.5 < measured.face_mesh_ms < 200 and 0.5 < measured.arithmetic_ms < 1000
    assert calibrate(None).face_mesh_ms is None
