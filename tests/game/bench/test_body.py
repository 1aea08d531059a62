"""What the bench of the body measures, on a real clip and the real process."""

from __future__ import annotations

import pytest

from game.bench.body import measure_body_cost


def test_without_recordings_nothing_is_measured():
    assert measure_body_cost(None, quick=True) == []


@pytest.mark.data
@pytest.mark.slow
def test_cost_is_measured_in_processor_time(data_dir):
    rows = {row.figure: row for row in measure_body_cost(data_dir, quick=True)}
    frame = rows["body, ms of processor per body frame"].value
    share = rows["body, share of one core at its rate"].value
    # the pose model alone takes more than 5 ms on any processor of this decade
    assert frame is not None and 5 < frame < 100
    assert share == pytest.approx(8.5 * frame / 1e3, rel=0.05)
    live, rate = rows["body, share of one core, live"], rows["body readings, live"]
    assert rate.value is not None and 1 < rate.value < 9
    if live.value is not None:  # not told on a machine too busy for the rate
        assert live.value == pytest.approx(share, rel=0.6)
