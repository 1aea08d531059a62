"""Content that scoring rests on: norms, curves, cue words, wording. All in ``assets/rubrics``."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from perception.errors import SettingsError
from perception.paths import ASSETS
from perception.toml_files import read_toml
from scoring.types import Norm

RUBRICS = ASSETS / "rubrics"

_TOKEN = re.compile(r"[a-zà-öø-ÿ0-9]+(?:['’][a-z]+)?%?", re.IGNORECASE)


@lru_cache(maxsize=32)
def load(name: str) -> dict[str, Any]:
    """Reads ``assets/rubrics/NAME.toml``; treat the result as read-only.

    Raises:
        InputError: it is missing.
        SettingsError: it is not TOML.
    """
    return read_toml(RUBRICS / f"{name}.toml")


@lru_cache(maxsize=1)
def norms() -> dict[str, Norm]:
    """Published bands by name of measure.

    Raises:
        SettingsError: a band has no end or no source.
    """
    found = {}
    for name, table in load("norms").items():
        low, high, source = table.get("low"), table.get("high"), table.get("source")
        if not source or (low is None and high is None):
            raise SettingsError(f"norms.toml [{name}]: give a source, and low or high or both")
        found[name] = Norm(
            float(low) if low is not None else None,
            float(high) if high is not None else None,
            str(source),
        )
    return found


def tokens(text: str) -> list[str]:
    """Words of a text in lower case, with straight apostrophes."""
    return [t.replace("’", "'").lower() for t in _TOKEN.findall(text)]
