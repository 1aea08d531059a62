"""Syllables counted in real speech, at once and while it goes on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from game.bench.deliverytruth import syllables
from perception.microphone.decoding import read_sound
from perception.voice.syllables import SyllableCounter, syllable_nuclei

RATE_HZ = 16_000


@pytest.mark.data
def test_counts_are_those_of_the_transcripts(data_dir: Path) -> None:
    true = syllables(data_dir)
    assert len(true) > 25
    errors, weights = [], []
    for name, count in true.items():
        nuclei = syllable_nuclei(read_sound(data_dir / name), RATE_HZ)
        assert nuclei is not None
        errors.append(nuclei.count / count - 1)
        weights.append(count)
    assert np.average(np.abs(errors), weights=weights) <= 0.08
    assert abs(np.average(errors, weights=weights)) <= 0.04


@pytest.mark.data
def test_the_fast_reading_is_faster(data_dir: Path) -> None:
    def pace(which: str) -> float:
        nuclei = syllable_nuclei(read_sound(data_dir / f"speech/pace_english_{which}.wav"), RATE_HZ)
        assert nuclei is not None
        return nuclei.count / float(np.ptp(nuclei.times_s))

    assert pace("fast") > pace("slow")


@pytest.mark.data
@pytest.mark.parametrize("block", [160, 512, 4000, 16_000])
def test_the_live_count_is_the_exact_one(data_dir: Path, block: int) -> None:
    sound = read_sound(data_dir / "speech/librispeech_2412-153948-0000.flac")
    sound = np.concatenate([sound, np.zeros(RATE_HZ, np.float32)])
    counter = SyllableCounter(span_s=20.0)
    for at in range(0, len(sound), block):
        counter.add(sound[at : at + block])
    exact = syllable_nuclei(sound, RATE_HZ)
    assert exact is not None
    assert counter.count(20.0) == pytest.approx(exact.count, rel=0.05)
    assert counter.rate(20.0, spoken_s=10.0) == pytest.approx(exact.count / 10.0, rel=0.05)


@pytest.mark.data
def test_the_live_rate_speaks_of_the_last_seconds(data_dir: Path) -> None:
    talk = read_sound(data_dir / "speech/librivox_0870.wav")[: 5 * RATE_HZ]
    counter = SyllableCounter(span_s=4.0)
    counter.add(talk)
    speaking = counter.rate(3.0)
    counter.add(np.zeros(4 * RATE_HZ, np.float32))
    assert speaking is not None and 3.0 < speaking < 7.0
    assert counter.rate(3.0) == 0.0
    counter.reset()
    assert counter.rate(3.0) is None


def test_silence_and_noise_have_none() -> None:
    silence = syllable_nuclei(np.zeros(RATE_HZ, np.float32), RATE_HZ)
    assert silence is not None and silence.count == 0
    hiss = np.random.default_rng(1).normal(0, 0.05, 3 * RATE_HZ).astype(np.float32)
    noise = syllable_nuclei(hiss, RATE_HZ)
    assert noise is not None and noise.count <= 1.0
    assert syllable_nuclei(np.zeros(1000, np.float32), RATE_HZ) is None


def test_what_cannot_be_counted_is_refused() -> None:
    with pytest.raises(ValueError, match="8000 Hz"):
        syllable_nuclei(np.zeros(8000, np.float32), 8000)
    with pytest.raises(ValueError, match="span_s"):
        SyllableCounter(span_s=0.1)
