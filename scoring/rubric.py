"""Content that scoring rests on: norms, curves, cue words, wording. All in ``assets/rubrics``."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from perception.filler_words import tokens
from perception.paths import ASSETS
from perception.settings import build
from perception.toml_files import read_toml
from scoring.rubric_shapes import SHAPES
from scoring.types import Norm

__all__ = ["RUBRICS", "load", "norms", "tokens"]

RUBRICS = ASSETS / "rubrics"


@lru_cache(maxsize=32)
def load(name: str) -> dict[str, Any]:
    """Reads ``assets/rubrics/NAME.toml``; treat the result as read-only.

    Raises:
        InputError: it is missing.
        SettingsError: it is not TOML, or a key or value is wrong; the message names file and key.
    """
    path = RUBRICS / f"{name}.toml"
    table = read_toml(path)
    build(SHAPES[name], table, path.name)
    return table


@lru_cache(maxsize=1)
def norms() -> dict[str, Norm]:
    """Published bands by name of measure."""
    return {
        name: Norm(table.get("low"), table.get("high"), table["source"])
        for name, table in load("norms").items()
    }
