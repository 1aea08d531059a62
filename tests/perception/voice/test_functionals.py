"""eGeMAPS functionals: names, values of made sounds, agreement with openSMILE where it is here."""

from __future__ import annotations

import csv
import importlib.util
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from game.setup.commandline import FUNCTIONALS, parse
from perception.errors import InputError, ModelError
from perception.microphone.decoding import read_sound
from perception.voice.descriptors import describe
from perception.voice.functionals import BACKENDS, EGEMAPS, create_functionals
from scoring.functionals import ABOUT, FILE, write_functionals
from tests.scoring.sessions import Answer, Script

RATE_HZ = 16_000

WITHOUT_FRAMES = {"jitterLocal_sma3nz_stddevNorm", "shimmerLocaldB_sma3nz_stddevNorm"}
"""What the project's own back-end does not give."""


def vowel(hz: float, seconds: float = 2.0, level: float = 0.1) -> np.ndarray:
    """Pulses through five resonances: a steady vowel."""
    n = round(seconds * RATE_HZ)
    sound = np.zeros(n)
    sound[:: round(RATE_HZ / hz)] = 1.0
    for formant, width in ((700, 80), (1200, 100), (2600, 150), (3500, 200), (4500, 250)):
        r = np.exp(-np.pi * width / RATE_HZ)
        a1, a2 = 2 * r * np.cos(2 * np.pi * formant / RATE_HZ), -(r**2)
        out = np.zeros(n)
        for i in range(n):
            out[i] = sound[i] + a1 * out[i - 1] + a2 * out[i - 2]
        sound = out
    return (level * sound / np.abs(sound).max()).astype(np.float32)


def test_the_names_are_the_88_of_the_set_and_the_commands_know_the_back_ends() -> None:
    assert len(EGEMAPS) == len(set(EGEMAPS)) == 88
    assert tuple(BACKENDS) == FUNCTIONALS
    with pytest.raises(InputError, match="use one of praat, opensmile"):
        create_functionals("other")


def test_a_steady_vowel_is_described_as_it_was_made() -> None:
    values = create_functionals().extract(vowel(125.0), RATE_HZ)
    semitones = 12 * np.log2(125.0 / 27.5)
    assert values["F0semitoneFrom27.5Hz_sma3nz_amean"] == pytest.approx(semitones, abs=0.1)
    assert values["F0semitoneFrom27.5Hz_sma3nz_pctlrange0-2"] < 0.1
    assert values["jitterLocal_sma3nz_amean"] < 0.003
    assert values["HNRdBACF_sma3nz_amean"] > 20
    assert values["F1frequency_sma3nz_amean"] == pytest.approx(700, rel=0.1)
    assert values["F2frequency_sma3nz_amean"] == pytest.approx(1200, rel=0.1)
    assert values["F3frequency_sma3nz_amean"] == pytest.approx(2600, rel=0.1)
    assert values["MeanVoicedSegmentLengthSec"] == pytest.approx(2.0, abs=0.1)


def test_louder_and_brighter_sounds_are_told_so() -> None:
    extract = create_functionals().extract
    soft, loud = (extract(vowel(125.0, level=x), RATE_HZ) for x in (0.05, 0.2))
    level = "equivalentSoundLevel_dBp"
    assert loud[level] - soft[level] == pytest.approx(12.04, abs=0.05)
    assert loud["loudness_sma3_amean"] > 1.5 * soft["loudness_sma3_amean"]
    assert loud["alphaRatioV_sma3nz_amean"] == pytest.approx(
        soft["alphaRatioV_sma3nz_amean"], abs=0.1
    )
    sound = vowel(125.0)
    bright = np.append(sound[:1], sound[1:] - 0.9 * sound[:-1]).astype(np.float32)
    dull, brighter = extract(sound, RATE_HZ), extract(bright, RATE_HZ)
    assert brighter["alphaRatioV_sma3nz_amean"] > dull["alphaRatioV_sma3nz_amean"] + 3
    assert brighter["hammarbergIndexV_sma3nz_amean"] < dull["hammarbergIndexV_sma3nz_amean"] - 5


