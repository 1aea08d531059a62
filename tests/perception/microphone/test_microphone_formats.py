"""Sound of every make: widths, rates, channels and damage of files, and arrays as microphones."""

from __future__ import annotations

import struct
import time
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from perception.clock import FakeClock, SessionClock
from perception.errors import InputError
from perception.microphone.base import BLOCK_SAMPLES, MICROPHONES, RATE_HZ
from perception.microphone.decoding import read_sound
from perception.microphone.downmix import Downmix
from perception.microphone.microphone_array import ArrayMicrophone
from perception.source import SourceSpec
from tests.perception.microphone.test_microphone import tone, write_wav


def riff(data: bytes, tag: int, channels: int, rate_hz: int, width: int, said: int = -1) -> bytes:
    """A WAV file; ``said`` is the length that its header claims."""
    frame = channels * width
    shape = struct.pack("<HHIIHH", tag, channels, rate_hz, rate_hz * frame, frame, 8 * width)
    size = len(data) if said < 0 else said
    size_of_all = min(36 + size, 0xFFFFFFFF)
    head = b"RIFF" + struct.pack("<I", size_of_all) + b"WAVEfmt " + struct.pack("<I", 16) + shape
    return head + b"data" + struct.pack("<I", size) + data


def int24(samples: NDArray[np.float64]) -> bytes:
    whole = np.round(samples * (2**23 - 1)).astype("<i4")
    return whole.view(np.uint8).reshape(-1, 4)[:, :3].tobytes()


def level(sound: NDArray[np.float32]) -> float:
    """Root mean square of the middle half."""
    part = sound[len(sound) // 4 : -len(sound) // 4]
    return float(np.sqrt(np.mean(part.astype(np.float64) ** 2)))


TONE = 0.5 / np.sqrt(2)


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 44_100, 48_000])
@pytest.mark.parametrize(
    ("make", "tag", "width"),
    [
        (lambda x: np.round(x * 127 + 128).astype("u1").tobytes(), 1, 1),
        (lambda x: np.round(x * 32767).astype("<i2").tobytes(), 1, 2),
        (int24, 1, 3),
        (lambda x: np.round(x * (2**31 - 1)).astype("<i4").tobytes(), 1, 4),
        (lambda x: x.astype("<f4").tobytes(), 3, 4),
        (lambda x: x.astype("<f8").tobytes(), 3, 8),
    ],
    ids=["8 bit", "16 bit", "24 bit", "32 bit", "float", "double"],
)
def test_any_width_and_rate_gives_the_same_sound(
    tmp_path: Path, make: Callable[[NDArray[np.float64]], bytes], tag: int, width: int, rate_hz: int
) -> None:
    path = tmp_path / "tone.wav"
    path.write_bytes(riff(make(tone(1.0, 440.0, rate_hz)), tag, 1, rate_hz, width))
    sound = read_sound(path)
    assert len(sound) == pytest.approx(RATE_HZ, abs=64)
    assert level(sound) == pytest.approx(TONE, rel=0.02)
    reference = tone(1.0, 440.0)[2000:14_000]
    assert np.corrcoef(sound[2000:14_000], reference)[0, 1] > 0.999  # nor is it shifted


