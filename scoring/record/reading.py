"""The files of a record as they are read: what is damaged becomes a note, the rest is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Set
from pathlib import Path
from typing import Any

from perception.errors import InputError
from perception.recorded import is_time
from scoring.record.lines import (
    FORMAT,
    SESSION_FILE,
    Arrival,
    UnknownKindError,
    decode,
    read_json,
    unknown_keys,
    unknown_kind,
)

_NAMED = 3
"""Unknown kinds and keys that are named."""
MAX_NOTES = 20
"""Damaged lines named one by one; beyond that only their number is."""


def read_meta(folder: Path, notes: list[str]) -> dict[str, Any]:
    """``session.json``, without what in it cannot be so.

    Args:
        folder: of the session.
        notes: told of what is damaged.

    Raises:
        InputError: the file cannot be read.
    """
    path = folder / SESSION_FILE
    try:
        meta = read_json(path.read_text(encoding="utf-8"))
        if not isinstance(meta, dict):
            raise ValueError("not an object")
    except FileNotFoundError:
        notes.append(f"{SESSION_FILE} is missing; role, persona and settings are unknown")
        return {}
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check it") from None
    except ValueError:
        notes.append(f"{SESSION_FILE} is damaged; role, persona and settings are unknown")
        return {}
    for name, fits in _META.items():
        if meta.get(name) is not None and not fits(meta[name]):
            notes.append(f"{SESSION_FILE}: {name} is damaged and was left out")
            del meta[name]
    unknown = meta.keys() - _KNOWN
    if unknown:
        notes.append(f"{SESSION_FILE}: {_passed_over(Counter(), unknown)} were passed over")
    made = meta.get("record_format")
    if made is not None and made > FORMAT:
        notes.append(
            f"this record was written by a later version of the program (record format {made}, "
            f"this one reads {FORMAT}); what this version does not know of it is not in the report"
        )
    return meta


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


_META: Mapping[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("id", "session_id", "created", "role", "persona", "status"), _is_text),
    **dict.fromkeys(("duration_s", "candidate_wav_start_s"), is_time),
    **dict.fromkeys(("versions", "settings", "green_room"), _is_table),
    "record_format": lambda value: type(value) is int and 0 < value < 1e9,
}
"""What a report reads of ``session.json``, and what tells whether it can be believed."""


_KNOWN = frozenset(
    (
        *_META,
        *("kind", "manner", "files", "understanding", "questions", "seed", "consent", "driver"),
        *("candidate", "focus", "phrased", "script", "recording", "torn"),
    )
)
"""All that this version writes there."""


def read_lines(path: Path, notes: list[str]) -> Iterator[tuple[int, int, Arrival]]:
    """The lines of a file, one at a time: hours of readings would fill the memory twice.

    Args:
        path: of the file.
        notes: told of damaged lines, of those that this version does not know, and of a torn end.

    Yields:
        Place in the order of arrival, line number, and what the line gives back.

    Raises:
        InputError: the file cannot be read.
    """
    damaged, last_n = 0, -1
    unknown: Counter[str] = Counter()
    keys: set[str] = set()
    torn = False
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.strip():
                    continue
                torn = not line.endswith(b"\n")
                if torn:
                    break
                try:
                    last_n, arrival, more = _read_line(line, last_n)
                except UnknownKindError as error:
                    unknown[str(error)] += 1
                except ValueError as error:
                    damaged += 1
                    if damaged <= MAX_NOTES:
                        reason = str(error).split(":")[0]
                        notes.append(
                            f"{path.name} line {number} is damaged and was left out ({reason})"
                        )
                else:
                    keys |= more
                    kind = unknown_kind(arrival)
                    if kind is not None:
                        unknown[kind] += 1
                    yield last_n, number, arrival
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check it") from None
    if damaged > MAX_NOTES:
        notes.append(f"{path.name}: {damaged} damaged lines in all")
    if unknown or keys:
        notes.append(f"{path.name}: {_passed_over(unknown, keys)} were passed over")
    if torn:
        notes.append(f"{path.name}: the last line is torn (the recording was cut off there)")


def _passed_over(kinds: Counter[str], keys: Set[str]) -> str:
    """What this version does not know, as the subject of a sentence."""
    told = []
    if kinds:
        told.append(
            f"{kinds.total()} lines of kinds that this version does not know "
            f"({', '.join(sorted(kinds)[:_NAMED])})"
        )
    if keys:
        named = ", ".join(f"{key:.40}" for key in sorted(keys)[:_NAMED])
        told.append(f"{len(keys)} keys that this version does not know ({named})")
    return " and ".join(told)


def _read_line(line: bytes, last_n: int) -> tuple[int, Arrival, frozenset[str]]:
    """A line with its place in the order of arrival, and its keys that are not known.

    Args:
        line: of the record.
        last_n: place of the one before.

    Raises:
        UnknownKindError: it is of a kind that this version does not know.
        ValueError: it is damaged.
    """
    payload = read_json(line)
    if not isinstance(payload, Mapping):
        raise ValueError("not an object")
    arrival = decode(payload)
    n = payload.get("n", last_n + 1)
    if type(n) is not int:
        raise ValueError("its number is none")
    return n, arrival, unknown_keys(payload)
