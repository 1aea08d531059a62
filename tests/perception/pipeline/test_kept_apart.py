"""People whom a recording keeps apart are told from one who is on several channels."""

from __future__ import annotations

import shutil
import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from game.voice.voice_flite import FliteVoice
from perception.microphone.decoding import read_sound
from perception.microphone.sound_part import SoundPart
from perception.pipeline.kept_apart import Speaker, who_is_where
from perception.signal.resampling import resample
from tests.recorded_files import record

pytestmark = pytest.mark.data

RATE_HZ = 16_000
Sound = NDArray[np.float32]
ASKS = (
    "Why do you want this job?",
    "Can you tell me about a time when something went wrong?",
    "What would you do next?",
)
ANSWERS = ("librivox_0870.wav", "lj_LJ050-0131.wav", "librivox_0880.wav")


@pytest.fixture(scope="module")
def talk(data_dir: Path) -> tuple[Sound, Sound]:
    """Who asks and who answers, in turn, each in silence while the other speaks."""
    if shutil.which("flite") is None:
        pytest.skip("needs flite: apt-get install flite")
    voice = FliteVoice("female")
    hers: list[Sound] = []
    theirs: list[Sound] = []
    gap = np.zeros(RATE_HZ // 2, np.float32)
    for text, name in zip(ASKS, ANSWERS, strict=True):
        line = voice.render(text)
        asks = level(resample(line.samples, line.rate_hz, RATE_HZ))
        answer = level(read_sound(data_dir / "speech" / name))
        hers += [asks, gap, np.zeros_like(answer), gap]
        theirs += [np.zeros_like(asks), gap, answer, gap]
    return np.concatenate(hers), np.concatenate(theirs)


def level(sound: Sound) -> Sound:
    return np.asarray(0.1 * sound / np.sqrt(np.mean(sound**2)), np.float32)


def write(path: Path, channels: Sequence[Sound]) -> Path:
    sound = np.stack(channels, axis=1)
    sound = sound + np.random.default_rng(0).normal(0, 0.0005, sound.shape)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def parts(speakers: Sequence[Speaker]) -> list[SoundPart]:
    return [who.part for who in speakers]


def test_who_speaks_longer_comes_first_wherever_they_are(
    talk: tuple[Sound, Sound], tmp_path: Path
) -> None:
    asks, answers = talk
    nothing = np.zeros_like(asks)
    for name, channels, first, second in (
        ("right", [asks, answers], "right", "left"),
        ("left", [answers, asks], "left", "right"),
        ("bleed", [asks + 0.25 * answers, 0.25 * asks + answers], "right", "left"),
        ("sum and difference", [asks + answers, asks - answers], "side", "mid"),
        ("six", [nothing, asks, nothing, 0.1 * answers, answers, nothing], "5", "2"),
    ):
        found = who_is_where(write(tmp_path / f"{name}.wav", channels)).speakers
        assert parts(found) == [SoundPart(1, first), SoundPart(1, second)], name
        assert found[0].spoken_s > found[1].spoken_s > 3.0


def test_one_question_and_one_answer_are_two_people(
    talk: tuple[Sound, Sound], tmp_path: Path
) -> None:
    end = 10 * RATE_HZ
    asks, answers = (side[:end] for side in talk)
    for name, channels in (
        ("answers", [asks, answers]),
        ("a quiet question", [0.2 * asks, answers]),
        ("each is heard a little by the other", [asks + 0.25 * answers, answers + 0.25 * asks]),
        ("each is heard by the other", [asks + 0.5 * answers, answers + 0.5 * asks]),
    ):
        found = who_is_where(write(tmp_path / f"{name}.wav", channels)).speakers
        assert parts(found) == [SoundPart(1, "right"), SoundPart(1, "left")], name


def test_three_people_are_three(talk: tuple[Sound, Sound], tmp_path: Path) -> None:
    line = FliteVoice("male").render("Thank you. Let us talk about the pay now, shall we?")
    he = level(resample(line.samples, line.rate_hz, RATE_HZ))
    asks, answers = (np.pad(each, (len(he), 0)) for each in talk)
    channels = [asks, np.pad(he, (0, len(asks) - len(he))), answers]
    path = write(tmp_path / "panel.wav", channels)
    company = who_is_where(path)
    assert parts(company.speakers) == [SoundPart(1, "3"), SoundPart(1, "1"), SoundPart(1, "2")]
    assert company.within(SoundPart()) == company.speakers
    assert company.within(SoundPart(1, "1")) == company.speakers[1:2]


def test_tracks_of_a_file_keep_people_apart_too(talk: tuple[Sound, Sound], tmp_path: Path) -> None:
    asks, answers = (resample(each, RATE_HZ, 48_000) for each in talk)
    record(tmp_path / "two.mkv", [[(0.0, asks)], [(0.0, answers)]])
    assert parts(who_is_where(tmp_path / "two.mkv").speakers) == [SoundPart(2), SoundPart(1)]


def test_one_sound_on_several_channels_is_one_person(
    talk: tuple[Sound, Sound], tmp_path: Path
) -> None:
    both = talk[0] + talk[1]
    half = len(both) // 2
    drops = np.where(np.arange(len(both)) < half, both, 0.0).astype(np.float32)
    hum = 0.05 * np.sin(2 * np.pi * 100 * np.arange(len(both)) / RATE_HZ).astype(np.float32)
    for name, channels in {
        "mono": [both],
        "copied": [both, both],
        "inverted": [both, -both],
        "dead": [both, np.zeros_like(both)],
        "quiet": [both, 0.3 * both],
        "drops out": [both, drops],
        "two microphones": [both, np.roll(both, 9)],
        "heard again on the other side of a line": [both, 0.7 * np.roll(both, 5_000)],
        "hum on the other": [both, hum],
        "silence": [np.zeros_like(both), np.zeros_like(both)],
    }.items():
        assert len(who_is_where(write(tmp_path / f"{name}.wav", channels)).speakers) < 2, name


def test_one_voice_that_moves_over_is_one_person(data_dir: Path, tmp_path: Path) -> None:
    voice = level(read_sound(data_dir / "speech" / "librivox_0870.wav"))
    first = np.arange(len(voice)) < len(voice) // 2
    for name, channels in {
        "another plug": [np.where(first, voice, 0), np.where(first, 0, voice)],
        "a plug that comes loose": [voice, np.where(first, voice, 0)],
        "walks": [np.where(first, 1, 0.3) * voice, np.where(first, 0.3, 1) * voice],
    }.items():
        assert len(who_is_where(write(tmp_path / f"{name}.wav", channels)).speakers) == 1, name


def test_who_is_alone_on_one_track_is_told_from_the_mix_on_another(
    talk: tuple[Sound, Sound], tmp_path: Path
) -> None:
    asks, answers = talk
    company = who_is_where(write(tmp_path / "obs.wav", [asks + answers, answers]))
    assert len(company.speakers) == 2 and company.speakers[0].part == SoundPart(1, "right")
    assert len(company.within(SoundPart())) == 2


def test_what_cannot_be_read_keeps_nobody_apart(tmp_path: Path) -> None:
    (tmp_path / "none.wav").write_bytes(b"no sound")
    assert who_is_where(tmp_path / "none.wav").speakers == ()
