"""The voice while it speaks, four times a second; and its quality, exactly."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from game.bench.voicebyhand_praat import by_hand
from perception.fusion import Fusion
from perception.microphone.decoding import read_sound
from perception.pipeline.audio import AudioPipeline, HearingSettings
from perception.types import AudioBlock, ProsodyReading, VoiceImpression, VoiceReading
from perception.voice.activity import VoiceActivity
from perception.voice.impression import VoiceImpressionSettings
from perception.voice.prosody import Prosody, ProsodySettings
from perception.voice.quality_praat import CLEAR_SNR_DB, LEAST_SNR_DB, voice_quality
from scoring.record.lines import decode, encode, to_line

RATE_HZ = 16_000
BLOCK = 512
BLOCK_S = BLOCK / RATE_HZ


def speaking(
    seconds: float, from_s: float = 0.0, hz: float = 120.0
) -> list[tuple[AudioBlock, VoiceReading]]:
    """A buzzing voice as blocks with the readings that a detector would give."""
    t = np.arange(round(seconds / BLOCK_S) * BLOCK) / RATE_HZ
    sound = sum(np.sin(2 * np.pi * hz * k * t) / k for k in range(1, 20)) * 0.1
    return pairs(np.asarray(sound, np.float32), from_s, 0.95, -22.0, hz)


def resting(
    seconds: float, from_s: float, level_dbfs: float
) -> list[tuple[AudioBlock, VoiceReading]]:
    rng = np.random.default_rng(7)
    n = round(seconds / BLOCK_S) * BLOCK
    noise = rng.normal(0, 10 ** (level_dbfs / 20), n).astype(np.float32)
    return pairs(noise, from_s, 0.02, level_dbfs, None)


def pairs(
    sound: NDArray[np.float32], from_s: float, speech: float, level_dbfs: float, hz: float | None
) -> list[tuple[AudioBlock, VoiceReading]]:
    return [
        (
            AudioBlock(from_s + i / RATE_HZ, RATE_HZ, sound[i : i + BLOCK]),
            VoiceReading(from_s + i / RATE_HZ, BLOCK_S, speech, level_dbfs, hz),
        )
        for i in range(0, len(sound) - BLOCK + 1, BLOCK)
    ]


def told(
    heard: list[tuple[AudioBlock, VoiceReading]], prosody: Prosody | None = None
) -> list[ProsodyReading]:
    prosody = prosody or Prosody()
    found = [prosody.measure_block(block, reading, 20.0) for block, reading in heard]
    return [each for each in found if each is not None]


def test_four_readings_a_second_while_somebody_speaks_and_none_in_silence() -> None:
    silence = resting(4.0, 0.0, -60.0)
    voice = speaking(6.0, 4.0)
    found = told([*silence, *voice, *resting(4.0, 10.0, -60.0)])
    assert found[0].t_s >= 4.0 and found[-1].t_s <= 10.6
    inside = [r for r in found if 4.5 < r.t_s <= 10.0]
    assert len(inside) == pytest.approx(22, abs=1)
    assert np.median(np.diff([r.t_s for r in found])) == pytest.approx(0.25, abs=0.01)
    last = inside[-1]
    assert last.pitch_hz == pytest.approx(120.0)
    assert last.pitch_sd_st == pytest.approx(0.0, abs=1e-6)
    assert last.level_dbfs == pytest.approx(-22.0)
    assert last.snr_db == pytest.approx(38.0, abs=0.5)
    assert last.harmonicity_db == pytest.approx(20.0)
    assert 3.9 < last.span_s <= 4.1
    steady = [r for r in inside if r.jitter_pct is not None]
    assert 4 <= len(steady) <= 7  # once a second
    assert all(r.jitter_pct is not None and r.jitter_pct < 0.2 for r in steady)


def test_noise_leaves_out_what_it_spoils() -> None:
    loud_room = [*resting(4.0, 0.0, -34.0), *speaking(4.0, 4.0)]
    found = told(loud_room)
    assert found[-1].snr_db == pytest.approx(12.0, abs=0.7)
    assert all(r.harmonicity_db is None for r in found[2:])
    assert all(r.jitter_pct is None and r.shimmer_pct is None for r in found[2:])
    assert found[-1].pitch_hz is not None


def test_lost_sound_starts_anew() -> None:
    prosody = Prosody()
    before = told(speaking(3.0), prosody)[-1]
    after = told(speaking(1.0, 10.0, 200.0), prosody)
    assert before.pitch_hz == pytest.approx(120.0)
    assert after[-1].pitch_hz == pytest.approx(200.0)
    assert after[-1].span_s <= 1.01


def test_it_can_be_turned_off_and_settings_are_checked() -> None:
    assert told(speaking(3.0), Prosody(ProsodySettings(enabled=False))) == []
    with pytest.raises(ValueError, match="every_s"):
        ProsodySettings(every_s=0.0)
    with pytest.raises(ValueError, match="quality_s"):
        ProsodySettings(quality_s=9.0)


def test_a_reading_goes_through_the_record_unchanged_and_into_the_state() -> None:
    reading = ProsodyReading(
        12.345678901234567, 4.0, 121.1, 2.2, -30.1, 6.5, 4.4, 1.23, 8.9, 14.2, 31.0,
        VoiceImpression(0.1 + 0.2),
    )  # fmt: skip
    for each in (reading, ProsodyReading(1.0, 0.5)):
        line = to_line(encode(each))
        assert decode(json.loads(line)) == each
    fusion = Fusion()
    fusion.add(reading)
    state = fusion.state(13.0)
    assert state.prosody == reading
    assert state.prosody_age_s == pytest.approx(13.0 - reading.t_s)


def prosody_of(
    sound: NDArray[np.float32], settings: HearingSettings | None = None
) -> list[ProsodyReading]:
    listening = AudioPipeline(settings)
    found = []
    for i in range(0, len(sound) - BLOCK + 1, BLOCK):
        found += listening.process_block(AudioBlock(i / RATE_HZ, RATE_HZ, sound[i : i + BLOCK]))
    return [item for item in found if isinstance(item, ProsodyReading)]


@pytest.mark.data
def test_a_real_voice_through_the_ear(data_dir: Path) -> None:
    sound = np.tile(read_sound(data_dir / "speech/lj_LJ050-0131.wav"), 3)
    found = prosody_of(sound)
    hand = by_hand(sound, RATE_HZ)
    pitch = [r.pitch_hz for r in found if r.pitch_hz is not None]
    assert np.median(pitch) == pytest.approx(hand.median_hz, rel=0.05)
    jitter = [r.jitter_pct for r in found if r.jitter_pct is not None]
    assert np.median(jitter) == pytest.approx(hand.jitter_pct, rel=0.35)
    pace = [r.syllables_per_s for r in found if r.syllables_per_s is not None]
    assert 2.5 < float(np.median(pace)) < 7.0
    arousal = [r.impression.arousal for r in found if r.impression is not None]
    # fifteen seconds of speech have to be known first
    assert arousal and found[0].impression is None
    assert all(-1 <= a <= 1 for a in arousal)
    first = prosody_of(sound[: 8 * RATE_HZ])
    assert first == found[: len(first)]  # nothing random
    off = VoiceImpressionSettings(enabled=False)
    settings = HearingSettings(prosody=ProsodySettings(impression=off))
    plain = prosody_of(sound, settings)
    assert plain == [dataclasses.replace(r, impression=None) for r in found]


@pytest.mark.data
def test_quality_is_praat_s_and_noise_leaves_it_out(data_dir: Path) -> None:
    sound = read_sound(data_dir / "speech/lj_LJ050-0131.wav")
    hand, ours = by_hand(sound, RATE_HZ), voice_quality(sound, RATE_HZ)
    assert ours.jitter_pct == pytest.approx(hand.jitter_pct, rel=0.01)
    assert ours.shimmer_pct == pytest.approx(hand.shimmer_pct, rel=0.01)
    assert ours.harmonicity_db == pytest.approx(hand.harmonicity_db, abs=0.1)
    assert ours.voiced_s == pytest.approx(float((hand.hz > 0).sum()) * 0.01, rel=0.01)
    unclear = voice_quality(sound, RATE_HZ, snr_db=CLEAR_SNR_DB - 1)
    assert unclear.harmonicity_db is None and unclear.jitter_pct is not None
    noisy = voice_quality(sound, RATE_HZ, snr_db=LEAST_SNR_DB - 1)
    assert noisy.jitter_pct is None and noisy.shimmer_pct is None
    assert noisy.voice_breaks_share == ours.voice_breaks_share is not None


def test_breaks_are_gaps_in_the_voice_but_pauses_are_none() -> None:
    voice = speaking(1.0)
    piece = np.concatenate([block.samples for block, _ in voice])
    gap = np.zeros(round(0.2 * RATE_HZ), np.float32)
    broken = np.concatenate([piece, gap, piece])
    found = voice_quality(broken, RATE_HZ)
    assert found.voice_breaks == 1
    assert found.voice_breaks_share == pytest.approx(0.2 / 2.2, abs=0.02)
    ends = len(piece) / RATE_HZ
    apart = voice_quality(broken, RATE_HZ, [(0.0, ends), (ends + 0.2, 2 * ends + 0.2)])
    assert apart.voice_breaks == 0 and apart.voice_breaks_share == 0.0
    assert found.jitter_pct is not None and found.jitter_pct < 0.3


def test_live_voice_tells_harmonicity_only_where_it_is_voiced() -> None:
    voice = VoiceActivity()
    for block, _ in resting(0.5, 0.0, -40.0):
        voice.measure_block(block)
    assert voice.harmonicity_db is None
