"""Which size of Whisper this machine keeps up with, as set-up measured it.

The measurement lies in the cache, as JSON: ``size`` is the one to use, ``loads`` is for each size
that was tried the seconds of processor time that a second of speech takes while it is spoken.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from perception.paths import cache_dir
from perception.whole_file import whole_file

MOST_LOAD = 0.5
"""Processor seconds per second of speech above which a machine cannot keep up: hearing then takes
half a core while the candidate speaks, and a busy moment more than it has."""


def remember(size: str, loads: Mapping[str, float]) -> None:
    """Writes down which size is right here."""
    text = json.dumps({"size": size, "loads": {k: round(v, 3) for k, v in loads.items()}})
    with whole_file(_path()) as part:
        part.write_text(text, encoding="utf-8")


def measured_size() -> str | None:
    """The size that set-up found right; None where it has not measured."""
    size = _read().get("size")
    return size if isinstance(size, str) else None


def measured_loads() -> dict[str, float]:
    """Size to the load that set-up measured; empty where it has not."""
    loads = _read().get("loads")
    if not isinstance(loads, dict):
        return {}
    return {str(k): float(v) for k, v in loads.items() if isinstance(v, int | float)}


def _read() -> dict[str, object]:
    try:
        found = json.loads(_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _path() -> Path:
    return cache_dir() / "speech-to-text.json"
