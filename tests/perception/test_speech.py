"""Speech to text: real words, utterances cut where they should be, and what a choice needs."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from perception.errors import InputError, ModelError
from perception.microphone_file import read_sound
from perception.speech import SpeechSettings, choose, create
from perception.types import AudioBlock, Event, Words
from perception.utterance import Utterance, UtteranceCollector
from perception.weights import WEIGHTS
from perception.word_errors import word_errors

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
    assert errors / count < 0.4


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


@pytest.mark.data
def test_hesitations_are_heard_in_talk_and_not_in_reading(data_dir: Path, pocketsphinx) -> None:
    talk = read_sound(data_dir / "speech/disfluent/acoustic_corpus.wav")
    # "um, this is me ...", "um, and that should be all": where they are is in the word alignment
    um = talk[int(7.85 * RATE_HZ) : int(11.9 * RATE_HZ)]
    words = pocketsphinx.transcribe(um, RATE_HZ, 7.85).words
    assert words[0].text == "uh"
    assert words[0].start_s == pytest.approx(8.02, abs=0.12)
    reading = read_sound(data_dir / "speech/librispeech_61-70968-0000.flac")
    assert "uh" not in tokens(pocketsphinx.transcribe(reading, RATE_HZ, 0.0).text)


def test_silence_and_noise_give_no_text(pocketsphinx) -> None:
    silence = pocketsphinx.transcribe(np.zeros(RATE_HZ, np.float32), RATE_HZ, 3.0)
    assert (silence.text, silence.words) == ("", ())
    assert (silence.t_start_s, silence.t_end_s) == (3.0, 4.0)
    assert pocketsphinx.transcribe(np.zeros(0, np.float32), RATE_HZ, 3.0).text == ""


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:unclosed file.*gpt2.tiktoken:ResourceWarning")  # whisper's own
def test_whisper_runs_with_weights_of_its_form(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network of whisper's form with random weights: nonsense, but through the real package."""
    torch = pytest.importorskip("torch")
    whisper = pytest.importorskip("whisper")
    monkeypatch.setenv("RECRUITER_MODELS", str(tmp_path))
    torch.manual_seed(1)
    # n_vocab 51864 makes it an English model; two small layers where tiny has four
    shape = {"n_mels": 80, "n_audio_ctx": 1500, "n_vocab": 51864, "n_text_ctx": 96}
    for part in ("audio", "text"):
        shape |= {f"n_{part}_state": 64, f"n_{part}_head": 2, f"n_{part}_layer": 2}
    model = whisper.model.Whisper(whisper.model.ModelDimensions(**shape))
    weights = tmp_path / "whisper-tiny.en.pt"
    torch.save({"dims": shape, "model_state_dict": model.state_dict()}, weights)
    assert choose("auto") == "whisper"
    with pytest.raises(ModelError, match="is damaged"):  # not the published weights
        create("whisper")
    sha256 = hashlib.sha256(weights.read_bytes()).hexdigest()
    own = replace(WEIGHTS["whisper-tiny.en"], sha256=sha256)
    monkeypatch.setitem(WEIGHTS, "whisper-tiny.en", own)
    sound = read_sound(data_dir / "speech/sb_spk1_snt1.wav")
    words = create("auto").transcribe(sound, RATE_HZ, 5.0)
    assert words.source == "whisper"
    assert 5.0 <= words.t_start_s <= words.t_end_s <= 5.0 + 30.1


def test_a_choice_without_weights_is_answered_with_the_command_that_gets_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECRUITER_MODELS", str(tmp_path))
    assert choose("auto") == "pocketsphinx"
    assert choose("none") == "none"
    with pytest.raises(ModelError, match=r"models get whisper-tiny\.en"):
        choose("whisper")
    with pytest.raises(InputError, match="use one of auto, whisper, pocketsphinx, none"):
        choose("kaldi")


class Talk:
    """Feeds a collector with noise of given loudness and the events of given stretches."""

    def __init__(self, settings: SpeechSettings | None = None) -> None:
        self.collector = UtteranceCollector(settings)
        self.done: list[Utterance] = []
        self.rng = np.random.default_rng(0)
        self.n = 0

    @property
    def now_s(self) -> float:
        return self.n * BLOCK / RATE_HZ

    def run(self, seconds: float, loud: float = 0.1, event: str | None = None) -> Talk:
        at_s = self.now_s
        for first in [True] + [False] * (round(seconds * RATE_HZ / BLOCK) - 1):
            samples = self.rng.normal(0, loud, BLOCK).astype(np.float32)
            events = []
            if first and event is not None:
                events = [Event(at_s, "microphone", event, {"t_s": at_s})]
            self.done += self.collector.update(AudioBlock(self.now_s, RATE_HZ, samples), events)
            self.n += 1
        return self

    def speak(self, seconds: float, pause_s: float) -> Talk:
        self.run(seconds, 0.1, "speech_start")
        return self.run(pause_s, 0.001, "speech_end")


def test_short_pauses_join_and_long_ones_part() -> None:
    talk = Talk().run(1.0, 0.001).speak(1.0, 0.35).speak(1.0, 1.0).speak(1.0, 1.0)
    spans = [(u.t_start_s, u.t_start_s + u.span_s) for u in talk.done]
    assert len(spans) == 2
    assert spans[0] == pytest.approx((0.8, 3.55), abs=0.1)
    assert spans[1] == pytest.approx((4.15, 5.55), abs=0.1)
    assert [u.number for u in talk.done] == [0, 1]


def test_after_a_long_stretch_any_pause_ends_the_utterance() -> None:
    talk = Talk().speak(7.0, 0.35).speak(1.0, 1.0)
    assert [u.continues for u in talk.done] == [False, False]
    assert talk.done[0].span_s == pytest.approx(7.2, abs=0.1)


def test_endless_speech_is_cut_where_it_is_quietest_and_nothing_is_lost() -> None:
    talk = Talk().run(12.0, 0.1, "speech_start").run(0.2, 0.01).run(8.0).run(1.0, 0.0, "speech_end")
    first, second = talk.done
    assert first.continues and not second.continues
    cut_s = first.t_start_s + first.span_s
    assert 11.9 < cut_s < 12.3
    assert second.t_start_s == pytest.approx(cut_s, abs=1 / RATE_HZ)
    assert second.t_start_s + second.span_s == pytest.approx(20.2 + 0.2, abs=0.1)


def test_missing_sound_ends_an_utterance() -> None:
    talk = Talk().run(1.0, 0.1, "speech_start")
    talk.n += 100
    talk.run(0.5)
    assert len(talk.done) == 1
    assert talk.done[0].span_s == pytest.approx(1.0, abs=0.05)


def test_samples_are_kept_as_they_were() -> None:
    talk = Talk().run(0.5, 0.001)
    sound = talk.rng.bit_generator.state
    talk.speak(1.0, 1.0)
    again = np.random.default_rng(0)
    again.bit_generator.state = sound
    spoken = again.normal(0, 0.1, BLOCK).astype(np.float32)
    (utterance,) = talk.done
    offset = round((15 * BLOCK / RATE_HZ * 1.0 + 0.0 - utterance.t_start_s) * RATE_HZ) + BLOCK
    assert utterance.floats()[offset : offset + BLOCK] == pytest.approx(spoken, abs=1 / 32768)


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="use one of auto"):
        SpeechSettings(recogniser="kaldi")
    with pytest.raises(ValueError, match="longest_s"):
        SpeechSettings(longest_s=40.0)