def stereo(left: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.stack([left, right], axis=1)


@pytest.mark.parametrize(
    ("right", "expected"),
    [
        (1.0, TONE),  # a mono voice on both
        (0.0, TONE),  # a voice on one of two channels is not halved
        (-1.0, TONE),  # nor lost where one is wired the wrong way round
    ],
)
def test_a_voice_keeps_its_level_whatever_the_other_channel_holds(
    tmp_path: Path, right: float, expected: float
) -> None:
    rate_hz = 48_000
    sound = tone(2.0, 440.0, rate_hz)
    hiss = np.random.default_rng(0).normal(0, 1e-4, len(sound))
    both = stereo(sound, right * sound + hiss)
    path = tmp_path / "stereo.wav"
    path.write_bytes(riff(np.round(both * 32767).astype("<i2").tobytes(), 1, 2, rate_hz, 2))
    assert level(read_sound(path)) == pytest.approx(expected, rel=0.03)
    microphone = ArrayMicrophone(both, rate_hz=rate_hz, pace=False)
    microphone.start(FakeClock())
    heard = np.concatenate([b.samples for b in iter(microphone.read, None)])
    assert level(heard) == pytest.approx(expected, rel=0.03)


def test_two_different_microphones_are_both_kept() -> None:
    t = np.arange(RATE_HZ) / RATE_HZ
    both = stereo(0.4 * np.sin(2 * np.pi * 300 * t), 0.2 * np.sin(2 * np.pi * 700 * t))
    mixed = Downmix(2, RATE_HZ).mix(both.astype(np.float32))
    assert mixed == pytest.approx(both.mean(axis=1), abs=1e-6)


def test_a_channel_that_wakes_up_fades_in_without_a_click() -> None:
    rng = np.random.default_rng(0)
    t = np.arange(4 * RATE_HZ) / RATE_HZ
    left = 0.4 * np.sin(2 * np.pi * 200 * t)
    both = stereo(left, np.where(t < 2, rng.normal(0, 1e-5, len(t)), left)).astype(np.float32)
    downmix = Downmix(2, RATE_HZ)
    mixed = np.concatenate([downmix.mix(both[n : n + 320]) for n in range(0, len(both), 320)])
    # the tone's own steepest step, and the channel's own beginning that is in the sound
    steepest = 0.4 * 2 * np.pi * 200 / RATE_HZ
    assert np.abs(np.diff(mixed)).max() < 1.1 * steepest
    assert level(mixed[: 2 * RATE_HZ]) == pytest.approx(0.4 / np.sqrt(2), rel=0.01)
    assert level(mixed[3 * RATE_HZ :]) == pytest.approx(0.4 / np.sqrt(2), rel=0.01)


def test_a_float_file_with_nonsense_in_it_is_still_sound(tmp_path: Path) -> None:
    sound = tone(1.0, 440.0).astype("<f4")
    sound[4000:4010] = np.nan
    sound[5000:5010] = np.inf
    sound[6000:6010] = -1e30
    path = tmp_path / "nonsense.wav"
    path.write_bytes(riff(sound.tobytes(), 3, 1, RATE_HZ, 4))
    heard = read_sound(path)
    assert np.isfinite(heard).all() and np.abs(heard).max() <= 1.0
    assert level(heard) == pytest.approx(TONE, rel=0.02)


@pytest.mark.parametrize("said", [0, 10**6, 0xFFFFFFFF])
def test_a_header_that_claims_another_length_is_not_believed(tmp_path: Path, said: int) -> None:
    data = np.round(tone(1.0) * 32767).astype("<i2").tobytes()
    path = tmp_path / "claims.wav"
    path.write_bytes(riff(data, 1, 1, RATE_HZ, 2, said=said))
    assert len(read_sound(path)) == RATE_HZ


def test_a_file_that_ends_in_its_header_or_holds_nothing_is_one_plain_line(tmp_path: Path) -> None:
    whole = riff(np.zeros(RATE_HZ, "<i2").tobytes(), 1, 1, RATE_HZ, 2)
    with wave.open(str(tmp_path / "none.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
    (tmp_path / "cut.wav").write_bytes(whole[:30])
    (tmp_path / "half.wav").write_bytes(whole[:44])
    (tmp_path / "rate.wav").write_bytes(riff(b"\0" * 64, 1, 1, 0, 2))
    for name in ("none.wav", "cut.wav", "half.wav", "rate.wav"):
        with pytest.raises(InputError) as caught:
            read_sound(tmp_path / name)
        assert "\n" not in str(caught.value) and name in str(caught.value)


def test_a_file_cut_off_in_mid_sound_gives_what_it_has(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "whole.wav", tone(2.0))
    cut = tmp_path / "cut.wav"
    cut.write_bytes(path.read_bytes()[: 44 + 2 * RATE_HZ + 1])
    assert len(read_sound(cut)) == RATE_HZ


def test_an_array_is_played_at_once_or_in_real_time() -> None:
    sound = tone(1.0).astype(np.float32)
    clock = FakeClock(3.0)
    at_once = ArrayMicrophone(sound, pace=False)
    at_once.start(clock)
    blocks = list(iter(at_once.read, None))
    assert clock.now() == 3.0 and at_once.part_over
    assert np.concatenate([b.samples for b in blocks])[:RATE_HZ] == pytest.approx(sound)
    assert [b.t_s for b in blocks] == pytest.approx([3.0 + n * 0.032 for n in range(32)])
    assert not blocks[-1].samples[RATE_HZ % BLOCK_SAMPLES :].any()
    in_time = ArrayMicrophone(sound)
    in_time.start(real := SessionClock())
    began_s = time.monotonic()
    list(iter(in_time.read, None))
    assert 1.0 < time.monotonic() - began_s < 3.0  # a busy machine is late
    assert real.now() >= 1.024


def test_an_array_is_played_over_and_over_for_a_span() -> None:
    sound = np.round(tone(0.5, 200.0, 48_000) * 32767).astype(np.int16)
    spec = SourceSpec(
        MICROPHONES["array"],
        {"samples": sound, "rate_hz": 48_000, "span_s": 3.2, "pace": False},
    )
    microphone = spec.open(FakeClock())
    blocks = list(iter(microphone.read, None))
    assert len(blocks) == 100
    heard = np.concatenate([b.samples for b in blocks])
    assert level(heard) == pytest.approx(TONE, rel=0.02)
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
    assert np.argmax(spectrum) * RATE_HZ / len(heard) == pytest.approx(200, abs=1)


@pytest.mark.parametrize(
    ("samples", "rate_hz", "said"),
    [
        (np.zeros(0), RATE_HZ, r"use \(n,\)"),
        (np.zeros((2, 2, 2)), RATE_HZ, r"use \(n,\)"),
        (np.zeros(4, complex), RATE_HZ, "use floats"),
        (np.zeros(4), 0, "must be positive"),
    ],
)
def test_an_array_that_is_no_sound_is_refused(
    samples: NDArray[np.float64], rate_hz: int, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        ArrayMicrophone(samples, rate_hz=rate_hz)
