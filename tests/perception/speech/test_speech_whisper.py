"""Whisper's loader, prompt, decoder and word times, with weights of its real form."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from perception.errors import InputError, ModelError
from perception.speech.base import FASTER_WHISPER, SpeechSettings, choose, create
from perception.speech.dictation import Dictation
from perception.speech.speech_whisper import WhisperRecogniser
from perception.speech.utterance import Utterance, UtteranceChunk
from perception.speech.vocabulary import Vocabulary
from perception.speech.whisper_text import HESITATIONS, believable_segment
from perception.types import Words
from tests.perception.speech.whisper_weights import make_weights, publish, torch, whisper

RATE_HZ = 16_000

pytestmark = [
    pytest.mark.slow,
    # whisper leaves its file of tokens open
    pytest.mark.filterwarnings("ignore:unclosed file.*tiktoken:ResourceWarning"),
]


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RECRUITER_MODELS", str(tmp_path))
    monkeypatch.setenv("RECRUITER_WITHOUT", ",".join(FASTER_WHISPER.values()))
    return tmp_path


def sound(seconds: float = 3.0) -> np.ndarray:
    return np.random.default_rng(0).normal(0, 0.05, int(seconds * RATE_HZ)).astype(np.float32)


def test_published_weights_are_found_checked_and_heard_with_word_times(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_weights(models / "whisper-tiny.en.pt", " I went home.", HESITATIONS)
    assert choose("auto") == "whisper"
    with pytest.raises(ModelError, match="is damaged; delete it and fetch it again"):
        create("whisper")  # the checksum is not the published one
    publish(monkeypatch, "whisper-tiny.en", path)
    recogniser = create("auto")
    assert isinstance(recogniser, WhisperRecogniser)
    heads = recogniser._model.alignment_heads.to_dense()
    # the published heads, in layers 2 to 4 of tiny.en; unknown weights would have layers 3 and 4
    reference = whisper.model.Whisper(recogniser._model.dims)
    reference.set_alignment_heads(whisper._ALIGNMENT_HEADS["tiny.en"])
    assert torch.equal(heads, reference.alignment_heads.to_dense())
    words = recogniser.transcribe(sound(), RATE_HZ, 5.0)
    assert [word.text for word in words.words] == ["I", "went", "home."]
    assert (words.text, words.source, words.final) == ("I went home.", "whisper", True)
    times = [t for word in words.words for t in (word.start_s, word.end_s)]
    assert times == sorted(times)
    assert 5.0 <= words.t_start_s == times[0]
    assert times[-1] == words.t_end_s <= 8.0
    assert all(word.confidence is not None and 0 <= word.confidence <= 1 for word in words.words)


def test_own_weights_are_loaded_by_their_path(models: Path) -> None:
    path = make_weights(models / "mine.pt", " Hello there.", HESITATIONS)
    name = f"whisper:{path}"
    assert SpeechSettings(recogniser=name).recogniser == name
    assert choose(name) == name
    assert create(name).transcribe(sound(), RATE_HZ, 0.0).text == "Hello there."
    with pytest.raises(InputError, match=r"nowhere\.pt': no such file"):
        choose("whisper:/nowhere.pt")
    with pytest.raises(ValueError, match="needs the file of its weights"):
        SpeechSettings(recogniser="whisper:")


def test_files_that_are_no_weights_are_refused_in_one_line(models: Path) -> None:
    whole = make_weights(models / "whole.pt")
    cut = models / "cut.pt"
    cut.write_bytes(whole.read_bytes()[:100_000])
    text = models / "text.pt"
    text.write_text("no weights " * 50)
    other = models / "other.pt"
    torch.save({"layer.weight": torch.zeros(3)}, other)
    missing = torch.load(whole, weights_only=True)
    del missing["model_state_dict"]["decoder.ln.weight"]
    part = models / "part.pt"
    torch.save(missing, part)
    for path in (cut, text, other, part):
        with pytest.raises(ModelError, match="is damaged or no whisper weights") as caught:
            create(f"whisper:{path}")
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)


def test_terms_stand_in_the_prompt_and_reach_the_decoder(models: Path) -> None:
    terms = Vocabulary(("Kubernetes", "Accenture"))
    prompt = f"{HESITATIONS} Accenture, Kubernetes."
    path = make_weights(models / "mine.pt", " We ran Kubernetes.", prompt)
    leaning = create(f"whisper:{path}", vocabulary=terms)
    assert isinstance(leaning, WhisperRecogniser)
    assert leaning.prompt == prompt
    assert leaning.transcribe(sound(), RATE_HZ, 0.0).text == "We ran Kubernetes."
    # the weights answer to that prompt alone: without the terms it does not come to that
    plain = create(f"whisper:{path}")
    assert plain.transcribe(sound(), RATE_HZ, 0.0).text != "We ran Kubernetes."


def test_a_vocabulary_too_long_for_the_prompt_keeps_its_first_terms(models: Path) -> None:
    path = make_weights(models / "mine.pt")
    terms = Vocabulary(tuple(f"Quetzalcoatl{n} Industries" for n in range(80)))
    recogniser = create(f"whisper:{path}", vocabulary=terms)
    assert isinstance(recogniser, WhisperRecogniser)
    tokens = whisper.tokenizer.get_tokenizer(False).encode(" " + recogniser.prompt)
    assert 190 < len(tokens) <= 223
    assert recogniser.prompt.endswith("Quetzalcoatl0 Industries.")
    assert "Quetzalcoatl79" not in recogniser.prompt


def test_another_language_needs_multilingual_weights(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ModelError, match=r"knows English only, not 'de'.*get faster-whisper-base$"):
        choose("auto", "de")
    english = make_weights(models / "whisper-tiny.en.pt")
    publish(monkeypatch, "whisper-tiny.en", english)
    with pytest.raises(ModelError, match=r"models get whisper-tiny$"):
        choose("whisper", "de")
    with pytest.raises(InputError, match="knows English only, not 'de'"):
        create(f"whisper:{english}", "de")
    many = make_weights(models / "whisper-tiny.pt", " Guten Tag.", multilingual=True)
    publish(monkeypatch, "whisper-tiny", many)
    assert choose("auto", "de") == "whisper"
    assert create("whisper", "de").transcribe(sound(), RATE_HZ, 0.0).text == "Guten Tag."
    with pytest.raises(InputError, match="whisper does not know it"):
        create("whisper", "xx")
    assert create("whisper", "auto").transcribe(sound(1.0), RATE_HZ, 0.0).source == "whisper"


def test_repetition_is_not_believed(models: Path) -> None:
    text = " thank you for watching" * 12
    path = make_weights(models / "mine.pt", text, HESITATIONS)
    assert create(f"whisper:{path}").transcribe(sound(), RATE_HZ, 0.0).words == ()


def test_a_segment_needs_certainty_where_nobody_may_have_spoken() -> None:
    def segment(silence: float, logprob: float, ratio: float = 1.2) -> dict[str, float]:
        return {"no_speech_prob": silence, "avg_logprob": logprob, "compression_ratio": ratio}

    assert believable_segment(segment(0.1, -0.5))
    assert believable_segment(segment(0.7, -0.5))
    assert not believable_segment(segment(0.7, -1.2))
    assert not believable_segment(segment(0.95, -0.6))
    assert believable_segment(segment(0.95, -0.2))
    assert not believable_segment(segment(0.1, -0.2, ratio=3.0))


def test_too_little_sound_gives_nothing_and_another_rate_is_refused(models: Path) -> None:
    recogniser = create(f"whisper:{make_weights(models / 'mine.pt')}")
    assert recogniser.transcribe(sound(0.05), RATE_HZ, 2.0).text == ""
    with pytest.raises(ValueError, match="hears 16000 Hz"):
        recogniser.transcribe(sound(), 8000, 0.0)


def test_an_open_utterance_is_recognised_at_its_pause_and_not_again_at_its_end(
    models: Path,
) -> None:
    path = make_weights(models / "mine.pt", " I went home.", HESITATIONS)
    dictation = Dictation(create(f"whisper:{path}"))
    samples = np.round(sound() * 32767).astype(np.int16)
    half = len(samples) // 2
    first = UtteranceChunk(0, 10.0, 0, RATE_HZ, samples[:half])
    last = UtteranceChunk(0, 10.0, half, RATE_HZ, samples[half:], paused=True)
    told = [*dictation.transcribe([first]), *dictation.transcribe([last])]
    assert [words.text for words in told if isinstance(words, Words)] == ["I went home."]
    assert all(isinstance(words, Words) and not words.final for words in told)
    speech = ((10.0, 13.0),)
    ended = dictation.conclude(Utterance(0, 10.0, RATE_HZ, samples, False, speech))
    assert ended.words.text == "I went home." and ended.words.final
    assert len(ended.words.words) == 3
    anew = dictation.conclude(Utterance(1, 10.0, RATE_HZ, samples, False, speech))
    assert anew.words == ended.words
    assert ended.took_s < 0.5 * anew.took_s
