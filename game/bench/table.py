"""Runs benches and prints what they measured beside the aims.

A bench is a module of this folder with a function that measures and returns rows; ``BENCHES`` says
which. It is imported only when it is asked for.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from game.bench.calibration import Calibration, calibrate, over_face_mesh, rows_of
from game.bench.row import Row
from perception.errors import InputError, RecruiterError, StorageError
from perception.interrupt import interrupt_says
from perception.paths import data_dir

BENCHES: dict[str, str] = {
    "room": "game.bench.room:measure",
    "looks": "game.bench.looks:measure",
    "lips": "game.bench.lips:measure",
    "voice": "game.bench.voice:measure",
    "users-voices": "game.bench.users_voices:measure",
    "movement": "game.bench.movement:measure",
    "seeing": "game.bench.seeing:measure_seeing",
    "hearing": "game.bench.hearing:measure_hearing",
    "interview": "game.bench.interview:measure",
    "load": "game.bench.load:measure",
    "truth": "game.bench.truth:measure",
    "analyze": "game.bench.analyze:measure",
    "bake": "game.bench.bake:measure",
    "understanding": "game.bench.understanding:measure",
    "scores": "game.bench.scores:measure",
    "progress": "game.bench.progress:measure",
    "audit": "game.bench.audit:measure",
    "soak": "game.bench.soak:measure",
    "conversation": "game.bench.conversation:measure",
}
"""Name to ``"module:function"``. The function takes ``quick`` (bool) and ``data_dir`` (Path or
None) and returns rows."""


def bench(options: argparse.Namespace) -> int:
    """The command ``bench``."""
    if options.show is not None:
        return _show_transcripts(options.names, options.show)
    with interrupt_says("no figures were kept"):
        rows, broken = run(options.names, quick=options.quick, quiet=options.quiet)
    show(rows)
    if options.faults:
        show_faults(rows)
    if options.json is not None:
        write(rows, options.json)
    if broken:
        raise broken[0]
    return 0


def run(
    names: Sequence[str], quick: bool = False, quiet: bool = True
) -> tuple[list[Row], list[RecruiterError]]:
    """Runs benches by name, one after the other.

    Args:
        names: which; all that are built when empty.
        quick: take a smaller sample.
        quiet: say nothing meanwhile.

    Returns:
        All rows, and the errors of benches that could not run here.

    Raises:
        InputError: a name is not known.
    """
    for name in names:
        if name not in BENCHES:
            raise InputError(f"bench: {name} is not known; use some of {', '.join(BENCHES)}")
    rows: list[Row] = []
    broken: list[RecruiterError] = []
    before: Calibration | None = None
    for name in names or built():
        if not quiet:
            print(f"measuring {name} ...", file=sys.stderr, flush=True)
        try:
            before = before or calibrate(data_dir())
            found = _measure(name, quick)
            after = calibrate(data_dir())
            machine = before.mean(after)
            rows += [*found, *over_face_mesh(found, _ratios(name), machine)]
            rows += rows_of(name, machine)
            before = after
        except RecruiterError as error:
            print(f"bench {name}: {error}", file=sys.stderr, flush=True)
            broken.append(error)
    return rows, broken


def built() -> list[str]:
    """Names of the benches whose module is there."""
    here = Path(__file__).parent
    files = {name: place.partition(":")[0].rpartition(".")[2] for name, place in BENCHES.items()}
    return [name for name, file in files.items() if (here / f"{file}.py").is_file()]


def show(rows: Iterable[Row]) -> None:
    """Prints the table."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("bench", style="dim", no_wrap=True)
    table.add_column("figure")
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("unit", no_wrap=True)
    table.add_column("aim", justify="right", no_wrap=True)
    table.add_column("met", justify="center", no_wrap=True)
    for row in rows:
        met = {True: "[green]yes[/]", False: "[red]no[/]", None: ""}[row.met]
        table.add_row(row.bench, row.figure, _number(row.value), row.unit, row.aim, met)
    Console().print(table)


def show_faults(rows: Iterable[Row]) -> None:
    """Prints what was not as it should be, figure by figure."""
    for row in rows:
        if row.faults:
            print(f"\n{row.figure}:")
            print("\n".join(f"  {fault}" for fault in row.faults))


def write(rows: Iterable[Row], path: Path) -> None:
    """Writes the rows as a JSON list.

    Raises:
        StorageError: the file cannot be written.
    """
    # figures may come as numpy's own numbers
    plain = [
        {key: value for key, value in asdict(row).items() if key != "faults" or value}
        for row in rows
    ]
    text = json.dumps(plain, indent=1, ensure_ascii=False, default=lambda value: value.item())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise StorageError(
            f"--json {path}: cannot be written ({error.strerror}); name another file"
        ) from None


def _show_transcripts(names: Sequence[str], count: int) -> int:
    """Prints conversations as a person reads them; no figures."""
    if list(names) != ["conversation"]:
        raise InputError("bench --show: only of conversations; use bench conversation --show 20")
    shown = importlib.import_module("game.bench.conversation_transcript")
    shown.show(count)
    return 0


def _ratios(name: str) -> Mapping[str, float]:
    """Figures of a bench that are aimed at as times of bare FaceMesh: its ``OVER_FACE_MESH``."""
    module = importlib.import_module(BENCHES[name].split(":")[0])
    found: Mapping[str, float] = getattr(module, "OVER_FACE_MESH", {})
    return found


def _measure(name: str, quick: bool) -> list[Row]:
    module, function = BENCHES[name].split(":")
    if name not in built():
        raise InputError(
            f"bench: {name} is not built yet; there are {', '.join(built()) or 'none'}"
        )
    measure = getattr(importlib.import_module(module), function)
    return list(measure(quick=quick, data_dir=data_dir()))


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}"
