"""Fillers in the words so far: sounds such as "um", and phrases that say nothing where they stand.

What counts is what the report counts: one rule, :mod:`perception.filler_words`, on one table,
``[fillers]`` of ``assets/rubrics/cues.toml`` or of the ``cues.toml`` of a study.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from perception.filler_table import filler_table
from perception.filler_words import filler_spans


def count_fillers(text: str, table: Mapping[str, Any] | None = None) -> int:
    """How many fillers a text holds.

    Args:
        text: of an answer.
        table: what counts as one, as ``[fillers]`` has it; that which ships where None.
    """
    return sum(1 for _ in filler_spans(text.split(), filler_table() if table is None else table))
