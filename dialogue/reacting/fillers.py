"""Fillers in the words so far: sounds such as "um", and phrases that say nothing where they stand.

What counts is what the report counts: one rule, :mod:`perception.filler_words`, on one table,
``[fillers]`` of ``assets/rubrics/cues.toml``.
"""

from __future__ import annotations

from perception.filler_table import filler_table
from perception.filler_words import filler_spans


def count_fillers(text: str) -> int:
    """How many fillers a text holds."""
    return sum(1 for _ in filler_spans(text.split(), filler_table()))
