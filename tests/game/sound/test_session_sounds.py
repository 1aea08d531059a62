"""Sounds of an interview that was cut off and taken up again are one sound in the end."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from game.sound.mixdown import Mixdown
from game.sound.session_sounds import join_sounds, set_aside
from perception.signal.wav import read_wav

RATE = 16_000


def write(path: Path, at_s: float, level: float) -> None:
    with Mixdown(path, RATE) as mixdown:
        mixdown.add(at_s, np.full(RATE, level, np.float32), RATE)


def test_what_was_said_before_and_after_a_break_is_in_one_file(tmp_path: Path) -> None:
    write(tmp_path / "candidate.wav", 1.0, 0.25)
    set_aside(tmp_path)
    assert not (tmp_path / "candidate.wav").exists()
    write(tmp_path / "candidate.wav", 5.0, 0.5)
    join_sounds(tmp_path, 7.0)
    samples, rate = read_wav(tmp_path / "candidate.wav")
    assert rate == RATE
    assert samples[int(1.5 * RATE)] == pytest.approx(0.25, abs=0.01)
    assert samples[int(3.5 * RATE)] == 0.0
    assert samples[int(5.5 * RATE)] == pytest.approx(0.5, abs=0.01)
    assert [path.name for path in tmp_path.iterdir()] == ["candidate.wav"]


def test_two_breaks_lose_nothing_and_a_missing_last_part_does_not_matter(tmp_path: Path) -> None:
    for number in range(2):
        write(tmp_path / "recruiter.wav", 2.0 * number, 0.3)
        set_aside(tmp_path)
    join_sounds(tmp_path, 4.0)
    samples, _ = read_wav(tmp_path / "recruiter.wav")
    for at_s in (0.5, 2.5):
        assert samples[int(at_s * RATE)] == pytest.approx(0.3, abs=0.01)


def test_without_a_break_nothing_is_touched(tmp_path: Path) -> None:
    write(tmp_path / "candidate.wav", 0.0, 0.2)
    before = (tmp_path / "candidate.wav").read_bytes()
    join_sounds(tmp_path, 9.0)
    assert (tmp_path / "candidate.wav").read_bytes() == before
