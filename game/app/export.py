"""``export``: reports of sessions as tables for spreadsheets and statistics."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from perception.errors import InputError, RecruiterError
from perception.interrupt import interrupt_says
from perception.named_file import check_folder, is_file
from scoring.record.lines import SESSION_FILE
from scoring.report.versions import REPORT_FILE, of_later_version, read_report


def export(options: argparse.Namespace) -> int:
    """Writes tables of measures, scores and ratings, session by session.

    A session whose report is missing is measured from its record, and nothing of it is written.

    Returns:
        0; 2 where a session of several could not be read, and is not in the tables.

    Raises:
        InputError: no session could be read, or it is not said where the tables of several go.
        StorageError: they cannot be written.
    """
    from scoring.export.write import FORMATS, write_tables

    folders = list(session_folders(options.sessions))
    out: Path | None = options.out
    if out is None:
        if len(folders) > 1:
            raise InputError("export: several sessions; name a folder for the tables with --out")
        out = folders[0]
    reports, failed = [], 0
    for folder in folders:
        try:
            reports.append(_report(folder))
        except RecruiterError as error:
            if len(folders) == 1:
                raise
            failed += 1
            print(error, file=sys.stderr)
            continue
        note = of_later_version(reports[-1])
        if note is not None:
            print(f"{folder}: {note}", file=sys.stderr)
    if not reports:
        raise InputError("export: none of the sessions could be read")
    formats = FORMATS if options.format == "both" else (options.format,)
    with interrupt_says(f"the tables in {out} may be of this run and of one before; run it again"):
        tables = write_tables(reports, out, formats)
    for path in tables:
        if not options.quiet:
            print(f"table:  {path}")
    return 2 if failed else 0


def session_folders(named: Sequence[Path]) -> Iterator[Path]:
    """Folders of sessions: those that are named, or those in a folder that is none itself.

    Raises:
        InputError: one is missing, or there is no session in it.
    """
    for path in named:
        check_folder(path, f"SESSION {path}", advice="name the folder of a session")
        if _is_session(path):
            yield path
            continue
        inside = [folder for folder in sorted(path.iterdir()) if _may_be_session(folder)]
        if not inside:
            raise InputError(f"SESSION {path}: no session in it; name the folder of a session")
        yield from inside


def _is_session(folder: Path) -> bool:
    return is_file(folder / SESSION_FILE) or is_file(folder / REPORT_FILE)


def _may_be_session(folder: Path) -> bool:
    try:
        return _is_session(folder)
    except InputError:  # told of as it is read, and keeps none of the others back
        return True


def _report(folder: Path) -> dict[str, Any]:
    if is_file(folder / REPORT_FILE):
        return read_report(folder)
    from scoring.report.analysis import build_report

    return build_report(folder)
