"""How loud a room is in which nobody speaks."""

from __future__ import annotations

import numpy as np
import pytest

from perception.signal.levels import LOWEST_DBFS, level_dbfs
from perception.signal.noise_floor import NoiseFloor, over_noise_db
from perception.signal.noise_reduction import room_between_utterances


def noise(count: int, level: float) -> np.ndarray:
    return np.random.default_rng(3).normal(0, level, count).astype(np.float32)


def test_the_floor_is_the_median_of_the_newest_blocks() -> None:
    floor = NoiseFloor(5)
    assert floor.level_dbfs() is None
    for n, level in enumerate([-10.0, -20.0, -60.0, -62.0, -61.0, -30.0]):
        floor.add_level(level, 0.032 * n)
    assert floor.level_dbfs() == -60.0
    assert floor.level_dbfs(least_blocks=6) is None
    whole = NoiseFloor(None)
    for n in range(1001):
        whole.add_level(-float(n % 100), 0.032 * n)
    assert whole.level_dbfs(least_blocks=1001) == pytest.approx(-49.5, abs=1)


def test_digital_silence_counts_as_the_least_room_that_is_believed() -> None:
    floor = NoiseFloor(lowest_dbfs=-65.0)
    floor.add_level(LOWEST_DBFS, 0.0)
    assert floor.level_dbfs() == -65.0
    assert floor.level_dbfs(least_blocks=2) is None


def test_speech_stands_over_the_noise_that_is_in_it() -> None:
    both = 10 * np.log10(10**-2 + 10**-5)
    assert over_noise_db([both], -50.0) == pytest.approx(30.0, abs=1e-9)
    assert over_noise_db([-50.0, -60.0], -50.0) == 0.0
    assert over_noise_db(np.full(4, -49.9), -50.0) == 0.0  # less than the room itself


def test_the_floor_is_the_rooms_and_not_that_of_digital_silence() -> None:
    room = room_between_utterances()
    assert room.level_dbfs() is None
    room.add_level(level_dbfs(np.zeros(512, np.float32)), 0.0)
    assert room.level_dbfs() is None
    for n in range(100):
        knock = n % 10 == 0
        room.add_level(level_dbfs(noise(512, 0.1 if knock else 0.01)), 0.032 * n)
    assert room.level_dbfs() == pytest.approx(-40, abs=0.5)
    for n in range(20):  # a long answer later the room has become louder
        room.add_level(level_dbfs(noise(512, 0.03)), 30 + 0.032 * n)
    assert room.level_dbfs() == pytest.approx(-30.5, abs=0.5)
