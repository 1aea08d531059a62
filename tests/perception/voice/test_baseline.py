"""A voice's own pitch, pace and level, from sound whose truth is known."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.linalg import solve_toeplitz
from scipy.signal import butter, lfilter, sosfilt

from perception.calibration import VoiceBaseline
from perception.microphone.base import BLOCK_SAMPLES, RATE_HZ
from perception.microphone.decoding import read_sound
from perception.pipeline.audio import AudioPipeline
from perception.types import AudioBlock, VoiceReading
from perception.voice.baseline import LONGEST_S, WHISPERED, VoiceLesson

BLOCK_S = BLOCK_SAMPLES / RATE_HZ


def voiced(
    hz: NDArray[np.float64], syllables_per_s: float, peak: float = 0.3
) -> NDArray[np.float32]:
    """(n,) a buzz at these pitches, whose loudness swells once a syllable."""
    phase = 2 * np.pi * np.cumsum(hz) / RATE_HZ
    buzz = sum(np.sin(k * phase) / k for k in range(1, 12))
    t_s = np.arange(len(hz)) / RATE_HZ
    swell = 0.03 + 0.97 * np.sin(np.pi * syllables_per_s * t_s) ** 2
    sound = buzz * swell
    return (peak * sound / np.abs(sound).max()).astype(np.float32)


def steady(hz: float, seconds: float) -> NDArray[np.float64]:
    return np.full(round(seconds * RATE_HZ), hz)


def read_of(sound: NDArray[np.float32], lead_s: float = 0.5):
    """What a lesson makes of a sound that is all speech, with silence round it."""
    lesson = VoiceLesson()
    gap = np.zeros(round(lead_s / BLOCK_S) * BLOCK_SAMPLES, np.float32)
    whole = len(sound) // BLOCK_SAMPLES * BLOCK_SAMPLES
    for samples, speech in ((gap, 0.0), (sound[:whole], 1.0), (gap, 0.0)):
        for at in range(0, len(samples), BLOCK_SAMPLES):
            piece = samples[at : at + BLOCK_SAMPLES]
            level = 10 * np.log10(np.mean(piece.astype(float) ** 2) + 1e-12)
            reading = VoiceReading(at / RATE_HZ, BLOCK_S, speech, float(level))
            lesson.add_block(AudioBlock(at / RATE_HZ, RATE_HZ, piece), reading)
    return lesson.measure()


@pytest.mark.parametrize("hz", [85.0, 120.0, 210.0, 330.0, 450.0])
def test_the_pitch_is_that_of_the_voice_a_childs_included(hz: float) -> None:
    found = read_of(voiced(steady(hz, 4.0), 4.0)).baseline
    assert found.pitch_hz == pytest.approx(hz, rel=0.01)
    assert found.range_semitones is not None and found.range_semitones < 0.5


def test_the_range_is_told_in_semitones() -> None:
    t_s = np.arange(6 * RATE_HZ) / RATE_HZ
    hz = 150.0 * 2 ** (0.25 * np.sin(2 * np.pi * 0.5 * t_s))  # three semitones up and down
    found = read_of(voiced(hz, 4.0)).baseline
    assert found.range_semitones == pytest.approx(6.0, abs=0.6)
    assert found.pitch_hz == pytest.approx(150.0, rel=0.02)


@pytest.mark.parametrize("rate", [3.0, 4.5, 6.0])
def test_the_pace_counts_syllables_of_speech(rate: float) -> None:
    found = read_of(voiced(steady(140.0, 5.0), rate))
    assert found.baseline.pace_sps == pytest.approx(rate, rel=0.1)
    assert found.syllables == pytest.approx(5 * rate, abs=1.5)
    assert found.speech_s == pytest.approx(5.0, abs=2 * BLOCK_S)


def test_noise_has_no_pitch_and_hardly_any_voice() -> None:
    noise = np.random.default_rng(4).standard_normal(4 * RATE_HZ).astype(np.float32) * 0.05
    found = read_of(noise)
    assert found.voiced_share is not None and found.voiced_share < 0.1
    assert found.baseline.pitch_hz is None
    assert read_of(voiced(steady(140.0, 4.0), 4.0)).voiced_share > 0.7


def test_what_is_clipped_is_counted() -> None:
    sound = np.clip(voiced(steady(140.0, 3.0), 4.0, peak=3.0), -1, 1)
    clipped = read_of(sound).clipped_share
    assert clipped is not None and clipped > 0.02
    assert read_of(voiced(steady(140.0, 3.0), 4.0)).clipped_share == 0.0


def test_silence_and_a_single_word_tell_nothing() -> None:
    assert VoiceLesson().measure().baseline == VoiceBaseline()
    lesson = VoiceLesson()
    for number in range(60):
        block = AudioBlock(number * BLOCK_S, RATE_HZ, np.zeros(BLOCK_SAMPLES, np.float32))
        lesson.add_block(block, VoiceReading(block.t_s, BLOCK_S, 0.0, -120.0))
    silent = lesson.measure()
    assert (silent.speech_s, silent.voiced_share, silent.syllables) == (0.0, None, None)
    short = read_of(voiced(steady(140.0, 0.5), 4.0)).baseline
    assert short.pace_sps is None and short.pitch_hz is None


def test_what_was_held_is_let_go_and_never_grows_beyond_its_bound() -> None:
    lesson = VoiceLesson()
    sound = voiced(steady(140.0, 1.0), 4.0)[:BLOCK_SAMPLES]
    for number in range(round(2 * LONGEST_S / BLOCK_S)):
        lesson.add_block(
            AudioBlock(number * BLOCK_S, RATE_HZ, sound), VoiceReading(0.0, BLOCK_S, 0.9, -20.0)
        )
    assert lesson.learned()["speech_s"] == pytest.approx(LONGEST_S, abs=2 * BLOCK_S)
    assert lesson.measure().speech_s == 0.0


def noise_lesson(sound: NDArray[np.float32]) -> dict[str, Any]:
    pipeline = AudioPipeline()
    assert pipeline.learn("noise", True) == []
    for at in range(0, len(sound) - BLOCK_SAMPLES, BLOCK_SAMPLES):
        pipeline.process_block(AudioBlock(at / RATE_HZ, RATE_HZ, sound[at : at + BLOCK_SAMPLES]))
    [event] = pipeline.learn("noise", False)
    assert (event.source, event.kind, event.data["what"]) == ("voice", "learned", "noise")
    assert pipeline.learn("noise", False) == []
    return dict(event.data)


def hiss(dbfs: float, seconds: float = 4.0) -> NDArray[np.float32]:
    draw = np.random.default_rng(2).standard_normal(round(seconds * RATE_HZ))
    return (10 ** (dbfs / 20) * draw).astype(np.float32)


def test_a_quiet_room_has_its_level_and_no_fault() -> None:
    found = noise_lesson(hiss(-62.0))
    assert found["noise_dbfs"] == pytest.approx(-62.0, abs=0.5)
    assert found["faults"] == {}


def test_noise_and_hum_are_told_apart() -> None:
    assert list(noise_lesson(hiss(-30.0))["faults"]) == ["noisy"]
    t_s = np.arange(4 * RATE_HZ) / RATE_HZ
    hum = 0.02 * np.sin(2 * np.pi * 50 * t_s) + 0.02 * np.sin(2 * np.pi * 100 * t_s)
    faults = noise_lesson(hum.astype(np.float32) + hiss(-60.0))["faults"]
    assert list(faults) == ["hum"] and "50 Hz" in faults["hum"]


def test_a_room_of_zeros_is_no_room() -> None:
    found = noise_lesson(np.zeros(3 * RATE_HZ, np.float32))
    assert found["noise_dbfs"] is None and found["faults"] == {}


def test_a_baseline_goes_through_a_table_unchanged() -> None:
    known = VoiceBaseline(181.25, 140.5, 260.0, 4.75, -26.5)
    assert VoiceBaseline.of_table(asdict(known)) == known
    assert VoiceBaseline.of_table(asdict(VoiceBaseline())) == VoiceBaseline()
    with pytest.raises(TypeError):
        VoiceBaseline.of_table({"loudness": 3})


def whispered(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n,) what was said, with noise for the vocal folds: its spectrum by linear prediction."""
    size, order = 512, 18
    window = np.hanning(size)
    rng = np.random.default_rng(1)
    out = np.zeros(len(sound) + size)
    for at in range(0, len(sound) - size, size // 2):
        piece = sound[at : at + size] * window
        lags = np.correlate(piece, piece, "full")[size - 1 : size + order]
        if lags[0] < 1e-7:
            continue
        first = lags[:-1].copy()
        first[0] *= 1.0001
        taps = solve_toeplitz(first, lags[1:])
        left = np.sqrt(max(float(lags[0] - taps @ lags[1:]), 1e-12) / size)
        noise = 1.6 * left * rng.standard_normal(size)
        out[at : at + size] += lfilter([1.0], np.concatenate([[1.0], -taps]), noise) * window
    # whispers lack what the folds give below the first formant
    high = butter(2, 400, "high", fs=RATE_HZ, output="sos")
    return (0.5 * sosfilt(high, out[: len(sound)])).astype(np.float32)


@pytest.mark.data
@pytest.mark.parametrize(
    "name", ["lj_LJ050-0131.wav", "librispeech_61-70968-0000.flac", "librivox_0870.wav"]
)
def test_whispered_speech_is_known_by_its_voicing(data_dir: Path, name: str) -> None:
    sound = read_sound(data_dir / "speech" / name)[: 8 * RATE_HZ]
    found = []
    for said in (sound, whispered(sound)):
        pipeline = AudioPipeline()
        pipeline.learn("voice", True)
        for at in range(0, len(said) - BLOCK_SAMPLES, BLOCK_SAMPLES):
            pipeline.process_block(AudioBlock(at / RATE_HZ, RATE_HZ, said[at : at + BLOCK_SAMPLES]))
        found.append(pipeline.learn("voice", False)[0].data)
    aloud, soft = found
    assert soft["speech_s"] > 2.0  # heard as speech all the same
    assert soft["voiced_share"] < 0.75 * WHISPERED < 1.5 * WHISPERED < aloud["voiced_share"]
    assert soft["pitch_hz"] is None and 60.0 < aloud["pitch_hz"] < 260.0


@pytest.mark.data
def test_an_ear_learns_a_real_voice(data_dir: Path) -> None:
    pipeline = AudioPipeline()
    assert pipeline.learn("voice", False) == []  # what was not begun has nothing to tell
    assert pipeline.learn("voice", True) == []
    sound = read_sound(data_dir / "speech/lj_LJ050-0131.wav")
    for at in range(0, len(sound) - BLOCK_SAMPLES, BLOCK_SAMPLES):
        pipeline.process_block(AudioBlock(at / RATE_HZ, RATE_HZ, sound[at : at + BLOCK_SAMPLES]))
    [event] = pipeline.learn("voice", False)
    # a woman who reads a text aloud: usual pitch and pace of such
    assert 150 < event.data["pitch_hz"] < 250
    assert 3.0 < event.data["pace_sps"] < 6.0
    assert event.data["clipped_share"] == 0.0
