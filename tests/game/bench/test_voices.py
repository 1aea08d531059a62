"""How voices are measured: on sounds whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from game.bench.dnsmos_onnxruntime import GUEST, ListenersRating, mel_decibels
from game.bench.voice_timbre_praat import Timbre, apart, ends_falling, ends_high, nearest
from game.voice.base import RenderedSpeech

RATE_HZ = 16_000


def tone(hz: np.ndarray) -> np.ndarray:
    """A voice of that pitch: twenty harmonics that fall by 6 dB an octave."""
    turns = 2 * np.pi * np.cumsum(hz) / RATE_HZ
    return 0.2 * sum(np.sin(h * turns) / h for h in range(1, 21))


def line(hz: np.ndarray) -> RenderedSpeech:
    return RenderedSpeech("", tone(hz).astype(np.float32), RATE_HZ, (), ())


def test_a_tone_lies_in_its_band_of_the_mel_spectrum() -> None:
    times = np.arange(RATE_HZ) / RATE_HZ
    for hz in (500.0, 1000.0, 3000.0):
        spectrum = mel_decibels(np.sin(2 * np.pi * hz * times).astype(np.float32))
        assert spectrum.shape == (100, 120)
        # Slaney's scale: straight to 15 mel at 1 kHz, then 27 mel for a factor of 6.4
        mel = np.array([min(f, 1000) * 0.015 + max(0, np.log(f / 1000) / np.log(6.4) * 27)
                        for f in (hz, 8000.0)])  # fmt: skip
        band = mel[0] / mel[1] * 121 - 1
        assert spectrum[50].argmax() == pytest.approx(band, abs=1.0)
        assert spectrum.max() == 0.0


@pytest.mark.skipif(
    not ListenersRating.is_here(), reason=f"needs: python3 run.py models get {GUEST}"
)
def test_listeners_like_a_voice_better_than_the_same_in_noise() -> None:
    rating = ListenersRating()
    clean = line(np.full(3 * RATE_HZ, 150.0)).samples
    noisy = clean + np.random.default_rng(1).normal(0, 0.2, len(clean)).astype(np.float32)
    assert rating.of(clean, RATE_HZ) > rating.of(noisy, RATE_HZ)


def test_ends_of_melodies_are_told_apart() -> None:
    level = np.full(RATE_HZ, 150.0)
    way = np.linspace(0.0, 5.0, RATE_HZ // 2)
    rising = line(np.concatenate([level, 150.0 * 2 ** (way / 12)]))
    falling = line(np.concatenate([level, 150.0 * 2 ** (-way / 12)]))
    assert ends_high(rising) and not ends_falling(rising)
    assert ends_falling(falling) and not ends_high(falling)


def test_distance_counts_noticeable_steps_of_pitch_and_tract() -> None:
    one = Timbre(200.0, 3.0, (500.0, 1800.0, 2900.0, 4000.0))
    higher = Timbre(200.0 * 2 ** (1.95 / 12), 3.0, one.formants_hz)
    longer = Timbre(200.0, 3.0, tuple(f * 2 ** (-2 * 1.73 / 12) for f in one.formants_hz))
    assert apart(one, higher) == pytest.approx(1.0)
    assert apart(one, longer) == pytest.approx(2.0)
    assert longer.tract_cm > one.tract_cm
    assert nearest({"a": one, "b": higher, "c": longer}) == ("a", "b", pytest.approx(1.0))
