"""Small commands that only carry options to another room and print what came back."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from game.progressbar import ProgressBar
from perception.errors import InputError, ModelError, StorageError
from perception.interrupt import interrupt_postponed, interrupt_says
from perception.models.borrowed import Borrowed
from perception.models.weights import Shipped, WeightsState
from perception.named_file import exists
from perception.paths import ROOT
from perception.private_files import make_private, private_folder
from scoring.settings import ClassifierSettings

LANE_BYTES = 3e9
"""Memory for a process that runs tests, and for those that it starts."""
MOST_LANES = 6
"""More processes than this only wait for the longest of the lanes."""


def report(options: argparse.Namespace) -> int:
    """Writes a session's report again from its record, in place or (``--out``) in a copy.

    Raises:
        InputError: ``--out`` names a folder that holds something already, or ``--functionals``
            finds no sound.
        ModelError: the back-end of ``--functionals`` is not installed, what ``--impressions`` needs
            is missing, or a classifier that ``--settings`` names.
        StorageError: the folder cannot be written.
    """
    from game.app.reporting import tell_functionals, write_reports
    from scoring.record.writer import in_use_message, is_in_use
    from scoring.settings import ImpressionSettings

    folder: Path = options.session
    rubrics, classifiers, reword = _named(options.settings)
    if options.out is not None and options.out.resolve() != folder.resolve():
        if exists(options.out) and any(options.out.iterdir()):
            raise InputError(f"--out {options.out}: not empty; name a new folder")
        if is_in_use(folder):
            raise InputError(in_use_message(folder))
        _copy(folder, options.out)
        folder = options.out
    impressions = ImpressionSettings(enabled=options.impressions)
    with interrupt_says(f"no new report was written in {folder}; its record is as it was"):
        write_reports(
            folder,
            options.quiet,
            leave_out=options.leave_out,
            impressions=impressions,
            emotion=not options.no_emotion,
            rubrics=rubrics,
            classifiers=classifiers,
            reword=reword,
        )
    if options.functionals:
        with interrupt_says(f"the report is written in {folder}; the functionals are not"):
            tell_functionals(folder, options.functionals, options.quiet)
    return 0


def _copy(session: Path, out: Path) -> None:
    """Copies a session; where that is broken off, the place is as empty as before.

    Raises:
        StorageError: it cannot be written there.
    """
    was_there = out.exists()
    try:
        private_folder(out)
        with interrupt_says(f"nothing was written in {out}"):
            shutil.copytree(session, out, dirs_exist_ok=True)
            make_private(out)
    except BaseException as error:
        with interrupt_postponed():
            shutil.rmtree(out, ignore_errors=True)
            if was_there:
                out.mkdir(exist_ok=True)
        if isinstance(error, OSError):  # as shutil's own is
            raise StorageError(f"--out {out}: cannot be written ({error})") from None
        raise


def _named(
    settings: Path | None,
) -> tuple[Path | None, ClassifierSettings | None, str | None]:
    """The rubrics, the classifiers and the model for wording that a settings file names; None where
    it names none."""
    if settings is None:
        return None, None, None
    from game.settings import load_settings
    from scoring.classifier_folder import named_folders

    scoring = load_settings(settings).scoring
    classifiers = scoring.classifiers if named_folders(scoring.classifiers) else None
    rubrics = Path(scoring.rubrics) if scoring.rubrics else None
    return rubrics, classifiers, scoring.reword or None


def models(options: argparse.Namespace) -> int:
    """Lists, fetches or checks downloadable weights.

    Raises:
        InputError: a name is not known.
        ModelError: weights could not be fetched, or do not match their checksum.
    """
    from perception.models import borrowed, weights

    guests = {guest.name: guest for guest in borrowed.guests()}
    every = [*weights.WEIGHTS, *guests]
    names = every if options.names == ["all"] else options.names
    for name in names:
        if name not in every:
            raise InputError(f"models: {name} is not known; use one of {', '.join(every)}")
    if options.action == "list":
        rows = [_row_of_weights(s) for s in weights.list_weights()]
        rows += [
            _row_of_guest(g, "present" if borrowed.is_here(n) else "missing")
            for n, g in guests.items()
        ]
        rows = [row for row in rows if not names or row.name in names]
        _print_models(rows, () if names else weights.SHIPPED)
        return 0
    if options.action == "get":
        for name in names:
            _get(name, options.quiet)
        return 0
    rows = [
        _row_of_guest(guests[name], borrowed.state_of(name))
        if name in guests
        else _row_of_weights(weights.check(name))
        for name in names
    ]
    if not options.quiet:
        _print_models(rows)
    bad = [row.name for row in rows if row.state != "present"]
    if bad:
        raise ModelError(
            f"models: {', '.join(bad)} missing or damaged; "
            f"fetch with: python3 run.py models get {' '.join(bad)}"
        )
    return 0


def _get(name: str, quiet: bool) -> None:
    from perception.models import borrowed, weights

    if name in weights.WEIGHTS:
        more = f"python3 run.py models get {name} goes on with what is here of it"
        with interrupt_says(more):
            path = weights.get(name, None if quiet else _fetched(name))
        if not quiet:
            print(f"{name}: {path}")
        return
    from game.setup import borrowing, install

    guest = borrowed.known(name)
    if not quiet:
        said = ", ".join(f"{p.name} {p.version}" for p in guest.packages)
        print(f"{name}: from the package index ({said}; {_megabytes(guest.size_bytes)})")
    with ProgressBar(name, quiet) as bar:

        def told(doing: str, share: float | None) -> None:
            bar.set_progress(share or 0.0, doing)

        borrowing.get(name, install.log_path("models"), told)
    if not quiet:
        print(f"{name}: here, and each file is what it should be")


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


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the table of models."""

    name: str
    what: str
    size_bytes: int
    state: str
    licence: str


def _row_of_weights(state: WeightsState) -> _Row:
    one = state.weights
    return _Row(one.name, one.what, one.size_bytes, state.state, one.licence)


def _row_of_guest(guest: Borrowed, state: str) -> _Row:
    return _Row(guest.name, guest.what, guest.size_bytes, state, guest.licence)


def _print_models(rows: Sequence[_Row], shipped: Sequence[Shipped] = ()) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    longest = max(len(name) for name in (*(r.name for r in rows), *(m.path.name for m in shipped)))
    table.add_column("name", no_wrap=True, min_width=longest)  # it is what one types
    for column in ("what", "size", "state", "licence"):
        table.add_column(column, justify="right" if column == "size" else "left")
    for row in rows:
        colour = {"present": "green", "damaged": "red"}.get(row.state, "yellow")
        table.add_row(
            row.name,
            escape(row.what),
            _megabytes(row.size_bytes),
            f"[{colour}]{row.state}[/]",
            row.licence,
        )
    for model in shipped:
        here = model.path.is_file()
        table.add_row(
            model.path.name,
            model.what,
            _megabytes(model.path.stat().st_size) if here else "",
            "[green]ships[/]" if here else "[red]missing[/]",
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
