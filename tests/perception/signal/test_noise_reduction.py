"""How much noise lies under speech, and taking it out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from perception.microphone.decoding import read_sound
from perception.signal.noise_reduction import reduce_noise, snr_db

RATE_HZ = 16_000


def noise(count: int, level: float) -> np.ndarray:
    return np.random.default_rng(3).normal(0, level, count).astype(np.float32)


def bursts(seconds: float = 6.0) -> np.ndarray:
    """Tones of 0.6 s with pauses of 0.4 s, of power 0.01 while they sound."""
    t = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    return (np.sqrt(0.02) * np.sin(2 * np.pi * 300 * t) * (t % 1.0 < 0.6)).astype(np.float32)


@pytest.mark.parametrize("wanted_db", [0.0, 10.0, 25.0])
def test_speech_over_noise_is_measured_within_a_decibel(wanted_db: float) -> None:
    sound = bursts()
    level = float(np.sqrt(0.01 / 10 ** (wanted_db / 10)))
    noisy = sound + noise(len(sound), level)
    spans = [(float(i), i + 0.6) for i in range(6)]
    assert snr_db(noisy, RATE_HZ, spans) == pytest.approx(wanted_db, abs=1.0)
    known = 20 * np.log10(level)
    assert snr_db(noisy, RATE_HZ, spans, known) == pytest.approx(wanted_db, abs=1.0)


def test_a_bang_before_the_speech_is_not_taken_for_the_room() -> None:
    noisy = bursts() + noise(6 * RATE_HZ, 0.01)
    spans = [(float(i), i + 0.6) for i in range(6)]
    measured = snr_db(noisy, RATE_HZ, spans, noise_dbfs=-10.0)
    assert measured is not None and measured > 15


def test_too_little_sound_says_nothing() -> None:
    assert snr_db(noise(1000, 0.1), RATE_HZ) is None


@pytest.mark.data
def test_noise_is_taken_out_and_speech_left(data_dir: Path) -> None:
    speech = read_sound(data_dir / "speech/librispeech_61-70968-0000.flac")
    power = float(np.mean(speech**2))
    noisy = speech + noise(len(speech), float(np.sqrt(power / 10 ** (5 / 10))))
    cleaned = reduce_noise(noisy, RATE_HZ)
    assert cleaned.shape == speech.shape and cleaned.dtype == np.float32

    def over_error_db(sound: np.ndarray) -> float:
        return float(10 * np.log10(power / np.mean((sound - speech) ** 2)))

    assert over_error_db(cleaned) > over_error_db(noisy) + 3
    quiet = reduce_noise(speech, RATE_HZ)
    assert over_error_db(quiet) > 10  # the recording has a room of its own


def test_a_short_sound_comes_back_as_it_was() -> None:
    sound = noise(600, 0.1)
    assert reduce_noise(sound, RATE_HZ) is sound
    assert not reduce_noise(np.zeros(RATE_HZ, np.float32), RATE_HZ).any()
