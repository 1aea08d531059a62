"""The signal's faults: each is said once, with what to do, and none is said of a good one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from perception.microphone.base import BLOCK_SAMPLES, RATE_HZ
from perception.microphone.decoding import read_sound
from perception.pipeline.audio import AudioPipeline, HearingSettings
from perception.signal.audio_quality import AudioQualityMonitor, AudioQualitySettings, OffsetRemover
from perception.signal.levels import level_dbfs
from perception.speech.base import SpeechSettings
from perception.types import AudioBlock, Cue, Event, VoiceReading

NO_WORDS = HearingSettings(speech=SpeechSettings(recogniser="none"))
FAULTS = ("silent", "clipping", "noisy", "hum", "offset", "restored")


def blocks(sound: NDArray[np.floating], start_s: float = 0.0) -> list[AudioBlock]:
    return [
        AudioBlock(
            start_s + begin / RATE_HZ,
            RATE_HZ,
            sound[begin : begin + BLOCK_SAMPLES].astype(np.float32),
        )
        for begin in range(0, len(sound) - BLOCK_SAMPLES + 1, BLOCK_SAMPLES)
    ]


def times(seconds: float) -> NDArray[np.float64]:
    return np.arange(round(seconds * RATE_HZ)) / RATE_HZ


def noise(seconds: float, dbfs: float, seed: int = 0) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    return rng.normal(0, 10 ** (dbfs / 20), round(seconds * RATE_HZ))


def hum(seconds: float, mains_hz: float, dbfs: float) -> NDArray[np.float64]:
    t = times(seconds)
    sound = sum(
        level * np.sin(2 * np.pi * n * mains_hz * t + n)
        for n, level in ((1, 0.4), (2, 1.0), (3, 0.3), (4, 0.4), (6, 0.2))
    )
    return np.asarray(sound) * 10 ** (dbfs / 20) / np.std(sound)


def faults(
    sound: NDArray[np.floating], pipeline: AudioPipeline | None = None, start_s: float = 0.0
) -> list[Event]:
    pipeline = pipeline or AudioPipeline(NO_WORDS)
    items = [item for block in blocks(sound, start_s) for item in pipeline.process_block(block)]
    found = [item for item in items if isinstance(item, Event) and item.kind in FAULTS]
    assert all("\n" not in e.data["message"] and len(e.data["message"]) > 20 for e in found)
    return found


def kinds(events: list[Event]) -> list[str]:
    return [event.kind for event in events]


def test_a_microphone_that_repeats_one_value_is_silent_for_another_reason() -> None:
    watch = AudioQualityMonitor(AudioQualitySettings(silent_after_s=2.0, offset=0.5))
    events = [e for b in blocks(np.full(5 * RATE_HZ, 0.25)) for e in watch.process_block(b)]
    assert kinds(events) == ["silent"]
    assert "one and the same value" in events[0].data["message"]
    assert events[0].data["value"] == 0.25


@pytest.mark.parametrize("mains_hz", [50.0, 60.0, 49.8])
def test_mains_hum_is_said_with_its_frequency_and_its_end(mains_hz: float) -> None:
    pipeline = AudioPipeline(NO_WORDS)
    begun = faults(hum(6, mains_hz, -30) + noise(6, -60), pipeline)
    assert kinds(begun) == ["hum"]
    assert f"({round(mains_hz)} Hz)" in begun[0].data["message"]
    assert begun[0].data["hum_dbfs"] == pytest.approx(-30, abs=1)
    over = faults(noise(6, -60), pipeline, start_s=6.0)
    assert kinds(over) == ["restored"]


def test_a_weak_hum_a_steady_note_and_quiet_noise_are_no_hum() -> None:
    assert faults(hum(6, 50, -65) + noise(6, -80)) == []
    assert faults(0.02 * np.sin(2 * np.pi * 300 * times(6)) + noise(6, -60)) == []
    assert faults(noise(6, -50)) == []


def test_noise_is_said_once_and_that_it_is_quiet_again() -> None:
    pipeline = AudioPipeline(NO_WORDS)
    begun = faults(noise(8, -25), pipeline)
    assert kinds(begun) == ["noisy"]
    assert begun[0].data["noise_dbfs"] == pytest.approx(-25, abs=0.5)
    assert kinds(faults(noise(6, -55), pipeline, start_s=8.0)) == ["restored"]
    # the same again within a minute is no news
    assert faults(noise(8, -25), pipeline, start_s=14.0) == []
    assert kinds(faults(noise(4, -25), pipeline, start_s=90.0)) == ["noisy"]


def test_the_noise_is_measured_where_nobody_speaks_and_only_in_their_turn() -> None:
    watch = AudioQualityMonitor()
    assert watch.noise_dbfs is None and watch.snr_db is None

    def hear(sound: NDArray[np.float64], speech: float) -> None:
        for block in blocks(sound):
            watch.process_block(block)
            reading = VoiceReading(block.t_s, 0.032, speech, level_dbfs(block.samples))
            watch.update_noise(block, reading)

    hear(noise(3, -50), 0.02)
    assert watch.noise_dbfs == pytest.approx(-50, abs=0.3)
    assert watch.snr_db is None
    hear(noise(4, -30), 0.97)
    hear(noise(0.2, -35), 0.05)  # the room still answers
    assert watch.noise_dbfs == pytest.approx(-50, abs=0.3)
    assert watch.snr_db == pytest.approx(20, abs=0.5)
    watch.cue(Cue("recruiter_speaks", 8.0))
    hear(noise(5, -30), 0.02)
    assert watch.noise_dbfs == pytest.approx(-50, abs=0.3)
    hear(np.zeros(5 * RATE_HZ), 0.0)
    assert watch.noise_dbfs == pytest.approx(-50, abs=0.3)
    # a drill that is louder than all that was said: no more can be told than that it is
    watch.cue(Cue("turn", 20.0))
    hear(noise(10, -10), 0.02)
    assert watch.snr_db == pytest.approx(-20)


@pytest.mark.data
@pytest.mark.parametrize(("snr_db", "said"), [(20.0, []), (5.0, ["noisy"])])
def test_speech_in_noise_is_judged_by_its_ratio(
    data_dir: Path, snr_db: float, said: list[str]
) -> None:
    speech = np.concatenate(
        [
            part
            for name in ("sb_spk1_snt1", "sb_spk2_snt2", "sb_spk1_snt3", "sb_spk1_snt1")
            for part in (np.zeros(RATE_HZ), read_sound(data_dir / f"speech/{name}.wav"))
        ]
    )
    loud = np.abs(speech) > 0.01
    speech_dbfs = level_dbfs(speech[loud].astype(np.float32))
    noisy = speech + noise(len(speech) / RATE_HZ, speech_dbfs - snr_db)
    assert kinds(faults(noisy, AudioPipeline(NO_WORDS))) == said


@pytest.mark.data
def test_an_offset_is_said_and_taken_out_and_the_voice_stays(data_dir: Path) -> None:
    speech = read_sound(data_dir / "speech/sb_spk1_snt1.wav")
    assert kinds(faults(speech)) == []
    assert kinds(faults(0.5 * speech + 0.2)) == ["offset"]
    remover = OffsetRemover()
    clean = np.concatenate([remover.process_block(b).samples for b in blocks(speech + 0.2)])
    second = slice(RATE_HZ, len(clean))
    assert abs(float(clean[second].mean())) < 0.002
    # what was changed lies below any voice: the spectrum from 50 Hz on is the same
    window = np.hanning(len(clean[second]))
    spectra = [
        np.abs(np.fft.rfft(s * window)) for s in (speech[: len(clean)][second], clean[second])
    ]
    hz = np.fft.rfftfreq(len(clean[second]), 1 / RATE_HZ)
    voice = hz > 50
    change = np.abs(spectra[1] - spectra[0])[voice].sum() / spectra[0][voice].sum()
    assert change < 1e-3


def test_digital_silence_stays_silent_after_speech() -> None:
    remover = OffsetRemover()
    for block in blocks(noise(1, -20) + 0.01):
        remover.process_block(block)
    assert not remover.process_block(blocks(np.zeros(BLOCK_SAMPLES))[0]).samples.any()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"noisy_dbfs": 3.0}, "noisy_dbfs is 3.0; use -120 to 0"),
        ({"again_s": 0.0}, "again_s is 0.0; it must be positive"),
        ({"hum_share": 1.0}, "hum_share is 1.0; use 0 to 1"),
        ({"noisy_snr_db": -1.0}, "noisy_snr_db is -1.0; use 0 to 60"),
    ],
)
def test_settings_out_of_range_say_what_would_be_right(wrong: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        AudioQualitySettings(**wrong)
