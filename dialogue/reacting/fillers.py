"""Fillers in the words so far: sounds such as "um", and phrases that say nothing where they stand.

What counts is what the report counts: one rule, :mod:`perception.filler_words`, on one table,
``[fillers]`` of ``assets/rubrics/cues.toml`` or of the ``cues.toml`` of a study.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from perception.filler_words import filler_spans
from perception.paths import ASSETS
from perception.toml_files import read_toml

CUES = ASSETS / "rubrics" / "cues.toml"


@functools.cache
def _table() -> dict[str, Any]:
    return dict(read_toml(CUES)["fillers"])


def count_fillers(text: str, table: Mapping[str, Any] | None = None) -> int:
    """How many fillers a text holds.

    Args:
        text: of an answer.
        table: what counts as one, as ``[fillers]`` has it; that which ships where None.
    """
    return sum(1 for _ in filler_spans(text.split(), _table() if table is None else table))
