"""Two voices are told apart, one voice from itself is not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from perception.microphone.decoding import read_sound
from perception.voice.voice_likeness import as_two, distance, pieces

pytestmark = pytest.mark.data

PAUSE = np.zeros(8_000, np.float32)


def sound(data_dir: Path, *names: str) -> np.ndarray:
    parts = []
    for name in names:
        read = read_sound(data_dir / "speech" / name)
        parts += [0.1 * read / np.sqrt(np.mean(read**2)), PAUSE]
    return np.concatenate(parts).astype(np.float32)


def test_one_reader_is_nearer_to_herself_than_to_others(data_dir: Path) -> None:
    hers, again, another = (
        pieces(sound(data_dir, name))
        for name in ("librivox_0870.wav", "librivox_0880.wav", "lj_LJ050-0131.wav")
    )
    own, theirs = distance(hers, again), distance(hers, another)
    assert own is not None and theirs is not None and own < 4.0 < 8.0 < theirs


def test_the_shorter_voice_of_two_is_found_where_it_speaks(data_dir: Path) -> None:
    two = as_two(pieces(sound(data_dir, "librivox_0870.wav", "sb_spk1_snt1.wav"), 10.0))
    assert two is not None and two.apart > 12.0
    length_s = len(read_sound(data_dir / "speech" / "librivox_0870.wav")) / 16_000
    assert all(piece.start_s > 10.0 + length_s for piece in two.other)
    assert sum(piece.voiced_s for piece in two.other) > 1.0


@pytest.mark.parametrize(
    "name", ["acoustic_corpus.wav", "../whisper_jfk.flac", "../lj_LJ050-0131.wav"]
)
def test_one_speaker_is_not_two(data_dir: Path, name: str) -> None:
    two = as_two(pieces(read_sound(data_dir / "speech" / "disfluent" / name)))
    assert two is not None and two.apart < 9.0


def test_silence_has_no_voice() -> None:
    assert pieces(np.zeros(16_000, np.float32)) == [] == pieces(np.zeros(0, np.float32))
    assert as_two([]) is None and distance([], []) is None
