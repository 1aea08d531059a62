"""Live pitch against arithmetic, and against Praat on real voices."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from perception.microphone.decoding import read_sound
from perception.voice.pitch import PitchCosts, PitchEstimator
from perception.voice.prosody_praat import pitch_track

RATE_HZ = 16_000
BLOCK = 512


def pitches(
    sound: NDArray[np.float32], estimator: PitchEstimator | None = None
) -> list[float | None]:
    estimator = estimator or PitchEstimator()
    return [
        estimator.estimate(sound[i : i + BLOCK]) for i in range(0, len(sound) - BLOCK + 1, BLOCK)
    ]


def buzz(hz: float, seconds: float = 1.0, level: float = 0.1) -> NDArray[np.float32]:
    """A voice-like sound: harmonics that fall by 6 dB an octave."""
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    sound = sum(np.sin(2 * np.pi * hz * k * t) / k for k in range(1, int(4000 / hz)))
    return (level * np.asarray(sound)).astype(np.float32)


@pytest.mark.parametrize("hz", [62.0, 85.0, 120.0, 210.0, 320.0, 390.0])
def test_harmonic_sounds_have_their_pitch(hz: float) -> None:
    found = pitches(buzz(hz))[2:]  # the window fills with the first blocks
    assert None not in found
    assert np.median(np.array(found, float)) == pytest.approx(hz, rel=0.005)
    # no octave errors
    assert np.all(np.abs(np.array(found, float) / hz - 1) < 0.03)


def test_a_gliding_pitch_is_followed_in_time() -> None:
    t = np.arange(2 * RATE_HZ) / RATE_HZ
    hz = 100 * 2 ** (t / 2)  # an octave in two seconds
    phase = 2 * np.pi * np.cumsum(hz) / RATE_HZ
    sound = sum(np.sin(k * phase) / k for k in range(1, 12)) * 0.1
    estimator = PitchEstimator()
    found = np.array(pitches(np.asarray(sound, np.float32), estimator)[3:], float)
    # a block's pitch is that of the middle of the window, which ends with the block
    times = (np.arange(len(found)) + 4) * BLOCK / RATE_HZ - estimator.lag_s
    assert np.abs(found / np.interp(times, t, hz) - 1).max() < 0.01


def test_harmonicity_tells_how_much_noise_there_is() -> None:
    rng = np.random.default_rng(2)
    told = []
    for snr_db in (20.0, 10.0, 5.0):
        voice = buzz(150.0)
        noise = rng.normal(0, np.sqrt(np.mean(voice**2) / 10 ** (snr_db / 10)), len(voice))
        estimator, heights = PitchEstimator(), []
        for i in range(0, len(voice) - BLOCK + 1, BLOCK):
            estimator.estimate((voice + noise)[i : i + BLOCK].astype(np.float32))
            heights.append(estimator.harmonicity_db)
        told.append(float(np.mean([h for h in heights[2:] if h is not None])))
        assert told[-1] == pytest.approx(snr_db, abs=2.5)
    assert told[0] > told[1] > told[2]


def test_silence_noise_and_what_is_not_wanted_have_none() -> None:
    assert set(pitches(np.zeros(RATE_HZ, np.float32))) == {None}
    rng = np.random.default_rng(3)
    noise = rng.normal(0, 0.1, 2 * RATE_HZ).astype(np.float32)
    assert pitches(noise).count(None) >= 60
    estimator = PitchEstimator()
    assert estimator.estimate(buzz(120.0)[:BLOCK], wanted=False) is None
    assert estimator.harmonicity_db is None


def test_a_reset_forgets_and_a_far_quieter_sound_is_not_voiced() -> None:
    estimator = PitchEstimator()
    pitches(buzz(120.0, level=0.3), estimator)
    assert set(pitches(buzz(120.0, level=0.003), estimator)[2:10]) == {None}
    estimator.reset()
    assert None not in pitches(buzz(120.0, level=0.003), estimator)[3:10]


def test_costs_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="voicing"):
        PitchCosts(voicing=1.2)
    with pytest.raises(ValueError, match="negative"):
        PitchCosts(octave_jump=-1.0)


@pytest.mark.data
def test_nearly_all_voiced_sound_of_people_is_found_without_gross_errors(data_dir: Path) -> None:
    voiced = found = gross = 0
    for name in ("lj_LJ050-0131.wav", "pace_english_slow.wav", "librispeech_61-70968-0000.flac"):
        sound = read_sound(data_dir / "speech" / name)
        praat = pitch_track(sound, RATE_HZ)
        assert praat is not None
        for i, hz in enumerate(pitches(sound)):
            middle_s = (i + 1) * BLOCK / RATE_HZ - PitchEstimator().lag_s
            nearest = int(np.argmin(np.abs(praat.times_s - middle_s)))
            if abs(praat.times_s[nearest] - middle_s) < 0.006:
                voiced += 1
                found += hz is not None
                gross += hz is not None and abs(hz / praat.hz[nearest] - 1) > 0.2
    assert found / voiced > 0.92
    assert gross / found < 0.03
