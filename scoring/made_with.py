"""By what a report was worked out: two are only compared where that was the same."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from scoring.rubric import load

MEASURING = 1
"""Raised whenever a measure or score of the same record comes out otherwise than before."""
_RUBRICS = ("cues", "doubts", "fairness", "norms", "scores")
"""Rubrics that numbers rest on."""
_WORDING = ("source", "say", "between")
"""Keys of theirs that are read by people alone."""


def made_with() -> dict[str, Any]:
    """``{"measuring": 1, "rubrics": "0a1b2c…"}``: the version, and a digest of the rubrics used."""
    numbers = {name: _without_wording(load(name)) for name in _RUBRICS}
    text = json.dumps(numbers, sort_keys=True, ensure_ascii=False)
    return {
        "measuring": MEASURING,
        "rubrics": hashlib.sha256(text.encode("utf-8")).hexdigest()[:12],
    }


def _without_wording(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_wording(v) for k, v in value.items() if k not in _WORDING}
    return value
