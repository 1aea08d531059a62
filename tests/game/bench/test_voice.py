"""The yardsticks of the bench of voices: Praat by hand, and voices bent with it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from game.bench.hearing_voice import measure_voice
from game.bench.voicebyhand_praat import Contour, bend_end, by_hand, shift_voice
from perception.microphone.decoding import read_sound

RATE_HZ = 16_000


@pytest.mark.data
def test_bent_ends_go_where_they_should(data_dir: Path) -> None:
    sound = read_sound(data_dir / "speech/librispeech_2412-153948-0000.flac")
    stretch = (4.42, 7.68)
    plain = by_hand(sound, RATE_HZ)
    last = {}
    contours: tuple[Contour, ...] = ("rise", "fall")
    for contour in contours:
        bent = by_hand(bend_end(sound, RATE_HZ, stretch, contour), RATE_HZ)
        inside = (bent.times_s > stretch[0]) & (bent.times_s < stretch[1] + 0.05) & (bent.hz > 0)
        last[contour] = 12 * np.log2(float(np.median(bent.hz[inside][-4:])) / plain.median_hz)
        before = (bent.times_s < 4.0) & (bent.hz > 0)
        assert np.median(bent.hz[before]) == pytest.approx(
            np.median(plain.hz[(plain.times_s < 4.0) & (plain.hz > 0)]), rel=0.02
        )
    assert last["rise"] > 2.0
    assert last["fall"] < -2.0


@pytest.mark.data
def test_a_shifted_voice_is_higher_and_louder(data_dir: Path) -> None:
    sound = read_sound(data_dir / "speech/sb_spk1_snt1.wav")
    moved = shift_voice(sound, RATE_HZ, 2.0, 6.0)
    ratio = by_hand(moved, RATE_HZ).median_hz / by_hand(sound, RATE_HZ).median_hz
    assert 12 * np.log2(ratio) == pytest.approx(2.0, abs=0.3)
    gain_db = 10 * np.log10(np.mean(moved**2) / np.mean(sound**2))
    assert gain_db == pytest.approx(6.0, abs=1.5)


def test_without_recordings_there_is_nothing_to_measure() -> None:
    assert measure_voice(None, quick=True) == []


@pytest.mark.data
@pytest.mark.slow
def test_the_quick_figures(data_dir: Path) -> None:
    rows = {row.figure: row for row in measure_voice(data_dir, quick=True)}
    assert all(row.bench == "hearing" for row in rows.values())
    unknown = [name for name, row in rows.items() if row.value is None]
    assert all("openSMILE" in name for name in unknown)
    for name in ("jitter against Praat by hand, worst", "live pitch, gross errors (> 20 %)"):
        assert rows[name].met is True
