"""Whether a change is more than chance: the arithmetic, against published figures."""

from __future__ import annotations

import math

import numpy as np
import pytest

from scoring.progress.reading import Reading
from scoring.progress.reliable_change import benjamini_hochberg, change, satterthwaite
from scoring.progress.trend import trend


def reading(value: float, error: float, sampling: float = 0.0, df: float = math.inf) -> Reading:
    return Reading(value, value, error, sampling, df, "linear")


def test_the_smallest_detectable_change_is_the_published_one() -> None:
    """A scale of SD 10 and reliability .80: 12.4 points; of .44: 20.7 (psyctc.org)."""
    for reliability, points in ((0.80, 12.4), (0.44, 20.7)):
        sem = 10.0 * math.sqrt(1.0 - reliability)
        found = change(reading(50.0, sem), reading(50.0 + points, sem))
        assert found.sdc == pytest.approx(1.96 * math.sqrt(2.0) * sem, rel=1e-3)
        assert found.sdc == pytest.approx(points, abs=0.05)
        assert found.rci == pytest.approx(1.96, abs=0.01)
        assert found.p == pytest.approx(0.05, abs=0.002)


def test_an_error_estimated_from_few_answers_asks_for_more() -> None:
    known = change(reading(0.0, 1.0), reading(3.0, 1.0))
    guessed = change(reading(0.0, 1.0, 1.0, 4.0), reading(3.0, 1.0, 1.0, 4.0))
    assert guessed.df == pytest.approx(8.0)
    assert guessed.sdc > known.sdc and guessed.p > known.p


def test_degrees_of_freedom_count_only_what_was_estimated() -> None:
    assert satterthwaite(2.0) == math.inf
    assert satterthwaite(math.sqrt(2.0), (1.0, 5.0), (1.0, 5.0)) == pytest.approx(10.0)
    assert satterthwaite(10.0, (1.0, 5.0)) == 5.0
    assert satterthwaite(10.0, (0.0, 5.0), (1.0, math.inf)) == math.inf


def test_a_published_retest_is_the_least_error() -> None:
    found = change(reading(0.0, 0.1), reading(5.0, 0.1), 6.3)
    assert found.error == 6.3 and abs(found.rci) < 1.0


def test_benjamini_hochberg_of_their_own_example() -> None:
    """Benjamini & Hochberg 1995, section 3.2: fifteen values, of which the first four stand."""
    ps = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240]
    ps += [0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert benjamini_hochberg(ps) == [True] * 4 + [False] * 11
    assert benjamini_hochberg(ps[::-1]) == [False] * 11 + [True] * 4
    assert benjamini_hochberg([]) == []


def test_a_trend_is_that_of_least_squares_and_needs_three() -> None:
    points = [
        (float(x), reading(10.0 + 2.0 * x + wobble, 1.0))
        for x, wobble in enumerate((0.1, -0.2, 0.0, 0.2, -0.1))
    ]
    found = trend(points)
    assert found is not None
    slope = np.polyfit([x for x, _ in points], [r.value for _, r in points], 1)[0]
    assert found.slope == pytest.approx(slope)
    assert found.low < found.slope < found.high and found.low > 0
    assert trend(points[:2]) is None


def test_a_precise_session_counts_for_more_in_a_trend() -> None:
    sloppy = [(0.0, reading(0.0, 1.0)), (1.0, reading(9.0, 9.0)), (2.0, reading(2.0, 1.0))]
    even = [(x, reading(r.value, 1.0)) for x, r in sloppy]
    one, other = trend(sloppy), trend(even)
    assert one is not None and other is not None
    assert abs((one.start + one.end) / 2.0 - 1.0) < abs((other.start + other.end) / 2.0 - 1.0)


def test_sessions_that_scatter_beyond_their_errors_make_a_trend_less_sure() -> None:
    calm = trend([(float(x), reading(float(x), 0.3)) for x in range(6)])
    wild = trend([(float(x), reading(x + (-1) ** x * 3.0, 0.3)) for x in range(6)])
    assert calm is not None and wild is not None
    assert wild.high - wild.low > 3.0 * (calm.high - calm.low)
