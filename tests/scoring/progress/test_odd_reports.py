"""Reports with anything in the wrong place are shown as far as they go, and nothing breaks."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scoring.progress.compare import compare
from scoring.progress.overview import overview
from scoring.progress.page import comparison_page, progress_page
from scoring.progress.sessions import ReportedSession, Shelf, in_order
from scoring.record.writer import pretty
from tests.scoring.progress.people import session, somebody

ODD: tuple[Any, ...] = (
    *(None, True, 0, -1, 1e308, 10**400, float("nan"), float("-inf")),
    *("", "odd {", "2026-13-40", "x" * 5000, [], [1, None, "x"], {}, {"a": 1}),
)


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something stands in a table of tables."""
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield (*at, key)
            yield from places(value[key], (*at, key))


def broken(one: ReportedSession, rng: random.Random) -> ReportedSession:
    """The same with some of its values replaced by what does not belong there."""
    told = {"report": copy.deepcopy(dict(one.report)), "meta": copy.deepcopy(dict(one.meta))}
    for path in rng.sample([p for p in places(told) if len(p) > 1], 12):
        if path[-1] in ("measures", "scores") and len(path) == 2:
            continue  # without these it is no report: see test_sessions
        at: Any = told
        try:
            for key in path[:-1]:
                at = at[key]
            at[path[-1]] = rng.choice(ODD)
        except (KeyError, TypeError, IndexError):
            continue  # what was above it has been replaced
    return replace(one, report=told["report"], meta=told["meta"])


@pytest.mark.parametrize("seed", range(12))
def test_nothing_that_a_report_may_hold_breaks_a_page(seed: int) -> None:
    rng = random.Random(seed)
    exercise = {"title": "Breathe", "steps": ["In.", "Out."], "minutes": 3}
    advice = [{"id": "a", "what": "Slow down", "why": "Fast.", "effect": 0.5, "exercise": exercise}]
    all_of = []
    for n in range(4):
        one = session(somebody(), n, f"2026-03-0{n + 1}T10:00:00+00:00", f"s{n}")
        report = {**one.report, "improvements": advice, "stories": [{"title": "The shop"}]}
        all_of.append(broken(replace(one, report=report), rng))
    all_of = in_order(all_of)
    found = overview(Shelf(Path("all"), tuple(all_of), ()))
    assert json.loads(pretty(found))["what"] == "progress"
    assert progress_page(found, all_of)
    pair = compare(all_of[0], all_of[1])
    assert json.loads(pretty(pair))["what"] == "comparison"
    assert comparison_page(pair)
