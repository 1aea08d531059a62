"""Fillers in the words so far: sounds such as "um", and phrases that say nothing where they stand.

What counts is what the report counts: one rule, :mod:`perception.filler_words`, on one table,
``[fillers]`` of ``assets/rubrics/cues.toml``.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from perception.filler_words import filler_spans
from perception.paths import ASSETS
from perception.toml_files import read_toml
from perception.types import Word

CUES = ASSETS / "rubrics" / "cues.toml"


@functools.cache
def _table() -> dict[str, Any]:
    return dict(read_toml(CUES)["fillers"])


def count_fillers(text: str, words: Sequence[Word] = ()) -> int:
    """How many fillers somebody said.

    Args:
        text: what was understood.
        words: the same with their times, where those are known; they tell a held "um", which is
            heard as several in a row, from one that comes again.
    """
    if words:
        times = [(word.start_s, word.end_s) for word in words]
        return sum(1 for _ in filler_spans([word.text for word in words], _table(), times))
    return sum(1 for _ in filler_spans(text.split(), _table()))
