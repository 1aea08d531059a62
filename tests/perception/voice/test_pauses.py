"""Edges of pauses in real sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from game.bench.deliverytruth import PAUSES, joined
from game.bench.hearing_delivery import speech_spans
from perception.microphone.decoding import read_sound
from perception.voice.activity import SpeechDetector, create_detector
from perception.voice.pauses import PauseSettings, find_pauses

RATE_HZ = 16_000


@pytest.fixture(scope="module")
def detector() -> SpeechDetector:
    return create_detector("silero")


@pytest.mark.data
@pytest.mark.parametrize("name", ["speech/lj_LJ050-0131.wav", "speech/pace_english_slow.wav"])
def test_pauses_of_a_recording_have_exact_edges(
    data_dir: Path, detector: SpeechDetector, name: str
) -> None:
    sound = read_sound(data_dir / name)
    found = find_pauses(sound, RATE_HZ, speech_spans(detector, sound))
    assert len(found) == len(PAUSES[name])
    errors = np.abs(np.array(found) - np.array(PAUSES[name]))
    assert np.median(errors) <= 0.02 and errors.max() <= 0.06


@pytest.mark.data
def test_silences_put_between_readings_are_found(data_dir: Path, detector: SpeechDetector) -> None:
    sound, true = joined(data_dir, 0)
    sound = sound + np.random.default_rng(0).normal(0, 1e-3, len(sound)).astype(np.float32)
    found = find_pauses(sound, RATE_HZ, speech_spans(detector, sound))
    long = [(a, b) for a, b in true if b - a > 0.28]
    for start_s, end_s in long:
        nearest = min(found, key=lambda p: abs(p[0] - start_s) + abs(p[1] - end_s))
        assert nearest == pytest.approx((start_s, end_s), abs=0.12)


def test_the_detectors_late_end_is_moved_to_where_the_tone_ends() -> None:
    at = np.arange(2 * RATE_HZ) / RATE_HZ
    tone = 0.2 * np.sin(2 * np.pi * 200 * at) * ((at < 0.7) | (at >= 1.2))
    sound = tone + np.random.default_rng(2).normal(0, 1e-3, len(at))
    (found,) = find_pauses(sound.astype(np.float32), RATE_HZ, [(0.0, 0.77), (1.18, 2.0)])
    assert found == pytest.approx((0.7, 1.2), abs=0.02)
    # a gap that the detector reports too short by its lateness is a pause all the same
    (short,) = find_pauses(sound.astype(np.float32), RATE_HZ, [(0.0, 0.84), (1.18, 2.0)])
    assert short == pytest.approx((0.7, 1.2), abs=0.02)


def test_no_sound_has_no_pauses() -> None:
    assert find_pauses(np.zeros(0, np.float32), RATE_HZ, []) == ()
    assert find_pauses(np.zeros(RATE_HZ, np.float32), RATE_HZ, [(0.0, 1.0)]) == ()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"on_db": 0.5}, "off_db <= on_db"),
        ({"least_s": 0}, "positive"),
        ({"usual_lag_s": 0.5}, "lag"),
    ],
)
def test_settings_that_make_no_sense_are_refused(given: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        PauseSettings(**given)
