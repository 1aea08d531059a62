"""Small commands that only carry options to another room and print what came back."""

from __future__ import annotations

import argparse
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from game.commandline import ROOT
from perception.errors import InputError, ModelError, StorageError


def report(options: argparse.Namespace) -> int:
    """Writes a session's report again from its record, in place or (``--out``) in a copy.

    Raises:
        InputError: ``--out`` names a folder that holds something already, or ``--functionals``
            finds no sound.
        ModelError: the back-end of ``--functionals`` is not installed.
        StorageError: the folder cannot be written.
    """
    from game.analysis import tell_functionals
    from game.session import write_reports

    folder: Path = options.session
    if options.out is not None and options.out.resolve() != folder.resolve():
        if options.out.exists() and any(options.out.iterdir()):
            raise InputError(f"--out {options.out}: not empty; name a new folder")
        try:
            shutil.copytree(folder, options.out, dirs_exist_ok=True)
        except (OSError, shutil.Error) as error:
            raise StorageError(f"--out {options.out}: cannot be written ({error})") from None
        folder = options.out
    write_reports(folder, options.quiet)
    if options.functionals:
        tell_functionals(folder, options.functionals, options.quiet)
    return 0


def models(options: argparse.Namespace) -> int:
    """Lists, fetches or checks downloadable weights, or trains the models that ship.

    Raises:
        InputError: a name is not known.
        ModelError: weights could not be fetched, or do not match their checksum.
    """
    from perception.models import weights

    if options.action == "train":
        return _train(options)
    names = list(weights.WEIGHTS) if options.names == ["all"] else options.names
    for name in names:
        if name not in weights.WEIGHTS:
            raise InputError(
                f"models: {name} is not known; use one of {', '.join(weights.WEIGHTS)}"
            )
    if options.action == "list":
        known = [s for s in weights.list_weights() if not names or s.weights.name in names]
        _print_weights(known, () if names else weights.SHIPPED)
        return 0
    if options.action == "get":
        for name in names:
            path = weights.get(name, None if options.quiet else _fetched(name))
            if not options.quiet:
                print(f"{name}: {path}")
        return 0
    states = [weights.check(name) for name in names]
    if not options.quiet:
        _print_weights(states)
    bad = [state.weights.name for state in states if state.state != "present"]
    if bad:
        raise ModelError(
            f"models: {', '.join(bad)} missing or damaged; "
            f"fetch with: python3 run.py models get {' '.join(bad)}"
        )
    return 0


def test(options: argparse.Namespace) -> int:
    """Runs pytest here and returns its status."""
    command = [sys.executable, "-m", "pytest", *options.pytest_arguments]
    if os.name == "posix":
        os.chdir(ROOT)
        sys.stdout.flush()
        os.execv(sys.executable, command)
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def _train(options: argparse.Namespace) -> int:
    """Trains one of the models that ship."""
    trainers = {
        "expression": _train_expression,
        "fillers": _train_fillers,
        "turns": _train_turns,
    }
    return trainers[options.names[0]](options)


