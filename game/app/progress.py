"""The commands ``progress`` and ``report FIRST SECOND``: sessions over time, and two compared."""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from game.progressbar import ProgressBar
from perception.errors import InputError
from perception.named_file import is_folder
from perception.paths import sessions_dir
from scoring.progress.compare import compare
from scoring.progress.overview import overview
from scoring.progress.page import comparison_page, progress_page, write_page
from scoring.progress.sessions import read_all, read_reported

MOST_ROWS = 24
"""Lines of a table in the terminal; the page has all."""


def progress(options: argparse.Namespace) -> int:
    """Shows all sessions of a folder over time.

    Raises:
        InputError: the folder holds no session that can be shown.
        StorageError: the page cannot be written.
    """
    folder = options.sessions or sessions_dir()
    if not is_folder(folder):
        raise InputError(f"{folder}: no sessions yet; practise first: python3 run.py practice")
    with ProgressBar("reading sessions", options.quiet) as bar:
        shelf = read_all(
            folder, options.again, options.kind, lambda what, share: bar.set_progress(share, what)
        )
    found = overview(shelf, datetime.date.today())
    html, json = _places(options, folder / "progress.html")
    write_page(progress_page(found, shelf.sessions), found, html, json)
    if not options.quiet:
        _show_progress(found)
        _tell_files("progress", html, json)
    return 0


def compare_two(options: argparse.Namespace) -> int:
    """Compares two sessions.

    Raises:
        InputError: one of them has neither a report nor a record.
        StorageError: the page cannot be written.
    """
    with ProgressBar("reading sessions", options.quiet) as bar:

        def told(what: str, share: float) -> None:
            bar.set_progress(share, what)

        pair = [read_reported(path, True, told) for path in (options.session, options.other)]
    found = compare(pair[0], pair[1])
    html, json = _places(options, options.other / "comparison.html")
    write_page(comparison_page(found), found, html, json)
    if not options.quiet:
        _show_comparison(found)
        _tell_files("comparison", html, json)
    return 0


def _places(options: argparse.Namespace, usual: Path) -> tuple[Path, Path]:
    """Where page and JSON go; a folder given as ``--out`` takes the page under its usual name."""
    html: Path = options.out or usual
    if is_folder(html):
        html = html / usual.name
    json: Path = options.json or html.with_suffix(".json")
    return html, json if json != html else html.with_name(html.name + ".json")


def _tell_files(what: str, html: Path, json: Path) -> None:
    print(f"{what}: {html}")
    print(f"{' ' * len(what)}  {json}")


def _show_comparison(found: Mapping[str, Any]) -> None:
    rows = [i for i in found["items"] if i["kind"] == "scores" or i["verdict"] == "real"]
    table = [
        (
            item["label"],
            item["before"]["text"] if item["before"] else "–",
            item["after"]["text"] if item["after"] else "–",
            item["difference_text"],
            item["say"] + (f": {item['why']}" if item["why"] else ""),
        )
        for item in rows[:MOST_ROWS]
    ]
    print(found["headline"])
    _print_table(("", "first", "second", "change", "is it real?"), table)
    for difference in found["differences"]:
        print(f"otherwise: {difference['say']} ({difference['before']} → {difference['after']})")
    for note in found["notes"]:
        print(f"note: {note}")


def _show_progress(found: Mapping[str, Any]) -> None:
    print(found["headline"])
    shown = [
        s for s in found["series"] if s["kind"] == "scores" or s["verdict"] in ("rising", "falling")
    ]
    table = []
    for series in shown[:MOST_ROWS]:
        known = [point for point in series["points"] if point]
        line = series["trend"]
        table.append(
            (
                series["label"],
                known[0]["text"],
                known[-1]["text"],
                "" if line is None else line["text"],
                series["say"],
            )
        )
    _print_table(("", "earliest", "newest", "trend", "is it real?"), table)
    plan = found["plan"]
    print(f"session {plan['done']} of about {plan['of_about']}")
    for focus in plan["focus"]:
        print(f"practise: {focus['what']}")
    for each in plan["sessions"]:
        when = each["day"] or f"after {each['after_days']} days"
        print(f"  {when}: {each['command']}")
    for note in found["notes"]:
        print(f"note: {note}")
    for each in found["skipped"]:
        print(f"left out: {each['name']}: {each['why']}")


def _print_table(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold", pad_edge=False)
    for at, column in enumerate(columns):
        table.add_column(column, justify="right" if 0 < at < len(columns) - 1 else "left")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)
