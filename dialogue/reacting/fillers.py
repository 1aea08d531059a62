"""Fillers in the words so far: sounds such as "um", and phrases that say nothing where they stand.

What counts is what the report counts: one rule, :mod:`perception.filler_words`, on one table,
``[fillers]`` of ``assets/rubrics/cues.toml`` or of the ``cues.toml`` of a study.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from perception.filler_table import filler_table
from perception.filler_words import filler_spans
from perception.types import Word


def count_fillers(
    text: str, words: Sequence[Word] = (), table: Mapping[str, Any] | None = None
) -> int:
    """How many fillers somebody said.

    Args:
        text: what was understood.
        words: the same with their times, where those are known; they tell a held "um", which is
            heard as several in a row, from one that comes again.
        table: what counts as one, as ``[fillers]`` has it; that which ships where None.
    """
    table = filler_table() if table is None else table
    if words:
        times = [(word.start_s, word.end_s) for word in words]
        return sum(1 for _ in filler_spans([word.text for word in words], table, times))
    return sum(1 for _ in filler_spans(text.split(), table))