def _train_expression(options: argparse.Namespace) -> int:
    """Trains the networks that read faces, on people that are drawn for it."""
    from game.progressbar import ProgressBar
    from game.training.material import TrainingSettings
    from game.training.train import train

    usual = TrainingSettings()
    people = tuple(range(1, options.people + 1)) if options.people else usual.people
    settings = TrainingSettings(
        people=people,
        held_out=min(usual.held_out, max(1, len(people) // 4)),
        sittings=options.sittings or usual.sittings,
    )
    with ProgressBar("training", options.quiet) as bar:
        figures = train(settings, options.out, bar.update)
    if not options.quiet:
        _print_figures(figures, settings.held_out)
    return 0


def _train_fillers(options: argparse.Namespace) -> int:
    """Trains the network that tells filled pauses, on speech that is made for it."""
    from game.bench.table import data_dir
    from game.progressbar import ProgressBar
    from game.training.fillers import FillerTraining, train_fillers

    usual = FillerTraining()
    talkers = options.people or usual.talkers
    settings = FillerTraining(
        talkers=talkers,
        held_out=min(usual.held_out, max(1, talkers // 4)),
        scenes=options.sittings * talkers if options.sittings else usual.scenes,
    )
    with ProgressBar("training", options.quiet) as bar:
        figures = train_fillers(settings, data_dir(), options.out, bar.update)
    if not options.quiet:
        for name, value in figures.items():
            print(f"{name.replace('_', ' ')}: {value:.3g}")
    return 0


def _train_turns(options: argparse.Namespace) -> int:
    """Trains the models that tell when an answer is over, on interviews that were transcribed."""
    from game.bench.table import data_dir
    from game.progressbar import ProgressBar
    from game.training.turns import TurnTrainingSettings, train_turns

    usual = TurnTrainingSettings()
    try:
        settings = TurnTrainingSettings(
            people=options.people, draws=options.sittings or usual.draws
        )
    except ValueError as error:
        raise InputError(f"models train turns: {error}") from None
    folder = data_dir()
    if folder is None:
        raise InputError(
            "models train turns: no recordings to learn from; "
            "name their folder in RECRUITER_TEST_DATA"
        )
    with ProgressBar("training", options.quiet) as bar:
        figures = train_turns(folder, settings, options.out, bar.update)
    if not options.quiet:
        print(
            f"{figures['answers']} answers with {figures['pauses']} pauses of "
            f"{figures['people']} people: at a probability of {figures['needed']:.2f} "
            f"she would cut in on {100 * figures['cut_in_share']:.3g} % of the pauses "
            f"and wait {figures['delay_s'][0]:.2f} s after half of the answers"
        )
    return 0


_FIGURES = {
    "coefficients_r": "expression: correlation of its coefficients",
    "coefficients_r_unrested": "expression, resting face unknown: correlation",
    "turn_error_deg": "head pose: error about x, y, z, °",
    "turn_error_deg_unrested": "head pose, resting face unknown: error, °",
    "turn_error_deg_without": "head pose of the mesh alone: error, °",
    "gaze_error_deg": "gaze: error, °",
    "gaze_yaw_pitch_error_deg": "gaze: error in yaw and pitch, °",
    "closure_r": "eyes shut: correlation",
}
"""What training reports, for people."""


def _print_figures(figures: Mapping[str, Any], held_out: int) -> None:
    """What the networks are worth; of many correlations the middle, the least and the best."""
    from rich.console import Console
    from rich.table import Table

    table = Table(
        title=f"on {held_out} of {figures['people']} people, {figures['pictures']} pictures in all",
        title_justify="left",
        box=None,
        header_style="bold",
        pad_edge=False,
    )
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name, value in figures.items():
        if name in ("people", "pictures"):
            continue
        if isinstance(value, Mapping):
            ordered = sorted(value.values())
            low, middle, high = (_figure(ordered[i]) for i in (0, len(ordered) // 2, -1))
            shown = f"{middle} ({low} to {high})"
        else:
            shown = " ".join(map(_figure, value if isinstance(value, list) else [value]))
        table.add_row(_FIGURES.get(name, f"{name.removesuffix('_r')}: correlation"), shown)
    Console().print(table)


def _figure(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.2f}"


def _print_weights(states: list, shipped: tuple = ()) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("name", "what", "size", "state", "licence"):
        table.add_column(column, justify="right" if column == "size" else "left")
    for state in states:
        one = state.weights
        colour = {"present": "green", "damaged": "red"}.get(state.state, "yellow")
        table.add_row(
            one.name,
            escape(one.what),
            _megabytes(one.size_bytes),
            f"[{colour}]{state.state}[/]",
            one.licence,
        )
    for model in shipped:
        here = model.path.is_file()
        table.add_row(
            model.path.name,
            model.what,
            _megabytes(model.path.stat().st_size) if here else "",
            "[green]ships with the program[/]" if here else "[red]missing[/]",
            "Apache-2.0",
        )
    Console().print(table)


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:.{0 if size_bytes >= 10e6 else 1}f} MB"


def _fetched(name: str):
    shown = [-1]

    def progress(done: int, total: int) -> None:
        percent = 100 * done // total if total else 0
        if percent == shown[0]:
            return
        shown[0] = percent
        if sys.stderr.isatty():
            print(f"\r{name} {percent:3d} %", end="", file=sys.stderr, flush=True)
            if done >= total:
                print(file=sys.stderr)
        elif percent % 10 == 0:
            print(f"{name} {percent} %", file=sys.stderr, flush=True)

    return progress
