"""What Smart Turn's word is worth, fitted on pauses and ends of recordings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dialogue.turntaking.end_of_turn import finished_log_ratio
from game.training.real_pauses import (
    JudgedPause,
    area_under_curve,
    fit_log_ratio,
    judged_pauses,
    recordings,
    smart_turn_worth,
)


def pauses(held: list[float], over: list[float]) -> list[JudgedPause]:
    return [JudgedPause("a", False, p) for p in held] + [JudgedPause("a", True, p) for p in over]


def test_what_is_broken_off_speaks_against_an_end_and_how_many_there_are_does_not() -> None:
    held, over = [0.01] * 6 + [0.9] * 2, [0.02] + [0.9] * 7
    few, many = fit_log_ratio(pauses(held, over)), fit_log_ratio(pauses(held * 5, over))
    for worth in (few, many):
        assert finished_log_ratio(0.01, *worth) < -0.5 < 0.0 < finished_log_ratio(0.9, *worth)
    assert finished_log_ratio(0.01, *few) == pytest.approx(finished_log_ratio(0.01, *many), abs=0.4)


def test_a_word_that_tells_nothing_weighs_nothing() -> None:
    same = [0.01, 0.05, 0.3, 0.9]
    slope, shift = fit_log_ratio(pauses(same, same))
    assert slope == pytest.approx(0.0, abs=1e-6) and shift == pytest.approx(0.0, abs=1e-6)
    assert area_under_curve([0.1, 0.9], [False, True]) == 1.0
    assert area_under_curve([0.1, 0.9], [True, True]) is None


def test_without_recordings_the_model_keeps_its_worth(tmp_path: Path) -> None:
    worth, count = smart_turn_worth(tmp_path)
    assert count == 0 and worth[0] > 0.0


@pytest.mark.data
def test_an_answer_ends_with_its_last_speech_and_not_with_a_click(data_dir: Path) -> None:
    found = {each.name: each for each in recordings(data_dir)}
    # the alignment that came with it ends its last word at 25.25 s; the file is 26.72 s long
    assert found["speech/disfluent/acoustic_corpus.wav"].end_s == pytest.approx(25.25, abs=0.15)
    assert len(found) >= 30

    class Loudness:
        def finished(self, samples: np.ndarray) -> float:
            return float(np.clip(np.abs(samples).mean(), 0.0, 1.0))

    um = judged_pauses(found["speech/disfluent/mfa_um.flac"], Loudness())
    assert [each.over for each in um] == [False, False, True]
