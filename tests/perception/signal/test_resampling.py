"""Sound at another rate keeps its pitch, its length and its place."""

from __future__ import annotations

import numpy as np
import pytest

from perception.signal.resampling import Resampler, resample

RATE_HZ = 16_000


def test_resampling_keeps_pitch_and_length() -> None:
    sound = (0.5 * np.sin(2 * np.pi * 1000 * np.arange(RATE_HZ) / RATE_HZ)).astype(np.float32)
    turned = resample(sound, RATE_HZ, 24_000)
    assert len(turned) == 24_000
    spectrum = np.abs(np.fft.rfft(turned))
    assert spectrum.argmax() == 1000


def test_a_sound_that_is_at_the_rate_already_comes_back() -> None:
    sound = np.linspace(-1, 1, 100, dtype=np.float32)
    assert resample(sound, RATE_HZ, RATE_HZ) is sound
    assert len(resample(sound[:0], RATE_HZ, 48_000)) == 0


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 44_100, 48_000])
def test_resampled_sound_is_where_it_was(rate_hz: int) -> None:
    sound = np.zeros(rate_hz, np.float32)
    sound[rate_hz // 2] = 1.0
    resampler = Resampler(rate_hz, RATE_HZ)
    parts = []
    for begin in range(0, rate_hz, 441):
        parts.append(resampler.process(sound[begin : begin + 441]))
        assert 0.0 <= resampler.held_s < 0.006
    heard = np.concatenate(parts)
    assert int(np.argmax(np.abs(heard))) == pytest.approx(RATE_HZ // 2, abs=1)