def test_what_is_not_there_is_left_out() -> None:
    extract = create_functionals().extract
    assert extract(np.zeros(100, np.float32), RATE_HZ) == {}
    rng = np.random.default_rng(1)
    noise = extract(rng.normal(0, 0.05, RATE_HZ).astype(np.float32), RATE_HZ)
    assert not any("F0semitone" in name or name.startswith("F1") for name in noise)
    assert "spectralFluxUV_sma3nz_amean" in noise
    silence = extract(np.zeros(RATE_HZ, np.float32), RATE_HZ)
    assert "equivalentSoundLevel_dBp" not in silence
    assert all(np.isfinite(value) for value in (*noise.values(), *silence.values()))


def test_descriptors_are_dated_by_the_middle_of_their_frame() -> None:
    click = np.zeros(RATE_HZ, np.float32)
    click[RATE_HZ // 2] = 1.0
    frames = describe(click, RATE_HZ)
    loudest = frames.times_s[int(np.argmax(frames.loudness))]
    assert loudest == pytest.approx(0.5, abs=0.0101)


@pytest.mark.data
def test_real_voices_have_all_but_two(data_dir: Path) -> None:
    sound = read_sound(data_dir / "speech/librispeech_61-70968-0000.flac")
    values = create_functionals().extract(sound, RATE_HZ)
    assert set(EGEMAPS) - set(values) == WITHOUT_FRAMES
    assert set(values) <= set(EGEMAPS)


@pytest.mark.data
def test_they_agree_with_opensmile_where_it_is_installed(data_dir: Path) -> None:
    try:
        theirs = create_functionals("opensmile")
    except ModelError as error:
        pytest.skip(f"{error}")
    names = ("sb_spk1_snt1.wav", "librivox_0870.wav", "lj_LJ050-0131.wav", "vosk_test.wav")
    sounds = [read_sound(data_dir / "speech" / name) for name in names]
    a = [create_functionals().extract(sound, RATE_HZ) for sound in sounds]
    b = [theirs.extract(sound, RATE_HZ) for sound in sounds]
    assert tuple(b[0]) == EGEMAPS
    for name in (
        "F0semitoneFrom27.5Hz_sma3nz_percentile50.0",
        "mfcc1_sma3_amean",
        "hammarbergIndexV_sma3nz_amean",
        "equivalentSoundLevel_dBp",
    ):
        pair = np.array([(x[name], y[name]) for x, y in zip(a, b, strict=True)]).T
        assert np.corrcoef(pair)[0, 1] > 0.9, name


def test_opensmile_that_is_missing_is_said_with_its_licence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if importlib.util.find_spec("opensmile") is not None:
        monkeypatch.setitem(sys.modules, "opensmile", None)
    with pytest.raises(ModelError, match=r"research only.*pip install opensmile"):
        create_functionals("opensmile")


def session(folder: Path, sound: bool) -> Path:
    script = Script([("q1", "What?", Answer("word " * 12)), ("q2", "Why?", Answer("word " * 8))])
    script.write(folder)
    if sound:
        t = np.arange(round(script.end_s * RATE_HZ)) / RATE_HZ
        voice = sum(np.sin(2 * np.pi * 120 * k * t) / k for k in range(1, 9))
        with wave.open(str(folder / "candidate.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            file.writeframes((np.asarray(voice) * 2000).astype("<i2").tobytes())
    return folder


def test_a_table_has_a_row_for_each_answer(tmp_path: Path) -> None:
    from game.app.commands import report

    folder = session(tmp_path / "s", sound=True)
    assert report(parse(["report", str(folder), "--functionals", "--quiet"])) == 0
    with (folder / FILE).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [*ABOUT, *EGEMAPS]
    assert [row["question_id"] for row in rows] == ["q1", "q2"]
    assert float(rows[0]["start_s"]) < float(rows[0]["end_s"]) <= float(rows[1]["start_s"])
    assert {row["method"] for row in rows} == {"praat"}
    f0 = float(rows[0]["F0semitoneFrom27.5Hz_sma3nz_amean"])
    assert f0 == pytest.approx(12 * np.log2(120 / 27.5), abs=0.2)
    assert rows[0]["jitterLocal_sma3nz_stddevNorm"] == ""


def test_a_session_without_sound_is_told_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"candidate\.wav.*consent"):
        write_functionals(session(tmp_path / "s", sound=False))


def test_another_back_end_is_refused_by_the_command_line() -> None:
    with pytest.raises(InputError, match="functionals"):
        parse(["analyze", "x.mp4", "--functionals", "other"])
