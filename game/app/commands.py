"""Small commands that only carry options to another room and print what came back."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from perception.errors import InputError, ModelError, StorageError
from perception.paths import ROOT
from perception.private_files import make_private, private_folder

LANE_BYTES = 3e9
"""Memory for a process that runs tests, and for those that it starts."""
MOST_LANES = 6
"""More processes than this only wait for the longest of the lanes."""


def report(options: argparse.Namespace) -> int:
    """Writes a session's report again from its record, in place or (``--out``) in a copy.

    Raises:
        InputError: ``--out`` names a folder that holds something already, or ``--functionals``
            finds no sound.
        ModelError: the back-end of ``--functionals`` is not installed.
        StorageError: the folder cannot be written.
    """
    from game.app.reporting import tell_functionals, write_reports

    folder: Path = options.session
    if options.out is not None and options.out.resolve() != folder.resolve():
        if options.out.exists() and any(options.out.iterdir()):
            raise InputError(f"--out {options.out}: not empty; name a new folder")
        try:
            private_folder(options.out)
            shutil.copytree(folder, options.out, dirs_exist_ok=True)
            make_private(options.out)
        except (OSError, shutil.Error) as error:
            raise StorageError(f"--out {options.out}: cannot be written ({error})") from None
        folder = options.out
    write_reports(folder, options.quiet)
    if options.functionals:
        tell_functionals(folder, options.functionals, options.quiet)
    return 0


def models(options: argparse.Namespace) -> int:
    """Lists, fetches or checks downloadable weights.

    Raises:
        InputError: a name is not known.
        ModelError: weights could not be fetched, or do not match their checksum.
    """
    from perception.models import weights

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
    """Runs pytest here and returns its status.

    All tests together run in lanes, see ``tests/lanes.py``; some that are named run as they are.
    """
    arguments: list[str] = options.pytest_arguments
    lanes = []
    if all(argument == "--all" or argument.startswith("--durations") for argument in arguments):
        lanes = ["-n", str(_lanes())]
    command = [sys.executable, "-m", "pytest", *lanes, *arguments]
    if os.name == "posix":
        os.chdir(ROOT)
        sys.stdout.flush()
        os.execv(sys.executable, command)
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def _lanes() -> int:
    """How many processes run tests: two on any machine, more where cores and memory allow."""
    import psutil

    roomy = int(psutil.virtual_memory().total / LANE_BYTES)
    return max(2, min(os.cpu_count() or 1, roomy, MOST_LANES))


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
