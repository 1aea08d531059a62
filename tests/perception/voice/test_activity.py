"""Speech activity, level, pitch and prosody against annotations, Praat and arithmetic."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from perception.microphone.decoding import read_sound, sound_extent
from perception.signal.levels import level_dbfs
from perception.types import AudioBlock, Event, VoiceReading
from perception.voice.activity import SpeechSegmenter, VoiceActivity, VoiceSettings
from perception.voice.pitch import PitchEstimator
from perception.voice.prosody_praat import intensity, pitch_track, syllable_nuclei
from perception.voice.quality_praat import voice_quality

RATE_HZ = 16_000
BLOCK = 512


def jitter_shimmer(sound: NDArray[np.float32]) -> tuple[float | None, float | None]:
    quality = voice_quality(sound, RATE_HZ)
    return quality.jitter_pct, quality.shimmer_pct


def listen(sound: NDArray[np.float32]) -> tuple[list[VoiceReading], list[Event]]:
    voice = VoiceActivity()
    readings, events = [], []
    for begin in range(0, len(sound) - BLOCK + 1, BLOCK):
        block = AudioBlock(begin / RATE_HZ, RATE_HZ, sound[begin : begin + BLOCK])
        reading, found = voice.measure_block(block)
        readings.append(reading)
        events += found
    return readings, events + voice.flush()


def segments(events: list[Event]) -> list[tuple[float, float]]:
    starts = [e.data["t_s"] for e in events if e.kind == "speech_start"]
    ends = [e.data["t_s"] for e in events if e.kind == "speech_end"]
    return list(zip(starts, ends, strict=True))


def stretches_of_words(path: Path, join_s: float) -> list[tuple[float, float]]:
    """Stretches between pauses longer than ``join_s``, from the words of a TextGrid."""
    # the short text format: a line each for start, end and label of an interval
    tier = path.read_text().split('"words"', 1)[1].split('"IntervalTier"')[0]
    found = [
        (float(start), float(end))
        for start, end, word in re.findall(r"^([\d.]+)\n([\d.]+)\n\"(.*)\"$", tier, re.MULTILINE)
        if word.strip()
    ]
    joined: list[tuple[float, float]] = []
    for start, end in found:
        if joined and start - joined[-1][1] <= join_s:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def test_levels_are_those_of_arithmetic() -> None:
    square = np.ones(BLOCK, np.float32)
    assert level_dbfs(square) == pytest.approx(0.0, abs=1e-6)
    assert level_dbfs(0.1 * square) == pytest.approx(-20.0, abs=1e-4)
    sine = np.sin(2 * np.pi * np.arange(BLOCK) / 32).astype(np.float32)
    assert level_dbfs(sine) == pytest.approx(-3.01, abs=0.01)
    assert level_dbfs(np.zeros(BLOCK, np.float32)) == -120.0


@pytest.mark.data
def test_speech_begins_and_ends_where_its_words_do(data_dir: Path) -> None:
    folder = data_dir / "speech/disfluent"
    truth = stretches_of_words(folder / "acoustic_corpus.TextGrid", join_s=0.45)
    _, events = listen(read_sound(folder / "acoustic_corpus.wav"))
    found = segments(events)
    start_errors = [min(abs(s - a) for s, _ in found) for a, _ in truth]
    end_errors = [min(abs(e - b) for _, e in found) for _, b in truth]
    assert np.median(start_errors) < 0.08
    assert np.median(end_errors) < 0.08
    assert np.mean(np.array(start_errors + end_errors) < 0.2) >= 0.75


@pytest.mark.data
def test_the_end_of_speech_is_told_soon(data_dir: Path) -> None:
    sound = read_sound(data_dir / "speech/sb_spk1_snt1.wav")
    quiet = np.zeros(RATE_HZ, np.float32)
    _, events = listen(np.concatenate([quiet, sound, quiet]))
    (start, end) = (events[0], events[-1])
    assert (start.kind, end.kind) == ("speech_start", "speech_end")
    assert start.t_s - start.data["t_s"] < 0.45
    assert 0.15 < end.t_s - end.data["t_s"] < 0.45


@pytest.mark.data
def test_noise_is_not_speech_and_noisy_speech_is(data_dir: Path) -> None:
    noise = read_sound(data_dir / "speech/noise/sb_noise2.wav")
    readings, events = listen(noise)
    assert np.mean([r.speech > 0.5 for r in readings]) < 0.05
    assert sum(e - s for s, e in segments(events)) < 0.05 * len(noise) / RATE_HZ
    speech = read_sound(data_dir / "speech/lj_LJ050-0131.wav")[: len(noise)]
    # 10 dB below the speech
    scale = np.sqrt(np.mean(speech**2) / np.mean(noise**2) / 10)
    clean = np.array([r.speech > 0.5 for r in listen(speech)[0]])
    noisy = np.array([r.speech > 0.5 for r in listen(speech + np.float32(scale) * noise)[0]])
    assert clean.mean() > 0.6
    assert np.mean(clean == noisy) > 0.85


def test_silence_gives_no_speech_and_no_pitch() -> None:
    readings, events = listen(np.zeros(3 * RATE_HZ, np.float32))
    assert events == []
    assert all(r.speech < 0.35 and r.pitch_hz is None for r in readings)
    assert {r.level_dbfs for r in readings} == {-120.0}


def fed(probabilities: list[float], level: float = -20.0) -> list[Event]:
    found = SpeechSegmenter(VoiceSettings())
    events = []
    for n, p in enumerate(probabilities):
        loudness = level if p > 0.2 else -60.0
        events += found.add_reading(VoiceReading(n * 0.032, 0.032, p, loudness))
    return events


def test_a_click_is_no_speech_and_a_short_dip_no_end() -> None:
    assert fed([0.0] * 20 + [0.9] * 2 + [0.0] * 20) == []
    spoken = [0.0] * 20 + [0.95] * 20 + [0.1] * 4 + [0.95] * 20 + [0.0] * 20
    assert [e.kind for e in fed(spoken)] == ["speech_start", "speech_end"]
    hovering = [0.0] * 20 + [0.95] * 10 + [0.4] * 30 + [0.0] * 20
    assert [e.kind for e in fed(hovering)] == ["speech_start", "speech_end"]


@pytest.mark.data
def test_edges_of_speech_are_found_finer_than_blocks(data_dir: Path) -> None:
    """The same sentence wherever it falls between blocks, in a room that is not silent."""
    sound = read_sound(data_dir / "speech/sb_spk1_snt1.wav")
    begin_s, end_s = sound_extent(sound, RATE_HZ)
    rng = np.random.default_rng(4)
    for lead in (24_000, 24_100, 24_200, 24_300, 24_400):
        whole = np.concatenate([np.zeros(lead), sound, np.zeros(RATE_HZ)])
        _, events = listen((whole + rng.normal(0, 2e-4, len(whole))).astype(np.float32))
        found = segments(events)
        assert found[0][0] == pytest.approx(lead / RATE_HZ + begin_s, abs=0.03)
        assert found[-1][1] == pytest.approx(lead / RATE_HZ + end_s, abs=0.08)


def test_a_breath_far_below_the_voice_is_no_start() -> None:
    found = SpeechSegmenter(VoiceSettings())
    events = []
    levels = [-75.0] * 20 + [-58.0] * 8 + [-20.0] * 20
    for n, level in enumerate(levels):
        reading = VoiceReading(n * 0.032, 0.032, 0.95 if level > -30 else 0.02, level)
        events += found.add_reading(reading, (level,) * 4)
    assert [e.data["t_s"] for e in events] == [pytest.approx(28 * 0.032)]


@pytest.mark.data
def test_speech_in_a_block_that_is_the_recruiters_counts_for_nothing(data_dir: Path) -> None:
    sound = read_sound(data_dir / "speech/sb_spk1_snt1.wav")
    starts = {}
    for near_end in (None, True, False):
        voice = VoiceActivity()
        told: list[Event] = []
        for begin in range(0, len(sound) - BLOCK + 1, BLOCK):
            samples = sound[begin : begin + BLOCK]
            block = AudioBlock(begin / RATE_HZ, RATE_HZ, samples)
            reading, found = voice.measure_block(block, samples, near_end)
            told += found
            assert near_end is not False or reading.speech <= 0.05
        starts[near_end] = [e.kind for e in told].count("speech_start")
    assert starts[None] == starts[True] >= 1
    assert starts[False] == 0


@pytest.mark.data
def test_a_plain_voice_counts_where_hers_is_known_to_be_taken_out(data_dir: Path) -> None:
    sound = read_sound(data_dir / "speech/sb_spk1_snt1.wav")
    starts = []
    for clean in (None, 1.0):
        voice = VoiceActivity()
        told: list[Event] = []
        for begin in range(0, len(sound) - BLOCK + 1, BLOCK):
            samples = sound[begin : begin + BLOCK]
            block = AudioBlock(begin / RATE_HZ, RATE_HZ, samples)
            told += voice.measure_block(block, samples, near_end=False, clean=clean)[1]
        starts.append([e.kind for e in told].count("speech_start"))
    assert starts[0] == 0 and starts[1] >= 1


def test_speech_held_back_for_a_moment_counts_from_where_it_was_heard() -> None:
    """While nothing shows whose it is nothing is told; once it shows, all of it counts."""
    found = SpeechSegmenter(VoiceSettings())
    told = []
    for n in range(12):
        heard = 0.95 if n >= 4 else 0.02
        shown = heard if n >= 9 else min(heard, 0.05)
        reading = VoiceReading(n * 0.032, 0.032, shown, -22.0 if n >= 4 else -60.0)
        told += [(n, event) for event in found.add_reading(reading, heard=heard)]
    ((at, start),) = told
    assert at == 9 and start.kind == "speech_start"
    assert start.data["t_s"] == pytest.approx(4 * 0.032, abs=0.01)


def test_speech_that_is_cut_off_ends_with_the_sound() -> None:
    found = SpeechSegmenter(VoiceSettings())
    for n in range(20):
        found.add_reading(VoiceReading(n * 0.032, 0.032, 0.95, -20.0))
    (end,) = found.flush()
    assert end.data["t_s"] == pytest.approx(20 * 0.032)
    assert found.flush() == []


@pytest.mark.parametrize("hz", [70.0, 110.0, 163.0, 220.0, 330.0, 390.0])
def test_pitch_of_a_harmonic_tone(hz: float) -> None:
    t = np.arange(RATE_HZ // 4) / RATE_HZ
    wave = sum(np.sin(2 * np.pi * hz * k * t) / k for k in range(1, 8)) * 0.2
    estimator = PitchEstimator()
    found = [
        estimator.estimate(wave[i : i + BLOCK].astype(np.float32))
        for i in range(0, len(wave) - BLOCK + 1, BLOCK)
    ]
    assert found[2:] == [pytest.approx(hz, rel=0.005)] * len(found[2:])


def test_noise_has_no_pitch() -> None:
    rng = np.random.default_rng(3)
    estimator = PitchEstimator()
    found = [estimator.estimate(rng.normal(0, 0.1, BLOCK).astype(np.float32)) for _ in range(50)]
    assert found.count(None) >= 48


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "low_hz", "high_hz"),
    [
        ("lj_LJ050-0131.wav", 150, 260),  # a woman
        ("sb_spk1_snt1.wav", 150, 260),  # a woman
        ("pace_english_fast.wav", 80, 150),  # a man
        ("librispeech_61-70968-0000.flac", 80, 150),  # a man
    ],
)
def test_pitch_agrees_with_praat_and_with_the_sexes(
    data_dir: Path, name: str, low_hz: float, high_hz: float
) -> None:
    sound = read_sound(data_dir / "speech" / name)
    readings, _ = listen(sound)
    praat = pitch_track(sound, RATE_HZ)
    assert praat is not None
    pairs = []
    for reading in readings:
        # the estimator's window and longest lag end with the block: its middle lies 24 ms before
        middle_s = reading.t_s + reading.span_s - 0.024
        nearest = int(np.argmin(np.abs(praat.times_s - middle_s)))
        if reading.pitch_hz is not None and abs(praat.times_s[nearest] - middle_s) < 0.006:
            pairs.append((reading.pitch_hz, praat.hz[nearest]))
    mine, theirs = np.array(pairs).T
    assert len(pairs) > 20
    # gross pitch error: off by more than a fifth
    assert np.mean(np.abs(mine / theirs - 1) > 0.2) < 0.05
    assert np.median(np.abs(mine / theirs - 1)) < 0.02
    assert low_hz < np.median(mine) < high_hz


@pytest.mark.data
def test_syllables_are_counted_and_fast_speech_has_more_a_second(data_dir: Path) -> None:
    rates = {}
    for pace in ("fast", "slow"):
        sound = read_sound(data_dir / f"speech/pace_english_{pace}.wav")
        nuclei = syllable_nuclei(sound, RATE_HZ)
        assert nuclei is not None
        # "The red fox has read many books, but there's always more to read": 15 or 16
        assert len(nuclei) == pytest.approx(16, abs=3)
        rates[pace] = len(nuclei) / (nuclei[-1] - nuclei[0])
    assert rates["fast"] > 1.1 * rates["slow"]


@pytest.mark.data
def test_jitter_and_shimmer_of_people_and_of_a_perfect_voice(data_dir: Path) -> None:
    jitter, shimmer = jitter_shimmer(read_sound(data_dir / "speech/sb_spk1_snt3.wav"))
    assert jitter is not None and 0.3 < jitter < 4.0
    assert shimmer is not None and 2.0 < shimmer < 16.0
    t = np.arange(2 * RATE_HZ) / RATE_HZ
    voice = sum(np.sin(2 * np.pi * 120 * k * t) / k for k in range(1, 12)) * 0.2
    jitter, shimmer = jitter_shimmer(voice.astype(np.float32))
    assert jitter is not None and jitter < 0.1
    assert shimmer is not None and shimmer < 1.0


def test_what_cannot_be_told_is_none() -> None:
    short = np.zeros(1000, np.float32)
    silence = np.zeros(RATE_HZ, np.float32)
    assert syllable_nuclei(short, RATE_HZ) is None
    assert intensity(short, RATE_HZ) is None
    assert pitch_track(silence, RATE_HZ) is None
    assert jitter_shimmer(silence) == (None, None)
    nuclei = syllable_nuclei(silence, RATE_HZ)
    assert nuclei is not None and len(nuclei) == 0


def test_intensity_is_re_full_scale() -> None:
    t = np.arange(RATE_HZ) / RATE_HZ
    track = intensity((0.5 * np.sin(2 * np.pi * 200 * t)).astype(np.float32), RATE_HZ)
    assert track is not None
    assert np.median(track.dbfs) == pytest.approx(-9.03, abs=0.1)


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="speech_off"):
        VoiceSettings(speech_off=0.6)
    with pytest.raises(ValueError, match="pitch_low_hz"):
        VoiceSettings(pitch_low_hz=500)
