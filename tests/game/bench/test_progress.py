"""The bench of progress finds what it ought to, on a small sample."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from game.bench import progress
from game.bench.progress_material import changed, detectable, invented, session_of
from perception.paths import data_dir
from scoring.progress.reading import measure_reading, score_reading


def test_few_invented_people_are_judged_mostly_right() -> None:
    rows = {row.figure: row.value for row in progress._invented(40)}
    wrong = rows["unchanged things beyond their smallest detectable change"]
    assert wrong is not None and 0.02 < wrong < 0.09  # one in twenty, and not never
    right = rows["pairs in which the answer is right"]
    assert right is not None and right > 0.88


def test_an_error_is_stated_about_as_large_as_it_is() -> None:
    """Over days, a person's values scatter as their sessions say they do."""
    rng = np.random.default_rng(5)
    for name in ("speech_rate_wpm", "pitch_median_hz", "gaze_on_screen_share", "nods", "relevance"):
        ratios = []
        for _ in range(60):
            person = invented(rng)
            found = [
                measure_reading(session_of(person, rng, "s", progress.FIRST), name)
                for _ in range(2)
            ]
            assert found[0] is not None and found[1] is not None
            error = np.hypot(found[0].error, found[1].error)
            ratios.append((found[1].value - found[0].value) / error)
        assert 0.6 < np.std(ratios) < 1.35, name


def test_a_planted_change_is_as_large_as_was_said() -> None:
    rng = np.random.default_rng(3)
    person = invented(rng)
    by = detectable(person, "scores", "content", 5)
    other = changed(person, "scores", "content", by)
    means = [
        np.mean(
            [
                r.value
                for _ in range(200)
                if (r := score_reading(session_of(who, rng, "s", progress.FIRST), "content"))
                is not None
            ]
        )
        for who in (person, other)
    ]
    assert means[1] - means[0] == pytest.approx(by, abs=3.0)


def test_real_people_interviewed_twice_are_not_called_changed() -> None:
    folder: Path | None = data_dir()
    if folder is None:
        pytest.skip("needs the real recordings; name their folder in RECRUITER_TEST_DATA")
    rows = progress._real(folder)
    assert rows[0].value == 48.0
    assert all(row.met for row in rows[1:])
