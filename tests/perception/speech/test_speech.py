"""Speech to text: real words, utterances cut where they should be, and what a choice needs."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from game.voice.voice_flite import FliteVoice
from perception.errors import InputError, ModelError
from perception.microphone.decoding import read_sound
from perception.speech import base
from perception.speech.base import FASTER_WHISPER, SpeechSettings, choose, create, lesser_than
from perception.speech.keeping_up import measured_loads, remember
from perception.speech.vocabulary import Vocabulary
from perception.speech.word_error_rate import word_errors
from perception.types import Words

RATE_HZ = 16_000
BLOCK = 512

READ = {
    "whisper_jfk.flac": "and so my fellow americans ask not what your country can do for you ask "
    "what you can do for your country",
    "librispeech_61-70968-0000.flac": "he began a confused complaint against the wizard who had "
    "vanished behind the curtain on the left",
    "librispeech_2412-153948-0000.flac": "if the reader will excuse me i will say nothing of my "
    "antecedents nor of the circumstances which led me to leave my native country the narrative "
    "would be tedious to him and painful to myself",
    "lj_LJ050-0131.wav": "unless a system is established for the frequent formal review of "
    "activities thereunder in this regard",
    "librivox_0870.wav": "and mister john dashwood had then leisure to consider how much there "
    "might be prudently in his power to do for them",
    "sb_spk1_snt1.wav": "the child almost hurt the small dog",
}


def tokens(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


@pytest.fixture(scope="module")
def pocketsphinx():
    return create("pocketsphinx")


@pytest.fixture(scope="module")
def transcribed(data_dir: Path, pocketsphinx) -> dict[str, Words]:
    """What is understood of each of READ, begun at 100 s."""
    folder = data_dir / "speech"
    return {n: pocketsphinx.transcribe(read_sound(folder / n), RATE_HZ, 100.0) for n in READ}


@pytest.mark.data
@pytest.mark.slow
def test_read_speech_is_mostly_understood(data_dir: Path, transcribed) -> None:
    errors = count = 0
    for name, said in READ.items():
        sound = read_sound(data_dir / "speech" / name)
        words = transcribed[name]
        errors += word_errors(tokens(words.text), tokens(said))
        count += len(tokens(said))
        check_times(words, 100.0, 100.0 + len(sound) / RATE_HZ)
    assert errors / count < 0.3


def check_times(words: Words, begin_s: float, end_s: float) -> None:
    times = [t for word in words.words for t in (word.start_s, word.end_s)]
    assert times == sorted(times)
    assert begin_s <= words.t_start_s == times[0]
    assert times[-1] == words.t_end_s <= end_s + 0.02
    assert " ".join(word.text for word in words.words) == words.text
    assert all(word.confidence is not None and 0 <= word.confidence <= 1 for word in words.words)


@pytest.mark.data
def test_words_stand_where_they_were_said(data_dir: Path, pocketsphinx) -> None:
    sound = read_sound(data_dir / "speech/sb_spk1_snt1.wav")
    quiet = np.zeros(2 * RATE_HZ, np.float32)
    alone = pocketsphinx.transcribe(sound, RATE_HZ, 10.0)
    later = pocketsphinx.transcribe(np.concatenate([quiet, sound]), RATE_HZ, 8.0)
    first = {word.text: word.start_s for word in alone.words}
    shared = [word for word in later.words if word.text in ("child", "almost", "small", "dog")]
    assert len(shared) >= 3
    for word in shared:
        assert word.start_s == pytest.approx(first[word.text], abs=0.1)


@pytest.mark.data
@pytest.mark.slow
def test_confidence_is_higher_for_words_that_are_right(transcribed) -> None:
    right: list[float | None] = []
    wrong: list[float | None] = []
    for name, said in READ.items():
        for word in transcribed[name].words:
            (right if word.text in tokens(said) else wrong).append(word.confidence)
    assert np.mean(np.array(right, float)) > np.mean(np.array(wrong, float)) + 0.1


def test_silence_and_noise_give_no_text(pocketsphinx) -> None:
    silence = pocketsphinx.transcribe(np.zeros(RATE_HZ, np.float32), RATE_HZ, 3.0)
    assert (silence.text, silence.words) == ("", ())
    assert (silence.t_start_s, silence.t_end_s) == (3.0, 4.0)
    assert pocketsphinx.transcribe(np.zeros(0, np.float32), RATE_HZ, 3.0).text == ""


@pytest.mark.data
def test_the_noise_of_a_room_is_not_understood_as_words(data_dir: Path, pocketsphinx) -> None:
    noise = read_sound(data_dir / "speech/noise/sb_noise2.wav")
    assert pocketsphinx.transcribe(noise, RATE_HZ, 3.0).text == ""


def test_a_choice_without_weights_is_answered_with_the_command_that_gets_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECRUITER_MODELS", str(tmp_path))
    monkeypatch.setenv("RECRUITER_WITHOUT", ",".join(FASTER_WHISPER.values()))
    assert choose("auto") == "pocketsphinx"
    assert choose("none") == "none"
    with pytest.raises(ModelError, match=r"models get whisper-tiny\.en"):
        choose("whisper")
    with pytest.raises(ModelError, match=r"models get faster-whisper-base"):
        choose("faster-whisper")
    with pytest.raises(InputError, match="auto, faster-whisper, whisper, pocketsphinx, none"):
        choose("kaldi")
    with pytest.raises(InputError, match=r"unknown size; use one of base, tiny\.en"):
        choose("faster-whisper:huge")
    with pytest.raises(InputError, match="knows English only, not 'de'"):
        choose("faster-whisper:tiny.en", "de")


def test_the_size_that_set_up_found_right_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECRUITER_CACHE", str(tmp_path))
    here = {FASTER_WHISPER["base"], FASTER_WHISPER["tiny.en"]}
    monkeypatch.setattr(base, "is_here", lambda name: name in here)
    assert choose("auto") == "faster-whisper:base"
    assert lesser_than("faster-whisper:base") == "faster-whisper:tiny.en"
    remember("tiny.en", {"base": 0.9, "tiny.en": 0.3})
    assert measured_loads() == {"base": 0.9, "tiny.en": 0.3}
    assert choose("auto") == choose("faster-whisper") == "faster-whisper:tiny.en"
    assert choose("auto", "de") == "faster-whisper:base", "the other one knows English only"
    assert lesser_than("faster-whisper:tiny.en") is None
    assert lesser_than("faster-whisper:base", "de") is None
    here.remove(FASTER_WHISPER["tiny.en"])
    assert choose("auto") == "faster-whisper:base"


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="use one of auto"):
        SpeechSettings(recogniser="kaldi")
    with pytest.raises(ValueError, match="longest_s"):
        SpeechSettings(longest_s=40.0)
    with pytest.raises(ValueError, match="use a code such as en"):
        SpeechSettings(language="German")
    with pytest.raises(ValueError, match="partial_every_s"):
        SpeechSettings(partial_every_s=0.01)


@pytest.mark.slow
def test_terms_of_the_interview_are_heard_when_leaned_to(pocketsphinx) -> None:
    if shutil.which("flite") is None:
        pytest.skip("needs flite: apt-get install flite")
    spoken = FliteVoice("female").render("before that I worked for Accenture in Dublin")
    assert spoken.rate_hz == RATE_HZ
    leaning = create("pocketsphinx", vocabulary=Vocabulary(("Accenture", "Amazon Web Services")))
    heard = leaning.transcribe(spoken.samples, RATE_HZ, 2.0)
    assert "accenture" in tokens(heard.text)
    assert "accenture" not in tokens(pocketsphinx.transcribe(spoken.samples, RATE_HZ, 2.0).text)
    check_times(heard, 2.0, 2.0 + spoken.duration_s)
    cloud = FliteVoice("female").render("we kept our data on Amazon web services")
    words = leaning.transcribe(cloud.samples, RATE_HZ, 0.0).words
    assert [word.text for word in words[-3:]] == ["amazon", "web", "services"]
    check_times(leaning.transcribe(cloud.samples, RATE_HZ, 0.0), 0.0, cloud.duration_s)


def test_a_language_that_no_recogniser_here_knows_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECRUITER_MODELS", str(tmp_path))
    monkeypatch.setenv("RECRUITER_WITHOUT", ",".join(FASTER_WHISPER.values()))
    with pytest.raises(ModelError, match=r"English only, not 'de'.*models get faster-whisper-base"):
        choose("auto", "de")
    with pytest.raises(InputError, match="unknown; use one of auto"):
        choose("pocketsphinx:/some/file")
