"""The bench of turn taking, on the people whom it keeps for judging."""

from __future__ import annotations

from pathlib import Path

import pytest

from game.bench.hearing_turns import measure_turns


@pytest.mark.slow
@pytest.mark.data
def test_turns_are_taken_sooner_than_by_rules_and_seldom_too_early(data_dir: Path) -> None:
    rows = {row.figure: row.value for row in measure_turns(data_dir, quick=True)}
    cut = rows["turns: cut-in rate, of pauses inside answers"]
    delay = rows["turns: end of answer to the floor, p50"]
    late = rows["turns: end of answer to the floor, p95"]
    before = rows["turns, rules before: end of answer to the floor, p50"]
    assert cut is not None and delay is not None and before is not None
    assert cut <= 6.0
    # of two people only: half of their answers are near the threshold
    assert delay < before
    assert late is not None and late < 3000.0
    assert rows["sounds of listening over speech"] == 0
    assert rows["turns: cost of a tick"] is not None


def test_without_recordings_the_figures_are_missing_and_not_invented() -> None:
    rows = measure_turns(None, quick=True)
    assert rows and all(row.value is None and row.met is None for row in rows)
