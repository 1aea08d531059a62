"""The table of fillers, ``[fillers]`` of ``assets/rubrics/cues.toml``: what the report counts."""

from __future__ import annotations

import functools
from typing import Any

from perception.paths import ASSETS
from perception.toml_files import read_toml

CUES = ASSETS / "rubrics" / "cues.toml"


@functools.cache
def filler_table() -> dict[str, Any]:
    """``sounds``, ``phrases``, ``not_after`` and ``not_before``, for
    :func:`perception.filler_words.filler_spans`."""
    return dict(read_toml(CUES)["fillers"])


@functools.cache
def filler_sounds() -> frozenset[str]:
    """Filled pauses, in small letters: "um", "uh"."""
    return frozenset(filler_table()["sounds"])
