"""The version of ``report.json``, and reading one that this or another version wrote.

The shape is in ``assets/schemas``. Of a version like 1.2 the first number changes when a key means
something else, and the second when one is added; so a reader passes over what it does not know, and
says so where the first number is beyond its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from perception.errors import InputError
from scoring.record.lines import read_json

SCHEMA_VERSION = "1.0"
REPORT_FILE = "report.json"


def read_report(folder: Path) -> dict[str, Any]:
    """``report.json`` of a session.

    Raises:
        InputError: it is missing or damaged; the message says how to get another.
    """
    path = Path(folder) / REPORT_FILE
    again = f"write it again with: python3 run.py report {folder}"
    try:
        found = read_json(path.read_bytes())
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; {again}") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check it") from None
    except ValueError:
        raise InputError(f"{path}: not valid JSON; {again}") from None
    if not isinstance(found, dict):
        raise InputError(f"{path}: holds no report; {again}")
    return found


def of_later_version(report: Mapping[str, Any]) -> str | None:
    """A note for a report of a later version, whose keys may mean something else; else None.

    One without a version is of before there were any, and read as ever.
    """
    made = str(report.get("schema_version") or "0")
    first = made.partition(".")[0]
    if not first.isdecimal() or int(first) <= int(SCHEMA_VERSION.partition(".")[0]):
        return None
    return (
        f"this report was written by a later version of the program (report {made}, known is "
        f"{SCHEMA_VERSION}); figures in it may mean something else"
    )
