"""What the figures of words are measured with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from game.bench.hearing_words import _heard, mixed, unspoken
from game.bench.spoken import READ_SPEECH, transcripts
from perception.errors import InputError
from perception.microphone.decoding import read_sound
from perception.speech.base import create


@pytest.mark.data
def test_the_manifest_says_what_is_spoken(data_dir: Path) -> None:
    spoken = transcripts(data_dir)
    assert set(READ_SPEECH) < set(spoken)
    assert spoken["speech/sb_spk1_snt1.wav"] == "the child almost hurt the small dog"
    assert "um" not in spoken["speech/disfluent/mfa_um.flac"].split()
    assert sum(len(spoken[name].split()) for name in READ_SPEECH) == 98
    assert not any("noise" in name for name in spoken)


def test_a_folder_without_manifest_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        transcripts(tmp_path)


def test_noise_is_mixed_in_at_its_level() -> None:
    rng = np.random.default_rng(0)
    sound = rng.normal(0, 0.2, 48_000).astype(np.float32)
    noise = (5 + rng.normal(0, 0.001, 7_000)).astype(np.float32)  # with an offset
    added = mixed(sound, noise, 10.0) - sound
    ratio_db = 10 * np.log10(np.mean(sound**2) / np.mean(added**2))
    assert ratio_db == pytest.approx(10.0, abs=0.1)


@pytest.mark.data
@pytest.mark.slow
def test_words_are_heard_in_speech_and_none_in_music(data_dir: Path) -> None:
    recogniser = create("pocketsphinx")
    speech = read_sound(data_dir / "speech/sb_spk1_snt1.wav")
    assert "small dog" in " ".join(_heard(recogniser, speech))
    assert _heard(recogniser, unspoken(None)["music"]) == []
