"""The candidate's WAV: in step with the session for an hour, and never a click for it."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from perception.microphone.decoding import read_sound
from perception.microphone.sound_recorder import SoundRecorder, spliced
from perception.signal.wav import WavReader
from perception.types import AudioBlock

RATE_HZ = 16_000
BLOCK = 512


def read_wav(path: Path) -> np.ndarray:
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768


@pytest.mark.parametrize("ppm", [200, -200])
def test_a_drifting_device_stays_in_step_for_an_hour(tmp_path: Path, ppm: int) -> None:
    path = tmp_path / "candidate.wav"
    recorder = SoundRecorder(path, RATE_HZ)
    step_s = BLOCK / RATE_HZ * (1 + ppm * 1e-6)
    count = round(3600 / step_s)
    mark = np.zeros(BLOCK, np.float32)
    mark[256] = 0.9
    silence = np.zeros(BLOCK, np.float32)
    for n in range(count):
        recorder.write(AudioBlock(n * step_s, RATE_HZ, mark if n % 1000 == 500 else silence))
    recorder.close()
    with WavReader(path) as wav:  # by the minute: an hour would fill the memory
        length, minute = wav.length, 60 * RATE_HZ
        loud = [
            np.flatnonzero(wav.read(at, at + minute) > 0.5) + at for at in range(0, length, minute)
        ]
    assert length / RATE_HZ == pytest.approx(count * step_s, abs=0.001)
    found = np.concatenate(loud) / RATE_HZ
    marks = np.arange(500, count, 1000)
    assert len(found) == len(marks)  # a mark is never doubled nor left out
    assert found == pytest.approx(marks * step_s + 256 / RATE_HZ, abs=0.001)


@pytest.mark.data
@pytest.mark.parametrize("ppm", [1000, -1000])
def test_keeping_in_step_is_not_heard(data_dir: Path, tmp_path: Path, ppm: int) -> None:
    sound = read_sound(data_dir / "speech/librispeech_61-70968-0000.flac")
    path = tmp_path / "candidate.wav"
    recorder = SoundRecorder(path, RATE_HZ)
    for n, begin in enumerate(range(0, len(sound) - BLOCK + 1, BLOCK)):
        t_s = n * BLOCK / RATE_HZ * (1 + ppm * 1e-6)
        recorder.write(AudioBlock(t_s, RATE_HZ, sound[begin : begin + BLOCK]))
    recorder.close()
    recorded = read_wav(path)
    assert len(recorded) != len(sound) // BLOCK * BLOCK  # something was done

    # a click is a jump between neighbouring samples that the voice itself does not make
    def sharpest(x: np.ndarray) -> float:
        return float(np.abs(np.diff(x, n=2)).max())

    assert sharpest(recorded) <= 1.02 * sharpest(sound)
    spectrum = [
        np.abs(np.fft.rfft(x * np.hanning(len(x)), 2**18)).reshape(-1)[: 2**17].reshape(16, -1)
        for x in (recorded, sound)
    ]
    levels = [10 * np.log10((s**2).mean(axis=1)) for s in spectrum]
    assert np.abs(levels[0] - levels[1]).max() < 0.5  # dB, in each 500 Hz


def test_a_splice_takes_the_quietest_places() -> None:
    rng = np.random.default_rng(0)
    block = rng.uniform(-0.5, 0.5, BLOCK).astype(np.float32)
    block[300:320] = 0.1
    longer, shorter = spliced(block, 1), spliced(block, -1)
    assert len(longer) == BLOCK + 1 and len(shorter) == BLOCK - 1
    assert np.array_equal(np.delete(longer, 302), block)
    assert np.array_equal(shorter[:300], block[:300])
    assert np.array_equal(shorter[-190:], block[-190:])
    assert len(spliced(block, 5)) == BLOCK + 5
    assert len(spliced(block, -5)) == BLOCK - 5
    assert spliced(block, 0) is block
