"""Tables as CSV that spreadsheets open without doing anything that a text tells them to."""

from __future__ import annotations

import csv
import io
from datetime import datetime

from scoring.export.tables import Cell, Table

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection), also in the wide
letters of Chinese and Japanese keyboards."""


def csv_of(table: Table) -> bytes:
    """A table as CSV (RFC 4180): UTF-8, commas, CRLF, times in ISO 8601 with their zone.

    It begins with a byte order mark, without which Excel takes other letters than English ones for
    those of a Western code page; pandas and R (``fileEncoding = "UTF-8-BOM"``) read it as well.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.name for column in table.columns])
    for row in table.rows:
        writer.writerow([_shown(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig", errors="backslashreplace")


def _shown(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.isoformat()
    if isinstance(cell, str):
        return safe(cell)
    return repr(cell)


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula: such a one gets an apostrophe before it."""
    text = text.replace("\x00", "")
    return f"'{text}" if text.lstrip(" ").startswith(_STARTS_FORMULA) else text
