"""Ends of statements: rising, falling, trailing off; on made voices and on bent recordings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from game.bench.voicebyhand_praat import bend_end
from perception.microphone.decoding import read_sound
from perception.voice.final_prosody import EndingSettings, endings, speaker_pitch, statements

RATE_HZ = 16_000


def voice(semitones: NDArray[np.float64], level_db: NDArray[np.float64]) -> NDArray[np.float32]:
    """A buzz of 120 Hz bent by semitones and dB, one value per 10 ms."""
    n = len(semitones) * 160
    at = np.arange(n) / 160
    hz = 120 * 2 ** (np.interp(at, np.arange(len(semitones)), semitones) / 12)
    phase = 2 * np.pi * np.cumsum(hz) / RATE_HZ
    # four syllables a second
    pulse = 0.55 - 0.45 * np.cos(2 * np.pi * 4 * np.arange(n) / RATE_HZ)
    gain = 10 ** (np.interp(at, np.arange(len(level_db)), level_db) / 20)
    sound = sum(np.sin(k * phase) / k for k in range(1, 20)) * 0.1 * pulse * gain
    return np.asarray(sound, np.float32)


def contour(end_st: float) -> NDArray[np.float64]:
    """Two seconds of gentle ups and downs, the last 0.4 s going to ``end_st``."""
    st = np.sin(np.arange(200) / 12)
    st[160:] = np.linspace(0.0, end_st, 40)
    return st


LEVEL = np.zeros(200)
FADING = np.concatenate([np.zeros(120), np.linspace(0.0, -18.0, 80)])


@pytest.mark.parametrize(
    ("end_st", "rises"), [(5.0, True), (3.0, True), (0.0, False), (-5.0, False)]
)
def test_rising_ends_are_told_from_level_and_falling_ones(end_st: float, rises: bool) -> None:
    (end,) = endings(voice(contour(end_st), LEVEL), RATE_HZ, [(0.0, 2.0)])
    assert end.rises is rises
    assert end.height_st == pytest.approx(end_st, abs=1.2)
    assert end.trails_off is False


def test_a_wobble_at_the_bottom_of_the_voice_is_no_rise() -> None:
    st = contour(-6.0)
    st[180:] = np.linspace(-6.0, -3.0, 20)
    (end,) = endings(voice(st, LEVEL), RATE_HZ, [(0.0, 2.0)])
    assert end.rise_st is not None and end.rise_st >= 2.0
    assert end.rises is False


def test_a_fading_end_trails_off() -> None:
    (end,) = endings(voice(contour(0.0), FADING), RATE_HZ, [(0.0, 2.0)])
    assert end.trails_off is True
    assert end.drop_db is not None and 8.0 < end.drop_db < 18.0


def test_what_cannot_be_told_is_none() -> None:
    rng = np.random.default_rng(1)
    whisper = rng.normal(0, 0.05, 2 * RATE_HZ).astype(np.float32)
    (end,) = endings(whisper, RATE_HZ, [(0.0, 2.0)])
    assert end.rises is None and end.rise_st is None
    assert endings(np.zeros(100, np.float32), RATE_HZ, []) == ()
    assert speaker_pitch(np.zeros(RATE_HZ, np.float32), RATE_HZ) is None


def test_statements_lie_between_pauses() -> None:
    spans = [(0.0, 1.0), (1.2, 2.0), (3.0, 3.5), (4.2, 6.0)]
    assert statements(spans) == [(0.0, 2.0), (4.2, 6.0)]
    with pytest.raises(ValueError, match="positive"):
        EndingSettings(rise_st=0.0)
    with pytest.raises(ValueError, match="within_s"):
        EndingSettings(voiced_s=1.0)


@pytest.mark.data
@pytest.mark.parametrize(
    "name", ["librispeech_2412-153948-0000.flac", "accent_mandarin/021160089.wav"]
)
def test_real_voices_bent_at_their_ends(data_dir: Path, name: str) -> None:
    sound = read_sound(data_dir / "speech" / name)
    spans = {"l": [(4.42, 7.68)], "a": [(0.64, 3.94)]}[name[0]]
    told = [
        endings(bend_end(sound, RATE_HZ, spans[0], way), RATE_HZ, spans)[0].rises
        for way in ("rise", "fall", "level")
    ]
    assert told == [True, False, False]
