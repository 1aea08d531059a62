"""WAV files: grown on disk, readable at any moment, and read as they are."""

from __future__ import annotations

import os
import stat
import struct
import wave
from pathlib import Path

import numpy as np
import pytest

from perception.errors import InputError, StorageError
from perception.signal.pcm import to_floats, to_int16
from perception.signal.wav import GrowingWav, WavReader, read_wav, wav_header

RATE_HZ = 16_000


def grown(path: Path, samples: np.ndarray) -> None:
    wav = GrowingWav(path, RATE_HZ)
    wav.write(0, samples)
    wav.update_header()
    wav.close()


def test_samples_lie_where_they_were_put_and_silence_between(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    wav = GrowingWav(path, RATE_HZ)
    wav.write(200_000, np.full(10, 7, np.int16))  # silence is written in several stretches
    wav.write(3, np.arange(5, dtype=np.int16))
    assert wav.read(1, 9).tolist() == [0, 0, 0, 1, 2, 3, 4, 0, 0]
    assert wav.read(200_008, 4).tolist() == [7, 7, 0, 0]
    wav.pad(200_020)
    wav.update_header()
    wav.close()
    with wave.open(str(path)) as file:  # as everybody else reads it
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE_HZ)
        data = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    expected = np.zeros(200_020, np.int16)
    expected[200_000:200_010], expected[3:8] = 7, range(5)
    assert np.array_equal(data, expected)
    assert path.read_bytes()[:44] == wav_header(RATE_HZ, 200_020)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_a_file_that_was_never_closed_is_its_users_alone_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    killed = GrowingWav(path, RATE_HZ)
    killed.write(0, np.full(100, 5, np.int16))
    killed.update_header()
    killed.write(100, np.full(100, 6, np.int16))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (killed.length, killed.in_header) == (200, 100)
    assert len(read_wav(path)[0]) == 100  # what the header tells of
    second = GrowingWav(path, RATE_HZ, resume=True)
    assert second.length == second.in_header == 200
    second.write(second.length, np.full(1, 7, np.int16))
    second.update_header()
    second.close()
    samples, rate_hz = read_wav(path)
    assert rate_hz == RATE_HZ
    assert np.array_equal(samples * 32768, [5] * 100 + [6] * 100 + [7])
    anew = GrowingWav(path, RATE_HZ)
    assert anew.length == 0 and path.stat().st_size == 44
    killed.close()
    anew.close()
    assert anew.closed


def test_more_than_wav_can_tell_is_refused(tmp_path: Path) -> None:
    wav = GrowingWav(tmp_path / "sound.wav", RATE_HZ)
    with pytest.raises(StorageError, match="over 4 GB"):
        wav.write(2**31, np.zeros(1, np.int16))
    assert wav.length == 0
    wav.close()


def test_an_unfinished_header_can_be_read(tmp_path: Path) -> None:
    grown(tmp_path / "whole.wav", np.full(8000, 1000, np.int16))
    raw = bytearray((tmp_path / "whole.wav").read_bytes())
    raw[40:44] = bytes(4)
    (tmp_path / "cut.wav").write_bytes(bytes(raw[:-1]))
    samples, _ = read_wav(tmp_path / "cut.wav")
    assert len(samples) == (len(raw) - 44) // 2 - 1


@pytest.mark.parametrize("content", [b"", b"RIFF", b"not sound at all, but text" * 9])
def test_what_is_no_wav_is_an_input_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.wav"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"x\.wav"):
        read_wav(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_wav(tmp_path / "none.wav")


def test_a_stretch_is_read_as_far_as_there_is_sound(tmp_path: Path) -> None:
    path = tmp_path / "stereo.wav"
    both = np.stack([np.arange(100), 3 * np.arange(100)], axis=1).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44_100)
        file.writeframes(both.tobytes())
    with WavReader(path) as wav:
        assert (wav.rate_hz, wav.length) == (44_100, 100)
        assert np.array_equal(wav.read(10, 13) * 32768, [20, 22, 24])
        assert len(wav.read(-5, 5)) == 5
        assert len(wav.read(98, 200)) == 2
        assert len(wav.read(150, 200)) == len(wav.read(7, 3)) == 0
        assert np.array_equal(wav.read() * 32768, both.mean(axis=1))


def test_sound_of_another_width_is_an_input_error(tmp_path: Path) -> None:
    path = tmp_path / "wide.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(3)
        file.setframerate(RATE_HZ)
        file.writeframes(bytes(300))
    with pytest.raises(InputError, match="not 16-bit PCM"):
        read_wav(path)


def test_other_chunks_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "tagged.wav"
    header = wav_header(RATE_HZ, 3)
    tag = b"LIST" + struct.pack("<I", 3) + b"abc\0"  # odd sizes are padded
    path.write_bytes(header[:12] + tag + header[12:] + np.array([1, 2, 3], "<i2").tobytes())
    assert np.array_equal(read_wav(path)[0] * 32768, [1, 2, 3])


def test_floats_and_whole_numbers_are_each_others() -> None:
    whole = np.array([-32768, -1, 0, 1, 32767], np.int16)
    assert np.array_equal(to_int16(to_floats(whole)), whole)
    assert to_int16(np.array([-2.0, 2.0], np.float32)).tolist() == [-32768, 32767]
