"""Writes the tables of some sessions' reports."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from perception.errors import StorageError
from perception.private_files import FOLDER_MODE
from scoring.export.csv_file import csv_of
from scoring.export.tables import Report, Table, tables
from scoring.record.writer import write_atomically

FORMATS = ("csv", "parquet")


def write_tables(
    reports: Sequence[Report], folder: Path, formats: Collection[str] = FORMATS
) -> list[Path]:
    """Writes ``measures``, ``scores`` and ``ratings``, each in the formats that are asked for.

    Args:
        reports: what ``report.json`` of each session holds.
        folder: made where it is missing.
        formats: of :data:`FORMATS`.

    Returns:
        The files, in that order.

    Raises:
        StorageError: they cannot be written.
    """
    written = []
    try:
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        for table in tables(reports):
            for name in FORMATS:
                if name not in formats:
                    continue
                path = folder / f"{table.name}.{name}"
                write_atomically(path, csv_of(table) if name == "csv" else _parquet(table))
                written.append(path)
    except OSError as error:
        raise StorageError(
            f"{folder}: the tables cannot be written ({error.strerror or error}); "
            "free some space or name another folder with --out"
        ) from None
    return written


def _parquet(table: Table) -> bytes:
    from scoring.export.parquet_pyarrow import parquet_of  # half a second, where it is asked for

    return parquet_of(table)
